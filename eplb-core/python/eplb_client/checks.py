"""Checks of arguments: each returns what may be sent, or raises InvalidArgument."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import InvalidArgument, one_line
from .plan import EMPTY, IntArray

_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_NUMBER = 2**31 - 1

MOST_RANKS = 65_536


def group_name(group: str) -> str:
    """Returns the name of a group; InvalidArgument if it is none."""
    if not isinstance(group, str) or not _GROUP.fullmatch(group):
        raise InvalidArgument(
            f"group is {one_line(repr(group), 80)}; expected 1 to 64 letters, digits, dots, dashes "
            "or underscores, the first a letter or a digit"
        )
    return group


def text(name: str, value: Any) -> str:
    """Returns a text without control characters."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise InvalidArgument(f"{name} is {one_line(repr(value), 80)}; expected a printable text")
    return value


def whole(name: str, value: Any, least: int, most: int) -> int:
    """Returns a whole number within its range, of whatever integer type it was."""
    expected = f"it must be a whole number from {least} to {most}"
    try:
        number = operator.index(value)
    except TypeError:
        raise InvalidArgument(f"{name} is {one_line(repr(value), 80)}; {expected}") from None
    if isinstance(value, (bool, np.bool_)) or not least <= number <= most:
        raise InvalidArgument(f"{name} is {value}; {expected}")
    return number


def place(rank: int, world: int) -> tuple[int, int]:
    """Checks the place of a rank among all."""
    world = whole("world", world, 1, MOST_RANKS)
    return whole("rank", rank, 0, world - 1), world


def topology(
    ranks: int | None, nodes: int | None, groups: int | None, slots: int | None = None
) -> tuple[int | None, int | None, int | None, int | None]:
    """Checks the numbers of a topology; None is the service's own."""
    ranks = None if ranks is None else whole("ranks", ranks, 1, MOST_RANKS)
    nodes = None if nodes is None else whole("nodes", nodes, 1, MOST_RANKS)
    groups = None if groups is None else whole("groups", groups, 1, _MOST_NUMBER)
    slots = None if slots is None else whole("slots", slots, 1, _MOST_NUMBER)
    if slots is not None and ranks is not None and slots % ranks:
        raise InvalidArgument(
            f"slots is {slots}, the slots of all ranks together; {ranks} ranks do not divide it"
        )
    if nodes is not None and ranks is not None and ranks % nodes:
        raise InvalidArgument(f"nodes is {nodes}; it must divide the {ranks} ranks")
    return ranks, nodes, groups, slots


def expert_table(name: str, value: Any) -> IntArray:
    """Returns a table [layers, ranks, slots] or [layers, slots] of expert ids."""
    array = _array(name, value, (2, 3), "[layers, ranks, slots] or [layers, slots]")
    if array.dtype.kind not in "iu":
        raise InvalidArgument(f"{name} is of {array.dtype}; expert ids are integers")
    wrong = (array < EMPTY) | (array > _MOST_NUMBER)
    if wrong.any():
        raise InvalidArgument(
            f"{cell(name, array, wrong)}; an expert's id is 0 or more, an empty slot is {EMPTY}"
        )
    return np.ascontiguousarray(array, dtype="<i8")


def tokens_of(name: str, value: Any, dimensions: Sequence[int], expected: str) -> npt.NDArray[Any]:
    """Returns measured tokens, finite and 0 or more."""
    array = _array(name, value, dimensions, expected)
    if array.dtype.kind not in "iuf":
        raise InvalidArgument(f"{name} is of {array.dtype}; tokens are integers or floats")
    array = np.ascontiguousarray(array, dtype="<f8")
    wrong = ~(np.isfinite(array) & (array >= 0))
    if wrong.any():
        raise InvalidArgument(f"{cell(name, array, wrong)}; tokens are finite and 0 or more")
    return array


def _array(name: str, value: Any, dimensions: Sequence[int], expected: str) -> npt.NDArray[Any]:
    try:
        array = np.asarray(value)
    except Exception as error:  # whatever the type of another library raises
        raise InvalidArgument(
            f"{name} cannot be read as an array ({one_line(error)}); "
            "expected a NumPy array, a list, or a tensor on the CPU"
        ) from None
    if array.ndim not in dimensions:
        raise InvalidArgument(f"{name} has the shape {array.shape}; expected {expected}")
    if array.size == 0:
        raise InvalidArgument(f"{name} has the shape {array.shape}, so it is empty")
    return array


def cell(name: str, array: npt.NDArray[Any], wrong: npt.NDArray[np.bool_]) -> str:
    """Names the first wrong number of an array and its place."""
    at = tuple(int(index) for index in np.argwhere(wrong)[0])
    return f"{name}[{', '.join(map(str, at))}] is {array[at]}"
