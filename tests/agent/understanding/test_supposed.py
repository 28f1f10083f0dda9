"""What a question supposes, in the words people use for less and for nothing."""

from __future__ import annotations

from datetime import date

import pytest

from agent.understanding.catalogue import Catalogue, Entity, EntityKind
from agent.understanding.understand import understand
from forecasting import Change, How, Lever

TODAY = date(2024, 11, 4)
SHOP = Catalogue((Entity("product:p9", EntityKind.PRODUCT, "Copper Kettle", "garden"),))
CHEAPER = Change(Lever.PRICE, How.BY_SHARE, -0.1)
GONE = Change(Lever.STOCK, How.TO, 0.0)


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("What if the Copper Kettle sits 10% below its price next month?", CHEAPER),
        ("What if we take 10% off the price of the Copper Kettle?", CHEAPER),
        ("如果Copper Kettle比现价低10%会怎样？", CHEAPER),
        ("E se Copper Kettle custar 10% abaixo do preço atual?", CHEAPER),
        ("What if the Copper Kettle is not in stock next month?", GONE),
        ("E se Copper Kettle não tiver estoque?", GONE),
        ("如果Copper Kettle打七五折会怎样？", Change(Lever.PROMO, How.TO, 0.25)),
        ("What if we send a 15% coupon for the Copper Kettle?", Change(Lever.PROMO, How.TO, 0.15)),
        ("E se dermos um cupom de 15% para Copper Kettle?", Change(Lever.PROMO, How.TO, 0.15)),
    ],
)
def test_a_change_is_read_with_its_sign(question, change):
    assert understand(question, SHOP, TODAY).slots.changes == (change,)
