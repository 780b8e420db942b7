"""The command replay: a recording sent window by window, as an engine would."""

from __future__ import annotations

import math
import time

import numpy as np

from .balance import peak_to_average
from .checks import whole
from .errors import InvalidArgument
from .task import Task, table_after

_MOST_REPEATS = 1_000_000


def run(task: Task, interval: float, repeat: int) -> int:
    """Sends the recording, prints a line for each window, and at the end what it was worth.

    A plan is measured on the window that comes after it, as `eplb simulate` does.
    """
    if not (math.isfinite(interval) and interval >= 0):
        raise InvalidArgument(f"--interval is {interval}; it must be seconds, 0 or more")
    whole("--repeat", repeat, 1, _MOST_REPEATS)
    windows = len(task.windows)
    layers = task.windows.shape[1]
    if windows * repeat < 2:
        raise InvalidArgument("the recording has one window; at least two are needed, or --repeat")
    task.require_service()
    table = initial = task.initial_table()
    print(f"{'window':>8} {'PAR before':>11} {'PAR after':>11} {'moved':>8} {'answered in':>14}")
    next_planned, next_initial, moved, failures = [], [], [], 0
    for at in range(windows * repeat):
        if at > 0:
            time.sleep(interval)
        load = task.windows[at % windows]
        before = peak_to_average(table, load, task.ranks).mean()
        if at > 0:
            next_planned.append(before)
            next_initial.append(peak_to_average(initial, load, task.ranks).mean())
        began = time.monotonic()
        plan = task.plan(load, table)
        millis = (time.monotonic() - began) * 1000
        table = table_after(plan, table)
        after = peak_to_average(table, load, task.ranks).mean()
        moved.append(plan.moved / layers)
        failures += plan.reason is not None
        note = "" if plan.reason is None else f"  unchanged: {plan.reason}"
        note += "" if not plan.rejected else f"  {len(plan.rejected)} layers rejected"
        print(
            f"{at + 1:>8} {before:>11.4f} {after:>11.4f} {plan.moved:>8,} {millis:>11.1f} ms{note}",
            flush=True,
        )
    print(
        f"PAR on the window after each plan: {np.mean(next_planned):.4f} in the mean of "
        f"{len(next_planned)} (initial layout {np.mean(next_initial):.4f})"
    )
    # The last plan is measured on no window, and `eplb simulate` does not make it.
    later = moved[1:-1]
    print(
        f"experts moved per layer: {moved[0]:.1f} by the first plan"
        + (f", {np.mean(later):.1f} by later ones" if later else "")
    )
    return 0 if failures == 0 else 3
