"""What a question asks for by its meaning: upper layers of the text encoder, tuned to questions.

Clues (``intents.py``) know the words that were thought of; the layers put wordings that nobody
thought of near those they were shown, and pieces of the words keep apart what they take for much
the same. They were tuned by ``benchmarks/question_sense.py`` to the wordings kept for that; they
and the clues are weighed together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

import numpy as np

from agent.understanding.catalogue import EntityKind
from agent.understanding.pieces import places_of
from agent.understanding.plan import Intent
from agent.understanding.voiced import Voiced
from signals import aspects_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy.typing as npt

    from agent.understanding.catalogue import Match
    from agent.understanding.periods import Times
    from agent.understanding.plan import Window
    from retrieval import Encoder

TUNED: Final = Path(__file__).with_name("layers")
"""The tuned layers and the heads, with their manifest."""
ENCODER: Final = "multilingual-e5-small"
"""Whose upper layers were tuned, in whatever precision."""
ASKED_OF: Final = (
    "", "quality", "price", "delivery", "service", "packaging", "look", "fit", "use", "battery",
    "screen", "sound", "taste",
)  # fmt: skip
"""Aspects that questions ask about, first none."""
BY_LAYERS: Final = 1.5
"""How much the layers count beside the pieces."""
_DOUBTED: Final = -3.0
"""Words are a name from here on: to answer about the shop in place of a strange thing misleads."""
_SPREAD: Final = 5.0
"""Vectors of e5 lie close together; this brings them to the size of the traits."""
_CLUES: Final = 0.3
"""How much a clue's weight counts beside the logarithm of a share."""
FAR: Final = timedelta(days=182)
"""From here on, a month without a year is likelier the one gone by than the one to come."""
_NAME: Final = "X"
_ENDS: Final = " ?!.？！。"
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Gist:
    """A question without its names and times, and of what kind they were.

    Parameters
    ----------
    text
        Names are ``X``, times are left out.
    traits
        Whether it looks ahead, looks back, names a window, one thing, several, a product. A
        window counts as ahead or back too.
    """

    text: str
    traits: tuple[bool, bool, bool, bool, bool, bool]

    @property
    def ahead(self) -> bool:
        """Tell whether it looks ahead."""
        return self.traits[0]

    @property
    def of_product(self) -> bool:
        """Tell whether it names a product."""
        return self.traits[5]

    @property
    def several(self) -> bool:
        """Tell whether it names several things."""
        return self.traits[4]


class Top(Protocol):
    """Upper layers of the text encoder, tuned to questions, with the heads that read them."""

    heads: Mapping[str, npt.NDArray[np.float32]]

    def read(self, text: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Read a question: the states of its tokens (tokens, W), and its vector (W,)."""
        ...

    def locate(self, text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Turn stretches of characters into stretches of tokens: first, and after the last."""
        ...


class _OfE5(Protocol):
    """The encoder whose layers were tuned."""

    def tuned_top(self, folder: Path) -> Top: ...


class Sense:
    """Tells how likely each intent is, what is asked about comments, and what words are names.

    Parameters
    ----------
    top
        Its heads read the tokens' states, W numbers each, and beside their mean the traits of the
        gist, the hints in it and the aspects that its words name: ``intents``, ``kinds`` and
        ``aspects``, of shape (classes, W + those), each with its ``.bias``. Aspects read what
        ``asked``, shape (W,), gathers in place of the mean; ``names``, shape (W,), reads each
        token. Intents are also read from the encoder's own vector and the traits by ``hidden``,
        shape (units, W + traits), and ``said``, shape (intents, units); and from ``pieces``, shape
        (places, intents), and ``traits``, shape (traits, intents).
    """

    def __init__(self, top: Top) -> None:
        self._top = top
        self._kept: tuple[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]] | None = (
            None
        )

    def voiced(self, gist: Gist, hinted: tuple[bool, ...]) -> Voiced | None:
        """Tell what is asked about comments; None where they are neither ranked by nor counted.

        Parameters
        ----------
        hinted
            See ``voiced.hints``.
        """
        meant = self._judged("kinds", self._states(gist).mean(axis=0), gist, hinted)
        kinds: tuple[Voiced | None, ...] = (None, *Voiced)
        return kinds[int(meant.argmax())]

    def aspect(self, gist: Gist, hinted: tuple[bool, ...]) -> str:
        """Tell which aspect is asked about, "" for none or several."""
        states = self._states(gist)
        scores = states @ self._top.heads["asked"]
        shares = np.exp(scores - np.logaddexp.reduce(scores))
        return ASKED_OF[int(self._judged("aspects", shares @ states, gist, hinted).argmax())]

    def shares(
        self, gist: Gist, hinted: tuple[bool, ...], scores: Mapping[Intent, float]
    ) -> dict[Intent, float]:
        """Give each intent its share, with what clues say weighed in; they sum to 1.

        Parameters
        ----------
        scores
            Of the clues that were found.
        """
        heads = self._top.heads
        mean = self._states(gist).mean(axis=0)
        tuned = self._judged("intents", mean, gist, hinted)
        meant = BY_LAYERS * (tuned + self._by_vector(gist)) / 2
        places = places_of(gist.text)
        meant += heads["pieces"][places].sum(axis=0) / np.sqrt(max(1, len(places)))
        meant += np.array(gist.traits, dtype=np.float64) @ heads["traits"]
        meant = meant - np.logaddexp.reduce(meant)
        weighed = meant + _CLUES * np.array([scores.get(intent, 0.0) for intent in Intent])
        shares = np.exp(weighed - np.logaddexp.reduce(weighed))
        return dict(zip(Intent, map(float, shares), strict=True))

    def is_name(self, gist: Gist, mention: str) -> bool:
        """Tell whether words of a question call a thing; True where they are not in its gist."""
        start = gist.text.find(mention.casefold())
        if start < 0:
            return True
        ((first, last),) = self._top.locate(gist.text, [(start, start + len(mention))])
        heads = self._top.heads
        said = self._states(gist)[first:last] @ heads["names"] + heads["names.bias"]
        return bool(len(said)) and float(said.mean()) > _DOUBTED

    def _judged(
        self,
        head: str,
        pooled: npt.NDArray[np.float32],
        gist: Gist,
        hinted: tuple[bool, ...],
    ) -> npt.NDArray[np.float64]:
        beside = [*gist.traits, *hinted, *aspects_found(gist.text)]
        read = np.concatenate([pooled, np.array(beside, dtype=np.float32)]).astype(np.float64)
        judged: npt.NDArray[np.float64] = (
            self._top.heads[head] @ read + self._top.heads[f"{head}.bias"]
        )
        return judged

    def _by_vector(self, gist: Gist) -> npt.NDArray[np.float64]:
        """Read intents from the encoder's own vector."""
        heads = self._top.heads
        read = beside_traits(self._read(gist)[1][None], [gist])[0]
        hidden = np.maximum(heads["hidden"] @ read + heads["hidden.bias"], 0)
        said: npt.NDArray[np.float64] = heads["said"] @ hidden + heads["said.bias"]
        return said

    def _states(self, gist: Gist) -> npt.NDArray[np.float32]:
        return self._read(gist)[0]

    def _read(self, gist: Gist) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Read a question; the one before is kept, since all heads read it."""
        known = self._kept
        if known is None or known[0] != gist.text:
            self._kept = known = (gist.text, self._top.read(gist.text))
        return known[1]


def sense_of(encoder: Encoder) -> Sense | None:
    """Give the sense that goes with an encoder; None where the layers are not for it.

    Raises
    ------
    ModelError
        When the layers are missing, or differ from their manifest.
    """
    if not encoder.encoder_id.startswith(ENCODER):
        return None
    return Sense(cast("_OfE5", encoder).tuned_top(TUNED))


def beside_traits(
    vectors: npt.NDArray[np.float32], gists: Sequence[Gist]
) -> npt.NDArray[np.float64]:
    """Put traits beside vectors; shape (gists, W + traits)."""
    traits = np.array([gist.traits for gist in gists], dtype=np.float64)
    return np.hstack([_SPREAD * vectors.astype(np.float64), traits])


def aspects_found(text: str) -> list[bool]:
    """Tell of each aspect but "" whether words of a text name it."""
    named = set(aspects_of(text))
    return [aspect in named for aspect in ASKED_OF[1:]]


def gist_of(text: str, matches: list[Match], times: Times, today: date) -> Gist:
    """Leave names and times out of a question.

    Parameters
    ----------
    times
        Read from the same text with its names blanked out, letter for letter.
    today
        The first day whose data is not visible yet.
    """
    letters = [
        " " if blank == " " else letter for letter, blank in zip(text, times.rest, strict=True)
    ]
    for match in matches:
        letters[match.start] = _NAME
    named = {match.entities[0] for match in matches}
    ahead = times.window is not None and _lies_ahead(times.window, today)
    back = times.window is not None and not ahead
    traits = (
        ahead or times.weeks_ahead is not None,
        back or times.weeks_back is not None,
        times.window is not None,
        len(named) == 1,
        len(named) >= _TWO,
        any(entity.kind is EntityKind.PRODUCT for entity in named),
    )
    return Gist(" ".join("".join(letters).casefold().split()).rstrip(_ENDS), traits)


def _lies_ahead(window: Window, today: date) -> bool:
    return window.last_day >= today and window.first_day - today < FAR
