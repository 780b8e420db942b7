"""Deadlines: the moment by which a call must be over, whatever its peer does."""

from __future__ import annotations

import socket
import time


class Deadline:
    """A moment that lies some seconds ahead on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Returns the seconds that are left, 0 if none."""
        return max(0.0, self._end - time.monotonic())

    def part(self, fraction: float) -> Deadline:
        """Returns the deadline after a fraction of what is left."""
        return Deadline(self.left() * fraction)

    def wait(self) -> float:
        """Returns how long one wait may last; socket.timeout if nothing is left."""
        left = self.left()
        if left <= 0.0:
            raise socket.timeout("timed out")
        return left

    def pause(self, seconds: float) -> None:
        """Sleeps, at most until the deadline."""
        time.sleep(min(seconds, self.left()))
