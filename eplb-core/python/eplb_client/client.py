"""The client of the planning service."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from .errors import InvalidArgument
from .plan import Plan

OptionValue = Union[str, int, float, bool]


def checked_timeout(seconds: float, name: str = "timeout") -> float:
    """Returns a limit in seconds; InvalidArgument names what would be right."""
    if not (isinstance(seconds, (int, float)) and math.isfinite(seconds) and seconds > 0):
        raise InvalidArgument(f"{name} is {seconds!r}; it must be a number of seconds above 0")
    return float(seconds)


@dataclass(frozen=True)
class StartProblem:
    """A difference between the ranks of a group at their start."""

    kind: str
    ranks: Tuple[int, ...]
    layers: Tuple[int, ...]
    message: str


@dataclass(frozen=True)
class StartReport:
    """Whether all ranks of a group start from the same table, and what differs if not."""

    consistent: bool
    problems: Tuple[StartProblem, ...]


class Client:
    """Asks one planning service. Immutable, picklable, and safe to share between threads.

    address: "unix:PATH", "http://HOST:PORT" or "https://HOST:PORT". TLS trusts the system's
        authorities, or those of the file that EPLB_CA_FILE names when the client is made.
    token: the service's token, if it wants one.
    timeout: seconds that one call may take in total: connecting, waiting, reading and retries.
    """

    def __init__(self, address: str, token: Optional[str] = None, timeout: float = 30.0) -> None:
        self._address = address
        self._token = token
        self._timeout = checked_timeout(timeout)

    def plan(
        self,
        load: Any = None,
        workload: Any = None,
        current: Any = None,
        *,
        group: str = "default",
        ranks: Optional[int] = None,
        nodes: int = 1,
        groups: int = 1,
        slots: Optional[int] = None,
        policy: Optional[str] = None,
        options: Optional[Mapping[str, OptionValue]] = None,
        failed: Iterable[int] = (),
        rank: Optional[int] = None,
        world: Optional[int] = None,
        round: Optional[int] = None,
    ) -> Plan:
        """Asks for a plan.

        Arrays are anything that NumPy can read, tensors on the CPU among them.

        load: tokens of every expert, [layers, experts] or [windows, layers, experts].
        workload: in place of load, tokens of every slot, [layers, ranks, slots of a rank] or with
            windows before.
        current: the table in force, [layers, ranks, slots of a rank] or [layers, slots]; without
            one, the engine's initial layout.
        group: the name of the engines that share a placement.
        ranks: the ranks to plan for; if None, those of a current or workload with an axis of
            ranks, else those of the service's configuration.
        slots: slots of a layer on all ranks together; if None, as many as current or workload has,
            else experts and the redundant experts of the service's configuration.
        policy, options: the policy and its options; if None, the service's.
        failed: the ranks whose slots must stay empty.
        rank, world, round: all three or none. With them the call waits for all `world` ranks of
            the group to ask in this round, and all get the same answer; a rank that is missing or
            asks something else makes it "unchanged" for all.

        Raises InvalidArgument before anything is sent, RequestError if the service refuses,
        BadAnswer if what it says could harm an engine, Unavailable or TimedOut if the limit is
        over.
        """
        raise NotImplementedError

    def start(
        self,
        current: Any,
        *,
        rank: int,
        world: int,
        group: str = "default",
        ranks: Optional[int] = None,
        nodes: int = 1,
        groups: int = 1,
    ) -> StartReport:
        """Hands in the table of one rank; returns whether all ranks of the group hold the same."""
        raise NotImplementedError

    def groups(self) -> List[Dict[str, Any]]:
        """Returns the groups that the service knows, as it lists them."""
        raise NotImplementedError

    def policies(self) -> List[Dict[str, Any]]:
        """Returns the service's policies: name, version, source and options of each."""
        raise NotImplementedError

    def health(self) -> bool:
        """Returns whether the service takes questions; Unavailable if nobody answers."""
        raise NotImplementedError
