"""Starts the sinks of tests/sinks and the driver for one message."""

import json
import os
import subprocess
import sys
import tempfile
import time

SINKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sinks")
DRIVER = os.environ.get("NOTIFY_DRIVER") or sys.exit("NOTIFY_DRIVER must name the driver (ctest sets it)")

ALERT = {
    "id": "0192f0c1-7b1a-7c00-8000-00000000abcd", "kind": "weights-replaced", "severity": "high", "state": "open",
    "repo": "tiiuae/falcon-7b", "hub": "hub", "revision": "main", "labels": {"env": "prod"},
    "subject": "model-00001-of-00002.safetensors", "summary": "the first shard has other content",
    "detail": "A line.\n.\n..two dots\nFrom somebody\nümläut 模型 <b>&amp;</b>",
    "action": "Hold rollouts.", "baseline_commit": "ec89142b67d748a1865ea4451372db8313ada0d8",
    "commit": "898df1396f35e447d5fe44e0a3ccaaaa69f30d36",
    "url": "https://huggingface.co/tiiuae/falcon-7b/commit/898df1396f35e447d5fe44e0a3ccaaaa69f30d36",
    "evidence": {"deployed_affected": False, "files": [
        {"path": "model-00001-of-00002.safetensors", "old_sha256": "a" * 64, "new_sha256": "b" * 64,
         "old_size": 1, "new_size": 2}]},
    "opened_at": "2026-11-22T09:00:00Z", "updated_at": "2026-11-22T09:00:00Z", "resolved_at": None,
}


def message(alerts=None, **changes):
    return {"id": "0192f0c1-8888-7000-8000-0000000000ff", "type": "alert.opened",
            "created_at": "2026-11-22T09:00:05Z", "alerts": [ALERT] if alerts is None else alerts, **changes}


class Sink:
    """One sink process and what it recorded."""

    def __init__(self, program, *words):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "records")
        self.process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(SINKS, program), "--out", self.path, *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.port = self.ready["port"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
        self.folder.cleanup()

    def records(self, **wanted):
        if not os.path.exists(self.path):
            return []
        with open(self.path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        return [line for line in lines if all(line.get(k) == v for k, v in wanted.items())]


def send(options, what=None, environment=None, **order):
    order = {"options": options, "message": what or message(), **order}
    surroundings = {k: v for k, v in os.environ.items() if "PROXY" not in k.upper()}
    surroundings.update(environment or {})
    done = subprocess.run([DRIVER], input=json.dumps(order), capture_output=True, text=True, timeout=60,
                          env=surroundings, check=False)
    if done.returncode != 0:
        raise AssertionError(f"driver ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def wait_for(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    return condition()
