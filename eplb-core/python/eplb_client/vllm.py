"""vLLM: puts the service in the place of vLLM's own EPLB policy.

vLLM looks its policy up in a dict under the name "default" and calls it on every EP rank: on the
thread that moves weights in the background, or on the main thread in synchronous mode and while
it profiles or scales. Every rank asks the service; the question is equal on all, so it is planned
once. Then the ranks agree (agreement.py) on the CPU group of EPLB, which no other thread uses
meanwhile: the main thread has the EP group for what it does beside the background thread.

A rank whose background thread is dead never comes: the others keep their table each time. vLLM's
own moves wait for that rank without a limit, with or without this plug-in.

If the ranks do not agree, all keep the table in force. Where there is none of the right width (a
planned scale-down, new ranks without experts), all let vLLM's own policy plan; it gives the same
answer on all ranks.
"""

from __future__ import annotations

import inspect
import logging
import threading
from typing import Any

import torch
import torch.distributed as dist

from .agreement import Choice, Verdict, agree
from .engine import is_complete, planned, say_failure, switched_on
from .errors import EplbError
from .plan import IntArray, initial_table
from .settings import Settings

log = logging.getLogger("vllm.eplb_client")  # vLLM shows what its own loggers' children say


class _AsksService:
    """The mark of a policy that asks the service."""

    settings = Settings()


def register() -> None:
    """Replaces vLLM's default policy. vLLM calls this in each of its processes, perhaps twice."""
    try:
        settings = switched_on(log)
        if settings is None:
            return
        from vllm.distributed.eplb.policy import EPLB_POLICIES

        replaced = EPLB_POLICIES["default"]
        if issubclass(replaced, _AsksService):
            replaced.settings = settings
            return
        answer = inspect.signature(replaced.rebalance_experts).return_annotation
        if "tuple" in str(answer).lower():
            log.warning("this vLLM is too old: its policies return three maps; it keeps its own")
            return
        EPLB_POLICIES["default"] = policy = _policy(replaced)
        policy.settings = settings
        log.info("EPLB asks %s for plans of group %s", settings.address, settings.group)
    except Exception as error:
        say_failure(log, "EPLB is off", error)


def _policy(replaced: Any) -> Any:
    """Returns a subclass of vLLM's policy, so that all else that vLLM expects of one is there."""

    class ServicePolicy(_AsksService, replaced):  # type: ignore[misc]
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
            call = (weight, num_replicas, num_groups, num_nodes, num_ranks)
            old = old_global_expert_indices
            table = kept = None
            try:
                kept = _kept(old, weight.shape, num_replicas)
                table = planned(
                    log,
                    cls.settings,
                    weight.detach().cpu().to(torch.float64).numpy(),  # NumPy has no bfloat16
                    None if old is None else old.detach().cpu().numpy(),
                    group=cls.settings.group + stage_suffix(),
                    ranks=num_ranks,
                    nodes=num_nodes,
                    groups=num_groups,
                    slots=num_replicas,
                )
            except Exception as error:
                say_failure(log, "EPLB has no plan", error)
            try:
                verdict = _agreed(table, kept is not None, cls.settings.timeout / 2)
            except Exception as error:
                say_failure(log, "EPLB cannot ask the other ranks", error)
                verdict = Verdict(Choice.KEEP, "this rank is alone")
            if table is not None and verdict.choice is Choice.TAKE:
                return torch.from_numpy(table)
            if kept is not None and verdict.choice is Choice.KEEP:
                log.warning("EPLB keeps the table in force: %s", verdict.reason)
                return kept
            log.warning("EPLB lets vLLM's own policy plan: %s", verdict.reason)
            return _own_policy(replaced, call, old)

    return ServicePolicy


def stage_suffix() -> str:
    """Returns what tells the pipeline stages of an engine apart: each balances its own layers."""
    try:
        from vllm.distributed.parallel_state import get_pp_group

        stage = get_pp_group()
    except (ImportError, AssertionError):
        return ""
    return f"-stage{stage.rank_in_group}" if stage.world_size > 1 else ""


def _agreed(table: IntArray | None, keeps: bool, limit: float) -> Verdict:
    group = _cpu_group()
    if group is not None:
        return agree(group, table, limit, keeps=keeps)
    return Verdict(Choice.KEEP, "no plan") if table is None else Verdict(Choice.TAKE)


def _cpu_group() -> Any:
    """Returns the CPU group of all EP ranks; None in a process that has no other ranks at all."""
    group = _group_of_vllm("get_eplb_group")
    if group is None:
        group = _group_of_vllm("get_ep_group")
        # The main thread uses this group, so no other thread may.
        if group is not None and threading.current_thread() is not threading.main_thread():
            raise EplbError("this vLLM has no group for EPLB beside the main thread")
    if group is not None:
        return group.cpu_group
    # Last, since the groups of elastic EP live beside PyTorch's own.
    if not dist.is_initialized():
        return None
    if "gloo" in dist.get_backend():
        return dist.group.WORLD
    raise EplbError("this vLLM has no group of its EP ranks")


def _group_of_vllm(getter: str) -> Any:
    try:
        from vllm.distributed import parallel_state

        return getattr(parallel_state, getter)()
    except (ImportError, AttributeError, AssertionError):
        return None


def _kept(old: torch.Tensor | None, shape: Any, num_replicas: int) -> torch.Tensor | None:
    """Returns the table in force as a plan, or None if it cannot be one."""
    if old is None or old.shape != (shape[0], num_replicas):
        return None
    table = old.detach().cpu().to(torch.int64).clone()
    return table if is_complete(table.numpy(), shape[1]) else None


def _own_policy(engine_policy: Any, call: Any, old: torch.Tensor | None) -> torch.Tensor:
    try:
        answer: torch.Tensor = engine_policy.rebalance_experts(*call, old)
        return answer
    except Exception as error:
        say_failure(log, "vLLM's own policy failed", error)
        layers, experts = call[0].shape
        return torch.from_numpy(initial_table(layers, experts, call[1]))
