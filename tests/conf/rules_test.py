"""The alerting rules for Prometheus: valid, and each of the tested ones fires when it should and only then."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parents[1] / "conf" / "prometheus-rules.yml"


def promtool(*words, cwd):
    return subprocess.run(["promtool", *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


class Rules(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for file in (RULES, HERE / "prometheus_rules_test.yml"):
            shutil.copy(file, self.folder.name)

    def test_rules_are_valid(self):
        done = promtool("check", "rules", RULES.name, cwd=self.folder.name)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules_fire_when_they_should(self):
        done = promtool("test", "rules", "prometheus_rules_test.yml", cwd=self.folder.name)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_rule_with_another_threshold_fails_the_test(self):
        rules = pathlib.Path(self.folder.name) / RULES.name
        rules.write_text(rules.read_text().replace("> 3 * 3600", "> 9 * 3600"))
        done = promtool("test", "rules", "prometheus_rules_test.yml", cwd=self.folder.name)
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    if shutil.which("promtool") is None:
        print("promtool is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
