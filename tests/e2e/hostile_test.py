"""A hostile client of the daemon's HTTP interface: hundreds of requests that must be refused cleanly, and slow or numerous
ones that must not keep others from being served. Afterwards everything that is stored is what it was, and no poll was
asked for."""

import concurrent.futures
import json
import pathlib
import re
import socket
import time
import unittest

from harness import Case, minimal_timeline, wait_for
from hostile_requests import GROUPS, WHO, Scene, good_write, wire

TOKEN = "a-token-for-hostile-tests"
HOOK = "a-secret-for-hostile-hooks"
NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
MOST_GROWTH = 20_000_000
CONNECTIONS = 64


def status_field(pid, name):
    """Bytes, from /proc/PID/status."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+) kB", text, re.M).group(1)) * 1000


def read_all(link):
    out = b""
    try:
        while piece := link.recv(65536):
            out += piece
    except (ConnectionResetError, BrokenPipeError):
        pass
    return out


def statuses_of(answer):
    """Of every answer in what came back."""
    return [int(word) for word in re.findall(rb"(?:^|\n|\})HTTP/1\.1 (\d{3}) ", answer)]


class Hostile(Case):
    def setUp(self):
        super().setUp()
        self.hub = self.start_hub(minimal_timeline())
        self.sink = self.start_sink()
        self.write_config(self.hub, sink=self.sink, interval="1h", extra='[hooks]\nsecret_env = "HOOK"\n')
        text = self.config.read_text().replace('listen = ""', 'listen = "127.0.0.1:0"\napi_token_env = "TOKEN"')
        self.config.write_text(text)
        self.check(0)
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        self.check(1)
        self.run_program("alerts", "silence", "--repo", "other/*", "--until", "2h", "--by", "ann", "--reason", "quiet", check=0)
        self.daemon = self.start_daemon({"TOKEN": TOKEN, "HOOK": HOOK})
        found = wait_for("the door", lambda: re.search(r"listening where=(\S+)", self.daemon_log()))
        host, port = found.group(1).rsplit(":", 1)
        self.where = host, int(port)
        alerts = self.json_of("alerts", "list")["alerts"]
        self.scene = Scene(TOKEN, HOOK, next(one["id"] for one in alerts if one["kind"] == "weights-replaced"))
        wait_for("the page", lambda: self.answers(wire("GET", "/api/v1/models/acme/model")) == [200])
        self.before = self.everything()

    def everything(self):
        """All rows of the database, and what the hub was asked. The daemon's own look whether it can write is no change."""
        rows = self.run_program("db", "export", check=0).stdout.splitlines()
        return [row for row in rows if '"key":"ready-check"' not in row], len(self.hub.requests())

    def connect(self):
        return socket.create_connection(self.where, timeout=20)

    def send(self, data, end=True):
        with self.connect() as link:
            try:
                link.sendall(data)
                if end:
                    link.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused before it was all there
            return read_all(link)

    def answers(self, data):
        return statuses_of(self.send(data))

    def assert_answers_at_once(self):
        begun = time.monotonic()
        self.assertEqual(self.answers(wire("GET", "/healthz")), [200])
        self.assertLess(time.monotonic() - begun, 1)

    def assert_nothing_happened(self):
        """The whole state row by row; the audit chain; the log; memory."""
        rows, asked = self.everything()
        self.assertEqual(rows, self.before[0])
        self.assertEqual(asked, self.before[1])
        self.run_program("db", "check", check=0)
        self.assertIsNone(self.daemon.poll(), self.daemon_log())
        self.assertNotRegex(self.daemon_log(), r"(?i) error |exception|AddressSanitizer|runtime error")
        self.assertNotIn(TOKEN, self.daemon_log())

    def test_the_real_requests_would_change_something(self):
        """What the others imitate: without this, a door that is shut to everybody would pass."""
        self.assertEqual(self.answers(wire("POST", self.scene.ack, self.scene.bearer(), body=WHO)), [200])
        self.assertEqual(self.answers(good_write(self.scene)), [200])
        self.assertEqual(self.answers(wire("POST", self.scene.check, self.scene.bearer(), body=b"{}")), [202])
        self.assertNotEqual(self.everything()[0], self.before[0])
        wait_for("a poll", lambda: len(self.hub.requests()) != self.before[1])

    def test_every_hostile_request_is_refused_and_none_changes_anything(self):
        table = [(group, one) for group, make in GROUPS.items() for one in make(self.scene)]
        self.assertGreaterEqual(len({one.wire for _, one in table}), 100)
        begun = status_field(self.daemon.pid, "VmRSS")
        for group, one in table:
            with self.subTest(f"{group}: {one.name}"):
                answer = self.send(one.wire)
                seen = statuses_of(answer)
                self.assertLessEqual(len(seen), 1 if 401 not in one.statuses else 2, answer[-300:])
                self.assertTrue(all(status in one.statuses for status in seen), (seen, one.statuses, answer[-200:]))
                if one.allow:
                    self.assertRegex(answer, rb"\r\nAllow: [A-Z, ]*\b" + one.allow.encode())
                self.assertNotIn(TOKEN.encode(), answer)
                self.assertNotIn(b"root:", answer)
        self.assert_answers_at_once()
        self.assert_nothing_happened()
        sanitized = status_field(self.daemon.pid, "VmSize") > 1e12
        if not sanitized:
            self.assertLess(status_field(self.daemon.pid, "VmRSS") - begun, MOST_GROWTH)

    def drip(self, data, pause):
        """A byte at a time; what comes back once the daemon has had enough, and after how long."""
        begun = time.monotonic()
        with self.connect() as link:
            try:
                for byte in data:
                    link.sendall(bytes([byte]))
                    link.settimeout(pause)
                    try:
                        if not link.recv(1, socket.MSG_PEEK):
                            break
                        break
                    except TimeoutError:
                        continue
            except OSError:
                pass
            link.settimeout(20)
            return statuses_of(read_all(link)), time.monotonic() - begun

    def test_slow_clients_are_ended_and_others_served_meanwhile(self):
        write = good_write(self.scene)
        head, body = write.split(b"\r\n\r\n")
        cases = {
            "a head": lambda: self.drip(head + b"\r\nX: " + b"a" * 500, 0.1),
            "a line": lambda: self.drip(b"POST /" + b"a" * 500, 0.1),
            "a body": lambda: self.drip(wire("POST", self.scene.accept, self.scene.bearer(), "Content-Length: 500",
                                             length=False) + b" " * 400, 0.03),
            "nothing after the head": lambda: (statuses_of(self.send(head + b"\r\n\r\n", end=False)), 0),
            "half a head, then nothing": lambda: (statuses_of(self.send(head, end=False)), 0),
        }
        with concurrent.futures.ThreadPoolExecutor(8 * len(cases)) as pool:
            running = [(name, pool.submit(case)) for name, case in cases.items() for _ in range(8)]
            for _ in range(10):
                self.assert_answers_at_once()
                time.sleep(0.2)
            for name, one in running:
                statuses, took = one.result(30)
                self.assertIn(statuses, ([408], []), name)
                self.assertLess(took, 15, name)
        self.assertEqual(self.answers(head + b"\r\n\r\n"), [400])  # half closed before its body
        self.assert_nothing_happened()

    def test_a_flood_of_connections_keeps_nobody_out(self):
        """Whoever only holds connections open gives way to who asks; what is above the limit is told so or closed."""
        idle = [self.connect() for _ in range(4 * CONNECTIONS)]
        try:
            for _ in range(5):
                self.assert_answers_at_once()
            wait_for("most of them to be ended", lambda: sum(self.is_over(link) for link in idle) >= 3 * CONNECTIONS)
        finally:
            for link in idle:
                link.close()
        begun = [self.connect() for _ in range(2 * CONNECTIONS)]
        try:
            for link in begun:
                try:
                    link.sendall(b"GET / HTTP/1.1\r\nHo")
                except OSError:
                    pass
            seen = {status for link in begun for status in statuses_of(read_all(link))}
            self.assertLessEqual(seen, {408, 503})
        finally:
            for link in begun:
                link.close()
        self.assert_answers_at_once()
        self.assert_nothing_happened()

    @staticmethod
    def is_over(link):
        link.settimeout(0.001)
        try:
            return link.recv(1, socket.MSG_PEEK) is not None
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True

    def test_clients_that_do_not_listen_are_left(self):
        """Large answers to many who never read them: memory stays, others are served."""
        links = [self.connect() for _ in range(CONNECTIONS // 2)]
        try:
            for link in links:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                link.sendall(wire("GET", "/api/v1/openapi.json") * 500)
            for _ in range(5):
                self.assert_answers_at_once()
                time.sleep(0.1)
        finally:
            for link in links:
                link.close()
        self.assert_answers_at_once()
        self.assert_nothing_happened()


if __name__ == "__main__":
    unittest.main(verbosity=2)
