"""What the end-to-end tests share: the real program against the hub double and recording far ends, each on a free
loopback port, each ended by the test that started it."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("MODELWATCH_BUILD", ROOT / "build" / "dev"))
PROGRAM = pathlib.Path(os.environ.get("MODELWATCH_PROGRAM", BUILD / "modelwatch"))
DOUBLE = pathlib.Path(os.environ.get("MODELWATCH_DOUBLE", BUILD / "tests" / "hub" / "modelwatch-hub-double"))
PYTHON = "/usr/bin/python3"
SINKS = ROOT / "tests" / "sinks"
PATIENCE = 30.0


def wait_for(what, probe, patience=PATIENCE):
    """The first true value of probe(); fails the test when none comes in time."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        value = probe()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {patience:.0f} s in vain for {what}")


def post(url, body):
    request = urllib.request.Request(url, data=json.dumps(body).encode(), method="POST",
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or b"{}")


class Peer:
    """A server in a process of its own that says in one JSON line where it listens."""

    def __init__(self, command, cwd=None):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, cwd=cwd)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"{command[0]} did not start")
        self.ready = json.loads(line)

    def tell(self, what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Hub(Peer):
    def __init__(self, timeline, *flags):
        super().__init__([DOUBLE, "--timeline", timeline, *flags])
        self.url = self.ready["url"]
        self.control = self.ready["control"]

    def do(self, **action):
        return post(self.control + "/__double/set", action)

    def advance(self, step=None):
        return post(self.control + "/__double/advance", {"step": step} if step else {})

    def fault(self, **fault):
        return post(self.control + "/__double/faults", fault)

    def clear_faults(self):
        request = urllib.request.Request(self.control + "/__double/faults", method="DELETE")
        urllib.request.urlopen(request, timeout=10).read()

    def requests(self):
        with urllib.request.urlopen(self.control + "/__double/requests?since=0", timeout=10) as answer:
            return json.loads(answer.read())["requests"]

    def counters(self):
        with urllib.request.urlopen(self.control + "/__double/counters", timeout=10) as answer:
            return json.loads(answer.read())


class Sink(Peer):
    def __init__(self, script, folder, *flags):
        self.file = pathlib.Path(folder) / f"{pathlib.Path(script).stem}-{time.monotonic_ns()}.jsonl"
        self.file.touch()
        super().__init__([PYTHON, SINKS / script, "--out", self.file, *flags])

    def records(self):
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines() if line]


def minimal_timeline(**extra):
    """One public model of one account with a short history."""
    repo = {
        "id": "acme/model",
        "_id": "65a000000000000000000001",
        "createdAt": "2026-01-10T00:00:00.000Z",
        "gated": False,
        "cardData": {"license": "apache-2.0"},
        "tags": ["license:apache-2.0"],
        "security": {"scansDone": True, "files": {}},
        "commits": [
            {"title": "initial commit", "date": "now-40d",
             "files": {".gitattributes": {"text": "*.safetensors filter=lfs\n"},
                       "README.md": {"text": "---\nlicense: apache-2.0\n---\n# Model\n"},
                       "LICENSE": {"text": "Apache License\nVersion 2.0\n"},
                       "config.json": {"text": "{\"architectures\": [\"LlamaForCausalLM\"]}\n"},
                       "tokenizer.json": {"text": "{}\n"},
                       "tokenizer_config.json": {"text": "{\"chat_template\": \"{{ messages }}\"}\n"}}},
            {"title": "Upload weights", "date": "now-30d",
             "files": {"model.safetensors": {"size": 1000000, "sha256": "aa" * 32}}},
        ],
    }
    repo.update(extra)
    plenty = {"api": 1_000_000, "resolvers": 1_000_000, "pages": 1_000_000}
    return {"settings": {"rate_limits": {"enforce": False, "anonymous": plenty, "free": plenty}},
            "tokens": [{"token": "hf_reader", "name": "reader", "account": "free", "grants": ["*"]}],
            "namespaces": {"acme": {"type": "org", "fullname": "Acme"}},
            "repos": [repo], "steps": []}


class Case(unittest.TestCase):
    """A folder of its own; everything that was started is stopped."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-test-"))
        self.peers = []
        self.daemons = []
        self.config = self.folder / "modelwatch.toml"
        self.state = self.folder / "state"

    def tearDown(self):
        for daemon in self.daemons:
            if daemon.poll() is None:
                daemon.kill()
                daemon.wait()
            if daemon.stderr:
                daemon.stderr.close()
        for peer in self.peers:
            peer.stop()

    def start_hub(self, timeline=None, *flags):
        file = self.folder / f"timeline-{len(self.peers)}.json"
        file.write_text(json.dumps(timeline or minimal_timeline()), encoding="utf-8")
        hub = Hub(file, "--quiet", *flags)
        self.peers.append(hub)
        return hub

    def start_sink(self, script="webhook_sink.py", *flags):
        sink = Sink(script, self.folder, *flags)
        self.peers.append(sink)
        return sink

    def write_config(self, hub, watches=None, extra="", hub_extra="", sink=None, interval="1h"):
        watches = watches if watches is not None else '[[watch]]\nrepo = "acme/model"\n'
        notifier = f'[[notifier]]\nname = "sink"\ntype = "webhook"\nurl = "{sink.ready["url"]}"\n' if sink else ""
        self.config.write_text(
            f'[daemon]\nstate_dir = "{self.state}"\nlisten = ""\n'
            f'[hub]\nendpoint = "{hub.url if hasattr(hub, "url") else hub}"\n{hub_extra}\n'
            f'[defaults]\ninterval = "{interval}"\n{watches}\n{notifier}\n{extra}\n', encoding="utf-8")

    def run_program(self, *words, env=None, check=None, timeout=120):
        full = {**os.environ, "NO_COLOR": "1", **(env or {})}
        for name in ("HF_TOKEN", "HF_ENDPOINT", "HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
            if not env or name not in env:
                full.pop(name, None)
        done = subprocess.run([str(PROGRAM), "--config", str(self.config), *words], capture_output=True, text=True,
                              env=full, timeout=timeout)
        self.assertNotIn("ERROR: AddressSanitizer", done.stderr)
        self.assertNotIn("runtime error:", done.stderr)
        if check is not None:
            self.assertEqual(done.returncode, check, f"{words}: {done.stdout}\n{done.stderr}")
        return done

    def json_of(self, *words, check=None, env=None):
        done = self.run_program(*words, "--json", env=env, check=check)
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError as problem:
            raise AssertionError(f"{words}: not one JSON document: {done.stdout!r} {done.stderr!r}") from problem

    def check(self, code=None, *words, env=None):
        return self.json_of("check", *words, check=code, env=env)

    def open_kinds(self):
        return sorted(alert["kind"] for alert in self.json_of("alerts", "list")["alerts"])

    def start_daemon(self, env=None, *words):
        full = {**os.environ, **(env or {})}
        log = open(self.folder / f"daemon-{len(self.daemons)}.log", "w", encoding="utf-8")
        daemon = subprocess.Popen([str(PROGRAM), "--config", str(self.config), "daemon", *words], env=full,
                                  stderr=log, stdout=subprocess.DEVNULL)
        log.close()
        self.daemons.append(daemon)
        return daemon

    def daemon_log(self, index=-1):
        index = index % len(self.daemons)
        return (self.folder / f"daemon-{index}.log").read_text(encoding="utf-8")

    def stop_daemon(self, daemon, patience=10):
        daemon.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        code = daemon.wait(patience)
        self.assertEqual(code, 0, self.daemon_log())
        return time.monotonic() - begun
