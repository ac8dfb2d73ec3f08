"""A host in trouble: clocks that were wrong, databases that vanish or are damaged, disks that are full or read-only."""

import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from harness import PROGRAM, ROOT, Case, minimal_timeline, wait_for

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
TWO_DAYS = 2 * 86400 * 1000


def many(count):
    timeline = minimal_timeline()
    template = timeline["repos"][0]
    timeline["repos"] = [{**template, "id": f"acme/m{n}", "_id": f"65a0000000000000000000{n:02x}"}
                         for n in range(count)]
    for n, repo in enumerate(timeline["repos"]):
        repo["cardData"] = {"license": "apache-2.0", "model_name": f"model {n}"}  # no shared card
    return timeline, "".join(f'[[watch]]\nrepo = "acme/m{n}"\n' for n in range(count))


class Trouble(Case):
    def afresh(self):
        self.tearDown()
        self.setUp()

    def sql(self, *statements):
        with sqlite3.connect(self.state / "modelwatch.db") as db:
            for one in statements:
                db.execute(one)
        db.close()

    def begin(self, interval="1h", **config):
        self.hub = self.start_hub()
        self.sink = self.start_sink()
        self.write_config(self.hub, sink=self.sink, interval=interval, **config)

    def messages(self, kind=None):
        return [r["json"] for r in self.sink.records() if kind is None or r["json"]["type"] == kind]


class WrongClock(Trouble):
    def waiting_message(self):
        """One message that the far end did not take."""
        self.begin()
        self.check(0)
        self.sink.tell({"answer": ["503"]})
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        self.check(1)
        waiting = self.json_of("outbox", "list")["messages"]
        self.assertEqual([one["state"] for one in waiting], ["waiting"])
        self.sink.tell({"answer": ["ok"]})

    def put_off(self, span):
        """As if the clock had been that far ahead when the far end failed."""
        self.sql(f"UPDATE message SET next_attempt_at = next_attempt_at + {span} WHERE state = 'waiting'")

    def test_a_round_delivers_what_a_wrong_clock_put_off_and_what_waits_behind_it(self):
        for span in (TWO_DAYS, 730 * TWO_DAYS):
            with self.subTest(span=span):
                self.afresh()
                self.waiting_message()
                self.put_off(span)
                self.hub.do(action="commit", repo="acme/model", title="More",
                            files={"model.safetensors": {"size": 1000000, "sha256": "cc" * 32}})
                self.check(1)
                self.assertEqual(self.json_of("outbox", "list")["messages"], [])
                ids = [r["headers"]["webhook-id"] for r in self.sink.records()[1:]]
                self.assertEqual(len(ids), len(set(ids)))

    def test_a_daemon_delivers_it_when_it_starts(self):
        self.waiting_message()
        self.put_off(TWO_DAYS)
        daemon = self.start_daemon()
        wait_for("the delivery", lambda: self.json_of("outbox", "list")["messages"] == [])
        self.stop_daemon(daemon)

    def test_a_message_that_looks_years_old_is_tried_again_not_given_up(self):
        self.waiting_message()
        self.sql(f"UPDATE message SET created_at = created_at - {730 * TWO_DAYS}, next_attempt_at = 0")
        self.sink.tell({"answer": ["503"]})
        self.check(1)
        self.assertEqual([one["state"] for one in self.json_of("outbox", "list")["messages"]], ["waiting"])


class RemovedNotifier(Trouble):
    def test_its_messages_are_dropped_with_a_word(self):
        self.begin()
        self.check(0)
        self.sink.tell({"answer": ["503"]})
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        self.check(1)
        text = self.config.read_text()
        self.config.write_text(text.replace('name = "sink"', 'name = "other"'))
        daemon = self.start_daemon()
        wait_for("the word", lambda: "not configured any more" in self.daemon_log())
        self.stop_daemon(daemon)
        with sqlite3.connect(self.state / "modelwatch.db") as db:
            rows = db.execute("SELECT state, last_answer FROM message WHERE notifier = 'sink'").fetchall()
        db.close()
        self.assertEqual([state for state, _ in rows], ["dropped"])
        self.assertIn("no notifier of this name", rows[0][1])


class LostDatabase(Trouble):
    def used(self):
        """An open alert, and nothing running."""
        self.begin(interval="1s")
        self.check(0)
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        self.check(1)
        self.backup = self.folder / "backup.db"
        self.run_program("db", "backup", str(self.backup), check=0)

    def database(self):
        return self.state / "modelwatch.db"

    def lose(self, how):
        for part in ("-wal", "-shm"):
            pathlib.Path(str(self.database()) + part).unlink(missing_ok=True)
        if how == "removed":
            self.database().unlink()
        else:
            self.database().write_bytes(b"")

    def test_nothing_goes_on_without_it_until_it_is_restored(self):
        for how in ("removed", "emptied"):
            with self.subTest(how=how):
                self.afresh()
                self.used()
                self.lose(how)
                for words in (["daemon"], ["check"], ["check", "--dry-run"], ["status"], ["alerts", "list"], ["db", "check"],
                              ["gate", "acme/model@" + "a" * 40], ["db", "init"]):
                    done = self.run_program(*words, timeout=30)
                    self.assertEqual(done.returncode, 3, f"{words}: {done.stdout}{done.stderr}")
                    self.assertIn("Put a backup back", done.stderr)
                    self.assertIn("db init --force", done.stderr)
                shutil.copy(self.backup, self.database())
                self.assertIn("weights-replaced", self.open_kinds())
                self.check(1)

    def test_somebody_may_begin_anew_on_purpose(self):
        self.used()
        self.lose("removed")
        self.run_program("db", "init", "--force", check=0)
        self.assertEqual(self.open_kinds(), [])
        self.check(0)
        self.run_program("db", "init", check=3)

    def test_a_fresh_directory_needs_no_ceremony(self):
        self.begin()
        self.run_program("db", "init", check=0)
        self.check(0)

    def lose_under_daemon(self, harm):
        self.used()
        self.config.write_text(self.config.read_text().replace('listen = ""', f'listen = "unix:{self.folder}/http.sock"'))
        daemon = self.start_daemon()
        wait_for("the start", lambda: "started" in self.daemon_log())
        before = len(self.messages())
        harm(self.database())
        code = daemon.wait(60)
        self.assertEqual(code, 3, self.daemon_log())
        lost = [alert for one in self.messages("alert.opened")[:] for alert in one["data"]["alerts"]
                if alert["kind"] == "state-lost"]
        self.assertEqual(len(lost), 1)
        self.assertEqual(lost[0]["severity"], "critical")
        self.assertIn("modelwatch.db", lost[0]["summary"])
        self.assertEqual(len(self.messages()), before + 1)
        self.assertIn("while the daemon was running", self.daemon_log())

    def test_a_daemon_whose_database_is_removed_says_so_and_ends(self):
        self.lose_under_daemon(lambda file: file.unlink())
        self.assertEqual(self.run_program("daemon", timeout=30).returncode, 3)

    def test_a_daemon_whose_database_is_emptied_says_so_and_ends(self):
        self.lose_under_daemon(lambda file: os.truncate(file, 0))

    def test_a_daemon_whose_database_is_replaced_says_so_and_ends(self):
        def replace(file):
            shutil.copy(self.backup, str(file) + ".new")
            os.replace(str(file) + ".new", file)
        self.lose_under_daemon(replace)

    def test_a_far_end_that_hangs_does_not_keep_it_alive(self):
        self.used()
        self.sink.tell({"answer": ["hang"]})
        daemon = self.start_daemon()
        wait_for("the start", lambda: "started" in self.daemon_log())
        self.database().unlink()
        self.assertEqual(daemon.wait(60), 3, self.daemon_log())


class Damage(Trouble):
    """One row of one watch of three."""

    OF_SICK = "watch = (SELECT id FROM watch WHERE repo = 'acme/m0')"
    HARM = {
        "evidence": f"UPDATE evidence SET body = '{{' WHERE {OF_SICK}",
        "rating": f"UPDATE rating SET body = '[' WHERE {OF_SICK}",
        "snapshot": f"UPDATE snapshot SET details = '{{' WHERE {OF_SICK}",
        "text_blob": f"UPDATE text_blob SET body = '{{' WHERE id IN (SELECT card FROM snapshot WHERE {OF_SICK})",
        "alert": "UPDATE alert SET evidence = '{\"' WHERE watch_key LIKE '%/m0@%'",
    }

    def begin_three(self):
        timeline, watches = many(3)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, watches, sink=self.sink, interval="1s")
        self.check(0)
        self.hub.do(action="commit", repo="acme/m0", title="Update", files=NEW)
        self.check(1)

    def test_one_watch_fails_and_the_others_go_on(self):
        for table, harm in self.HARM.items():
            with self.subTest(table=table):
                self.afresh()
                self.begin_three()
                self.sql(harm)
                self.hub.do(action="commit", repo="acme/m1", title="Update", files=NEW)
                answer = self.check(3)
                self.assertEqual([one["repo"] for one in answer["failed"]], ["acme/m0"])
                self.assertIn("damaged", answer["failed"][0]["error"])
                self.assertIn("db check", answer["failed"][0]["error"])
                self.assertEqual(answer["checked"], 3)
                self.assertIn("weights-replaced", [a["kind"] for a in answer["alerts"] if a["repo"] == "acme/m1"])
                # What only shows goes on.
                models = {m["repo"]: m for m in self.json_of("status")["models"]}
                self.assertEqual(len(models), 3)
                self.assertIn("damaged", models["acme/m0"]["last_error"])
                self.assertIsNone(models["acme/m1"]["last_error"])
                self.assertIn("acme/m0", [a["repo"] for a in self.json_of("alerts", "list")["alerts"]])
                self.run_program("digest", "--preview", check=0)
                self.run_program("history", "acme/m0", check=0)
                # The check names it.
                found = self.json_of("db", "check", check=1)
                said = "\n".join(found["problems"])
                self.assertIn({"snapshot": "snapshot", "text_blob": "text_blob"}.get(table, table), said)
                self.assertIn("m0" if table != "alert" else "alert ", said)

    def test_a_daemon_goes_on_with_the_others(self):
        self.begin_three()
        self.sql(*self.HARM.values())
        daemon = self.start_daemon()
        wait_for("the failure", lambda: "its stored state is damaged" in self.daemon_log())
        self.hub.do(action="commit", repo="acme/m2", title="Update", files=NEW)
        wait_for("the alert of another", lambda: any(
            a["repo"] == "acme/m2" for m in self.messages("alert.opened") for a in m["data"]["alerts"]))
        self.stop_daemon(daemon)

    def test_what_the_hub_has_is_dropped_and_fetched_again_and_what_people_decided_stays(self):
        self.begin_three()
        self.sql(self.HARM["evidence"], self.HARM["rating"], self.HARM["alert"],
                 "UPDATE snapshot SET details = '{' WHERE id = (SELECT latest FROM watch WHERE repo = 'acme/m0')")
        mended = self.json_of("db", "repair", check=1)  # the alert is left
        self.assertTrue(mended["left"])
        for one in mended["left"]:
            self.assertTrue(one.startswith("alert "), one)
        self.assertIn("weights-replaced", self.open_kinds())
        left = [a for a in self.json_of("alerts", "list")["alerts"] if a["repo"] == "acme/m0"]
        for one in left:
            self.run_program("alerts", "resolve", one["id"], "--by", "ann", "--reason", "damaged", check=0)
        answer = self.check()
        self.assertEqual(answer["failed"], [])
        self.assertIn("weights-replaced", [a["kind"] for a in answer["alerts"] if a["repo"] == "acme/m0"])

    def test_a_baseline_whose_card_is_damaged_is_mended_by_the_same_card(self):
        self.begin_three()
        self.sql(self.HARM["text_blob"])
        self.json_of("db", "repair", check=1)
        self.assertEqual(self.check()["failed"], [])
        self.json_of("db", "check", check=0)

    def test_repair_waits_for_the_daemon_to_stop(self):
        self.begin_three()
        daemon = self.start_daemon()
        wait_for("the start", lambda: "started" in self.daemon_log())
        done = self.run_program("db", "repair")
        self.assertEqual(done.returncode, 3)
        self.assertIn("is in use by", done.stderr)
        self.stop_daemon(daemon)


class Disk(Trouble):
    """Needs a mount of its own, in a namespace of its own: nothing is left behind."""

    def setUp(self):
        super().setUp()
        if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
            self.skipTest("no mounts without privileges here")
        self.begin()
        self.check(0)

    def inside(self, prepare, *words):
        script = f"set -e; {prepare}; exec \"$0\" --config '{self.config}' {' '.join(words)}"
        return subprocess.run(["unshare", "-m", "sh", "-c", script, str(PROGRAM)], capture_output=True, text=True,
                              timeout=60, env={**os.environ, "NO_COLOR": "1"})

    def test_a_full_disk_is_called_that_at_the_start(self):
        keep = self.folder / "keep"
        shutil.copytree(self.state, keep)
        size = sum(file.stat().st_size for file in keep.iterdir()) // 1024 + 64
        prepare = (f"mount -t tmpfs -o size={size}k none '{self.state}'; cp '{keep}'/* '{self.state}'/; "
                   f"cat /dev/zero > '{self.state}/rest' 2>/dev/null || true")
        for words in (["daemon"], ["check"], ["status"]):
            done = self.inside(prepare, *words)
            self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
            self.assertIn("disk is full", done.stderr)
            self.assertNotIn("look at the kernel log", done.stderr)

    def test_a_state_on_a_file_system_that_is_read_only_can_be_looked_at_and_saved(self):
        prepare = f"mount --bind '{self.state}' '{self.state}'; mount -o remount,ro,bind '{self.state}'"
        status = self.inside(prepare, "status", "--json")
        self.assertEqual(status.returncode, 0, status.stderr)
        self.assertEqual(json.loads(status.stdout)["models"][0]["repo"], "acme/model")
        self.assertEqual(self.inside(prepare, "db", "check").returncode, 0)
        self.assertEqual(self.inside(prepare, "history", "acme/model").returncode, 0)
        self.assertEqual(self.inside(prepare, "alerts", "list").returncode, 0)
        copy = self.folder / "copy.db"
        done = self.inside(prepare, "db", "backup", str(copy))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(copy.stat().st_size, 0)
        refused = self.inside(prepare, "check")
        self.assertEqual(refused.returncode, 3)
        self.assertIn("read-only", refused.stderr)


class Locks(Trouble):
    def test_a_lock_file_that_is_removed_does_not_let_a_second_daemon_in(self):
        self.begin()
        daemon = self.start_daemon()
        wait_for("the start", lambda: "started" in self.daemon_log())
        (self.state / "modelwatch.lock").unlink()
        for words in (["daemon"], ["check"]):
            second = self.run_program(*words, timeout=20)
            self.assertEqual(second.returncode, 3, second.stderr)
            self.assertIn("in use by another process", second.stderr)
        self.stop_daemon(daemon)


class Migration(Trouble):
    def test_systemd_and_the_log_hear_of_it(self):
        self.begin()
        self.state.mkdir(mode=0o700)
        with sqlite3.connect(self.state / "modelwatch.db") as db:
            db.executescript((ROOT / "storage/migrations/0001_initial.sql").read_text())
            db.execute("PRAGMA application_id = 0x6d6f6477")
            db.execute("PRAGMA user_version = 1")
        db.close()
        address = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(address)
            manager.settimeout(20)
            daemon = self.start_daemon(env={"NOTIFY_SOCKET": address})
            heard = []
            while not heard or "READY=1" not in heard[-1]:
                heard.append(manager.recv(4096).decode())
            self.stop_daemon(daemon)
        before_ready = "\n".join(heard[:-1])
        self.assertIn("EXTEND_TIMEOUT_USEC=", before_ready)
        self.assertIn("STATUS=bringing the database to schema version", before_ready)
        self.assertIn("bringing the database to schema version", self.daemon_log())
        self.assertTrue((self.state / "modelwatch.db.v1.bak").exists())


if __name__ == "__main__":
    unittest.main(verbosity=1)
