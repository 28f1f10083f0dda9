"""What is kept of an answer: sentences that pass their checks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from agent.writing.verify import check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.language.language import Language
    from agent.writing.compose import Draft
    from agent.writing.sentence import Sentence
    from agent.writing.verify import Evidence

logger = logging.getLogger(__name__)


def settled(
    drafts: Sequence[Draft], worded: Sequence[Draft], evidence: Evidence, language: Language
) -> tuple[tuple[Sentence, ...], list[str]]:
    """Check every sentence; the grammar's own stands in for one that fails, or nothing does."""
    kept: list[Sentence] = []
    notices: dict[str, None] = {}
    for own, other in zip(drafts, worded, strict=True):
        for draft, notice in ((other, "model_rejected"), (own, "dropped")):
            sentence = draft.fill()
            problems = check(sentence, evidence, language)
            if not problems:
                kept.append(sentence)
                break
            notices.setdefault("dropped" if draft is own else notice)
            logger.warning("a sentence failed its checks: %s", problems[0].fault)
    return tuple(kept), list(notices)
