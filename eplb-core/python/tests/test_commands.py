"""The commands, against a service that keeps every table."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import unittest

import numpy as np

from eplb_client.__main__ import main
from eplb_client.balance import Balance, peak_to_average
from eplb_client.plan import initial_table

from .faulty import Connection, FaultyService, Request, answer_of, http, plans, problem

RECORDING = np.random.default_rng(20261130).integers(0, 100, (4, 3, 8))


def healthy(behaviour):
    """Answers a question about health well, and all others as the behaviour does."""

    def both(connection: Connection, request: Request) -> None:
        if request.path == "/health/ready":
            connection.send(http(200, "application/json", b"{}"))
        else:
            behaviour(connection, request)

    return both


def reverses(answer):
    """Turns every row of a plan around."""
    table = answer["physical_to_logical"][:, ::-1]
    answer.update(
        answer_of(table, answer["logical_count"].shape[1], changed=np.array(True)),
        layer_priority=np.arange(len(table)),
        moved=np.array(6),
        rejected=np.array(["layer 1: P4: expert 3 twice"]),
    )


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.recording = self.file("load.npy")
        np.save(self.recording, RECORDING)
        for name in [name for name in os.environ if name.startswith("EPLB_")]:
            self.addCleanup(os.environ.__setitem__, name, os.environ.pop(name))

    def file(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def run_command(self, *arguments: str):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(arguments)
        return code, out.getvalue(), err.getvalue()

    def test_a_plan_is_shown_and_written(self):
        with FaultyService(healthy(plans(reverses))) as service:
            for name in ("plan.npz", "plan.json"):
                code, out, err = self.run_command(
                    "plan", self.recording, "--ranks", "2", "--redundant-experts", "2",
                    "--address", service.address, "--output", self.file(name),
                )  # fmt: skip
                self.assertEqual((code, err), (0, ""))
        self.assertIn("3 layers × 8 experts on 10 slots: 2 ranks × 5, 1 node, 1 group", out)
        self.assertIn("experts moved    6, 2.0 per layer", out)
        self.assertIn("layer 1: P4: expert 3 twice", out)
        table = initial_table(3, 8, 10)[:, ::-1]
        with np.load(self.file("plan.npz")) as written:
            np.testing.assert_array_equal(written["physical_to_logical"], table)
            self.assertEqual(written["logical_count"].shape, (3, 8))
        with open(self.file("plan.json")) as written:
            self.assertEqual(json.load(written), {"physical_to_logical_map": table.tolist()})
        asked = [request for request in service.requests if request.path.endswith("/plan")]
        np.testing.assert_array_equal(asked[0].arrays()["load"], RECORDING.sum(axis=0))

    def test_an_existing_file_is_kept_unless_forced(self):
        output = self.file("plan.json")
        with open(output, "w") as file:
            file.write("precious")
        arguments = ("plan", self.recording, "--ranks", "2", "--output", output)
        with FaultyService(healthy(plans())) as service:
            code, _, err = self.run_command(*arguments, "--address", service.address)
            self.assertEqual(code, 2)
            self.assertIn("--force", err)
            with open(output) as file:
                self.assertEqual(file.read(), "precious")
            code, _, _ = self.run_command(*arguments, "--address", service.address, "--force")
            self.assertEqual(code, 0)
        self.assertEqual(sorted(os.listdir(self.folder)), ["load.npy", "plan.json"])

    def test_a_replay_sends_every_window_and_the_last_plan(self):
        with FaultyService(healthy(plans(reverses))) as service:
            code, out, err = self.run_command(
                "replay", self.recording, "--ranks", "2", "--address", service.address,
                "--repeat", "2",
            )  # fmt: skip
        self.assertEqual((code, err), (0, ""))
        asked = [request for request in service.requests if request.path.endswith("/plan")]
        self.assertEqual(len(asked), 8)
        table = initial_table(3, 8, 8)
        ratios = []
        for at, request in enumerate(asked):
            window = RECORDING[at % 4]
            self.assertEqual(request.path, "/v1/groups/replay/plan")
            np.testing.assert_array_equal(request.arrays()["load"], window)
            np.testing.assert_array_equal(request.arrays()["current"], table)
            if at > 0:
                ratios.append(peak_to_average(table, window, 2).mean())
            table = table[:, ::-1]
        self.assertIn(f"PAR on the window after each plan: {np.mean(ratios):.4f}", out)
        self.assertIn("2.0 by the first plan, 2.0 by later ones", out)
        self.assertEqual(len(out.splitlines()), 1 + 8 + 2)

    def test_a_plan_that_failed_ends_with_3(self):
        def fails(answer):
            answer["reason"] = np.array("the policy failed: no idea")

        with FaultyService(healthy(plans(fails))) as service:
            for command in ("plan", "replay"):
                code, out, _ = self.run_command(
                    command, self.recording, "--ranks", "2", "--address", service.address
                )
                self.assertEqual(code, 3)
                self.assertIn("the policy failed: no idea", out)

    def test_no_service_ends_with_4(self):
        strange = healthy(lambda connection, _: connection.send(http(200, "text/html", b"hi")))
        for service in (strange, healthy(problem(500)), problem(503)):
            with FaultyService(service) as running:
                self.ends_with(4, "plan", self.recording, "--ranks", "2", at=running.address)
        for address in ("unix:/nowhere", "http://127.0.0.1:1"):
            _, _, err = self.run_command(
                "plan", self.recording, "--ranks", "2", "--address", address
            )
            self.assertIn(address, err)
            self.assertIn("; start `eplb serve`, or say --address", err)
        # Were it asked again and again, this test would take half a minute.
        self.ends_with(4, "plan", self.recording, "--ranks", "2", at="unix:/nowhere")

    def test_a_wrong_token_is_told_where_the_right_one_goes(self):
        with FaultyService(healthy(problem(401, "the token is missing or wrong"))) as service:
            code, _, err = self.run_command(
                "plan", self.recording, "--ranks", "2", "--address", service.address
            )
        self.assertEqual(code, 2)
        self.assertIn("the token is missing or wrong (401); EPLB_TOKEN gives it", err)

    def test_nonsense_ends_with_2(self):
        broken = self.file("broken.npy")
        with open(broken, "wb") as file:
            file.write(b"\x93NUMPY what")
        words = self.file("words.json")
        with open(words, "w") as file:
            file.write('{"words": []}')
        wide = self.file("wide.npy")
        np.save(wide, np.ones((2, 2, 2, 2)))
        negative = self.file("negative.npy")
        np.save(negative, -RECORDING[:1] - 1)
        with FaultyService(healthy(problem(422, "what, where"))) as service:
            for arguments in (
                (),
                ("plan",),
                ("fly", self.recording),
                ("plan", self.recording),
                ("plan", self.recording, "--ranks", "x"),
                ("plan", self.recording, "--ranks", "0"),
                ("plan", self.recording, "--ranks", "-2"),
                ("plan", self.recording, "--ranks", "3"),
                ("plan", self.recording, "--ranks", "2", "--nodes", "3"),
                ("plan", self.recording, "--ranks", "2", "--redundant-experts", "-2"),
                ("plan", self.recording, "--ranks", "2", "--option", "key"),
                ("plan", self.recording, "--ranks", "2", "--group", "a/b"),
                ("plan", self.recording, "--ranks", "2", "--timeout", "0"),
                ("plan", self.recording, "--ranks", "2", "--address", "here"),
                ("plan", self.recording, "--ranks", "2", "--output", self.file("plan.pt")),
                ("plan", self.recording, "--ranks", "2", "--output", "/nowhere/plan.npz"),
                ("plan", self.recording, "--ranks", "2"),  # the service itself refuses
                ("plan", self.file("absent.npy"), "--ranks", "2"),
                ("plan", self.folder, "--ranks", "2"),
                ("plan", broken, "--ranks", "2"),
                ("plan", words, "--ranks", "2"),
                ("plan", wide, "--ranks", "2"),
                ("plan", negative, "--ranks", "2"),
                ("replay", negative, "--ranks", "2"),
                ("replay", self.recording, "--ranks", "2", "--interval", "-1"),
                ("replay", self.recording, "--ranks", "2", "--interval", "nan"),
                ("replay", self.recording, "--ranks", "2", "--repeat", "0"),
            ):
                self.ends_with(2, *arguments, at=service.address)

    def ends_with(self, expected: int, *arguments: str, at: str):
        with self.subTest(arguments):
            os.environ["EPLB_ADDRESS"] = at
            try:
                code, out, err = self.run_command(*arguments)
            finally:
                del os.environ["EPLB_ADDRESS"]
            self.assertEqual((code, out), (expected, ""))
            self.assertEqual(len(err.splitlines()), 1, err)
            self.assertTrue(err.startswith("eplb_client: "), err)

    def test_recordings_are_read_in_every_form(self):
        compressed = self.file("load.npz")
        np.savez_compressed(compressed, other=np.ones(3), load=RECORDING)
        single = self.file("single.npz")
        np.savez(single, whatever=RECORDING)
        plain = self.file("plain.json")
        with open(plain, "w") as file:
            json.dump(RECORDING.tolist(), file)
        sglang = self.file("sglang.json")
        with open(sglang, "w") as file:
            json.dump({"logical_count": RECORDING.tolist()}, file)
        with FaultyService(healthy(plans())) as service:
            for path in (compressed, single, plain, sglang):
                code, _, err = self.run_command(
                    "plan", path, "--ranks", "2", "--address", service.address
                )
                self.assertEqual((code, err), (0, ""))
        for request in service.requests:
            if request.path.endswith("/plan"):
                np.testing.assert_array_equal(request.arrays()["load"], RECORDING.sum(axis=0))


class BalanceOfTables(unittest.TestCase):
    def test_par_is_the_hottest_rank_over_the_mean(self):
        table = np.array([[0, 1, 0, 2], [0, 1, 2, -1], [0, 1, 2, 0]])
        load = np.array([[4, 3, 1], [6, 0, 2], [0, 0, 0]])
        # Ranks of 2 slots: [2+3, 2+1], [6+0, 2], idle.
        ratios = peak_to_average(table, load, 2)
        np.testing.assert_allclose(ratios, [5 / 4, 6 / 4, 1])
        balance = Balance.of(table, load, 2)
        self.assertEqual((balance.p95, balance.max), (1.5, 1.5))
        self.assertAlmostEqual(balance.mean, 1.25)
