"""scripts/run: the demonstration and the real thing, as somebody new would start them."""

import os
import pathlib
import signal
import socket
import subprocess
import unittest

from harness import BUILD, PROGRAM, ROOT, Case, Hub, wait_for

RUN = ROOT / "scripts" / "run"
TOLD = ["weights-replaced", "license-changed", "gating-changed", "history-rewritten", "repo-renamed", "stale"]

# The published assessment of the three models.
PUBLISHED = {"google/gemma-2-2b": "Low-Medium", "TheBloke/Mistral-7B-Instruct-v0.2-GGUF": "High",
             "tiiuae/falcon-7b": "Medium-High"}


def processes_about(folder):
    """Command lines that name the folder, of whoever is running now."""
    found = []
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def part(output, title):
    """The step of that title, up to the empty line behind it."""
    return output.split(f"{title}\n", 1)[1].split("\n\n", 1)[0]


class Demonstration(Case):
    def setUp(self):
        super().setUp()
        self.environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self.environment.update(MODELWATCH_BUILD=str(BUILD), TMPDIR=str(self.folder), HF_TOKEN="hf_not_for_the_demo",
                                HF_ENDPOINT="http://127.0.0.1:9", XDG_STATE_HOME=str(self.folder / "xdg"))

    def run_script(self, *words, timeout=90):
        return subprocess.run([RUN, *words], env=self.environment, text=True, capture_output=True, timeout=timeout,
                              check=False)

    def start_script(self, *words):
        process = subprocess.Popen([RUN, *words], env=self.environment, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def read_until(self, process, mark):
        text = ""
        for line in process.stdout:
            text += line
            if mark in line:
                return text
        raise AssertionError(f"ended without {mark!r}:\n{text}")

    def assert_nothing_is_left(self):
        wait_for("the end of all processes", lambda: not processes_about(self.folder), 10)
        self.assertEqual(list(self.folder.glob("modelwatch-demo-*")), [])

    def test_it_tells_every_promised_change_in_three_ways_within_eighty_columns_and_leaves_nothing(self):
        done = self.run_script()
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        steps = ["2. Replaced weights", "3. A license change", "4. A gating change", "5. A rewritten history",
                 "6. A rename", "7. A stale model"]
        for title, kind in zip(steps, TOLD):
            step = part(done.stdout, title)
            for label in ("hub now", "alert", "chat", "mail"):
                self.assertIn(f"\n  {label} ", f"\n{step}", title)
            self.assertIn(f"  {kind}\n", step)
            self.assertIn("Do now:", step)
        first = part(done.stdout, "1. Baseline: the first look is the state that you trust")
        self.assertIn("no messages", first)
        rated = {line.split()[1]: line.split("risk: ")[1] for line in first.splitlines() if "risk: " in line}
        self.assertEqual(rated, PUBLISHED)
        self.assertIn("6 chat messages, 6 mails", done.stdout.replace("\n", " "))
        self.assertIn("$ modelwatch status\nREPO ", done.stdout)
        self.assertIn("-license: apache-2.0\n+license: other\n", done.stdout)
        self.assertNotIn("\x1b", done.stdout)
        for line in done.stdout[:done.stdout.index("$ modelwatch status")].splitlines():
            self.assertLessEqual(len(line), 80, line)
        self.assert_nothing_is_left()

    def test_ctrl_c_ends_everything_that_it_started(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start_script()
            self.read_until(process, "2. Replaced weights")
            process.send_signal(number)
            self.assertEqual(process.wait(20), 128 + number)
            self.assert_nothing_is_left()

    def test_its_processes_end_even_when_it_is_killed(self):
        process = self.start_script()
        self.read_until(process, "2. Replaced weights")
        self.assertGreaterEqual(len(processes_about(self.folder)), 3)
        process.kill()
        process.wait(10)
        wait_for("the end of all processes", lambda: not processes_about(self.folder), 10)

    def test_keep_leaves_a_database_that_modelwatch_reads(self):
        done = self.run_script("--keep")
        self.assertEqual(done.returncode, 0, done.stderr)
        kept, = self.folder.glob("modelwatch-demo-*")
        self.assertEqual(kept.stat().st_mode & 0o777, 0o700)
        listed = subprocess.run([PROGRAM, "--config", kept / "modelwatch.toml", "alerts", "list", "--json"],
                                text=True, capture_output=True, check=False)
        for kind in TOLD:
            self.assertIn(f'"{kind}"', listed.stdout)
        self.assertNotIn("hf_not_for_the_demo", (kept / "daemon.log").read_text(encoding="utf-8"))
        wait_for("the end of all processes", lambda: not processes_about(self.folder), 10)

    def test_live_without_a_hub_says_what_failed_and_what_to_do(self):
        done = self.run_script("--live")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        for repo in ("google/gemma-2-2b", "TheBloke/Mistral-7B-Instruct-v0.2-GGUF", "tiiuae/falcon-7b"):
            self.assertIn(f"modelwatch: {repo}: ", done.stderr)
        for advice in ("HTTPS_PROXY", "ca_file", "HF_ENDPOINT", "curl"):
            self.assertIn(advice, done.stderr)

    def test_live_looks_once_and_then_watches_until_it_is_ended(self):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", 8417)) == 0:
                self.skipTest("something listens on 8417, the port of conf/modelwatch.toml")
        hub = Hub(ROOT / "tests" / "hub" / "timelines" / "reference.json", "--quiet")
        self.peers.append(hub)
        self.environment["HF_ENDPOINT"] = hub.url
        del self.environment["HF_TOKEN"]
        process = self.start_script("--live")
        shown = self.read_until(process, "info  started")
        self.assertIn("3 models checked, 0 failed", shown)
        self.assertIn("c5ebcd40", shown)
        process.terminate()
        self.assertEqual(process.wait(20), 0)
        self.assertTrue((self.folder / "xdg" / "modelwatch-live" / "modelwatch.db").exists())

    def test_wrong_words_are_refused_and_help_helps(self):
        self.assertEqual(self.run_script("--nonsense").returncode, 2)
        self.assertEqual(self.run_script("--live", "--keep").returncode, 2)
        shown = self.run_script("--help")
        self.assertEqual(shown.returncode, 0)
        for word in ("--live", "--keep", "MODELWATCH_BUILD"):
            self.assertIn(word, shown.stdout)

    def test_a_folder_without_the_programs_is_named(self):
        self.environment["MODELWATCH_BUILD"] = str(self.folder)
        for words in ([], ["--live"]):
            done = self.run_script(*words)
            self.assertEqual(done.returncode, 3)
            self.assertIn(str(self.folder), done.stderr)
            self.assertIn("MODELWATCH_BUILD", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
