"""Answers: the service's bytes, checked so that a faulty service cannot harm an engine."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import BadAnswer, one_line
from .plan import EMPTY, IntArray, Plan, replicas_of, slots_of
from .question import Question
from .transport import MAX_ANSWER

Arrays = Mapping[str, npt.NDArray[Any]]

_TABLE = ("physical_to_logical", "logical_to_physical", "logical_count")


def read_npz(body: bytes, most: int = MAX_ANSWER) -> dict[str, npt.NDArray[Any]]:
    """Reads the arrays of an .npz; BadAnswer if it is none, or grows too large when unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > most:
            raise BadAnswer(f"the answer unpacks to {unpacked} bytes; at most {most}")
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except BadAnswer:
        raise
    except Exception as error:  # a broken zip makes NumPy raise a dozen kinds
        raise BadAnswer(f"the answer is no .npz of arrays: {one_line(error)}") from None


def read_json(body: bytes) -> Any:
    """Reads a JSON document; BadAnswer if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"the answer is no JSON: {one_line(error)}") from None


def read_plan(body: bytes, question: Question) -> Plan:
    """Reads the answer to a question.

    Every layer holds every expert, ids and shapes are in range and agree, and where nothing
    changes the table is the one in force; BadAnswer otherwise.
    """
    arrays = read_npz(body)
    changed = _flag(arrays, "changed")
    table, where, count = _table(arrays, question, changed)
    return Plan(
        physical_to_logical=table,
        logical_to_physical=where,
        logical_count=count,
        changed=changed,
        layer_priority=_ids(arrays, "layer_priority", question.layers),
        moved=_number(arrays, "moved"),
        par_before=_ratio(arrays, "par_before"),
        par_after=_ratio(arrays, "par_after"),
        digest=_text(arrays, "digest"),
        rejected=tuple(one_line(line) for line in _list(arrays, "rejected", "U").tolist()),
        reason=one_line(_text(arrays, "reason")) or None,
        unanimous=_flag(arrays, "unanimous"),
        missing=tuple(_ids(arrays, "missing").tolist()),
        different=tuple(_ids(arrays, "different").tolist()),
        inputs=_text(arrays, "inputs"),
    )


def unchanged(plan: Plan, question: Question, reason: str) -> Plan:
    """Returns the plan that keeps the table in force in place of another."""
    table, where, count = _in_force(question)
    return Plan(
        physical_to_logical=table,
        logical_to_physical=where,
        logical_count=count,
        changed=False,
        reason=reason,
        unanimous=False,
        missing=plan.missing,
        different=plan.different,
        inputs=plan.inputs,
    )


def _in_force(
    question: Question,
) -> tuple[IntArray | None, IntArray | None, IntArray | None]:
    if question.current is None:
        return None, None, None
    experts = question.experts
    if experts is None:
        experts = int(question.current.max(initial=0)) + 1
    table = np.array(question.current, dtype=np.int64)
    count = replicas_of(table, experts)
    return table, slots_of(table, count), count


def _table(
    arrays: Arrays, question: Question, changed: bool
) -> tuple[IntArray | None, IntArray | None, IntArray | None]:
    given = [name for name in _TABLE if name in arrays]
    if not given:
        if changed:
            raise BadAnswer("the answer says that something changes, and has no table")
        return _in_force(question)
    if len(given) < len(_TABLE):
        raise BadAnswer(f"the answer has {', '.join(given)} and lacks the rest of the table")
    table = _integers(arrays, "physical_to_logical", 2)
    count = _integers(arrays, "logical_count", 2)
    where = _integers(arrays, "logical_to_physical", 3)
    _check_shape(table, count, question)
    _check_ids(table, count.shape[1], question)
    own_count = replicas_of(table, count.shape[1])
    lost = np.argwhere(own_count == 0)
    if len(lost):
        raise BadAnswer(f"the answer loses expert {lost[0][1]} of layer {lost[0][0]}")
    if not np.array_equal(own_count, count):
        raise BadAnswer("logical_count of the answer does not count physical_to_logical")
    # The shape first: it bounds the memory of what is built to compare.
    if where.shape != (*count.shape, count.max()) or not np.array_equal(
        slots_of(table, count), where
    ):
        raise BadAnswer("logical_to_physical of the answer does not invert physical_to_logical")
    in_force = question.current
    if (
        not changed
        and in_force is not None
        and not question.may_be_empty
        and in_force.shape == table.shape
        and not np.array_equal(in_force, table)
    ):
        raise BadAnswer("the answer says that nothing changes, and has another table")
    return table, where, count


def _check_shape(table: IntArray, count: IntArray, question: Question) -> None:
    layers, slots = table.shape
    experts = count.shape[1]
    if layers != question.layers or count.shape[0] != question.layers:
        raise BadAnswer(f"the answer has {layers} layers; {question.layers} were asked for")
    if question.experts is not None and experts != question.experts:
        raise BadAnswer(f"the answer has {experts} experts; {question.experts} were asked for")
    if question.slots is not None and slots != question.slots:
        raise BadAnswer(f"the answer has {slots} slots; {question.slots} were asked for")
    if question.ranks is not None and slots % question.ranks:
        raise BadAnswer(f"the answer has {slots} slots; {question.ranks} ranks do not divide them")
    if experts == 0:
        raise BadAnswer("the answer has no experts")
    if experts > slots:
        raise BadAnswer(f"the answer has {experts} experts on {slots} slots")


def _check_ids(table: IntArray, experts: int, question: Question) -> None:
    least = EMPTY if question.may_be_empty else 0
    wrong = np.argwhere((table < least) | (table >= experts))
    if len(wrong):
        layer, slot = wrong[0]
        held = table[layer, slot]
        hint = "; name the failed ranks if slots may be empty" if held == EMPTY else ""
        raise BadAnswer(
            f"slot {slot} of layer {layer} of the answer holds {held}; "
            f"ids are {least} to {experts - 1}{hint}"
        )


def _array(arrays: Arrays, name: str, kinds: str, dimensions: int) -> npt.NDArray[Any]:
    array = arrays.get(name)
    if array is None:
        raise BadAnswer(f"the answer has no {name}")
    if array.dtype.kind not in kinds or array.ndim != dimensions:
        raise BadAnswer(f"{name} of the answer is of {array.dtype} and the shape {array.shape}")
    return array


def _integers(arrays: Arrays, name: str, dimensions: int) -> IntArray:
    return np.array(_array(arrays, name, "i", dimensions), dtype=np.int64, order="C")


def _list(arrays: Arrays, name: str, kinds: str) -> npt.NDArray[Any]:
    return _array(arrays, name, kinds, 1)


def _ids(arrays: Arrays, name: str, end: int | None = None) -> IntArray:
    ids = _integers(arrays, name, 1)
    if (ids < 0).any() or (end is not None and (ids >= end).any()):
        raise BadAnswer(f"{name} of the answer has {ids.min()} to {ids.max()}; below {end}")
    if len(np.unique(ids)) < len(ids):
        raise BadAnswer(f"{name} of the answer names one twice")
    return ids


def _flag(arrays: Arrays, name: str) -> bool:
    return bool(_array(arrays, name, "b", 0))


def _number(arrays: Arrays, name: str) -> int:
    return int(_array(arrays, name, "i", 0))


def _ratio(arrays: Arrays, name: str) -> float:
    ratio = float(_array(arrays, name, "f", 0))
    if math.isinf(ratio):
        raise BadAnswer(f"{name} of the answer is {ratio}")
    return ratio


def _text(arrays: Arrays, name: str) -> str:
    return str(_array(arrays, name, "U", 0))
