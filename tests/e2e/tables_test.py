"""What an operator reads in tables: nothing cut where it is piped, ids that can be copied, watches told apart, filters."""

import json
import os
import pty
import re
import signal
import subprocess
import time
import unittest

from daemon_test import many
from harness import PROGRAM, Case, minimal_timeline, wait_for

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
PERSON = ("--by", "ann", "--reason", "planned")
LONG = "a-name-that-is-much-longer-than-the-column-of-any-table-would-like-to-be"


class Tables(Case):
    def begin(self, answer="ok"):
        timeline = minimal_timeline(git_tags={"v1": "Upload weights"})
        other = {**timeline["repos"][0], "id": f"acme/{LONG}", "_id": "65a000000000000000000002"}
        timeline["repos"].append(other)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink("webhook_sink.py", "--answer", answer)
        watches = ('[[watch]]\nrepo = "acme/model"\nlabels = { env = "prod", team = "search" }\n'
                   '[[watch]]\nrepo = "acme/model"\nrevision = "v1"\nlabels = { env = "dev" }\n'
                   f'[[watch]]\nrepo = "acme/{LONG}"\n')
        self.write_config(self.hub, watches, sink=self.sink)
        self.check(0)

    def change(self):
        for repo in ("acme/model", f"acme/{LONG}"):
            self.hub.do(action="commit", repo=repo, title="Update", files=NEW)
        self.hub.do(action="move_tag", repo="acme/model", tag="v1", to="main")
        return self.check(1)["alerts"]

    def text(self, *words):
        return self.run_program(*words).stdout

    def listed(self, *words):
        return self.json_of("alerts", "list", *words)["alerts"]

    def test_piped_tables_are_not_cut_and_ids_are_whole(self):
        self.begin("404")
        alerts = self.change()
        table = self.text("alerts", "list")
        for alert in alerts:
            self.assertIn(alert["id"], table)
            self.assertIn(alert["summary"], table)
        silence = self.json_of("alerts", "silence", "--repo", f"acme/{LONG}", "--until", "2h", *PERSON)["silences"][0]["id"]
        message = self.json_of("outbox", "list")["messages"][0]["id"]
        self.assertIn(silence, self.text("alerts", "silences"))
        self.assertIn(message, self.text("outbox", "list"))
        for words in (("alerts", "list"), ("alerts", "silences"), ("outbox", "list"), ("status",), ("check",),
                      ("history", "acme/model")):
            self.assertNotIn("…", self.text(*words), words)
        for words in (("status",), ("check",), ("alerts", "list")):
            self.assertIn(f"acme/{LONG}", self.text(*words), words)

    def test_any_unambiguous_beginning_of_an_id_is_enough(self):
        self.begin("404")
        alert = self.change()[0]["id"]
        others = [a["id"] for a in self.listed() if a["id"] != alert]
        silence = self.json_of("alerts", "silence", "--repo", "x/*", "--until", "2h", *PERSON)["silences"][0]["id"]
        message = self.json_of("outbox", "list")["messages"][0]["id"]

        def shortest(one, rest):
            return next(one[:n] for n in range(4, 37) if not any(o.startswith(one[:n]) for o in rest))

        part = shortest(alert, others)
        self.assertEqual(self.json_of("alerts", "show", part)["alerts"][0]["id"], alert)
        if others and len(part) > 4:
            self.assertEqual(self.run_program("alerts", "show", part[:-1]).returncode, 2)
        self.assertEqual(self.json_of("outbox", "show", shortest(message, []))["messages"][0]["id"], message)
        self.run_program("outbox", "retry", message[:4], check=0)
        self.run_program("alerts", "ack", part, *PERSON, check=0)
        self.run_program("alerts", "unsilence", silence[:4], *PERSON, check=0)
        self.assertEqual(self.run_program("alerts", "show", alert[:3]).returncode, 2)

    def test_alerts_are_filtered_by_repo_kind_severity_label_and_state(self):
        self.begin()
        self.change()
        everything = self.listed()
        first = next(a for a in everything if a["kind"] == "weights-replaced" and a["repo"] == "acme/model")
        self.run_program("alerts", "ack", first["id"], *PERSON, check=0)
        self.run_program("alerts", "silence", "--repo", f"acme/{LONG}", "--until", "2h", *PERSON, check=0)
        everything = self.listed()

        def having(fits):
            return [a["id"] for a in everything if fits(a)]

        for words, fits in (
                (("--repo", "acme/model"), lambda a: a["repo"] == "acme/model"),
                (("--repo", "ACME/*name*"), lambda a: a["repo"] == f"acme/{LONG}"),
                (("--repo", "acme/model@v1"), lambda a: a["revision"] == "v1"),
                (("--kind", "weights-*"), lambda a: a["kind"].startswith("weights-")),
                (("--kind", "tag-moved"), lambda a: a["kind"] == "tag-moved"),
                (("--severity", "high"), lambda a: a["severity"] == "high"),
                (("--severity", "HIGH"), lambda a: a["severity"] == "high"),
                (("--severity", "critical"), lambda a: a["severity"] == "critical"),
                (("--label", "env=prod"), lambda a: a["labels"].get("env") == "prod"),
                (("--label", "env=*"), lambda a: "env" in a["labels"]),
                (("--label", "env=prod", "--label", "team=search"), lambda a: a["labels"].get("team") == "search"),
                (("--label", "env=dev", "--label", "team=search"), lambda a: False),
                (("--state", "open"), lambda a: a["state"] == "open"),
                (("--state", "acknowledged"), lambda a: a["id"] == first["id"]),
                (("--state", "silenced"), lambda a: a["repo"] == f"acme/{LONG}"),
                (("--state", "resolved"), lambda a: False),
                (("--repo", "acme/model", "--kind", "weights-*", "--label", "env=prod", "--state", "acknowledged"),
                 lambda a: a["id"] == first["id"])):
            with self.subTest(words):
                self.assertEqual([a["id"] for a in self.listed(*words)], having(fits))
                self.assertEqual(self.json_of("alerts", *words)["alerts"], self.listed(*words))
        self.assertGreater(len(everything), 2)
        self.assertIn("no alerts fit", self.text("alerts", "list", "--repo", "acme/none"))
        self.run_program("alerts", "list", "--state", "acknowledged", check=0)
        self.run_program("alerts", "list", "--label", "env=dev", "--fail-on", "info", check=1)
        for words in (("--kind", "weight-replaced"), ("--severity", "hgih"), ("--state", "closed"), ("--label", "prod")):
            self.assertEqual(self.run_program("alerts", "list", *words).returncode, 2, words)

    def test_what_is_held_back_is_counted_and_each_alert_says_what_to_do(self):
        self.begin()
        self.change()
        first = next(a for a in self.listed("--repo", "acme/model@main") if a["kind"] == "weights-replaced")
        self.run_program("alerts", "ack", first["id"], *PERSON, check=0)
        self.run_program("alerts", "silence", "--repo", f"acme/{LONG}", "--until", "2h", *PERSON, check=0)
        held = rf"1 acknowledged {first['severity']}, \d+ silenced until 20"
        for words in (("status",), ("alerts", "list")):
            text = self.text(*words)
            self.assertRegex(text, rf"(\d+|none) open, {held}", words)
            steps = text[text.index(f"({first['id']})"):].splitlines()[1:4]
            self.assertIn("modelwatch diff acme/model", steps[1])
            self.assertRegex(steps[2], rf"Only after review: .*modelwatch accept acme/model --commit {first['commit']}")
        one = next(m for m in self.json_of("status")["models"] if m["repo"] == "acme/model" and m["revision"] == "main")
        self.assertEqual((one["acknowledged_alerts"], one["silenced_alerts"]), (1, 0))

    def test_staleness_of_upstream_and_of_what_is_deployed_are_told_apart(self):
        self.begin()
        self.config.write_text(self.config.read_text().replace(
            'repo = "acme/model"\n', f'repo = "acme/model"\ndeployed = "{self.json_of("status")["models"][0]["commit"]}"\n', 1))

        def model():
            return self.json_of("status", "acme/model@main")["models"][0]

        self.check(0)
        self.assertEqual(model()["deployed_staleness"], "current")
        self.assertRegex(self.text("status"), r"upstream: \w+, deployed: current")
        self.change()
        self.assertEqual((model()["deployed_staleness"], model()["staleness"]), ("outdated", "outdated"))
        self.assertRegex(self.text("status"), r"upstream: \w+, deployed: outdated")
        self.assertIsNone(self.json_of("status", f"acme/{LONG}")["models"][0]["deployed_staleness"])
        self.assertGreater(model()["confidence"], 0)
        for word in ("outdated", "staleness"):
            text = " ".join(self.text("explain", word).split())
            self.assertIn("upstream: outdated", text, word)
            self.assertIn("deployed: outdated", text, word)

    def test_two_revisions_of_a_repo_are_told_apart(self):
        self.begin()
        self.change()
        for words in (("status",), ("check",), ("alerts", "list")):
            rows = [line for line in self.text(*words).splitlines() if re.search(r"\bacme/model\b", line)]
            self.assertTrue(any("acme/model@v1" in row for row in rows), words)
            self.assertTrue(any("acme/model " in row for row in rows), words)
        self.hub.fault(type="any", kind="status", status=503)
        done = self.run_program("check")
        self.assertRegex(done.stderr, r"acme/model: .*503")
        self.assertRegex(done.stderr, r"acme/model@v1: .*503")
        failed = self.json_of("check")["failed"]
        self.assertEqual(sorted((f["repo"], f["revision"]) for f in failed if f["repo"] == "acme/model"),
                         [("acme/model", "main"), ("acme/model", "v1")])

    def test_status_says_the_last_error(self):
        self.begin()
        self.hub.fault(type="any", kind="status", status=503)
        self.check(3)
        self.assertRegex(self.text("status"), r"failing: acme/model@v1 \(last good poll: .* ago\): .*503")
        self.hub.clear_faults()
        self.check(0)
        self.assertNotIn("failing", self.text("status"))


class Check(Case):
    """`check` on a terminal, and when somebody ends it."""

    def begin(self, count=60):
        timeline, self.watches = many(count)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, self.watches, sink=self.sink)

    def started(self, *words, **how):
        env = {**os.environ, "NO_COLOR": "1"}
        return subprocess.Popen([str(PROGRAM), "--config", str(self.config), "check", *words], text=True, env=env, **how)

    def test_ctrl_c_ends_it_soon_and_says_what_was_done(self):
        self.begin()
        self.check(0)
        for n in range(60):
            self.hub.do(action="commit", repo=f"acme/m{n}", title="Update", files=NEW)
        before = len(self.hub.requests())
        self.hub.fault(type="any", kind="hang", nth=200)
        check = self.started("--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for("some polls", lambda: len(self.hub.requests()) > before + 200)
        begun = time.monotonic()
        check.send_signal(signal.SIGINT)
        out, err = check.communicate(timeout=20)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertEqual(check.returncode, 3, err)
        report = json.loads(out)
        self.assertTrue(report["interrupted"])
        left = [f for f in report["failed"] if f["error"] == "not checked: interrupted"]
        self.assertEqual(report["checked"] + len(left), 60)
        self.assertTrue(left)
        self.assertEqual(self.sink.records(), [])
        found = {a["repo"] for a in report["alerts"]}
        self.assertEqual(found, {a["repo"] for a in self.json_of("alerts", "list")["alerts"]})
        self.hub.clear_faults()
        self.check(1)
        told = [a["repo"] for r in self.sink.records() for a in r["json"]["data"]["alerts"] if a["kind"] == "weights-replaced"]
        self.assertEqual(sorted(told), sorted(f"acme/m{n}" for n in range(60)))

    def test_its_text_says_so_too_and_a_second_signal_ends_it_at_once(self):
        self.begin(3)
        self.hub.fault(type="any", kind="hang")
        check = self.started(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for("the questions", self.hub.requests)
        check.send_signal(signal.SIGINT)
        out, _ = check.communicate(timeout=20)
        self.assertIn("interrupted after 0 of 3 models", out)

    def test_progress_is_shown_on_a_terminal_and_nowhere_else(self):
        self.begin(5)
        self.assertNotIn("models checked", self.run_program("check").stderr)
        mine, other = pty.openpty()
        check = self.started("--json", stdout=subprocess.DEVNULL, stderr=other)
        self.assertEqual(check.wait(60), 0)
        os.close(other)
        seen = os.read(mine, 65536).decode()
        os.close(mine)
        self.assertIn("5 of 5 models checked", seen)
        self.assertTrue(seen.endswith("\r\x1b[K"), repr(seen))


if __name__ == "__main__":
    unittest.main(verbosity=1)
