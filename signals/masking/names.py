"""Names of people, where words before them say that a name follows."""

from __future__ import annotations

import re
from typing import Final

from signals.masking.kind import Kind

_WORD: Final = r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’-]{1,24}+"
_LATIN: Final = rf"{_WORD}(?: (?:[A-Z]\.(?= )|d[aeo]s?(?= [A-Z])|van(?= )|von(?= )|{_WORD})){{0,4}}"
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季"
    "裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄"
    "窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查"
    "麻苑迟邝信鞠阎粟晁勾逯盖花洪"
)
_PAIRS: Final = "欧阳|上官|司马|司徒|诸葛|东方|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙"
_CHINESE: Final = rf"(?:(?:{_PAIRS})[一-鿿]{{1,2}}|[{_SURNAMES}][一-鿿]{{1,2}})"
_ENDS: Final = r"(?=[^一-鿿]|$|[的是在住来想电手地身今年家从给]|这里|购买|买)"

NAMES: Final = (
    Kind("name", re.compile(
        r"(?P<cue>(?:我叫|我名叫|我的名字[叫是]|本人[叫名]|姓名 ?[:：是]|名字[:：])[:：是 ]{0,3})"
        rf"{_CHINESE}{_ENDS}"
    )),
    Kind("name", re.compile(
        r"(?P<cue>(?:收件人|收货人|联系人|收件方|签收人|寄件人) ?[:：是为]? ?)"
        rf"(?:{_CHINESE}|(?<=[:：] |.[:：])[一-鿿]{{2,4}}){_ENDS}"
    )),
    Kind("name", re.compile(
        r"(?P<cue>\b(?i:my (?:full )?name is|my name['’]s|(?:full |customer )?name:|recipient:?"
        r"|ship(?:ped)? to:|deliver(?:ed)? to:|addressed to|attn[:.]|contact:|sincerely,|regards,"
        r"|signed,) {0,3})" + _LATIN
    )),
    Kind("name", re.compile(
        r"(?P<cue>\b(?i:me chamo|(?:o )?meu nome é|meu nome:|nome(?: completo)?:"
        r"|destinat[áa]ri[oa]:?|em nome d[eo]:?|aos cuidados de|a/c:?|atenciosamente,"
        r"|ass(?:inado)?:"
        r"|\bsr\.?a?\.?|\bsra\.|\bsrta\.) {0,3})" + _LATIN
    )),
)  # fmt: skip
NAME_CUES: Final = (
    "我叫", "名字", "我名叫", "本人", "姓名", "收件", "收货人", "联系人", "签收人", "寄件人",
    "name", "recipient", "ship", "deliver", "addressed to", "attn", "contact:", "sincerely",
    "regards", "signed", "me chamo", "nome", "destinat", "cuidados de", "a/c", "atenciosamente",
    "assinado", "ass:", "sr.", "sra.", "srta.",
)  # fmt: skip
"""In small letters; a text with none of them holds no name that is looked for."""
