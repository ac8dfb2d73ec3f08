#!/usr/bin/python3
"""A far end for webhooks and Slack messages, for tests and demonstrations.

Listens on 127.0.0.1 (port 0 unless --port), prints one JSON line {"port": …, "url": …, "pid": …} when it is ready,
and ends on SIGTERM or when its standard input is closed.

  --out FILE        append one JSON line per request: n, at, method, path, headers (names in lower case), body,
                    json (null when the body is none), signature, slack_problems, problems (of --slack, --teams
                    and --pagerduty), answer
  --port N          listen there instead of on a free port
  --cert, --key     serve https
  --answer STEP     what to answer; may be repeated: each request takes the next step, the last one stays.
                    STEP is a status or a word, then options, separated by ';':
                      200            that status                   ok           200, or what --slack decides (default)
                      reset          read the request, then reset the connection without an answer
                      close          read the request, then close   hang         never answer
                      ;body=TEXT     the answer's body              ;retry-after=V  the header
                      ;location=URL  the header                     ;delay=S     wait before the answer
                      ;drip=S        send the body one byte per S seconds
                      ;cut=N         send N bytes of the body, then reset the connection
                      ;count=N       the step serves N requests before the next one takes over
  --secret S        check signatures (Standard Webhooks) with this secret; may be repeated: any may match.
                    "signature" is recorded as valid, invalid, missing, stale or unchecked
  --enforce         answer 401 when the signature is not valid (only in place of step "ok")
  --tolerance N     greatest distance between webhook-timestamp and now, seconds (default 300)
  --slack           check bodies against the published limits of Slack's incoming webhooks. Step "ok" answers
                    200 "ok", or 400 and one of invalid_payload, no_text, invalid_blocks
  --teams           the same for an Adaptive Card through a Workflows webhook: 202, or 400 (413 when it is too large)
  --pagerduty KEY   the same for PagerDuty's Events API v2: 202 and its JSON, or 400. Keeps the incidents: what
                    "incidents" records is the number of open ones after the request
  --stay            do not end when standard input is closed

Lines on standard input change the script while it runs: {"answer": ["503", "ok"]}.
"""

import argparse
import base64
import datetime
import hashlib
import hmac
import json
import os
import signal
import socket
import ssl
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pagerduty_limits import Incidents, pagerduty_answer, pagerduty_problems  # noqa: E402
from slack_limits import slack_error, slack_problems  # noqa: E402
from teams_limits import teams_problems  # noqa: E402


class Script:
    """Steps in turn; the last one stays."""

    def __init__(self, steps):
        self.lock = threading.Lock()
        self.replace(steps)

    def replace(self, steps):
        with self.lock:
            self.steps = [self.parse(step) for step in steps] or [self.parse("ok")]

    def next(self):
        with self.lock:
            step = self.steps[0]
            step["count"] -= 1
            if step["count"] <= 0 and len(self.steps) > 1:
                self.steps.pop(0)
            return step

    @staticmethod
    def parse(text):
        word, *options = text.split(";")
        step = {"word": word, "count": 1}
        for option in options:
            key, _, value = option.partition("=")
            if key not in ("body", "retry-after", "location", "delay", "drip", "cut", "count"):
                raise SystemExit(f"--answer {text}: unknown option {key}")
            step[key] = {"delay": float, "drip": float, "cut": int, "count": int}.get(key, str)(value)
        if word not in ("ok", "reset", "close", "hang") and not (word.isdigit() and 200 <= int(word) < 600):
            raise SystemExit(f"--answer {text}: neither a status nor one of ok, reset, close, hang")
        return step


def signing_key(secret):
    if secret.startswith("whsec_"):
        return base64.b64decode(secret[len("whsec_"):])
    return secret.encode()


def judge_signature(secrets, headers, body, tolerance):
    if not secrets:
        return "unchecked"
    ident, stamp, given = (headers.get(n) for n in ("webhook-id", "webhook-timestamp", "webhook-signature"))
    if not ident or not stamp or not given:
        return "missing"
    content = ident.encode() + b"." + stamp.encode() + b"." + body
    wanted = [hmac.new(signing_key(s), content, hashlib.sha256).digest() for s in secrets]
    for part in given.split(" "):
        version, _, text = part.partition(",")
        if version != "v1":
            continue
        try:
            value = base64.b64decode(text, validate=True)
        except ValueError:
            continue
        if any(hmac.compare_digest(value, one) for one in wanted):
            return "valid" if abs(time.time() - int(stamp)) <= tolerance else "stale"
    return "invalid"


class Recorder:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8") if path else None
        self.lock = threading.Lock()
        self.count = 0

    def write(self, record):
        with self.lock:
            self.count += 1
            if self.file:
                now = datetime.datetime.now(datetime.timezone.utc).isoformat()
                self.file.write(json.dumps({"n": self.count, "at": now, **record}) + "\n")
                self.file.flush()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.serve(self.rfile.read(int(self.headers.get("content-length") or 0)))

    def do_GET(self):
        self.serve(b"")

    do_PUT = do_PATCH = do_POST
    do_HEAD = do_DELETE = do_GET

    def serve(self, body):
        sink = self.server.sink
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            document = json.loads(body)
        except ValueError:
            document = None
        signature = judge_signature(sink.secret, headers, body, sink.tolerance)
        problems = self.problems(document, body)
        step = self.server.script.next()
        status, text = self.decide(step, signature, document, problems)
        self.server.recorder.write({
            "method": self.command, "path": self.path, "headers": headers,
            "body": body.decode("utf-8", "replace"), "json": document, "signature": signature,
            "slack_problems": problems if sink.slack else [], "problems": problems,
            "incidents": self.server.incidents.open_now(), "answer": status or step["word"],
        })
        if step.get("delay"):
            time.sleep(step["delay"])
        if status is None:
            self.refuse(step["word"])
        else:
            self.answer(status, text, step)

    def problems(self, document, body):
        sink = self.server.sink
        if sink.slack:
            return slack_problems(document)
        if sink.teams:
            return teams_problems(document, body)
        return pagerduty_problems(document, body, sink.pagerduty) if sink.pagerduty else []

    def decide(self, step, signature, document, problems):
        sink = self.server.sink
        if step["word"] in ("reset", "close", "hang"):
            return None, ""
        if step["word"] != "ok":
            return int(step["word"]), step.get("body", "")
        if sink.enforce and signature != "valid":
            return 401, "bad signature"
        if sink.slack:
            return (400, slack_error(document, problems)) if problems else (200, step.get("body", "ok"))
        if sink.teams:
            large = any(problem.startswith("size:") for problem in problems)
            return (413 if large else 400 if problems else 202), step.get("body", "; ".join(problems))
        if sink.pagerduty:
            if not problems:
                self.server.incidents.take(document)
            return (400 if problems else 202), pagerduty_answer(document, problems)
        return 200, step.get("body", "")

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # the file objects hold the descriptor open: without this the reset would come late
        self.rfile.close()
        self.wfile.close()
        self.connection.close()

    def refuse(self, how):
        self.close_connection = True
        if how == "hang":
            self.server.ended.wait()
        elif how == "reset":
            self.reset()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def answer(self, status, text, step):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name in ("retry-after", "location"):
            if name in step:
                self.send_header(name, step[name])
        self.end_headers()
        if self.command == "HEAD":
            return
        if "cut" in step:
            self.wfile.write(body[:step["cut"]])
            self.wfile.flush()
            time.sleep(0.1)  # a reset overtakes what is still on its way
            self.close_connection = True
            self.reset()
            return
        if not step.get("drip"):
            self.wfile.write(body)
            return
        try:
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(step["drip"])
        except OSError:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass  # connections that the client or a scripted step broke


def read_control(server, stay):
    for line in sys.stdin:
        try:
            server.script.replace(json.loads(line)["answer"])
        except (ValueError, KeyError, TypeError, SystemExit) as problem:
            print(f"webhook_sink: {line.strip()}: {problem}", file=sys.stderr, flush=True)
    if not stay:
        server.shutdown()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--cert")
    options.add_argument("--key")
    options.add_argument("--answer", action="append", default=[])
    options.add_argument("--secret", action="append", default=[])
    options.add_argument("--enforce", action="store_true")
    options.add_argument("--tolerance", type=int, default=300)
    options.add_argument("--slack", action="store_true")
    options.add_argument("--teams", action="store_true")
    options.add_argument("--pagerduty", metavar="KEY")
    options.add_argument("--stay", action="store_true")
    chosen = options.parse_args()

    server = Server(("127.0.0.1", chosen.port), Handler)
    server.sink, server.script, server.recorder = chosen, Script(chosen.answer), Recorder(chosen.out)
    server.ended, server.incidents = threading.Event(), Incidents()
    if chosen.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chosen.cert, chosen.key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    threading.Thread(target=read_control, args=(server, chosen.stay), daemon=True).start()
    scheme = "https" if chosen.cert else "http"
    port = server.server_address[1]
    print(json.dumps({"port": port, "url": f"{scheme}://127.0.0.1:{port}/", "pid": os.getpid()}), flush=True)
    server.serve_forever(poll_interval=0.05)
    server.ended.set()


if __name__ == "__main__":
    main()
