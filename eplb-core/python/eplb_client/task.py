"""A recording and the topology to plan it for, as the commands take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from .checks import group_name, topology, whole
from .client import Client
from .errors import InvalidArgument, Unavailable
from .plan import IntArray, Plan, initial_table
from .question import OptionValue
from .recording import read_recording
from .settings import Settings

_MOST_REDUNDANT = 65_536


@dataclass(frozen=True)
class Task:
    """What to ask, window by window. windows: [windows, layers, experts]."""

    client: Client
    windows: npt.NDArray[Any]
    group: str
    ranks: int
    nodes: int
    groups: int
    slots: int
    policy: str | None
    options: Mapping[str, OptionValue]

    @staticmethod
    def of(
        settings: Settings,
        path: str,
        *,
        group: str,
        ranks: int,
        redundant: int,
        nodes: int,
        groups: int,
        policy: str | None,
        options: Mapping[str, OptionValue],
    ) -> Task:
        """Checks the arguments and reads the recording."""
        group_name(group)
        whole("--redundant-experts", redundant, 0, _MOST_REDUNDANT)
        windows = read_recording(path)
        slots = windows.shape[2] + redundant
        if ranks > 0 and slots % ranks:
            raise InvalidArgument(
                f"{windows.shape[2]} experts and {redundant} redundant ones make {slots} slots, "
                f"which {ranks} ranks do not divide; see --redundant-experts"
            )
        topology(ranks, nodes, groups, slots)
        client = settings.client()
        return Task(client, windows, group, ranks, nodes, groups, slots, policy, options)

    def require_service(self) -> None:
        """Asks once whether the service is there: a person need not wait as an engine does."""
        try:
            ready = self.client.health()
        except Unavailable as error:
            raise Unavailable(f"{error}; start `eplb serve`, or say --address") from error
        if not ready:
            raise Unavailable("the service takes no questions now: it stops")

    def initial_table(self) -> IntArray:
        """Returns the table that an engine starts with."""
        return initial_table(self.windows.shape[1], self.windows.shape[2], self.slots)

    def plan(self, load: npt.NDArray[Any], current: IntArray | None) -> Plan:
        """Asks for the plan of a load [layers, experts]."""
        return self.client.plan(
            load,
            current=current,
            group=self.group,
            ranks=self.ranks,
            nodes=self.nodes,
            groups=self.groups,
            slots=self.slots,
            policy=self.policy,
            options=self.options,
        )


def table_after(plan: Plan, before: IntArray) -> IntArray:
    """Returns the table after a plan, which is the one before if the service had none."""
    return before if plan.physical_to_logical is None else plan.physical_to_logical
