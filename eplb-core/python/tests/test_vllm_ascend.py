"""The plug-in of vLLM-Ascend in four ranks, each with its spawned child, against faulty rounds."""

from __future__ import annotations

import logging
import os
import pickle
import unittest
from typing import Any

import numpy as np

from eplb_client import Settings

from . import require_module
from .balancer import Rounds, Service, token_of
from .faulty import hangs, problem
from .ranks import Each, Ranks, last_words, switch_on

require_module("torch")

from eplb_client import vllm_ascend  # noqa: E402

LONG = 120.0  # a limit that a healthy call does not reach, however slow the machine is
SHORT = 3.0
LAYERS, RANKS, LOCAL, EXPERTS = 3, 4, 3, 8
TABLE = np.tile((np.arange(RANKS * LOCAL) % EXPERTS).reshape(RANKS, LOCAL), (LAYERS, 1, 1))
WORKLOAD = np.random.default_rng(3).integers(1, 1000, TABLE.shape)


def turned(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """A plan that gives each rank the experts of its neighbour, the last slot first."""
    return np.roll(arrays["current"], 1, axis=1)[:, :, ::-1].reshape(len(arrays["current"]), -1)


def shuffled_within_ranks(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """A plan that trades one expert of ranks 0 and 1, and turns the slots of all ranks."""
    table = arrays["current"].copy()
    table[:, 0, 0], table[:, 1, 0] = arrays["current"][:, 1, 0], arrays["current"][:, 0, 0]
    return table[:, :, ::-1].reshape(len(table), -1)


def twice_on_a_rank_in_layer_1(arrays: dict[str, np.ndarray]) -> np.ndarray:
    table = turned(arrays).reshape(TABLE.shape)
    row = table[1].reshape(-1)
    # Expert 0 has two replicas, on ranks 1 and 3 after the turn: put both on rank 1.
    there = np.flatnonzero(row == 0)
    other = there[0] // LOCAL * LOCAL + (there[0] + 1) % LOCAL
    row[there[1]], row[other] = row[other], row[there[1]]
    return table.reshape(len(table), -1)


def start(address: str, timeout: float, token: str | None = None, group: str | None = None) -> None:
    """Starts the rank's engine and its child."""
    global child
    from vllm.distributed import parallel_state
    from vllm_ascend.eplb.core.eplb_worker import EplbProcess
    from vllm_ascend.eplb.core.policy import policy_factory

    if parallel_state._EP is None:
        parallel_state.initialize_model_parallel(nodes=2)
    switch_on(address, timeout, token, group)
    vllm_ascend.register()
    vllm_ascend.register()
    child = EplbProcess(policy_type=2)
    own = policy_factory.OwnPolicy
    policy_factory.PolicyFactory.generate_policy = staticmethod(lambda policy_type: own())


def update(table: np.ndarray, workload: np.ndarray) -> Any:
    import torch

    new, refused = child.update(torch.from_numpy(table), torch.from_numpy(workload))
    return new.numpy(), refused


def stop() -> None:
    global child
    child.shutdown()
    child = None  # and with it the semaphores of its queues


class VllmAscendCase(unittest.TestCase):
    timeout = SHORT

    @classmethod
    def setUpClass(cls):
        cls.ranks = Ranks()
        cls.service = Service()
        cls.start(cls.timeout)

    @classmethod
    def tearDownClass(cls):
        cls.ranks.do(stop)
        cls.ranks.close()
        cls.service.close()

    @classmethod
    def start(cls, timeout: float) -> None:
        tokens = Each(*(token_of(rank) for rank in range(4)))
        cls.ranks.do(start, cls.service.address, timeout, tokens)

    def serve(self, plan: Any) -> Service:
        self.service.reset()
        self.service.healthy = Rounds(plan)
        return self.service

    def assert_all_hold(self, expected: np.ndarray, answers: list[Any]) -> None:
        for table, refused in answers:
            np.testing.assert_array_equal(table, expected)
            self.assertEqual(refused, {})


class VllmAscend(VllmAscendCase):
    timeout = LONG

    def test_children_ask_in_one_round_and_hand_the_plan_to_the_engine(self):
        service = self.serve(turned)
        answers = self.ranks.do(update, TABLE, WORKLOAD)
        expected = np.roll(TABLE, 1, axis=1)
        for table, refused in answers:
            self.assertEqual(refused, {})
            np.testing.assert_array_equal(table, answers[0][0])
        np.testing.assert_array_equal(np.sort(answers[0][0]), np.sort(expected))
        seats = sorted((r.query["rank"], r.query["world"]) for r in service.requests)
        self.assertEqual(seats, [(str(rank), "4") for rank in range(4)])
        self.assertEqual({r.query["nodes"] for r in service.requests}, {"2"})
        self.assertNotIn("groups", service.requests[0].query)

    def test_an_expert_that_stays_on_its_rank_stays_in_its_slot(self):
        self.serve(shuffled_within_ranks)
        expected = TABLE.copy()
        expected[:, 0, 0], expected[:, 1, 0] = TABLE[:, 1, 0], TABLE[:, 0, 0]
        self.assert_all_hold(expected, self.ranks.do(update, TABLE, WORKLOAD))

    def test_a_row_that_the_engine_would_refuse_is_kept_and_the_others_change(self):
        self.serve(twice_on_a_rank_in_layer_1)
        answers = self.ranks.do(update, TABLE, WORKLOAD)
        for table, refused in answers:
            self.assertEqual(refused, {})
            np.testing.assert_array_equal(table[1], TABLE[1])
            self.assertTrue((table[0] != TABLE[0]).any() and (table[2] != TABLE[2]).any())

    def test_the_windows_of_policy_type_3_are_summed(self):
        service = self.serve(turned)
        self.ranks.do(update, TABLE, np.stack([WORKLOAD, 2 * WORKLOAD]))
        np.testing.assert_array_equal(service.requests[0].arrays()["workload"], 3 * WORKLOAD)

    def test_each_call_is_a_round_of_its_own(self):
        service = self.serve(turned)
        first = self.ranks.do(update, TABLE, WORKLOAD)[0][0]
        self.ranks.do(update, first, WORKLOAD)
        rounds = [int(request.query["round"]) for request in service.requests]
        self.assertEqual(len(set(rounds[:4])), 1)
        self.assertEqual({number - rounds[0] for number in rounds}, {0, 1})

    def test_a_rank_with_another_workload_makes_all_keep_the_table(self):
        self.serve(turned)
        workloads = Each(WORKLOAD, WORKLOAD, WORKLOAD + 1, WORKLOAD)
        self.assert_all_hold(TABLE, self.ranks.do(update, TABLE, workloads))

    def test_a_rank_whose_answer_is_torn_asks_again_and_gets_the_same(self):
        torn: list[int] = []

        def tears_once(connection, request):
            if not torn:
                torn.append(1)
                connection.peer.close()
            else:
                service.healthy(connection, request)

        service = self.serve(turned)
        service.faults = {2: tears_once}
        answers = self.ranks.do(update, TABLE, WORKLOAD)
        self.assertTrue((answers[0][0] != TABLE).any())
        self.assert_all_hold(answers[0][0], answers)


class Impatient(VllmAscendCase):
    def test_a_rank_that_comes_too_late_keeps_the_table_as_all_others_did(self):
        self.serve(turned)
        self.assert_all_hold(TABLE, self.ranks.do(update, TABLE, WORKLOAD, on=[0, 1, 3]))
        self.assert_all_hold(TABLE, self.ranks.do(update, TABLE, WORKLOAD, on=[2]))

    def test_a_service_that_refuses_hangs_or_is_gone_makes_all_keep_the_table(self):
        service = self.serve(turned)
        for fault in (problem(422, "too few slots"), hangs):
            service.faults = dict.fromkeys(range(4), fault)
            self.assert_all_hold(TABLE, self.ranks.do(update, TABLE, WORKLOAD))
        service.close()
        self.assert_all_hold(TABLE, self.ranks.do(update, TABLE, WORKLOAD))


def untouched(address: str | None) -> tuple[list[str], bool]:
    from vllm_ascend.eplb.core.policy.policy_factory import OwnPolicy, PolicyFactory

    from eplb_client import engine

    engine._said.clear()
    switch_on(address, LONG)
    lines: list[str] = last_words("vllm.eplb_client")
    vllm_ascend.register()
    vllm_ascend.register()
    return lines, isinstance(PolicyFactory.generate_policy(1), OwnPolicy)


class Registration(unittest.TestCase):
    def test_without_an_address_the_plug_in_does_nothing_and_says_so_once(self):
        ranks = Ranks(1)
        try:
            self.assertEqual(
                ranks.do(untouched, None),
                [(["EPLB_ADDRESS is not set: the engine keeps its own balancer"], True)],
            )
        finally:
            ranks.close()

    def test_an_engine_on_other_hardware_hears_nothing(self):
        lines = last_words("vllm.eplb_client")
        vllm_ascend.register()
        self.assertEqual(lines, [])


class Policy(unittest.TestCase):
    def test_a_pickled_policy_keeps_its_settings_its_seat_and_its_round(self):
        policy = vllm_ascend.ServicePolicy(Settings("unix:/nowhere", "secret", "llm", 5.0))
        copy = pickle.loads(pickle.dumps(policy))
        self.assertEqual(copy.__getstate__(), policy.__getstate__())

    def test_objects_never_share_a_round(self):
        first, second = (vllm_ascend.ServicePolicy(Settings("unix:/nowhere")) for _ in range(2))
        self.assertGreaterEqual(second._round - first._round, 1 << 39)

    def test_without_process_groups_the_seat_comes_from_the_environment(self):
        before = dict(os.environ)
        try:
            os.environ.update(RANK="3", WORLD_SIZE="8")
            self.assertEqual(vllm_ascend._seat(), (3, 8, "", 1))
            del os.environ["RANK"]
            self.assertIsNone(vllm_ascend._seat())
        finally:
            os.environ.clear()
            os.environ.update(before)

    def test_a_rank_that_does_not_know_its_seat_keeps_the_table_and_gets_its_own_copy(self):
        import torch

        table = torch.from_numpy(TABLE)
        with self.assertLogs("vllm.eplb_client", logging.WARNING) as logs:
            changed, priority, new = vllm_ascend.ServicePolicy(
                Settings("unix:/nowhere")
            ).rebalance_experts(table, torch.from_numpy(WORKLOAD))
        self.assertIn("the table has 4 ranks", logs.output[0])
        self.assertEqual((changed, priority, new.dtype), (0, [], torch.int64))
        self.assertTrue(torch.equal(new, table))
        new[0, 0, 0] = 7
        np.testing.assert_array_equal(table, TABLE)

    def test_nonsense_from_the_engine_raises_nothing(self):
        with self.assertLogs("vllm.eplb_client", logging.WARNING):
            answer = vllm_ascend.ServicePolicy(Settings("unix:/nowhere")).rebalance_experts(
                TABLE, "nonsense"
            )
        np.testing.assert_array_equal(answer[2], TABLE)

    def test_rows_are_aligned_or_kept_whatever_the_service_says(self):
        random = np.random.default_rng(11)
        loaded = 0
        for _ in range(2000):
            experts = random.integers(2, 9)
            ranks, local = random.integers(1, 5, 2)
            old = random.integers(0, experts, (ranks, local))
            new = random.integers(-1, experts, (ranks, local))
            row = vllm_ascend.loadable_row(old, new)
            if row is old:
                continue
            loaded += 1
            np.testing.assert_array_equal(np.sort(row), np.sort(new))
            self.assertEqual(set(old.flat) - set(row.flat), set())
            for before, after in zip(old, row):
                self.assertEqual(len(set(after)), len(after))
                stays = np.isin(after, before)
                np.testing.assert_array_equal(after[stays], before[stays])
        self.assertGreater(loaded, 50)


if __name__ == "__main__":
    unittest.main()
