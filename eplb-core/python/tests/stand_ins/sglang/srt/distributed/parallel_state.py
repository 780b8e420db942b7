from __future__ import annotations

import torch.distributed as dist


class GroupCoordinator:
    def __init__(self) -> None:
        self.cpu_group = dist.new_group(list(range(dist.get_world_size())), backend="gloo")


_WORLD: GroupCoordinator | None = None


def init_distributed_environment() -> None:
    global _WORLD
    _WORLD = GroupCoordinator()


def get_world_group() -> GroupCoordinator:
    assert _WORLD is not None, "world group is not initialized"
    return _WORLD
