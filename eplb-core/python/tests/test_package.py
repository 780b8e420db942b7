"""The wheel: built without a network, installed into a fresh environment, and tried."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

from eplb_client.version import VERSION

from . import require_module
from .service import CORE, RECORDING, Service

HERE = os.path.join(CORE, "python")


def run(*command: str, cwd: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("EPLB_", "PYTHON"))}
    ended = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise AssertionError(
            f"{command} ended with {ended.returncode}: {ended.stdout}{ended.stderr}"
        )
    return ended.stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for module in ("numpy", "pip", "setuptools", "wheel", "ensurepip"):
            require_module(module)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        source = os.path.join(cls.folder, "source")
        shutil.copytree(HERE, source, ignore=shutil.ignore_patterns("__pycache__", "tests"))
        run(
            sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps",
            "--no-build-isolation", "--wheel-dir", cls.folder, ".",
            cwd=source,
        )  # fmt: skip
        cls.wheel = os.path.join(cls.folder, f"eplb_client-{VERSION}-py3-none-any.whl")

    def test_the_wheel_holds_the_package_its_types_licence_and_entry_points(self):
        with zipfile.ZipFile(self.wheel) as wheel:
            names = wheel.namelist()
            modules = {name for name in os.listdir(f"{HERE}/eplb_client") if "cache" not in name}
            packed = {name.split("/")[1] for name in names if name.startswith("eplb_client/")}
            self.assertEqual(packed, modules)
            self.assertIn("py.typed", packed)
            self.assertTrue([name for name in names if name.endswith("LICENSE")])
            information = f"eplb_client-{VERSION}.dist-info"
            metadata = wheel.read(f"{information}/METADATA").decode()
            points = wheel.read(f"{information}/entry_points.txt").decode()
        self.assertIn("Requires-Python: >=3.9", metadata)
        needed = re.findall(r"Requires-Dist: (\S+)", metadata)
        self.assertEqual(needed, ["numpy"])
        self.assertEqual(
            points.split(),
            [
                *("[sglang.srt.plugins]", "eplb", "=", "eplb_client.sglang:register"),
                *("[vllm.general_plugins]", "eplb", "=", "eplb_client.vllm:register"),
                *("eplb_ascend", "=", "eplb_client.vllm_ascend:register"),
            ],
        )

    def test_the_version_is_the_one_of_the_whole_project(self):
        with open(os.path.join(CORE, "..", "pom.xml"), encoding="utf-8") as pom:
            (version,) = re.findall("<version>(.*?)</version>", pom.read())[:1]
        self.assertEqual(version, VERSION)

    def test_the_installed_package_plans_at_the_real_service(self):
        environment = os.path.join(self.folder, "venv")
        run(sys.executable, "-m", "venv", "--system-site-packages", environment, cwd=self.folder)
        python = os.path.join(environment, "bin", "python")
        run(
            python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", self.wheel,
            cwd=self.folder,
        )  # fmt: skip
        where = run(python, "-c", "import eplb_client; print(eplb_client)", cwd=self.folder)
        self.assertIn(environment, where)
        with Service() as service:
            said = run(
                python, "-m", "eplb_client", "plan", RECORDING, "--ranks", "32",
                "--redundant-experts", "32", "--address", service.unix, "--output", "plan.npz",
                cwd=self.folder,
            )  # fmt: skip
        self.assertIn("75 layers × 256 experts on 288 slots", said)
        self.assertTrue(os.path.getsize(os.path.join(self.folder, "plan.npz")) > 1000)
