"""Tests of eplb_client: `python3 -m unittest discover -t . -s tests` in the folder above."""

from __future__ import annotations

import importlib.util
import os
import unittest


def require(what: str, there: bool) -> None:
    """Skips a test that lacks something of its surroundings; with EPLB_REQUIRE_ALL=1 it fails."""
    if there:
        return
    if os.environ.get("EPLB_REQUIRE_ALL") == "1":
        raise AssertionError(f"{what} is missing, and EPLB_REQUIRE_ALL=1 demands it")
    raise unittest.SkipTest(f"{what} is missing")


def require_module(name: str) -> None:
    """Skips a test without a module, as require does."""
    require(f"the Python module {name}", importlib.util.find_spec(name) is not None)
