"""Recordings of load on disk."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import InvalidArgument

_SHAPES = "[layers, experts] or [windows, layers, experts]"


def read_recording(path: str) -> npt.NDArray[Any]:
    """Reads a load: .npy, .npz with an array `load` or a single one, or .json.

    Returns [windows, layers, experts]; a recording without windows is one window.
    """
    try:
        array = _read(path)
    except InvalidArgument:
        raise
    except OSError as error:
        raise InvalidArgument(f"{path} cannot be read: {error.strerror or error}") from None
    except Exception:  # a broken file makes NumPy raise a dozen kinds
        raise InvalidArgument(
            f"{path} is no recording of load; expected .npy, .npz or .json with numbers {_SHAPES}"
        ) from None
    if array.ndim not in (2, 3) or array.size == 0 or array.dtype.kind not in "iuf":
        raise InvalidArgument(
            f"{path} holds {array.dtype} of the shape {array.shape}; expected numbers {_SHAPES}"
        )
    return array if array.ndim == 3 else array[np.newaxis]


def _read(path: str) -> npt.NDArray[Any]:
    if path.endswith(".json"):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        if isinstance(document, dict):
            keys = [key for key in ("load", "logical_count") if key in document]
            if not keys:
                raise InvalidArgument(f"{path} has neither the key load nor logical_count")
            document = document[keys[0]]
        return np.asarray(document)
    loaded = np.load(path, allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        return loaded
    with loaded:
        names = loaded.files
        if "load" not in names and len(names) != 1:
            raise InvalidArgument(
                f"{path} holds {', '.join(names) or 'nothing'}; expected load, or a single array"
            )
        array: npt.NDArray[Any] = loaded["load" if "load" in names else names[0]]
        return array
