"""The plug-in of vLLM in four ranks, against a service that fails them one by one."""

from __future__ import annotations

import threading
import unittest
from typing import Any

import numpy as np

from . import require_module
from .balancer import Service, balanced, balances, sends, token_of
from .faulty import answer_of, drips, hangs, http, problem, says
from .ranks import Each, Ranks, last_words, switch_on

require_module("torch")

LONG = 120.0  # a limit that a healthy call does not reach, however slow the machine is
SHORT = 3.0
LAYERS, EXPERTS, SLOTS = 3, 8, 12
LOAD = np.random.default_rng(7).integers(1, 1000, (LAYERS, EXPERTS))
OLD = np.tile(np.arange(SLOTS) % EXPERTS, (LAYERS, 1))
NEW = balanced(LOAD, SLOTS)


def install(
    address: str | None, timeout: float | str, token: str | None = None, group: str | None = None
) -> list[str]:
    """Starts the engine anew in this process, as far as plug-ins can see; returns the log."""
    from vllm.distributed import parallel_state
    from vllm.distributed.eplb import policy

    from eplb_client import engine, vllm

    if parallel_state._EPLB is None:
        parallel_state.initialize_model_parallel()
    engine._said.clear()
    switch_on(address, timeout, token, group)
    policy.EPLB_POLICIES["default"] = policy.DefaultEplbPolicy
    policy.DefaultEplbPolicy.calls = 0
    lines: list[str] = last_words("vllm.eplb_client")
    vllm.register()
    vllm.register()
    return lines


def plan(load: Any, old: Any, ranks: int = 4, slots: int = SLOTS, nodes: int = 1, groups: int = 1):
    """Calls the policy as vLLM does; returns the table and what is wrong with its form."""
    import torch
    from vllm.distributed.eplb.policy import EPLB_POLICIES

    in_force = None if old is None else torch.tensor(old)
    table = EPLB_POLICIES["default"].rebalance_experts(
        torch.as_tensor(load), slots, groups, nodes, ranks, in_force
    )
    assert table.dtype == torch.int64 and table.device.type == "cpu" and table.is_contiguous()
    assert table.shape == (len(load), slots), table.shape
    return table.numpy()


def rearrange(loads: list[Any], tables: list[Any]) -> list[Any]:
    import torch
    from vllm.distributed.eplb import async_worker

    answers = async_worker.rearrange(
        [torch.tensor(load) for load in loads], [torch.tensor(table) for table in tables], 4
    )
    return [answer.numpy() for answer in answers]


def own_calls() -> int:
    from vllm.distributed.eplb.policy import DefaultEplbPolicy

    return DefaultEplbPolicy.calls


class Vllm(unittest.TestCase):
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

    def install(self, timeout: float = LONG) -> None:
        tokens = Each(*(token_of(rank) for rank in range(4)))
        self.ranks.do(install, self.service.address, timeout, tokens)

    def assert_all_hold(self, expected: Any, answers: list[Any]) -> None:
        for answer in answers:
            np.testing.assert_array_equal(answer, expected)

    def test_all_ranks_ask_the_same_and_take_the_plan(self):
        self.install()
        self.assert_all_hold(NEW, self.ranks.do(plan, LOAD, OLD))
        requests = self.service.requests
        self.assertEqual(len(requests), 4)
        self.assertEqual(len({request.body for request in requests}), 1)
        for request in requests:
            request.query.pop("deadline_ms")
            self.assertEqual(request.path, "/v1/groups/default/plan")
            self.assertEqual(
                request.query, {"ranks": "4", "nodes": "1", "groups": "1", "slots": "12"}
            )
        self.assertEqual(self.ranks.do(own_calls), [0] * 4)

    def test_a_background_thread_plans_a_model_and_its_draft_one_after_the_other(self):
        self.install()
        draft = np.arange(16).reshape(1, 16) + 1
        table = np.arange(16).reshape(1, 16)
        for answers in self.ranks.do(rearrange, [LOAD, draft], [OLD, table]):
            np.testing.assert_array_equal(answers[0], NEW)
            np.testing.assert_array_equal(answers[1], balanced(draft, 16))

    def test_a_fault_at_one_rank_makes_all_keep_the_table_and_stay_in_step(self):
        def other_plan(connection, request):
            sends(connection, answer_of(NEW[:, ::-1], EXPERTS, changed=np.array(True)))

        def lost_expert(connection, request):
            answer = answer_of(NEW, EXPERTS, changed=np.array(True))
            answer["physical_to_logical"] = np.zeros_like(NEW)
            sends(connection, answer)

        def torn(connection, request):
            connection.send(http(200, "application/x-npz", b"PK" * 500)[:200])

        faults = {
            "refused": problem(422, "too few slots"),
            "a page": says(http(200, "text/html", b"<p>hello")),
            "torn": torn,
            "another plan": other_plan,
            "an expert lost": lost_expert,
        }
        self.install()
        for name, fault in faults.items():
            for rank in (0, 2):
                self.service.faults = {rank: fault}
                with self.subTest(fault=name, rank=rank):
                    # A torn answer is asked for again until the limit, so it gets a short one.
                    self.install(SHORT if fault is torn else LONG)
                    for answers in self.ranks.do(rearrange, [LOAD], [OLD]):
                        np.testing.assert_array_equal(answers[0], OLD)
        self.service.reset()
        self.install()
        self.assert_all_hold(NEW, self.ranks.do(plan, LOAD, OLD))

    def test_a_service_that_hangs_for_one_rank_or_all_makes_all_keep_the_table(self):
        self.install(SHORT)
        slow = drips(http(200, "application/x-npz", b"PK" * 500), 0.05)
        for faults in ({3: hangs}, {1: slow}, dict.fromkeys(range(4), hangs)):
            self.service.faults = faults
            with self.subTest(ranks=sorted(faults)):
                self.assert_all_hold(OLD, self.ranks.do(plan, LOAD, OLD))

    def test_a_service_that_is_gone_makes_all_keep_the_table(self):
        self.ranks.do(install, "unix:/nowhere/eplb.sock", SHORT, "rank-0")
        self.assert_all_hold(OLD, self.ranks.do(plan, LOAD, OLD))

    def test_a_rank_that_never_comes_leaves_the_others_with_the_table_and_so_it_does_later(self):
        self.install(SHORT)
        early = [0, 1, 3]
        self.assert_all_hold(OLD, self.ranks.do(plan, LOAD, OLD, on=early))
        self.assert_all_hold(OLD, self.ranks.do(plan, LOAD, OLD, on=[2]))
        self.install()
        self.assert_all_hold(NEW, self.ranks.do(plan, LOAD, OLD))

    def test_a_rank_whose_answer_comes_late_keeps_the_table_as_all_others_did(self):
        others_are_done = threading.Event()

        def balances_late(connection, request):
            others_are_done.wait(LONG)
            balances(connection, request)

        self.install(6 * SHORT)
        self.service.faults = {1: balances_late}
        self.ranks.start(plan, LOAD, OLD)
        self.assert_all_hold(OLD, self.ranks.results(on=[0, 2, 3]))
        others_are_done.set()
        self.assert_all_hold(OLD, self.ranks.results(on=[1]))
        self.service.reset()
        self.install()
        self.assert_all_hold(NEW, self.ranks.do(plan, LOAD, OLD))

    def test_a_rank_with_another_window_makes_all_keep_the_table(self):
        self.install()
        loads = Each(LOAD, LOAD[:, ::-1].copy(), LOAD, LOAD)
        self.assert_all_hold(OLD, self.ranks.do(plan, loads, OLD))

    def test_a_window_without_tokens_asks_nothing_and_changes_nothing(self):
        self.install()
        self.assert_all_hold(OLD, self.ranks.do(plan, np.zeros_like(LOAD), OLD))
        self.assertEqual(self.service.requests, [])

    def test_a_scale_down_plans_for_the_ranks_that_stay(self):
        self.install()
        load = np.arange(6).reshape(1, 6) + 1
        wide = np.arange(12).reshape(1, 12) % 6
        answers = self.ranks.do(plan, load, wide, 3, 9)
        self.assert_all_hold(balanced(load, 9), answers)
        self.assertEqual(self.service.requests[0].query["ranks"], "3")
        self.assertEqual(self.service.requests[0].arrays()["current"].shape, (1, 12))

    def test_a_scale_down_without_a_plan_gets_the_one_of_vllm_on_all_ranks(self):
        self.install()
        self.service.faults = {2: problem(503, "stopping")}
        self.install(SHORT)
        load = np.arange(6).reshape(1, 6) + 1
        wide = np.arange(12).reshape(1, 12) % 6
        answers = self.ranks.do(plan, load, wide, 3, 9)
        self.assert_all_hold(np.array([[5, 4, 3, 2, 1, 0, 5, 4, 3]]), answers)
        self.assertEqual(self.ranks.do(own_calls), [1] * 4)

    def test_new_ranks_without_experts_are_told_to_the_service_and_never_kept_empty(self):
        self.install()
        with_holes = np.concatenate([OLD[:, :9], np.full((LAYERS, 3), -1)], axis=1)
        self.assert_all_hold(NEW, self.ranks.do(plan, LOAD, with_holes))
        self.service.faults = {0: problem(422, "no")}
        answers = self.ranks.do(plan, LOAD, with_holes)
        self.assert_all_hold(answers[0], answers)
        self.assertEqual(int(answers[0].min()), 0)

    def test_without_a_table_in_force_the_plan_counts_or_that_of_vllm(self):
        self.install()
        self.assert_all_hold(NEW, self.ranks.do(plan, LOAD, None))
        self.service.faults = {3: problem(422, "no")}
        own = self.ranks.do(plan, LOAD, None)
        self.assertEqual(self.ranks.do(own_calls), [1] * 4)
        self.assert_all_hold(own[0], own)

    def test_nodes_that_do_not_divide_the_ranks_and_groups_of_none_become_one(self):
        self.install()
        self.assert_all_hold(NEW, self.ranks.do(plan, LOAD, OLD, 4, SLOTS, 3, 0))
        self.assertEqual(self.service.requests[0].query["nodes"], "1")
        self.assertEqual(self.service.requests[0].query["groups"], "1")

    def test_pipeline_stages_ask_in_groups_of_their_own(self):
        self.install()
        self.ranks.do(plan_as_stage, 1, 2)
        paths = {request.path for request in self.service.requests}
        self.assertEqual(paths, {"/v1/groups/default-stage1/plan"})

    def test_ranks_without_groups_of_vllm_agree_in_the_group_that_they_met_in(self):
        self.install()
        self.assert_all_hold(NEW, self.ranks.do(without_groups, plan, LOAD, OLD))
        self.assert_all_hold(NEW, self.ranks.do(without_groups, plan_on_a_thread, LOAD, OLD))
        self.service.faults = {1: problem(422, "no")}
        self.assert_all_hold(OLD, self.ranks.do(without_groups, plan, LOAD, OLD))

    def test_a_background_thread_stays_out_of_the_group_of_the_main_thread(self):
        self.install()
        answers = self.ranks.do(without_group_of_eplb, plan_on_a_thread, LOAD, OLD)
        self.assert_all_hold(OLD, answers)
        self.assert_all_hold(NEW, self.ranks.do(without_group_of_eplb, plan, LOAD, OLD))

    def test_loads_of_other_types_are_understood(self):
        self.install()
        for load in (LOAD.astype(np.int32), LOAD.astype(np.float32), LOAD[:, ::-1].copy()[:, ::-1]):
            self.assert_all_hold(NEW, self.ranks.do(plan, load, OLD))
        small = LOAD % 200  # bfloat16 counts these exactly
        self.assert_all_hold(balanced(small, SLOTS), self.ranks.do(plan_of_bfloat16, small, OLD))


def without_groups(task: Any, *arguments: Any) -> Any:
    """Does a task as a vLLM would that has made no groups of its own."""
    from vllm.distributed import parallel_state

    ep, parallel_state._EP = parallel_state._EP, None
    try:
        return without_group_of_eplb(task, *arguments)
    finally:
        parallel_state._EP = ep


def without_group_of_eplb(task: Any, *arguments: Any) -> Any:
    """Does a task as a vLLM would that has no group for EPLB alone."""
    from vllm.distributed import parallel_state

    eplb, parallel_state._EPLB = parallel_state._EPLB, None
    try:
        return task(*arguments)
    finally:
        parallel_state._EPLB = eplb


def plan_on_a_thread(load: Any, old: Any) -> Any:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(plan(load, old)))
    thread.start()
    thread.join()
    return answers[0]


def plan_of_bfloat16(load: Any, old: Any) -> Any:
    import torch

    return plan(torch.tensor(load, dtype=torch.bfloat16), old)


def switched_off() -> tuple[list[str], bool]:
    lines = install(None, LONG)
    from vllm.distributed.eplb.policy import EPLB_POLICIES, DefaultEplbPolicy

    return lines, EPLB_POLICIES["default"] is DefaultEplbPolicy


def of_the_engine() -> tuple[bool, bool]:
    """Returns whether the policy is replaced once, by a policy of vLLM's own kind."""
    install("unix:/nowhere", LONG)
    from vllm.distributed.eplb.policy import EPLB_POLICIES, AbstractEplbPolicy, DefaultEplbPolicy

    policy = EPLB_POLICIES["default"]
    return issubclass(policy, AbstractEplbPolicy), policy.__mro__.count(DefaultEplbPolicy) == 1


def registered_again() -> tuple[bool, str]:
    """Returns whether the policy is the same, and the group of its last registration."""
    from vllm.distributed.eplb.policy import EPLB_POLICIES

    from eplb_client import vllm

    install("unix:/nowhere", LONG)
    first = EPLB_POLICIES["default"]
    switch_on("unix:/nowhere", LONG, None, "other")
    vllm.register()
    return EPLB_POLICIES["default"] is first, first.settings.group


def misconfigured(*settings: Any) -> tuple[list[str], bool]:
    from vllm.distributed.eplb.policy import EPLB_POLICIES, DefaultEplbPolicy

    lines = install(*settings)
    return lines, EPLB_POLICIES["default"] is DefaultEplbPolicy


def old_vllm() -> tuple[list[str], bool]:
    import torch
    from vllm.distributed.eplb import policy

    from eplb_client import vllm

    class ThreeMaps(policy.DefaultEplbPolicy):
        @classmethod
        def rebalance_experts(cls, *_: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            raise AssertionError

    lines = install("unix:/nowhere", LONG)
    policy.EPLB_POLICIES["default"] = ThreeMaps
    vllm.register()
    return lines, policy.EPLB_POLICIES["default"] is ThreeMaps


def without_vllm() -> list[str]:
    import sys

    from eplb_client import vllm

    switch_on("unix:/nowhere", LONG)
    lines: list[str] = last_words("vllm.eplb_client")
    names = [name for name in sys.modules if name.split(".")[0] == "vllm"]
    hidden = {name: sys.modules.pop(name) for name in names}
    path, sys.path[:] = list(sys.path), [p for p in sys.path if "stand_ins" not in p]
    try:
        vllm.register()
    finally:
        sys.path[:] = path
        sys.modules.update(hidden)
    return lines


def plan_as_stage(rank: int, stages: int) -> Any:
    from vllm.distributed import parallel_state

    parallel_state._PP = parallel_state.Stage(rank, stages)
    try:
        return plan(LOAD, OLD)
    finally:
        parallel_state._PP = parallel_state.Stage(0, 1)


class Registration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ranks = Ranks(1)

    @classmethod
    def tearDownClass(cls):
        cls.ranks.close()

    def test_without_an_address_the_plug_in_does_nothing_and_says_so_once(self):
        ((lines, untouched),) = self.ranks.do(switched_off)
        self.assertEqual(lines, ["EPLB_ADDRESS is not set: the engine keeps its own balancer"])
        self.assertTrue(untouched)

    def test_the_policy_is_one_of_vllms_own_kind_however_often_it_is_registered(self):
        self.assertEqual(self.ranks.do(of_the_engine), [(True, True)])

    def test_another_registration_leaves_the_policy_and_takes_its_settings(self):
        self.assertEqual(self.ranks.do(registered_again), [(True, "other")])

    def test_a_setting_that_makes_no_sense_switches_the_plug_in_off_with_one_line(self):
        for settings, said in (
            (("unix:/nowhere", "soon"), "EPLB_TIMEOUT is 'soon'"),
            (("unix:/nowhere", 1e12), "EPLB_TIMEOUT is 1000000000000.0"),
            (("nowhere", LONG), "address is 'nowhere'"),
            (("unix:/nowhere", LONG, "two words"), "token must be"),
            (("unix:/nowhere", LONG, None, "two words"), "group is 'two words'"),
        ):
            ((lines, untouched),) = self.ranks.do(misconfigured, *settings)
            self.assertTrue(lines[0].startswith("EPLB is off: ") and said in lines[0], lines)
            self.assertTrue(untouched)

    def test_a_vllm_whose_policies_answer_in_another_form_keeps_its_own(self):
        ((lines, untouched),) = self.ranks.do(old_vllm)
        self.assertIn("too old", lines[-1])
        self.assertTrue(untouched)

    def test_a_process_without_vllm_gets_a_line_and_no_exception(self):
        ((line,),) = self.ranks.do(without_vllm)
        self.assertIn("EPLB is off", line)


if __name__ == "__main__":
    unittest.main()
