"""Where the experts are, and the way of a measured window to a new table on every rank."""

from __future__ import annotations

from typing import Any

import torch

from . import eplb_algorithms


class ExpertLocationMetadata:
    def __init__(self, physical_to_logical_map: torch.Tensor, logical_to_physical: torch.Tensor):
        slots = physical_to_logical_map.shape[1]
        self.physical_to_logical_map = physical_to_logical_map
        # SGLang pads to the slots of a layer, and so refuses an X beyond them.
        self.logical_to_all_physical_map = torch.nn.functional.pad(
            logical_to_physical, (0, slots - logical_to_physical.shape[-1]), value=-1
        )

    @staticmethod
    def init_by_eplb(
        logical_count: torch.Tensor, slots: int, ranks: int, groups: int | None, nodes: int
    ) -> ExpertLocationMetadata:
        physical, logical, _ = eplb_algorithms.rebalance_experts(
            tokens_per_expert=logical_count,
            num_physical_experts=slots,
            num_local_physical_experts=slots // ranks,
            num_groups=groups,
            num_nodes=nodes,
            algorithm=eplb_algorithms.EplbAlgorithm.deepseek,
        )
        return ExpertLocationMetadata(physical, logical)


_global_expert_location_metadata: Any = None


def get_global_expert_location_metadata() -> Any:
    return _global_expert_location_metadata


def set_global_expert_location_metadata(value: Any) -> None:
    global _global_expert_location_metadata
    _global_expert_location_metadata = value
