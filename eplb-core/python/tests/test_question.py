"""Arguments are checked before anything is sent."""

from __future__ import annotations

import unittest

import numpy as np

from eplb_client import Client, InvalidArgument

from . import require_module

LOAD = np.ones((2, 4))
TABLE = np.array([[0, 1, 2, 3, 0, 1], [3, 2, 1, 0, 3, 2]])

# Nobody listens there: what is sent fails otherwise than by InvalidArgument.
CLIENT = Client("unix:/nowhere/at/all", timeout=0.01)


class Arguments(unittest.TestCase):
    def refused(self, *saying, **arguments):
        with self.assertRaises(InvalidArgument) as caught:
            CLIENT.plan(**arguments)
        text = str(caught.exception)
        self.assertEqual(len(text.splitlines()), 1)
        for word in saying:
            self.assertIn(word, text)

    def test_load_or_workload_and_not_both(self):
        self.refused("either load or workload")
        self.refused("either load or workload", load=LOAD, workload=np.ones((2, 2, 2)))

    def test_arrays_of_the_wrong_shape(self):
        self.refused("(4,)", "[layers, experts]", load=[1, 2, 3, 4])
        self.refused("[layers, ranks, slots]", workload=LOAD)
        self.refused("empty", load=np.ones((0, 4)))
        self.refused("current", "(2, 1, 2, 3)", load=LOAD, current=TABLE.reshape(2, 1, 2, 3))
        self.refused("current has 2 layers", "has 3", load=np.ones((3, 4)), current=TABLE)
        self.refused("2 x 2", workload=np.ones((2, 2, 2)), current=TABLE)

    def test_arrays_of_the_wrong_kind(self):
        self.refused("load", "<U1", load=[["a", "b"]])
        self.refused("bool", load=LOAD > 0)
        self.refused("complex", load=LOAD + 1j)
        self.refused("object", load=[[None, 1]])
        self.refused("load", load=[[1, 2], [3]])
        self.refused("float64", "integers", load=LOAD, current=TABLE + 0.0)

    def test_the_cell_that_is_wrong_is_named(self):
        for wrong in (-1, np.nan, np.inf):
            load = LOAD.copy()
            load[1, 2] = wrong
            self.refused(f"load[1, 2] is {wrong}", load=load)
        table = TABLE.copy()
        table[0, 3] = -2
        self.refused("current[0, 3] is -2", load=LOAD, current=table)
        table[0, 3] = 4
        self.refused("current[0, 3] is 4", "4 experts", load=LOAD, current=table)

    def test_numbers_out_of_range(self):
        for name in ("ranks", "nodes", "groups", "slots"):
            for wrong in (0, -1, 2**40, 1.5, "2", True, np.array([2, 3])):
                self.refused(name, load=LOAD, **{name: wrong})
        self.refused("slots is 7", "2 ranks", load=LOAD, ranks=2, slots=7)
        self.refused("nodes is 3", "4 ranks", load=LOAD, ranks=4, nodes=3)
        self.refused("failed is 2", load=LOAD, ranks=2, failed=[2])

    def test_names_that_are_none(self):
        for group in ("", "../etc", "a/b", "a b", "-x", "x" * 65, "ключ", "a\n", None, 7):
            self.refused("group", load=LOAD, group=group)
        for policy in ("", "a\nb", 7):
            self.refused("policy", load=LOAD, policy=policy)
        self.refused("dispatch", load=LOAD, dispatch="")
        self.refused("option", load=LOAD, options={"": 1})
        self.refused("option a", load=LOAD, options={"a": [1]})

    def test_a_round_needs_all_three(self):
        self.refused("all three", load=LOAD, rank=0)
        self.refused("all three", load=LOAD, world=2, round=0)
        self.refused("rank is 2", load=LOAD, rank=2, world=2, round=0)
        self.refused("round is -1", load=LOAD, rank=0, world=2, round=-1)
        self.refused("round is", load=LOAD, rank=0, world=2, round=2**53)

    def test_a_tensor_is_read_from_the_cpu_alone(self):
        require_module("torch")
        import torch

        from .faulty import FaultyService, plans

        with FaultyService(plans()) as service:
            plan = Client(service.address, timeout=60).plan(
                torch.ones(2, 4, dtype=torch.int32), current=torch.from_numpy(TABLE)
            )
            np.testing.assert_array_equal(plan.physical_to_logical, TABLE)
        self.refused("load", "CPU", load=torch.ones(2, 4, device="meta"))
