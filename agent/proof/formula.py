"""Formulas of derived facts: ``f1 / f2 - 1``, worked out without running code."""

from __future__ import annotations

import ast
import math
import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    ValueOf = Callable[[str], float]

_ROOT = 0.5
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def compute(formula: str, value_of: ValueOf) -> float:
    """Work out a formula.

    Parameters
    ----------
    value_of
        Gives the value of a fact id.

    Raises
    ------
    ValueError
        For anything but fact ids, plain numbers, ``+ - * /``, a square root (``** 0.5``) and
        brackets; for the root of a negative number.

    Examples
    --------
    >>> compute("f1 / f2 - 1", {"f1": 6.0, "f2": 4.0}.__getitem__)
    0.5
    >>> compute("(f1 * f1 + f2 * f2) ** 0.5", {"f1": 3.0, "f2": 4.0}.__getitem__)
    5.0
    """
    return _evaluate(ast.parse(formula.strip(), mode="eval").body, value_of)


def ids_in(formula: str) -> list[str]:
    """List the fact ids of a formula."""
    tree = ast.parse(formula.strip(), mode="eval")
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _evaluate(node: ast.expr, value_of: ValueOf) -> float:
    match node:
        case ast.Name(id=name):
            return value_of(name)
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_evaluate(left, value_of), _evaluate(right, value_of))
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=exponent)) if (
            exponent == _ROOT
        ):
            return math.sqrt(_evaluate(left, value_of))
        case _:
            raise ValueError(
                f"a formula holds fact ids, + - * / and ** 0.5; got {ast.unparse(node)}"
            )
