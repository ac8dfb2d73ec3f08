"""The stage of scripts/demo.py: a stand-in for the Hub, a chat and a mail server, and the daemon that watches.

Everything listens on loopback only, lives in one private folder, and is ended by Troupe.end_all(), or by the kernel
when the program that started it is gone.
"""

import ctypes
import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
TIMELINE = ROOT / "tests/hub/timelines/reference.json"
SINKS = ROOT / "tests/sinks"
PYTHON = "/usr/bin/python3"
GEMMA, GGUF, FALCON = "google/gemma-2-2b", "TheBloke/Mistral-7B-Instruct-v0.2-GGUF", "tiiuae/falcon-7b"
PATIENCE = 20.0
INHERITED = {"HF_TOKEN", "HF_ENDPOINT", "MODELWATCH_CONFIG", "STATE_DIRECTORY", "HTTPS_PROXY", "HTTP_PROXY",
             "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy", "NOTIFY_SOCKET"}


class Trouble(Exception):
    """What keeps the story from going on, in words for the person who watches."""


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Troupe:
    """The processes of the demonstration. Each is a group of its own, so that Ctrl-C reaches only this program."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        self.environment = {k: v for k, v in os.environ.items() if k not in INHERITED}

    def start(self, name, command):
        with open(self.folder / f"{name}.log", "w", encoding="utf-8") as log:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stderr=log,
                                       stdout=subprocess.PIPE, text=True, env=self.environment, process_group=0,
                                       preexec_fn=end_with_parent)
        self.started.append(process)
        return process

    def server(self, name, command):
        """Starts what says in one JSON line where it listens."""
        line = self.start(name, command).stdout.readline()
        if not line:
            raise Trouble(f"{name} did not start:\n{self.log(name)}")
        return json.loads(line)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").strip()

    def end(self, process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdin.close()
        process.stdout.close()
        self.started.remove(process)

    def end_all(self):
        for process in reversed(list(self.started)):
            self.end(process)


class Inbox:
    """What a recording far end wrote down."""

    def __init__(self, file, texts):
        self.file, self.texts = file, texts
        file.touch()

    def texts_about(self, alert):
        whole = self.file.read_text(encoding="utf-8").split("\n")[:-1]
        records = [json.loads(line) for line in whole]
        return [self.texts(r) for r in records if r.get("event", "mail") == "mail" and alert in json.dumps(r)]

    def count(self):
        return len(self.texts_about(""))


CONFIG = """\
# The configuration of the demonstration. Polls every second are for demonstrations only: an hour is usual.
[daemon]
state_dir = "{folder}/state"
listen = ""

[hub]
endpoint = "{hub}"
proxy = "none"

[defaults]
interval = "1s"
jitter = 0

[[watch]]
repo = "{gemma}"
stale_after = "{stale_after}s"  # the last step loads a limit that its last commit is beyond

[[watch]]
repo = "{gguf}"
labels = {{ env = "prod" }}

[[watch]]
repo = "{falcon}"

[[notifier]]
name = "chat"
type = "slack"
url_file = "{folder}/chat-url"
min_severity = "low"
proxy = "none"

[[notifier]]
name = "mailbox"
type = "email"
from = "modelwatch@demo.example"
to = ["you@demo.example"]
smtp = "smtps://127.0.0.1:{smtp}"
ca_file = "{folder}/mail.pem"
min_severity = "low"
"""


def commits_of(repo):
    repos = json.loads(TIMELINE.read_text(encoding="utf-8"))["repos"]
    return next(r for r in repos if r["id"] == repo)["commits"]


def age_of(repo):
    """Seconds since the last commit of a repo of the timeline."""
    last = datetime.datetime.fromisoformat(commits_of(repo)[-1]["date"].replace("Z", "+00:00"))
    return int((datetime.datetime.now(datetime.timezone.utc) - last).total_seconds())


def replaced(repo, path):
    """The action that puts other bytes of the same size under the path of a weight file."""
    file = {key: value for key, value in commits_of(repo)[-1]["files"][path].items() if key != "sha256"}
    return {"action": "commit", "repo": repo, "title": "Upload model", "files": {path: {**file, "seed": "replaced"}}}


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", folder / "mail.key", "-out", folder / "mail.pem"], check=True, capture_output=True)


class Stage:
    def __init__(self, troupe, program, double):
        folder = troupe.folder
        self.folder, self.program, self.troupe = folder, program, troupe
        self.config = folder / "modelwatch.toml"
        self.chat = Inbox(folder / "chat.jsonl", lambda r: r["json"]["text"])
        self.mail = Inbox(folder / "mail.jsonl", lambda r: r["subject"])
        make_certificate(folder)
        self.hub = self.troupe.server("hub", [double, "--timeline", TIMELINE, "--quiet"])
        self.chat_at = self.troupe.server(
            "chat", [PYTHON, "-B", SINKS / "webhook_sink.py", "--slack", "--out", self.chat.file])
        self.mail_at = self.troupe.server(
            "mail", [PYTHON, "-B", SINKS / "smtp_sink.py", "--tls", "implicit", "--cert", folder / "mail.pem",
                     "--key", folder / "mail.key", "--out", self.mail.file])
        (folder / "chat-url").write_text(self.chat_at["url"] + "\n", encoding="ascii")
        (folder / "chat-url").chmod(0o600)
        self.configure(stale_after=age_of(GEMMA) + 24 * 3600)
        self.daemon = self.troupe.start("daemon", [program, "--config", self.config, "daemon"])

    def configure(self, stale_after):
        self.config.write_text(CONFIG.format(
            folder=self.folder, hub=self.hub["url"], smtp=self.mail_at["port"], gemma=GEMMA, gguf=GGUF, falcon=FALCON,
            stale_after=stale_after), encoding="utf-8")

    def lose_patience(self):
        """A limit that is over, however long the story took until now, so that nothing else is told with it."""
        self.configure(stale_after=age_of(GEMMA) - 1)
        self.daemon.send_signal(signal.SIGHUP)

    def change(self, action):
        """One step of the timeline, or one action of the double's."""
        path, body = ("set", action) if isinstance(action, dict) else ("advance", {"step": action})
        request = urllib.request.Request(f"{self.hub['control']}/__double/{path}", data=json.dumps(body).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(request, timeout=10).read()

    def ask(self, *words):
        done = subprocess.run([self.program, "--config", self.config, *words, "--json"], text=True,
                              capture_output=True, env=self.troupe.environment, timeout=60, check=False)
        return json.loads(done.stdout) if done.returncode in (0, 1) else None

    def alerts(self):
        return (self.ask("alerts", "list") or {"alerts": []})["alerts"]

    def run(self, *words, capture):
        """modelwatch as a person would run it; what it prints, or None when it has printed itself."""
        done = subprocess.run([self.program, "--config", self.config, *words], text=True, check=False, timeout=60,
                              env=self.troupe.environment, stderr=subprocess.PIPE,
                              stdout=subprocess.PIPE if capture else None)
        for line in done.stderr.splitlines():
            if "below one minute" not in line:
                print(line, file=sys.stderr, flush=True)
        if done.returncode not in (0, 1):
            raise Trouble(f"modelwatch {' '.join(words)} failed")
        return done.stdout

    def wait(self, what, probe):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.daemon.poll() is not None:
                raise Trouble(f"the daemon ended:\n{self.troupe.log('daemon')}")
            found = probe()
            if found:
                return found
            time.sleep(0.2)
        raise Trouble(f"{PATIENCE:.0f} seconds have passed without {what}. The daemon's log:\n"
                      + self.troupe.log("daemon"))
