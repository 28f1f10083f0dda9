"""Personal data become placeholders of their kind; ordinary numbers and words stay."""

from __future__ import annotations

import pytest

from signals.masking.check_digits import (
    is_card,
    is_cnpj,
    is_cpf,
    is_hong_kong_id,
    is_iban,
    is_resident_id,
)
from signals.privacy import mask_personal_data


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("寄到广东省深圳市南山区科技园路12号3栋2单元501室，谢谢", "寄到<street-address>，谢谢"),
        ("Ship it to 12 Main St, Austin, TX 78701.", "Ship it to <street-address>."),
        ("live at 9 Lake View Drive, Apt 4", "live at <street-address>"),
        ("na Rua das Flores, 123, apto 4, São Paulo - SP, 01234-567.", "na <street-address>."),
        ("meu CEP 01234-567", "meu <street-address>"),
        ("P.O. Box 123", "<street-address>"),
        ("我叫李建国，很满意", "我叫<name>，很满意"),
        ("收件人：欧阳娜娜", "收件人：<name>"),
        ("My name is Mary O'Brien and", "My name is <name> and"),
        ("Me chamo Ana da Silva.", "Me chamo <name>."),
        ("o Sr. João entregou", "o Sr. <name> entregou"),
        ("车牌粤B·D12345", "车牌<plate>"),
        ("京A-12345太快", "<plate>太快"),
        ("carro de placa ABC1D23", "carro de placa <plate>"),
        ("SSN 123-45-6789", "SSN <ssn>"),
        ("CNPJ 11.222.333/0001-81", "CNPJ <cnpj>"),
        ("CNPJ 12.ABC.345/01DE-35", "CNPJ <cnpj>"),
        ("pay DE89 3704 0044 0532 0130 00 back", "pay <iban> back"),
        ("Telegram: @maria_77", "Telegram: <telegram>"),
        ("write bob (at) mail (dot) com", "write <email>"),
        ("我的邮箱是abc@qq.com", "我的邮箱是<email>"),
        ("passport E12345678", "passport <passport>"),
        ("Phone 2125550187", "Phone <phone>"),
        ("0086 13812345678", "<phone>"),
    ],
)
def test_every_kind_has_a_placeholder_of_its_own(text, masked):
    assert mask_personal_data(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "a 500 GB Hard Drive and 2 Way Radio",
        "空调得弄一弄了",
        "如果说作者本人应该是厉害的人",
        "The plate is 12 inch, placa boa",
        "I bought mine at cpenusa.com in 2019-2020",
        "our hotline 1-800-555-0199 is slow",
        "Fui na rua por 2 dias",
        "My name is on the box",
        "IBAN GB00 WEST 1234 5698 7654 32 has wrong digits",
        "SSN-like 000-12-3456 is none",
    ],
)
def test_what_only_looks_alike_stays(text):
    assert mask_personal_data(text) == text


def test_check_digits_agree_with_published_numbers():
    assert is_resident_id("11010519491231002X")
    assert not is_resident_id("110105194913310021")  # no such month
    assert is_hong_kong_id("A123456(3)")
    assert is_card("4111 1111 1111 1111")
    assert is_cpf("529.982.247-25")
    assert is_cnpj("11.222.333/0001-81")
    assert is_cnpj("12.ABC.345/01DE-35")  # the tax office's own example with letters
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert not is_iban("GB82 WEST")
