"""Lists to choose from that several sections share; the portal's own lists are a guess until seen."""

from typing import Literal

__all__ = ["Industry", "Province", "YesNo"]

YesNo = Literal["是", "否"]

Province = Literal[
    "北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省",
    "黑龙江省", "上海市", "江苏省", "浙江省", "安徽省", "福建省", "江西省",
    "山东省", "河南省", "湖北省", "湖南省", "广东省", "广西壮族自治区", "海南省",
    "重庆市", "四川省", "贵州省", "云南省", "西藏自治区", "陕西省", "甘肃省",
    "青海省", "宁夏回族自治区", "新疆维吾尔自治区", "台湾省", "香港特别行政区", "澳门特别行政区",
]  # fmt: skip

Industry = Literal[
    "化工", "机械", "纺织", "电子", "农业", "林业", "渔业", "矿产", "能源", "建筑",
    "交通运输", "物流", "商贸", "金融", "信息技术", "医药", "食品", "旅游", "教育", "其他",
]  # fmt: skip
