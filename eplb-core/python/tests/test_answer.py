"""Answers that would harm an engine never reach it."""

from __future__ import annotations

import io
import unittest
import zipfile

import numpy as np

from eplb_client import BadAnswer
from eplb_client.answer import read_npz, read_plan
from eplb_client.plan import replicas_of, slots_of
from eplb_client.question import plan_question

from .faulty import answer_of, npz_of

LOAD = np.ones((2, 4))
TABLE = np.array([[0, 1, 2, 3, 0, 1], [3, 2, 1, 0, 3, 2]])


def question(current=None, failed=(), slots=6):
    return plan_question(LOAD, None, current, 2, 1, 1, slots, None, None, None, failed)


def read(answer, asked=None):
    return read_plan(npz_of(answer), asked or question())


class SoundAnswers(unittest.TestCase):
    def test_every_field_is_read(self):
        answer = answer_of(
            TABLE,
            4,
            changed=np.array(True),
            layer_priority=np.array([1, 0]),
            moved=np.array(5),
            par_after=np.array(1.25),
            rejected=np.array(["layer 1: P4: twice\non rank 0"]),
            reason=np.array(""),
            unanimous=np.array(False),
            missing=np.array([3]),
            different=np.array([0, 7]),
        )
        plan = read(answer)
        np.testing.assert_array_equal(plan.physical_to_logical, TABLE)
        np.testing.assert_array_equal(plan.layer_priority, [1, 0])
        self.assertTrue(plan.changed)
        self.assertEqual((plan.moved, plan.par_before, plan.par_after), (5, 1.5, 1.25))
        self.assertEqual(plan.rejected, ("layer 1: P4: twice on rank 0",))
        self.assertEqual((plan.missing, plan.different, plan.inputs), ((3,), (0, 7), "abc"))

    def test_arrays_are_the_callers_own(self):
        plan = read(answer_of(TABLE, 4))
        plan.physical_to_logical[0, 0] = 9
        current = TABLE.copy()
        asked = question(current)
        answer = answer_of(current, 4)
        for name in ("physical_to_logical", "logical_to_physical", "logical_count"):
            del answer[name]
        plan = read(answer, asked)
        plan.physical_to_logical[:] = 9
        np.testing.assert_array_equal(current, TABLE)
        np.testing.assert_array_equal(asked.current, TABLE)

    def test_integers_of_other_widths_and_byte_orders_become_int64(self):
        for kind in ("<i4", ">i8", "<i2"):
            answer = answer_of(TABLE, 4)
            for name in ("physical_to_logical", "logical_to_physical", "logical_count"):
                answer[name] = answer[name].astype(kind)
            plan = read(answer)
            self.assertEqual(plan.physical_to_logical.dtype, np.dtype(np.int64))
            np.testing.assert_array_equal(plan.physical_to_logical, TABLE)

    def test_an_unknown_ratio_is_nan(self):
        self.assertTrue(np.isnan(read(answer_of(TABLE, 4, par_before=np.array(np.nan))).par_before))

    def test_what_a_later_service_adds_is_ignored(self):
        read(answer_of(TABLE, 4, weather=np.array("fine")))

    def test_slots_of_failed_ranks_are_empty(self):
        table = np.array([[0, 1, 2, 3, -1, -1]] * 2)
        plan = read(answer_of(table, 4), question(failed=[1]))
        np.testing.assert_array_equal(plan.physical_to_logical, table)
        plan = read(answer_of(table, 4), question(current=table))
        np.testing.assert_array_equal(plan.logical_to_physical[:, :, 0], [[0, 1, 2, 3]] * 2)

    def test_a_question_that_leaves_the_slots_open_takes_any_that_ranks_divide(self):
        read(answer_of(TABLE, 4), question(slots=None))
        with self.assertRaises(BadAnswer):
            read(answer_of(TABLE[:, :5], 4), question(slots=None))


class HarmfulAnswers(unittest.TestCase):
    def refused(self, answer, asked=None, saying=""):
        with self.assertRaises(BadAnswer) as caught:
            read(answer, asked)
        self.assertIn(saying, str(caught.exception))

    def test_a_lost_expert(self):
        self.refused(
            answer_of(np.array([[0, 1, 2, 3, 0, 1], [0, 1, 2, 0, 1, 2]]), 4),
            saying="loses expert 3 of layer 1",
        )

    def test_no_expert_at_all(self):
        workload, current = np.ones((2, 2, 3)), np.array([[0, 1, 2, -1, -1, -1]] * 2)
        asked = plan_question(None, workload, current, 2, 1, 1, 6, None, None, None, [1])
        answer = answer_of(TABLE, 4, changed=np.array(True))
        answer["physical_to_logical"] = np.full((2, 6), -1)
        answer["logical_count"] = np.zeros((2, 0), dtype=np.int64)
        answer["logical_to_physical"] = np.zeros((2, 0, 0), dtype=np.int64)
        self.refused(answer, asked, saying="the answer has no experts")

    def test_an_id_out_of_range(self):
        for wrong in (4, -1, -2, 2**40):
            answer = answer_of(TABLE, 4)
            answer["physical_to_logical"] = TABLE.copy()
            answer["physical_to_logical"][1, 2] = wrong
            self.refused(answer, saying=f"slot 2 of layer 1 of the answer holds {wrong}")
            if wrong == -1:
                self.refused(answer, saying="name the failed ranks")
        answer["physical_to_logical"][1, 2] = -2
        self.refused(answer, question(failed=[1]), saying="holds -2")

    def test_another_shape_than_was_asked_for(self):
        self.refused(answer_of(TABLE[:1], 4), saying="1 layers; 2 were")
        self.refused(answer_of(np.tile(TABLE, 2), 4), saying="12 slots; 6 were")
        self.refused(answer_of(TABLE % 3, 3), saying="3 experts; 4 were")

    def test_arrays_that_do_not_agree(self):
        other = answer_of(TABLE[:, ::-1], 4)
        for name in ("physical_to_logical", "logical_to_physical"):
            self.refused(answer_of(TABLE, 4, **{name: other[name]}), saying="invert")
        count = answer_of(TABLE, 4)["logical_count"]
        self.refused(answer_of(TABLE, 4, logical_count=count[::-1] + 0), saying="count")
        self.refused(answer_of(TABLE, 4, logical_count=-count), saying="count")
        where = answer_of(TABLE, 4)["logical_to_physical"]
        self.refused(answer_of(TABLE, 4, logical_to_physical=where[:, :, ::-1]), saying="invert")
        self.refused(answer_of(TABLE, 4, logical_to_physical=where[:, :, :1]), saying="invert")

    def test_a_count_that_would_fill_the_memory(self):
        count = answer_of(TABLE, 4)["logical_count"]
        for most in (2**62, 2**40):
            huge = count.copy()
            huge[0, 0] = most
            self.refused(answer_of(TABLE, 4, logical_count=huge))

    def test_a_missing_or_strange_field(self):
        for name in answer_of(TABLE, 4):
            answer = answer_of(TABLE, 4)
            del answer[name]
            self.refused(answer)
            for strange in (np.array([[1.5]]), np.array("text"), np.zeros((2, 6, 1, 1), int)):
                if name in ("digest", "inputs", "reason") and strange.dtype.kind == "U":
                    continue
                with self.subTest(name=name, strange=strange):
                    self.refused(answer_of(TABLE, 4, **{name: strange}))

    def test_a_change_without_a_table(self):
        answer = answer_of(TABLE, 4, changed=np.array(True))
        for name in ("physical_to_logical", "logical_to_physical", "logical_count"):
            del answer[name]
        self.refused(answer, saying="has no table")

    def test_another_table_although_nothing_changes(self):
        self.refused(
            answer_of(TABLE[:, ::-1], 4), question(current=TABLE), saying="nothing changes"
        )

    def test_layers_that_do_not_exist_or_come_twice(self):
        for wrong in ([2], [-1], [0, 0]):
            self.refused(answer_of(TABLE, 4, layer_priority=np.array(wrong)))
        self.refused(answer_of(TABLE, 4, missing=np.array([-1])))

    def test_an_endless_ratio(self):
        self.refused(answer_of(TABLE, 4, par_after=np.array(np.inf)))


class BrokenArchives(unittest.TestCase):
    def test_no_archive_at_all(self):
        for body in (b"", b"PK", b"\x93NUMPY", b"<html>", npz_of({"a": np.arange(9)})[:-7]):
            with self.assertRaises(BadAnswer):
                read_npz(body)

    def test_flipped_bytes_are_refused_or_harmless(self):
        body = npz_of(answer_of(TABLE, 4))
        sound = read_plan(body, question())
        for at in range(0, len(body), 5):
            spoilt = bytearray(body)
            spoilt[at] ^= 0x41
            try:
                plan = read_plan(bytes(spoilt), question())
            except BadAnswer:
                continue
            np.testing.assert_array_equal(plan.physical_to_logical, sound.physical_to_logical)

    def test_a_pickle_is_never_run(self):
        buffer = io.BytesIO()
        np.savez(buffer, changed=np.array([print], dtype=object))
        with self.assertRaises(BadAnswer):
            read_npz(buffer.getvalue())

    def test_an_archive_that_unpacks_to_too_much(self):
        buffer = io.BytesIO()
        np.savez_compressed(buffer, changed=np.zeros(1 << 20))
        self.assertLess(len(buffer.getvalue()), 1 << 20)
        with self.assertRaises(BadAnswer) as caught:
            read_npz(buffer.getvalue(), most=1 << 20)
        self.assertIn("unpacks to", str(caught.exception))

    def test_an_array_that_claims_more_than_it_has(self):
        member = io.BytesIO()
        header = {"descr": "<i8", "fortran_order": False, "shape": (1 << 45,)}
        np.lib.format.write_array_header_1_0(member, header)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("changed.npy", member.getvalue() + bytes(64))
        with self.assertRaises(BadAnswer):
            read_npz(buffer.getvalue())


class Maps(unittest.TestCase):
    def test_the_maps_of_random_tables_agree_with_counting_by_hand(self):
        random = np.random.default_rng(20261130)
        for _ in range(200):
            layers, experts = random.integers(1, 5), random.integers(1, 9)
            table = random.integers(-1, experts, (layers, random.integers(1, 20)))
            count = replicas_of(table, experts)
            where = slots_of(table, count)
            self.assertEqual(where.shape, (layers, experts, count.max()))
            for layer in range(layers):
                for expert in range(experts):
                    slots = [s for s, held in enumerate(table[layer]) if held == expert]
                    self.assertEqual(count[layer, expert], len(slots))
                    padded = slots + [-1] * (where.shape[2] - len(slots))
                    self.assertEqual(where[layer, expert].tolist(), padded)
