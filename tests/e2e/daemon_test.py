"""The daemon: schedule, delivery, reload, restart, stopping."""

import json
import signal
import time
import unittest

from harness import Case, minimal_timeline, wait_for

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}


def many(count):
    timeline = minimal_timeline()
    template = timeline["repos"][0]
    timeline["repos"] = [{**template, "id": f"acme/m{n}", "_id": f"65a0000000000000000000{n:02x}"} for n in range(count)]
    return timeline, "".join(f'[[watch]]\nrepo = "acme/m{n}"\n' for n in range(count))


class Daemon(Case):
    def begin(self, timeline=None, watches=None, interval="1s", **config):
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, watches, sink=self.sink, interval=interval, **config)
        daemon = self.start_daemon()
        wait_for("the baseline", lambda: "baseline" in self.history())
        return daemon

    def history(self):
        done = self.run_program("history", "acme/model") if self.state.exists() else None
        return done.stdout if done else ""

    def messages(self, kind=None):
        return [r["json"] for r in self.sink.records() if kind is None or r["json"]["type"] == kind]

    def kinds(self):
        return [a["kind"] for m in self.messages("alert.opened") for a in m["data"]["alerts"]]

    def test_a_change_is_told_within_one_poll_and_once(self):
        daemon = self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        wait_for("the alert", lambda: self.messages("alert.opened"))
        self.hub.do(action="commit", repo="acme/model", title="Back",
                    files={"model.safetensors": {"size": 1000000, "sha256": "aa" * 32}})
        wait_for("its end", lambda: self.messages("alert.resolved"))
        self.assertEqual(self.kinds().count("weights-replaced"), 1)
        self.assertLess(self.stop_daemon(daemon), 5)

    def test_a_new_watch_is_polled_at_once_whatever_its_interval(self):
        timeline, watches = many(5)
        self.hub = self.start_hub(timeline)
        first, rest = watches.split("[[watch]]", 2)[1], watches
        self.write_config(self.hub, "[[watch]]" + first, interval="1d")
        daemon = self.start_daemon()

        def polled():
            models = self.json_of("status")["models"] if (self.state / "modelwatch.db").exists() else []
            return sorted(m["repo"] for m in models if m["last_success_at"])

        wait_for("the first poll", lambda: polled() == ["acme/m0"], patience=15)
        self.write_config(self.hub, rest, interval="1d")
        daemon.send_signal(signal.SIGHUP)
        wait_for("the polls of the others", lambda: len(polled()) == 5, patience=15)
        before = self.hub.counters()
        self.stop_daemon(daemon)
        self.start_daemon()
        wait_for("the start", lambda: " started" in self.daemon_log())
        self.assertEqual(self.hub.counters(), before)  # not due: what was polled keeps its phase

    def test_a_restart_says_nothing_again_and_a_second_daemon_is_refused(self):
        daemon = self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        wait_for("the alert", lambda: self.messages())
        second = self.run_program("daemon", timeout=20)
        self.assertEqual(second.returncode, 3)
        self.assertIn(str(daemon.pid), second.stderr)
        self.stop_daemon(daemon)
        before = len(self.messages())
        polls = self.hub.counters()
        daemon = self.start_daemon()
        wait_for("another poll", lambda: self.hub.counters() != polls)
        time.sleep(2.5)
        self.assertEqual(len(self.messages()), before)
        self.stop_daemon(daemon)

    def test_a_webhook_that_is_down_gets_the_message_when_it_is_back(self):
        daemon = self.begin()
        self.sink.tell({"answer": ["503"]})
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        wait_for("a failed attempt", lambda: self.messages())
        self.sink.tell({"answer": ["ok"]})
        wait_for("the delivery", lambda: self.json_of("outbox", "list")["messages"] == [])
        ids = {r["headers"]["webhook-id"] for r in self.sink.records()}
        self.assertEqual(len(ids), 1)
        self.assertGreaterEqual(len(self.sink.records()), 2)
        self.stop_daemon(daemon)

    def test_a_bad_reload_keeps_the_running_configuration_and_a_good_one_is_taken_over(self):
        timeline, _ = many(2)
        timeline["repos"].append(minimal_timeline()["repos"][0])
        daemon = self.begin(timeline)
        good = self.config.read_text()
        self.config.write_text(good + '[[watch]]\nrepoo = "acme/m0"\n')
        daemon.send_signal(signal.SIGHUP)
        wait_for("the complaint", lambda: "configuration not reloaded" in self.daemon_log())
        self.assertIn("repoo", self.daemon_log())
        self.config.write_text(good + '[[watch]]\nrepo = "acme/m0"\n')
        daemon.send_signal(signal.SIGHUP)
        wait_for("the reload", lambda: "configuration reloaded" in self.daemon_log())
        wait_for("a baseline of the new watch", lambda: "baseline" in self.run_program("history", "acme/m0").stdout)
        self.hub.do(action="commit", repo="acme/m0", title="Update", files=NEW)
        wait_for("its alert", lambda: self.messages())
        self.assertEqual(self.messages()[0]["data"]["alerts"][0]["repo"], "acme/m0")
        self.stop_daemon(daemon)

    def test_it_stops_within_five_seconds_while_the_hub_hangs(self):
        daemon = self.begin()
        self.hub.fault(type="any", kind="hang")
        time.sleep(2)
        self.assertLess(self.stop_daemon(daemon), 5)

    def test_it_stops_within_five_seconds_while_the_far_end_hangs_and_loses_nothing(self):
        daemon = self.begin()
        self.sink.tell({"answer": ["hang"]})
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        wait_for("the attempt", lambda: self.messages())
        self.assertLess(self.stop_daemon(daemon), 7)
        self.sink.tell({"answer": ["ok"]})
        self.run_program("check")
        self.assertEqual(self.json_of("outbox", "list")["messages"], [])
        self.assertEqual(len({r["headers"]["webhook-id"] for r in self.sink.records()}), 1)

    def test_what_is_accepted_beside_a_running_daemon_stays_accepted(self):
        daemon = self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        wait_for("the alert", lambda: self.messages("alert.opened"))
        self.run_program("accept", "acme/model", "--by", "ann", "--reason", "reviewed", check=0)
        wait_for("its end", lambda: self.messages("alert.resolved"))
        self.hub.do(action="commit", repo="acme/model", title="Note", files={"notes.md": {"text": "x\n"}})
        wait_for("the next change", lambda: "commits-added" in self.kinds())
        self.assertEqual(self.kinds().count("weights-replaced"), 1)
        self.stop_daemon(daemon)

    def test_an_alert_comes_back_with_the_watch(self):
        timeline, watches = many(2)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, watches, sink=self.sink)
        self.check(0)
        self.hub.do(action="commit", repo="acme/m1", title="Update", files=NEW)
        self.check(1)
        only_first = '[[watch]]\nrepo = "acme/m0"\n'
        self.write_config(self.hub, only_first, sink=self.sink, interval="1s")
        daemon = self.start_daemon()
        wait_for("the retirement", lambda: self.messages("alert.resolved"))
        self.write_config(self.hub, watches, sink=self.sink, interval="1s")
        daemon.send_signal(signal.SIGHUP)
        wait_for("the alert again", lambda: len(self.messages("alert.opened")) == 2)
        self.stop_daemon(daemon)

    def test_a_reload_during_a_delivery_sends_nothing_twice(self):
        daemon = self.begin()
        self.sink.tell({"answer": ["ok;delay=3"]})
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        wait_for("the attempt", lambda: "message" in self.daemon_log() or self.sink.records())
        daemon.send_signal(signal.SIGHUP)
        wait_for("the reload", lambda: "configuration reloaded" in self.daemon_log())
        time.sleep(4)
        self.assertEqual(len(self.messages("alert.opened")), 1)
        self.stop_daemon(daemon)

    def test_a_hub_that_is_down_is_one_alert(self):
        timeline, watches = many(8)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, watches, sink=self.sink, interval="1s", hub_extra='timeout = "2s"')
        daemon = self.start_daemon()
        wait_for("all baselines", lambda: sum(
            1 for m in self.json_of("status")["models"] if m["baseline_commit"]) == 8 if self.state.exists() else False)
        self.hub.fault(type="any", kind="status", status=503)
        wait_for("the alert about the hub", lambda: "hub-unreachable" in self.kinds())
        time.sleep(3)
        self.assertEqual([k for k in self.kinds() if k != "poll-failing"], ["hub-unreachable"])
        self.assertLessEqual(self.kinds().count("poll-failing"), 1)
        self.hub.clear_faults()
        wait_for("the end of it", lambda: self.messages("alert.resolved"), 60)
        self.stop_daemon(daemon)

    def test_alerts_of_one_round_come_in_one_message(self):
        timeline, watches = many(6)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, watches, sink=self.sink)
        self.check(0)
        for n in range(6):
            self.hub.do(action="commit", repo=f"acme/m{n}", title="Update", files=NEW)
        self.check(1)
        self.assertEqual(len(self.messages()), 1)
        self.assertEqual(len(self.messages()[0]["data"]["alerts"]), 6)

    def test_watches_that_the_configuration_drops_are_retired(self):
        timeline, watches = many(2)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, watches, sink=self.sink)
        self.check(0)
        self.hub.do(action="commit", repo="acme/m1", title="Update", files=NEW)
        self.check(1)
        self.write_config(self.hub, '[[watch]]\nrepo = "acme/m0"\n', sink=self.sink, interval="1s")
        daemon = self.start_daemon()
        wait_for("the retirement", lambda: self.messages("alert.resolved"))
        self.assertIn("no longer watched", self.messages("alert.resolved")[0]["data"]["alerts"][0]["resolution"])
        self.stop_daemon(daemon)


if __name__ == "__main__":
    unittest.main(verbosity=1)
