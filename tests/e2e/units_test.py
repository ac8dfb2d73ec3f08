"""The units: accepted by systemd's own checks, and as locked up as they claim to be."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

UNITS = pathlib.Path(__file__).resolve().parents[2] / "systemd"
MOST_EXPOSED = "11"  # tenths: 1.1


def analyze(*words, cwd):
    return subprocess.run(
        ["systemd-analyze", *words], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for unit in UNITS.glob("*.service"):
            # The program is not installed where the tests run; everything else is checked as shipped.
            text = unit.read_text().replace("/usr/bin/modelwatch", "/bin/true")
            (pathlib.Path(self.folder.name) / unit.name).write_text(text)

    def test_units_pass_verification_without_a_word(self):
        units = sorted(path.name for path in UNITS.glob("*.service"))
        self.assertIn("modelwatchd.service", units)
        for unit in units:
            name = unit.replace("@.", "@x.")
            if name != unit:
                shutil.copy(pathlib.Path(self.folder.name) / unit, pathlib.Path(self.folder.name) / name)
            done = analyze("verify", "--man=no", f"./{name}", cwd=self.folder.name)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), unit)

    def test_exposure_is_at_most_one_point_one(self):
        done = analyze(
            "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "modelwatchd.service", cwd=self.folder.name
        )
        self.assertEqual(done.returncode, 0, done.stdout[-300:])

    def test_the_check_of_exposure_can_fail(self):
        unit = pathlib.Path(self.folder.name) / "modelwatchd.service"
        unit.write_text(unit.read_text().replace("SystemCallFilter=", "#"))
        done = analyze(
            "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "modelwatchd.service", cwd=self.folder.name
        )
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    if shutil.which("systemd-analyze") is None:
        print("systemd-analyze is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
