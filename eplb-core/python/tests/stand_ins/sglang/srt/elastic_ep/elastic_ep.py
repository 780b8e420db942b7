from typing import Optional

import torch


class ElasticEPState:
    def __init__(self, active_ranks: torch.Tensor, has_scaled: bool) -> None:
        self.active_ranks = active_ranks
        self.has_scaled = has_scaled


class ElasticEPStateManager:
    _instance: Optional[ElasticEPState] = None

    @classmethod
    def instance(cls) -> Optional[ElasticEPState]:
        return cls._instance
