"""One HTTP request and its whole answer, over before a deadline."""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .address import Address
from .deadline import Deadline
from .errors import BadAnswer

MAX_ANSWER = 640 << 20
"""The most bytes of an answer: a service writes at most 2^26 numbers in its largest array."""

_PIECE = 1 << 18


class TornAnswer(Exception):
    """An answer that ended early: the service, or something between, went away."""


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def exchange(
    address: Address,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    deadline: Deadline,
    most: int = MAX_ANSWER,
) -> Answer:
    """Sends a request and reads the answer.

    Raises OSError if the connection fails, socket.timeout at the deadline, TornAnswer if the
    answer is incomplete, BadAnswer if it is too long or not HTTP.
    """
    with address.connect(deadline) as connection:
        http_connection = http.client.HTTPConnection(address.host, address.port or None)
        http_connection.sock = _TimedSocket(connection, deadline)
        try:
            try:
                http_connection.request(method, target, body or None, dict(headers))
            except (BrokenPipeError, ConnectionResetError):
                # Refused before it was read; the refusal may stand in the socket.
                return _read(http_connection.getresponse(), most, address)
            return _read(http_connection.getresponse(), most, address)
        except http.client.RemoteDisconnected:
            raise TornAnswer("it closed the connection without an answer") from None
        except http.client.BadStatusLine as error:
            if str(error).startswith("HTTP/"):
                raise TornAnswer("its answer ended within the first line") from None
            raise BadAnswer(f"{address} does not speak HTTP") from None
        except http.client.IncompleteRead:
            raise TornAnswer("its answer ended early") from None
        except (http.client.HTTPException, ValueError) as error:
            raise BadAnswer(f"{address} sent no valid HTTP: {type(error).__name__}") from None


def _read(response: http.client.HTTPResponse, most: int, address: Address) -> Answer:
    length: int | None = response.length
    if length is None and not response.chunked:
        # Nobody could tell the end of such an answer from a lost connection.
        raise TornAnswer("its answer does not say how long it is")
    too_long = f"{address} sent more than {most} bytes"
    if length is not None and length > most:
        raise BadAnswer(too_long)
    pieces = io.BytesIO()
    while True:
        piece = response.read(_PIECE)
        if not piece:
            break
        if pieces.tell() + len(piece) > most:
            raise BadAnswer(too_long)
        pieces.write(piece)
    if length is not None and pieces.tell() < length:
        raise TornAnswer(f"its answer ended after {pieces.tell()} of {length} bytes")
    return Answer(response.status, response.headers, pieces.getvalue())


class _TimedSocket:
    """A socket whose waits all end at one deadline.

    A socket's own limit is for one wait: a peer that sends a byte now and then never reaches it.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._connection.settimeout(self._deadline.wait())
            rest = rest[self._connection.send(rest[:_PIECE]) :]

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._connection, self._deadline))

    def close(self) -> None:
        """Nothing: http.client closes before it has read; exchange() closes after."""


class _TimedReader(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.wait())
        return self._connection.recv_into(buffer)
