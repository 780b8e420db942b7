"""A service that misbehaves as a test says, and the answers of one that does not."""

from __future__ import annotations

import io
import json
import os
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np

from eplb_client.plan import replicas_of, slots_of


@dataclass
class Request:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def arrays(self) -> dict[str, np.ndarray]:
        with np.load(io.BytesIO(self.body), allow_pickle=False) as arrays:
            return dict(arrays)


class Connection:
    """The service's end of a connection."""

    def __init__(self, peer: socket.socket, closing: threading.Event) -> None:
        self.peer = peer
        self.reader = peer.makefile("rb")
        self.closing = closing

    def read(self) -> Request | None:
        line = self.reader.readline().decode()
        if not line:
            return None
        method, target, _ = line.split(" ", 2)
        headers = {}
        while True:
            line = self.reader.readline().decode().strip()
            if not line:
                break
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        url = urlsplit(target)
        body = self.reader.read(int(headers.get("content-length", 0)))
        return Request(method, url.path, dict(parse_qsl(url.query)), headers, body)

    def send(self, data: bytes) -> None:
        self.peer.sendall(data)


Behaviour = Callable[[Connection, Request], None]


class FaultyService:
    """Listens on a Unix socket or on TCP; each connection gets the next behaviour, the last stays.

    tls: the context of its end, if it speaks TLS.
    requests: all that arrived, in order.
    """

    def __init__(
        self,
        *behaviours: Behaviour,
        tcp: bool = False,
        reads: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self._behaviours = list(behaviours)
        self._reads = reads
        self._closing = threading.Event()
        self._folder = tempfile.TemporaryDirectory()
        self._peers: list[socket.socket] = []
        self._tls = tls
        if tcp or tls:
            self._listener = socket.create_server(("127.0.0.1", 0))
            self.address = (
                f"{'https' if tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
            )
        else:
            path = os.path.join(self._folder.name, "s")
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._listener.bind(path)
            self._listener.listen(128)
            self.address = f"unix:{path}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> FaultyService:
        return self

    def __exit__(self, *_: Any) -> None:
        self._closing.set()
        # Closing alone does not wake a thread that accepts.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self._peers:
            peer.close()
        self._folder.cleanup()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self._peers.append(peer)
            behaviour = self._behaviours[0]
            if len(self._behaviours) > 1:
                self._behaviours.pop(0)
            threading.Thread(target=self._serve, args=(peer, behaviour), daemon=True).start()

    def _serve(self, peer: socket.socket, behaviour: Behaviour) -> None:
        try:
            if self._tls is not None:
                peer = self._tls.wrap_socket(peer, server_side=True)
        except OSError:
            return  # the client does not trust it
        connection = Connection(peer, self._closing)
        try:
            request = Request("", "", {}, {}, b"")
            if self._reads:
                arrived = connection.read()
                if arrived is None:
                    return
                request = arrived
                self.requests.append(request)
            behaviour(connection, request)
            peer.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client went away, which some tests want
        finally:
            connection.reader.close()
            peer.close()


def http(status: int, media_type: str, body: bytes, **headers: str) -> bytes:
    """Returns a whole answer."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {media_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def says(data: bytes) -> Behaviour:
    """Answers always the same."""
    return lambda connection, _: connection.send(data)


def problem(status: int, detail: str = "no", **headers: str) -> Behaviour:
    """Refuses."""
    body = json.dumps({"status": status, "title": "Title", "detail": detail}).encode()
    return says(http(status, "application/problem+json", body, **headers))


def hangs(connection: Connection, _: Request) -> None:
    """Says nothing until the test is over."""
    connection.closing.wait()


def drips(data: bytes, pause: float) -> Behaviour:
    """Sends a byte now and then, over and over."""

    def behaviour(connection: Connection, _: Request) -> None:
        while not connection.closing.is_set():
            for byte in data:
                connection.send(bytes([byte]))
                if connection.closing.wait(pause):
                    return

    return behaviour


def plans(change: Callable[[dict[str, Any]], None] | None = None, inputs: str = "abc") -> Behaviour:
    """Answers with the initial layout in npz; `change` spoils its arrays first."""

    def behaviour(connection: Connection, request: Request) -> None:
        answer = plan_arrays(request)
        if change is not None:
            change(answer)
        body = npz_of(answer)
        connection.send(http(200, "application/x-npz", body, X_EPLB_Inputs=inputs))

    return behaviour


def plan_arrays(request: Request) -> dict[str, Any]:
    """Returns the answer of a service that keeps the initial layout, or the current table."""
    arrays = request.arrays()
    layers, experts = arrays["load"].shape[-2:]
    slots = int(request.query.get("slots", experts))
    table = np.tile(np.arange(slots) % experts, (layers, 1))
    if "current" in arrays:
        table = arrays["current"].reshape(layers, -1)
    return answer_of(table, experts)


def answer_of(table: np.ndarray, experts: int, **over: Any) -> dict[str, Any]:
    """Returns the arrays of an answer with this table."""
    table = np.asarray(table, dtype=np.int64)
    count = replicas_of(table, experts)
    return {
        "physical_to_logical": table,
        "logical_to_physical": slots_of(table, count),
        "logical_count": count,
        "changed": np.array(False),
        "layer_priority": np.empty(0, dtype=np.int64),
        "moved": np.array(0, dtype=np.int64),
        "par_before": np.array(1.5),
        "par_after": np.array(1.5),
        "rejected": np.empty(0, dtype="<U1"),
        "reason": np.array(""),
        "unanimous": np.array(True),
        "missing": np.empty(0, dtype=np.int64),
        "different": np.empty(0, dtype=np.int64),
        "inputs": np.array("abc"),
        "digest": np.array("feed"),
        **over,
    }


def npz_of(arrays: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()
