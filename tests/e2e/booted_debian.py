"""A Debian 12 that boots with a systemd of its own in systemd-nspawn, for the tests of the package that need a real one. Its
files are made once with debootstrap and kept in .cache/; each boot writes into memory, and that is gone with it. It has no
network but its own loopback: what it needs lies at /mnt. Needs root, and a kernel that lets root make namespaces."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from fresh_debian import ENVIRONMENT, call
from harness import ROOT

CACHE = ROOT / ".cache"
PACKAGES = ("systemd-sysv", "dbus", "udev", "procps", "python3")
BOOT_SECONDS = 60


def missing_here():
    """What this machine lacks to boot one, in words; empty: nothing."""
    tools = [tool for tool in ("systemd-nspawn", "nsenter", "debootstrap") if shutil.which(tool) is None]
    if tools:
        return f"{', '.join(tools)} not installed"
    if os.getuid() != 0:
        return "not root"
    tried = subprocess.run(["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--fork", "true"],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"no namespaces here: {tried.stderr.strip()}"


def depends_of(debs):
    """Names of the packages that some .deb files want; of alternatives the first."""
    names = set()
    for deb in debs:
        line = call("dpkg-deb", "-f", deb, "Depends")
        names |= {part.split("|")[0].split("(")[0].strip() for part in line.split(",") if part.strip()}
    return sorted(names)


def make_base(wanted):
    """The files of a Debian with some packages; made where they are not there."""
    names = sorted({*PACKAGES, *wanted})
    mark = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    place = CACHE / f"debian-bookworm-boot-{mark}"
    if place.exists():
        return place
    CACHE.mkdir(exist_ok=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="new-", dir=CACHE))
    try:
        call("debootstrap", "--variant=minbase", f"--include={','.join(names)}", "bookworm", work, timeout=1800)
        work.chmod(0o755)
        (work / "etc/hostname").write_text("watcher\n")
        (work / "etc/machine-id").write_text("")
        call("chroot", work, "systemctl", "-q", "mask", "apt-daily.timer", "apt-daily-upgrade.timer", "console-getty.service")
        call("chroot", work, "apt-get", "clean")
        os.rename(work, place)
    except BaseException:
        shutil.rmtree(work)
        raise
    return place


class BootedDebian:
    def __init__(self, given, wanted, log):
        """Boots one; `given` is a folder that it finds at /mnt, `wanted` are packages that it has."""
        base = make_base(wanted)
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--boot", f"--directory={base}", "--volatile=overlay", "--private-network",
                 f"--bind-ro={given}:/mnt", "--register=no", "--keep-unit", "--console=pipe", "--machine=watcher",
                 "--link-journal=no", "systemd.unified_cgroup_hierarchy=1"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            self.leader = self.first_process()
            self.wait_for("the boot", "systemctl is-system-running | grep -Eqx 'running|degraded'", BOOT_SECONDS)
        except BaseException as problem:
            self.close()
            tail = pathlib.Path(log).read_text(errors="replace")[-2000:]
            raise AssertionError(f"it does not boot: {problem}\n{tail}") from problem

    def first_process(self):
        """Its first process, as this machine numbers it."""
        until = time.monotonic() + BOOT_SECONDS
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        while time.monotonic() < until and self.process.poll() is None:
            for pid in children.read_text().split():
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "systemd":
                    return pid
            time.sleep(0.05)
        raise AssertionError("no systemd was started in it")

    def code_of(self, script, patience=120):
        """Runs a shell script in it: exit code, and what was written."""
        done = subprocess.run(
            ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root",
             "--wd", "/bin/bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env={**ENVIRONMENT, "HOME": "/root"}, timeout=patience, check=False)
        return done.returncode, done.stdout.decode(errors="replace")

    def run(self, script, patience=120):
        code, output = self.code_of(script, patience)
        if code != 0:
            raise AssertionError(f"{script}\n-> {code}\n{output[-3000:]}")
        return output

    def show(self, *names, unit="modelwatchd.service"):
        """Properties of a unit."""
        lines = self.run(f"systemctl show {unit} " + " ".join(f"-p {name}" for name in names)).splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def journal(self, *words):
        """Entries of the service since the boot, as objects."""
        text = self.run("journalctl -b -q -o json -u modelwatchd.service " + " ".join(words))
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def wait_for(self, what, script, patience=60):
        """Until a script succeeds; its output."""
        until = time.monotonic() + patience
        while True:
            code, output = self.code_of(script)
            if code == 0:
                return output
            if time.monotonic() > until or self.process.poll() is not None:
                raise AssertionError(f"waited {patience} s in vain for {what}: {script}\n{output[-2000:]}\n"
                                     + self.code_of("journalctl -b -n 40 --no-pager")[1])
            time.sleep(0.3)

    def close(self):
        """Ends it as if the power went."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
