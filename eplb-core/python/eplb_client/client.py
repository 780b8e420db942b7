"""The client of the planning service."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .address import Address
from .answer import read_json, read_plan, unchanged
from .attempts import once, until_answered
from .checks import expert_table, group_name, place, topology
from .deadline import Deadline
from .errors import BadAnswer, InvalidArgument, RequestError, TimedOut, one_line
from .plan import Plan
from .question import OptionValue, Query, Seat, npz, numbers, plan_question
from .transport import Answer, exchange

NPZ = "application/x-npz"
JSON = "application/json"
PROBLEM = "application/problem+json"

_LONGEST_DEADLINE = 300_000  # milliseconds, the service's own limit
_LONGEST_TIMEOUT = 86_400  # seconds; sockets refuse what their clocks cannot count


def checked_timeout(seconds: float, name: str = "timeout") -> float:
    """Returns a limit in seconds; InvalidArgument names what would be right."""
    if not (isinstance(seconds, (int, float)) and 0 < seconds <= _LONGEST_TIMEOUT):
        raise InvalidArgument(
            f"{name} is {seconds!r}; it must be a number of seconds above 0, "
            f"at most {_LONGEST_TIMEOUT}"
        )
    return float(seconds)


@dataclass(frozen=True)
class StartProblem:
    """A difference between the ranks of a group at their start."""

    kind: str
    ranks: tuple[int, ...]
    layers: tuple[int, ...]
    message: str


@dataclass(frozen=True)
class StartReport:
    """Whether all ranks of a group start from the same table, and what differs if not."""

    consistent: bool
    problems: tuple[StartProblem, ...]


class Client:
    """Asks one planning service. Immutable, picklable, and safe to share between threads.

    address: "unix:PATH", "http://HOST:PORT" or "https://HOST:PORT". TLS trusts the system's
        authorities, or those of the file that EPLB_CA_FILE names when the client is made.
    token: the service's token, if it wants one.
    timeout: seconds that one call may take in total: connecting, waiting, reading and retries.
    """

    def __init__(self, address: str, token: str | None = None, timeout: float = 30.0) -> None:
        self._address = Address.parse(address, os.environ.get("EPLB_CA_FILE") or None)
        if token is not None and (
            not isinstance(token, str) or not token or any(not "!" <= c <= "~" for c in token)
        ):
            raise InvalidArgument("token must be a text of visible ASCII characters without blanks")
        self._token = token
        self._timeout = checked_timeout(timeout)

    def __repr__(self) -> str:
        return f"Client({self._address.text!r}, timeout={self._timeout:g})"

    def plan(
        self,
        load: Any = None,
        workload: Any = None,
        current: Any = None,
        *,
        group: str = "default",
        ranks: int | None = None,
        nodes: int | None = 1,
        groups: int | None = 1,
        slots: int | None = None,
        policy: str | None = None,
        options: Mapping[str, OptionValue] | None = None,
        dispatch: str | None = None,
        failed: Iterable[int] = (),
        rank: int | None = None,
        world: int | None = None,
        round: int | None = None,
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
        nodes, groups: the nodes and the expert groups; if None, the service's.
        slots: slots of a layer on all ranks together; if None, as many as current or workload has,
            else experts and the redundant experts of the service's configuration.
        policy, options: the policy and its options; if None, the service's.
        dispatch: how the engine divides an expert's tokens among its replicas, "even", "lp" or
            "single"; if None, the service's.
        failed: the ranks whose slots must stay empty.
        rank, world, round: all three or none. With them the call waits for all `world` ranks of
            the group to ask in this round, and all get the same answer; a rank that is missing or
            asks something else makes it "unchanged" for all.

        Raises InvalidArgument before anything is sent, RequestError if the service refuses,
        BadAnswer if what it says could harm an engine, Unavailable or TimedOut if the limit is
        over.
        """
        path = f"/v1/groups/{group_name(group)}/plan"
        seat = Seat.of(rank, world, round)
        question = plan_question(
            load, workload, current, ranks, nodes, groups, slots, policy, options, dispatch, failed
        )
        query = list(question.query)
        if seat is not None:
            query += numbers(rank=seat.rank, world=seat.world, round=seat.round)
        answer = self._post(path, query, npz(question.arrays), NPZ, shared=seat is not None)
        plan = read_plan(answer.body, question)
        if seat is not None and answer.headers.get("X-EPLB-Inputs") != plan.inputs:
            return unchanged(
                plan, question, f"round {seat.round} was decided for other inputs than this rank's"
            )
        return plan

    def start(
        self,
        current: Any,
        *,
        rank: int,
        world: int,
        group: str = "default",
        ranks: int | None = None,
        nodes: int | None = 1,
        groups: int | None = 1,
    ) -> StartReport:
        """Hands in the table of one rank; returns whether all ranks of the group hold the same.

        The call waits for all `world` ranks. Arguments and errors are those of plan.
        """
        path = f"/v1/groups/{group_name(group)}/start"
        rank, world = place(rank, world)
        ranks, nodes, groups, _ = topology(ranks, nodes, groups)
        query = numbers(rank=rank, world=world, ranks=ranks, nodes=nodes, groups=groups)
        body = npz({"current": expert_table("current", current)})
        report = read_json(self._post(path, query, body, JSON, shared=True).body)
        try:
            return StartReport(
                consistent=_checked(report["consistent"], bool),
                problems=tuple(
                    StartProblem(
                        kind=_checked(problem["kind"], str),
                        ranks=tuple(_checked(rank, int) for rank in problem["ranks"]),
                        layers=tuple(_checked(layer, int) for layer in problem["layers"]),
                        message=one_line(problem["message"]),
                    )
                    for problem in report["problems"]
                ),
            )
        except (TypeError, KeyError):
            raise BadAnswer("the answer is no report of a start-up check") from None

    def groups(self) -> list[dict[str, Any]]:
        """Returns the groups that the service knows, as it lists them."""
        return self._list("/v1/groups", "groups")

    def policies(self) -> list[dict[str, Any]]:
        """Returns the service's policies: name, version, source and options of each."""
        return self._list("/v1/policies", "policies")

    def health(self) -> bool:
        """Returns whether the service takes questions; Unavailable if nobody answers now."""
        deadline = Deadline(self._timeout)
        return (
            once(self._address, lambda: self._send("GET", "/health/ready", deadline)).status == 200
        )

    def _list(self, path: str, name: str) -> list[dict[str, Any]]:
        answer = until_answered(
            self._address,
            Deadline(self._timeout),
            shared=False,
            ask=lambda attempt, _: self._send("GET", path, attempt),
        )
        document = read_json(_accepted(answer, JSON).body)
        rows = document.get(name) if isinstance(document, dict) else document
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadAnswer(f"the answer to {path} is no list of {name}")
        return rows

    def _post(self, path: str, query: Query, body: bytes, accept: str, shared: bool) -> Answer:
        def ask(attempt: Deadline, patience: Deadline) -> Answer:
            millis = max(1, min(_LONGEST_DEADLINE, int(patience.left() * 1000)))
            target = f"{path}?{urlencode(query + [('deadline_ms', str(millis))], safe=',')}"
            return self._send("POST", target, attempt, accept, body)

        answer = until_answered(self._address, Deadline(self._timeout), shared, ask)
        return _accepted(answer, accept)

    def _send(
        self,
        method: str,
        target: str,
        deadline: Deadline,
        accept: str = JSON,
        body: bytes = b"",
    ) -> Answer:
        headers = {"Accept": f"{accept}, {PROBLEM};q=0.5", "User-Agent": "eplb-client"}
        if body:
            headers["Content-Type"] = NPZ
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        return exchange(self._address, method, target, headers, body, deadline)


def _accepted(answer: Answer, media_type: str) -> Answer:
    """Returns an answer of success; RequestError, TimedOut or BadAnswer says what else it is."""
    sent = answer.headers.get_content_type()
    if answer.status == 200 and sent == media_type:
        return answer
    detail = f"the answer is {answer.status} with {one_line(sent, 80)}"
    if answer.status == 200 or sent != PROBLEM:
        raise BadAnswer(f"{detail}; is there another service at this address?")
    problem = read_json(answer.body)
    if isinstance(problem, dict):
        detail = one_line(problem.get("detail") or problem.get("title") or detail)
    if answer.status == 504:
        raise TimedOut(detail)
    raise RequestError(answer.status, detail)


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError
    return value
