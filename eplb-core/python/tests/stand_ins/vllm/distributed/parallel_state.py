"""The process groups of an engine: getters assert that their group exists, as vLLM's do."""

from __future__ import annotations

import torch.distributed as dist


class GroupCoordinator:
    def __init__(self, ranks: list[int]) -> None:
        self.ranks = ranks
        self.cpu_group = dist.new_group(ranks, backend="gloo")
        self.rank_in_group = dist.get_rank(self.cpu_group)
        self.world_size = len(ranks)


class Stage:
    def __init__(self, rank_in_group: int, world_size: int) -> None:
        self.rank_in_group = rank_in_group
        self.world_size = world_size


_EP: GroupCoordinator | None = None
_EPLB: GroupCoordinator | None = None
_PP: Stage | None = None
_NODE_COUNT: int | None = None


def initialize_model_parallel(nodes: int = 1) -> None:
    global _EP, _EPLB, _PP, _NODE_COUNT
    ranks = list(range(dist.get_world_size()))
    _EP = GroupCoordinator(ranks)
    _EPLB = GroupCoordinator(ranks)
    _PP = Stage(0, 1)
    _NODE_COUNT = nodes


def get_ep_group() -> GroupCoordinator:
    assert _EP is not None, "expert parallel group is not initialized"
    return _EP


def get_eplb_group() -> GroupCoordinator:
    assert _EPLB is not None, "EPLB group is not initialized"
    return _EPLB


def get_pp_group() -> Stage:
    assert _PP is not None, "pipeline model parallel group is not initialized"
    return _PP


def get_node_count() -> int:
    assert _NODE_COUNT is not None, "distributed environment is not initialized"
    return _NODE_COUNT
