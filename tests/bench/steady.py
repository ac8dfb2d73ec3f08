#!/usr/bin/python3
"""What the daemon costs once it runs: against the hub double on loopback, watches spread over their hour as they are
after some hours.

  steady.py idle BUILD [MODELS [SECONDS]]   processor time and wake-ups with MODELS hourly watches (1000; 120 s)
  steady.py page BUILD [MODELS [SECONDS]]   wrk -t1 -c4 for SECONDS on each address with MODELS stored (10000; 10 s),
                                            while it polls at the hourly rate and while it polls as often as it can

`page` also names the processor time per request, which other load on the machine does not change."""

import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

from polls import processor_seconds, requests_so_far, resident_megabytes, start, start_double

HOUR = 3_600_000
PAGES = ("/", "/?q=model-0123", "/?page=50&sort=model", "/models/synth/model-00042", "/api/v1/models",
         "/api/v1/models?limit=1000", "/api/v1/models/synth/model-00042", "/metrics", "/healthz")


def write_config(folder, ready, models, interval):
    text = [f'[daemon]\nstate_dir = "{folder}/state"\nlisten = "127.0.0.1:0"\nlog_level = "info"\n'
            f'[hub]\nendpoint = "{ready["url"]}"\nca_file = "{folder}/ca.pem"\n[defaults]\ninterval = "{interval}"\n']
    text += [f'[[watch]]\nrepo = "synth/model-{n:05d}"\n' for n in range(models)]
    config = folder / f"{interval}.toml"
    config.write_text("\n".join(text))
    return config


def spread(folder, interval):
    """The phases of the watches evenly over one interval (ms) from now, as jitter leaves them in the long run."""
    with sqlite3.connect(folder / "state" / "modelwatch.db") as db:
        ids = [row[0] for row in db.execute("SELECT id FROM watch ORDER BY id")]
        begun = int(time.time() * 1000)
        db.executemany("UPDATE watch SET next_due_at = ? WHERE id = ?",
                       [(begun + interval * n // len(ids), one) for n, one in enumerate(ids)])
    db.close()


class Daemon:
    def __init__(self, build, config, folder):
        self.log = folder / "daemon.log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = start([build / "modelwatch", "--config", config, "daemon"], stdout=subprocess.DEVNULL, stderr=log)
        self.pid = self.process.pid
        self.where = self.wait_for(r"listening where=(\S+)")
        self.wait_for(r"(started) ")
        while '"total":0' in self.get("/api/v1/models?limit=1"):
            time.sleep(0.2)

    def wait_for(self, what):
        for _ in range(600):
            if found := re.search(what, self.log.read_text()):
                return found.group(1)
            time.sleep(0.1)
        raise SystemExit(f"the daemon did not start: {self.log.read_text()[-500:]}")

    def get(self, path):
        with urllib.request.urlopen(f"http://{self.where}{path}", timeout=30) as answer:
            return answer.read().decode()

    def polls(self):
        return sum(float(line.rsplit(" ", 1)[1]) for line in self.get("/metrics").splitlines()
                   if line.startswith("modelwatch_polls_total{"))

    def switches(self):
        """Context switches of all threads; those of their own will are wake-ups."""
        voluntary = forced = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            text = (task / "status").read_text()
            voluntary += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", text, re.M).group(1))
            forced += int(re.search(r"^nonvoluntary_ctxt_switches:\s+(\d+)", text, re.M).group(1))
        return voluntary, forced

    def precise_seconds(self):
        """Processor time of all threads in ns resolution where the kernel tells it."""
        try:
            return sum(int((task / "schedstat").read_text().split()[0])
                       for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir()) / 1e9
        except OSError:
            return processor_seconds(self.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def fill(build, folder, models):
    double, ready = start_double(build, models, folder)
    config = write_config(folder, ready, models, "1h")
    begun = time.monotonic()
    done = subprocess.run([build / "modelwatch", "--config", config, "check", "--json"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"the first round failed: {done.stderr[-500:]}")
    print(f"  {models} models stored in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return double, ready, config


def idle(build, models, seconds, folder):
    double, ready, config = fill(build, folder, models)
    spread(folder, HOUR)
    daemon = Daemon(build, config, folder)
    try:
        time.sleep(5)
        asked, cpu, woken, begun = (requests_so_far(ready), daemon.precise_seconds(), daemon.switches(),
                                    time.monotonic())
        time.sleep(seconds)
        took = time.monotonic() - begun
        cpu, polls, after = daemon.precise_seconds() - cpu, requests_so_far(ready) - asked, daemon.switches()
        print(f"idle with {models} hourly watches, {took:.0f} s, {polls} polls of unchanged models")
        print(f"  processor    {100 * cpu / took:.3f} % of one core ({1000 * cpu / took:.2f} ms per second)")
        print(f"  wake-ups     {(after[0] - woken[0]) / took:.1f} per second, "
              f"{(after[1] - woken[1]) / took:.2f} times per second put aside for others")
        print(f"  memory       {resident_megabytes(daemon.pid):.1f} MB resident")
    finally:
        daemon.stop()
        double.terminate()
        double.wait(30)


def wrk(daemon, path, seconds):
    polls, cpu, begun = daemon.polls(), daemon.precise_seconds(), time.monotonic()
    done = subprocess.run(["wrk", "-t1", "-c4", f"-d{seconds}s", "--latency", f"http://{daemon.where}{path}"],
                          capture_output=True, text=True, check=True)
    took, cpu = time.monotonic() - begun, daemon.precise_seconds() - cpu
    polls = (daemon.polls() - polls) / took
    at = {share: value for share, value in re.findall(r"^\s+(50|90|99)%\s+(\S+)", done.stdout, re.M)}
    count = int(re.search(r"(\d+) requests in", done.stdout).group(1))
    trouble = re.search(r"(Non-2xx.*|Socket errors.*)", done.stdout)
    print(f"  {path:34} {at['50']:>9} {at['90']:>9} {at['99']:>9} {count / took:9.0f} {1000 * cpu / max(count, 1):9.2f} "
          f"{polls:8.1f}  {trouble.group(1) if trouble else ''}", flush=True)


def page(build, models, seconds, folder):
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: scripts/setup --bench installs it")
    double, ready, hourly = fill(build, folder, models)
    busy = write_config(folder, ready, models, f"{max(models // 500, 1)}s")
    try:
        for name, config, interval in (("hourly", hourly, HOUR), ("as often as it can", busy, 1000 * max(models // 500, 1))):
            spread(folder, interval)
            daemon = Daemon(build, config, folder)
            time.sleep(3)
            print(f"{models} models stored, polled {name}; wrk -t1 -c4 for {seconds} s each")
            print(f"  {'':34} {'p50':>9} {'p90':>9} {'p99':>9} {'req/s':>9} {'CPU ms':>9} {'polls/s':>8}")
            for path in PAGES:
                wrk(daemon, path, seconds)
            print(f"  {resident_megabytes(daemon.pid):.1f} MB resident", flush=True)
            daemon.stop()
    finally:
        double.terminate()
        double.wait(30)


def main():
    what, build = sys.argv[1], pathlib.Path(sys.argv[2])
    defaults = {"idle": (1000, 120), "page": (10_000, 10)}[what]
    models, seconds = (int(word) for word in (*sys.argv[3:5], *defaults[len(sys.argv[3:5]):]))
    with tempfile.TemporaryDirectory(prefix="modelwatch-bench-") as name:
        {"idle": idle, "page": page}[what](build, models, seconds, pathlib.Path(name))


if __name__ == "__main__":
    main()
