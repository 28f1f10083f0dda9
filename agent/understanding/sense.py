"""What a question asks for by its meaning: a small head on the vectors of the text encoder.

Clues (``intents.py``) know the words that were thought of; the encoder puts wordings that nobody
thought of near those it was shown, and pieces of the words keep apart what it takes for much the
same. The head was fitted by ``benchmarks/question_sense.py`` to the wordings kept for that; it and
the clues are weighed together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

from agent.understanding.catalogue import EntityKind
from agent.understanding.pieces import places_of
from agent.understanding.plan import Intent
from agent.understanding.voiced import Voiced

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import numpy.typing as npt

    from agent.understanding.catalogue import Match
    from agent.understanding.periods import Times
    from agent.understanding.plan import Window
    from retrieval import Encoder

HEAD: Final = "sense.safetensors"
ENCODER: Final = "multilingual-e5-small"
"""Whose vectors the head reads, in whatever precision."""
SPREAD: Final = 5.0
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


class Sense:
    """Tells how likely each intent is.

    Parameters
    ----------
    head
        ``weights`` of shape (features, hidden) with ``bias``, then ``said`` of shape
        (hidden, intents) with ``usual``; beside them ``pieces`` of shape (places, intents) and
        ``traits`` of shape (traits, intents). For what is asked about comments:
        ``heard_weights`` of shape (features + hints, hidden) with ``heard_bias``, then ``heard`` of
        shape (hidden, 1 + kinds) with ``heard_usual``.
    """

    def __init__(self, encoder: Encoder, head: Mapping[str, npt.NDArray[np.float32]]) -> None:
        self._encoder = encoder
        self._head = head
        self._kept: tuple[Gist, npt.NDArray[np.float64]] | None = None

    def voiced(self, gist: Gist, hinted: tuple[bool, ...]) -> Voiced | None:
        """Tell what is asked about comments; None where they are neither ranked by nor counted.

        Parameters
        ----------
        hinted
            See ``voiced.hints``.
        """
        head = self._head
        read = np.concatenate([self._features(gist), hinted])
        hidden = np.maximum(read @ head["heard_weights"] + head["heard_bias"], 0)
        meant = hidden @ head["heard"] + head["heard_usual"]
        kinds: tuple[Voiced | None, ...] = (None, *Voiced)
        return kinds[int(meant.argmax())]

    def shares(self, gist: Gist, scores: Mapping[Intent, float]) -> dict[Intent, float]:
        """Give each intent its share, with what clues say weighed in; they sum to 1.

        Parameters
        ----------
        scores
            Of the clues that were found.
        """
        head = self._head
        hidden = self._features(gist) @ head["weights"] + head["bias"]
        meant = np.maximum(hidden, 0) @ head["said"] + head["usual"]
        places = places_of(gist.text)
        meant += head["pieces"][places].sum(axis=0) / np.sqrt(max(1, len(places)))
        meant += np.array(gist.traits, dtype=np.float64) @ head["traits"]
        meant = meant - np.logaddexp.reduce(meant)
        weighed = meant + _CLUES * np.array([scores.get(intent, 0.0) for intent in Intent])
        shares = np.exp(weighed - np.logaddexp.reduce(weighed))
        return dict(zip(Intent, map(float, shares), strict=True))

    def _features(self, gist: Gist) -> npt.NDArray[np.float64]:
        """Encode a question; the one before is kept, since both heads read it."""
        known = self._kept
        if known is None or known[0] != gist:
            self._kept = known = (gist, features([gist], self._encoder)[0])
        return known[1]


def sense_of(encoder: Encoder) -> Sense | None:
    """Give the sense that goes with an encoder; None where the head does not know its vectors."""
    return Sense(encoder, _head()) if encoder.encoder_id.startswith(ENCODER) else None


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


def features(gists: list[Gist], encoder: Encoder) -> npt.NDArray[np.float64]:
    """Give what ``weights`` belong to; shape (gists, dim of the encoder + traits)."""
    vectors = encoder.encode_queries([gist.text for gist in gists])
    traits = np.array([gist.traits for gist in gists], dtype=np.float64)
    return np.hstack([SPREAD * vectors.astype(np.float64), traits])


def _lies_ahead(window: Window, today: date) -> bool:
    return window.last_day >= today and window.first_day - today < FAR


@cache
def _head() -> dict[str, npt.NDArray[np.float32]]:
    from safetensors.numpy import load_file

    with resources.as_file(resources.files("agent.understanding") / HEAD) as file:
        return {name: table.astype(np.float32) for name, table in load_file(file).items()}
