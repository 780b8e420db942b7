"""Addresses of a service: a path of a Unix socket, or a host and port with or without TLS."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .deadline import Deadline
from .errors import InvalidArgument, one_line

_LONGEST_UNIX_PATH = 107  # bytes, Linux; one more is the terminating zero


@dataclass(frozen=True)
class Address:
    """Where a service listens. path is set for a Unix socket, host and port otherwise."""

    text: str
    path: str | None = None
    host: str = "localhost"
    port: int = 0
    tls: bool = False
    ca_file: str | None = None

    @staticmethod
    def parse(text: str, ca_file: str | None = None) -> Address:
        """Reads "unix:PATH", "http://HOST:PORT" or "https://HOST:PORT".

        A relative path is taken from the folder of now, so that a client still finds its service
        in a child process that was started elsewhere.
        """
        expected = "expected unix:PATH, http://HOST:PORT or https://HOST:PORT"
        if not isinstance(text, str):
            raise InvalidArgument(f"address is {one_line(repr(text))}; {expected}")
        if text.startswith("unix:"):
            return Address(text, path=_unix_path(text, expected))
        try:
            url = urlsplit(text)
            port = url.port
        except ValueError as error:
            raise InvalidArgument(f"address {text!r}: {one_line(error)}; {expected}") from None
        if url.scheme not in ("http", "https") or not url.hostname or not text.isprintable():
            raise InvalidArgument(f"address is {text!r}; {expected}")
        if url.path not in ("", "/") or url.query or url.fragment or "@" in url.netloc:
            raise InvalidArgument(f"address {text!r} has more than a host and a port; {expected}")
        tls = url.scheme == "https"
        if tls and ca_file is not None and not os.path.isfile(ca_file):
            raise InvalidArgument(f"EPLB_CA_FILE is {ca_file!r}; there is no such file")
        return Address(
            text,
            host=url.hostname,
            port=port if port is not None else (443 if tls else 80),
            tls=tls,
            ca_file=ca_file if tls else None,
        )

    def connect(self, deadline: Deadline) -> socket.socket:
        """Returns an open connection; an OSError says why there is none."""
        if self.path is not None:
            return _connected(socket.AF_UNIX, self.path, deadline)
        connection = self._connect_tcp(deadline)
        if not self.tls:
            return connection
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            connection.settimeout(deadline.wait())
            return context.wrap_socket(connection, server_hostname=self.host)
        except BaseException:
            connection.close()
            raise

    def _connect_tcp(self, deadline: Deadline) -> socket.socket:
        failure: OSError | None = None
        for family, target in self._resolve(deadline):
            try:
                # An address that swallows packets leaves time for the next one.
                connection = _connected(family, target, deadline.part(0.5))
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
            except OSError as error:
                failure = error
        raise failure or OSError(f"{self.host} has no address")

    def _resolve(self, deadline: Deadline) -> list[tuple[int, Any]]:
        """Looks the host up, in a thread: the system's look-up knows no limit."""
        found: list[Any] = []

        def look_up() -> None:
            try:
                found.append(socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                found.append(error)

        thread = threading.Thread(target=look_up, name="eplb-resolve", daemon=True)
        thread.start()
        thread.join(deadline.wait())
        if not found:
            raise socket.timeout(f"the look-up of {self.host} timed out")
        if isinstance(found[0], UnicodeError):
            raise OSError(f"{self.host} is no name of a host")
        if isinstance(found[0], OSError):
            raise found[0]
        return [(family, target) for family, _, _, _, target in found[0]]

    def __str__(self) -> str:
        return self.text


def _unix_path(text: str, expected: str) -> str:
    path = text[len("unix:") :]
    if not path or "\0" in path:
        raise InvalidArgument(f"address is {text!r}; {expected}")
    path = os.path.abspath(path)
    if len(os.fsencode(path)) > _LONGEST_UNIX_PATH:
        raise InvalidArgument(
            f"address {text!r} is the path of {len(os.fsencode(path))} bytes; "
            f"a Unix socket has at most {_LONGEST_UNIX_PATH}"
        )
    return path


def _connected(family: int, target: Any, deadline: Deadline) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(deadline.wait())
        connection.connect(target)
        return connection
    except BaseException:
        connection.close()
        raise
