"""The alerting rules for Prometheus: valid, and each of the tested ones fires when it should and only then."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parents[1] / "conf" / "prometheus-rules.yml"


TOOL = shutil.which("promtool") or shutil.which(str(HERE.parents[1] / ".cache/tools/usr/bin/promtool"))


def promtool(*words, cwd):
    return subprocess.run([TOOL, *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def declared():
    """The metrics that the program has, with the suffixes that a histogram's series carry."""
    source = (HERE.parents[1] / "daemon" / "metrics.cpp").read_text()
    names = set(re.findall(r'"((?:modelwatch|process)_[a-z0-9_]+)"', source))
    return names | {name + suffix for name in names for suffix in ("_bucket", "_sum", "_count")}


class Names(unittest.TestCase):
    def test_rules_and_dashboard_name_only_metrics_that_exist(self):
        known = declared()
        self.assertIn("modelwatch_polls_total", known)
        for file in (RULES, RULES.with_name("grafana-dashboard.json")):
            used = set(re.findall(r"\b(?:modelwatch|process)_[a-z0-9_]+", file.read_text()))
            self.assertTrue(used)
            self.assertEqual(used - known, set(), file.name)

    def test_the_dashboard_is_json_with_panels_that_do_not_overlap(self):
        board = json.loads(RULES.with_name("grafana-dashboard.json").read_text())
        taken = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells


@unittest.skipIf(TOOL is None, "promtool is not installed")
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
    unittest.main(verbosity=2)
