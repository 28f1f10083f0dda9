"""The columns of the panel asked about last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasting.inputs.drivers import design_of
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.inputs.design import Design
    from forecasting.inputs.window_coder import WindowCoder
    from signals import Panel


@dataclass(slots=True)
class LastDesign:
    """Builds the columns of a panel once, for all the coalitions of an explanation.

    Parameters
    ----------
    coder
        Codes recent sales for an expert that learnt with them.
    """

    coder: WindowCoder | None = None
    _known: tuple[Panel, Design] | None = None

    def of(
        self,
        panel: Panel,
        known: tuple[str, ...],
        columns: Sequence[str],
        said: Sequence[str] | None = None,
    ) -> Design:
        """Build the columns of a panel, unless it was the last one.

        Parameters
        ----------
        known
            Known-ahead columns to use.
        columns, said
            What a saved expert reads: columns of the design and of what people say; None reads no
            text.

        Raises
        ------
        ModelError
            When the panel has other columns.
        """
        if self._known is None or self._known[0] is not panel:
            design = design_of(panel, known, use_text=said is not None, coder=self.coder)
            wanted = (tuple(columns), tuple(said or ()))
            if (design.columns, design.said_columns) != wanted:
                changed = sorted({*design.columns, *design.said_columns} ^ {*wanted[0], *wanted[1]})
                raise ModelError(
                    f"the saved expert and the data have different columns: {changed}; "
                    "run: groundswell run",
                )
            self._known = (panel, design)
        return self._known[1]
