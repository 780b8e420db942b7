"""What the plug-ins share: the switch, what they log, and how they check a table."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from .client import Client
from .errors import EplbError, one_line
from .plan import IntArray
from .settings import Settings

_said: set[str] = set()


def switched_on(log: logging.Logger) -> Settings | None:
    """Returns the settings if EPLB_ADDRESS is set; else says once that the plug-in does nothing."""
    settings = Settings.from_environment()
    if settings.address is not None:
        return settings
    say_once(log, logging.INFO, "EPLB_ADDRESS is not set: the engine keeps its own balancer")
    return None


def say_once(log: logging.Logger, level: int, text: str) -> None:
    """Logs a text, the first time only in this process and for this logger."""
    key = f"{log.name}: {text}"
    if key not in _said:
        _said.add(key)
        log.log(level, "%s", text)


def say_failure(log: logging.Logger, what: str, error: Exception) -> None:
    """Logs a failure: one line if the service or the network is to blame, else a stack trace."""
    if isinstance(error, (EplbError, OSError)):
        log.warning("%s: %s", what, one_line(error))
    else:
        log.error("%s", what, exc_info=error)


def impatient_client(settings: Settings) -> Client:
    """Returns a client that takes half of the limit; the other half is for the ranks to agree."""
    return replace(settings, timeout=settings.timeout / 2).client()


def is_complete(table: IntArray, experts: int) -> bool:
    """Returns whether all ids of a table [layers, slots] are experts, and no layer lacks one."""
    if table.ndim != 2 or table.size == 0 or table.min() < 0 or table.max() >= experts:
        return False
    held = np.zeros((table.shape[0], experts), dtype=bool)
    np.put_along_axis(held, table, True, axis=1)
    return bool(held.all())
