"""Headings: each field's own words in every dress, what clerks write instead, and what must not be taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redstats import standard
from redstats.headings import Matcher
from redstats.headings.parts import turns_of
from redstats.months import Month

FIELDS = standard.on(Month(2026, 6).end).fields
MATCHER = Matcher(FIELDS.values(), Month(2026, 10))
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
    "party_ratio": "党员比例（%） | 委员中党员占比 | 业委会党员占比 | 党员委员占比（%） | 其中：党员占比 | 党员比例（百分比）",
    "cross_post_ratio": "交叉任职比例（%） | 两委交叉任职占比",
    "party_org_type": "党组织形式（党支部/联合党支部/党的工作小组/党小组/无） | 党组织建立形式",
}
# The same in words that no field lists: found by what is common to them (see headings/normal_form.py).
IN_OTHER_WORDS = {
    "session_no": "现任业委会届次",
    "households": "小区居住户数 | 住户总数",
    "floor_area_m2": "小区建筑面积合计 | 建筑面积（万㎡） | 总建筑面积㎡",
    "committee_status": "业委会运转状态 | 业委会目前运作情况 | 当前组建状态",
    "member_count": "现有委员（人） | 业委会现任委员人数 | 委员总数（名）",
    "party_member_count": "委员中党员（人） | 党员委员（名） | 业委会中党员数 | 其中：党员委员数",
    "term_start": "本届任期起（年月） | 任期开始（年/月/日） | 任期起始年月日 | 本届业委会任期开始时间",
    "term_end": "本届任期止（年月） | 任期结束（年/月/日） | 任期截止年月 | 届满（年月） | 本届业委会任期届满时间",
    "filing_date": "业委会备案日 | 备案登记年月 | 备案（日期）",
    "property_company": "现物业服务公司 | 在管物业服务企业名称",
    "contact": "业委会对外联系电话 | 电话（手机）",
    "party_org_type": "党组织建立类型 | 业委会党组织建立形式 | 党的组织类型",
    "party_org_date": "党组织组建年月 | 业委会党组织成立时间 | 党组织正式成立日期",
    "party_org_head": "业委会党组织负责人（姓名） | 党支部（党小组）负责人姓名",
    "democratic_item_count": "本月民主事项（件） | 民主议事事项（件） | 民主决策事项数（件）",
    "party_prediscussed_count": "其中经党组织先议（件） | 党组织先议（件数） | 经党组织先议的事项数",
    "major_decision_count": "本月重大决策数 | 重大决策事项数（件） | 作出重大决策件数",
    "party_prereviewed_count": "其中：经党组织预审（件） | 党组织预审（件数）",
    "debrief_date": "述职评议会召开日期 | 述职评议举行时间 | 开展述职评议日期 | 向党组织述职评议日期 | 年度述职评议会时间",
    "debrief_result": "述职评议评定等级 | 述职评议结果（等次） | 年度述职评议评价结果",
    "rule_meeting": "日常会议制度是否健全 | 建立日常会议制度 | 日常会议制度（建立/未建立） | 是否制定日常会议制度",
    "rule_reception": "定期接待制度是否建立健全 | 是否有定期接待制度 | 业委会定期接待居民制度",
    "rule_seal": "印章管理制度健全情况 | 印章使用管理制度是否建立",
    "rule_archive": "档案资料管理制度是否建立 | 资料管理制度建立健全情况",
    "rule_parking": "是否建立小区停车管理制度 | 停车管理制度制定情况",
    "rule_pets": "是否建立宠物管理制度 | 小区宠物饲养管理制度",
    "rule_renovation": "是否制定装饰装修管理制度 | 小区装饰装修管理制度（有/无）",
    "rule_mediation": "是否建立矛盾协调制度 | 小区矛盾纠纷协调制度",
    "case_owner_system": "是否落实包案责任制 | 包案责任制落实情况 | 有无包案责任制",
    "members_with_duty": "明确分工的委员（人） | 有分工委员（人）",
    "reception_days": "开展居民接待日次数 | 本月居民接待日（次） | 组织居民接待次数 | 接待居民（次） | 业委会接待居民次数",
    "reception_visitors": "接待居民总人次 | 本月接待居民人次 | 共接待人次",
    "feedback_count": "本月收到意见建议（件） | 收到意见、咨询、投诉（件） | 听取居民意见件数",
    "feedback_answered": "已答复（件数） | 答复意见建议（件） | 意见建议已答复（件）",
    "patrol_count": "本月巡视次数 | 小区巡查（次） | 组织居民巡视（次） | 定期巡视小区次数",
    "patrol_reported": "向物业反馈问题（件） | 巡视反馈物业问题（件）",
    "election_date": "业委会选举年月 | 换届选举日 | 选举产生年月",
    "cross_post_count": "两委交叉任职委员（人） | 交叉任职委员（人）",
    "avg_age": "业委会委员平均年龄（岁） | 委员平均年龄（周岁）",
    "over60_count": "其中60岁以上（人） | 60岁以上（含）委员人数",
    "reserve_total": "业委会人选储备（人） | 储备人选总数（人）",
    "study_count": "本月学习次数（次） | 开展法规学习次数 | 法律法规及业务知识学习（次） | 组织业务学习（次）",
    "self_study_ytd": "全年累计自行组织学习次数 | 自行组织学习（本年累计） | 自行组织学习次数（累计） | 本年自学次数",
    "fire_training_ytd": "消防培训（次，年累计） | 本年开展消防培训次数",
    "fire_drill_ytd": "消防演练（年累计） | 本年开展消防演练（次）",
    "audit_fund": "专项维修资金年度审计（是/否） | 是否完成维修资金审计 | 维修资金审计开展情况",
    "audit_income": "是否开展公共收益审计 | 公共收益审计开展情况",
    "audit_expense": "业委会工作经费是否完成审计 | 是否开展工作经费审计",
    "audit_report_date": "出具审计报告日期 | 年度审计报告出具日期",
    "parking_spaces": "小区停车位（个） | 车位数量（个） | 机动车停车位数量 | 停车泊位（个）",
    "vehicle_count": "机动车数量（辆） | 登记机动车（辆） | 小区机动车（辆）",
    "breach_count": "物业违约事项（项） | 本月物业违约（件）",
    "demand_count": "发函督促物业（件） | 发函（件） | 发督促函（份）",
    "committee_meetings": "本月召开业委会会议次数 | 业委会召开会议（次） | 业委会会议（场） | 本月例会次数 | 开展业委会会议次数",
    "meeting_attendance": "业委会会议出席率（%） | 委员平均出席率（%） | 会议平均出席率",
    "joint_meetings": "参加三方联席会议（次） | 本月三方联席会（次） | 组织三方联席会议次数",
    "volunteer_events": "本月志愿服务活动（次） | 组织业主志愿活动次数 | 开展志愿者活动次数",
    "volunteer_headcount": "志愿服务参加总人次 | 志愿活动参加（人次） | 参与志愿服务（人次）",
    "mediated": "本月已调解（件） | 调解矛盾（件） | 矛盾纠纷调解（件） | 已调解矛盾纠纷（件）",
    "resolved": "成功化解矛盾（件） | 已化解矛盾纠纷（件） | 化解成功（件）",
    "avg_days": "平均处理天数（日）",
    "decision_count": "本月业委会决议数 | 形成决议（件） | 业委会作出决议（件）",
    "decision_published": "其中已公布（件） | 决议已公布（件） | 公布决议（件）",
    "satisfaction_rate": "居民总体满意率（%） | 居民满意度（百分比） | 满意率（%）",
    "survey_date": "开展居民满意度调查日期 | 满意度调查日 | 最近满意度调查日期",
    "survey_sample": "居民满意度调查问卷份数 | 调查问卷（份）",
    "training_topics": "培训内容（可多选） | 培训的内容类别",
    "service_items": "便民服务项目（多选） | 提供的便民服务内容",
    "creation_projects": "参与创建的项目 | 创建项目（可多选）",
    "opinion_channels": "意见征集的渠道 | 征集意见渠道（可多选）",
    "messages": "本月留言（条） | 收到留言（条）",
    "messages_answered": "已回复留言（条） | 留言回复数（条）",
    "owner_group_count": "业主微信群（个） | 建立业主群（个）",
    "households_in_group": "业主入群（户） | 已入群（户）",
    "has_official_account": "是否建有微信公众号 | 开通微信公众号",
    "info_system": "是否建立小区信息系统 | 有无信息化系统",
    "party_ratio": "党员委员占比（%） | 委员党员比例 | 党员所占比例（%） | 其中党员占比",
    "annual_rating": "年度规范化评价（等次） | 规范化运作评价（年度）",
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


@pytest.mark.parametrize(
    "id_, heading", [(id_, heading) for id_, all_ in IN_OTHER_WORDS.items() for heading in all_.split(" | ")]
)
def test_what_a_clerk_writes_in_other_words_is_understood(id_, heading):
    assert read_as(heading) == id_


@pytest.mark.parametrize("id_, path", [
    ("joint_meetings", "三方联席会议/召开次数"), ("joint_meetings", "联席会议/本月召开次数"), ("committee_meetings", "业委会会议/召开次数"),
    ("debrief_date", "年度述职评议/开展日期"), ("debrief_date", "述职评议/述职评议日期"), ("self_study_ytd", "自行组织学习/本年累计次数"),
    ("reception_days", "定期接待/接待次数"), ("reception_visitors", "定期接待/接待人次"), ("member_count", "委员人数/实有"),
    ("committee_meetings", "会议次数/实际"), ("src_block_leader", "委员来源/楼组长"), ("rule_disclosure", "信息公开制度/（是/否）"),
    ("party_ratio", "党员人数/占比"), ("party_ratio", "业委会党员/比例"),
])  # fmt: skip
def test_a_leaf_that_says_nothing_alone_is_read_with_its_group(id_, path):
    group, leaf = path.split("/", 1)
    assert read_as(group, leaf) == id_


@pytest.mark.parametrize("path", [
    "楼组长/人数", "候选人/人数", "志愿者/人数", "主任/联系电话", "副主任/电话", "党支部/成立日期", "居民区党组织/成立日期", "会议次数/计划", "委员人数/应设",
    "任期届满/实际",
])  # fmt: skip
def test_a_group_that_is_somebody_or_only_intended_is_not_read(path):
    assert MATCHER.match(tuple(path.split("/"))).field is None


def test_people_are_not_visits():
    assert (
        read_as("接待人次") == "reception_visitors" and read_as("志愿活动（人次）") == "volunteer_headcount"
    )
    for heading in ("志愿者人数", "培训人数", "业务学习人次", "业委会委员人次", "小区党员人次"):
        assert MATCHER.match((heading,)).field is None


def test_an_estate_before_the_words_is_passed_over_for_things_and_never_for_people():
    assert read_as("小区车辆总数") == "vehicle_count" and read_as("住宅小区宠物管理制度") == "rule_pets"
    for heading in (
        "小区党员人数",
        "小区在职党员人数",
        "小区60岁以上人数",
        "小区联系电话",
        "小区会议次数",
        "小区党员比例",
    ):
        assert MATCHER.match((heading,)).field is None


# Answers that are headings of some other field as well: nothing tells them apart but where they stand.
BOTH = {"任期届满", "党组织", "到期", "在任", "居委", "居委会", "居民委员会", "届满", "已到期", "已组建", "物业企业", "物业公司", "物业服务企业", "组建", "问卷", "其他"}  # fmt: skip


def test_an_answer_is_not_taken_for_a_heading():
    answers = {
        text for one in FIELDS.values() for value, also in one.values.items() for text in (value, *also)
    }
    yes_and_no = "是 否 有 无 已建立 未建立 已建 未建 建立 健全 已健全 已制定 未制定 完善 已落实 已完成 没有 暂无 符合 不符合 规范 合规 填是或否 填数字 必填"
    assert {text for text in {*answers, *yes_and_no.split()} if MATCHER.knows(text)} <= BOTH


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


def test_of_two_scales_the_line_of_units_below_the_heading_is_the_one_that_counts():
    assert MATCHER.match(("建筑面积（万平方米）",)).scale == 10_000
    assert MATCHER.match(("建筑面积（万平方米）", "千平方米")).scale == 1_000


def test_a_term_is_two_fields_in_one_column():
    found = MATCHER.match(("基本情况", "任期起止日期"))
    assert (found.field.id, found.until.id) == ("term_start", "term_end")


# Real columns of such sheets that are no field of the return, one word each.
NOT_ASKED = """
未公示次数 应开会次数 拟培训次数 上月例会次数 上届委员人数 候补委员党员数 应召开会议次数 计划会议次数 计划培训次数 未召开会议次数 会议应到人数 会议实到人数 会议人次
会议计划 应出席率 缺席率 缺席人次 请假人次 未整改件数 未答复件数 未答复数 未化解件数 未调解件数 调解未成件数 待整改数 整改率 整改完成率 答复率 化解率 调解率 调解成功率
化解时限 已立案件数 未完成整改数 逾期整改件数 需整改数 整改中件数 居委会党员数 物业党员数 小区党员总数 居民党员数 业主党员数 楼组党员数 党员户数 
党员主任 党员副主任 非党员人数 预备党员 入党积极分子 退休党员 群众委员人数 民主党派人数 女委员人数 女党员人数 少数民族人数 35岁以下委员数 本科以上学历人数
委员应有人数 应选委员数 缺额委员数 委员空缺数 离任委员数 辞职委员数 罢免委员数 新增委员数 上届人数 原委员人数 委员缺额 拟选委员数 专职委员数 兼职委员数 委员候选人数量
委员年龄上限 委员最大年龄 委员总年龄 委员任职年限 委员津贴 上年培训次数 去年培训次数 上月培训次数 下月培训计划 培训时长 培训学时 培训人数 培训费用 培训合格人数
培训合格率 培训不合格人数 缺训人次 未参训人次 参训率 培训计划数 培训目标次数 应训人数 培训地点 培训满意度 物业培训次数 居委会培训次数 志愿者培训次数 上月会议次数
去年会议次数 业主大会次数 居委会会议次数 物业例会次数 党支部会议次数 党小组会议次数 居民代表会议次数 楼组长会议次数 街道会议次数 会议决议数上月 临时会议次数占比
线上会议占比 会议时长 会议记录份数 会议纪要数 会议通知份数 参会人数 列席人数 应接待次数 接待日应开次数 上月接待次数 居委会接待次数 物业接待次数 街道接待人次
信访接待人次 接待地点 接待时间 接待日时间安排 接待满意率 接待未答复件数 累计接待人次上年 上届任期开始 上届届满日期 原任期届满 延期届满日期 物业合同届满日期 合同到期日
物业合同开始日期 任期年限 任期剩余月数 距届满天数 超期天数 逾期天数 下届选举日期 拟换届日期 计划换届日期 预计选举日期 应换届日期 换届完成日期计划 拟成立日期
计划成立党组织日期 党组织换届日期 党组织届满日期 物业电话 物业经理 物业经理电话 物业项目经理 居委会主任 居委会电话 书记电话 街道联系人 街道联系电话 业委会主任 主任姓名
主任电话 副主任 秘书 填报人 填报人电话 审核人 物业公司资质 物业费单价 物业费收缴率 物业合同 前期物业公司 原物业公司 上家物业 拟聘物业公司 物业服务合同期限 空置户数
出租户数 租户数 商户数 入住户数 未入住户数 独居户数 困难户数 入群率 未入群户数 入群户数占比 户均面积 地下面积 绿化面积 商业面积 公共面积 占地面积 用地面积 物业用房面积
楼栋数 门牌数 电梯数 车位缺口 未规划车位 充电桩数 地下车位数 已售车位 车位收费 车辆违停数 外来车辆数 非机动车数 新能源车数 停车收费标准 停车收入 道闸数 维修资金余额
维修资金收入 维修资金支出 维修资金使用金额 维修资金续筹 公共收益金额 公共收益余额 公共收益收入 公共收益支出 公共收益未公布次数 维修资金公布次数 维修资金应公布日期
公共收益下次公布日期 审计费用 审计机构 审计问题数 审计整改数 应审计次数 未审计原因 拟审计日期 审计未公告数 工作经费余额 工作经费金额 违约金额 违约未整改件数
发函未回复数 物业回函数 投诉物业件数 投诉业委会件数 信访件数 12345投诉件数 热线工单数 工单满意率 工单办结率 物业满意率 居委会满意率 不满意率 不满意件数 满意度得分
满意户数 满意度排名 上年满意率 去年满意度 满意度目标 业主大会投票率 投票户数 同意率 反对票数 弃权票数 应投票数 收回票数 发放选票数 选票有效数 无效票数 决议未公布数
未公布决议 决议未执行数 决议执行数 决议通过率 应公布决议数 上月决议数 待决议数 业主大会决议数 居委会决议数 公示天数 公示期 公示地点 公示未满数 未公示决议数 拟公示数
志愿者人数 志愿者注册数 志愿时长 志愿服务时长 志愿者队伍数 志愿计划次数 党员志愿者人数 结对党员数 结对单位 结对社区 独居老人数 困难家庭数 老党员人数 老干部人数
残疾人数 应帮扶人次 未帮扶人数 消防培训人次 消防培训应开次数 消防演练人次 消防演练计划 消防隐患数 消防隐患整改数 消防设施数 去年消防演练次数 垃圾分类合格率
垃圾分类不合格次数 垃圾分类投诉 充电桩投诉件数 楼道堆物数 楼道堆物投诉件数 违规充电数 违规充电件数 充电事故数 养犬数 宠物投诉件数 微信群人数 群成员数 公众号关注数
公众号粉丝数 公众号推文数 留言未回复数 未回复留言 留言回复率 回复率 网上投诉数 信息公开次数 信息公开率 应公开事项数 未公开事项数 公开栏数量 公告栏数 储备党员拟任数
拟储备人数 储备人选未审核数 候选人未审核数 未审核人数 待审核人数 审核不通过人数 审核未通过人数 审核通过率 候选人党员人数 候选人平均年龄 候选人名单 选举投票率 选举费用
选举未通过数 制度总数 制度个数 已建制度数 未建制度数 拟建制度 制度修订次数 制度上墙数 制度未落实数 会议制度修订日期 印章数 印章保管人 印章遗失数 用印次数
未登记用印次数 档案数 资料份数 资料缺失数 装修户数 装修投诉 装修违规数 包案领导 包案化解率 未包案数 述职报告份数 述职得分 拟述职日期 计划述职时间 未述职原因 评议得分
评价得分 评议人数 自评等级 街道评价等级 上年度得分 年度考核得分 年度排名 党建经费 党费 党组织应建数 党组织未建原因 拟建党组织形式 党组织覆盖率 党组织人数 党支部数
党支部书记电话 党总支书记 居民区书记 党建联席会议次数 主题党日次数 党课次数
上半年会议次数 上半年巡视次数 上半年调解件数 上半年走访户数 下半年计划会议次数 下半年学习次数 一季度巡视次数 一季度化解件数 二季度走访户数
第一季度接待次数 上季度会议次数 去年接待人次 去年志愿活动次数 去年调解件数 去年同期学习次数 上年度走访户数 上年同期化解件数
2025年会议次数 2025年度接待人次 5月会议次数 1-5月学习次数 4-6月巡视次数 全年接待次数 全年调解件数 累计会议次数 累计化解件数
累计走访户数 年累计巡视次数 本届以来会议次数 计划走访户数 计划学习次数 计划巡视次数 计划志愿活动次数 计划接待日次数 计划消防演练次数
拟开展培训次数 目标满意率 目标走访户数 应开联席会议次数 应审核人数 应整改件数 下月接待计划 拟整改件数 预计换届日期 预计届满日期
拟备案日期 计划审计日期 计划公布日期 计划述职日期 物业会议次数 物业走访户数 物业接待人次 物业调解件数 物业化解件数 物业学习次数
物业志愿活动次数 物业整改件数 物业培训人次 物业公众号 物业微信群数 物业答复件数 物业留言数 物业满意度 物业联系人 物业负责人 物业办公地址
物业备案日期 物业巡检次数 物业党支部负责人 物业公司电话 物业车辆数 居委会接待人次 居委会走访户数 居委会会议场次 居委会学习次数
居委会志愿活动次数 居委会办公地址 居委会巡视次数 居委会决议件数 居委会联席会议次数 居委会满意度 居委会公众号数 居委会负责人 居委会调解次数
居委会成员平均年龄 居委会述职日期 居委会任期届满 居民区党组织成立日期 居民区党总支成立时间 居民区党员占比 小区党员比例 居民区在职党员人数
居民区志愿服务人次 社区志愿者人数 街道走访户数 街镇会议次数 街道督查次数 街道满意度测评 业主大会召开次数 业主大会出席率 业主大会决议件数
业主代表会议次数 居民代表大会次数 监事会会议次数 监督小组人数 筹备组会议次数 筹备组人数 楼组长平均年龄 志愿者平均年龄 党支部学习次数
党支部党员比例 党支部换届时间 党总支换届日期 支部书记电话 主任手机号码 主任年龄 主任联系电话 副主任姓名 秘书电话 委员女性比例 女委员占比
委员大专以上比例 60岁以下委员比例 非党员比例 预备党员比例 候选人党员比例 储备党员比例 交叉任职目标比例 计划党员比例 上届党员比例
上届党员占比 居委会交叉任职比例 物业党员占比 未答复意见数 未整改问题数 未公布决议件数 未审计项目 未换届原因 未回复留言数 未建制度
停车投诉数 停车纠纷数 充电车位数 人防车位 地面车位数 固定车位 访客车辆 违停车辆数 车辆识别系统 车位配比 商铺面积 公共部位面积 老党员数
老干部数 注册志愿者数 审计单位 审计机构名称 审计整改日期 审计意见 公共收益总额 印章遗失日期 印章启用日期 档案卷数 制度修订日期
制度公布日期 会议地点 会议主题 平均会议时长 接待时段 巡视时间 巡视路线 培训时间 培训讲师 学习内容 学习地点 学习人次 学习时长
满意度调查方式 满意度调查机构 调查问卷回收率 问卷回收率 述职人 述职地点 评价日期 评价机构 换届次数 换届原因 选举地点 选举参与率
选举票数 储备名单 储备人选姓名 决议内容 决议日期 留言内容 投诉内容 投诉处理率 违约类型 违约内容 发函日期 发函内容 联席会议日期
联席会议主题 联席会议参加人数 志愿活动主题 帮扶金额 帮扶对象 咨询内容 服务时间 创建时间 创建结果 称号授予日期
"""
# Paths whose leaf is a field and whose group, remark or lower line makes another datum of it.
TURNED = """
计划/会议次数 上届/委员人数 未公示/次数 应开会/次数 会议次数/计划 会议次数/应开 会议次数/未开 会议次数/上月 委员人数/上届 委员人数/应有 委员人数/缺额 委员人数/女
委员人数/其中：女性 委员人数/候选 党员人数/预备 小区党员/占比 居民区党员/比例 非党员/比例 培训次数/计划 培训次数/拟 培训次数/去年 居委会/党员人数 居委会/培训次数 物业/人数 物业/培训次数
监事会/会议次数 业主监督委员会/会议次数 党支部/会议次数 党小组/会议次数 党总支/会议次数 业主大会/出席率 居民代表/会议次数 楼组/会议次数 前任/联系电话
上届业委会/任期届满 拟换届/日期 换届计划/选举日期 整改前/问题数 问题/未整改 意见/未答复 意见/未答复件数 纠纷/未化解 调解/未成功 调解/未调解件数 决议/未公布 审计/未审计
审计/拟审计 审计/费用 维修资金/余额 公共收益/金额 储备/拟任 选举/无效票 志愿者/人数 志愿活动/计划次数 满意度/上年 满意度/目标 满意度调查/未回收样本 停车/缺口 停车/收费
消防/应训 消防/计划培训 消防/隐患 自行组织学习/计划 自学/应学 街镇培训/未参训 街镇培训/缺训 街镇培训/参训率 2025年/培训次数 2025年/满意率 上半年/会议次数
三季度/会议次数 9月/会议次数 1-9月/会议次数 8月/接待次数 抽查/会议次数 街道核查/会议次数 区级督查/巡视次数 自评/评价结果 得分/会议次数 目标值/会议次数 完成率/培训次数
同比/会议次数 增减/委员人数 会议次数（计划） 会议次数（应开） 会议次数（上月） 会议次数（拟召开） 会议次数（未召开的） 会议次数（2025年） 会议次数（9月）
会议次数（1-6月） 会议次数（街道抽查数） 会议次数（物业公司组织） 会议次数（居委会组织召开的） 委员人数（上届） 委员人数（应配） 委员人数（拟任） 培训次数（下月计划）
接待人次（未答复） 党员人数（小区） 党员人数（居民区） 党员人数（预备党员） 联系电话（物业） 户数（空置） 户数（未入住） 车位数（规划未建） 满意率（物业服务）
满意率（去年同期） 届满日期（上届） 选举日期（计划） 选举日期（拟定） 选举日期（预计时间） 本届以来/会议次数 任期内/培训次数 历年/审计报告日期 累计/会议次数
本届累计会议次数 平台数据/会议次数
主任/姓名 主任/年龄 书记/联系电话 物业/联系电话 物业公司/负责人 居委会/成员人数 居委会/会议次数 居委会/党员比例 小区/党员占比
居民区/党员占比 上届/党员占比 计划/党员比例 党支部/党员人数 党支部/成立时间 监事会/成立日期 楼组长/人数 候选人/党员人数
上半年/接待次数 去年/会议次数 去年/满意率 计划/走访户数 目标/会议次数 委员人数/应设 委员人数/核定 接待次数/上半年 满意率/去年
满意率/物业 联系电话/物业 联系电话/居委会 会议/计划次数 会议/应到人数 培训/应训 志愿服务/时长 志愿服务/志愿者人数 审计/机构
述职/得分 换届/原因 换届/计划日期 停车/收费标准 停车/投诉件数 物业合同/届满日期 物业合同/任期 业主大会/召开次数 业主大会/会议次数
党支部/换届日期 居民区党组织/成立日期 居民区党组织/党员比例 户数/出租 户数/空置 会议次数/居委会 接待次数/物业 党员人数/居民区
党员比例/上届 党员占比/小区 交叉任职比例/目标
"""


@pytest.mark.parametrize("heading", NOT_ASKED.split())
def test_a_near_miss_is_not_read(heading):
    assert MATCHER.match((heading,)).field is None


@pytest.mark.parametrize("path", TURNED.split())
def test_a_group_or_a_remark_that_makes_another_datum_is_not_passed_over(path):
    assert MATCHER.match(tuple(path.split("/"))).field is None


TURNS = [
    "计划",
    "年度目标",
    "拟召开",
    "应完成",
    "预计",
    "未完成",
    "未公示",
    "不合格",
    "上届业委会",
    "前任业委会",
    "下届业委会",
    "上年情况",
    "历年",
    "去年同期",
    "其中：女性",
    "35岁以下",
    "同比",
    "比上月增减",
    "完成率",
    "得分",
    "街道抽查",
    "自评得分",
    "辞职委员",
    "2025年",
    "8月",
    "三季度",
]


@pytest.mark.parametrize("group", TURNS)
def test_words_that_turn_the_meaning_forbid_every_field_that_does_not_say_them(group):
    read = [one for one in FIELDS.values() if MATCHER.match((group, one.label)).field]
    words = turns_of(group)
    assert all(words & turns_of("".join((one.label, *one.also, one.group))) for one in read)
    assert len(read) < 10
    for one in FIELDS.values():
        found = MATCHER.match((f"{one.label}（{group}）",))
        assert not found.field or found.field in read or one.type in ("date", "dates"), one.label


@pytest.mark.parametrize("path, how", [
    ("电梯/会议次数", "ambiguous"), ("信访/答复件数", "ambiguous"), ("问题清单/整改件数", "exact"), ("信访/整改件数", "unknown"),
    ("信访/平均处理天数", "loose"), ("志愿者队伍/业主登记合规", "loose"), ("群众评价好/居民满意率", "exact"), ("日常工作开展情况/会议次数", "exact"), ("会议次数（不含联席会议）", "loose"), ("党建引领/党员人数", "exact"),
    ("上届业委会/任期起止日期", "ambiguous"), ("2026年10月/会议次数", "exact"), ("会议次数/10月", "exact"), ("会议次数（10月）", "exact"),
    ("会议次数/9月", "ambiguous"), ("1-10月/自行组织学习次数", "exact"), ("1-9月/自行组织学习次数", "ambiguous"), ("2026年/会议次数", "ambiguous"),
    ("备案日期（2020.5.1）", "exact"), ("会议次数（2026.10）", "exact"), ("会议次数（2026.9）", "ambiguous"), ("审计报告日期（2025年）", "ambiguous"), ("停车管理是否规范（规范/不规范）", "exact"), ("会议次数（未召开填0）", "exact"),
])  # fmt: skip
def test_below_a_group_nobody_knows_only_a_full_name_is_read_and_it_is_said(path, how):
    assert MATCHER.match(tuple(path.split("/") if "（" not in path else (path,))).how == how


@pytest.mark.parametrize(
    "path", ["本月/居民满意率", "10月/居民满意率", "居民满意率/本月", "居民满意率（10月）"]
)
def test_a_month_forbids_what_is_asked_for_once_a_year(path):
    assert MATCHER.match(("居民满意率",)).field and MATCHER.match(("全年", "居民满意率")).field
    assert MATCHER.match(tuple(path.split("/"))).field is None


@pytest.mark.parametrize(
    "heading", [
        "会议次数（夜里开）", "会议次数（夜间召开的会）", "业委会会议次数（其中临时会议）", "业委会会议次数（次/年）", "业委会会议次数（次/季）",
        "业委会会议次数（仅视频会议）", "巡视次数（物业）", "接待人次（来访）", "接待人次（来访、来电）", "居民总数", "居民数", "业主数", "业主总数",
    ],
)  # fmt: skip
def test_a_word_that_restricts_or_counts_something_else_forbids_the_match(heading):
    assert MATCHER.match((heading,)).field is None


@pytest.mark.parametrize(
    "heading, field", [
        ("会议次数（业委会）", "committee_meetings"), ("业委会会议次数（次/月）", "committee_meetings"), ("自行组织学习次数（次/年）", "self_study_ytd"),
        ("业委会人数（含主任）", "member_count"), ("户数（户）", "households"), ("业委会会议次数（以会议记录为准）", "committee_meetings"), ("接待（人次）", "reception_visitors"),
    ],
)  # fmt: skip
def test_a_remark_that_says_the_heading_again_or_how_to_fill_in_restricts_nothing(heading, field):
    assert MATCHER.match((heading,)).field.id == field


@given(
    st.sampled_from([each for each in FIELDS.values() if each.type in ("int", "pct")]),
    st.text("夜雨琴棋书画梅兰竹菊", min_size=2, max_size=12),
)
def test_a_remark_of_words_that_nobody_knows_is_never_passed_over(field, remark):
    assert MATCHER.match((f"{field.label}（{remark}）",)).field is None


def test_of_rival_columns_the_label_comes_first_then_another_name_then_a_shortened_label():
    ranks = [
        MATCHER.match((one,)).rank for one in ("业委会会议次数", "例会次数", "会议次数", "业委会例会的次数")
    ]
    assert ranks == sorted(set(ranks)) and ranks[0] == 0


def near(*path: str) -> dict[str, int]:
    return {one.id: score for one, score in MATCHER.near(path)}


def test_an_unknown_heading_has_up_to_three_proposals_with_scores():
    found = near("自主钻研学习（次）")
    assert 0 < len(found) <= 3 and max(found, key=found.get) == "self_study_ytd"
    assert all(45 <= score <= 100 for score in found.values())
    assert near("xyz") == {} and near("（次）") == {} and near() == {}


def test_what_unit_period_or_a_turning_word_forbids_is_not_proposed():
    assert "committee_meetings" in near("业委会例会次数")
    assert "committee_meetings" not in near("业委会例会人次") and "committee_meetings" not in near(
        "去年例会次数"
    )
    assert near("计划例会次数") == {} and "committee_meetings" not in near("未开例会次数")
    assert "rule_meeting" not in near("例会制度数量")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("本月工作", "本月巡视次数（次）"), "patrol_count"),
        (("本月工作", "当月业委会会议次数"), "committee_meetings"),
        (("学习", "今年以来自行组织学习次数"), "self_study_ytd"),
        (("年初以来消防演练次数",), "fire_drill_ytd"),
        (("2025年度规范化评价结果",), "annual_rating"),  # in 2026 the year before is that of 上年度
        (("思想培训次数（次）",), "ideology_training_count"),
        (("培训采取的形式（可多选）",), "training_formats"),
    ],
)
def test_the_time_that_a_datum_is_of_may_be_said_once_more(path, field):
    assert MATCHER.match(path).field is FIELDS[field]


@pytest.mark.parametrize(
    "path",
    [
        ("2024年度规范化评价结果",), ("2025年度维修资金审计",), ("2025年自行组织学习次数",),
        ("本月工作", "本月自行组织学习次数"), ("居委会", "本月巡视次数"), ("上月工作", "本月巡视次数"),
    ],
)  # fmt: skip
def test_another_time_than_that_of_the_datum_is_not_passed_over(path):
    assert MATCHER.match(path).field is None
