"""The network that corrects a forecast by what was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDEST: Final = 0.7
"""Log units that signals may move a forecast."""
_WIDTH: Final = 24
_DROPOUT: Final = 0.1


class FusionNetwork(nn.Module):
    """Attention over modalities; says nothing where nothing is heard.

    Each modality that speaks becomes one token; the context asks the tokens, and what they answer
    together is read by one map without a constant. It starts at zero: untrained, the network
    changes no forecast. Modalities beside, such as what a product is, are tokens only where another
    speaks. What a linear map makes of the signals is added to it, so that it learns the rest.

    Parameters
    ----------
    sizes
        Columns of each modality.
    context
        Columns that describe the forecast.
    beside
        Columns of each modality that only tells the others apart.

    References
    ----------
    A deep and a wide part side by side: Cheng et al. (2016), arXiv 1606.07792. Attention: Vaswani
    et al. (2017), one head, without the values' own map.
    """

    def __init__(
        self, sizes: Mapping[str, int], context: int, beside: Mapping[str, int] | None = None
    ) -> None:
        super().__init__()
        self.names, self.beside = tuple(sizes), tuple(beside or {})
        self.encoders = nn.ModuleDict(
            {name: nn.Linear(size, _WIDTH) for name, size in {**sizes, **(beside or {})}.items()}
        )
        self.bend, self.drop = nn.GELU(), nn.Dropout(_DROPOUT)
        self.query = nn.Linear(context, _WIDTH)
        self.key = nn.Linear(_WIDTH, _WIDTH)
        self.deep = nn.Linear(_WIDTH, 1, bias=False)
        nn.init.zeros_(self.deep.weight)

    def forward(
        self,
        context: torch.Tensor,
        blocks: Mapping[str, torch.Tensor],
        beside: Mapping[str, torch.Tensor],
        plain: torch.Tensor,
    ) -> torch.Tensor:
        """Say how far outcomes will exceed a forecast, in log units.

        Parameters
        ----------
        context
            Shape (B, columns).
        blocks, beside
            By modality, shape (B, columns), zeros where it is silent.
        plain
            What a linear map makes of the blocks, in log units, shape (B,).

        Returns
        -------
        torch.Tensor
            Shape (B,), within ``WIDEST`` of 0.
        """
        said = [blocks[name] for name in self.names]
        every = [*said, *(beside[name] for name in self.beside)]
        speaks = torch.stack([block.any(1) for block in every], dim=1)  # (B, M)
        speaks = speaks & speaks[:, : len(said)].any(1, keepdim=True)
        encoders = zip(self.encoders.values(), every, strict=True)
        tokens = self.bend(torch.stack([encode(block) for encode, block in encoders], dim=1))
        asked = self.query(context).unsqueeze(2)  # (B, W, 1)
        scores = (self.key(tokens) @ asked).squeeze(2) / _WIDTH**0.5  # (B, M, W) -> (B, M)
        weights = scores.masked_fill(~speaks, -torch.inf).softmax(1)
        weights = torch.where(speaks, weights, 0.0)  # all silent: no weight at all
        answer = (weights.unsqueeze(2) * tokens).sum(1)  # (B, M, W) -> (B, W)
        moved = plain + self.deep(self.drop(answer)).squeeze(1)  # (B,)
        return WIDEST * torch.tanh(moved / WIDEST)
