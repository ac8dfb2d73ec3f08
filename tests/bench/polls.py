#!/usr/bin/python3
"""What polls of unchanged models cost: the daemon against the hub double over TLS on loopback.

  polls.py BUILD MODELS SECONDS

1. cost: MODELS watches at one poll per second; processor time of the daemon from /proc, resident memory.
2. rate: six times as many, which is more than it can do: polls per second at the limit.
3. curl: one process, keep-alive, the same URLs, bodies thrown away; the floor that a poller can reach.
Requests are counted by the double, not by the daemon."""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def start(command, **how):
    return subprocess.Popen([str(word) for word in command], **how)


def start_double(build, models, folder):
    timeline = folder / "timeline.json"
    plenty = {"api": 10**9, "resolvers": 10**9, "pages": 10**9}
    timeline.write_text(json.dumps({"settings": {"rate_limits": {"enforce": False, "anonymous": plenty}}, "repos": []}))
    process = start([build / "tests/hub/modelwatch-hub-double", "--timeline", timeline, "--tls", "--ca-out",
                     folder / "ca.pem", "--synthetic", f"{models},30", "--log", "0", "--quiet"],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, json.loads(process.stdout.readline())


def requests_so_far(ready):
    with urllib.request.urlopen(ready["control"] + "/__double/counters", timeout=10) as answer:
        counters = json.loads(answer.read())
    return counters["requests"] if isinstance(counters.get("requests"), int) else sum(
        v for v in counters.values() if isinstance(v, int))


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_megabytes(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def write_config(folder, ready, models):
    text = [f'[daemon]\nstate_dir = "{folder}/state-{models}"\nlisten = ""\nlog_level = "error"\n'
            f'[hub]\nendpoint = "{ready["url"]}"\nca_file = "{folder}/ca.pem"\n[defaults]\ninterval = "1s"\n']
    text += [f'[[watch]]\nrepo = "synth/model-{n:05d}"\n' for n in range(models)]
    config = folder / f"{models}.toml"
    config.write_text("\n".join(text))
    return config


def measure(build, models, seconds, folder):
    double, ready = start_double(build, models, folder)
    config = write_config(folder, ready, models)
    program = build / "modelwatch"
    subprocess.run([program, "--config", config, "check", "--json"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    daemon = start([program, "--config", config, "daemon"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(3)
        first, cpu, begun = requests_so_far(ready), processor_seconds(daemon.pid), time.monotonic()
        time.sleep(seconds)
        polls = requests_so_far(ready) - first
        out = {"polls": polls, "per_second": polls / (time.monotonic() - begun),
               "cpu_per_1000": 1000 * (processor_seconds(daemon.pid) - cpu) / max(polls, 1),
               "megabytes": resident_megabytes(daemon.pid)}
        out["curl"] = curl_floor(ready, models, folder)
        return out
    finally:
        daemon.terminate()
        daemon.wait(30)
        double.terminate()
        double.wait(30)


def curl_floor(ready, models, folder):
    """(requests per second, processor seconds per 1000) of one curl process over one connection."""
    urls = folder / "urls"
    query = "blobs=true&securityStatus=true"
    urls.write_text("".join(f'url = "{ready["url"]}/api/models/synth/model-{n:05d}/revision/main?{query}"\n'
                            "output = /dev/null\n" for n in range(models)))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    subprocess.run(["curl", "-s", "--cacert", folder / "ca.pem", "-K", urls], check=True)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return models / wall, 1000 * cpu / models


def main():
    build, models, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="modelwatch-bench-") as name:
        folder = pathlib.Path(name)
        cost = measure(build, models, seconds, folder)
        rate = measure(build, 6 * models, seconds, folder)
    per_second, cpu = cost["curl"]
    print(f"unchanged polls, TLS keep-alive, {models} models of 30 files, {seconds:.0f} s each")
    print(f"  modelwatch   {cost['cpu_per_1000']:.3f} CPU s per 1000 polls at {cost['per_second']:.0f} polls/s, "
          f"{cost['megabytes']:.1f} MB resident")
    print(f"  modelwatch   {rate['per_second']:.0f} polls/s at the limit with {6 * models} models "
          f"({rate['cpu_per_1000']:.3f} CPU s per 1000, {rate['megabytes']:.1f} MB resident)")
    print(f"  curl         {cpu:.3f} CPU s per 1000 requests, {per_second:.0f} requests/s (body thrown away)")
    print(f"  ratio        {cost['cpu_per_1000'] / max(cpu, 1e-9):.1f} times curl's processor time")


if __name__ == "__main__":
    main()
