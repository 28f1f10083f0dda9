"""Personal data are masked before storage, kept out of everything after, and erased on request.

Recall is measured on identifiers made from the rules of their issuers, precision on real reviews.
Then a thousand identifiers go through the whole product, and every file it wrote is searched. Last,
an author is forgotten, and every file is searched again.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

import pandas as pd
from proofs.made_identifiers import MADE, plant
from proofs.planted_shop import prove_shop
from proofs.real_finds import holds_something
from proofs.size import Size
from reporting import Figure, shared_data

from signals import clean_text
from signals.privacy import mask_personal_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proofs.made_identifiers import Planted

SEED: Final = 20_261
_WINDOW: Final = 5
_LENGTH: Final = 100_000
_REACHES: Final = {"address": 0.90, "name": 0.80}
_STRUCTURED: Final = 0.995
_WRONG: Final = 0.0005
_SLOW_MS: Final = 50.0
_PEER_US: Final = 42.0
_GAP: Final = re.compile(r"[\W_]+")
_PARTS: Final = (
    "1", "1 ", "123 ", "123-", "12 34 ", "a@", "a.", "微信a", "(11) ", "+1 2", "路1", "小区1栋",
    "rua A ", "Rua A, 1 ", "1 A ", "1 Main St ", "my name is A ", "Ab de ", "京A", "placa A",
    "AB12 CDEF ", "电话 ", "phone no ", "Sr. ", "我叫王", "收件人:王", "99999-", "12345-678 ",
    "QQ号", "telegram @", "Aa ", "Aaaa Bbbb, 1 ", "1 Aa/AA ", "/1234-1 ", "x at y dot ",
    "00 1", "村一百",
)  # fmt: skip


def prove(size: Size) -> Iterator[Figure]:
    """Yield recall, precision, speed, what the whole product kept, and what forgetting left."""
    yield from prove_recall(size.pick(500, 12), clean_text)
    yield from _precision(size)
    yield _slowest(mask_personal_data, size)
    yield from prove_shop(size)


def prove_recall(count: int, mask: Callable[[str], str]) -> Iterator[Figure]:
    """Mask made-up identifiers; ``count`` of each kind and language."""
    shares = {
        (kind, language): 1
        - sum(is_left(each, mask(each.sentence)) for each in plant(kind, language, count, SEED))
        / count
        for kind, language in MADE
    }
    for special in _REACHES:
        found = [share for (kind, _), share in shares.items() if kind == special]
        name = f"{special}: masked, worst of {len(found)} languages"
        yield Figure(name, min(found), "share", "higher", _REACHES[special])
    structured = {key: share for key, share in shares.items() if key[0] not in _REACHES}
    kind, language = min(structured, key=lambda key: structured[key])
    yield Figure(
        f"structured kinds masked, worst of {len(structured)} ({kind}, {language})",
        structured[kind, language], "share", "higher", _STRUCTURED,
    )  # fmt: skip


def is_left(planted: Planted, masked: str) -> bool:
    """Tell whether five characters in a row of a secret are left, or all of a shorter one."""
    seen = _bare(masked)
    for secret in map(_bare, planted.secrets):
        windows = (secret[i : i + _WINDOW] for i in range(max(1, len(secret) - _WINDOW + 1)))
        if secret and any(window in seen for window in windows):
            return True
    return False


def _bare(text: str) -> str:
    return _GAP.sub("", re.sub("<[a-z-]+>", "", text)).casefold()


def _precision(size: Size) -> Iterator[Figure]:
    texts = _real_texts() if size is Size.FULL else _made_texts()
    began = time.process_time()
    stored = [clean_text(text) for text in texts]
    seconds = time.process_time() - began
    pairs = [
        (text, kept) for text, kept in zip(texts, stored, strict=True) if _is_masked(text, kept)
    ]
    wrong = [text for text, _ in pairs if not holds_something(text)]
    source = "real reviews" if size is Size.FULL else "sentences without an identifier"
    yield Figure(f"{source} read", len(texts), "texts", "higher")
    yield Figure(
        f"{source} with personal data, by rules of their own", len(pairs) - len(wrong), "texts"
    )
    yield Figure(f"wrong changes of {source}", len(wrong) / len(texts), "share", reach=_WRONG)
    yield Figure(
        "cleaning and masking a review", 1e6 * seconds / len(texts), "us",
        peer="nine patterns of before", peer_value=_PEER_US,
    )  # fmt: skip


def _is_masked(text: str, kept: str) -> bool:
    return len(re.findall("<[a-z-]+>", kept)) > len(re.findall("<[a-z-]+>", text))


def _real_texts() -> list[str]:
    shop = pd.read_parquet(shared_data("sentiment_zh") / "online_shopping_8_cats_train.parquet")
    olist = pd.read_parquet(shared_data("olist") / "order_reviews.parquet")
    amazon = pd.read_parquet(shared_data("amazon_devices_reviews") / "reviews.parquet")
    kitchen = shared_data("sentiment_en") / "amazon_multidomain_electronics_kitchen.parquet"
    texts: list[str] = []
    for frame in (shop, olist, amazon, pd.read_parquet(kitchen)):
        columns = frame.select_dtypes("object").columns
        long = [name for name in columns if frame[name].dropna().astype(str).str.len().mean() > 20]
        for name in (name for name in long if not name.endswith("id")):
            texts += (
                frame[name]
                .dropna()
                .astype(str)
                .loc[lambda text: text.str.len() > 0]
                .unique()
                .tolist()
            )
    return texts


def _made_texts() -> list[str]:
    return [carrier.format("...") for _, carriers in MADE.values() for carrier in carriers]


def _slowest(mask: Callable[[str], str], size: Size) -> Figure:
    """Time texts that patterns get lost in: processor time, the best of three."""
    slowest = 0.0
    for part in _PARTS:
        text = (part * (_LENGTH // len(part) + 1))[:_LENGTH]
        times = []
        for _ in range(size.pick(3, 1)):
            began = time.process_time()
            mask(text)
            times.append(time.process_time() - began)
        slowest = max(slowest, min(times))
    name = f"slowest of {len(_PARTS)} hostile texts of 100 kB"
    return Figure(name, 1e3 * slowest, "ms", reach=_SLOW_MS)
