"""Questions: the arguments of a call, checked, and as the service reads them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from .checks import MOST_RANKS, cell, expert_table, place, text, tokens_of, topology, whole
from .errors import InvalidArgument, one_line
from .plan import EMPTY, IntArray

OptionValue = Union[str, int, float, bool]
Query = list[tuple[str, str]]

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
    dispatch: str | None,
    failed: Iterable[int],
) -> Question:
    """Checks the arguments of Client.plan; InvalidArgument says which is wrong, and where."""
    if (load is None) == (workload is None):
        raise InvalidArgument("hand in either load or workload, one of the two")
    ranks, nodes, groups, slots = topology(ranks, nodes, groups, slots)
    if load is not None:
        tokens = tokens_of("load", load, (2, 3), "[layers, experts] or [windows, layers, experts]")
        layers, experts, measured = tokens.shape[-2], tokens.shape[-1], None
    else:
        tokens = tokens_of(
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
    dead = sorted({whole("failed", rank, 0, (ranks or MOST_RANKS) - 1) for rank in failed})
    query = numbers(ranks=ranks, nodes=nodes, groups=groups, slots=slots)
    if policy is not None:
        query.append(("policy", text("policy", policy)))
    for key, value in sorted((options or {}).items()):
        query.append((f"option.{text('an option', key)}", _option(key, value)))
    if dispatch is not None:
        query.append(("dispatch", text("dispatch", dispatch)))
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
            f"{cell('current', table, table >= experts)}; load has {experts} experts, "
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


def _option(key: str, value: OptionValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise InvalidArgument(
        f"option {key} is {one_line(repr(value), 80)}; expected a text, a number or a truth value"
    )
