"""Hooks on functions of the engine: registered by plug-ins, put in place before the start."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from enum import Enum
from typing import Any


class HookType(Enum):
    BEFORE = "before"
    AFTER = "after"
    AROUND = "around"
    REPLACE = "replace"


class HookRegistry:
    registered: dict[str, list[Callable[..., Any]]] = {}

    @classmethod
    def register(
        cls, target: str, hook: Callable[..., Any], hook_type: HookType = HookType.AFTER
    ) -> None:
        assert hook_type is HookType.REPLACE, "the stand-in knows REPLACE alone"
        cls.registered.setdefault(target, []).append(hook)

    @classmethod
    def apply_hooks(cls) -> None:
        for target, hooks in cls.registered.items():
            path, name = target.rsplit(".", 1)
            module = importlib.import_module(path)
            setattr(module, name, _replaced(getattr(module, name), hooks[-1]))

    @classmethod
    def reset(cls) -> None:
        cls.registered.clear()


def _replaced(original: Callable[..., Any], hook: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return hook(*args, **kwargs)

    return wrapper
