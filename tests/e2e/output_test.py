"""Lost output is no success: whatever a command prints arrives, or it exits 3 and says so on stderr."""

import os
import shutil
import signal
import subprocess
import unittest

from harness import PROGRAM, Case
from manual_test import commands_of

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
PERSON = ("--by", "ann", "--reason", "planned")
SILENT = {"daemon"}  # prints nothing: its words are its log


class Output(Case):
    def begin(self):
        """A state in which every command has something to say."""
        self.hub = self.start_hub()
        self.sink = self.start_sink("webhook_sink.py", "--answer", "404", "--answer", "ok")
        self.write_config(self.hub, sink=self.sink, extra='[digest]\nnotifiers = ["sink"]\nschedule = "Mon 09:00"\n')
        self.commit = self.check(0)["models"][0]["baseline_commit"]
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        self.alert = self.check(1)["alerts"][0]["id"]
        self.message = self.json_of("outbox", "list", check=1)["messages"][0]["id"]
        silenced = self.json_of("alerts", "silence", "--repo", "other/*", "--until", "2h", *PERSON, check=0)
        self.silence = silenced["silences"][0]["id"]
        self.kept = self.folder / "kept"
        shutil.copytree(self.state, self.kept)

    def rows(self):
        """One way or more to make each command print."""
        yield from (("check",), ("check", "--json"), ("check", "--dry-run"), ("status",), ("status", "--json"))
        yield from (("assess", "acme/model"), ("assess", "acme/model", "--json"), ("assess", "acme/model", "--format", "html"))
        yield from (("history", "acme/model"), ("diff", "acme/model"), ("accept", "acme/model", *PERSON))
        yield ("review", "acme/model", "approve", "--commit", self.commit, *PERSON)
        yield from (("gate", f"acme/model@{self.commit}"), ("alerts",), ("alerts", "list"), ("alerts", "list", "--json"))
        yield from (("alerts", "show", self.alert), ("alerts", "ack", self.alert, *PERSON))
        yield from (("alerts", "resolve", self.alert, *PERSON), ("alerts", "silences"))
        yield ("alerts", "silence", "--repo", "acme/*", "--until", "2h", *PERSON)
        yield ("alerts", "unsilence", self.silence, *PERSON)
        yield from (("outbox",), ("outbox", "list"), ("outbox", "show", self.message))
        yield from (("outbox", "retry", self.message), ("outbox", "drop", self.message))
        yield from (("notify", "test"), ("digest",), ("digest", "--format", "html"), ("digest", "--send"), ("digest", "--send", "--json"))
        yield from (("discover", "--json", self.folder), ("config", "check"), ("config", "show"), ("config", "keys"))
        yield from (("db", "check"), ("db", "export"), ("db", "backup", self.folder / "backup.db"))
        yield from (("db", "repair"), ("db", "repair", "--json"), ("db", "init", "--force"))
        yield from (("explain",), ("explain", "--markdown"), ("explain", "F7", "--json"), ("version",), ("completion", "bash"))
        yield ("init", "--config", self.folder / "new.toml", self.folder)

    def restore(self):
        shutil.rmtree(self.state)
        shutil.copytree(self.kept, self.state)
        for name in ("backup.db", "new.toml"):
            (self.folder / name).unlink(missing_ok=True)

    def run_into(self, stdout, words, **how):
        self.restore()
        env = {**os.environ, "NO_COLOR": "1"}
        config = () if "--config" in words else ("--config", self.config)
        return subprocess.run([str(word) for word in (PROGRAM, *config, *words)], stdout=stdout,
                              stderr=subprocess.PIPE, text=True, timeout=60, env=env, check=False, **how)

    def lost(self, done, words):
        self.assertEqual(done.returncode, 3, f"{words}: {done.stderr}")
        self.assertIn("the output could not be written", done.stderr, words)

    def test_a_full_disk_behind_standard_output_is_no_success_of_any_command(self):
        self.begin()
        tried = set()
        for words in self.rows():
            with self.subTest(words=words), open("/dev/full", "w", encoding="utf-8") as full:
                arrived = self.run_into(subprocess.PIPE, words)
                self.assertTrue(arrived.stdout, f"{words} prints nothing: {arrived.stderr}")
                self.assertNotIn("could not be written", arrived.stderr)
                self.lost(self.run_into(full, words), words)
            tried |= {" ".join(map(str, words[:1])), " ".join(map(str, words[:2]))}
        known = {path for path, _ in commands_of()} - SILENT
        self.assertEqual({path for path in known if path not in tried}, set(), "commands without a row here")

    def test_help_that_is_lost_is_no_success(self):
        self.begin()
        for path in ("", *(path for path, _ in commands_of())):
            with self.subTest(path), open("/dev/full", "w", encoding="utf-8") as full:
                self.lost(self.run_into(full, (*path.split(), "--help")), path)
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.lost(self.run_into(full, ("--version",)), "--version")

    def test_a_report_that_is_lost_is_no_success(self):
        self.begin()
        done = self.run_into(subprocess.PIPE, ("assess", "acme/model", "--output", "/dev/full"))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("/dev/full", done.stderr)

    def test_a_reader_that_has_enough_ends_the_program_in_silence_as_it_ends_others(self):
        self.begin()
        for words in (("status",), ("check", "--json"), ("db", "export"), ("explain", "--markdown"), ("--help",)):
            for ignored in (False, True):
                with self.subTest(words=words, sigpipe_ignored=ignored):
                    out, into = os.pipe()
                    os.close(out)
                    done = self.run_into(into, words, restore_signals=not ignored)
                    os.close(into)
                    if ignored:
                        self.lost(done, words)
                    else:
                        self.assertEqual((done.returncode, done.stderr), (-signal.SIGPIPE, ""), words)

    def test_a_digest_that_is_sent_says_in_one_document_what_was_queued(self):
        self.begin()
        queued = self.json_of("digest", "--send", check=0)["queued"]
        sent = [one["headers"]["webhook-id"] for one in self.sink.records() if one["json"]["type"] == "digest"]
        self.assertEqual(sent, queued)

    def test_what_was_decided_is_kept_although_nobody_could_be_told(self):
        self.begin()
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.lost(self.run_into(full, ("alerts", "ack", self.alert, *PERSON)), "ack")
        self.assertEqual(self.json_of("alerts", "show", self.alert)["alerts"][0]["state"], "acknowledged")


if __name__ == "__main__":
    unittest.main(verbosity=1)
