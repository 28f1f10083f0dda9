"""Which language a text is in: by script, then by a library, very short texts by common words.

Measured by ``benchmarks/language_quality.py``: the library alone reads one or two words badly, word
lists alone miss a fifth of short titles; together they are right where either is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH: Final = "en"
CHINESE: Final = "zh"
PORTUGUESE: Final = "pt"
OTHER: Final = "other"

_READ: Final = 2_000  # characters that are enough to tell
_SHORT: Final = 2  # words
_CANDIDATES: Final = ("en", "pt", "es", "fr", "de", "it", "nl", "sv", "pl", "tr", "id", "vi")
_EXPECTED: Final = 6.0  # log odds that a text is in a language of the product rather than another
# characters of another script, as shares of Latin letters or Chinese characters, that decide
_MUCH_HAN: Final = 0.1
_MUCH_FOREIGN: Final = 0.3
_FEW_KANA: Final = 0.2

_WORDS: Final = {
    "en": "the and is it this that was for with not you have are but very great good product "
    "bought love works my of to in on they from when can would easy use price quality well "
    "excellent nice perfect recommend battery tablet one all just be at has had she he "
    "kids gift better than does an or your what got after don't it's i'm too really never "
    "arrived broken bad money waste delivery fast happy amazing best",
    "pt": "o a os as de do da dos das que e é não com um uma para por em no na muito bom boa "
    "produto entrega prazo recomendo chegou ótimo otimo excelente veio comprei recebi antes "
    "meu minha mais mas ainda foi já ja está esta tudo como nao loja qualidade gostei perfeito "
    "rápida rapida errado faltando péssimo pessimo dentro bem eu ele ela se são sao ao só "
    "compra estou até ate super adorei amei ótima otima lindo linda lindos lindas obrigado rápido "
    "satisfeito correto nota dez atendeu expectativas chegaram "
    "entregue parabéns parabens satisfeita",
    "es": "el la los las de del que y en un una no es con por para muy pero más este esta lo "
    "bueno buena producto llegó llego gracias calidad recomiendo excelente yo mi su todo bien "
    "como está entrega compré rápido también",
    "fr": "le la les de des du et est un une que je pas pour dans ce très mais avec il elle nous "
    "vous bon bonne produit qualité sur au bien c'est j'ai livraison rapide",
    "de": "der die das und ist ein eine nicht mit ich es zu den auf für sehr gut aber war von "
    "habe auch wie nur bei produkt qualität schnell lieferung",
    "it": "il lo la gli le di che e è un una non con per molto ma questo sono ho mi si buono "
    "prodotto qualità ottimo consegna bene anche come della",
}
_VOCABULARY: Final = {lang: frozenset(words.split()) for lang, words in _WORDS.items()}
_LATIN: Final = "A-Za-z\xaa\xba\xc0-\u024f\u1e00-\u1eff"
_HAN_RANGES: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN: Final = re.compile(f"[{_HAN_RANGES}]")
_OTHER_SCRIPT: Final = re.compile(rf"[^\W\d_{_LATIN}{_HAN_RANGES}]")
_WORD: Final = re.compile(rf"[{_LATIN}]+(?:'[a-z]+)?")


def detect_language(text: str) -> str:
    """Tell "en", "zh", "pt" or "other"; never raises.

    One Chinese character on ten Latin letters makes a text Chinese; three letters of any other
    script on ten make it "other". Texts of up to two words go by common words where these decide.
    All else is judged by py3langid among twelve languages, English and Portuguese being expected.
    Without a letter the answer is "other".

    References
    ----------
    Lui and Baldwin (2012), "langid.py: an off-the-shelf language identification tool".

    Examples
    --------
    >>> detect_language("Produto chegou antes do prazo, recomendo"), detect_language("很好用")
    ('pt', 'zh')
    """
    lowered = text[:_READ].lower()
    words = _WORD.findall(lowered)
    latin = sum(map(len, words))
    han = len(_HAN.findall(lowered))
    others = len(_OTHER_SCRIPT.findall(lowered))
    if others and others >= _MUCH_FOREIGN * latin and others >= _FEW_KANA * han:
        return OTHER
    if han and han >= _MUCH_HAN * latin:
        return CHINESE
    if not words:
        return OTHER
    told = _by_common_words(words) if len(words) <= _SHORT else None
    return _supported(told or _by_library(" ".join(words)))


def _supported(lang: str) -> str:
    return lang if lang in {ENGLISH, PORTUGUESE} else OTHER


def _by_common_words(words: list[str]) -> str | None:
    """Return the language that knows most of the words; None when no single one does."""
    known = {lang: sum(w in listed for w in words) for lang, listed in _VOCABULARY.items()}
    most = max(known.values())
    best = [lang for lang, count in known.items() if count == most]
    return best[0] if most and len(best) == 1 else None


def _by_library(text: str) -> str:
    odds: dict[str, float] = {
        lang: score + (_EXPECTED if lang in {ENGLISH, PORTUGUESE} else 0.0)
        for lang, score in _identifier().rank(text)
    }
    return max(odds, key=lambda lang: (odds[lang], lang == ENGLISH))


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """Load the candidates out of the library's model: 5 MB on disk, 0.8 s, once a process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    everything = LanguageIdentifier.from_model_file(MODEL_FILE)
    everything.set_languages(_CANDIDATES)
    # made anew, because the one that was loaded keeps the numbers of a hundred languages
    return LanguageIdentifier(
        everything.nb_ptc, everything.nb_pc, everything.nb_classes,
        everything.tk_nextmove, everything.tk_output, tk_row=everything.tk_row,
    )  # fmt: skip
