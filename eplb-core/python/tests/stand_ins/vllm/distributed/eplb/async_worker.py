"""The background thread of EPLB: plans, then moves layer after layer, all ranks in step."""

from __future__ import annotations

import threading

import torch
import torch.distributed as dist

from ..parallel_state import get_eplb_group
from .policy import EPLB_POLICIES


def rearrange(
    loads: list[torch.Tensor], tables: list[torch.Tensor], ranks: int, nodes: int = 1
) -> list[torch.Tensor]:
    """Plans for the models of an engine, one after the other, on a thread of its own.

    For each layer it runs the collective that vLLM runs, and the check that vLLM lacks: all ranks
    move the same row. Whatever escapes the policy ends the thread, as in vLLM, and is raised here.
    """
    answers: list[torch.Tensor] = []
    ends: list[BaseException] = []

    def run() -> None:
        try:
            group = get_eplb_group().cpu_group
            for load, table in zip(loads, tables):
                new = EPLB_POLICIES["default"].rebalance_experts(
                    load, table.shape[1], 1, nodes, ranks, table
                )
                assert new.device == torch.device("cpu") and new.dtype == torch.int64
                for row in new:
                    flag = torch.ones(1, dtype=torch.int32)
                    dist.all_reduce(flag, group=group)
                    assert flag.item() == group.size()
                    rows = [torch.empty_like(row) for _ in range(group.size())]
                    dist.all_gather(rows, row.contiguous(), group=group)
                    assert all(torch.equal(other, row) for other in rows), "ranks are divided"
                answers.append(new)
        except BaseException as end:
            ends.append(end)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join()
    if ends:
        raise ends[0]
    return answers
