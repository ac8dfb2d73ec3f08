"""Logging to the journal: entries with fields where one listens, prefixed lines on stderr where none does. The
journal's socket has a fixed place, so the test lives in a mount namespace of its own."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import unittest

from harness import PROGRAM, Case, wait_for

SOCKET = pathlib.Path("/run/systemd/journal/socket")
INSIDE = "MODELWATCH_TEST_NAMESPACE"


def fields_of(datagram):
    """The native protocol: NAME=value lines, or NAME, a little-endian length and the bytes."""
    out, at = {}, 0
    while at < len(datagram):
        end = datagram.index(b"\n", at)
        line = datagram[at:end]
        if b"=" in line:
            name, value = line.split(b"=", 1)
            at = end + 1
        else:
            size = int.from_bytes(datagram[end + 1:end + 9], "little")
            name, value = line, datagram[end + 9:end + 9 + size]
            at = end + 9 + size + 1
        out[name.decode()] = value.decode()
    return out


class Journal(Case):
    def setUp(self):
        super().setUp()
        SOCKET.parent.mkdir(parents=True, exist_ok=True)
        self.hub = self.start_hub()

    def start(self, log_format, stream_of_stderr):
        self.write_config(self.hub, interval="1s")
        text = self.config.read_text(encoding="utf-8").replace(
            "[daemon]\n", f'[daemon]\nlog_format = "{log_format}"\n')
        self.config.write_text(text, encoding="utf-8")
        log = open(self.folder / "daemon-0.log", "w", encoding="utf-8")
        at = os.fstat(log.fileno())
        number = at.st_ino if stream_of_stderr else at.st_ino + 1
        daemon = subprocess.Popen([str(PROGRAM), "--config", str(self.config), "daemon"], stderr=log,
                                  stdout=subprocess.DEVNULL,
                                  env={**os.environ, "JOURNAL_STREAM": f"{at.st_dev}:{number}"})
        log.close()
        self.daemons.append(daemon)
        return daemon

    def replace_weights(self):
        """Once the first poll is over, so that there is a baseline to differ from."""
        def has_baseline():
            known = self.run_program("status", "--json")
            return known.returncode == 0 and json.loads(known.stdout)["models"][0]["baseline_commit"]

        wait_for("the first poll", has_baseline)
        self.hub.do(action="commit", repo="acme/model", title="Upload weights",
                    files={"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}})

    def logged(self):
        """Without what is said of the configuration before there is a log."""
        lines = self.daemon_log().splitlines()
        return [line for line in lines if not line.removeprefix("<4>").startswith("modelwatch: warning: ")]

    def listen(self):
        SOCKET.unlink(missing_ok=True)
        journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(journal.close)
        journal.bind(str(SOCKET))
        journal.settimeout(30)
        return journal

    def test_entries_carry_priority_and_fields(self):
        journal = self.listen()
        daemon = self.start("auto", stream_of_stderr=True)
        self.replace_weights()
        entries = [fields_of(journal.recv(65536))]
        while "MODELWATCH_KIND" not in entries[-1]:
            entries.append(fields_of(journal.recv(65536)))
        self.assertEqual(entries[-1]["MODELWATCH_REPO"], "acme/model")
        self.assertEqual(entries[-1]["MODELWATCH_KIND"], "weights-replaced")
        self.assertIn("acme/model", entries[-1]["MESSAGE"])
        for entry in entries:
            self.assertEqual(entry["SYSLOG_IDENTIFIER"], "modelwatch")
            self.assertIn(entry["PRIORITY"], ("3", "4", "6"))
        self.stop_daemon(daemon)
        self.assertEqual(self.logged(), [], "what the journal has is not said twice")

    def test_without_a_journal_lines_carry_the_priority(self):
        SOCKET.unlink(missing_ok=True)
        daemon = self.start("journald", stream_of_stderr=False)
        self.replace_weights()
        wait_for("a line about the alert", lambda: "weights-replaced" in self.daemon_log())
        self.stop_daemon(daemon)
        self.assertTrue(self.logged())
        for line in self.logged():
            self.assertRegex(line, r"^<[346]>")

    def test_why_it_does_not_start_is_an_error_of_the_journal(self):
        for mistake in ('[daemon]\nlistn = ""\n', '[hub]\ntoken_file = "/no/such/file"\n[[watch]]\nrepo = "acme/model"\n'):
            log = open(self.folder / "refused.log", "w", encoding="utf-8")
            at = os.fstat(log.fileno())
            self.config.write_text(mistake)
            done = subprocess.run([str(PROGRAM), "--config", str(self.config), "daemon"], stderr=log, timeout=60,
                                  env={**os.environ, "JOURNAL_STREAM": f"{at.st_dev}:{at.st_ino}"}, check=False)
            log.close()
            self.assertEqual(done.returncode, 2)
            lines = (self.folder / "refused.log").read_text().splitlines()
            self.assertTrue(lines)
            for line in lines:
                self.assertRegex(line, r"^<[34]>modelwatch: ")
            self.assertTrue(any(line.startswith("<3>") for line in lines), lines)

    def test_a_stderr_that_is_not_the_journals_gets_lines_for_people(self):
        journal = self.listen()
        daemon = self.start("auto", stream_of_stderr=False)
        self.replace_weights()
        wait_for("a line about the alert", lambda: "weights-replaced" in self.daemon_log())
        self.stop_daemon(daemon)
        self.assertNotRegex(self.daemon_log(), r"(?m)^<")
        journal.setblocking(False)
        with self.assertRaises(BlockingIOError):
            journal.recv(10)


if __name__ == "__main__":
    if INSIDE in os.environ:
        unittest.main(verbosity=2)
    own = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs /run && exec "$0" "$@"']
    if shutil.which("unshare") is None or subprocess.run([*own, "true"], check=False, capture_output=True).returncode:
        print("no mount namespace can be had here")
        sys.exit(77)
    os.environ[INSIDE] = "1"
    os.execvp(own[0], [*own, sys.executable, "-B", *sys.argv])
