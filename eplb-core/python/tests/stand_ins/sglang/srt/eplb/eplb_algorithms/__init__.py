from __future__ import annotations

from enum import Enum, auto

import torch


class EplbAlgorithm(Enum):
    deepseek = auto()


def rebalance_experts(
    tokens_per_expert: torch.Tensor,
    num_physical_experts: int,
    num_local_physical_experts: int,
    num_groups: int | None,
    num_nodes: int,
    algorithm: EplbAlgorithm,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The engine's own algorithm: slot s of a layer holds the expert of the s-th highest load."""
    weight = tokens_per_expert.sum(dim=0)
    layers, experts = weight.shape
    order = torch.argsort(weight, dim=1, descending=True, stable=True)
    physical = order[:, torch.arange(num_physical_experts) % experts].to(torch.int64)
    where = [[(row == e).nonzero().flatten().tolist() for e in range(experts)] for row in physical]
    most = max(len(slots) for layer in where for slots in layer)
    logical = [[slots + [-1] * (most - len(slots)) for slots in layer] for layer in where]
    count = [[len(slots) for slots in layer] for layer in where]
    return physical, torch.tensor(logical), torch.tensor(count)
