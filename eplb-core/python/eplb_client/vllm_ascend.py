"""vLLM-Ascend: puts the service in the place of vLLM-Ascend's own EPLB policies.

vLLM-Ascend builds its policy in each rank's main process, pickles it, and calls it in one spawned
child per rank. The child loads no plug-ins and has no process group: the policy is found by the
name of this class, and carries its settings and its place among the ranks with it. All ranks ask
in one round of the service, which decides once and gives each the same answer; the main process
waits for its child without a limit, so the policy answers within its own.

A service that loses a decided round before all ranks have read it would leave them with different
tables, so run it with --state: restarted within half of the limit, it gives the recorded answer.
"""

from __future__ import annotations

import importlib.util
import itertools
import logging
import os
import secrets
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from .engine import say_failure, switched_on
from .errors import EplbError
from .plan import IntArray
from .settings import Settings
from .vllm import stage_suffix

log = logging.getLogger("vllm.eplb_client")  # vLLM shows what its own loggers' children say

_Answer = tuple[int, list[int], torch.Tensor]
_objects = itertools.count()
_settings = Settings()


def register() -> None:
    """Makes vLLM-Ascend's factory return a policy of ours, whatever eplb_policy_type says."""
    global _settings
    try:
        if importlib.util.find_spec("vllm_ascend") is None:
            return
        settings = switched_on(log)
        if settings is None:
            return
        _settings = settings
        from vllm_ascend.eplb.core.policy.policy_factory import PolicyFactory

        if getattr(PolicyFactory.generate_policy, "_asks_service", False):
            return

        def generate_policy(policy_type: int) -> ServicePolicy:
            return ServicePolicy(_settings)

        generate_policy._asks_service = True  # type: ignore[attr-defined]
        PolicyFactory.generate_policy = staticmethod(generate_policy)
        log.info("EPLB asks %s for plans of group %s", settings.address, settings.group)
    except Exception as error:
        say_failure(log, "EPLB is off", error)


class ServicePolicy:
    """A policy that asks the service, one round per call. Picklable."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seat = _seat()
        self._round = _first_round(next(_objects), self._seat[1] if self._seat else 1)

    def __getstate__(self) -> dict[str, Any]:
        self._seat = self._seat or _seat()
        return self.__dict__

    def rebalance_experts(
        self, current_expert_table: torch.Tensor, expert_workload: torch.Tensor
    ) -> _Answer:
        """Returns whether the table changes, the changed layers, and the table of all layers.

        current_expert_table: [layers, ranks, slots of a rank].
        expert_workload: tokens of every slot, of the same shape or with an axis of steps before.
        """
        try:
            current = np.array(current_expert_table, dtype=np.int64)
            row_changed, table = self._rebalanced(current, expert_workload)
        except Exception as error:
            say_failure(log, "EPLB keeps the table in force", error)
            return 0, [], torch.as_tensor(current_expert_table).clone()
        finally:
            self._round += 1
        return int(bool(row_changed)), row_changed, torch.from_numpy(table)

    def _rebalanced(self, current: IntArray, expert_workload: Any) -> tuple[list[int], IntArray]:
        tokens = np.asarray(expert_workload)
        if tokens.ndim == 4:
            tokens = tokens.sum(axis=0, dtype=np.float64)
        rank, world, stage, nodes = self._seat_of(current.shape[1])
        plan = self._settings.client().plan(
            workload=tokens,
            current=current,
            group=self._settings.group + stage,
            ranks=world,
            nodes=nodes if world % nodes == 0 else 1,
            groups=None,
            rank=rank,
            world=world,
            round=self._round,
        )
        if plan.reason is not None:
            log.warning("EPLB keeps the table in force: %s", plan.reason)
        if not plan.changed or plan.physical_to_logical is None:
            return [], current
        planned = plan.physical_to_logical.reshape(current.shape)
        table = np.stack([loadable_row(old, new) for old, new in zip(current, planned)])
        changed = (table != current).any(axis=(1, 2))
        first = [layer for layer in plan.layer_priority.tolist() if changed[layer]]
        rest = [layer for layer in np.flatnonzero(changed).tolist() if layer not in set(first)]
        return first + rest, table

    def _seat_of(self, ranks: int) -> tuple[int, int, str, int]:
        seat = self._seat or _seat()
        if seat is None and ranks == 1:
            return 0, 1, "", 1
        if seat is None or seat[1] != ranks:
            raise EplbError(f"the table has {ranks} ranks; this one is (rank, world) {seat}")
        return seat


def loadable_row(old: IntArray, new: IntArray) -> IntArray:
    """Returns the new row of a layer as vLLM-Ascend loads it, or the old one if it cannot.

    An expert that stays on its rank stays in its slot, and those that come fill the other slots in
    order: from 0 1 2, the row 5 1 0 becomes 0 1 5. Rows with an expert lost, an expert twice on a
    rank, or an empty slot are refused.

    old, new: [ranks, slots of a rank].
    """
    row = old.copy()
    for rank, (before, after) in enumerate(zip(old, new)):
        if len(np.unique(after)) != len(after) or after.min() < 0:
            return old
        leaves, comes = ~np.isin(before, after), ~np.isin(after, before)
        if leaves.sum() != comes.sum():
            return old
        row[rank, leaves] = after[comes]
    return row if np.isin(old, row).all() else old


def _seat() -> tuple[int, int, str, int] | None:
    """Returns rank and world of this process among its EP ranks, its stage, and the nodes."""
    try:
        from vllm.distributed import parallel_state

        ranks = parallel_state.get_ep_group()
        return ranks.rank_in_group, ranks.world_size, stage_suffix(), _nodes()
    except (ImportError, AttributeError, AssertionError):
        pass
    if dist.is_available() and dist.is_initialized():
        return dist.get_rank(), dist.get_world_size(), "", 1
    try:
        return int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]), "", 1
    except (KeyError, ValueError):
        return None


def _nodes() -> int:
    from vllm.distributed import parallel_state

    try:
        return max(1, int(parallel_state.get_node_count()))
    except (AttributeError, AssertionError):
        return 1


def _first_round(object_number: int, world: int) -> int:
    """Returns where the rounds of an object begin: apart from those of other objects and runs.

    An engine that restarts must not meet the decisions of its last run, so its ranks draw one
    random number together, out of the store that they met in.
    """
    first = object_number << 40
    try:
        if dist.get_world_size() < world:
            return first  # not all EP ranks met in this store
        store = dist.distributed_c10d._get_default_store()
        drawn = store.compare_set(f"eplb/{object_number}", "", str(secrets.randbelow(1 << 39)))
        return first + int(drawn)
    except Exception:
        return first
