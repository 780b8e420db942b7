"""Agreement between the ranks of a process group: all take the new table, or all keep the old one.

Every rank has asked the service by itself and holds a table, or nothing. Ranks that disagree would
send weights that nobody receives, so nobody may go alone. Two collectives decide:

    ballots    all-gather: the digest of the table that a rank holds, zeros if it holds none
    promises   all-reduce: 1 from a rank that saw equal ballots of all ranks in time, else 0

A rank takes its table if and only if all promises are 1. With a third of the limit as the unit:

- it waits one unit for the ballots;
- it promises 1 only within one unit of its own arrival;
- it waits two more units for the promises, or not at all if it promised 0.

A rank that never comes, or comes late: the others run out of their unit, promise 0 and keep the
old table. If it comes after all, it finds all ballots there and promises 1, but the promises of
the others are 0 already, so it keeps the old table as well.

Two ranks that both saw all ballots: no rank's wait for promises begins before the last rank has
arrived, so it ends two units after that arrival or later. All promises of 1 are under way one unit
after that arrival, so each rank receives them if a message between two live processes takes less
than one unit. A rank that is stopped meanwhile (a long pause, a debugger) loses little patience:
it waits in slices, and sees what arrived before it counts the next one. A rank that is stopped
for longer than a unit between the check of its watch and the sending itself is what remains.

The engine's own collectives on the group stay in order: every call issues exactly these two, on
every rank, whatever happened before, and leaves unfinished ones to finish when the last rank comes.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from .plan import IntArray

_SLICES = 50


def agree(
    group: Any,
    table: IntArray | None,
    limit: float,
    voters: Collection[int] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> str | None:
    """Returns None if all ranks take the table that they hold, else why all keep the old one.

    Every rank of the group must call, in the same order as its other collectives. Blocks for the
    limit at most, and never raises.

    group: a process group that works on CPU tensors.
    table: the table that this rank holds, or None.
    limit: seconds.
    voters: the ranks of the group that count; all if None.
    """
    arrival = clock()
    unit = limit / 3
    problem = "this rank gave up"
    try:
        problem = _compare_ballots(group, table, unit, voters)
        if not problem and clock() - arrival > unit:
            problem = "this rank was stopped for too long"
    except Exception as error:
        problem = f"the ranks cannot be compared: {error}"
    try:
        promise = torch.tensor([int(not problem)], dtype=torch.int64)
        work = dist.all_reduce(promise, op=dist.ReduceOp.MIN, group=group, async_op=True)
        if not problem:
            if not _finished(work, 2 * unit):
                problem = "the ranks did not confirm in time"
            elif not promise.item():
                problem = "another rank gave up"
    except Exception as error:
        problem = problem or f"the ranks cannot confirm: {error}"
    return problem or None


def _compare_ballots(
    group: Any, table: IntArray | None, unit: float, voters: Collection[int] | None
) -> str:
    ballot = torch.zeros(4, dtype=torch.int64)
    if table is not None:
        ballot = torch.from_numpy(_digest(table))
    ballots = [torch.zeros_like(ballot) for _ in range(group.size())]
    work = dist.all_gather(ballots, ballot, group=group, async_op=True)
    if not _finished(work, unit):
        return "not all ranks came in time"
    counted = [rank for rank in range(group.size()) if voters is None or rank in voters]
    without = [rank for rank in counted if not ballots[rank].any()]
    if without:
        return f"no plan on ranks {_names(without)}"
    different = [rank for rank in counted if not torch.equal(ballots[rank], ballots[counted[0]])]
    if different:
        return f"another plan on ranks {_names(different)} than on rank {counted[0]}"
    return "" if table is not None else "no plan on this rank"


def _digest(table: IntArray) -> IntArray:
    """Returns 256 bits that differ between tables; never all zeros, which stand for no table."""
    content = hashlib.sha256(repr(table.shape).encode())
    content.update(np.ascontiguousarray(table, dtype="<i8").tobytes())
    return np.frombuffer(content.digest(), dtype=np.int64).copy()


def _finished(work: Any, seconds: float) -> bool:
    """Waits for a collective; returns False if it failed or is unfinished after these seconds."""
    # PyTorch counts whole milliseconds, and takes 0 of them for no limit.
    slices = max(1, min(_SLICES, int(seconds * 1000)))
    slice_of_patience = max(timedelta(seconds=seconds / slices), timedelta(milliseconds=1))
    for _ in range(slices):
        try:
            work.wait(slice_of_patience)
            return True
        except RuntimeError:  # both a slice that is over and a lost connection
            if work.is_completed():
                break
    if not work.is_completed():
        return False
    try:
        work.wait()
        return True
    except RuntimeError:
        return False


def _names(ranks: list[int]) -> str:
    shown = ", ".join(map(str, ranks[:8]))
    return shown if len(ranks) <= 8 else f"{shown} and {len(ranks) - 8} more"
