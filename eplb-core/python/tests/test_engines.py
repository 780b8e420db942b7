"""The three plug-ins in four ranks each, against the real service, killed and started again."""

from __future__ import annotations

import unittest
from typing import Any

import numpy as np

from eplb_client.balance import peak_to_average

from . import test_sglang, test_vllm, test_vllm_ascend
from .ranks import Each, Ranks
from .service import Service

LONG = 120.0  # a limit that a healthy call does not reach, however slow the machine is
SHORT = 3.0


class Engines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service("--state", "state", "--option", "max-moves-per-layer=64")
        cls.service.start()
        cls.addClassCleanup(cls.service.__exit__)

    def setUp(self):
        self.ranks = Ranks()
        self.addCleanup(self.ranks.close)

    def assert_all_hold_the_same(self, answers: list[Any]) -> np.ndarray:
        for answer in answers:
            np.testing.assert_array_equal(answer, answers[0])
        return answers[0]

    def assert_all_hold(self, expected: Any, answers: list[Any]) -> None:
        np.testing.assert_array_equal(self.assert_all_hold_the_same(answers), expected)

    def assert_balances(self, load: np.ndarray, before: np.ndarray, after: np.ndarray) -> None:
        par = [peak_to_average(table, load, 4).mean() for table in (before, after)]
        self.assertLess(par[1], par[0])

    def test_vllm_balances_keeps_its_table_without_the_service_and_balances_again(self):
        load, old = test_vllm.LOAD, test_vllm.OLD
        self.ranks.do(test_vllm.install, self.service.unix, LONG, None, "vllm")
        table = self.assert_all_hold_the_same(
            [answers[0] for answers in self.ranks.do(test_vllm.rearrange, [load], [old])]
        )
        self.assert_balances(load, before=old, after=table)

        self.service.kill()
        self.ranks.do(test_vllm.install, self.service.unix, SHORT, None, "vllm")
        self.assert_all_hold(table, self.ranks.do(test_vllm.plan, load[:, ::-1].copy(), table))

        self.service.start()
        self.ranks.do(test_vllm.install, self.service.unix, LONG, None, "vllm")
        other = load[:, ::-1].copy()
        again = self.assert_all_hold_the_same(self.ranks.do(test_vllm.plan, other, table))
        self.assert_balances(other, before=table, after=again)

    def test_a_service_that_is_killed_while_it_is_asked_divides_no_ranks(self):
        load, table = test_vllm.LOAD, test_vllm.OLD
        for call in range(6):
            self.ranks.do(test_vllm.install, self.service.unix, SHORT, None, "killed")
            self.ranks.start(test_vllm.plan, np.roll(load, call, axis=1), table)
            self.service.kill()
            self.service.start()
            table = self.assert_all_hold_the_same(self.ranks.results())

    def test_vllm_ascend_balances_in_rounds_and_survives_a_restart_between_them(self):
        table, workload = test_vllm_ascend.TABLE, test_vllm_ascend.WORKLOAD
        self.ranks.do(test_vllm_ascend.start, self.service.unix, LONG, None, "ascend")
        self.addCleanup(self.ranks.do, test_vllm_ascend.stop)
        changed = []
        for call in range(3):
            answers = self.ranks.do(
                test_vllm_ascend.update, table, np.roll(workload, 5 * call, axis=1)
            )
            self.assertEqual([refused for _, refused in answers], [{}] * 4)
            new = self.assert_all_hold_the_same([answer for answer, _ in answers])
            changed.append(bool((new != table).any()))
            table = new
            self.service.kill()
            self.service.start()
        self.assertTrue(changed[0], changed)

        workloads = Each(workload, workload, workload, workload + 1)
        answers = self.ranks.do(test_vllm_ascend.update, table, workloads)
        self.assert_all_hold(table, [answer for answer, _ in answers])

    def test_a_service_that_is_killed_within_a_round_gives_all_ranks_one_decision_afterwards(self):
        table, workload = test_vllm_ascend.TABLE, test_vllm_ascend.WORKLOAD
        self.ranks.do(test_vllm_ascend.start, self.service.unix, LONG, None, "ascend-killed")
        self.addCleanup(self.ranks.do, test_vllm_ascend.stop)
        for call in range(4):
            self.ranks.start(test_vllm_ascend.update, table, np.roll(workload, call, axis=1))
            first = [] if call % 2 else self.ranks.results(on=[0])
            self.service.kill()
            self.service.start()
            others = self.ranks.results(on=[1, 2, 3] if first else [])
            table = self.assert_all_hold_the_same([answer for answer, _ in first + others])

    def test_sglang_balances_and_keeps_its_table_without_the_service(self):
        windows, old = test_sglang.WINDOWS, test_sglang.OLD
        self.ranks.do(test_sglang.install, self.service.unix, LONG, None, "sglang")
        self.ranks.do(test_sglang.serve, old)
        table = self.assert_all_hold_the_same(self.ranks.do(test_sglang.plan, windows))
        load = windows.sum(axis=0, dtype=np.int64)
        self.assert_balances(load, before=old, after=table)
        self.service.kill()
        self.ranks.do(test_sglang.install, self.service.unix, SHORT, None, "sglang")
        self.assert_all_hold(old, self.ranks.do(test_sglang.plan, windows))
        self.service.start()


if __name__ == "__main__":
    unittest.main()
