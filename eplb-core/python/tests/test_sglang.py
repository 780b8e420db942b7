"""The plug-in of SGLang in four ranks, against a service that fails them one by one."""

from __future__ import annotations

import os
import unittest
from typing import Any

import numpy as np

from . import require_module
from .balancer import Service, balanced, sends, token_of
from .faulty import answer_of, hangs, problem
from .ranks import Each, Ranks, last_words, switch_on

require_module("torch")

LONG = 120.0  # a limit that a healthy call does not reach, however slow the machine is
SHORT = 3.0
LAYERS, EXPERTS, SLOTS = 3, 8, 12
WINDOWS = np.random.default_rng(7).integers(1, 1000, (5, LAYERS, EXPERTS)).astype(np.int32)
OLD = np.tile(np.arange(SLOTS) % EXPERTS, (LAYERS, 1))
NEW = balanced(WINDOWS.sum(axis=0, dtype=np.int64), SLOTS)


def install(
    address: str | None, timeout: float, token: str | None = None, group: str | None = None
) -> list[str]:
    """Starts the engine anew in this process, as far as plug-ins can see; returns the log."""
    import importlib

    from sglang.srt.distributed import parallel_state
    from sglang.srt.eplb import eplb_algorithms
    from sglang.srt.plugins.hook_registry import HookRegistry

    from eplb_client import engine, sglang

    if parallel_state._WORLD is None:
        parallel_state.init_distributed_environment()
    HookRegistry.reset()
    importlib.reload(eplb_algorithms)
    engine._said.clear()
    sglang._registry = None
    switch_on(address, timeout, token, group)
    lines: list[str] = last_words("eplb_client.sglang")
    sglang.register()
    sglang.register()
    assert [len(hooks) for hooks in HookRegistry.registered.values()] in ([], [1])
    HookRegistry.apply_hooks()
    return lines


def serve(table: Any, active: Any = None, scaled: bool = False) -> None:
    """Puts a table in force, and elastic EP with these ranks alive."""
    import torch
    from sglang.srt.elastic_ep import elastic_ep
    from sglang.srt.eplb import expert_location

    metadata = None
    if table is not None:
        table = torch.tensor(table)
        metadata = expert_location.ExpertLocationMetadata(table, torch.empty(0, 0, 0))
    expert_location.set_global_expert_location_metadata(metadata)
    state = None
    if active is not None:
        state = elastic_ep.ElasticEPState(torch.tensor(active, dtype=torch.int32), scaled)
    elastic_ep.ElasticEPStateManager._instance = state


def lose_the_table() -> None:
    """Makes reading the table in force fail on this rank."""
    from sglang.srt.eplb import expert_location

    expert_location.set_global_expert_location_metadata(object())


def plan(windows: Any, groups: Any = None, nodes: int = 1) -> Any:
    """Calls the function as SGLang does on every rank; returns the three maps."""
    import torch
    from sglang.srt.eplb.expert_location import ExpertLocationMetadata

    windows = torch.as_tensor(windows)
    metadata = ExpertLocationMetadata.init_by_eplb(windows, SLOTS, 4, groups, nodes)
    return metadata.physical_to_logical_map.numpy()


def maps(windows: Any, slots: int = SLOTS, ranks: int = 4) -> list[Any]:
    """Calls the function as rank 0 does on the elastic path; returns the three maps."""
    import torch
    from sglang.srt.eplb import eplb_algorithms

    windows = torch.as_tensor(windows)
    answer = eplb_algorithms.rebalance_experts(
        windows, slots, slots // ranks, None, 1, eplb_algorithms.EplbAlgorithm.deepseek
    )
    assert all(m.dtype == torch.int64 and m.device == windows.device for m in answer)
    return [m.numpy() for m in answer]


class Sglang(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ranks = Ranks()
        cls.service = Service()

    @classmethod
    def tearDownClass(cls):
        cls.ranks.close()
        cls.service.close()

    def setUp(self):
        self.service.reset()

    def start(self, timeout: float = LONG, table: Any = OLD, active: Any = None) -> None:
        tokens = Each(*(token_of(rank) for rank in range(4)))
        self.ranks.do(install, self.service.address, timeout, tokens)
        self.ranks.do(serve, table, active)

    def assert_all_hold(self, expected: Any, answers: list[Any]) -> None:
        for answer in answers:
            np.testing.assert_array_equal(answer, expected)

    def test_all_ranks_ask_the_same_and_take_the_plan(self):
        self.start()
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS))
        requests = self.service.requests
        self.assertEqual((len(requests), len({request.body for request in requests})), (4, 1))
        arrays = requests[0].arrays()
        np.testing.assert_array_equal(arrays["load"], WINDOWS.sum(axis=0))
        np.testing.assert_array_equal(arrays["current"], OLD)
        requests[0].query.pop("deadline_ms")
        self.assertEqual(
            requests[0].query, {"ranks": "4", "nodes": "1", "groups": "1", "slots": "12"}
        )

    def test_windows_whose_sum_passes_32_bits_are_summed_in_64(self):
        self.start()
        huge = np.full((3, LAYERS, EXPERTS), 2**31 - 1, dtype=np.int32)
        self.ranks.do(plan, huge)
        load = self.service.requests[0].arrays()["load"]
        np.testing.assert_array_equal(load, np.full((LAYERS, EXPERTS), 3 * (2**31 - 1)))

    def test_the_three_maps_of_a_plan_and_of_the_table_in_force_belong_together(self):
        self.start()
        for fault, table in ((None, NEW), (problem(422, "no"), OLD)):
            self.service.faults = {} if fault is None else {1: fault}
            for physical, logical, count in self.ranks.do(maps, WINDOWS):
                np.testing.assert_array_equal(physical, table)
                self.assertEqual(logical.shape, (LAYERS, EXPERTS, 2))
                for layer in range(LAYERS):
                    for expert in range(EXPERTS):
                        slots = np.flatnonzero(table[layer] == expert)
                        self.assertEqual(count[layer, expert], len(slots))
                        padded = [*slots, -1][:2]
                        np.testing.assert_array_equal(logical[layer, expert], padded)

    def test_a_fault_at_one_rank_makes_all_keep_the_table(self):
        def other_plan(connection, request):
            sends(connection, answer_of(NEW[:, ::-1], EXPERTS, changed=np.array(True)))

        self.start()
        for fault in (problem(422, "no"), other_plan):
            for rank in (0, 3):
                self.service.faults = {rank: fault}
                self.assert_all_hold(OLD, self.ranks.do(plan, WINDOWS))
        self.service.reset()
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS))

    def test_a_service_that_hangs_makes_all_keep_the_table(self):
        self.start(SHORT)
        for faults in ({0: hangs}, dict.fromkeys(range(4), hangs)):
            self.service.faults = faults
            self.assert_all_hold(OLD, self.ranks.do(plan, WINDOWS))

    def test_a_rank_that_never_comes_leaves_the_others_with_the_table_and_so_it_does_later(self):
        self.start(SHORT)
        self.assert_all_hold(OLD, self.ranks.do(plan, WINDOWS, on=[1, 2, 3]))
        self.assert_all_hold(OLD, self.ranks.do(plan, WINDOWS, on=[0]))
        self.start()
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS))

    def test_a_rank_with_another_window_makes_all_keep_the_table(self):
        self.start()
        windows = Each(WINDOWS, WINDOWS, WINDOWS[:, :, ::-1].copy(), WINDOWS)
        self.assert_all_hold(OLD, self.ranks.do(plan, windows))

    def test_a_window_without_tokens_asks_nothing_and_changes_nothing(self):
        self.start()
        self.assert_all_hold(OLD, self.ranks.do(plan, np.zeros_like(WINDOWS)))
        self.assertEqual(self.service.requests, [])

    def test_at_the_start_sglangs_own_algorithm_plans(self):
        self.start(table=None)
        answers = self.ranks.do(plan, WINDOWS)
        self.assert_all_hold(NEW, answers)
        self.assertEqual(self.service.requests, [])

    def test_a_rank_that_cannot_read_its_table_makes_all_take_sglangs_own_plan(self):
        self.start()
        self.ranks.do(lose_the_table, on=[2])
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS))
        self.ranks.do(serve, Each(OLD, OLD[:, :8], OLD, OLD), None)
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS))
        self.assertEqual(len(self.service.requests), 6)

    def test_a_rank_that_loses_sight_of_an_expert_makes_all_take_sglangs_own_plan(self):
        self.service.faults = dict.fromkeys(range(4), problem(422, "no"))
        self.start()
        all_live, without_rank_1 = [1, 1, 1, 1], [1, 0, 1, 1]
        self.ranks.do(serve, OLD, Each(all_live, all_live, all_live, without_rank_1))
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS))

    def test_groups_and_nodes_of_the_model_reach_the_service(self):
        self.start()
        self.ranks.do(plan, WINDOWS, 4, 2)
        query = self.service.requests[0].query
        self.assertEqual((query["groups"], query["nodes"]), ("4", "2"))

    def test_rank_0_asks_alone_where_elastic_ep_shares_its_answer(self):
        self.start(active=[1, 1, 1, 1, 0, 0])
        ((physical, _, _),) = self.ranks.do(maps, WINDOWS, on=[0])
        np.testing.assert_array_equal(physical, NEW)
        self.assertEqual([r.query.get("failed") for r in self.service.requests], [None])
        self.ranks.do(serve, OLD, [1, 1, 1, 1], True)
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS, on=[0]))
        self.ranks.do(serve, OLD, [1, 1, 1, 1])
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS))

    def test_dead_ranks_get_no_expert_and_no_vote(self):
        def avoids_rank_2(*rank_0_and_1):
            table = np.tile([*rank_0_and_1, -1, -1, -1, 6, 7, 0], (LAYERS, 1))
            answer = answer_of(table, EXPERTS, changed=np.array(True))
            return lambda connection, _: sends(connection, answer)

        self.start(active=[1, 1, 0, 1])
        self.service.faults = dict.fromkeys((0, 1, 3), avoids_rank_2(0, 1, 2, 3, 4, 5))
        # Gloo wants all ranks, so the dead one of this test takes part, with a plan of its own.
        self.service.faults[2] = avoids_rank_2(5, 4, 3, 2, 1, 0)
        self.assert_all_hold(
            np.tile([0, 1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 0], (LAYERS, 1)),
            [answer for rank, answer in enumerate(self.ranks.do(plan, WINDOWS)) if rank != 2],
        )
        self.assertEqual({request.query["failed"] for request in self.service.requests}, {"2"})
        ((_, logical, count),) = self.ranks.do(maps, WINDOWS, on=[0])
        np.testing.assert_array_equal(logical[0, 0], [0, 11])
        np.testing.assert_array_equal(count[0], [2, 1, 1, 1, 1, 1, 1, 1])

    def test_without_a_plan_a_dead_rank_is_covered_by_the_table_or_by_sglangs_algorithm(self):
        self.service.faults = dict.fromkeys(range(4), problem(422, "no"))
        covered = np.tile([0, 1, 2, 3, 4, 5, 0, 1, 2, 6, 7, 3], (LAYERS, 1))
        self.start(table=covered, active=[1, 1, 0, 1])
        expected = np.tile([0, 1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 3], (LAYERS, 1))
        self.assert_all_hold(expected, self.ranks.do(plan, WINDOWS))
        self.start(table=OLD, active=[1, 0, 1, 1])  # no other rank holds experts 4 and 5
        self.assert_all_hold(NEW, self.ranks.do(plan, WINDOWS))


def switched_off() -> tuple[list[str], list[Any]]:
    lines = install(None, LONG)
    from sglang.srt.plugins.hook_registry import HookRegistry

    return lines, list(HookRegistry.registered)


class Registration(unittest.TestCase):
    def test_without_an_address_the_plug_in_does_nothing_and_says_so_once(self):
        ranks = Ranks(1)
        try:
            ((lines, hooks),) = ranks.do(switched_off)
            self.assertEqual(lines, ["EPLB_ADDRESS is not set: the engine keeps its own balancer"])
            self.assertEqual(hooks, [])
        finally:
            ranks.close()

    def test_a_process_without_sglang_gets_a_line_and_no_exception(self):
        from eplb_client import sglang

        os.environ["EPLB_ADDRESS"] = "unix:/nowhere"
        self.addCleanup(os.environ.pop, "EPLB_ADDRESS")
        with self.assertLogs("eplb_client.sglang", "ERROR") as logs:
            sglang.register()
        self.assertIn("EPLB is off", logs.output[0])


if __name__ == "__main__":
    unittest.main()
