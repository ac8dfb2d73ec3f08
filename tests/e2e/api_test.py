"""The daemon's HTTP interface as a client sees it: pages, API, metrics, tokens, hub webhooks, hostile requests."""

import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import unittest
import urllib.error
import urllib.request

from harness import ROOT, Case, minimal_timeline, wait_for

try:
    import jsonschema
except ImportError:  # installed by scripts/setup --test
    jsonschema = None

OPENAPI = json.loads((ROOT / "conf" / "openapi.json").read_text())
PROMTOOL = shutil.which("promtool") or shutil.which(str(ROOT / ".cache/tools/usr/bin/promtool"))
NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
TOKEN = "a-token-for-tests"
HOOK = "a-secret-for-hooks"


class Api(Case):
    def setUp(self):
        super().setUp()
        self.hub = self.start_hub(minimal_timeline())
        self.sink = self.start_sink()
        self.begin()

    def begin(self, repo="acme/model", listen="127.0.0.1:0"):
        self.write_config(self.hub, f'[[watch]]\nrepo = "{repo}"\nlabels = {{ env = "prod" }}\n', sink=self.sink,
                          interval="1h", extra='[hooks]\nsecret_env = "HOOK"\n[digest]\nnotifiers = ["sink"]\nschedule = "Mon 09:00"\n')
        text = self.config.read_text().replace('listen = ""', f'listen = "{listen}"\napi_token_env = "TOKEN"')
        self.config.write_text(text)
        self.daemon = self.start_daemon({"TOKEN": TOKEN, "HOOK": HOOK})
        found = wait_for("the door", lambda: re.search(r"listening where=(\S+)", self.daemon_log()))
        self.where = found.group(1)

    def ask(self, path, body=None, method=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.where}{path}", data=data, method=method,
                                         headers={name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode(), refusal.headers

    def get(self, path):
        status, text, _ = self.ask(path)
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def send(self, path, body, **headers):
        headers.setdefault("Authorization", f"Bearer {TOKEN}")
        status, text, _ = self.ask(path, body, "POST", **headers)
        return status, json.loads(text)

    def poll_once(self):
        status, _ = self.send("/api/v1/models/acme/model/check", {})
        self.assertEqual(status, 202)
        wait_for("a poll", lambda: self.get("/api/v1/models/acme/model")["models"][0]["last_success_at"])

    def open_alert(self):
        self.poll_once()
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        self.send("/api/v1/models/acme/model/check", {})
        return wait_for("an alert", lambda: self.get("/api/v1/alerts?kind=weights-replaced")["alerts"])[0]

    def raw(self, data):
        host, port = self.where.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as link:
            link.sendall(data)
            out = b""
            while piece := link.recv(65536):
                out += piece
                if b"Connection: keep-alive" in out:
                    break  # not refused: the caller says whether that is right
        return out

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_answers_are_what_the_document_says(self):
        self.assertEqual(self.get("/api/v1/openapi.json"), OPENAPI)
        found = self.open_alert()
        self.decide_everything(found)
        message = self.get("/api/v1/commands/outbox?all=true")["messages"][0]["id"]
        queries = {"history": "repo=acme/model", "diff": "repo=acme/model", "reviews": "repo=acme/model",
                   "gate": f"repo=acme/model&commit={found['commit']}", "alert": f"id={found['id']}",
                   "message": f"id={message}", "alerts": "all=true", "silences": "all=true", "outbox": "all=true"}
        store = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": OPENAPI["components"]}
        for path, methods in OPENAPI["paths"].items():
            schema = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
            schema = schema.get("application/json", {}).get("schema")
            if schema is None:
                continue
            with self.subTest(path):
                asked = path.replace("{ns}", "acme").replace("{name}", "model")
                if path.startswith("/api/v1/commands/"):
                    asked += "?" + queries.get(path.rpartition("/")[2], "")
                answer = self.get(asked)
                jsonschema.Draft202012Validator({**store, **schema}).validate(answer)
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator({**store, "$ref": "#/components/schemas/Models"}).validate({"models": 1})

    def decide_everything(self, found):
        """Every change that a command can ask for, and whether the answer is what the document says."""
        store = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": OPENAPI["components"]}
        who = {"by": "ada", "reason": "looked at it"}
        one = {"repo": "acme/model", "commit": found["commit"]}
        self.sink.tell({"answer": ["503"]})
        bodies = {
            "acknowledge": {"id": found["id"], "until": "2h", **who},
            "silence": {"kind": "stale", "labels": {"env": "prod"}, "until": "2h", **who},
            "unsilence": None,
            "review": {**one, "verdict": "reject", **who},
            "except": {**one, "policy": "policy-tprm", "requested_by": "bob", "approved_by": "ada", "until": "1d",
                       "reason": "for now"},
            "resolve": {"id": found["id"], **who},
            "accept": {"repo": "acme/model", **who},
            "check": {"repos": "acme/model", "fail_on": "high"}, "send-digest": {}, "retry": None, "drop": None,
        }
        listed = {path.rpartition("/")[2] for path, methods in OPENAPI["paths"].items()
                  if path.startswith("/api/v1/commands/") and "post" in methods}
        self.assertEqual(listed, set(bodies))
        for name, body in bodies.items():
            path = f"/api/v1/commands/{name}"
            if name == "unsilence":
                body = {"id": self.get("/api/v1/commands/silences")["silences"][0]["id"], **who}
            if name in ("retry", "drop"):
                body = {"id": queued}
            with self.subTest(path):
                self.assertEqual(self.send(path, body, Authorization="")[0], 401)
                self.assertEqual(self.send(path, [body])[0], 400)
                self.assertEqual(self.ask(path)[0], 405)
                operation = OPENAPI["paths"][path]["post"]
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                jsonschema.Draft202012Validator({**store, **schema}).validate(body)
                status, answer = self.send(path, body)
                self.assertEqual(status, 200, answer)
                schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
                jsonschema.Draft202012Validator({**store, **schema}).validate(answer)
                if schema.get("required"):
                    with self.assertRaises(jsonschema.ValidationError):
                        jsonschema.Draft202012Validator({**store, **schema}).validate({})
            if name == "send-digest":
                queued = answer["queued"][0]
                wait_for("the refusal", lambda: self.get(f"/api/v1/commands/message?id={queued}")["messages"][0]["attempts"])

    def test_what_cannot_be_asked_is_refused_and_nothing_is_changed(self):
        found = self.open_alert()
        before = self.json_of("db", "check", check=0)["audit_entries"]
        who = {"by": "ada", "reason": "x"}
        for name, body, status in (
                ("accept", {"repo": "acme/none", **who}, 404), ("accept", {"repo": "acme/model"}, 400),
                ("accept", {"repo": ["acme/model"], **who}, 400), ("acknowledge", {"id": "nothing", **who}, 404),
                ("acknowledge", {"id": found["id"], "by": "x" * 5000, "reason": "x"}, 400),
                ("acknowledge", {"id": found["id"], "until": "2020-01-01", **who}, 400),
                ("resolve", {"id": found["id"], "by": " ", "reason": "x"}, 400), ("silence", who, 400),
                ("silence", {"labels": [1], "until": "2h", **who}, 400),
                ("silence", {"labels": {"env": 1}, "until": "2h", **who}, 400),
                ("silence", {"repo": "*", "until": "500d", **who}, 400), ("unsilence", {"id": "nothing", **who}, 404),
                ("review", {"repo": "acme/model", "verdict": "bless", **who}, 400),
                ("except", {"repo": "acme/model"}, 400), ("retry", {"id": ""}, 404), ("drop", {"id": 7}, 400),
                ("send-digest", {}, 200), ("status", {}, 405), ("nonsense", {}, 404)):
            with self.subTest(name=name, body=body):
                code, answer = self.send(f"/api/v1/commands/{name}", body)
                self.assertEqual(code, status, answer)
        for asked in ("history", "history?repo=acme/none", "diff?repo=acme/model&from=ffffffff", "alert?id=x",
                      "gate?repo=acme/model&commit=main", "gate?repo=acme/model&max_age=soon", "message",
                      "history?repo=acme/model&limit=-1"):
            self.assertIn(self.ask(f"/api/v1/commands/{asked}")[0], (400, 404), asked)
        self.assertEqual(self.json_of("db", "check", check=0)["audit_entries"], before)

    def test_the_older_names_and_the_commands_are_one_code(self):
        self.open_alert()
        listed = self.get("/api/v1/alerts")["total"]
        for query in ("", "?kind=weights-*", "?kind=none", "?severity=CRITICAL", "?severity=info", "?state=all",
                      "?state=resolved", "?all=true", "?repo=acme/*", "?repo=x", "?repo=acme/model@main", "?label=env=prod", "?label=env%3D*,team%3Dx", "?limit=1", "?limit=1&offset=1",
                      "?offset=1000"):
            with self.subTest(query):
                self.assertEqual(self.get("/api/v1/alerts" + query), self.get("/api/v1/commands/alerts" + query))
        self.assertEqual(len(self.get("/api/v1/commands/alerts?limit=1")["alerts"]), 1)
        self.assertEqual(self.get("/api/v1/commands/alerts?kind=none")["total"], 0)
        self.assertEqual(self.get("/api/v1/commands/alerts?offset=1000")["total"], listed)
        for query in ("?limit=0", "?limit=1001", "?limit=x", "?offset=-1", "?state=closed"):
            for name in ("alerts", "commands/alerts"):
                self.assertEqual(self.ask(f"/api/v1/{name}{query}")[0], 400)
        old, new = self.get("/api/v1/digest"), self.get("/api/v1/commands/digest")
        self.assertEqual(sorted(old), sorted(new))

    def test_numbers_are_written_as_people_write_them_everywhere(self):
        self.open_alert()
        texts = [self.ask(path)[1] for path in ("/api/v1/models", "/api/v1/models/acme/model", "/api/v1/alerts",
                                                "/api/v1/events", "/api/v1/digest", "/api/v1/commands/status")]
        texts += [self.run_program(*words).stdout for words in (
            ["status", "--json"], ["assess", "acme/model", "--json"], ["assess", "acme/model", "--format", "sarif"],
            ["assess", "acme/model", "--format", "cyclonedx"], ["digest", "--json"], ["db", "export"])]
        texts += [record["body"] if "body" in record else json.dumps(record["json"]) for record in self.sink.records()]
        self.assertRegex(texts[0], r'"score": ?\d+\.\d')
        for text in texts:
            self.assertNotRegex(text, r'[:,\[] ?-?\d+(\.\d+)?E[+-]?\d')

    def test_a_baseline_accepted_through_the_api_holds_for_the_next_poll(self):
        self.open_alert()
        self.send("/api/v1/models/acme/model/accept", {"by": "ada", "reason": "reviewed"})
        head = self.get("/api/v1/models/acme/model")["models"][0]["commit"]
        self.hub.do(action="commit", repo="acme/model", title="Words", files={"README.md": {"text": "other\n"}})
        self.send("/api/v1/models/acme/model/check", {})
        wait_for("the poll", lambda: self.get("/api/v1/models/acme/model")["models"][0]["commit"] != head)
        self.assertEqual(self.get("/api/v1/models/acme/model")["models"][0]["baseline_commit"], head)
        self.assertEqual(self.get("/api/v1/alerts?kind=weights-replaced")["alerts"], [])

    def test_what_is_resolved_by_hand_but_still_holds_opens_again_at_the_next_poll(self):
        found = self.open_alert()
        body = {"id": found["id"], "by": "ada", "reason": "looks fine"}
        self.assertEqual(self.send("/api/v1/commands/resolve", body)[0], 200)
        self.assertEqual(self.get("/api/v1/alerts?kind=weights-replaced")["alerts"], [])
        self.send("/api/v1/models/acme/model/check", {})
        again = wait_for("the alert", lambda: self.get("/api/v1/alerts?kind=weights-replaced")["alerts"], 10)
        self.assertNotEqual(again[0]["id"], found["id"])

    def test_the_shapes_are_those_of_the_commands(self):
        self.open_alert()
        said = self.json_of("status")["models"][0]
        self.assertEqual(self.get("/api/v1/models/acme/model")["models"][0].keys(), said.keys())
        alerts = {one["id"]: one for one in self.json_of("alerts", "list")["alerts"]}
        for one in self.get("/api/v1/alerts")["alerts"]:
            self.assertEqual(one, alerts[one["id"]])

    def test_lists_are_filtered_and_come_in_pages(self):
        self.open_alert()
        whole = self.get("/api/v1/events")
        self.assertGreater(whole["total"], 1)
        first = self.get("/api/v1/events?limit=1")
        self.assertEqual((len(first["events"]), first["next_offset"]), (1, 1))
        last = self.get(f"/api/v1/events?limit=5&offset={whole['total'] - 1}")
        self.assertEqual((len(last["events"]), last["next_offset"]), (1, None))
        self.assertEqual(self.get("/api/v1/models?repo=other/*")["total"], 0)
        self.assertEqual(self.get("/api/v1/models?repo=ACME/*")["total"], 1)
        for bad in ("limit=0", "limit=x", "limit=1001", "offset=-1"):
            self.assertEqual(self.ask(f"/api/v1/events?{bad}")[0], 400, bad)

    def test_an_alert_is_acknowledged_and_a_baseline_accepted_by_somebody_with_the_token(self):
        found = self.open_alert()
        path = f"/api/v1/alerts/{found['id']}/ack"
        who = {"by": "ada", "reason": "looking at it"}
        for word in ("", "Bearer wrong", f"Basic {TOKEN}"):
            self.assertEqual(self.send(path, who, Authorization=word)[0], 401, word)
        for bad in ({}, {"reason": "x"}, {"by": " ", "reason": "x"}, {**who, "until": "yesterday"}, [who]):
            self.assertEqual(self.send(path, bad)[0], 400, bad)
        status, answer = self.send(path, who)
        self.assertEqual((status, answer["alerts"][0]["state"]), (200, "acknowledged"))
        self.assertEqual(self.json_of("alerts", "show", found["id"])["alerts"][0]["state"], "acknowledged")
        self.assertEqual(self.send(path, {"by": "ada"})[0], 200, "an acknowledgement needs no reason")
        for bad in ({"by": "ada"}, {"by": "ada", "reason": " "}, {"reason": "reviewed"}):
            self.assertEqual(self.send("/api/v1/models/acme/model/accept", bad)[0], 400, bad)
        status, answer = self.send("/api/v1/models/acme/model/accept", {"by": "ada", "reason": "reviewed"})
        self.assertEqual(status, 200)
        self.assertIn("resolved", [one["state"] for one in answer["alerts"]])
        self.assertEqual(self.send(path, who)[0], 409)
        self.assertEqual(self.send("/api/v1/models/acme/other/accept", who)[0], 404)
        self.assertEqual(self.json_of("status")["models"][0]["baseline_commit"], answer["models"][0]["commit"])

    def test_a_push_that_the_hub_tells_of_is_polled_at_once(self):
        self.poll_once()
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        body = {"event": {"action": "update", "scope": "repo.content"}, "repo": {"type": "model", "name": "acme/model"}}
        for secret in ({}, {"X-Webhook-Secret": "wrong"}, {"X-Webhook-Secret": ""}):
            self.assertEqual(self.ask("/hooks/huggingface", body, "POST", **secret)[0], 401)
        for odd in ([], {"repo": 1}, {}):
            self.assertIn(self.ask("/hooks/huggingface", odd, "POST", **{"X-Webhook-Secret": HOOK})[0], (202, 400))
        for _ in range(3):
            self.assertEqual(self.ask("/hooks/huggingface", body, "POST", **{"X-Webhook-Secret": HOOK})[0], 202)
        wait_for("the alert", lambda: any(r["json"]["type"] == "alert.opened" for r in self.sink.records()))
        kinds = [a["kind"] for r in self.sink.records() if r["json"]["type"] == "alert.opened"
                 for a in r["json"]["data"]["alerts"]]
        self.assertEqual(kinds.count("weights-replaced"), 1)

    @unittest.skipIf(PROMTOOL is None, "promtool is not installed")
    def test_metrics_please_the_linter(self):
        self.open_alert()
        text = self.ask("/metrics")[1]
        done = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        self.assertIn('modelwatch_polls_total{hub="hub",outcome="changed"}', text)
        self.assertIn("modelwatch_alerts{severity=", text)

    def test_signs_of_life(self):
        self.assertEqual(self.get("/healthz"), {"status": "alive"})
        self.poll_once()
        self.assertEqual(self.get("/readyz")["status"], "ready")

    def test_pages_are_there_and_forbid_what_they_do_not_need(self):
        self.open_alert()
        for path in ("/", "/models/acme/model", "/?q=acme&sort=-model&page=2", "/static/page.css", "/static/page.js"):
            status, text, headers = self.ask(path)
            self.assertEqual(status, 200, path)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertIsNone(headers["Access-Control-Allow-Origin"])
        self.assertIn("weights-replaced", self.ask("/models/acme/model")[1])
        self.assertEqual(self.ask("/models/acme/none")[0], 404)

    def test_a_hundred_hostile_requests_change_nothing(self):
        self.poll_once()
        before = self.get("/api/v1/models")
        head = b"POST /api/v1/models/acme/model/check HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        token = f"Authorization: Bearer {TOKEN}\r\n".encode()
        hostile = [
            b"\x00" * 100, b"\x16\x03\x01\x02\x00", b"GET", b"GET /\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            head + token + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            head + token + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            head + token + b"Content-Length: 0\r\nContent-Length: 9\r\n\r\n",
            head + token + b"Content-Length: 99999999\r\n\r\n",
            head + token + b"Content-Length: +0\r\n\r\n",
            head + token + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
            head + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
            head.replace(b"Host: 127.0.0.1", b"Host: evil.example") + token + b"Content-Length: 2\r\n\r\n{}",
            head.replace(b"Host: 127.0.0.1\r\n", b"") + token + b"Content-Length: 2\r\n\r\n{}",
        ]
        hostile += [b"%s /api/v1/models/acme/model/check HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n" % (verb, token)
                    for verb in (b"GET", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"CONNECT", b"BREW")]
        hostile += [b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" % path for path in (
            b"/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/static/../../x", b"/static/%2e%2e%2fx", b"//evil/x",
            b"/models/a%00b/c", b"/models/a%0d%0aX:1/c", b"/static/page.css%00.js", b"/\\..\\x", b"/models/%ff/x",
            b"/" + b"a" * 5000, b"/?" + b"a=1&" * 5000, b"/;/x", b"*", b"http://evil.example/")]
        hostile += [b"POST /api/v1/alerts/%s/ack HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Length: %d\r\n\r\n%s"
                    % (b"x", authorization, len(body), body)
                    for authorization in (b"", b"Authorization: Bearer nope\r\n", token)
                    for body in (b"", b"{", b"[]", b"null", b'{"by":1,"reason":2}', b'{"by":"","reason":""}',
                                 b'{"a":' * 200 + b"1" + b"}" * 200, b"\xff\xfe", b'{"by":"x","reason":"y"}')]
        hostile += [b"POST /hooks/huggingface HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Length: %d\r\n\r\n%s"
                    % (secret, len(body), body)
                    for secret in (b"", b"X-Webhook-Secret: x\r\n", b"X-Webhook-Secret: a\r\nX-Webhook-Secret: b\r\n")
                    for body in (b"{}", b'{"repo":{"name":"acme/model"}}', b"nothing", b"", b"[" * 500)]
        hostile += [b"GET /api/v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n\r\n" % line for line in (
            b"Host: 127.0.0.1", b"Host : 127.0.0.1", b" folded: x", b"A\x00B: x", b"A: \x01", b"A: x\r B", b": x", b"A",
            b"Upgrade: websocket", b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", b"Transfer-Encoding: gzip",
            b"Transfer-Encoding : chunked", b"Transfer-Encoding: \x0bchunked", b"Content-Length: 0x10",
            b"Content-Length: 1e3", b"Content-Length: 18446744073709551616", b"Expect: x", b"A" * 20_000 + b": x",
            b"Content-Length: 1, 1", b"Content-Length:", b"A: x\n\nGET / HTTP/1.1")]
        self.assertGreaterEqual(len(hostile), 100)
        for request in hostile:
            answer = self.raw(request if request.endswith(b"\r\n\r\n") or b"Content-Length: " in request else request + b"\r\n\r\n")
            self.assertRegex(answer, rb"^HTTP/1.1 [45]\d\d ", request[-120:])
            self.assertNotRegex(answer, rb"HTTP/1.1 2\d\d ", request[-120:])
            self.assertNotIn(b"root:", answer)
        self.assertIsNone(self.daemon.poll())
        self.assertEqual(self.get("/api/v1/models"), before)

    def test_a_unix_socket_needs_no_port(self):
        self.stop_daemon(self.daemon)
        place = pathlib.Path(self.folder) / "http.sock"
        self.begin(listen=f"unix:{place}")
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(place))
            link.sendall(b"GET /healthz HTTP/1.1\r\nHost: modelwatch\r\nConnection: close\r\n\r\n")
            self.assertIn(b"200 OK", link.recv(4096))
        self.assertEqual(place.stat().st_mode & 0o777, 0o660)
        text = self.config.read_text()
        self.config.write_text(text.replace("[daemon]\n", '[daemon]\nsocket_mode = "0600"\n'))
        self.daemon.send_signal(signal.SIGHUP)
        wait_for("the new mode", lambda: place.exists() and place.stat().st_mode & 0o777 == 0o600)
        self.config.write_text(text.replace("[daemon]\n", '[daemon]\nsocket_group = "no-such-group"\n'))
        self.daemon.send_signal(signal.SIGHUP)
        wait_for("the complaint", lambda: "there is no such group" in self.daemon_log())
        self.config.write_text(text)
        self.daemon.send_signal(signal.SIGHUP)
        wait_for("the door again", place.exists)
        self.stop_daemon(self.daemon)
        self.assertFalse(place.exists())

    def test_a_taken_port_does_not_stop_the_watch(self):
        self.stop_daemon(self.daemon)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            text = self.config.read_text().replace('"127.0.0.1:0"', f'"127.0.0.1:{port}"')
            self.config.write_text(text)
            self.daemon = self.start_daemon({"TOKEN": TOKEN, "HOOK": HOOK})
            wait_for("the complaint", lambda: "cannot listen" in self.daemon_log())
            wait_for("the start", lambda: "started" in self.daemon_log())
        self.assertIsNone(self.daemon.poll())


if __name__ == "__main__":
    unittest.main(verbosity=2)
