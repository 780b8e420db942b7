"""The client and the commands against the real service."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import threading
import unittest

import numpy as np

from eplb_client import Client, Plan, RequestError, TimedOut, Unavailable
from eplb_client.__main__ import main
from eplb_client.balance import peak_to_average
from eplb_client.plan import initial_table

from .service import LAUNCHER, RECORDING, Service

RANKS = 4
SLOTS = 20
LOAD = np.random.default_rng(20261130).zipf(1.5, (3, 16)).clip(max=1000)


def together(count: int, call) -> list:
    """Returns what `count` threads get from call(0), call(1), … at the same time."""
    got: list = [None] * count

    def one(rank: int) -> None:
        try:
            got[rank] = call(rank)
        except Exception as error:
            got[rank] = error

    threads = [threading.Thread(target=one, args=(rank,)) for rank in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


class OneService(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service(http=True)
        cls.service.start()
        cls.addClassCleanup(cls.service.__exit__)
        cls.client = Client(cls.service.unix, timeout=120)

    def ask(self, **arguments) -> Plan:
        arguments.setdefault("ranks", RANKS)
        arguments.setdefault("slots", SLOTS)
        arguments.setdefault("group", self.id().rsplit(".", 1)[1][:64])
        return self.client.plan(LOAD, **arguments)

    def test_a_plan_balances_and_its_figures_are_true(self):
        before = initial_table(3, 16, SLOTS)
        plan = self.ask()
        self.assertTrue(plan.changed, plan)
        self.assertIsNone(plan.reason)
        self.assertEqual(plan.physical_to_logical.shape, (3, SLOTS))
        self.assertAlmostEqual(plan.par_before, peak_to_average(before, LOAD, RANKS).mean())
        after = peak_to_average(plan.physical_to_logical, LOAD, RANKS).mean()
        self.assertAlmostEqual(plan.par_after, after)
        self.assertLess(plan.par_after, plan.par_before)
        changed = np.flatnonzero((plan.physical_to_logical != before).any(axis=1))
        self.assertEqual(sorted(plan.layer_priority), changed.tolist())

    def test_unix_and_tcp_and_many_threads_get_the_same_plan(self):
        clients = [self.client, Client(self.service.http, timeout=120)]
        got = together(
            16, lambda at: clients[at % 2].plan(LOAD, ranks=RANKS, slots=SLOTS, group="same")
        )
        for plan in got:
            self.assertIsInstance(plan, Plan, plan)
            self.assertEqual(plan.digest, got[0].digest)
            np.testing.assert_array_equal(plan.physical_to_logical, got[0].physical_to_logical)

    def test_the_table_in_force_is_handed_in_with_or_without_an_axis_of_ranks(self):
        first = self.ask().physical_to_logical
        flat = self.ask(current=first, group="flat")
        table = first.reshape(3, RANKS, -1)
        with_ranks = self.ask(current=table, ranks=None, slots=None, group="axis")
        np.testing.assert_array_equal(flat.physical_to_logical, with_ranks.physical_to_logical)

    def test_a_workload_of_slots_is_planned(self):
        table = initial_table(3, 16, SLOTS)
        replicas = 1 + (np.arange(16) < SLOTS - 16)
        workload = (LOAD / replicas)[:, table[0]].reshape(3, RANKS, -1)
        plan = self.client.plan(workload=workload, current=table, group="workload")
        self.assertTrue(plan.changed)
        after = peak_to_average(plan.physical_to_logical, LOAD, RANKS).mean()
        self.assertAlmostEqual(plan.par_after, after)

    def test_a_failed_rank_gets_empty_slots(self):
        plan = self.ask(failed=[1], slots=24)
        table = plan.physical_to_logical.reshape(3, RANKS, -1)
        self.assertTrue((table[:, 1] == -1).all())
        self.assertTrue((np.delete(table, 1, axis=1) >= 0).all())

    def test_refusals_say_what_would_be_right(self):
        for status, words, arguments in (
            ((400, 422), "nosuch", {"policy": "nosuch"}),
            ((400, 422), "nosuch", {"policy": "incremental", "options": {"nosuch": 1}}),
            ((400, 422), "slots", {"slots": 8}),
        ):
            with self.subTest(arguments), self.assertRaises(RequestError) as caught:
                self.ask(**arguments)
            self.assertIn(caught.exception.status, status)
            self.assertIn(words, caught.exception.detail)
            self.assertEqual(len(str(caught.exception).splitlines()), 1)

    def test_all_ranks_of_a_round_get_one_plan(self):
        got = together(8, lambda rank: self.ask(rank=rank, world=8, round=1))
        for plan in got:
            self.assertIsInstance(plan, Plan, plan)
            self.assertTrue(plan.changed and plan.unanimous, plan.reason)
            np.testing.assert_array_equal(plan.physical_to_logical, got[0].physical_to_logical)
        late = self.ask(rank=3, world=8, round=1)
        self.assertEqual(late.digest, got[0].digest)

    def test_a_rank_that_differs_or_is_missing_leaves_all_unchanged(self):
        table = initial_table(3, 16, SLOTS)
        odd = LOAD.copy()
        odd[0, 0] += 1

        def differing(rank: int) -> Plan:
            return self.client.plan(
                odd if rank == 2 else LOAD, current=table, ranks=RANKS, group="differing",
                rank=rank, world=4, round=0,
            )  # fmt: skip

        for plan in together(4, differing):
            self.assertIsInstance(plan, Plan, plan)
            self.assertFalse(plan.changed or plan.unanimous)
            self.assertEqual(plan.different, (2,))
            self.assertTrue(plan.reason)
            np.testing.assert_array_equal(plan.physical_to_logical, table)

        impatient = Client(self.service.unix, timeout=2.0)
        got = together(
            2,
            lambda rank: impatient.plan(
                LOAD, ranks=RANKS, slots=SLOTS, group="missing", rank=rank, world=3, round=0
            ),
        )
        for plan in got:
            self.assertIsInstance(plan, Plan, plan)
            self.assertFalse(plan.changed or plan.unanimous)
            self.assertEqual(plan.missing, (2,))

    def test_a_rank_that_comes_back_with_other_inputs_changes_nothing(self):
        table = initial_table(3, 16, SLOTS)
        together(2, lambda rank: self.ask(current=table, group="back", rank=rank, world=2, round=9))
        plan = self.client.plan(
            LOAD + 1, current=table, ranks=RANKS, slots=SLOTS, group="back",
            rank=1, world=2, round=9,
        )  # fmt: skip
        self.assertFalse(plan.changed)
        self.assertIn("other inputs", plan.reason)
        np.testing.assert_array_equal(plan.physical_to_logical, table)

    def test_the_start_up_check_finds_the_rank_that_differs(self):
        table = initial_table(3, 16, SLOTS).reshape(3, RANKS, -1)
        got = together(4, lambda rank: self.client.start(table, rank=rank, world=4, group="even"))
        self.assertEqual([report.consistent for report in got], [True] * 4, got)
        other = table.copy()
        other[1, 0, :2] = other[1, 0, 1::-1]
        got = together(
            4,
            lambda rank: self.client.start(
                other if rank == 1 else table, rank=rank, world=4, group="odd"
            ),
        )
        for report in got:
            self.assertFalse(report.consistent)
            (found,) = report.problems
            self.assertEqual((found.ranks, found.layers), ((1,), (1,)), report)
            self.assertTrue(found.message)

    def test_lists_and_health(self):
        self.ask(group="listed")
        self.assertIn("listed", json.dumps(self.client.groups()))
        self.assertIn("incremental", [policy["name"] for policy in self.client.policies()])
        self.assertTrue(self.client.health())


class ServiceThatGoes(unittest.TestCase):
    def test_a_call_outlives_a_restart_of_the_service(self):
        with Service() as service:
            client = Client(service.unix, timeout=120)
            before = client.plan(LOAD, ranks=RANKS, slots=SLOTS)
            service.kill()
            with self.assertRaises(Unavailable):
                Client(service.unix, timeout=0.2).plan(LOAD, ranks=RANKS, slots=SLOTS)
            restart = threading.Thread(target=service.start)
            restart.start()
            after = client.plan(LOAD, ranks=RANKS, slots=SLOTS)
            restart.join()
            self.assertEqual(before.digest, after.digest)
            self.assertEqual(service.stop(), 0)

    def test_ranks_that_wait_in_a_round_ask_again_after_a_crash(self):
        with Service("--state", "state") as service:
            client = Client(service.unix, timeout=120)

            def rank(number: int) -> Plan:
                return client.plan(LOAD, ranks=RANKS, slots=SLOTS, rank=number, world=3, round=5)

            waiting: list = []
            early = threading.Thread(target=lambda: waiting.extend(together(2, rank)))
            early.start()
            service.kill()
            service.start()
            last = rank(2)
            early.join()
            for plan in waiting:
                self.assertIsInstance(plan, Plan, plan)
                self.assertEqual((plan.changed, plan.digest), (last.changed, last.digest))
            self.assertTrue(last.changed, last.reason)
            service.kill()
            service.start()
            again = rank(1)
            self.assertEqual((again.changed, again.digest), (True, last.digest))

    def test_a_service_that_stands_still_holds_nobody_and_loses_no_round(self):
        with Service() as service:
            hasty = Client(service.unix, timeout=0.5)
            client = Client(service.unix, timeout=120)

            def rank(number: int) -> Plan:
                return client.plan(
                    LOAD, ranks=RANKS, slots=SLOTS, rank=number, world=2, round=0
                )  # fmt: skip

            with service.frozen():
                for seat in ({}, {"rank": 0, "world": 2, "round": 0}):
                    with self.assertRaises(TimedOut):
                        hasty.plan(LOAD, ranks=RANKS, slots=SLOTS, **seat)
                waiting: list = []
                asking = threading.Thread(target=lambda: waiting.extend(together(2, rank)))
                asking.start()
            asking.join()
            for plan in waiting:
                self.assertIsInstance(plan, Plan, plan)
                self.assertEqual(plan.digest, waiting[0].digest)

    def test_a_token_is_asked_for(self):
        with Service(EPLB_TOKEN="s3cret") as service:
            for token in (None, "guess"):
                with self.assertRaises(RequestError) as caught:
                    Client(service.unix, token=token).plan(LOAD, ranks=RANKS, slots=SLOTS)
                self.assertEqual(caught.exception.status, 401)
            Client(service.unix, token="s3cret").plan(LOAD, ranks=RANKS, slots=SLOTS)


class Replays(unittest.TestCase):
    def test_a_replay_gives_the_balance_that_simulate_promises(self):
        shape = ["--ranks", "32", "--redundant-experts", "32"]
        simulated = subprocess.run(
            [LAUNCHER, "simulate", "--trace", RECORDING, *shape, "--policies", "incremental",
             "--estimator", "ema", "--alpha", "0.25", "--json"],
            check=True, capture_output=True, text=True, env=_environment(),
        )  # fmt: skip
        scores = json.loads(simulated.stdout)["policies"]
        (score,) = [score for score in scores if score["policy"] == "incremental"]
        with Service() as service:
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                code = main(["replay", RECORDING, *shape, "--address", service.unix,
                             "--policy", "incremental"])  # fmt: skip
        self.assertEqual(code, 0, said.getvalue())
        promised = f"PAR on the window after each plan: {score['parNextWindow']['mean']:.4f} "
        self.assertIn(promised, said.getvalue())


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("EPLB_")}
    return {**own, "EPLB_NO_BUILD": "1"}
