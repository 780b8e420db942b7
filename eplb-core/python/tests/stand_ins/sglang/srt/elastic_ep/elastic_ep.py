from __future__ import annotations

import torch


class ElasticEPState:
    def __init__(self, active_ranks: torch.Tensor, has_scaled: bool) -> None:
        self.active_ranks = active_ranks
        self.has_scaled = has_scaled


class ElasticEPStateManager:
    _instance: ElasticEPState | None = None

    @classmethod
    def instance(cls) -> ElasticEPState | None:
        return cls._instance
