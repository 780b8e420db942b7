"""The client over TLS."""

from __future__ import annotations

import os
import pickle
import shutil
import ssl
import subprocess
import tempfile
import unittest
from unittest import mock

from eplb_client import Client, InvalidArgument, TimedOut, Unavailable

from . import require
from .faulty import FaultyService, hangs, plans, says

LOAD = [[4, 3, 2, 1]]


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        require("openssl", shutil.which("openssl") is not None)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificate = os.path.join(folder.name, "certificate.pem")
        key = os.path.join(folder.name, "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=eplb", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", key, "-out", cls.certificate],
            check=True, capture_output=True,
        )  # fmt: skip
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(cls.certificate, key)

    def client(self, service: FaultyService, timeout: float = 60.0, trust: str | None = None):
        with mock.patch.dict(os.environ):
            os.environ.pop("EPLB_CA_FILE", None)
            if trust is not None:
                os.environ["EPLB_CA_FILE"] = trust
            return Client(service.address, timeout=timeout)

    def test_a_service_whose_authority_is_trusted_is_asked(self):
        with FaultyService(plans(), tls=self.context) as service:
            client = self.client(service, trust=self.certificate)
            self.assertFalse(client.plan(LOAD).changed)
            # A child process is not told the variable again.
            self.assertFalse(pickle.loads(pickle.dumps(client)).plan(LOAD).changed)

    def test_a_service_that_nobody_vouches_for_is_given_up_at_once(self):
        # Were it asked again, this test would take ten minutes.
        with FaultyService(plans(), tls=self.context) as service:
            with self.assertRaises(Unavailable) as caught:
                self.client(service, timeout=600).plan(LOAD)
        self.assertIn("EPLB_CA_FILE", str(caught.exception))
        self.assertEqual(service.requests, [])

    def test_a_service_without_tls_is_given_up_at_once(self):
        with FaultyService(says(b"HTTP/1.1 400 Bad\r\n\r\n"), tcp=True, reads=False) as service:
            service.address = service.address.replace("http:", "https:")
            with self.assertRaises(Unavailable) as caught:
                self.client(service, timeout=600).plan(LOAD)
        self.assertIn("it speaks no TLS", str(caught.exception))

    def test_torn_answers_and_silence_are_treated_as_without_tls(self):
        with FaultyService(says(b"HTTP/1.1 2"), plans(), tls=self.context) as service:
            client = self.client(service, trust=self.certificate)
            self.assertFalse(client.plan(LOAD).changed)
        with FaultyService(hangs, tls=self.context) as service:
            with self.assertRaises(TimedOut):
                self.client(service, 0.5, trust=self.certificate).plan(LOAD)
        with FaultyService(hangs, tcp=True, reads=False) as service:
            service.address = service.address.replace("http:", "https:")
            with self.assertRaises(TimedOut):
                self.client(service, 0.3).plan(LOAD)

    def test_a_file_of_authorities_that_is_none_is_named(self):
        with FaultyService(plans(), tls=self.context) as service:
            with self.assertRaises(InvalidArgument):
                self.client(service, trust="/nowhere.pem")
            with self.assertRaises(Unavailable) as caught:
                self.client(service, timeout=600, trust=__file__).plan(LOAD)
        self.assertIn("certificate", str(caught.exception))
