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


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("Subir o preço do Copper Kettle em 5%, quanto perderíamos?", 0.05),
        ("Quanto perderíamos subindo o preço do Copper Kettle em 8%?", 0.08),
        ("Se elevarmos o preço do Copper Kettle em 15%, a venda cai quanto?", 0.15),
        ("Se reduzirmos em 12% o preço do Copper Kettle, quanto sobe a venda?", -0.12),
        ("Quanto ganharíamos baixando o preço do Copper Kettle em 8%?", -0.08),
        ("Copper Kettle perderia vendas se fosse 5% mais caro?", 0.05),
        ("E se eu baixar o Copper Kettle 10%?", -0.1),
        ("How many sales would we lose raising the price of the Copper Kettle by 5%?", 0.05),
        ("How many sales would we gain lowering the price of the Copper Kettle by 5%?", -0.05),
        ("If we hike the price of the Copper Kettle by 8%, how much do we lose?", 0.08),
        ("If the price of the Copper Kettle drops 10%, how much do sales rise?", -0.1),
        ("Would sales of the Copper Kettle drop if its price goes up 5%?", 0.05),
        ("What if the Copper Kettle was 10% less expensive?", -0.1),
        ("What if we raise the Copper Kettle by 15%, what do we lose?", 0.15),
        ("What if we slash the price of the Copper Kettle by 15%?", -0.15),
        ("What if we trim the price of the Copper Kettle by 5%?", -0.05),
        ("What if the price of the Copper Kettle slips 5%?", -0.05),
        ("What if we shave 10% from the price of the Copper Kettle?", -0.1),
        ("What if the price of the Copper Kettle sinks 10%?", -0.1),
        ("What if we slash the Copper Kettle by 15%?", -0.15),
        ("What if we add 5% to the price of the Copper Kettle?", 0.05),
        ("If the Copper Kettle were 5% dearer, what would happen?", 0.05),
        ("What if the price of the Copper Kettle changes by +5%?", 0.05),
        ("What if the price of the Copper Kettle changes by -5%?", -0.05),
        ("E se abatermos 10% do preço do Copper Kettle?", -0.1),
        ("E se enxugar o preço do Copper Kettle em 10%?", -0.1),
        ("E se o preço do Copper Kettle descer 10%?", -0.1),
        ("E se reajustarmos o preço do Copper Kettle em 5%?", 0.05),
        ("E se reajustarmos o preço do Copper Kettle em 5% para baixo?", -0.05),
        ("如果Copper Kettle的价格削10%会怎样？", -0.1),
        ("如果Copper Kettle的价格下浮10%会怎样？", -0.1),
        ("如果Copper Kettle的价格升10%会怎样？", 0.1),
        ("Copper Kettle涨价8%，我们会少卖几件？", 0.08),
        ("Copper Kettle提价12%，销量会下降多少？", 0.12),
        ("Copper Kettle降价8%，销量会涨多少？", -0.08),
        ("Copper Kettle价格降10%需求会上升吗？", -0.1),
        ("如果Copper Kettle贵10%会少卖多少？", 0.1),
        ("要是Copper Kettle降10%呢？", -0.1),
    ],
)
def test_the_way_a_price_moves_comes_from_its_own_verb(question, amount):
    changes = understand(question, SHOP, TODAY).slots.changes

    assert changes == (Change(Lever.PRICE, How.BY_SHARE, amount),)


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("What if the price of the Copper Kettle doubles?", 1.0),
        ("If we doubled the price of the Copper Kettle, would sales drop?", 1.0),
        ("What if the Copper Kettle were twice as expensive?", 1.0),
        ("What if the price of the Copper Kettle tripled?", 2.0),
        ("What if the price of the Copper Kettle is halved?", -0.5),
        ("What if we cut the price of the Copper Kettle in half?", -0.5),
        ("What if the Copper Kettle sold at half price?", -0.5),
        ("What if we raise the price of the Copper Kettle by a quarter?", 0.25),
        ("What if we raise the price of the Copper Kettle by half?", 0.5),
        ("如果Copper Kettle价格翻倍会怎样？", 1.0),
        ("如果Copper Kettle涨价一倍会怎样？", 1.0),
        ("如果Copper Kettle的价格变成两倍呢？", 1.0),
        ("如果Copper Kettle价格减半会怎样？", -0.5),
        ("如果Copper Kettle半价卖呢？", -0.5),
        ("如果Copper Kettle降价一半会卖多少？", -0.5),
        ("如果Copper Kettle涨价四分之一呢？", 0.25),
        ("E se o preço do Copper Kettle dobrar?", 1.0),
        ("Se o preço do Copper Kettle dobrasse, as vendas cairiam?", 1.0),
        ("E se o Copper Kettle custasse o dobro?", 1.0),
        ("E se o preço do Copper Kettle cair pela metade?", -0.5),
        ("E se vendermos o Copper Kettle pela metade do preço?", -0.5),
        ("E se aumentar o preço do Copper Kettle em um quarto?", 0.25),
        ("Would sales double if we cut the price of the Copper Kettle by 10%?", -0.1),
        ("如果Copper Kettle降价10%，能多卖一倍吗？", -0.1),
        ("As vendas dobrariam se o preço do Copper Kettle cair 10%?", -0.1),
    ],
)
def test_words_for_a_share_of_a_price_are_no_price(question, amount):
    changes = understand(question, SHOP, TODAY).slots.changes

    assert changes == (Change(Lever.PRICE, How.BY_SHARE, amount),)


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("What if we tack 5% onto the price of the Copper Kettle?", 0.05),
        ("What if we put 5% on the price of the Copper Kettle?", 0.05),
        ("What if we charge 5% more for the Copper Kettle?", 0.05),
        ("E se colocar 5% no preço do Copper Kettle?", 0.05),
        ("E se colocarmos mais 5% em cima do preço do Copper Kettle?", 0.05),
        ("如果Copper Kettle往上加5%呢？", 0.05),
        ("如果Copper Kettle涨5%销量会跌吗？", 0.05),
        ("E se eu baixar o Copper Kettle 5%, quanto vende?", -0.05),
    ],
)
def test_a_share_put_on_or_off_a_price_needs_no_more_words(question, amount):
    changes = understand(question, SHOP, TODAY).slots.changes

    assert changes == (Change(Lever.PRICE, How.BY_SHARE, amount),)


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("What if we give 50% off for the Copper Kettle?", Change(Lever.PROMO, How.TO, 0.5)),
        ("如果Copper Kettle打对折呢？", Change(Lever.PROMO, How.TO, 0.5)),
        ("E se dermos 15% off no Copper Kettle?", Change(Lever.PROMO, How.TO, 0.15)),
        ("E se faltar Copper Kettle?", GONE),
        ("E se der ruptura de Copper Kettle?", GONE),
    ],
)
def test_words_of_the_trade_are_read(question, change):
    assert understand(question, SHOP, TODAY).slots.changes == (change,)


@pytest.mark.parametrize(
    "question",
    [
        "What if demand for the Copper Kettle doubles?",
        "E se a demanda do Copper Kettle dobrar?",
        "如果Copper Kettle的需求翻倍会怎样？",
        "What if demand for the Copper Kettle rises by 10%?",
        "E se a demanda do Copper Kettle subir 10%?",
        "如果Copper Kettle的需求涨10%会怎样？",
    ],
)
def test_demand_that_moves_by_itself_is_no_change_of_price(question):
    assert understand(question, SHOP, TODAY).slots.changes == ()


@pytest.mark.parametrize(
    "question",
    [
        "What if the price of the Copper Kettle changes by 10%?",
        "E se o preço do Copper Kettle mudar 10%?",
        "如果Copper Kettle的价格变动10%会怎样？",
    ],
)
def test_a_price_that_moves_neither_up_nor_down_is_asked_about(question):
    assert understand(question, SHOP, TODAY).slots.changes == ()


def test_a_price_that_is_named_needs_no_way():
    changes = understand("What if the Copper Kettle is priced at 20?", SHOP, TODAY).slots.changes

    assert changes == (Change(Lever.PRICE, How.TO, 20.0),)


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("What if the sentiment about the Copper Kettle were 0.2 better?", 0.2),
        ("What if the sentiment about the Copper Kettle were 0.2 worse?", -0.2),
        ("E se o sentimento sobre o Copper Kettle melhorasse 0,2?", 0.2),
        ("E se o sentimento sobre o Copper Kettle ficasse 0,2 mais positivo?", 0.2),
        ("如果Copper Kettle的口碑好0.2会怎样？", 0.2),
        ("如果Copper Kettle的口碑差0.2会怎样？", -0.2),
    ],
)
def test_a_tone_moves_the_way_that_is_said(question, amount):
    changes = understand(question, SHOP, TODAY).slots.changes

    assert changes == (Change(Lever.SENTIMENT, How.BY, amount),)
