"""The policies of the engine: a dict with one entry, a class that is used without an object."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch


class AbstractEplbPolicy(ABC):
    @classmethod
    @abstractmethod
    def rebalance_experts(
        cls,
        weight: torch.Tensor,
        num_replicas: int,
        num_groups: int,
        num_nodes: int,
        num_ranks: int,
        old_global_expert_indices: torch.Tensor | None = None,
    ) -> torch.Tensor:
        raise NotImplementedError


class DefaultEplbPolicy(AbstractEplbPolicy):
    """The engine's own policy: slot s of a layer holds the expert of the s-th highest load."""

    calls = 0

    @classmethod
    def rebalance_experts(
        cls,
        weight: torch.Tensor,
        num_replicas: int,
        num_groups: int,
        num_nodes: int,
        num_ranks: int,
        old_global_expert_indices: torch.Tensor | None = None,
    ) -> torch.Tensor:
        DefaultEplbPolicy.calls += 1
        order = torch.argsort(weight, dim=1, descending=True, stable=True)
        return order[:, torch.arange(num_replicas) % weight.shape[1]].contiguous()


EPLB_POLICIES = {"default": DefaultEplbPolicy}
