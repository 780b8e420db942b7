"""The environment of an engine's process."""

from __future__ import annotations

import pickle
import unittest

from eplb_client import InvalidArgument, Settings


class Environment(unittest.TestCase):
    def test_nothing_set_means_no_address(self):
        self.assertEqual(Settings.from_environment({}), Settings())
        self.assertIsNone(Settings.from_environment({"EPLB_ADDRESS": " "}).address)

    def test_everything_set(self):
        settings = Settings.from_environment(
            {
                "EPLB_ADDRESS": "unix:/run/eplb.sock",
                "EPLB_TOKEN": "s3cret",
                "EPLB_GROUP": "llm",
                "EPLB_TIMEOUT": "2.5",
            }
        )
        self.assertEqual(settings, Settings("unix:/run/eplb.sock", "s3cret", "llm", 2.5))
        self.assertEqual(repr(settings.client()), "Client('unix:/run/eplb.sock', timeout=2.5)")
        self.assertNotIn("s3cret", repr(settings))
        self.assertEqual(pickle.loads(pickle.dumps(settings)), settings)

    def test_nonsense_names_the_variable(self):
        for value in ("soon", "0", "-1", "nan", "inf", "1e12"):
            with self.assertRaises(InvalidArgument) as caught:
                Settings.from_environment({"EPLB_TIMEOUT": value})
            self.assertIn("EPLB_TIMEOUT", str(caught.exception))
