"""The settings that an engine's process finds in its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from .client import Client, checked_timeout
from .errors import InvalidArgument

DEFAULT_ADDRESS = "http://127.0.0.1:7460"
"""Where `eplb serve` listens unless told otherwise."""


@dataclass(frozen=True)
class Settings:
    """What EPLB_ADDRESS, EPLB_TOKEN, EPLB_GROUP and EPLB_TIMEOUT say. Picklable.

    address: None if EPLB_ADDRESS is absent or blank: plug-ins do nothing then.
    timeout: seconds that one call may take, retries included.
    """

    address: str | None = None
    token: str | None = field(default=None, repr=False)
    group: str = "default"
    timeout: float = 30.0

    @staticmethod
    def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
        """Reads the settings; InvalidArgument names the variable that makes no sense."""

        def text(name: str) -> str | None:
            return environ.get(name, "").strip() or None

        timeout = text("EPLB_TIMEOUT")
        try:
            seconds = 30.0 if timeout is None else float(timeout)
        except ValueError:
            raise InvalidArgument(
                f"EPLB_TIMEOUT is {timeout!r}; it must be a number of seconds, such as 30"
            ) from None
        return Settings(
            address=text("EPLB_ADDRESS"),
            token=text("EPLB_TOKEN"),
            group=text("EPLB_GROUP") or "default",
            timeout=checked_timeout(seconds, "EPLB_TIMEOUT"),
        )

    def client(self) -> Client:
        """Returns a client for these settings; without an address, one for the default."""
        return Client(self.address or DEFAULT_ADDRESS, token=self.token, timeout=self.timeout)
