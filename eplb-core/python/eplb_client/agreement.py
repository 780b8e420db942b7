"""Agreement between the ranks of a process group: all take the new table, or all keep the old one.

Every rank has asked the service by itself and holds a table, or nothing. Ranks that disagree would
send weights that nobody receives, so nobody may go alone. Two collectives decide:

    ballots    all-gather: the digest of the table that a rank holds, zeros if it holds none; and
               whether the rank has a table to keep
    promises   all-reduce: 1 from a rank that saw the ballots of all ranks in time and reads a
               change in them, else 0

Ballots mean one thing for all who saw them: equal digests, that all take their tables; else, where
a rank has no table to keep, that all let the engine plan; else, that all keep their tables. A rank
changes if and only if all promises are 1. With a third of the limit as the unit:

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

import enum
import hashlib
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from .plan import IntArray

_SLICES = 50


class Choice(enum.Enum):
    """The choices of a group."""

    TAKE = "all take the table that they hold"
    KEEP = "all keep the table in force"
    LEAVE = "all leave the plan to the engine, since a rank has no table to keep"


@dataclass(frozen=True)
class Verdict:
    """The choice of a group, and why the ranks do not take their tables; empty if they do."""

    choice: Choice
    reason: str = ""


def agree(
    group: Any,
    table: IntArray | None,
    limit: float,
    voters: Collection[int] | None = None,
    keeps: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> Verdict:
    """Returns what all ranks do.

    Every rank of the group must call, in the same order as its other collectives. Blocks for the
    limit at most, and never raises.

    group: a process group that works on CPU tensors.
    table: the table that this rank holds, or None.
    limit: seconds.
    voters: the ranks of the group that count; all if None.
    keeps: whether this rank has a table to keep.
    """
    arrival = clock()
    unit = limit / 3
    verdict = Verdict(Choice.KEEP, "this rank gave up")
    try:
        verdict = _compare_ballots(group, table, keeps, unit, voters)
        if verdict.choice is not Choice.KEEP and clock() - arrival > unit:
            verdict = Verdict(Choice.KEEP, "this rank was stopped for too long")
    except Exception as error:
        verdict = Verdict(Choice.KEEP, f"the ranks cannot be compared: {error}")
    changes = verdict.choice is not Choice.KEEP
    try:
        promise = torch.tensor([int(changes)], dtype=torch.int64)
        work = dist.all_reduce(promise, op=dist.ReduceOp.MIN, group=group, async_op=True)
        if not changes:
            return verdict
        if not _finished(work, 2 * unit):
            return Verdict(Choice.KEEP, "the ranks did not confirm in time")
        return verdict if promise.item() else Verdict(Choice.KEEP, "another rank gave up")
    except Exception as error:
        reason = verdict.reason or f"the ranks cannot confirm: {error}"
        return Verdict(Choice.KEEP, reason)


def _compare_ballots(
    group: Any,
    table: IntArray | None,
    keeps: bool,
    unit: float,
    voters: Collection[int] | None,
) -> Verdict:
    digest = np.zeros(4, dtype=np.int64) if table is None else _digest(table)
    ballot = torch.from_numpy(np.append(digest, int(keeps)))
    ballots = [torch.zeros_like(ballot) for _ in range(group.size())]
    work = dist.all_gather(ballots, ballot, group=group, async_op=True)
    if not _finished(work, unit):
        return Verdict(Choice.KEEP, "not all ranks came in time")
    counted = [rank for rank in range(group.size()) if voters is None or rank in voters]
    digests = {rank: ballots[rank][:4] for rank in counted}
    without = [rank for rank in counted if not digests[rank].any()]
    different = [rank for rank in counted if not torch.equal(digests[rank], digests[counted[0]])]
    if without:
        reason = f"no plan on ranks {_names(without)}"
    elif different:
        reason = f"another plan on ranks {_names(different)} than on rank {counted[0]}"
    elif table is None:
        return Verdict(Choice.KEEP, "no plan on this rank")
    else:
        return Verdict(Choice.TAKE)
    bare = [rank for rank in counted if not ballots[rank][4]]
    if bare:
        return Verdict(Choice.LEAVE, f"{reason}, and no table to keep on ranks {_names(bare)}")
    return Verdict(Choice.KEEP, reason)


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
