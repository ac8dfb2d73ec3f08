"""`check` beside a daemon of the same state: the daemon looks, and the command waits for what comes of it."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from harness import PROGRAM, Case, minimal_timeline, wait_for

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
NOBODY = 65534
TOKEN = "a-token-that-is-long-enough-for-everybody"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Beside(Case):
    def setUp(self):
        super().setUp()
        second = minimal_timeline()["repos"][0] | {"id": "acme/other", "_id": "65a000000000000000000002"}
        timeline = minimal_timeline()
        timeline["repos"].append(second)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()

    def begin(self, token=False, listen=None, watches='[[watch]]\nrepo = "acme/model"\n[[watch]]\nrepo = "acme/other"\n'):
        self.write_config(self.hub, sink=self.sink, watches=watches)
        secret = ""
        if token:
            (self.folder / "token").write_text(TOKEN + "\n")
            secret = f'api_token_file = "{self.folder}/token"\n'
        listen = f"127.0.0.1:{free_port()}" if listen is None else listen
        self.config.write_text(self.config.read_text().replace('listen = ""\n', f'listen = "{listen}"\n{secret}'))
        self.daemon = self.start_daemon()
        wait_for("the start", lambda: " started" in self.daemon_log())
        wait_for("the door", lambda: not listen or "listening where=" in self.daemon_log())
        wait_for("the baselines", lambda: all(one["baseline_commit"] for one in self.json_of("status")["models"]))

    def replace(self, repo="acme/model"):
        self.hub.do(action="commit", repo=repo, title="Update", files=NEW)

    def told(self):
        return [one["kind"] for record in self.sink.records() for one in record["json"]["data"]["alerts"]]

    def test_it_says_what_a_round_of_its_own_would_say(self):
        self.begin()
        quiet = self.check(0)
        self.assertEqual(sorted(quiet), ["alerts", "checked", "failed", "models"])
        self.assertEqual((quiet["checked"], quiet["failed"], quiet["alerts"]), (2, [], []))
        self.replace()
        report = self.check(1)
        self.assertEqual([one["kind"] for one in report["alerts"]], ["weights-replaced"])
        self.assertEqual({one["repo"]: one["open_alerts"] for one in report["models"]}, {"acme/model": 1, "acme/other": 0})
        # It has waited for the message, too, and nothing is told twice.
        self.assertEqual(self.told(), ["weights-replaced"])
        again = self.check(1)
        self.assertEqual(again["alerts"], [])
        self.assertEqual(self.told(), ["weights-replaced"])
        # What fails the command is asked of the daemon, too: a new card is worth a line, and no more.
        self.hub.do(action="commit", repo="acme/other", title="Card", files={"README.md": {"text": "New.\n"}})
        self.check(0, "acme/other")
        self.check(1, "acme/other", "--fail-on", "info")
        said = self.run_program("check", check=1).stdout
        self.assertIn("2 models checked, 0 failed; 0 alerts opened or updated, 0 resolved", said)
        self.stop_daemon(self.daemon)
        self.assertEqual(sorted(self.check(1)), sorted(quiet), "of its own, in the same shape")

    def test_only_what_is_named_is_looked_at(self):
        self.begin()
        self.replace("acme/other")
        before = len(self.hub.requests())
        self.assertEqual(self.check(0, "acme/model")["checked"], 1)
        asked = [one["target"] for one in self.hub.requests()[before:]]
        self.assertFalse([path for path in asked if "acme/other" in path], asked)
        self.assertTrue([path for path in asked if "acme/model" in path], asked)
        self.assertEqual([one["kind"] for one in self.check(1, "acme/other@main")["alerts"]], ["weights-replaced"])
        self.assertIn("is not watched", self.run_program("check", "acme/nothing", check=2).stderr)

    def test_a_hub_that_fails_is_said(self):
        self.begin()
        self.hub.fault(type="any", kind="status", status=503)
        report = self.check(3)
        self.assertEqual(sorted(one["repo"] for one in report["failed"]), ["acme/model", "acme/other"])
        self.assertIn("503", report["failed"][0]["error"])
        self.hub.clear_faults()
        self.check(0)

    def test_many_may_ask_at_once(self):
        self.begin()
        self.replace()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            reports = list(pool.map(lambda _: self.check(1), range(4)))
        self.assertTrue(all(one["checked"] == 2 and not one["failed"] for one in reports), reports)
        self.assertEqual(self.told(), ["weights-replaced"])

    def test_a_reader_of_the_state_needs_no_token_and_nobody_else_gets_by_without(self):
        self.begin()
        local = self.state / "modelwatch.token"
        self.assertEqual(local.stat().st_mode & 0o777, 0o600)
        self.check(0)
        local.write_text("0" * 64 + "\n")  # another one's
        refused = self.run_program("check", check=3)
        self.assertIn("takes changes only with its token", refused.stderr)
        local.unlink()
        self.run_program("check", check=3)

    @unittest.skipUnless(os.getuid() == 0, "needs root, to be somebody else")
    def test_an_operator_with_the_token_needs_no_access_to_the_state(self):
        shop = pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-program-"))
        self.addCleanup(shutil.rmtree, shop)
        shop.chmod(0o755)
        shutil.copy(PROGRAM, shop / "modelwatch")
        self.folder.chmod(0o755)
        self.begin(token=True)
        for path in (self.config, self.folder / "token"):
            path.chmod(0o644)
        self.replace()
        command = [shop / "modelwatch", "--config", self.config, "check", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, user=NOBODY, group=NOBODY,
                              extra_groups=[], cwd="/", env={"HOME": "/nonexistent"})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual([one["kind"] for one in json.loads(done.stdout)["alerts"]], ["weights-replaced"])
        (self.folder / "token").chmod(0o600)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, user=NOBODY, group=NOBODY,
                              extra_groups=[], cwd="/", env={"HOME": "/nonexistent"})
        self.assertEqual(done.returncode, 3, done.stderr)

    def test_without_a_door_it_is_refused_and_told_who_holds_the_state(self):
        self.begin(listen="")
        self.assertIn("is in use by process", self.run_program("check", check=3).stderr)
        self.check(0, "--dry-run")

    def test_a_daemon_that_ends_meanwhile_is_an_error(self):
        self.begin()
        self.hub.fault(type="any", kind="hang")
        before = len(self.hub.requests())
        command = [str(PROGRAM), "--config", str(self.config), "check"]
        waiting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for("the poll", lambda: len(self.hub.requests()) > before)
        self.daemon.send_signal(signal.SIGKILL)
        _, said = waiting.communicate(timeout=60)
        self.assertEqual(waiting.returncode, 3, said)
        self.hub.clear_faults()


if __name__ == "__main__":
    unittest.main(verbosity=2)
