"""Plans: a placement of experts on slots, with the two maps that engines derive from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

EMPTY = -1
"""The id of a slot that holds no expert."""


def initial_table(layers: int, experts: int, slots: int) -> IntArray:
    """Returns the layout that engines start with: slot s holds expert s modulo experts."""
    return np.tile(np.arange(slots, dtype=np.int64) % experts, (layers, 1))


def replicas_of(table: IntArray, experts: int) -> IntArray:
    """Returns the replicas of every expert, [layers, experts].

    table: [layers, slots], ids below experts or EMPTY.
    """
    layers = table.shape[0]
    cells = table + np.arange(layers)[:, None] * experts
    count = np.bincount(cells[table != EMPTY], minlength=layers * experts)
    return count.reshape(layers, experts).astype(np.int64)


def slots_of(table: IntArray, count: IntArray) -> IntArray:
    """Returns the slots of every expert, [layers, experts, most replicas], padded with -1.

    For the row 0 1 2 0, where slot 3 holds a second replica of expert 0, that is
    [[0, 3], [1, -1], [2, -1]].

    count: what replicas_of returns for the table.
    """
    layers, experts = count.shape
    slots = table.shape[1]
    by_expert = np.argsort(table, axis=1, kind="stable")
    ids = np.take_along_axis(table, by_expert, axis=1)
    # The slots of one expert stand next to each other now, after all slots that are EMPTY.
    first = np.cumsum(count, axis=1) - count + (slots - count.sum(axis=1))[:, None]
    replica = np.arange(slots)[None, :] - np.take_along_axis(first, np.maximum(ids, 0), axis=1)
    layer = np.broadcast_to(np.arange(layers)[:, None], ids.shape)
    filled = ids != EMPTY
    where = np.full((layers, experts, int(count.max(initial=0))), -1, dtype=np.int64)
    where[layer[filled], ids[filled], replica[filled]] = by_expert[filled]
    return where


@dataclass(frozen=True, eq=False)
class Plan:
    """The answer to a question. The arrays are int64 and the caller's own.

    physical_to_logical: [layers, slots], the expert of every slot, -1 where a slot is empty. If
        nothing changes this is the table in force. None only if the service decided nothing and
        the question named no current table.
    logical_to_physical: [layers, experts, most replicas], the slots of every expert, ascending and
        padded with -1.
    logical_count: [layers, experts], the replicas of every expert.
    changed: whether any layer changes.
    layer_priority: the layers that change, most profitable first.
    moved: experts that ranks have to receive, over all layers.
    par_before: mean PAR over the layers of the table in force, under the service's estimate of the
        load; PAR is the load of the hottest rank over the mean of the ranks. NaN if unknown.
    par_after: the same of physical_to_logical.
    digest: the digest of the table's rows; equal tables have equal digests.
    rejected: one line for each layer whose new row broke a rule and which keeps its old one.
    reason: one line that says why the policy's plan is not taken, or None: the policy failed, or
        the ranks of a round do not agree.
    unanimous: False if the ranks of a round did not all ask the same in time.
    missing: the ranks that did not ask in time, ascending.
    different: the ranks that asked something else than most, ascending.
    inputs: the digest of the question that this answers.
    """

    physical_to_logical: IntArray | None
    logical_to_physical: IntArray | None
    logical_count: IntArray | None
    changed: bool
    layer_priority: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    moved: int = 0
    par_before: float = float("nan")
    par_after: float = float("nan")
    digest: str = ""
    rejected: tuple[str, ...] = ()
    reason: str | None = None
    unanimous: bool = True
    missing: tuple[int, ...] = ()
    different: tuple[int, ...] = ()
    inputs: str = ""
