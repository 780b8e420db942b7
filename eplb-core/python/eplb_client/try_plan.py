"""The command plan: one plan for a recording, shown as `eplb plan` shows it."""

from __future__ import annotations

import io
import json
import os
import tempfile
import time

import numpy as np

from .balance import Balance
from .errors import InvalidArgument
from .plan import Plan
from .task import Task, table_after

_MOST_REJECTIONS_SHOWN = 10


def run(task: Task, output: str | None, force: bool) -> int:
    """Asks for a plan from the initial layout, prints it, and writes it where it was told to."""
    if output is not None:
        _check_target(output, force)
    task.require_service()
    load = task.windows.sum(axis=0, dtype=np.float64)
    before = task.initial_table()
    began = time.monotonic()
    plan = task.plan(load, None)
    seconds = time.monotonic() - began
    after = table_after(plan, before)
    layers, experts = load.shape
    _row(
        "topology",
        f"{_counted(layers, 'layer')} × {_counted(experts, 'expert')} on {task.slots:,} slots: "
        f"{_counted(task.ranks, 'rank')} × {task.slots // task.ranks}, "
        f"{_counted(task.nodes, 'node')}, {_counted(task.groups, 'group')}",
    )
    _row("", f"{'mean':>10} {'p95':>10} {'max':>10}")
    _row("PAR before", _figures(Balance.of(before, load, task.ranks)))
    _row("PAR after", _figures(Balance.of(after, load, task.ranks)))
    _row("experts moved", f"{plan.moved:,}, {plan.moved / layers:.1f} per layer")
    _row("answered in", f"{seconds * 1000:.3f} ms")
    _print_rejections(plan)
    if plan.reason is not None:
        _row("unchanged", plan.reason)
    if output is not None:
        _write(output, plan, force)
        _row("written to", output)
    return 0 if plan.reason is None else 3


def _print_rejections(plan: Plan) -> None:
    if not plan.rejected:
        _row("rejected layers", "none")
        return
    _row("rejected layers", f"{len(plan.rejected)}; they keep their current row:")
    for line in plan.rejected[:_MOST_REJECTIONS_SHOWN]:
        _row("", line)
    if len(plan.rejected) > _MOST_REJECTIONS_SHOWN:
        _row("", f"… and {len(plan.rejected) - _MOST_REJECTIONS_SHOWN} more")


def _row(name: str, text: str) -> None:
    print(f"{name:<16} {text}")


def _figures(par: Balance) -> str:
    return f"{par.mean:>10.4f} {par.p95:>10.4f} {par.max:>10.4f}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _check_target(output: str, force: bool) -> None:
    if not output.endswith((".npz", ".json")):
        raise InvalidArgument(f"--output {output}: expected a name that ends in .npz or .json")
    if os.path.exists(output) and not force:
        raise InvalidArgument(f"{output} exists; add --force to replace it")
    if not os.path.isdir(os.path.dirname(output) or "."):
        raise InvalidArgument(f"--output {output}: there is no such folder")


def _write(output: str, plan: Plan, force: bool) -> None:
    """Writes a plan whole or not at all, and over nothing that has come meanwhile."""
    if (
        plan.physical_to_logical is None
        or plan.logical_to_physical is None
        or plan.logical_count is None
    ):
        raise InvalidArgument(f"nothing is written to {output}: the service had no table")
    if output.endswith(".npz"):
        buffer = io.BytesIO()
        np.savez(
            buffer,
            physical_to_logical=plan.physical_to_logical,
            logical_to_physical=plan.logical_to_physical,
            logical_count=plan.logical_count,
        )
        content = buffer.getvalue()
    else:
        document = {"physical_to_logical_map": plan.physical_to_logical.tolist()}
        content = json.dumps(document).encode()
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(output) or ".", prefix=".eplb-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())
        if force:
            os.replace(temporary, output)
        else:
            os.link(temporary, output)
    except FileExistsError:
        raise InvalidArgument(f"{output} exists; add --force to replace it") from None
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
