"""The alert desk as operators use it: silences, the heartbeat, the drill."""

import http.server
import os
import pwd
import threading
import time
import unittest

from daemon_test import many
from harness import Case, wait_for

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
OLD = {"model.safetensors": {"size": 1000000, "sha256": "aa" * 32}}
WHO = ["--by", "ann", "--reason", "planned"]


class Beats:
    """A far end for heartbeats that writes down the paths it is asked for."""

    def __init__(self):
        beats = self
        self.paths = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                beats.paths.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"OK")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/1f0c-secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def count(self, end):
        return sum(1 for path in self.paths if path == "/ping/1f0c-secret" + end)


class Desk(Case):
    def begin(self, **config):
        self.hub = self.start_hub()
        self.sink = self.start_sink()
        self.write_config(self.hub, sink=self.sink, **config)
        self.check(0)

    def change(self, files=NEW, title="Update"):
        self.hub.do(action="commit", repo="acme/model", title=title, files=files)

    def told(self, kind=None):
        return [r["json"]["type"] for r in self.sink.records() if kind in (None, r["json"]["type"])]

    def test_a_silence_keeps_alerts_back_and_their_exit_code_too(self):
        self.begin()
        made = self.json_of("alerts", "silence", "--repo", "acme/*", "--until", "2h", *WHO, check=0)
        self.change()
        self.check(0)
        self.assertEqual(self.told(), [])
        listed = self.json_of("alerts", "list", check=0)["alerts"]
        self.assertEqual({a["state"] for a in listed}, {"silenced"})
        self.assertEqual(listed[0]["silenced"]["silence"], made["silences"][0]["id"])
        self.json_of("status", check=0)
        silences = self.json_of("alerts", "silences", check=0)["silences"]
        self.assertEqual([(s["state"], s["alerts"], s["by"]) for s in silences], [("in-force", len(listed), "ann")])
        self.run_program("alerts", "unsilence", silences[0]["id"], "--by", "bob", "--reason", "done", check=0)
        self.check(1)
        self.assertEqual(self.told(), ["alert.opened"])
        self.assertEqual(self.json_of("alerts", "silences")["silences"], [])
        self.assertEqual(self.json_of("alerts", "silences", "--all")["silences"][0]["ended"]["by"], "bob")
        again = self.run_program("alerts", "unsilence", silences[0]["id"], "--by", "bob", "--reason", "done")
        self.assertEqual(again.returncode, 2)
        self.check(1)
        self.assertEqual(self.told(), ["alert.opened"])
        self.assertTrue(self.json_of("db", "check", check=0)["ok"])

    def test_a_silence_that_runs_out_lets_a_later_check_tell_what_was_kept_back(self):
        self.begin()
        self.run_program("alerts", "silence", "--kind", "weights-*", "--label", "team=none", "--until", "1h", *WHO, check=0)
        self.run_program("alerts", "silence", "--kind", "weights-*", "--until", "2s", *WHO, check=0)
        self.change()
        begun = time.monotonic()
        self.run_program("check")
        self.assertEqual(self.told(), [])
        time.sleep(max(0.0, 2.2 - (time.monotonic() - begun)))
        self.json_of("alerts", "list", check=1)
        self.check(1)
        self.assertEqual(self.told(), ["alert.opened"])

    def test_an_open_alert_is_silenced_and_comes_back_untold(self):
        self.begin()
        self.change()
        self.check(1)
        made = self.json_of("alerts", "silence", "--repo", "acme/model", "--until", "30d", *WHO, check=0)
        self.assertGreaterEqual(len(made["alerts"]), 1)
        self.check(0)
        self.run_program("alerts", "unsilence", made["silences"][0]["id"], *WHO, check=0)
        self.check(1)
        self.assertEqual(self.told(), ["alert.opened"])

    def test_what_ends_under_a_silence_is_told_when_that_is_over(self):
        self.begin()
        self.change()
        self.check(1)
        made = self.json_of("alerts", "silence", "--repo", "acme/model", "--until", "1h", *WHO, check=0)
        self.run_program("accept", "acme/model", *WHO, check=0)
        self.check(0)
        self.assertEqual(self.told(), ["alert.opened"])
        self.run_program("alerts", "unsilence", made["silences"][0]["id"], *WHO, check=0)
        self.check(0)
        self.assertEqual(self.told(), ["alert.opened", "alert.resolved"])

    def test_at_the_desk_whoever_types_decides(self):
        self.begin()
        self.change()
        found = self.check(1)["alerts"][0]
        me = pwd.getpwuid(os.getuid()).pw_name
        without_sudo = {"SUDO_USER": ""}
        acked = self.json_of("alerts", "ack", found["id"], check=0, env=without_sudo)["alerts"][0]
        self.assertEqual((acked["acknowledged"]["by"], acked["acknowledged"]["reason"]), (me, ""))
        self.assertIn(f"taken by  {me}\n", self.run_program("alerts", "show", found["id"], check=0).stdout)
        acked = self.json_of("alerts", "ack", found["id"], check=0, env={"SUDO_USER": "grace"})["alerts"][0]
        self.assertEqual(acked["acknowledged"]["by"], "grace")
        made = self.json_of("alerts", "silence", "--repo", "acme/*", "--until", "2h", "--reason", "planned", check=0,
                            env={"SUDO_USER": "grace"})
        self.assertEqual(made["silences"][0]["by"], "grace")
        self.json_of("alerts", "resolve", found["id"], "--reason", "looks fine", check=0, env=without_sudo)
        for words in (["alerts", "resolve", found["id"]], ["alerts", "silence", "--repo", "*", "--until", "2h"],
                      ["accept", "acme/model", "--reason", "x"], ["accept", "acme/model", "--by", "x"],
                      ["review", "acme/model", "approve", "--commit", found["commit"], "--reason", "x"]):
            with self.subTest(words):
                self.run_program(*words, check=2)

    def test_a_silence_that_makes_no_sense_is_wrong_usage(self):
        self.begin()
        for words in (["--until", "2h"], ["--repo", "a/*"], ["--repo", "a/*", "--until", "401d"],
                      ["--repo", "a/*", "--until", "2020-01-01"], ["--repo", "a/*", "--until", "soon"],
                      ["--kind", "wieghts", "--until", "2h"], ["--label", "prod", "--until", "2h"]):
            with self.subTest(words):
                done = self.run_program("alerts", "silence", *words, *WHO)
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                self.assertTrue(done.stderr.strip())
        done = self.run_program("alerts", "silence", "--repo", "a/*", "--until", "2h", "--by", "", "--reason", "")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.run_program("alerts", "unsilence", "nothing", *WHO).returncode, 2)
        self.assertEqual(self.json_of("alerts", "silences", "--all")["silences"], [])

    def test_what_comes_and_goes_is_not_told_every_time(self):
        self.begin(interval="1s")
        daemon = self.start_daemon()
        for turn in range(6):
            self.change(NEW, f"there {turn}")
            wait_for("the alert", lambda: any(a["kind"] == "weights-replaced" and not (a.get("flapping") or {}).get(
                "absent_since") for a in self.json_of("alerts", "list")["alerts"]))
            self.change(OLD, f"back {turn}")
            wait_for("its end", lambda: not any(a["kind"] == "weights-replaced" and not (a.get("flapping") or {}).get(
                "absent_since") for a in self.json_of("alerts", "list")["alerts"]))
        self.stop_daemon(daemon)
        self.run_program("check")
        opened = [a["kind"] for r in self.sink.records() if r["json"]["type"] == "alert.opened"
                  for a in r["json"]["data"]["alerts"]]
        self.assertEqual(opened.count("weights-replaced"), 3)

    def test_the_heartbeat_tells_the_true_state_of_the_polls_and_keeps_its_address_secret(self):
        beats = Beats()
        self.addCleanup(beats.stop)
        address = self.folder / "beat-url"
        address.write_text(beats.url + "\n")
        address.chmod(0o600)
        self.hub = self.start_hub()
        self.write_config(self.hub, interval="1s", hub_extra='timeout = "2s"',
                          extra=f'[heartbeat]\nurl_file = "{address}"\ninterval = "1s"\n')
        daemon = self.start_daemon()
        wait_for("success", lambda: beats.count("") >= 2)
        self.assertEqual(beats.count("/start"), 1)
        self.assertEqual(beats.count("/fail"), 0)
        self.hub.fault(type="any", kind="status", status=503)
        wait_for("failure", lambda: beats.count("/fail") >= 2)
        before = beats.count("")
        wait_for("more of it", lambda: beats.count("/fail") >= 4)
        self.assertEqual(beats.count(""), before)
        self.hub.clear_faults()
        wait_for("success again", lambda: beats.count("") > before)
        self.stop_daemon(daemon)
        self.assertNotIn("1f0c-secret", self.daemon_log())
        self.assertNotIn("1f0c-secret", self.run_program("db", "export").stdout)

    def test_a_heartbeat_that_nobody_hears_is_logged_without_its_address(self):
        self.hub = self.start_hub()
        address = self.folder / "beat-url"
        address.write_text("http://127.0.0.1:9/ping/1f0c-secret\n")
        address.chmod(0o600)
        self.write_config(self.hub, interval="1s", extra=f'[heartbeat]\nurl_file = "{address}"\ninterval = "1s"\n')
        daemon = self.start_daemon()
        wait_for("the complaint", lambda: "the heartbeat is not heard" in self.daemon_log())
        time.sleep(2)
        self.assertEqual(self.daemon_log().count("the heartbeat is not heard"), 1)
        self.assertNotIn("1f0c-secret", self.daemon_log())
        self.assertLess(self.stop_daemon(daemon), 5)

    def test_a_drill_reaches_every_notifier_marked_and_leaves_nothing_open(self):
        self.begin()
        report = self.json_of("notify", "test", "--drill", check=0)
        self.assertTrue(report["drill"])
        mine = report["notifiers"][0]
        self.assertTrue(mine["delivered"] and mine["closed"])
        self.assertGreaterEqual(mine["took_ms"], 0)
        records = [r["json"] for r in self.sink.records()]
        self.assertEqual([r["type"] for r in records], ["alert.opened", "alert.resolved"])
        alert = records[0]["data"]["alerts"][0]
        self.assertEqual((alert["severity"], alert["kind"]), ("critical", "weights-replaced"))
        self.assertIn("DRILL", alert["summary"])
        self.assertEqual(alert["id"], records[1]["data"]["alerts"][0]["id"])
        self.assertEqual(self.json_of("alerts", "list", "--all")["alerts"], [])
        self.assertEqual(self.json_of("outbox", "list", "--all")["messages"], [])
        self.sink.tell({"answer": ["403"]})
        done = self.run_program("notify", "test", "--drill")
        self.assertEqual(done.returncode, 3)
        self.assertIn("403", done.stdout)

    def test_a_hub_that_stays_down_over_a_restart_is_told_once(self):
        timeline, watches = many(8)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, watches, sink=self.sink, interval="1s", hub_extra='timeout = "2s"')
        self.check(0)
        self.hub.fault(type="any", kind="status", status=503)
        daemon = self.start_daemon()

        def kinds(kind):
            return [a["kind"] for r in self.sink.records() if r["json"]["type"] == kind
                    for a in r["json"]["data"]["alerts"]]

        wait_for("the alert about the hub", lambda: "hub-unreachable" in kinds("alert.opened"))
        self.stop_daemon(daemon)
        daemon = self.start_daemon()
        before = self.hub.counters()
        wait_for("further polls", lambda: self.hub.counters() != before)
        time.sleep(5)
        self.assertEqual(kinds("alert.opened").count("hub-unreachable"), 1)
        self.assertNotIn("hub-unreachable", kinds("alert.resolved"))
        self.hub.clear_faults()
        wait_for("the end of it", lambda: "hub-unreachable" in kinds("alert.resolved"), 60)
        self.stop_daemon(daemon)


if __name__ == "__main__":
    unittest.main(verbosity=1)
