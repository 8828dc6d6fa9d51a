"""The columns an office's ledgers have, under the names that offices give them.

A column is known by its words, never by its place. Words are written in simplified characters without blanks,
brackets or other signs; headers are brought to that form before they are compared (`people.ledger_headers`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Column:
    key: str
    names: str
    """What the header may say, between blanks; the first is the usual one, shown when the column is missed."""
    never_with: str = ""
    """A header that also says one of these, between blanks, is about somebody or something else."""
    only_so: bool = False
    """Only a header that is one of the names, not one that holds one of them."""
    right_of: str = ""
    """Key of the column to whose right a bare 电话 belongs to this one."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(self.names.split())

    @property
    def label(self) -> str:
        return self.words[0]


@dataclass(frozen=True)
class LedgerKind:
    key: str
    columns: tuple[Column, ...]
    required: tuple[tuple[str, ...], ...]
    """Of each group of keys at least one column must be there."""
    shared: frozenset[str] = frozenset()
    """Keys of what is written once for several rows: of a household, of a community."""

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


ABROAD = "海外 境外 国外 台港澳 港澳台 旅居 侨居"
_COMMUNITY = Column(
    "community",
    "社区 所属社区 社区村 村社区 村居 村居社区 所在社区 所属村居 社区名称 村名 所属村 居委会 "
    "所属社区村 行政村 社区村居 辖区",
    never_with="干部 意见 电话",
)
_GROUP = Column(
    "group", "网格小组 小组 网格 所属网格 网格名称 组别 小组名称 所属小组", never_with="组长 长 员 姓名 电话"
)
# Whose names and numbers stand in a register besides those of the residents.
_OTHERS = "干部 组长 委员 联络员 网格员 网格长 联系人 监护 紧急 帮扶 结对 志愿 责任人 负责人 填报"
# A second column of numbers; it takes the usual words too where the first has taken one of them.
_OTHER_PHONE = (
    "其他电话 其他联系方式 固定电话 座机 座机号码 固话 家庭电话 住宅电话 宅电 备用电话 第二联系电话 "
    "电话2 手机2 手机号2 手机号码2 电话号码2 联系电话2 联系方式2 电话二 手机二 联系电话二 联系方式二"
)
_REMARK = Column("remark", "备注 说明 其他 备注说明 附注")

NETWORK = LedgerKind(
    "network",
    (
        Column("serial", "序号 编号 序 no"),
        _COMMUNITY,
        Column(
            "officer",
            "专职干部 社区干部 社区专干 社区负责人 联系干部 干部 干部姓名 村居干部 侨务干部 专职工作者 社工 "
            "联络站负责人 联络站站长",
            never_with="电话 手机 联系方式 号码",
        ),
        Column(
            "officer_phone", "干部电话 专职干部电话 干部联系电话 干部手机 社区干部电话 专干电话", right_of="officer"
        ),
        Column(
            "committee_member",
            "包片委员 委员 分片委员 联系委员 包片领导 分管委员 包片干部 包片负责人 "
            "分管领导 联系领导 挂钩领导 包村领导 包联领导",
            never_with="电话 手机",
        ),
        _GROUP,
        Column(
            "leader",
            "小组长 组长 网格长 联络员 组长姓名 小组长姓名 网格员 网格组长 小组负责人 联络员姓名",
            never_with="电话 手机 联系方式 号码",
        ),
        Column(
            "leader_phone",
            "小组长电话 组长电话 网格长电话 联络员电话 小组长手机 组长联系电话 组长手机 网格员电话 "
            "小组长联系电话 小组长联系方式",
            right_of="leader",
        ),
        # Where each person has a row: what he does, and who he is.
        Column("duty", "职务 岗位 职责 身份 角色 人员类别", never_with="电话"),
        Column("person", "姓名 人员姓名", never_with="组长 网格 干部 委员 领导 电话 联络"),
        Column("person_phone", "人员电话 人员手机 本人电话", right_of="person"),
        Column("household_count", "约计户数 户数 联系户数 家庭户数 侨台户数 管辖户数 服务户数"),
        _REMARK,
    ),
    required=(("community", "group"), ("group", "leader", "duty")),
    shared=frozenset({"serial", "community", "officer", "officer_phone", "committee_member"}),
)

RESIDENTS = LedgerKind(
    "residents",
    (
        Column("serial", "序号 编号 户号 序 号 no 户序号 户编号 家庭编号", never_with="身份 证"),
        _COMMUNITY,
        _GROUP,
        Column("head_name", "户主姓名 户主 家长姓名 户主名", never_with="关系 电话 证 手机 是否 与户主"),
        Column("is_head", "是否户主 是否为户主 是否是户主"),
        Column(
            "address",
            "家庭住址 住址 地址 家庭地址 现住址 居住地址 详细地址 家庭详细地址 住所 现居住地 门牌号 常住地址",
            never_with=f"单位 {ABROAD}",
        ),
        Column(
            "household_kind",
            "户别 户类别 家庭类别 户类型 家庭类型 类别 身份类别 对象类别 侨台类别 人员类别 侨台身份 属性",
            never_with="服务",
        ),
        Column(
            "member_name",
            "成员姓名 姓名 家庭成员 家庭成员姓名 居民姓名 人员姓名 成员 本人姓名",
            never_with=f"户主 关系 亲属 电话 曾用 {_OTHERS} {ABROAD}",
        ),
        Column("relation", "与户主关系 户主关系 家庭关系 关系 成员关系 称谓", never_with=f"亲属 {ABROAD}"),
        Column("sex", "性别 男女", never_with=ABROAD),
        Column("born", "出生年月 出生日期 生日 出生年月日 出生 出生时间 生年月日", never_with=ABROAD),
        Column(
            "id_number",
            "身份证号 身份证号码 身份证 证件号码 证件号 公民身份号码 居民身份证号 有效证件号码 "
            "身份证号或台胞证号 台胞证号",
            never_with=f"类型 地址 照片 {ABROAD}",
        ),
        Column(
            "phone",
            "联系电话 电话 手机 联系方式 电话号码 手机号码 手机号 本人电话 联系手机 固定电话 家庭电话 "
            "联络方式 联络电话 联系方法",
            never_with=f"联络 亲属 子女 单位 {_OTHERS} {ABROAD}",
        ),
        Column("other_phone", f"{_OTHER_PHONE} 手机 手机号码 手机号 联系电话 电话 电话号码 联系方式", only_so=True),
        Column("health", "健康状况 身体状况 健康情况 身体情况"),
        Column(
            "overseas_relatives",
            "海外台港澳亲属 海外亲属 海外亲属姓名 境外亲属 海外关系人 国外亲属 台港澳亲属 "
            "海外台港澳亲属姓名 港澳台亲属 旅外亲属 境外亲属姓名 海外人员姓名 留学人员姓名 留学生姓名 国外亲属姓名",
            never_with="国 地区 关系",
        ),
        Column(
            "overseas_country",
            "旅居国家地区 旅居国家 旅居国 所在国家地区 所在国 国家地区 侨居国 国别 居住国 旅居地 "
            "海外亲属国家 海外亲属所在国家 国家 居住国家地区 旅居国家或地区 现居国 现居国家 定居国 定居国家 居留国 "
            "留学国家 就读国家 侨居地 侨居国家",
            never_with="姓名",
        ),
        Column(
            "kin_relation", "亲属关系 与海外亲属关系 与境外亲属关系 海外亲属关系 海外关系 与亲属关系", never_with="户主"
        ),
        Column("tier", "服务类别 服务等级 走访类别 服务对象类别 服务分类 服务级别 走访等级"),
        _REMARK,
    ),
    required=(
        ("member_name", "head_name"),
        ("address", "relation", "head_name"),
        ("id_number", "born", "phone", "sex", "household_kind", "overseas_relatives"),
    ),
    shared=frozenset(
        {
            "serial",
            "community",
            "group",
            "head_name",
            "address",
            "household_kind",
            "overseas_relatives",
            "overseas_country",
            "kin_relation",
            "tier",
        }
    ),
)

HOTLINE = LedgerKind(
    "hotline",
    (
        Column("number", "编号 工单号 受理编号 登记编号 序号 序 no 工单编号 受理号 诉求编号 流水号 单号"),
        Column(
            "received_at",
            "来电时间 登记时间 受理时间 日期 来电日期 受理日期 登记日期 接电时间 时间 接听时间 "
            "反映时间 诉求时间 接待时间",
            never_with="办结 要求 回访 完成 期限 截止",
        ),
        Column(
            # The other one of two columns for day and hour, whichever comes first.
            "received_clock",
            "时间 时刻 具体时间 时分 日期 来电时间 来电时刻 接电时间 接听时间 登记时间 受理时间",
            never_with="办结 要求 回访 完成 期限 截止",
        ),
        Column(
            "caller",
            "来电人 姓名 反映人 诉求人 来电人姓名 联系人 反映人姓名 诉求人姓名 来访人 当事人 来电者 市民姓名",
            never_with="电话 手机 时间 经办 受理 方式",
        ),
        Column(
            "phone",
            "电话 联系电话 来电号码 手机 联系方式 来电电话 反映人电话 电话号码 手机号码 来电人电话 "
            "联络方式 联络电话 联系方法",
            never_with="经办 承办 受理 责任 单位 部门",
        ),
        Column(
            "other_phone",
            f"{_OTHER_PHONE} 手机 手机号码 手机号 联系电话 电话 电话号码 联系方式 来电号码",
            only_so=True,
        ),
        Column(
            "community",
            "社区 所属社区 社区村 村社区 村居 村居社区 所在社区 所属村居 社区名称 村名 所属村 居委会 "
            "所属社区村 行政村 社区村居 辖区 所属区域 属地 事发社区 涉及社区",
            never_with="干部 意见 电话",
        ),
        Column("address", "地址 事发地址 事发地点 地点 住址 家庭住址 详细地址"),
        Column(
            "content",
            "反映内容 诉求内容 内容 事由 反映事项 来电内容 主要内容 诉求事项 问题描述 反映问题 事项 "
            "具体内容 诉求 来电事由",
            never_with="回访 答复 类别 办理",
        ),
        Column("category", "类别 诉求类别 问题类别 类型 事项类别 分类 诉求类型 反映类别 问题分类"),
        Column("channel", "来源 渠道 来电方式 来源渠道 受理渠道 受理方式 诉求来源 登记方式 反映方式 来源方式"),
        Column(
            "unit",
            "承办单位 责任单位 办理单位 承办部门 责任部门 处理单位 主办单位 办理部门 经办单位 交办单位 "
            "处理部门 经办部门 承办科室 责任科室 办理科室 经办科室 处理科室",
        ),
        Column(
            "due_on",
            "要求办结日期 办理时限 要求办结时间 办结期限 截止日期 要求完成时间 限办日期 期限 时限 办理期限 应办结日期",
        ),
        Column(
            "status",
            "办理情况 办理状态 办理结果 状态 处理情况 办理进度 工单状态 处理结果 办结情况",
            never_with="回访 满意",
        ),
        Column("is_done", "是否办结 是否完成 是否解决 是否已办结 办结与否"),
        Column(
            "reply",
            "答复内容 答复情况 答复意见 办理答复 回复内容 回复情况 处理意见 办理意见 处理经过 办理过程",
            never_with="回访 满意 时间 日期 人",
        ),
        Column(
            "finished_on", "办结日期 办结时间 完成时间 完成日期 实际办结日期 办毕时间 结案日期", never_with="要求 应"
        ),
        Column("follow_up", "回访 回访情况 是否回访 回访结果 回访记录", never_with="时间 日期 人 满意"),
        Column(
            "satisfaction",
            "满意度 满意情况 是否满意 满意程度 评价 回访满意度 满意度评价 满意否 回访满意否",
        ),
        _REMARK,
    ),
    required=(("content",), ("received_at",), ("caller", "phone", "community")),
)

BUILDINGS = LedgerKind(
    "buildings",
    (
        Column("address", "地址 标准地址 门牌地址 详细地址 门牌 建筑地址 楼栋地址 房屋地址 坐落 address"),
        Column("street", "路名 街路巷 街路巷名 道路名称 道路 街巷 路街巷 街道路名 小区 自然村 村名 street"),
        Column("group", "村民小组 小组 组 村组"),
        Column("number", "门牌号 门牌号码 门号 号 弄号 弄 门牌号弄 number"),
        Column("building", "幢 幢号 栋 栋号 楼幢 楼栋 楼幢号 楼栋号 楼号 座 building", never_with="名称 单元"),
        # In the country's surveying X points north and Y east; 横 and 东, 纵 and 北 say the same everywhere.
        Column(
            "east",
            "东坐标 y y坐标 坐标y 横坐标 东坐标y 横坐标y 东y 东 东向坐标 x坐标东 x东 东座标 横座标 y座标 east easting",
        ),
        Column(
            "north",
            "北坐标 x x坐标 坐标x 纵坐标 北坐标x 纵坐标x 北x 北 北向坐标 y坐标北 y北 北座标 纵座标 x座标 "
            "north northing",
        ),
        Column("longitude", "经度 东经 longitude lng lon 经度坐标 坐标经度"),
        Column("latitude", "纬度 北纬 latitude lat 维度 纬度坐标 坐标纬度"),
        _REMARK,
    ),
    required=(("address", "street", "number"), ("east", "longitude"), ("north", "latitude")),
)

KINDS = {kind.key: kind for kind in (NETWORK, RESIDENTS, HOTLINE, BUILDINGS)}
