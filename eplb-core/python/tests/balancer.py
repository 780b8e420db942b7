"""Answers of a service that balances, for the tests of the plug-ins, and its faults per rank."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from .faulty import Behaviour, Connection, FaultyService, Request, answer_of, http, npz_of


def balanced(load: np.ndarray, slots: int) -> np.ndarray:
    """Returns a table that depends on the load: the hottest experts first, then once more."""
    order = np.argsort(-load, axis=1, kind="stable")
    return order[:, np.arange(slots) % load.shape[1]]


def balances(connection: Connection, request: Request) -> None:
    """Answers a question that names a load."""
    arrays = request.arrays()
    load = arrays["load"]
    table = balanced(load, int(request.query["slots"]))
    sends(connection, answer_of(table, load.shape[1], **_changes(table, arrays.get("current"))))


def sends(connection: Connection, arrays: dict[str, Any], inputs: str = "abc") -> None:
    body = npz_of({**arrays, "inputs": np.array(inputs)})
    connection.send(http(200, "application/x-npz", body, X_EPLB_Inputs=inputs))


def _changes(table: np.ndarray, current: np.ndarray | None) -> dict[str, Any]:
    rows = np.arange(len(table))
    if current is not None and current.size == table.size:
        rows = np.flatnonzero((table != current.reshape(table.shape)).any(axis=1))
    return {"changed": np.array(len(rows) > 0), "layer_priority": rows[::-1].astype(np.int64)}


class Service:
    """A service at one address that does to each rank what a test says: `faults` by rank.

    The plug-ins of the ranks are told apart by their tokens.
    """

    def __init__(self, healthy: Behaviour = balances) -> None:
        self.faults: dict[int, Behaviour] = {}
        self.healthy = healthy
        self._service: FaultyService | None = FaultyService(self._behave)
        self.address = self._service.address
        self.requests = self._service.requests

    def close(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            service.__exit__()

    def reset(self) -> None:
        self.faults = {}
        self.requests.clear()

    def _behave(self, connection: Connection, request: Request) -> None:
        rank = int(request.headers["authorization"].rpartition("-")[2])
        self.faults.get(rank, self.healthy)(connection, request)


def token_of(rank: int) -> str:
    return f"rank-{rank}"


class Rounds:
    """Rounds as the service keeps them: one decision, for all that ask, now or later.

    plan: from the arrays of a question to the table of the answer.
    """

    def __init__(self, plan: Callable[[dict[str, np.ndarray]], np.ndarray]) -> None:
        self._plan = plan
        self._lock = threading.Condition()
        self._seats: dict[str, dict[int, str]] = {}
        self._decided: dict[str, tuple[dict[str, Any], str]] = {}

    def __call__(self, connection: Connection, request: Request) -> None:
        number, rank = request.query["round"], int(request.query["rank"])
        world = int(request.query["world"])
        patience = int(request.query["deadline_ms"]) / 1000
        inputs = hashlib.sha256(
            b"".join(a.tobytes() for a in request.arrays().values())
        ).hexdigest()
        with self._lock:
            seats = self._seats.setdefault(number, {})
            seats[rank] = inputs
            self._lock.notify_all()
            self._lock.wait_for(lambda: len(seats) == world or number in self._decided, patience)
            if number not in self._decided:
                self._decided[number] = self._decide(request, seats, world)
                self._lock.notify_all()
            answer, decided_inputs = self._decided[number]
        body = npz_of({**answer, "inputs": np.array(decided_inputs)})
        connection.send(http(200, "application/x-npz", body, X_EPLB_Inputs=inputs))

    def _decide(
        self, request: Request, seats: dict[int, str], world: int
    ) -> tuple[dict[str, Any], str]:
        arrays = request.arrays()
        current = arrays["current"].reshape(len(arrays["current"]), -1)
        experts = int(current.max()) + 1
        digests = list(seats.values())
        usual = max(digests, key=digests.count)
        missing = [rank for rank in range(world) if rank not in seats]
        different = [rank for rank, inputs in seats.items() if inputs != usual]
        if missing or different:
            said = {
                "reason": np.array(f"missing {missing}, different {different}"),
                "missing": np.array(missing, dtype=np.int64),
                "different": np.array(sorted(different), dtype=np.int64),
                "unanimous": np.array(False),
            }
            return answer_of(current, experts, **said), usual
        table = self._plan(arrays)
        return answer_of(table, experts, **_changes(table, current)), usual
