"""The errors of this package, one family: catch EplbError for all of them."""

from __future__ import annotations


class EplbError(Exception):
    """Anything that keeps a caller from its plan. Its text is one line for a person."""


class InvalidArgument(EplbError, ValueError):
    """An argument that cannot be sent: the text says which, where, and what would be right."""


class RequestError(EplbError):
    """A refusal of the service: it understood who asks, and says no.

    status: the HTTP status, such as 422 for a question that breaks the contract.
    detail: one line of the service: what, where, and what would be right.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.detail} ({self.status})"


class BadAnswer(EplbError):
    """An answer that is no plan of ours, or one that no engine may load."""


class Unavailable(EplbError):
    """No answer within the limit: the service is down, restarts, or has too much to do."""


class TimedOut(Unavailable):
    """No answer within the limit, though somebody listens: it is slow, or hangs."""


def one_line(text: object | None, most: int = 300) -> str:
    """Returns a text on one line, without control characters, cut to a readable length."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return line if len(line) <= most else line[: most - 1] + "…"
