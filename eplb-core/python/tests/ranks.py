"""The ranks of an engine: processes that share a gloo group and do what a test tells them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from typing import Any

STAND_INS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stand_ins")
"""The folder of the engines' stand-ins. Only processes of ranks have it on their path."""


class Ranks:
    """Processes of ranks 0 to world - 1, spawned as engines spawn theirs."""

    def __init__(self, world: int = 4) -> None:
        self.world = world
        self._folder = tempfile.TemporaryDirectory()
        context = multiprocessing.get_context("spawn")
        meeting = os.path.join(self._folder.name, "meeting")
        self._pipes = []
        self.processes = []
        for rank in range(world):
            here, there = context.Pipe()
            # No daemons: some engines start children of their own.
            process = context.Process(target=_obey, args=(there, rank, world, meeting))
            process.start()
            there.close()
            self._pipes.append(here)
            self.processes.append(process)

    def close(self) -> None:
        for pipe in self._pipes:
            with contextlib.suppress(OSError):  # a test has killed it
                pipe.send(None)
        for process in self.processes:
            process.join(60)
            if process.is_alive():
                process.kill()
                process.join()
        self._folder.cleanup()

    def start(self, task: Callable[..., Any], *arguments: Any, on: Iterable[int] = ()) -> None:
        """Tells ranks to do a task; an argument that is Each differs from rank to rank."""
        for rank in on or range(self.world):
            own = [a.values[rank] if isinstance(a, Each) else a for a in arguments]
            self._pipes[rank].send((task, own))

    def results(self, on: Iterable[int] = ()) -> list[Any]:
        """Returns what the ranks return; fails if one of them failed."""
        results = [self._pipes[rank].recv() for rank in on or range(self.world)]
        for fault, _ in results:
            if fault:
                raise AssertionError(fault)
        return [result for _, result in results]

    def do(self, task: Callable[..., Any], *arguments: Any, on: Iterable[int] = ()) -> list[Any]:
        self.start(task, *arguments, on=on)
        return self.results(on)


class Each:
    """An argument with a value of its own for each rank."""

    def __init__(self, *values: Any) -> None:
        self.values = values


def _obey(pipe: Any, rank: int, world: int, meeting: str) -> None:
    import torch.distributed as dist

    sys.path.insert(0, STAND_INS)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=world)
    while True:
        order = pipe.recv()
        if order is None:
            # A rank that leaves early would end the collectives that others still wait for.
            os._exit(0)
        task, arguments = order
        try:
            pipe.send(("", task(*arguments)))
        except BaseException:
            pipe.send((f"rank {rank}: {traceback.format_exc()}", None))


def switch_on(
    address: str | None, timeout: float | str, token: str | None = None, group: str | None = None
) -> None:
    """Sets the environment of this process as an operator would."""
    settings = {"ADDRESS": address, "TIMEOUT": str(timeout), "TOKEN": token, "GROUP": group}
    for name, value in settings.items():
        os.environ[f"EPLB_{name}"] = value or ""


def last_words(logger: str) -> Any:
    """Returns a list that gets what a logger says from now on."""
    import logging

    lines: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    log = logging.getLogger(logger)
    log.setLevel(logging.DEBUG)
    log.addHandler(Listener())
    return lines
