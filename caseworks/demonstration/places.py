"""The names of an invented town on an island that no map shows."""

TOWN = "青屿街道"

COMMUNITIES = [
    "听潮社区", "望屿社区", "渔歌社区", "白沙社区", "青岬社区", "海棠社区", "云帆社区", "观澜社区", "碧湾社区",
    "锦浦社区", "双塘社区", "石埠社区", "临港社区", "港前社区", "灯塔社区", "银滩社区", "长堤社区", "桐荫社区",
    "芦花社区", "沙洲社区", "松涛社区", "星海社区", "新渔社区", "南礁社区", "北礁社区", "大岙村", "小岙村", "后屿村",
    "横塘村", "竹湾村", "杏坞村", "盐田村", "岭下村", "石井村", "浦口村", "枫林村", "柳浪村",
]  # fmt: skip

STREETS = [
    "听潮路", "望屿路", "渔歌路", "白沙街", "青岬路", "海棠街", "云帆路", "观澜大道", "碧湾路", "锦浦街", "双塘路",
    "石埠街", "临港大道", "港前路", "灯塔路", "银滩路", "长堤路", "桐荫街", "芦花路", "沙洲路", "松涛街", "星海路",
    "新渔街", "南礁路", "北礁路", "大岙路", "小岙路", "后屿街", "横塘路", "竹湾路", "杏坞路", "盐田路", "岭下路",
    "石井街", "浦口路", "枫林路", "柳浪路",
]  # fmt: skip

# name, kind, what they can help with
UNITS = [
    ("青屿街道经济发展办公室", "department", "企业开办 用地 政策兑现 台企侨企联络"),
    ("青屿街道城市管理办公室", "department", "占道 油烟 停车 市容"),
    ("青屿街道社会事务办公室", "department", "救助 低保 残疾人服务 养老"),
    ("青屿街道住房建设办公室", "department", "房屋安全 征收补偿 物业监管"),
    ("青屿街道便民服务中心", "department", "证件 社保 医保窗口"),
    ("青屿街道应急管理站", "department", "消防 防台 安全生产"),
    ("青屿司法所", "department", "人民调解 法律援助 公证指引"),
    ("青屿人力资源和社会保障所", "department", "就业 养老保险 培训"),
    ("青屿自来水公司", "utility", "水管抢修 水表 水压"),
    ("青屿供电所", "utility", "停电抢修 电表 线路"),
    ("青屿燃气站", "utility", "燃气泄漏 管道 换表"),
    ("青屿环卫所", "utility", "垃圾清运 公厕 窨井"),
    ("青屿街道社区卫生服务中心", "hospital", "家庭医生 上门体检 康复"),
    ("青屿中心医院", "hospital", "就医一卡通 专家门诊"),
    ("青屿小学", "school", "入学 转学"),
    ("听潮幼儿园", "school", "入托"),
    ("海安物业公司", "company", "电梯 门禁 保洁"),
    ("碧湾物业公司", "company", "电梯 停车 绿化"),
    ("渔港市场管理公司", "company", "摊位 市场秩序"),
    ("屿联精密机械有限公司（台企）", "enterprise", ""),
    ("海盛水产食品有限公司（台企）", "enterprise", ""),
    ("侨茂电子有限公司（侨企）", "enterprise", ""),
    ("归舟茶业商行（侨企）", "enterprise", ""),
    ("听潮志愿者服务队", "team", "家电维修 理发 磨刀"),
    ("银龄互助队", "team", "陪同就医 读报 聊天"),
]
# The unit of the `department` account, and those that cases are routed to by rule.
# Whom one asks for help, by the code of the category.
HELPERS = {
    code: tuple(UNITS[number][0] for number in numbers)
    for code, numbers in {
        "public-works": (0, 3, 8, 9, 11, 16, 17), "neighbours": (1, 6, 16), "property": (3, 6), "family": (2, 6),
        "school": (14, 15),
        "medical": (12, 13), "employment": (7, 0), "pension": (4, 7), "notary": (6, 4), "kin-search": (6, 4),
        "domestic-help": (12, 24), "documents": (4, 6), "enterprise": (3, 5, 9), "hardship": (2, 12),
    }.items()
}  # fmt: skip
ENTERPRISES, WATER, CITY, HOUSING, SERVICE_CENTRE = (UNITS[i][0] for i in (0, 8, 1, 3, 4))

# Where the relatives abroad live, with how many of a hundred.
COUNTRIES = {
    "美国": 19, "澳大利亚": 11, "加拿大": 10, "日本": 9, "中国香港": 9, "中国台湾": 8, "新加坡": 5, "英国": 4,
    "意大利": 3, "德国": 3, "新西兰": 3, "法国": 2, "西班牙": 2, "中国澳门": 2, "韩国": 1, "马来西亚": 1, "泰国": 1,
    "印度尼西亚": 1, "菲律宾": 1, "越南": 1, "荷兰": 1, "比利时": 1, "瑞典": 1, "奥地利": 1, "葡萄牙": 1, "阿根廷": 1,
    "巴西": 1, "南非": 1, "阿联酋": 1, "爱尔兰": 1,
}  # fmt: skip
