"""Headings: each field's own words in every dress, what clerks write instead, and what must not be taken for it."""

from __future__ import annotations

import pytest

from redstats import standard
from redstats.headings import Matcher
from redstats.months import Month
from redstats.wording import turns_of

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


def near(*path: str) -> dict[str, int]:
    return {one.id: score for one, score in MATCHER.near(path)}


def test_an_unknown_heading_has_up_to_three_proposals_with_scores():
    found = near("自主钻研学习（次）")
    assert 0 < len(found) <= 3 and max(found, key=found.get) == "self_study_ytd"
    assert all(45 <= score <= 100 for score in found.values())
    assert near("示例") == {} and near("（次）") == {} and near() == {}


def test_what_unit_period_or_a_turning_word_forbids_is_not_proposed():
    assert "committee_meetings" in near("业委会例会次数")
    assert "committee_meetings" not in near("业委会例会人次") and "committee_meetings" not in near(
        "去年例会次数"
    )
    assert near("计划例会次数") == {} and "committee_meetings" not in near("未开例会次数")
    assert "rule_meeting" not in near("例会制度数量")
