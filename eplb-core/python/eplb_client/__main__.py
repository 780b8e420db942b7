"""`python3 -m eplb_client`: a first plan from a service, and a recording replayed against it.

Exit codes: 0 done, 2 the input or the call is wrong, 3 a plan failed and nothing changed, 4 no
answer of a planning service, 1 a bug.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from . import replay, try_plan
from .errors import BadAnswer, EplbError, InvalidArgument, RequestError, Unavailable, one_line
from .settings import DEFAULT_ADDRESS, Settings
from .task import Task
from .version import VERSION


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidArgument(f"{message}; see python3 -m eplb_client --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        parsed = _parser().parse_args(arguments)
        task = _task(parsed)
        if parsed.command == "plan":
            return try_plan.run(task, parsed.output, parsed.force)
        return replay.run(task, parsed.interval, parsed.repeat)
    except (EplbError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        refused = isinstance(error, RequestError) and error.status == 401
        hint = "; EPLB_TOKEN gives it" if refused else ""
        print(f"eplb_client: {one_line(error)}{hint}", file=sys.stderr)
        return _exit_code(error)
    except KeyboardInterrupt:
        return 130


def _exit_code(error: Exception) -> int:
    if isinstance(error, RequestError):
        return 2 if error.status < 500 else 4
    return 4 if isinstance(error, (Unavailable, BadAnswer)) else 2


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python3 -m eplb_client",
        description="Asks EPLB's planning service, which `eplb serve` starts.",
    )
    parser.add_argument("--version", action="version", version=f"eplb_client {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="plan | replay")

    plan = commands.add_parser("plan", help="ask for a plan for a recorded load")
    _add_task(plan, "try")
    plan.add_argument(
        "--output",
        metavar="FILE",
        help=".npz for the table and both maps, .json for SGLang's --init-expert-location",
    )
    plan.add_argument("--force", action="store_true", help="replace an existing file")

    again = commands.add_parser("replay", help="send a recording window by window, as an engine")
    _add_task(again, "replay")
    again.add_argument("--interval", type=float, default=0.0, metavar="SECONDS", help="between two")
    again.add_argument("--repeat", type=int, default=1, metavar="N", help="play it N times")
    return parser


def _add_task(parser: argparse.ArgumentParser, group: str) -> None:
    parser.add_argument("load", help="a recording: .npy, .npz or .json")
    parser.add_argument("--ranks", type=int, required=True)
    parser.add_argument("--redundant-experts", type=int, default=0, metavar="K")
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--groups", type=int, default=1, help="expert groups of the model")
    parser.add_argument("--policy", help="the service's own unless named")
    parser.add_argument("--option", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument(
        "--group",
        default=group,
        help="name of the engines that share a history; take none that runs (%(default)s)",
    )
    parser.add_argument("--address", help=f"EPLB_ADDRESS, or else {DEFAULT_ADDRESS}")
    parser.add_argument("--timeout", type=float, help="seconds; EPLB_TIMEOUT, or else 30")


def _task(parsed: argparse.Namespace) -> Task:
    settings = Settings.from_environment()
    settings = replace(
        settings,
        address=parsed.address or settings.address or DEFAULT_ADDRESS,
        timeout=settings.timeout if parsed.timeout is None else parsed.timeout,
    )
    options = dict(_option(text) for text in parsed.option)
    return Task.of(
        settings,
        parsed.load,
        group=parsed.group,
        ranks=parsed.ranks,
        redundant=parsed.redundant_experts,
        nodes=parsed.nodes,
        groups=parsed.groups,
        policy=parsed.policy,
        options=options,
    )


def _option(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise InvalidArgument(f"--option {one_line(text, 80)}: expected KEY=VALUE")
    return key, value


if __name__ == "__main__":
    sys.exit(main())
