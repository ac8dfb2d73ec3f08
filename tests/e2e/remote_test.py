"""Commands of an operator who may not open the database: they go through the running daemon's API, and say the same."""

import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest
import urllib.request

from harness import PROGRAM, Case, wait_for

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}, "README.md": {"text": "# Other words\n"}}
WHO = ["--by", "ann", "--reason", "looked at it"]
TOKEN = "a-token-for-tests"
NOBODY = 65534
ROOT = os.geteuid() == 0
TIMES = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "TIME"),
    (re.compile(r"(for )?\d+ (second|minute|hour)s?( ago| old)?"), "AGO"),
    # A daemon looks again by itself, and the hub answers now.
    (re.compile(r'"last_error": *(null|"(\\.|[^"\\])*")'), "LAST"),
    (re.compile(r"  +"), "  "),  # columns are as wide as what stands in them
)


def without_times(text):
    for pattern, word in TIMES:
        text = pattern.sub(word, text)
    return text


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stranger:
    """Something else on the daemon's port. `script` maps a path to (status, headers, body); None hangs up."""

    def __init__(self, port, script):
        stranger = self
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                stranger.seen.append((self.path, dict(self.headers)))
                step = script.get(self.path.partition("?")[0])
                if step is None:
                    self.close_connection = True
                    return
                status, headers, body = step
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(headers.get("Length", len(body))))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = "Length" in headers

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Remote(Case):
    @classmethod
    def setUpClass(cls):
        cls.shop = pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-program-"))
        cls.shop.chmod(0o755)
        cls.program = cls.shop / "modelwatch"  # where any user of this host may run it
        shutil.copy(PROGRAM, cls.program)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.shop)

    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)
        self.token = self.folder / "token"
        self.token.write_text(TOKEN + "\n")

    def configure(self, listen, name="modelwatch.toml", state=None, token=True):
        """A configuration beside the first one: same hub, same sink."""
        self.config = self.folder / name
        kept, self.state = self.state, state or self.state
        self.write_config(self.hub, sink=self.sink, extra='[digest]\nnotifiers = ["sink"]\nschedule = "Mon 09:00"\n')
        self.state = kept
        secret = f'api_token_file = "{self.token}"\n' if token else ""
        self.config.write_text(self.config.read_text().replace('listen = ""\n', f'listen = "{listen}"\n{secret}'))
        self.config.chmod(0o644)
        return self.config

    def fill(self):
        """A history with something of everything in it; nobody runs yet."""
        self.hub = self.start_hub()
        self.sink = self.start_sink("webhook_sink.py", "--answer", "404")
        self.direct = self.configure("", "direct.toml")
        self.check(0)
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        self.check(1)
        self.head = self.json_of("status")["models"][0]["commit"]
        self.run_program("review", "acme/model", "reject", "--commit", self.head, *WHO, check=0)
        self.run_program("review", "acme/model", "except", "policy-tprm", "--commit", self.head, "--until", "9d",
                         "--requested-by", "bob", "--approved-by", "ann", "--reason", "in June", check=0)
        self.hub.fault(type="any", kind="status", status=503)
        self.check(3)
        self.hub.clear_faults()
        self.run_program("alerts", "silence", "--kind", "code-*", "--label", "env=prod", "--until", "2h", *WHO, check=0)

    def serve(self, listen=None, **how):
        listen = listen or f"127.0.0.1:{free_port()}"
        self.remote = self.configure(listen, **how)
        self.daemon = self.start_daemon()
        wait_for("the door", lambda: "listening where=" in self.daemon_log())
        wait_for("the start", lambda: " started" in self.daemon_log())
        if listen.startswith("unix:"):
            os.chmod(listen[5:], 0o666)  # the group that may use it, in a test without groups
        return listen

    def operator(self, config, *words, check=None):
        """Runs as somebody who may read the configuration but not the state."""
        command = [str(self.program), "--config", str(config), *words]
        env = {**os.environ, "NO_COLOR": "1", "HOME": "/nonexistent"}
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if ROOT else {}
        mode = self.state.stat().st_mode & 0o777 if self.state.exists() else None
        if not ROOT and mode is not None:
            self.state.chmod(0)
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, cwd="/", **who)
        finally:
            if not ROOT and mode is not None:
                self.state.chmod(mode)
        self.assertNotIn("ERROR: AddressSanitizer", done.stderr)
        if check is not None:
            self.assertEqual(done.returncode, check, f"{words}: {done.stdout}\n{done.stderr}")
        return done

    def at_database(self, *words, config=None, check=None):
        self.config = config or self.direct
        return self.run_program(*words, check=check)

    def assert_same(self, left, right, words):
        for one, other in ((left.stdout, right.stdout), (left.stderr, right.stderr)):
            self.assertEqual(without_times(one), without_times(other), words)
        self.assertEqual(left.returncode, right.returncode, words)

    def questions(self):
        alert = self.json_of("alerts", "list")["alerts"][0]["id"]
        message = self.json_of("outbox", "list", "--all")["messages"][0]["id"]
        whole = [["status"], ["status", "acme/model"], ["history", "acme/model"], ["history", "acme/model", "--limit", "1"],
                 ["diff", "acme/model"], ["gate", f"acme/model@{self.head}"],
                 ["gate", f"acme/model@{self.head[:9]}", "--max-age", "1d"], ["alerts"], ["alerts", "list", "--all"],
                 ["alerts", "list", "--fail-on", "critical"],
                 ["alerts", "list", "--repo", "acme/*", "--kind", "weights-*", "--state", "all"],
                 ["alerts", "list", "--label", "env=prod", "--label", "team=*"], ["alerts", "list", "--severity", "high"],
                 ["alerts", "show", alert], ["alerts", "silences"],
                 ["alerts", "silences", "--all"], ["review", "acme/model", "list"], ["outbox"], ["outbox", "list", "--all"],
                 ["outbox", "show", message], ["digest"]]
        wrong = [["status", "acme/modle"], ["history", "acme/none"], ["diff", "acme/model", "ffffffff"],
                 ["gate", "acme/model@ffffffff"], ["gate", "acme/model@main"], ["gate", "nothing"],
                 ["gate", f"acme/model@{self.head}", "--max-age", "soon"], ["alerts", "show", "nothing"],
                 ["outbox", "show", "no thing"], ["review", "acme/none", "list"]]
        return [words + more for words in whole for more in ([], ["--json"])] + wrong + [["digest", "--format", "html"]]

    def test_what_an_operator_reads_over_tcp_is_what_the_database_says(self):
        self.fill()
        questions = self.questions()
        self.serve()
        self.assertEqual(self.operator(self.direct, "status").returncode, 3, "the database is closed to the operator")
        codes = set()
        for words in questions:
            with self.subTest(words):
                said = self.operator(self.remote, *words)
                self.assert_same(said, self.at_database(*words), words)
                codes.add(said.returncode)
        self.assertEqual(codes, {0, 1, 2, 3})

    def test_what_an_operator_reads_over_a_unix_socket_is_what_the_database_says(self):
        self.fill()
        questions = self.questions()
        self.serve(f"unix:{self.folder}/http.sock")
        for words in questions:
            with self.subTest(words):
                self.assert_same(self.operator(self.remote, *words), self.at_database(*words), words)

    def changes(self):
        """Each change with a word that finds what it is about: ids differ between two states."""
        alerts = self.json_of("alerts", "list")["alerts"]
        message = self.json_of("outbox", "list", "--all")["messages"][0]["id"]
        first, second = alerts[0]["id"], alerts[1]["id"]
        return [["alerts", "ack", first, "--until", "2h", *WHO], ["alerts", "ack", second, *WHO, "--json"],
                ["alerts", "silence", "--repo", "acme/*", "--kind", "stale", "--label", "env=a b", "--until", "2h", *WHO],
                ["alerts", "silence", "--repo", "acme/*", "--until", "1h", *WHO, "--json"],
                ["alerts", "resolve", first, *WHO], ["alerts", "resolve", first, *WHO], ["alerts", "ack", "nothing", *WHO],
                ["alerts", "resolve", second, *WHO, "--json"], ["alerts", "unsilence", "nothing", *WHO],
                ["alerts", "silence", "--until", "2h", *WHO], ["alerts", "silence", "--label", "x", "--until", "2h", *WHO],
                ["alerts", "silence", "--repo", "*", "--until", "500d", *WHO],
                ["outbox", "drop", message], ["outbox", "drop", "nothing"],
                ["review", "acme/model", "except", "policy-tprm", "--commit", self.head, "--until", "1d",
                 "--requested-by", "bob", "--approved-by", "ann", "--reason", "x", "--json"],
                ["review", "acme/model", "except", "policy-tprm", "--until", "1d"],
                ["review", "acme/model", "approve", "--commit", "ab" * 20, "--until", "30d", *WHO],
                ["review", "acme/model", "approve", "--commit", self.head, *WHO, "--json"],
                ["review", "acme/model", "reject", "--commit", self.head, *WHO],
                ["review", "acme/model", "reject", "--commit", self.head, *WHO, "--until", "1d"],
                ["accept", "acme/model", *WHO], ["accept", "acme/model", "--commit", "ffffffff", *WHO],
                ["accept", "acme/none", *WHO], ["accept", "acme/model", *WHO, "--json"]]

    def change_both(self, listen=None):
        self.fill()
        changes = self.changes()
        shutil.copytree(self.state, self.folder / "copy")
        copy = self.configure("", "copy.toml", state=self.folder / "copy")
        self.token.chmod(0o644)
        self.serve(listen)
        for words in changes:
            with self.subTest(words):
                self.assert_same(self.operator(self.remote, *words), self.at_database(*words, config=copy), words)
        made = json.loads(self.operator(self.remote, "alerts", "silences", "--json", check=0).stdout)["silences"][0]["id"]
        self.operator(self.remote, "alerts", "unsilence", made, *WHO, check=0)
        told = self.operator(self.remote, "alerts", "unsilence", made[-12:], *WHO, check=2)
        self.assertIn("is over already", told.stderr)
        self.assertTrue(json.loads(self.at_database("db", "check", "--json").stdout)["ok"])
        for words in (["status", "--json"], ["alerts", "list", "--all", "--json"], ["review", "acme/model", "list", "--json"]):
            self.assert_same(self.operator(self.remote, *words), self.at_database(*words), words)

    def test_what_an_operator_changes_over_tcp_changes_the_same(self):
        self.change_both()

    def test_what_an_operator_changes_over_a_unix_socket_changes_the_same(self):
        self.change_both(f"unix:{self.folder}/http.sock")

    def test_a_digest_and_a_message_sent_again_leave_through_the_daemon(self):
        self.fill()
        self.token.chmod(0o644)
        lost = self.json_of("outbox", "list", check=1)["messages"][0]["id"]
        self.serve()
        self.sink.tell({"answer": ["ok"]})
        self.operator(self.remote, "outbox", "retry", lost, check=0)
        told = self.operator(self.remote, "digest", "--send", check=0)
        self.assertIn("queued: the running daemon", told.stdout)

        def arrived():
            return [r["json"]["type"] for r in self.sink.records() if r["answer"] in ("ok", 200)]

        wait_for("both", lambda: "digest" in arrived() and "alert.opened" in arrived())
        self.operator(self.remote, "outbox", "list", check=0)

    def test_a_change_without_the_token_is_refused_and_says_which_one(self):
        self.fill()
        self.token.chmod(0o600)
        self.serve()
        before = self.at_database("status", "--json").stdout
        words = ["accept", "acme/model", *WHO]
        if ROOT:
            told = self.operator(self.remote, *words, check=3)
            self.assertIn(str(self.token), told.stderr)
            self.assertEqual(told.stdout, "")
            self.operator(self.remote, "status", check=1)
        self.token.write_text("another-token\n")
        self.token.chmod(0o644)
        told = self.operator(self.remote, *words, check=3)
        self.assertIn("does not take the token of daemon.api_token_file", told.stderr)
        self.assertEqual(self.at_database("status", "--json").stdout, before)

    def test_a_daemon_without_a_token_leaves_changes_to_who_may_open_the_database(self):
        self.fill()
        self.serve(token=False)
        told = self.operator(self.remote, "accept", "acme/model", *WHO, check=3)
        self.assertTrue(told.stderr.strip())
        self.operator(self.remote, "status", check=1)
        self.at_database("accept", "acme/model", *WHO, config=self.remote, check=0)

    def test_somebody_else_on_the_port_is_not_asked_and_never_told_the_token(self):
        self.fill()
        alive = (200, {}, b'{"status":"alive"}\n')
        foreign = (200, {"X-Modelwatch-State": "0" * 32}, b'{"status":"alive"}\n')
        for script in ({"/healthz": alive}, {"/healthz": foreign}, {"/healthz": (404, {}, b"")}, {}):
            port = free_port()
            stranger = Stranger(port, script)
            self.addCleanup(stranger.stop)
            config = self.configure(f"127.0.0.1:{port}", "stranger.toml")
            for words in (["status", "--json"], ["review", "acme/model", "reject", "--commit", self.head, *WHO]):
                self.assert_same(self.at_database(*words, config=config), self.at_database(*words), words)
            self.assertEqual({path for path, _ in stranger.seen}, {"/healthz"})
            self.assertEqual([h for _, h in stranger.seen if "Authorization" in h], [])

    def test_who_only_claims_to_be_the_daemon_is_never_told_the_token(self):
        self.fill()
        listen = self.serve()
        with urllib.request.urlopen(f"http://{listen}/healthz", timeout=10) as answer:
            mark = answer.headers["X-Modelwatch-State"]
            self.assertIsNone(answer.headers["X-Modelwatch-Proof"])
        self.stop_daemon(self.daemon)
        for proof in ({}, {"X-Modelwatch-Proof": ""}, {"X-Modelwatch-Proof": "A" * 43 + "="}):
            everything = (200, {"X-Modelwatch-State": mark, **proof}, b'{"status":"alive","verdict":"pass","reasons":[]}')
            stranger = Stranger(int(listen.rpartition(":")[2]), {"/healthz": everything, "/api/v1/commands/gate": everything,
                                                                "/api/v1/commands/accept": everything})
            try:
                refused = self.at_database("accept", "acme/model", *WHO, config=self.remote)
                self.assertEqual(refused.returncode, 3, refused.stdout)
                gate = ["gate", f"acme/model@{self.head}", "--json"]
                self.assert_same(self.at_database(*gate, config=self.remote), self.at_database(*gate), gate)
                self.assertEqual({path for path, _ in stranger.seen}, {"/healthz"})
                self.assertEqual([h for _, h in stranger.seen if "Authorization" in h], [])
                challenges = [h["X-Modelwatch-Challenge"] for _, h in stranger.seen]
                self.assertEqual(len(challenges), len(set(challenges)))
            finally:
                stranger.stop()

    def test_a_daemon_of_another_state_is_not_asked(self):
        self.fill()
        listen = self.serve()
        other = self.configure(listen, "other.toml", state=self.folder / "other")
        done = self.at_database("status", config=other)
        self.assertEqual(done.returncode, 3)
        self.assertIn("nothing recorded yet", done.stderr)
        same = self.configure(listen, "same.toml", state=f"{self.folder}/./x/../state/")
        self.operator(same, "status", check=1)

    def test_a_daemon_that_goes_away_is_an_error_and_never_an_answer(self):
        self.fill()
        listen = self.serve(token=False)
        with urllib.request.urlopen(f"http://{listen}/healthz", timeout=10) as answer:
            mark = answer.headers["X-Modelwatch-State"]
        self.stop_daemon(self.daemon)
        alive = (200, {"X-Modelwatch-State": mark}, b'{"status":"alive"}\n')
        for step in (None, (200, {"Length": 1000}, b'{"models":['), (200, {}, b'{"models":['), (200, {}, b"[]"),
                     (200, {}, b"{}"), (503, {}, b'{"error":"the database cannot be used now"}'),
                     (200, {"Length": 100 << 20}, b"{"), (200, {}, b'{"models":[1],"messages_given_up":0,"more":{}}')):
            with self.subTest(step):
                stranger = Stranger(int(listen.rpartition(":")[2]), {"/healthz": alive, "/api/v1/commands/status": step,
                                                                    "/api/v1/commands/gate": step})
                try:
                    done = self.at_database("status", config=self.remote)
                    self.assertEqual(done.returncode, 3, done.stdout)
                    self.assertTrue(done.stderr.strip())
                    self.assertEqual(done.stdout, "")
                    gate = self.at_database("gate", f"acme/model@{self.head}", config=self.remote)
                    self.assertIn(gate.returncode, (1, 3), gate.stdout)
                finally:
                    stranger.stop()

    def test_where_readers_need_the_token_too_it_is_sent(self):
        self.fill()
        self.token.chmod(0o644)
        port = free_port()
        self.serve(f"0.0.0.0:{port}")
        self.assert_same(self.operator(self.remote, "status"), self.at_database("status"), "status")
        if not ROOT:
            return
        self.token.chmod(0o600)
        told = self.operator(self.remote, "status", check=3)
        self.assertIn("token", told.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
