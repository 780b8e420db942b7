"""How evenly a table spreads a load over its ranks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .plan import IntArray, replicas_of

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Balance:
    """PAR over the layers: the load of the hottest rank over the mean of the ranks, 1 if idle.

    p95 is by nearest rank: the least PAR that at least 95 % of the layers do not exceed.
    """

    mean: float
    p95: float
    max: float

    @staticmethod
    def of(table: IntArray, load: npt.NDArray[Any], ranks: int) -> Balance:
        """Measures a table [layers, slots] of a load [layers, experts]; replicas share evenly."""
        ratios = np.sort(peak_to_average(table, load, ranks))
        at = max(0, math.ceil(0.95 * len(ratios)) - 1)
        return Balance(float(ratios.mean()), float(ratios[at]), float(ratios[-1]))


def peak_to_average(table: IntArray, load: npt.NDArray[Any], ranks: int) -> FloatArray:
    """Returns the PAR of every layer."""
    layers, experts = load.shape
    share = np.asarray(load, dtype=np.float64) / np.maximum(replicas_of(table, experts), 1)
    share = np.concatenate([share, np.zeros((layers, 1))], axis=1)  # for slots that are EMPTY
    by_slot = np.take_along_axis(share, np.where(table < 0, experts, table), axis=1)
    by_rank = by_slot.reshape(layers, ranks, -1).sum(axis=2)
    mean = by_rank.mean(axis=1)
    ratios: FloatArray = np.divide(by_rank.max(axis=1), mean, out=np.ones(layers), where=mean > 0)
    return ratios
