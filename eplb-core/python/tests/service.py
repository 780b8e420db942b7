"""The real service, started as the launcher starts it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from typing import Any

from . import require

CORE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
LAUNCHER = os.path.join(CORE, "bin", "eplb")
RECORDING = os.path.join(CORE, "examples", "glm52-mixed.npy")


class Service:
    """`eplb serve` on a Unix socket and a port of its own, until the block ends.

    unix, http: its addresses. log: a file with what it says.
    """

    def __init__(self, *arguments: str, http: bool = False, **environment: str) -> None:
        built = os.path.isdir(os.path.join(CORE, "cli", "target", "dist", "lib"))
        require("a built eplb (mvn package)", built)
        self._folder = tempfile.TemporaryDirectory(prefix="eplb")
        self.unix = f"unix:{os.path.join(self._folder.name, 's')}"
        self.log = os.path.join(self._folder.name, "log")
        self.http = ""
        listen = ["--listen", self.unix]
        if http:
            listen += ["--listen", "127.0.0.1:0"]
        self._command = [LAUNCHER, "serve", *listen, *arguments]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("EPLB_")}
        self._environment = {**inherited, "EPLB_NO_BUILD": "1", **environment}
        self._expected = 2 if http else 1
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Service:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Starts it, and waits until it says where it listens."""
        with open(self.log, "ab") as log:
            before = log.tell()
            process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self._environment, cwd=self._folder.name, text=True,
            )  # fmt: skip
        self._process = process
        while True:
            said = self.said(before)
            addresses = [
                line.split("listening on ", 1)[1].strip()
                for line in said.splitlines(keepends=True)
                if "listening on " in line and line.endswith("\n")
            ]
            if len(addresses) == self._expected:
                self.http = next((a for a in addresses if a.startswith("http")), "")
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(timeout=0.05)
                raise AssertionError(f"eplb serve ended with {code}: {self.said(before)}")

    def said(self, since: int = 0) -> str:
        """Returns what it has said so far."""
        with open(self.log, encoding="utf-8") as log:
            log.seek(since)
            return log.read()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Stops it where it stands, until the block ends: its sockets stay open and say nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Ends it as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ends it in peace; returns its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: int) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait()
        self._process = None
        return code
