"""SGLang: puts the service in the place of SGLang's own EPLB algorithms.

SGLang calls the function on the thread of the forward pass while serving stands still, so a short
EPLB_TIMEOUT is right here. Who calls decides how the ranks stay together:

- ExpertLocationMetadata.init_by_eplb runs on every rank: SGLang has just summed the window over
  all of them, so the windows are equal. Every rank asks the service; the question is equal, so it
  is planned once. Then the ranks agree (agreement.py) on the CPU group of the world, which only
  this thread uses. That is as safe as asking on rank 0 and sending the answer around, moves less,
  and needs no rank that must not fail. Ranks that elastic EP counts as dead have no vote.
- Once elastic EP has changed the number of ranks, and whenever another function calls while
  elastic EP is on, rank 0 alone plans and SGLang itself shares what it gets. Rank 0 asks without
  the others then: they do not call.

If the ranks do not agree, all keep the table in force. Where there is none at the start, or one
rank cannot read its own or sees an expert on dead ranks only, all let SGLang's own algorithm plan;
it gives the same answer on all ranks.
"""

from __future__ import annotations

import inspect
import logging
import sys
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from .agreement import Choice, Verdict, agree
from .engine import is_complete, living, planned, say_failure, switched_on
from .plan import EMPTY, IntArray, initial_table, replicas_of, slots_of
from .settings import Settings

log = logging.getLogger(__name__)

_TARGET = "sglang.srt.eplb.eplb_algorithms.rebalance_experts"
_Maps = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
_settings = Settings()
_registry: Any = None


def register() -> None:
    """Replaces SGLang's rebalance_experts. SGLang calls this in each of its processes."""
    global _settings, _registry
    try:
        settings = switched_on(log)
        if settings is None:
            return
        from sglang.srt.plugins.hook_registry import HookRegistry, HookType

        _settings = settings
        if _registry is HookRegistry:
            return
        HookRegistry.register(_TARGET, rebalance_experts, HookType.REPLACE)
        _registry = HookRegistry
        log.info("EPLB asks %s for plans of group %s", settings.address, settings.group)
    except Exception as error:
        say_failure(log, "EPLB is off", error)


def rebalance_experts(
    tokens_per_expert: torch.Tensor,
    num_physical_experts: int,
    num_local_physical_experts: int,
    num_groups: int | None,
    num_nodes: int,
    algorithm: Any,
) -> _Maps:
    """Returns the experts of all slots, the slots of all experts, and how many those are.

    tokens_per_expert: [steps, layers, experts].
    """
    layers, experts = tokens_per_expert.shape[-2:]
    ranks = num_physical_experts // num_local_physical_experts
    device = tokens_per_expert.device
    settings = _settings
    elastic: Any = None
    failed: list[int] = []
    kept: IntArray | None = None
    table: IntArray | None = None
    is_start = False
    try:
        elastic = _elastic_state()
        failed = _failed(elastic, ranks)
        current = _current()
        is_start = current is None
        if current is not None and current.shape == (layers, num_physical_experts):
            if is_complete(living(current, failed, ranks), experts):
                kept = current
            table = planned(
                log,
                settings,
                # Summed on the device: there is less to copy then, by the number of steps.
                tokens_per_expert.sum(dim=0, dtype=torch.int64).cpu().numpy(),
                current,
                group=settings.group,
                ranks=ranks,
                nodes=num_nodes,
                groups=num_groups,
                slots=num_physical_experts,
                failed=failed,
            )
    except Exception as error:
        say_failure(log, "EPLB has no plan", error)
    if is_start:
        verdict = Verdict(Choice.LEAVE, "start")
    else:
        limit = settings.timeout / 2
        verdict = _agreed(table, kept is not None, elastic, ranks, failed, limit)
    if table is not None and verdict.choice is Choice.TAKE:
        return _maps(table, failed, ranks, experts, device)
    if kept is not None and verdict.choice is Choice.KEEP:
        log.warning("EPLB keeps the table in force: %s", verdict.reason)
        return _maps(kept, failed, ranks, experts, device)
    level = logging.INFO if is_start else logging.WARNING
    log.log(level, "EPLB lets SGLang's own algorithm plan: %s", verdict.reason)
    return _own_algorithm(
        tokens_per_expert,
        num_physical_experts,
        num_local_physical_experts,
        num_groups,
        num_nodes,
        algorithm,
    )


def _current() -> IntArray | None:
    """Returns the table in force, or None while SGLang starts."""
    from sglang.srt.eplb.expert_location import get_global_expert_location_metadata

    metadata = get_global_expert_location_metadata()
    if metadata is None:
        return None
    return np.array(metadata.physical_to_logical_map.cpu(), dtype=np.int64)


def _elastic_state() -> Any:
    """Returns SGLang's state of elastic EP, or None without elastic EP."""
    try:
        from sglang.srt.elastic_ep import elastic_ep

        if hasattr(elastic_ep, "ElasticEPStateManager"):
            return elastic_ep.ElasticEPStateManager.instance()
        return elastic_ep.get_elastic_ep_state()
    except (ImportError, AttributeError):
        return None


def _failed(elastic: Any, ranks: int) -> list[int]:
    if elastic is None:
        return []
    alive = elastic.active_ranks.tolist()[:ranks]  # it has room for ranks to come
    return [rank for rank, lives in enumerate(alive) if not lives]


def _agreed(
    table: IntArray | None,
    keeps: bool,
    elastic: Any,
    ranks: int,
    failed: list[int],
    limit: float,
) -> Verdict:
    try:
        alone = elastic is not None and (
            getattr(elastic, "has_scaled", False) or not _is_called_by("init_by_eplb")
        )
        if not alone and dist.is_available() and dist.is_initialized():
            voters = set(range(ranks)) - set(failed)
            return agree(_cpu_group(), table, limit, voters=voters, keeps=keeps)
    except Exception as error:
        say_failure(log, "EPLB cannot ask the other ranks", error)
        return Verdict(Choice.KEEP, "this rank is alone")
    return Verdict(Choice.KEEP, "no plan") if table is None else Verdict(Choice.TAKE)


def _is_called_by(function: str) -> bool:
    frame: Any = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != function:
        frame = frame.f_back
    return frame is not None


def _cpu_group() -> Any:
    try:
        from sglang.srt.distributed.parallel_state import get_world_group

        return get_world_group().cpu_group
    except (ImportError, AttributeError, AssertionError):
        if dist.get_backend() == "gloo":
            return dist.group.WORLD
        raise


def _maps(
    table: IntArray, failed: list[int], ranks: int, experts: int, device: torch.device
) -> _Maps:
    """Returns the three maps; slots of dead ranks count for no expert, and hold 0 for SGLang."""
    by_rank = table.reshape(table.shape[0], ranks, -1).copy()
    by_rank[:, failed] = EMPTY
    table = by_rank.reshape(table.shape)
    count = replicas_of(table, experts)
    return (
        torch.from_numpy(np.maximum(table, 0)).to(device),
        torch.from_numpy(slots_of(table, count)).to(device),
        torch.from_numpy(count).to(device),
    )


def _own_algorithm(tokens_per_expert: torch.Tensor, *rest: Any) -> _Maps:
    """Returns what SGLang's own function says, which the registry keeps below the hook."""
    layers, experts = tokens_per_expert.shape[-2:]
    try:
        from sglang.srt.eplb import eplb_algorithms

        own = inspect.unwrap(eplb_algorithms.rebalance_experts)
        if own is not rebalance_experts:
            maps: _Maps = own(tokens_per_expert, *rest)
            return maps
        log.error("SGLang's own algorithm is gone")
    except Exception as error:
        say_failure(log, "SGLang's own algorithm failed", error)
    table = initial_table(layers, experts, rest[0])
    return _maps(table, [], rest[0] // rest[1], experts, tokens_per_expert.device)
