"""kill -9 at every commit point of the pipeline: no alert is ever lost, and none is told twice but under the id it was
told before."""

import json
import os
import random
import unittest

from harness import PROGRAM, Case, minimal_timeline, wait_for

# Before and after the database commits, before and after the far end's answer.
POINTS = ["transaction-before-commit", "transaction-after-commit", "record-before-commit", "attempt-before-commit",
          "attempt-after-commit", "send-before", "send-after"]
ROUNDS = int(os.environ.get("MODELWATCH_KILLS", "210"))
KILLED = -9


class Kill(Case):
    def setUp(self):
        super().setUp()
        self.hub = self.start_hub()
        self.sink = self.start_sink()
        self.write_config(self.hub, sink=self.sink)
        self.check(0)
        self.expected = []

    def change(self, n):
        new = f"{n + 1:064x}"
        self.hub.do(action="commit", repo="acme/model", title=f"Weights {n}",
                    files={"model.safetensors": {"size": 1000, "sha256": new}})
        return new

    def deliveries(self):
        """(message id, type, new sha256 of the first file) of each request that reached the far end."""
        out = []
        for record in self.sink.records():
            for alert in record["json"]["data"]["alerts"]:
                files = alert["evidence"].get("files", [{}])
                out.append((record["headers"]["webhook-id"], record["json"]["type"], files[0].get("new_sha256")))
        return out

    def run_until_killed(self, point, nth):
        done = self.run_program("check", "--json", env={"MODELWATCH_CRASH_AT": f"{point}:{nth}"})
        return done.returncode == KILLED

    def test_no_alert_is_lost_and_none_is_invented(self):
        choose = random.Random(20261123)
        kills = 0
        told = 0
        n = 0
        while kills < ROUNDS:
            n += 1
            self.assertLess(n, 4 * ROUNDS, "the crash points are not reached: is the program built without them?")
            new = self.change(n)
            for _ in range(choose.randint(1, 3)):
                if self.run_until_killed(choose.choice(POINTS), choose.randint(1, 2)):
                    kills += 1
            done = self.run_program("check", "--json")
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            mine = [d for d in self.deliveries()[told:] if d[2] == new]
            ids = {d[0] for d in mine}
            self.assertEqual(len(ids), 1, f"change {n} was told in {len(ids)} messages: {mine}")
            told = len(self.deliveries())
        counts = {}
        for message, _, _ in self.deliveries():
            counts[message] = counts.get(message, 0) + 1
        repeated = [m for m, c in counts.items() if c > 1]
        # A repeat needs a kill between the far end's answer and our note of it; each kill causes at most one.
        self.assertLessEqual(sum(counts.values()) - len(counts), kills)
        self.assertEqual(self.json_of("outbox", "list")["messages"], [])
        self.assertTrue(self.json_of("db", "check", check=0)["ok"])
        print(f"{kills} kills, {n} changes, {len(counts)} messages, {len(repeated)} of them repeated", flush=True)

    def test_accept_happens_whole_or_not_at_all(self):
        self.change(1)
        self.check(1)
        for point in ("transaction-before-commit", "transaction-after-commit"):
            words = ["accept", "acme/model", "--by", "ann", "--reason", "reviewed"]
            done = self.run_program(*words, env={"MODELWATCH_CRASH_AT": f"{point}:1"})
            self.assertEqual(done.returncode, KILLED)
            model = self.json_of("status")["models"][0]
            accepted = model["baseline_commit"] == model["commit"]
            self.assertEqual(accepted, point == "transaction-after-commit")
            self.assertEqual(model["open_alerts"], 0 if accepted else 1)
            self.assertTrue(self.json_of("db", "check", check=0)["ok"])
        self.check(0)
        self.assertEqual([d[1] for d in self.deliveries()], ["alert.opened", "alert.resolved"])

    def test_a_killed_daemon_goes_on_where_it_was(self):
        self.write_config(self.hub, sink=self.sink, interval="1s")
        for n in range(1, 6):
            daemon = self.start_daemon()
            new = self.change(100 + n)
            if n % 2:
                wait_for("the change to arrive", lambda: any(d[2] == new for d in self.deliveries()))
            daemon.kill()
            daemon.wait()
        self.run_program("check")
        delivered = self.deliveries()
        self.assertTrue(any(d[2] == f"{106:064x}" for d in delivered), delivered)
        ids = {}
        for message, _, new in delivered:
            ids.setdefault(new, set()).add(message)
        for new, messages in ids.items():
            self.assertEqual(len(messages), 1, f"{new} was told in several messages")


if __name__ == "__main__":
    unittest.main(verbosity=1)
