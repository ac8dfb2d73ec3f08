"""A clock of this host that the hub's Date header contradicts, and what is not sent at the first look."""

import http.server
import threading
import time
import types
import unittest
import urllib.error
import urllib.request

from harness import Case, minimal_timeline


class Proxy(http.server.BaseHTTPRequestHandler):
    """Hands requests on to the hub and dates the answers by another clock."""

    protocol_version = "HTTP/1.1"
    target, ahead = "", 0

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + self.ahead)

    def do_GET(self):
        wanted = urllib.request.Request(self.target + self.path, headers=dict(self.headers), method=self.command)
        try:
            answer = urllib.request.urlopen(wanted)
        except urllib.error.HTTPError as refused:
            answer = refused
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("date", "connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


class Clock(Case):
    def begin(self, ahead):
        hub = self.start_hub()
        self.handler = type("Dated", (Proxy,), {"target": hub.url, "ahead": ahead})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.write_config(types.SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}"))

    def status(self):
        return self.run_program("status").stdout

    def test_a_wrong_clock_is_said_once_and_stands_in_the_status_until_it_is_right(self):
        for ahead, words in ((7200, "behind"), (-7200, "ahead of")):
            with self.subTest(words):
                self.state = self.folder / words.replace(" ", "-")
                self.begin(ahead)
                said = self.run_program("check", check=0).stderr
                self.assertEqual(said.count("this host's clock is"), 1, said)
                self.assertIn(words, said)
                self.assertIn(words, self.status())
                clock, = self.json_of("status")["clocks"]
                self.assertEqual(clock["hub"], "hub")
                self.assertLess(abs(clock["seconds_ahead"] + ahead), 60)
                self.handler.ahead = 0
                self.assertNotIn("clock", self.run_program("check", check=0).stderr)
                self.assertNotIn("clock", self.status())
                self.assertEqual(self.json_of("status")["clocks"], [])

    def test_a_few_seconds_are_nobodys_business(self):
        self.begin(100)
        self.assertNotIn("clock", self.run_program("check", check=0).stderr)
        self.assertEqual(self.json_of("status")["clocks"], [])


class FirstLook(Case):
    def test_what_is_not_sent_at_the_first_look_is_said_there(self):
        timeline = minimal_timeline()
        for commit in timeline["repos"][0]["commits"]:
            commit["date"] = "now-400d"
        sink = self.start_sink()
        self.write_config(self.start_hub(timeline), sink=sink)
        said = self.run_program("check", check=0).stdout
        self.assertIn("stale", said)
        self.assertIn("1 alert not sent", said)
        self.assertEqual(sink.records(), [])
        self.assertNotIn("not sent", self.run_program("check", check=0).stdout)
        alert, = self.json_of("alerts", "list")["alerts"]
        self.assertIs(alert["announced"], False)


if __name__ == "__main__":
    unittest.main(verbosity=1)
