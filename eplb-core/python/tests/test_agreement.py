"""The agreement of ranks that lack a plan, differ, are late, stop, or die."""

from __future__ import annotations

import tempfile
import unittest
from datetime import timedelta
from typing import Any

import numpy as np

from . import require_module
from .ranks import Each, Ranks

require_module("torch")

TABLE = np.array([[0, 1, 2, 3, 0, 1]])
OTHER = np.array([[0, 1, 2, 3, 1, 0]])
LONG = 120.0  # what ranks that do come need less than, however slow the machine is
SHORT = 1.5


def agree(table: Any, limit: float, voters: Any = None, ticks: Any = None) -> Any:
    """Returns why ranks that have a table to keep do so; None if all take their tables."""
    choice, reason = choose(table, True, limit, voters, ticks)
    assert choice == ("KEEP" if reason else "TAKE")
    return reason or None


def choose(
    table: Any, keeps: bool, limit: float, voters: Any = None, ticks: Any = None
) -> tuple[str, str]:
    import time

    from torch.distributed import group

    from eplb_client import agreement

    clock = time.monotonic if ticks is None else iter(ticks).__next__
    verdict = agreement.agree(group.WORLD, table, limit, voters=voters, keeps=keeps, clock=clock)
    return verdict.choice.name, verdict.reason


def agree_in_a_group_of_its_own(table: Any, limit: float, folder: str) -> Any:
    """The groups of an elastic engine are not in PyTorch's registry."""
    import os

    import torch.distributed as dist

    from eplb_client import agreement

    world, rank = dist.get_world_size(), dist.get_rank()
    store = dist.FileStore(os.path.join(folder, "own"), world)
    group = dist.ProcessGroupGloo(store, rank, world, timedelta(seconds=LONG))
    return agreement.agree(group, table, limit).reason or None


def follow_up() -> int:
    """A collective of the engine itself, after ours on the same group."""
    import torch
    import torch.distributed as dist

    value = torch.tensor([dist.get_rank() + 1])
    dist.all_reduce(value)
    return int(value.item())


class Agreement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ranks = Ranks()

    @classmethod
    def tearDownClass(cls):
        cls.ranks.close()

    def assert_engine_is_in_step(self):
        self.assertEqual(self.ranks.do(follow_up), [10] * 4)

    def test_ranks_that_hold_the_same_table_take_it(self):
        self.assertEqual(self.ranks.do(agree, TABLE, LONG), [None] * 4)
        self.assert_engine_is_in_step()

    def test_a_rank_without_a_plan_makes_all_keep_the_old_table(self):
        answers = self.ranks.do(agree, Each(TABLE, TABLE, None, TABLE), LONG)
        self.assertEqual(answers, ["no plan on ranks 2"] * 4)
        self.assert_engine_is_in_step()

    def test_a_rank_with_another_plan_makes_all_keep_the_old_table(self):
        answers = self.ranks.do(agree, Each(TABLE, OTHER, TABLE, TABLE), LONG)
        self.assertEqual(answers, ["another plan on ranks 1 than on rank 0"] * 4)
        self.assert_engine_is_in_step()

    def test_tables_of_other_shapes_with_equal_bytes_differ(self):
        answers = self.ranks.do(agree, Each(TABLE, TABLE.reshape(2, 3), TABLE, TABLE), LONG)
        self.assertEqual(answers, ["another plan on ranks 1 than on rank 0"] * 4)

    def test_a_rank_that_comes_too_late_keeps_the_old_table_as_all_others_did(self):
        early = [0, 1, 2]
        self.assertEqual(
            self.ranks.do(agree, TABLE, SHORT, on=early), ["not all ranks came in time"] * 3
        )
        self.assertEqual(self.ranks.do(agree, TABLE, SHORT, on=[3]), ["another rank gave up"])
        self.assert_engine_is_in_step()
        self.assertEqual(self.ranks.do(agree, TABLE, LONG), [None] * 4)

    def test_a_rank_that_misses_two_calls_catches_up_in_order(self):
        early = [0, 2, 3]
        for _ in range(2):
            self.ranks.do(agree, TABLE, SHORT, on=early)
        for _ in range(2):
            self.assertEqual(self.ranks.do(agree, TABLE, LONG, on=[1]), ["another rank gave up"])
        self.assertEqual(self.ranks.do(agree, TABLE, LONG), [None] * 4)
        self.assert_engine_is_in_step()

    def test_a_limit_below_what_pytorch_can_count_is_still_a_limit(self):
        early = [0, 1, 2]
        for limit in (0.1, 0.003, 1e-9):
            self.assertNotIn(None, self.ranks.do(agree, TABLE, limit, on=early))
            self.assertNotEqual(self.ranks.do(agree, TABLE, LONG, on=[3]), [None])
        self.assert_engine_is_in_step()

    def test_a_rank_that_was_stopped_after_it_arrived_makes_all_keep_the_old_table(self):
        ticks = Each(None, None, (0.0, LONG), None)
        answers = self.ranks.do(agree, TABLE, LONG, None, ticks)
        self.assertEqual(answers[2], "this rank was stopped for too long")
        self.assertEqual([answers[rank] for rank in (0, 1, 3)], ["another rank gave up"] * 3)

    def test_groups_that_pytorch_does_not_list_work_as_well(self):
        for tables, expected in (
            (TABLE, [None] * 4),
            (Each(TABLE, None, TABLE, TABLE), ["no plan on ranks 1"] * 4),
        ):
            with tempfile.TemporaryDirectory() as folder:
                answers = self.ranks.do(agree_in_a_group_of_its_own, tables, LONG, folder)
                self.assertEqual(answers, expected)

    def test_a_rank_with_nothing_to_keep_makes_all_leave_the_plan_to_the_engine(self):
        keeps = Each(True, False, True, True)
        for tables, reason in (
            (Each(TABLE, None, TABLE, TABLE), "no plan on ranks 1"),
            (Each(TABLE, TABLE, OTHER, TABLE), "another plan on ranks 2 than on rank 0"),
        ):
            answers = self.ranks.do(choose, tables, keeps, LONG)
            expected = ("LEAVE", f"{reason}, and no table to keep on ranks 1")
            self.assertEqual(answers, [expected] * 4)
        self.assertEqual(self.ranks.do(choose, TABLE, keeps, LONG), [("TAKE", "")] * 4)
        self.assert_engine_is_in_step()

    def test_no_rank_leaves_the_plan_to_the_engine_if_another_gave_up(self):
        tables, keeps = Each(TABLE, None, TABLE, TABLE), Each(True, False, True, True)
        ticks = Each(None, None, None, (0.0, LONG))
        choices = {choice for choice, _ in self.ranks.do(choose, tables, keeps, LONG, None, ticks)}
        self.assertEqual(choices, {"KEEP"})

    def test_ranks_without_a_vote_do_not_count(self):
        voters = {0, 1, 3}
        answers = self.ranks.do(agree, Each(TABLE, TABLE, OTHER, TABLE), LONG, voters)
        self.assertEqual(answers, [None] * 4)


class DeadRank(unittest.TestCase):
    def test_a_rank_that_dies_makes_the_others_keep_the_old_table(self):
        ranks = Ranks()
        try:
            self.assertEqual(ranks.do(agree, TABLE, LONG), [None] * 4)
            ranks.processes[3].kill()
            ranks.processes[3].join()
            answers = ranks.do(agree, TABLE, SHORT, on=[0, 1, 2])
            self.assertNotIn(None, answers)
        finally:
            ranks.close()


if __name__ == "__main__":
    unittest.main()
