"""Questions: the arguments of a call, checked, and as the service reads them."""

from __future__ import annotations

import io
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from .errors import InvalidArgument, one_line
from .plan import EMPTY, IntArray

OptionValue = Union[str, int, float, bool]
Query = list[tuple[str, str]]

_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_RANKS = 65_536
_MOST_NUMBER = 2**31 - 1
_LAST_ROUND = 2**53 - 1


@dataclass(frozen=True)
class Seat:
    """The place of one rank in a round."""

    rank: int
    world: int
    round: int

    @staticmethod
    def of(rank: int | None, world: int | None, round: int | None) -> Seat | None:
        """Returns the seat that three arguments name; None if none of them is given."""
        if rank is None and world is None and round is None:
            return None
        if rank is None or world is None or round is None:
            raise InvalidArgument(
                f"rank={rank}, world={world}, round={round}: a round needs all three"
            )
        rank, world = place(rank, world)
        return Seat(rank, world, whole("round", round, 0, _LAST_ROUND))


@dataclass(frozen=True)
class Question:
    """A question that can be sent, and what its answer must fit.

    current: the table in force, [layers, slots], or None.
    experts: the logical experts of a layer, or None where the question does not say.
    slots: the slots of a layer on all ranks, or None where the question does not say.
    may_be_empty: whether slots of the answer may be empty.
    """

    arrays: Mapping[str, npt.NDArray[Any]]
    query: Query
    layers: int
    experts: int | None
    ranks: int | None
    slots: int | None
    current: IntArray | None
    may_be_empty: bool


def npz(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Returns arrays as numpy.savez writes them."""
    buffer = io.BytesIO()
    named: dict[str, Any] = dict(arrays)
    np.savez(buffer, **named)
    return buffer.getvalue()


def plan_question(
    load: Any,
    workload: Any,
    current: Any,
    ranks: int | None,
    nodes: int | None,
    groups: int | None,
    slots: int | None,
    policy: str | None,
    options: Mapping[str, OptionValue] | None,
    failed: Iterable[int],
) -> Question:
    """Checks the arguments of Client.plan; InvalidArgument says which is wrong, and where."""
    if (load is None) == (workload is None):
        raise InvalidArgument("hand in either load or workload, one of the two")
    ranks, nodes, groups, slots = topology(ranks, nodes, groups, slots)
    if load is not None:
        tokens = _tokens("load", load, (2, 3), "[layers, experts] or [windows, layers, experts]")
        layers, experts, measured = tokens.shape[-2], tokens.shape[-1], None
    else:
        tokens = _tokens(
            "workload",
            workload,
            (3, 4),
            "[layers, ranks, slots] or [windows, layers, ranks, slots]",
        )
        layers, experts, measured = tokens.shape[-3], None, tokens.shape[-2:]
    arrays: dict[str, npt.NDArray[Any]] = {
        "load" if load is not None else "workload": tokens,
    }
    table = None
    shape = measured
    if current is not None:
        arrays["current"] = given = expert_table("current", current)
        table = given.reshape(given.shape[0], -1)
        shape = given.shape[1:]
        _fits(table, layers, experts, measured)
    dead = sorted({whole("failed", rank, 0, (ranks or _MOST_RANKS) - 1) for rank in failed})
    query = numbers(ranks=ranks, nodes=nodes, groups=groups, slots=slots)
    if policy is not None:
        query.append(("policy", _text("policy", policy)))
    for key, value in sorted((options or {}).items()):
        query.append((f"option.{_text('an option', key)}", _option(key, value)))
    if dead:
        query.append(("failed", ",".join(map(str, dead))))
    return Question(
        arrays=arrays,
        query=query,
        layers=layers,
        experts=experts,
        ranks=ranks if ranks is not None or shape is None or len(shape) < 2 else shape[0],
        slots=_slots(slots, ranks, shape),
        current=table,
        may_be_empty=bool(dead) or (table is not None and bool((table == EMPTY).any())),
    )


def place(rank: int, world: int) -> tuple[int, int]:
    """Checks the place of a rank among all."""
    world = whole("world", world, 1, _MOST_RANKS)
    return whole("rank", rank, 0, world - 1), world


def topology(
    ranks: int | None, nodes: int | None, groups: int | None, slots: int | None = None
) -> tuple[int | None, int | None, int | None, int | None]:
    """Checks the numbers of a topology; None is the service's own."""
    ranks = None if ranks is None else whole("ranks", ranks, 1, _MOST_RANKS)
    nodes = None if nodes is None else whole("nodes", nodes, 1, _MOST_RANKS)
    groups = None if groups is None else whole("groups", groups, 1, _MOST_NUMBER)
    slots = None if slots is None else whole("slots", slots, 1, _MOST_NUMBER)
    if slots is not None and ranks is not None and slots % ranks:
        raise InvalidArgument(
            f"slots is {slots}, the slots of all ranks together; {ranks} ranks do not divide it"
        )
    if nodes is not None and ranks is not None and ranks % nodes:
        raise InvalidArgument(f"nodes is {nodes}; it must divide the {ranks} ranks")
    return ranks, nodes, groups, slots


def group_name(group: str) -> str:
    """Returns the name of a group; InvalidArgument if it is none."""
    if not isinstance(group, str) or not _GROUP.fullmatch(group):
        raise InvalidArgument(
            f"group is {one_line(repr(group), 80)}; expected 1 to 64 letters, digits, dots, dashes "
            "or underscores, the first a letter or a digit"
        )
    return group


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


def expert_table(name: str, value: Any) -> IntArray:
    """Returns a table [layers, ranks, slots] or [layers, slots] of expert ids."""
    array = _array(name, value, (2, 3), "[layers, ranks, slots] or [layers, slots]")
    if array.dtype.kind not in "iu":
        raise InvalidArgument(f"{name} is of {array.dtype}; expert ids are integers")
    wrong = (array < EMPTY) | (array > _MOST_NUMBER)
    if wrong.any():
        raise InvalidArgument(
            f"{_cell(name, array, wrong)}; an expert's id is 0 or more, an empty slot is {EMPTY}"
        )
    return np.ascontiguousarray(array, dtype="<i8")


def _tokens(name: str, value: Any, dimensions: Sequence[int], expected: str) -> npt.NDArray[Any]:
    array = _array(name, value, dimensions, expected)
    if array.dtype.kind not in "iuf":
        raise InvalidArgument(f"{name} is of {array.dtype}; tokens are integers or floats")
    array = np.ascontiguousarray(array, dtype="<f8")
    wrong = ~(np.isfinite(array) & (array >= 0))
    if wrong.any():
        raise InvalidArgument(f"{_cell(name, array, wrong)}; tokens are finite and 0 or more")
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


def _cell(name: str, array: npt.NDArray[Any], wrong: npt.NDArray[np.bool_]) -> str:
    at = tuple(int(index) for index in np.argwhere(wrong)[0])
    return f"{name}[{', '.join(map(str, at))}] is {array[at]}"


def _fits(
    table: IntArray, layers: int, experts: int | None, measured: tuple[int, ...] | None
) -> None:
    """Checks that a table is one of the layers and experts that were measured."""
    if table.shape[0] != layers:
        raise InvalidArgument(
            f"current has {table.shape[0]} layers; the measured load has {layers}"
        )
    if experts is not None and (table >= experts).any():
        raise InvalidArgument(
            f"{_cell('current', table, table >= experts)}; load has {experts} experts, "
            f"so ids end at {experts - 1}"
        )
    if measured is not None and table.shape[1] != measured[0] * measured[1]:
        raise InvalidArgument(
            f"current has {table.shape[1]} slots; "
            f"workload was measured on {measured[0]} x {measured[1]}"
        )


def _slots(slots: int | None, ranks: int | None, shape: tuple[int, ...] | None) -> int | None:
    """Returns how many slots an answer must have; None if that is the service's to say."""
    if slots is not None or shape is None:
        return slots
    if len(shape) == 2 and ranks is not None and ranks != shape[0]:
        return None
    return int(np.prod(shape))


def numbers(**given: int | None) -> Query:
    """Returns the parameters that are given."""
    return [(name, str(number)) for name, number in given.items() if number is not None]


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise InvalidArgument(f"{name} is {one_line(repr(value), 80)}; expected a printable text")
    return value


def _option(key: str, value: OptionValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise InvalidArgument(
        f"option {key} is {one_line(repr(value), 80)}; expected a text, a number or a truth value"
    )
