"""The tuned part of the sentiment model: upper layers of the encoder and what reads them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from torch import nn

from signals.aspects import ASPECTS
from signals.sentiment.layers import learning_copy, mean_pool, run_layers

if TYPE_CHECKING:
    from transformers.models.bert.modeling_bert import BertEncoder

    from signals.sentiment.e5 import E5

CLASSES: Final = 3
"""Negative, neutral, positive."""

_DROPOUT: Final = 0.1
_SMALL: Final = 0.02  # at first all tokens are gathered alike


@dataclass(frozen=True, slots=True)
class AspectReading:
    """What the network makes of the aspects of B texts, as logits in float32.

    ``states`` is shape (B, T, W): the last layer of the aspects, to ask about single terms;
    ``mentions`` (B, aspects); ``polarities`` (B, aspects, 3).
    """

    states: torch.Tensor
    mentions: torch.Tensor
    polarities: torch.Tensor


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network makes of B texts; ``sentiment`` is shape (B, 3), logits in float32."""

    sentiment: torch.Tensor
    aspects: AspectReading


class SentimentNetwork(nn.Module):
    """Upper layers with three ways to read them.

    The sentiment of a text is read from the mean of its tokens. Each aspect has a learned query
    that gathers the tokens which speak of it; one linear map says whether there are any, another,
    shared by all aspects and by terms marked in the text, how they are judged. Sentiment blurs what
    is said of one thing and another, so aspects may have their own copy of the last layers.

    Parameters
    ----------
    e5
        The encoder whose upper layers are copied.
    layers
        How many of them, counted from the top; the rest stay the encoder's own.
    aspect_layers
        Layers of their own that the aspects have, counted from the top; 0 reads those of sentiment.
    """

    def __init__(self, e5: E5, layers: int, aspect_layers: int = 0) -> None:
        super().__init__()
        self.layers = learning_copy(e5.section(e5.depth - layers, e5.depth))
        self.dropout = nn.Dropout(_DROPOUT)
        self.sentiment = nn.Linear(e5.dim, CLASSES)
        self.queries = nn.Parameter(_SMALL * torch.randn(len(ASPECTS), e5.dim))
        self.mention = nn.Linear(e5.dim, len(ASPECTS))
        self.polarity = nn.Linear(e5.dim, CLASSES)
        self.aspect_layers: BertEncoder | None = None
        if aspect_layers:
            self.aspect_layers = self._last_layers(aspect_layers)

    def give_aspects_layers(self, count: int) -> None:
        """Copy the last ``count`` layers for the aspects, and let nothing else learn from now."""
        self.requires_grad_(False)
        self.aspect_layers = self._last_layers(count)
        for learning in (self.aspect_layers, self.mention, self.polarity):
            learning.requires_grad_(True)
        self.queries.requires_grad_(True)

    def _last_layers(self, count: int) -> BertEncoder:
        copied = copy.deepcopy(self.layers)
        copied.layer = copied.layer[-count:]
        return copied

    @property
    def own_layers(self) -> int:
        """Layers that only the aspects read."""
        return 0 if self.aspect_layers is None else len(self.aspect_layers.layer)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> Reading:
        """Read trunk states of shape (B, T, W); the mask, shape (B, T), is true on tokens."""
        common = run_layers(self.layers, hidden, mask, stop=self._parting)  # (B, T, W)
        states = run_layers(self.layers, common, mask, start=self._parting)  # (B, T, W)
        return Reading(self._judge(states, mask), self._find_aspects(common, mask))

    def judge_texts(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Read the sentiment alone; logits, shape (B, 3), float32."""
        return self._judge(run_layers(self.layers, hidden, mask), mask)

    def find_aspects(self, hidden: torch.Tensor, mask: torch.Tensor) -> AspectReading:
        """Read the aspects alone."""
        common = run_layers(self.layers, hidden, mask, stop=self._parting)  # (B, T, W)
        return self._find_aspects(common, mask)

    def judge_spans(self, states: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
        """Judge stretches of tokens.

        Parameters
        ----------
        states
            ``AspectReading.states``, shape (B, T, W).
        spans
            Shape (n, 3), int64: text, first token, token after the last.

        Returns
        -------
        torch.Tensor
            Logits, shape (n, 3).
        """
        places = torch.arange(states.shape[1], device=states.device)
        inside = (places >= spans[:, 1:2]) & (places < spans[:, 2:3])  # (n, T)
        mean = mean_pool(states[spans[:, 0]], inside).to(self.polarity.weight.dtype)  # (n, W)
        logits: torch.Tensor = self.polarity(self.dropout(mean)).float()
        return logits

    @property
    def _parting(self) -> int:
        """The layer at which the aspects part from the sentiment."""
        return len(self.layers.layer) - self.own_layers

    def _judge(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        pooled = self.dropout(mean_pool(states, mask)).to(self.sentiment.weight.dtype)  # (B, W)
        logits: torch.Tensor = self.sentiment(pooled).float()
        return logits

    def _find_aspects(self, common: torch.Tensor, mask: torch.Tensor) -> AspectReading:
        """Read on from the layer of parting."""
        own = self.aspect_layers
        states = common if own is None else run_layers(own, common, mask)  # (B, T, W)
        gathered = self.dropout(self._gather(states, mask))  # (B, A, W)
        mentions = (gathered * self.mention.weight).sum(-1) + self.mention.bias  # (B, A)
        return AspectReading(states, mentions.float(), self.polarity(gathered).float())

    def _gather(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Let every aspect attend to the tokens; shape (B, A, W)."""
        scores = states @ self.queries.T  # (B, T, A)
        scores = scores.masked_fill(~mask.unsqueeze(-1), -torch.inf)
        return scores.softmax(1).transpose(1, 2) @ states
