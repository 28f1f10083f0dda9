"""Texts as they are stored: one Unicode form, nothing invisible, no personal data."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from signals.privacy import mask_personal_data

if TYPE_CHECKING:
    import pandas as pd

# Written for people or by people: letters, marks, numbers, punctuation, symbols and spaces stay.
_INVISIBLE: Final = frozenset({"Cf", "Co", "Cs", "Cn"})
_NORMALISED: Final = re.compile("[^，！？：；（）]+")
_BREAKS: Final = frozenset({"Cc", "Zl", "Zp"})

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
_MARKS: Final = {"pt": re.compile("[ãõ]|ç[ãõ]"), "es": re.compile("[ñ¿¡]"), "de": re.compile("ß")}
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_HAN: Final = re.compile(r"[㐀-鿿]")
_OTHER_SCRIPT: Final = re.compile(r"[぀-ヿ가-힯Ѐ-ӿ؀-ۿऀ-ॿ฀-๿]")


def clean_text(text: str) -> str:
    r"""Bring a text into the form that is stored.

    Unicode NFKC, but for Chinese punctuation, which stays as people write it; zero-width,
    bidirectional and private characters out; control characters and runs of white space become one
    space; personal data masked.

    Examples
    --------
    >>> clean_text("Ｇｒｅａｔ\u200b  kettle\x00, mail me: bob@example.com ")
    'Great kettle , mail me: <email>'
    """
    return mask_personal_data(visible_text(text))


def visible_text(text: str) -> str:
    """Do as ``clean_text`` does, but leave personal data; for names and ids."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_shown, _normal_form(text)))
    return " ".join(text.split())


def is_changed(written: str, stored: str) -> bool:
    """Tell whether cleaning took something out, beyond spaces and forms of the same character."""
    return written != stored and " ".join(_normal_form(written).split()) != stored


def joined_text(title: pd.Series[Any], message: pd.Series[Any]) -> pd.Series[Any]:
    """Join titles and messages to one text each; either may be missing."""
    title, message = (part.str.strip().replace("", None) for part in (title, message))
    stop = title.str[-1].isin(list(".!?。！？…")).map({True: " ", False: ". "})
    both = title + stop + message
    return both.fillna(message).fillna(title)


def text_hash(text: str) -> str:
    """Return 32 hex digits of the sha256 of a cleaned text; equal texts are scored once."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def pseudonym(author: str) -> str:
    """Return a stable stand-in for a name, 16 hex digits."""
    return hashlib.sha256(f"author:{author}".encode()).hexdigest()[:16]


def detect_language(text: str) -> str:
    """Tell "en", "zh", "pt" or "other".

    By script first, then by common words, where Spanish, French, German and Italian compete so that
    they are not taken for Portuguese or English. Without any evidence the answer is "other".

    Examples
    --------
    >>> detect_language("Produto chegou antes do prazo, recomendo"), detect_language("很好用")
    ('pt', 'zh')
    """
    lowered = text.lower()
    if _OTHER_SCRIPT.search(lowered):
        return "other"
    words = _WORD.findall(lowered)
    han = len(_HAN.findall(lowered))
    if han:
        return "zh" if han >= 0.1 * sum(map(len, words)) else "other"
    scores = {
        lang: sum(word in vocabulary for word in words)
        + 2 * len(_MARKS[lang].findall(lowered) if lang in _MARKS else [])
        for lang, vocabulary in _VOCABULARY.items()
    }
    best = max(scores, key=lambda lang: scores[lang])
    return best if scores[best] and best in {"en", "pt"} else "other"


def _normal_form(text: str) -> str:
    return _NORMALISED.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    return " " if category in _BREAKS else character
