"""The client against services that drip, hang, tear, refuse, and are no service of ours."""

from __future__ import annotations

import contextlib
import os
import pickle
import socket
import tempfile
import threading
import unittest
from random import Random
from unittest import mock

import numpy as np

from eplb_client import (
    BadAnswer,
    Client,
    InvalidArgument,
    RequestError,
    TimedOut,
    Unavailable,
)
from eplb_client.address import Address
from eplb_client.deadline import Deadline
from eplb_client.transport import TornAnswer, exchange

from .faulty import FaultyService, Request, answer_of, drips, hangs, http, plans, problem, says

LOAD = [[4, 3, 2, 1], [1, 2, 3, 4]]
TABLE = [[0, 1, 2, 3, 0, 1], [0, 1, 2, 3, 0, 1]]


def ask(service: FaultyService, timeout: float = 60.0, **arguments):
    arguments.setdefault("ranks", 2)
    arguments.setdefault("slots", 6)
    return Client(service.address, timeout=timeout).plan(LOAD, **arguments)


class Plans(unittest.TestCase):
    def test_a_plan_comes_over_a_unix_socket_and_over_tcp(self):
        for tcp in (False, True):
            with self.subTest(tcp=tcp), FaultyService(plans(), tcp=tcp) as service:
                plan = ask(service)
                np.testing.assert_array_equal(plan.physical_to_logical, TABLE)
                self.assertEqual(plan.physical_to_logical.dtype, np.int64)
                np.testing.assert_array_equal(plan.logical_count, [[2, 2, 1, 1]] * 2)
                np.testing.assert_array_equal(
                    plan.logical_to_physical, [[[0, 4], [1, 5], [2, -1], [3, -1]]] * 2
                )
                self.assertFalse(plan.changed)
                self.assertEqual((plan.par_before, plan.digest, plan.reason), (1.5, "feed", None))

    def test_the_question_names_everything_that_was_asked(self):
        with FaultyService(plans()) as service:
            ask(
                service,
                current=TABLE,
                group="llm-1",
                nodes=2,
                groups=4,
                policy="incremental",
                options={"max-moves-per-layer": 8, "fast": True},
                dispatch="lp",
                failed=[np.int64(1)],
                rank=0,
                world=2,
                round=7,
            )
        (request,) = service.requests
        deadline = int(request.query.pop("deadline_ms"))
        self.assertTrue(0 < deadline <= 30_000, deadline)
        self.assertEqual((request.method, request.path), ("POST", "/v1/groups/llm-1/plan"))
        self.assertEqual(
            request.query,
            {
                "ranks": "2",
                "nodes": "2",
                "groups": "4",
                "slots": "6",
                "policy": "incremental",
                "option.max-moves-per-layer": "8",
                "option.fast": "true",
                "dispatch": "lp",
                "failed": "1",
                "rank": "0",
                "world": "2",
                "round": "7",
            },
        )
        self.assertEqual(request.headers["content-type"], "application/x-npz")
        arrays = request.arrays()
        self.assertEqual(set(arrays), {"load", "current"})
        np.testing.assert_array_equal(arrays["load"], LOAD)
        np.testing.assert_array_equal(arrays["current"], TABLE)

    def test_what_is_none_is_left_to_the_service(self):
        with FaultyService(plans()) as service:
            ask(service, ranks=None, nodes=None, groups=None, slots=None)
        self.assertEqual(set(service.requests[0].query), {"deadline_ms"})

    def test_a_plain_question_may_take_all_the_time_that_the_caller_gives(self):
        with FaultyService(plans()) as service:
            ask(service, timeout=100.0)
        self.assertGreater(int(service.requests[0].query["deadline_ms"]), 50_000)

    def test_the_token_travels_in_the_header_and_shows_nowhere(self):
        with FaultyService(plans()) as service:
            client = Client(service.address, token="s3cret")
            client.plan(LOAD)
        self.assertEqual(service.requests[0].headers["authorization"], "Bearer s3cret")
        self.assertNotIn("s3cret", repr(client))

    def test_a_pickled_client_asks_the_same_service(self):
        with FaultyService(plans()) as service:
            client = pickle.loads(pickle.dumps(Client(service.address, token="t", timeout=60)))
            self.assertFalse(client.plan(LOAD).changed)

    def test_threads_share_a_client(self):
        plans_got = []
        with FaultyService(plans()) as service:
            client = Client(service.address, timeout=60)
            threads = [
                threading.Thread(target=lambda: plans_got.append(client.plan(LOAD)))
                for _ in range(32)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(len(plans_got), 32)

    def test_a_relative_path_stays_the_same_socket_when_the_folder_changes(self):
        with FaultyService(plans()) as service:
            path = service.address[len("unix:") :]
            before = os.getcwd()
            try:
                os.chdir(os.path.dirname(path))
                client = Client(f"unix:{os.path.basename(path)}")
            finally:
                os.chdir(before)
            self.assertFalse(client.plan(LOAD).changed)


class Retries(unittest.TestCase):
    def test_a_busy_service_is_asked_again(self):
        busy = (problem(429, Retry_After="0"), problem(503), problem(429, Retry_After="soon"))
        slow = problem(408)  # it took the question for one that came too slowly
        with FaultyService(*busy, slow, plans()) as service:
            self.assertFalse(ask(service).changed)
        self.assertEqual(len(service.requests), 5)

    def test_a_torn_answer_is_asked_for_again(self):
        answer = http(200, "application/x-npz", b"x" * 100)
        tears = {
            "nothing": b"",
            "half a status line": b"HTTP/1.1 2",
            "half the headers": answer[:40],
            "half the body": answer[:-50],
            "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nxxx",
        }
        for name, torn in tears.items():
            for tcp in (False, True):
                with (
                    self.subTest(name, tcp=tcp),
                    FaultyService(says(torn), plans(), tcp=tcp) as service,
                ):
                    self.assertFalse(ask(service).changed)
                    self.assertEqual(len(service.requests), 2)

    def test_a_service_that_starts_later_is_found(self):
        with FaultyService(plans()) as service, tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "late")
            client = Client(f"unix:{path}", timeout=60)
            link = threading.Timer(0.2, os.symlink, (service.address[len("unix:") :], path))
            link.start()
            self.assertFalse(client.plan(LOAD).changed)
            link.join()

    def test_a_round_whose_connection_hangs_is_asked_for_again(self):
        with FaultyService(hangs, plans()) as service:
            plan = ask(service, timeout=2.0, rank=0, world=1, round=3)
        self.assertFalse(plan.changed)
        first, second = (request.query for request in service.requests)
        self.assertEqual(first["round"], second["round"])
        self.assertLessEqual(int(first["deadline_ms"]), 1000)
        self.assertLess(int(second["deadline_ms"]), int(first["deadline_ms"]))


class Limits(unittest.TestCase):
    """Each of these services would hold a caller for ever."""

    def test_a_service_that_says_nothing_is_given_up(self):
        for arguments in ({}, {"rank": 0, "world": 1, "round": 0}):
            with FaultyService(hangs) as service, self.assertRaises(TimedOut) as caught:
                ask(service, timeout=0.3, **arguments)
            self.assertIn(service.address, str(caught.exception))

    def test_a_service_that_does_not_read_is_given_up(self):
        load = np.ones((64, 20_000))  # more than a socket holds
        with FaultyService(hangs, reads=False) as service, self.assertRaises(TimedOut):
            Client(service.address, timeout=0.3).plan(load)

    def test_a_dripping_answer_is_given_up_wherever_it_drips(self):
        ok = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-npz\r\n"
        chunked = ok + b"Transfer-Encoding: chunked\r\n\r\n"
        places = {
            "status line": (b"HTTP/1.1 200 ", b"O"),
            "a header": (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
            "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            "body": (ok + b"Content-Length: 1000000\r\n\r\n", b"x"),
            "chunks": (chunked, b"1\r\nx\r\n"),
            "size of a chunk": (chunked, b"0"),
        }
        for name, (start, drop) in places.items():

            def dripping(connection, request: Request, start=start, drop=drop) -> None:
                connection.send(start)
                drips(drop, 0.01)(connection, request)

            with self.subTest(name), FaultyService(dripping) as service:
                with self.assertRaises(TimedOut):
                    ask(service, timeout=0.3)

    def test_an_endless_chunked_answer_is_cut(self):
        def endless(connection, _: Request) -> None:
            connection.send(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/x-npz\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n"
            )
            chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
            while not connection.closing.is_set():
                connection.send(chunk)

        with FaultyService(endless) as service, self.assertRaises(BadAnswer) as caught:
            exchange(Address.parse(service.address), "GET", "/", {}, b"", Deadline(60), most=1000)
        self.assertIn("more than 1000 bytes", str(caught.exception))

    def test_an_answer_that_announces_too_much_is_refused_at_once(self):
        says_much = says(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-npz\r\n"
            b"Content-Length: 99999999999\r\n\r\n"
        )
        with FaultyService(says_much) as service, self.assertRaises(BadAnswer):
            ask(service)

    def test_a_service_that_is_down_is_given_up(self):
        for address in ("unix:/nowhere/at/all", f"http://127.0.0.1:{_free_port()}"):
            with self.assertRaises(Unavailable) as caught:
                Client(address, timeout=0.3).plan(LOAD)
            self.assertIn(address, str(caught.exception))

    def test_a_service_that_stays_busy_is_given_up(self):
        with FaultyService(problem(503, "the disk is full")) as service:
            with self.assertRaises(Unavailable) as caught:
                ask(service, timeout=0.3)
        self.assertGreater(len(service.requests), 1)
        self.assertIn("is busy: the disk is full (503)", str(caught.exception))

    def test_nobody_waits_for_a_service_that_is_busy_beyond_the_limit(self):
        # Were it waited for, this test would take ten minutes.
        for asked in ("86400", "9" * 5000):
            busy = problem(429, Retry_After=asked)
            with FaultyService(busy) as service, self.assertRaises(Unavailable):
                ask(service, timeout=600.0)
            self.assertEqual(len(service.requests), 1)

    def test_a_plan_that_takes_too_long_is_timed_out_by_the_service(self):
        with FaultyService(problem(504, "over")) as service, self.assertRaises(TimedOut) as caught:
            ask(service)
        self.assertEqual(str(caught.exception), "over")


class Refusals(unittest.TestCase):
    def test_a_refusal_is_passed_on_and_not_repeated(self):
        for status in (400, 401, 404, 409, 413, 415, 422, 500):
            with self.subTest(status), FaultyService(problem(status, "what\nwhere")) as service:
                with self.assertRaises(RequestError) as caught:
                    ask(service)
                self.assertEqual(caught.exception.status, status)
                self.assertEqual(caught.exception.detail, "what where")
                self.assertEqual(len(service.requests), 1)

    def test_a_refusal_is_heard_though_the_question_was_not_read(self):
        refusal = problem(413, "too long")
        load = np.ones((64, 20_000))

        def early(connection, request: Request) -> None:
            refusal(connection, request)

        with FaultyService(early, reads=False) as service, self.assertRaises(RequestError):
            Client(service.address, timeout=60).plan(load)

    def test_another_service_at_the_address_is_no_plan(self):
        page = b"<html>hello</html>"
        strangers = {
            "a page": says(http(200, "text/html", page)),
            "a page that refuses": says(http(404, "text/html", page)),
            "a page that calls itself a plan": says(http(200, "application/x-npz", page)),
            "not HTTP": says(b"220 mail.example.org ESMTP\r\n"),
            "a chunk of less than nothing": says(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nxxx\r\n0\r\n\r\n"
            ),
            "a thousand headers": says(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1000 + b"\r\n"),
            "a problem that is no JSON": says(http(400, "application/problem+json", page)),
            "a redirect": says(http(302, "text/html", b"", Location="http://elsewhere/")),
        }
        for name, stranger in strangers.items():
            with self.subTest(name), FaultyService(stranger) as service:
                with self.assertRaises(BadAnswer):
                    ask(service)
                self.assertEqual(len(service.requests), 1)

    def test_a_damaged_answer_is_whole_torn_or_bad_and_nothing_else(self):
        seed = 20261130
        random = Random(seed)
        body = b"5\r\nhello\r\n0\r\n\r\n"
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
        whole = http(200, "application/x-npz", b"hello", X_EPLB_Inputs="abc")
        pieces = (b"\r\n", b":", b"9" * 30, b"-", b"\0", b"chunked", b"HTTP/1.1 200 OK\r\n")
        answer = b""
        with FaultyService(lambda connection, _: connection.send(answer)) as service:
            address = Address.parse(service.address)
            for at in range(400):
                damaged = bytearray(random.choice((chunked, whole)))
                for _ in range(random.randint(1, 3)):
                    place = random.randrange(len(damaged))
                    damaged[place : place + random.randint(0, 3)] = random.choice(pieces)
                answer = bytes(damaged)
                with self.subTest(seed=seed, at=at, answer=answer):
                    with contextlib.suppress(TornAnswer, BadAnswer):
                        exchange(address, "GET", "/", {}, b"", Deadline(60))

    def test_errors_are_pickled(self):
        error = pickle.loads(pickle.dumps(RequestError(422, "no")))
        self.assertEqual((error.status, error.detail, str(error)), (422, "no", "no (422)"))


class Rounds(unittest.TestCase):
    def test_an_answer_to_other_inputs_keeps_the_table_in_force(self):
        moved = [[1, 0, 3, 2, 1, 0]] * 2

        def change(answer):
            answer.update(answer_of(moved, 4, changed=np.array(True)))

        for sent in ("other", ""):
            with FaultyService(plans(change, inputs=sent)) as service:
                plan = ask(service, current=TABLE, rank=1, world=2, round=5)
            self.assertFalse(plan.changed)
            self.assertFalse(plan.unanimous)
            self.assertIn("other inputs", plan.reason)
            np.testing.assert_array_equal(plan.physical_to_logical, TABLE)
            np.testing.assert_array_equal(plan.logical_count, [[2, 2, 1, 1]] * 2)

        with FaultyService(plans(change)) as service:
            plan = ask(service, current=TABLE, rank=1, world=2, round=5)
        self.assertTrue(plan.changed)
        np.testing.assert_array_equal(plan.physical_to_logical, moved)

    def test_a_round_without_agreement_keeps_the_table_in_force(self):
        def without_table(answer):
            for name in ("physical_to_logical", "logical_to_physical", "logical_count"):
                del answer[name]
            answer["unanimous"] = np.array(False)
            answer["different"] = np.array([3])
            answer["reason"] = np.array("rank 3 differs")
            answer["digest"] = np.array("")
            answer["par_before"] = answer["par_after"] = np.array(np.nan)

        with FaultyService(plans(without_table)) as service:
            plan = ask(service, current=TABLE, rank=1, world=4, round=5)
            self.assertIsNone(ask(service, rank=1, world=4, round=5).physical_to_logical)
        self.assertEqual((plan.changed, plan.unanimous, plan.different), (False, False, (3,)))
        self.assertEqual(plan.reason, "rank 3 differs")
        np.testing.assert_array_equal(plan.physical_to_logical, TABLE)
        np.testing.assert_array_equal(plan.logical_count, [[2, 2, 1, 1]] * 2)


class OtherCalls(unittest.TestCase):
    def test_health_asks_once(self):
        with FaultyService(says(http(200, "application/json", b"{}"))) as service:
            self.assertTrue(Client(service.address).health())
        with FaultyService(problem(503)) as service:
            self.assertFalse(Client(service.address).health())
            self.assertEqual(len(service.requests), 1)
        with self.assertRaises(Unavailable):
            Client("unix:/nowhere/at/all", timeout=600).health()

    def test_lists_are_returned_as_they_are(self):
        for body in (b'[{"name": "a"}]', b'{"groups": [{"name": "a"}]}'):
            with FaultyService(says(http(200, "application/json", body))) as service:
                self.assertEqual(Client(service.address).groups(), [{"name": "a"}])
        for body in (b"[1]", b"{}", b"null", b"[" * 100_000):
            with FaultyService(says(http(200, "application/json", body))) as service:
                with self.assertRaises(BadAnswer):
                    Client(service.address).policies()

    def test_a_start_up_check_is_read(self):
        body = (
            b'{"consistent": false, "problems": [{"kind": "TABLES_DIFFER", "ranks": [1],'
            b' "layers": [0, 1], "message": "rank 1 differs"}]}'
        )
        with FaultyService(says(http(200, "application/json", body))) as service:
            report = Client(service.address).start(TABLE, rank=1, world=2, ranks=2)
        self.assertFalse(report.consistent)
        (found,) = report.problems
        self.assertEqual((found.ranks, found.layers), ((1,), (0, 1)))
        (request,) = service.requests
        self.assertEqual(request.path, "/v1/groups/default/start")
        self.assertEqual((request.query["rank"], request.query["world"]), ("1", "2"))
        np.testing.assert_array_equal(request.arrays()["current"], TABLE)
        for body in (b"[]", b"{}", b'{"consistent": 1, "problems": []}'):
            with FaultyService(says(http(200, "application/json", body))) as service:
                with self.assertRaises(BadAnswer):
                    Client(service.address).start(TABLE, rank=0, world=2)


class LookUps(unittest.TestCase):
    def test_a_look_up_that_hangs_is_given_up(self):
        released = threading.Event()
        self.addCleanup(released.set)
        with mock.patch("socket.getaddrinfo", lambda *_, **__: released.wait()):
            with self.assertRaises(TimedOut):
                Client("http://eplb.example:7460", timeout=0.3).plan(LOAD)

    def test_a_host_that_nobody_knows_is_named(self):
        def unknown(*_, **__):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        with mock.patch("socket.getaddrinfo", unknown):
            with self.assertRaises(Unavailable) as caught:
                Client("http://eplb.example:7460", timeout=0.3).plan(LOAD)
        self.assertIn("eplb.example", str(caught.exception))
        for name in ("a" * 64 + ".example", "a..example"):
            with self.assertRaises(Unavailable):
                Client(f"http://{name}:7460", timeout=0.3).plan(LOAD)

    def test_the_second_address_of_a_host_is_tried(self):
        with FaultyService(plans(), tcp=True) as service:
            there = ("127.0.0.1", int(service.address.rsplit(":", 1)[1]))
            gone = ("127.0.0.1", _free_port())
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", at) for at in (gone, there)]
            with mock.patch("socket.getaddrinfo", lambda *_, **__: found):
                plan = Client("http://eplb.example:7460", timeout=60).plan(LOAD)
        self.assertFalse(plan.changed)


class Addresses(unittest.TestCase):
    def test_nonsense_is_refused_before_anything_is_sent(self):
        for address in (
            "",
            "unix:",
            "localhost:7460",
            "ftp://host",
            "http://",
            "http://host:port",
            "http://host:99999",
            "http://host/path",
            "http://user:word@host",
            "http://host?query",
            "http://ho\nst",
            "unix:/" + "x" * 200,
            "unix:/a\0b",
            7460,
        ):
            with self.subTest(address), self.assertRaises(InvalidArgument):
                Client(address)
        for token in ("", "two words", "line\r\nbreak", "ключ", 7):
            with self.subTest(token), self.assertRaises(InvalidArgument):
                Client("unix:/x", token=token)
        for timeout in (0, -1, float("nan"), float("inf"), "30", None):
            with self.subTest(timeout), self.assertRaises(InvalidArgument):
                Client("unix:/x", timeout=timeout)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


if __name__ == "__main__":
    unittest.main()
