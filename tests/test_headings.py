"""Headings: each field's own words in every dress, what clerks write instead, and what must not be taken for it."""

from __future__ import annotations

import pytest

from redstats import standard
from redstats.headings import Matcher
from redstats.months import Month

FIELDS = standard.on(Month(2026, 6).end).fields
MATCHER = Matcher(FIELDS.values())
OWN = [(one.id, heading) for one in FIELDS.values() for heading in (one.label, *one.also)]
# What clerks write for a datum, parted by " | ".
WRITTEN = {
    "neighbourhood_committee": "所属居（村）委",
    "committee_name": "业委会名称（全称） | 业主委员会名称",
    "session_no": "业委会届次",
    "estate_names": "物业管理区域（小区）名称",
    "households": "总户数（户） | 住宅总户数",
    "floor_area_m2": "建筑面积（㎡） | 总建筑面积（万平方米） | 小区总建筑面积",
    "committee_status": "业委会目前状态 | 业委会状态（下拉选择）",
    "eligible_to_form": "是否具备业委会组建条件",
    "member_count": "业委会总人数 | 业委会委员人数（人） | 现有委员人数 | 委员总人数",
    "serving_count": "在任委员",
    "alternate_count": "候补委员（人）",
    "party_member_count": "其中党员人数 | 其中：党员委员 | 其中：中共党员 | 业委会成员中党员人数 | 业委会委员中党员数 | 党员委员（人）",
    "full_party_member_count": "其中：正式党员（人）",
    "term_start": "本届任期起始日期 | 任期起始年月",
    "term_end": "任期届满年月 | 业委会届满日期 | 任期届满时间（年月）",
    "filing_date": "业委会备案时间",
    "property_company": "物业公司名称 | 物业服务企业（全称）",
    "office_address": "业委会办公地点",
    "contact": "业委会联系电话",
    "annual_rating": "年度规范化评价等级",
    "issue_count": "问题清单（件） | 问题清单数量",
    "household_visits": "走访联系（户） | 走访联系业主户数",
    "theory_in_training": "培训是否包含理论学习",
    "ideology_training_count": "思想教育培训（次）",
    "training_attendance": "参训委员（人次）",
    "party_org_eligible": "是否符合建立党组织的条件",
    "party_org_date": "党组织成立时间 | 业委会党组织成立日期",
    "party_org_head": "党组织负责人姓名",
    "party_liaison": "党建指导员或联络员 | 有无党建指导员",
    "policy_action_count": "宣传落实事项（件）",
    "mobilisation_count": "动员活动（次）",
    "democratic_item_count": "民主事项（件）",
    "party_prediscussed_count": "其中：党组织先议（件）",
    "major_decision_count": "重大决策（件）",
    "party_prereviewed_count": "党组织预审（件）",
    "party_gatekeeping": "管理制度是否党组织把关",
    "debrief_date": "述职评议时间 | 年度述职日期",
    "debrief_result": "述职评议等级 | 述职评议结果（好/较好/一般/差）",
    "debrief_has_review": "是否含上年总结",
    "rule_meeting": "是否有日常会议制度 | 日常会议制度（有/无）",
    "rule_parking": "是否建立停车管理制度",
    "rule_joint_parties": "制度共同制定单位（可多选）",
    "seals_separate_keepers": "印章是否分人保管 | 三枚印章是否分人保管",
    "seal_log": "是否用印登记 | 有无用印登记",
    "case_owner_system": "是否实行包案责任制",
    "case_count": "包案事项（件）",
    "members_with_duty": "有分工的委员数 | 已明确分工委员数",
    "reception_days": "接待日（次） | 居民接待日次数",
    "reception_visitors": "接待居民（人次） | 接待人次（人次）",
    "feedback_count": "意见、咨询、投诉（件） | 意见咨询投诉数",
    "feedback_answered": "已答复（件） | 其中：已答复件数",
    "patrol_count": "巡视（次）",
    "patrol_with_rc": "居委会是否参与巡视",
    "patrol_reported": "反馈物业（件）",
    "renewal_report_date": "换届报告时间",
    "renewal_group_date": "换届改选小组成立时间",
    "election_date": "业委会选举日期",
    "cross_post_count": "交叉任职（人）",
    "avg_age": "委员平均年龄（岁）",
    "over60_count": "60岁以上委员（人）",
    "src_two_committees": "居民区两委委员（人）",
    "src_party_group_leader": "党小组长（人）",
    "src_inservice_party": "在职党员（人）",
    "joint_review_exists": "是否建立联合审核机制",
    "joint_review_units": "联审参与部门（可多选）",
    "candidate_count": "候选（调整）人数（人） | 候选人（调整）人数",
    "reviewed_count": "已审核（人）",
    "vote_register_ok": "业主登记是否合规",
    "ballot_issue_ok": "选票发放是否合规",
    "election_objections": "异议（投诉）件数",
    "reserve_total": "储备人选（人） | 储备总人数",
    "study_count": "业务学习（次） | 本月业务学习次数",
    "street_training_due": "应参训（人次） | 应参训人数",
    "self_study_ytd": "自行组织学习（次，年累计） | 自行组织学习次数(年累计) | 本年累计自行组织学习次数 | 今年自学次数",
    "fire_training_ytd": "消防培训（次） | 年累计消防培训次数",
    "waste_training_ytd": "垃圾分类培训（次）",
    "training_in_appraisal": "培训情况是否纳入考核",
    "remedial_training_date": "集中专项培训时间",
    "audit_fund": "维修资金是否审计 | 是否开展维修资金审计",
    "audit_income": "公共收益是否审计",
    "audit_expense": "工作经费是否审计",
    "audit_report_date": "审计报告时间",
    "audit_notice_date": "审计公告时间",
    "four_service_checks": "四保督促（次）",
    "parking_spaces": "停车位（个） | 停车位数量",
    "vehicle_count": "车辆（辆）",
    "parking_updated": "车位车辆更新时间",
    "parking_managed": "停车管理是否规范",
    "fund_publish_dates": "维修资金公布时间",
    "income_publish_dates": "公共收益公布日期（可填多个）",
    "accounts_reviewed": "账目是否已审核",
    "ledger_queries": "业主查询、异议件数",
    "breach_count": "物业违约事项（件）",
    "demand_count": "发函督促（次）",
    "breach_fixed": "违约整改完成（件）",
    "committee_meetings": "业委会会议（次） | 本月会议次数 | 业委会会议召开次数 | 召开业委会会议次数",
    "meeting_attendance": "会议出席率（%）",
    "joint_meetings": "三方联席会议（次）",
    "volunteer_events": "志愿服务活动（次）",
    "volunteer_headcount": "志愿活动（人次） | 志愿者活动人次",
    "disputes_owner": "求助件数 (业主间) | 业主间求助（件）",
    "disputes_property": "求助件数(业主—物业) | 求助件数（业主与物业） | 业主与物业间求助件数",
    "mediated": "已调解（件）",
    "resolved": "化解（件）",
    "avg_days": "平均处理天数（天）",
    "mediated_with_rc": "居委会参与调解（件）",
    "pair_count": "结对（对） | 结对帮扶（对）",
    "help_alone_elderly": "帮扶独居老人（人次）",
    "consult_count": "咨询服务（次）",
    "service_menu": "便民服务菜单（有/无）",
    "act_corridor": "楼道堆物整治（次）",
    "act_charging": "违规充电劝阻活动次数",
    "act_evening": "纳凉晚会（场）",
    "act_other": "其他公益活动（次）",
    "has_official_account": "有无微信公众号 | 社区微信公众号（有/无）",
    "owner_group_count": "业主群（个）",
    "households_in_group": "入群户数（户）",
    "decision_count": "决议（件）",
    "decision_published": "已公布（件）",
    "published_online": "是否线上公布资金收支",
    "e_voting_used": "是否采用电子投票",
    "e_vote_turnout": "线上投票率（%）",
    "participation_households": "重要事项参与户数（户）",
    "info_system": "有无电子信息系统",
    "flood_notice_count": "防台防汛信息发布（次）",
    "survey_date": "满意度调查时间",
    "survey_sample": "调查样本数（份）",
    "satisfaction_rate": "居民满意率（%） | 居民满意度（%）",
    "opinion_channels": "意见征集渠道（可多选）",
    "messages": "留言（条）",
    "messages_answered": "留言回复（条） | 已回复（条）",
    "party_org_type": "党组织形式（党支部/联合党支部/党的工作小组/党小组/无） | 党组织建立形式",
}


def read_as(*path: str) -> str:
    found = MATCHER.match(path)
    return found.field.id if found.field else found.how


@pytest.mark.parametrize(
    "dress", ["{}", "{}（{unit}）", "1.{}", "（三）{}", "{}：", "　{}　", "{}（选填）", "*{}", "“{}”"]
)
def test_every_field_is_found_by_its_own_headings_in_any_dress(dress):
    wrong = []
    for id_, heading in OWN:
        *above, leaf = heading.split(">")
        unit = FIELDS[id_].unit
        path = (*above, dress.format(leaf, unit=unit) if unit or "unit" not in dress else leaf)
        if read_as(*path) != id_:
            wrong.append((id_, path))
    assert not wrong


@pytest.mark.parametrize(
    "groups", [("一、党建引领好", "（三）组织引领"), ("红色业委会建设情况",), ("甲", "1.3"), ()]
)
def test_the_groups_of_the_standard_change_nothing(groups):
    wrong = [(id_, heading) for id_, heading in OWN if read_as(*groups, *heading.split(">")) != id_]
    assert not wrong


def test_a_field_is_found_below_the_name_of_its_own_group():
    wrong = [(id_, heading) for id_, heading in OWN if read_as(FIELDS[id_].group, *heading.split(">")) != id_]
    assert not wrong


@pytest.mark.parametrize(
    "id_, heading", [(id_, heading) for id_, all_ in WRITTEN.items() for heading in all_.split(" | ")]
)
def test_what_a_clerk_writes_is_understood(id_, heading):
    assert read_as(heading) == id_


@pytest.mark.parametrize("id_, path", [
    ("committee_meetings", "业委会会议/次数"), ("reception_visitors", "居民接待/人次"), ("reception_days", "居民接待（次）/本月"),
    ("party_member_count", "业委会人数/其中：党员"), ("party_member_count", "委员构成/党员人数"), ("disputes_owner", "求助件数/业主间"),
    ("income_publish_dates", "公布日期/公共收益"), ("fire_training_ytd", "年累计/消防培训次数"), ("households", "小区情况/户数"),
    ("property_company", "小区情况/物业服务企业"), ("debrief_date", "居民区党组织/述职评议日期"), ("floor_area_m2", "建筑面积/（万平方米）"),
    ("term_start", "任期/起"), ("term_end", "任期/止"), ("volunteer_headcount", "志愿活动/人次"), ("case_count", "包案事项/件"),
])  # fmt: skip
def test_groups_and_lines_of_units_are_read_with_the_heading(id_, path):
    assert read_as(*path.split("/")) == id_


@pytest.mark.parametrize("path", [
    "自行组织学习次数/本月", "接待日次数/累计", "接待次数/上月", "培训/人数", "满意率/物业", "整改件数（件）/去年", "小区/党员人数",
    "物业/联系方式", "年累计/接待日次数", "建筑面积（亩）", "平均处理天数（小时）", "户数（是/否）", "微信公众号（个）", "审计（自查）",
])  # fmt: skip
def test_a_unit_a_period_or_somebody_elses_group_forbids_a_field(path):
    assert read_as(*path.split("/")) in ("unknown", "ambiguous")


def test_ten_thousands_in_a_heading_are_a_scale():
    assert MATCHER.match(("建筑面积（万平方米）",)).scale == 10_000
    assert MATCHER.match(("建筑面积（平方米）",)).scale == 1


def test_a_term_is_two_fields_in_one_column():
    found = MATCHER.match(("基本情况", "任期起止日期"))
    assert (found.field.id, found.until.id) == ("term_start", "term_end")
