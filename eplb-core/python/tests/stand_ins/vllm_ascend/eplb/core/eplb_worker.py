"""The child of a rank: built in the rank's main process, pickled, and run in a spawned process."""

from __future__ import annotations

import multiprocessing
from typing import Any

import torch

from .policy.policy_factory import PolicyFactory


class EplbWorker:
    def __init__(self, policy_type: int) -> None:
        self.policy_type = policy_type
        self.policy = PolicyFactory.generate_policy(policy_type)

    def do_update(self, table: torch.Tensor, workload: torch.Tensor) -> list[Any]:
        """Returns the new table, and per layer why the engine refuses it and keeps its row."""
        _, _, new = self.policy.rebalance_experts(table, workload)
        if not torch.is_tensor(new):
            new = torch.tensor(new)
        refused = {}
        for layer in range(table.shape[0]):
            problem = _problem(table[layer], new[layer])
            if problem:
                refused[layer] = problem
                new[layer] = table[layer]  # in place: an answer that shares memory would suffer
        return [new, refused]


def _problem(old: torch.Tensor, new: torch.Tensor) -> str:
    if torch.unique(new).numel() < torch.unique(old).numel():
        return "an expert is lost"
    for before, after in zip(old, new):
        if torch.unique(after).numel() < after.numel():
            return "an expert stands twice on a rank"
        stays = torch.isin(after, before)
        if not torch.equal(after[stays], before[stays]):
            return "an expert moves within its rank"
    return ""


class EplbProcess:
    """Starts the child, hands it windows, and waits for it without a limit."""

    def __init__(self, policy_type: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.worker = EplbWorker(policy_type)
        self.planner_q = context.Queue()
        self.block_update_q = context.Queue(maxsize=1)
        self.process = context.Process(
            target=_work, args=(self.worker, self.planner_q, self.block_update_q), daemon=True
        )
        self.process.start()

    def update(self, table: torch.Tensor, workload: torch.Tensor) -> list[Any]:
        self.planner_q.put((table.numpy(), workload.numpy()))
        new, refused = self.block_update_q.get()
        return [torch.from_numpy(new), refused]

    def shutdown(self) -> None:
        self.process.terminate()
        self.process.join()
        self.planner_q.close()
        self.planner_q.join_thread()


def _work(worker: EplbWorker, planner_q: Any, block_update_q: Any) -> None:
    while True:
        table, workload = planner_q.get()
        new, refused = worker.do_update(torch.from_numpy(table), torch.from_numpy(workload))
        block_update_q.put((new.numpy(), refused))
