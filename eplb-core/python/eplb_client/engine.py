"""What the plug-ins share: the switch, what they log, and a question whose answer they check."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .checks import group_name
from .errors import BadAnswer, EplbError, one_line
from .plan import IntArray
from .settings import Settings

_said: set[str] = set()
"""The loggers whose plug-ins have said that they do nothing."""


def switched_on(log: logging.Logger) -> Settings | None:
    """Returns the settings if EPLB_ADDRESS is set; else says once that the plug-in does nothing.

    InvalidArgument names a setting that makes no sense: with one, no cycle could ever get a plan.
    """
    settings = Settings.from_environment()
    if settings.address is not None:
        settings.client()
        group_name(settings.group)
        return settings
    if log.name not in _said:
        _said.add(log.name)
        log.info("EPLB_ADDRESS is not set: the engine keeps its own balancer")
    return None


def say_failure(log: logging.Logger, what: str, error: Exception) -> None:
    """Logs a failure: one line if the service or the network is to blame, else a stack trace."""
    if isinstance(error, (EplbError, OSError)):
        log.warning("%s: %s", what, one_line(error))
    else:
        log.error("%s", what, exc_info=error)


def planned(
    log: logging.Logger,
    settings: Settings,
    window: npt.NDArray[Any],
    current: IntArray | None,
    *,
    group: str,
    ranks: int,
    nodes: int,
    groups: int | None,
    slots: int,
    failed: Sequence[int] = (),
) -> IntArray:
    """Returns the table [layers, slots] that the service wants; EplbError says why there is none.

    Takes half of the limit at most: the other half is for the ranks to agree.

    window: tokens of every expert, [layers, experts].
    nodes, groups: 1 if they do not fit, as engines mean it.
    """
    if not window.any():
        raise EplbError("the window has no tokens, so there is nothing to ask")
    client = replace(settings, timeout=settings.timeout / 2).client()
    plan = client.plan(
        window,
        current=current,
        group=group,
        ranks=ranks,
        nodes=nodes if nodes and ranks % nodes == 0 else 1,
        groups=groups or 1,
        slots=slots,
        failed=failed,
    )
    if plan.reason is not None:
        log.warning("EPLB service: %s", plan.reason)
    table = plan.physical_to_logical
    if table is None or not is_complete(living(table, failed, ranks), window.shape[1]):
        raise BadAnswer("the plan leaves slots empty or experts without a slot")
    return table


def living(table: IntArray, failed: Sequence[int], ranks: int) -> IntArray:
    """Returns the slots of the ranks that have not failed."""
    by_rank = table.reshape(table.shape[0], ranks, -1)
    return np.delete(by_rank, list(failed), axis=1).reshape(table.shape[0], -1)


def is_complete(table: IntArray, experts: int) -> bool:
    """Returns whether all ids of a table [layers, slots] are experts, and no layer lacks one."""
    if table.ndim != 2 or table.size == 0 or table.min() < 0 or table.max() >= experts:
        return False
    held = np.zeros((table.shape[0], experts), dtype=bool)
    np.put_along_axis(held, table, True, axis=1)
    return bool(held.all())
