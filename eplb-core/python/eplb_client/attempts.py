"""The attempts of one call: the same request again until it is answered or the limit is over."""

from __future__ import annotations

import json
import random
import socket
import ssl
from typing import Callable

from .address import Address
from .deadline import Deadline
from .errors import TimedOut, Unavailable, one_line
from .transport import Answer, TornAnswer

Ask = Callable[[Deadline, Deadline], Answer]
"""One attempt: gets the deadline for its answer, and the one that it names to the service."""

_BUSY = (408, 429, 503)
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0


def once(address: Address, ask: Callable[[], Answer]) -> Answer:
    """Returns the answer of one attempt; Unavailable or TimedOut says why there is none."""
    try:
        return ask()
    except socket.timeout as error:
        raise TimedOut(f"{address} does not answer") from error
    except TornAnswer as error:
        raise Unavailable(f"{address}: {error}") from error
    except OSError as error:
        what = error.strerror or str(error)
        if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
            what = "it speaks no TLS; expected https only where the service has a certificate"
        if isinstance(error, ssl.SSLCertVerificationError):
            what = f"its certificate is not trusted ({error.verify_message}); see EPLB_CA_FILE"
        raise Unavailable(f"{address}: {one_line(what)}") from error


def until_answered(address: Address, deadline: Deadline, shared: bool, ask: Ask) -> Answer:
    """Returns the first answer that is neither torn nor "too busy".

    shared: whether the service waits for other ranks before it answers. It is told to wait half of
    the time that is left, and an attempt takes three quarters of it at most: so a rank whose
    connection hangs, or whose service restarts, can ask again for what was decided.
    """
    pauses = _Pauses()
    while True:
        try:
            answer = once(address, lambda: ask(*_limits(deadline, shared)))
            if answer.status not in _BUSY:
                return answer
            failure = Unavailable(f"{address} is busy: {_reason(answer)} ({answer.status})")
            pause = pauses.after(answer.headers.get("Retry-After"))
        except Unavailable as error:
            if _is_final(error.__cause__):
                raise
            failure = error
            pause = pauses.next()
        if pause >= deadline.left():
            raise failure
        deadline.pause(pause)


def _reason(answer: Answer) -> str:
    """Returns what a refusal says, such as "the disk is full"."""
    try:
        problem = json.loads(answer.body)
    except (ValueError, RecursionError):
        problem = None
    detail = problem.get("detail") if isinstance(problem, dict) else None
    return one_line(detail or "it says no reason")


def _limits(deadline: Deadline, shared: bool) -> tuple[Deadline, Deadline]:
    if not shared:
        return deadline, deadline
    return deadline.part(0.75), deadline.part(0.5)


def _is_final(cause: BaseException | None) -> bool:
    """Returns whether a failure is one that stays, however often one asks."""
    torn = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
    return isinstance(cause, PermissionError) or (
        isinstance(cause, ssl.SSLError) and not isinstance(cause, torn)
    )


class _Pauses:
    """Pauses that double, each cut at random, so that ranks that failed together spread."""

    def __init__(self) -> None:
        self._longest = _FIRST_PAUSE

    def next(self) -> float:
        pause = random.uniform(0.5, 1.0) * self._longest
        self._longest = min(2.0 * self._longest, _LONGEST_PAUSE)
        return pause

    def after(self, asked: str | None) -> float:
        """Returns a pause of at least the seconds that the service asked for."""
        seconds = float(asked) if asked is not None and asked.isdecimal() else 0.0
        return seconds + self.next()
