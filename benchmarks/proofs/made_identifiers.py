"""Personal data made up from the public rules of their formats, in sentences of reviews.

Written from the rules of the issuers (GB 11643, Receita Federal, SSA, ISO 7812 and 13616, E.164,
the numbering plans of China, Brazil and the US, the postal formats of the three countries), not
from the patterns of the product. Nobody's: digits are drawn at random.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DIGITS: Final = string.digits


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence with something personal in it.

    Parameters
    ----------
    secrets
        Pieces of which none may be left.
    """

    kind: str
    language: str
    sentence: str
    secrets: tuple[str, ...]


def plant(kind: str, language: str, count: int, seed: int) -> Iterator[Planted]:
    """Compose sentences of one kind and language, the same for the same seed."""
    draw = random.Random(f"{seed} {kind} {language}")
    make, carriers = MADE[kind, language]
    for _ in range(count):
        made = make(draw)
        written, secrets = made if isinstance(made, tuple) else (made, (made,))
        yield Planted(kind, language, draw.choice(carriers).format(written), secrets)


def _some(draw: random.Random, count: int) -> str:
    return "".join(draw.choices(_DIGITS, k=count))


def _one(draw: random.Random, *choices: str) -> str:
    return draw.choice(choices)


def _parted(number: str, sizes: tuple[int, ...], by: str) -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(number[start : start + size])
        start += size
    return by.join(part for part in [*parts, number[start:]] if part)


def _chinese_mobile(draw: random.Random) -> str:
    begin = _one(draw, "130", "133", "135", "138", "139", "147", "150", "155", "166", "177", "186")
    number = begin + _some(draw, 8)
    spaced = _parted(number, (3, 4), _one(draw, " ", "-"))
    return _one(draw, number, number, spaced, f"+86 {number}", f"+86 {spaced}", f"86-{number}")


def _chinese_landline(draw: random.Random) -> str:
    area, length = draw.choice([("010", 8), ("021", 8), ("0755", 8), ("0571", 8), ("0375", 7)])
    number = _one(draw, "2", "5", "6", "8") + _some(draw, length - 1)
    return _one(draw, f"{area}-{number}", f"({area}){number}", f"{area} {number}")


def _resident_id(draw: random.Random) -> str:
    region = _one(draw, "110105", "310115", "440305", "330106", "510107", "610113")
    birthday = f"{draw.randint(1940, 2012)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
    body = region + birthday + _some(draw, 3)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # as GB 11643 lists them
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _card(draw: random.Random) -> str:
    begin, length = draw.choice(
        [("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("37", 15), ("6011", 16), ("622202", 19)]
    )
    body = begin + _some(draw, length - len(begin) - 1)
    sums = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        sums += value - 9 if value > 9 else value
    number = body + str(-sums % 10)
    groups = (4, 6) if length == 15 else (4, 4, 4, 4)
    return _one(draw, number, _parted(number, groups, " "), _parted(number, groups, "-"))


def _mail(draw: random.Random) -> str:
    name = _one(draw, "li.wei", "ana_souza", "j.smith", "maria-clara", "wang", "peter+shop")
    host = _one(draw, "gmail.com", "qq.com", "163.com", "uol.com.br", "mail.example.co.uk")
    return f"{name}{_some(draw, draw.randint(1, 4))}@{host}"


def _qq(draw: random.Random) -> str:
    return _one(draw, "1", "2", "3", "5", "8") + _some(draw, draw.randint(4, 9))


def _wechat(draw: random.Random) -> str:
    return _one(draw, "wxid", "lily", "xiaoming", "shop") + _one(draw, "", "_") + _some(draw, 5)


def _telegram(draw: random.Random) -> str:
    return "@" + _one(draw, "maria", "lojinha", "peter_w", "kettle_fan") + _some(draw, 3)


def _chinese_plate(draw: random.Random) -> str:
    region = draw.choice("京津沪渝粤浙苏川鲁豫鄂湘") + draw.choice("ABCDEFGH")
    usual = draw.choice("ABCDEFGHJKLMNPQRSTUVWXYZ" + _DIGITS) + _some(draw, 4)
    electric = draw.choice("DF") + _some(draw, 5)
    return region + _one(draw, "", "", "·", "-") + _one(draw, usual, usual, electric)


def _brazilian_plate(draw: random.Random) -> str:
    letters = "".join(draw.choices(string.ascii_uppercase, k=3))
    old = f"{letters}-{_some(draw, 4)}"
    new = f"{letters}{_some(draw, 1)}{draw.choice('ABCDEFGHIJ')}{_some(draw, 2)}"
    return _one(draw, old, new)


def _american_plate(draw: random.Random) -> str:
    letters = "".join(draw.choices(string.ascii_uppercase, k=3))
    return _one(draw, f"{_some(draw, 1)}{letters}{_some(draw, 3)}", f"{letters}-{_some(draw, 4)}")


def _american_phone(draw: random.Random) -> str:
    area = _one(draw, "212", "415", "305", "617", "702", "972")
    exchange, line = f"{draw.randint(2, 9)}{_some(draw, 2)}", _some(draw, 4)
    return _one(
        draw,
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"+1 {area} {exchange} {line}",
        f"1-{area}-{exchange}-{line}",
        f"{area} {exchange} {line}",
    )


def _foreign_phone(draw: random.Random) -> str:
    return _one(
        draw,
        f"+44 7{_some(draw, 3)} {_some(draw, 6)}",
        f"+44 20 {_some(draw, 4)} {_some(draw, 4)}",
        f"+49 30 {_some(draw, 7)}",
        f"+351 9{_some(draw, 2)} {_some(draw, 3)} {_some(draw, 3)}",
        f"0033 6 {_some(draw, 2)} {_some(draw, 2)} {_some(draw, 2)} {_some(draw, 2)}",
    )


def _brazilian_mobile(draw: random.Random) -> str:
    area = _one(draw, "11", "21", "31", "41", "51", "71", "85", "98")
    first, last = "9" + _some(draw, 4), _some(draw, 4)
    return _one(
        draw,
        f"({area}) {first}-{last}",
        f"{area} {first}-{last}",
        f"{area}{first}{last}",
        f"+55 {area} {first}-{last}",
        f"({area}){first}{last}",
    )


def _brazilian_landline(draw: random.Random) -> str:
    area, number = _one(draw, "11", "21", "31", "41"), str(draw.randint(2, 5)) + _some(draw, 7)
    return f"({area}) {_parted(number, (4,), '-')}"


def _ssn(draw: random.Random) -> str:
    area = draw.choice([number for number in range(1, 900) if number != 666])
    return f"{area:03d}-{draw.randint(1, 99):02d}-{draw.randint(1, 9999):04d}"


def _modulo_11(number: str, weights: range) -> str:
    total = sum(int(each, 36) * weight for each, weight in zip(number, weights, strict=True))
    return "0" if total % 11 < 2 else str(11 - total % 11)


def _cpf(draw: random.Random) -> str:
    number = _some(draw, 9)
    for first in (10, 11):
        number += _modulo_11(number, range(first, 1, -1))
    dotted = f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"
    return _one(draw, number, dotted, dotted)


def _cnpj(draw: random.Random) -> str:
    number = _some(draw, 8) + "0001"
    for weights in ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)):
        total = sum(int(each) * weight for each, weight in zip(number, weights, strict=True))
        number += "0" if total % 11 < 2 else str(11 - total % 11)
    dotted = f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"
    return _one(draw, number, dotted, dotted)


def _iban(draw: random.Random) -> str:
    country, body = draw.choice(
        [
            ("DE", _some(draw, 18)),
            ("GB", "NWBK" + _some(draw, 14)),
            ("PT", _some(draw, 21)),
            ("FR", _some(draw, 23)),
        ]
    )
    number = int("".join(str(int(each, 36)) for each in f"{body}{country}00"))
    whole = f"{country}{98 - number % 97:02d}{body}"
    return _one(draw, whole, _parted(whole, (4,) * (len(whole) // 4), " "))


def _passport(draw: random.Random) -> str:
    return draw.choice("EGCA") + _some(draw, 8)


def _chinese_address(draw: random.Random) -> tuple[str, tuple[str, ...]]:
    place = _one(
        draw, "北京市朝阳区", "上海市浦东新区", "广东省深圳市南山区", "浙江省杭州市西湖区",
        "四川省成都市武侯区", "江苏省南京市", "湖北省武汉市洪山区", "西安市雁塔区", "", "海淀区",
    )  # fmt: skip
    street = _one(
        draw, "建国路", "人民大道", "中山东路", "科技园路", "文三路", "学院南街", "解放巷"
    )
    number = f"{draw.randint(1, 999)}号"
    inside = _one(
        draw, "", f"{draw.randint(1, 30)}栋{draw.randint(1, 6)}单元{draw.randint(101, 2805)}室",
        f"阳光花园{draw.randint(1, 30)}号楼{draw.randint(101, 2805)}", f"{draw.randint(2, 40)}楼",
    )  # fmt: skip
    rooms = tuple(part for part in (street + number, inside) if part)
    return place + street + number + inside, rooms


def _american_address(draw: random.Random) -> tuple[str, tuple[str, ...]]:
    name = _one(draw, "Main", "Oak", "Maple Ridge", "Washington", "Lake View", "5th", "N Elm")
    kind = _one(
        draw, "Street", "St", "Avenue", "Ave", "Road", "Rd", "Drive", "Lane", "Court", "Blvd"
    )
    house = f"{draw.randint(1, 9999)} {name} {kind}"
    flat = _one(draw, "", "", f", Apt {draw.randint(1, 40)}", f" Suite {draw.randint(100, 900)}")
    town = _one(draw, "Springfield, IL", "Portland, OR", "Austin, TX", "St. Paul, MN")
    code = f"{draw.randint(501, 99950):05d}"
    return f"{house}{flat}, {town} {code}", (house, code)


def _brazilian_address(draw: random.Random) -> tuple[str, tuple[str, ...]]:
    way = _one(draw, "Rua", "Rua", "Avenida", "Av.", "Travessa", "Alameda", "R.", "Praça")
    name = _one(
        draw, "das Flores", "Paulista", "Quinze de Novembro", "São João", "Dom Pedro II", "da Paz",
        "Santos Dumont", "7 de Setembro", "José Bonifácio",
    )  # fmt: skip
    number = str(draw.randint(1, 4999))
    house = f"{way} {name}{_one(draw, ', ', ', nº ', ' ')}{number}"
    inside = _one(draw, "", f", apto {draw.randint(1, 120)}", f" bloco {draw.choice('ABC')}")
    code = f"{_some(draw, 5)}-{_some(draw, 3)}"
    town = _one(draw, "", f", Centro, São Paulo - SP, {code}", f" - Recife/PE, CEP {code}")
    return f"{house}{inside}{town}", (f"{name}{house[len(way) + 1 + len(name) :]}", code)


_FAMILIES: Final = (
    "王",
    "李",
    "张",
    "刘",
    "陈",
    "杨",
    "黄",
    "赵",
    "吴",
    "周",
    "徐",
    "孙",
    "马",
    "欧阳",
)
_GIVEN: Final = ("伟", "芳", "静", "强", "洋", "勇", "建国", "秀英", "晓明", "雨婷", "浩然", "佳怡")
_FIRST: Final = ("James", "Mary", "Robert", "Linda", "Emma", "Olivia", "Daniel", "Grace", "Zoë")
_LAST: Final = ("Smith", "Johnson", "O'Brien", "Garcia", "Taylor-Reed", "Nguyen", "Wilson")
_NOMES: Final = ("Ana", "João", "Maria", "José", "Antônio", "Luís", "Beatriz", "Thiago", "Letícia")
_SOBRENOMES: Final = ("Silva", "Souza", "Oliveira", "Lima", "Araújo", "Gonçalves", "Nunes")


def _chinese_name(draw: random.Random) -> str:
    return draw.choice(_FAMILIES) + draw.choice(_GIVEN)


def _english_name(draw: random.Random) -> tuple[str, tuple[str, ...]]:
    first, last = draw.choice(_FIRST), draw.choice(_LAST)
    return f"{first} {last}", (first, last)


def _portuguese_name(draw: random.Random) -> tuple[str, tuple[str, ...]]:
    first, last = draw.choice(_NOMES), draw.choice(_SOBRENOMES)
    return f"{first} {_one(draw, '', '', 'da ', 'dos ')}{last}", (first, last)


_ZH: Final = (
    "质量不好，请联系{}处理，谢谢",
    "我的是{}，三天了没人回复！",
    "有问题找{}，东西还不错",
)
_EN: Final = (
    "It broke, contact {} about a refund.",
    "Mine is {}, still waiting!",
    "They asked {} why",
)
_PT: Final = (
    "Chegou quebrado, o meu é {}, aguardo.",
    "Favor usar {} para a troca.",
    "Era {}, obrigado",
)
_TO_ZH: Final = ("请寄到{}，谢谢", "我的地址是{}，一直没收到", "送到{}就走了，服务差")
_TO_EN: Final = (
    "Please ship it to {} again.",
    "I live at {} and it never came!",
    "My address: {}.",
)
_TO_PT: Final = ("Entreguem em {} por favor.", "Moro na {}. Nunca chegou!", "Meu endereço: {}.")

MADE: Final[dict[tuple[str, str], tuple[Callable[[random.Random], object], tuple[str, ...]]]] = {
    ("phone", "zh"): (_chinese_mobile, (*_ZH, "电话{}，急", "手机号{}")),
    ("landline", "zh"): (_chinese_landline, (*_ZH, "座机{}没人接")),
    ("identity card", "zh"): (_resident_id, (*_ZH, "身份证{}也要，过分")),
    ("bank card", "zh"): (_card, (*_ZH, "退款到卡号{}")),
    ("e-mail", "zh"): (_mail, (*_ZH, "邮箱{}")),
    ("QQ", "zh"): (_qq, ("加QQ{}聊", "我的QQ是{}", "QQ：{}，有图", "扣扣号{}")),
    ("WeChat", "zh"): (_wechat, ("加微信{}", "微信号：{}，随时", "我的微信是{}", "vx:{}")),
    ("plate", "zh"): (_chinese_plate, ("送货车{}开得太快", "车牌{}的司机态度差", "司机的车是{}。")),
    ("passport", "zh"): (_passport, ("护照{}", "护照号码：{}，退税用")),
    ("address", "zh"): (_chinese_address, _TO_ZH),
    ("name", "zh"): (
        _chinese_name,
        ("我叫{}，很满意", "收件人：{}，没收到", "我的名字是{}。", "姓名：{}"),
    ),
    ("phone", "en"): (_american_phone, (*_EN, "Call me at {} please")),
    ("foreign phone", "en"): (_foreign_phone, _EN),
    ("SSN", "en"): (_ssn, (*_EN, "my SSN {} was on the form")),
    ("bank card", "en"): (_card, _EN),
    ("IBAN", "en"): (_iban, _EN),
    ("e-mail", "en"): (_mail, _EN),
    ("Telegram", "en"): (_telegram, ("Telegram: {} for photos", "I am on telegram {}", "tg {}")),
    ("plate", "en"): (_american_plate, ("The van, license plate {}, left", "plate number {}")),
    ("passport", "en"): (_passport, ("passport {} was asked for", "Passport number: {}")),
    ("address", "en"): (_american_address, _TO_EN),
    ("name", "en"): (_english_name, ("My name is {} and I love it", "Regards, {}", "Ship to: {}")),
    ("phone", "pt"): (_brazilian_mobile, (*_PT, "meu whats {}", "me ligue {}")),
    ("landline", "pt"): (_brazilian_landline, _PT),
    ("CPF", "pt"): (_cpf, (*_PT, "CPF {} na nota")),
    ("CNPJ", "pt"): (_cnpj, (*_PT, "CNPJ {} na nota")),
    ("bank card", "pt"): (_card, _PT),
    ("e-mail", "pt"): (_mail, _PT),
    ("Telegram", "pt"): (_telegram, ("meu telegram é {}", "Telegram: {}, mando fotos")),
    ("plate", "pt"): (_brazilian_plate, ("o carro de placa {} bateu", "Placa: {}.")),
    ("address", "pt"): (_brazilian_address, _TO_PT),
    ("name", "pt"): (
        _portuguese_name,
        ("Me chamo {} e adorei", "o Sr. {} entregou tarde", "Destinatário: {}", "Meu nome é {}."),
    ),
}
"""Kind and language to what makes one and the sentences it is put into."""
