"""A Debian 12 that boots with its own kernel and systemd in qemu, for the tests of the package that need a real one. The
disk is made once with debootstrap and kept in .cache/; each machine writes to a copy that is gone with it. It has no
network: what it needs lies on a second disk. Needs root. Where /dev/kvm is missing or does not carry such a kernel (a
machine within a machine), the processor is emulated: ten times slower, and the same to systemd."""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from fresh_debian import call
from harness import ROOT

CACHE = ROOT / ".cache"
PACKAGES = ("systemd-sysv", "dbus", "udev", "kmod", "linux-image-cloud-amd64", "procps", "python3")
# What carries the machine, and the seconds in which it must come up.
ACCELERATORS = (("kvm,host", 5), ("tcg,max", 600))
AGENT = """#!/bin/bash
# Runs what comes over the second serial line, one base64 word a line, and answers in the same way.
stty -F /dev/ttyS1 raw -echo
exec 3<>/dev/ttyS1
echo ready >&3
while IFS= read -r word <&3; do
    output=$(bash -c "$(printf %s "$word" | base64 -d)" 2>&1 </dev/null 3<&-)
    printf '%s %s\\n' "$?" "$(printf %s "$output" | base64 -w0)" >&3
done
"""
AGENT_UNIT = """[Unit]
Description=Answers the test outside
After=multi-user.target
[Service]
ExecStart=/usr/local/sbin/agent
StandardOutput=null
[Install]
WantedBy=multi-user.target
"""


def missing_here():
    """What this machine lacks to boot one, in words; empty: nothing."""
    tools = [tool for tool in ("qemu-system-x86_64", "debootstrap", "mke2fs") if shutil.which(tool) is None]
    if tools:
        return f"{', '.join(tools)} not installed"
    return "" if os.getuid() == 0 else "not root"


def depends_of(debs):
    """Names of the packages that some .deb files want; of alternatives the first."""
    names = set()
    for deb in debs:
        line = call("dpkg-deb", "-f", deb, "Depends")
        names |= {part.split("|")[0].split("(")[0].strip() for part in line.split(",") if part.strip()}
    return sorted(names)


def make_disk(folder, target, size):
    call("mke2fs", "-q", "-t", "ext4", "-E", "root_owner=0:0", "-d", folder, target, size, timeout=300)


def make_base(wanted):
    """The disk, kernel and initial disk of a Debian with some packages; made where they are not there."""
    names = sorted({*PACKAGES, *wanted})
    mark = hashlib.sha256("\n".join([*names, AGENT, AGENT_UNIT]).encode()).hexdigest()[:12]
    place = CACHE / f"debian-bookworm-boot-{mark}"
    if place.exists():
        return place
    CACHE.mkdir(exist_ok=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-boot-"))
    try:
        root = work / "root"
        call("debootstrap", "--variant=minbase", f"--include={','.join(names)}", "bookworm", root, timeout=1800)
        root.chmod(0o755)
        (root / "usr/local/sbin/agent").write_text(AGENT)
        (root / "usr/local/sbin/agent").chmod(0o755)
        (root / "etc/systemd/system/agent.service").write_text(AGENT_UNIT)
        (root / "etc/hostname").write_text("watcher\n")
        (root / "etc/fstab").write_text("/dev/vda / ext4 defaults 0 1\nLABEL=given /mnt ext4 ro 0 2\n")
        (root / "etc/machine-id").write_text("")
        call("chroot", root, "systemctl", "-q", "enable", "agent.service")
        call("chroot", root, "systemctl", "-q", "mask", "apt-daily.timer", "apt-daily-upgrade.timer")
        call("chroot", root, "apt-get", "clean")
        made = work / "made"
        made.mkdir()
        for name in ("vmlinuz", "initrd.img"):
            shutil.copy((root / name).resolve() if not (root / name).is_symlink() else root / os.readlink(root / name),
                        made / name)
        make_disk(root, made / "root.img", "3G")
        shutil.copytree(made, f"{place}.new", dirs_exist_ok=True)
        os.rename(f"{place}.new", place)
    finally:
        shutil.rmtree(work)
    return place


class BootedDebian:
    def __init__(self, given, wanted, log):
        """Boots one; `given` is a folder that it finds at /mnt, `wanted` are packages that it has."""
        base = make_base(wanted)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-machine-"))
        call("truncate", "-s", "1G", self.folder / "given.img")
        call("mke2fs", "-q", "-t", "ext4", "-L", "given", "-d", given, self.folder / "given.img")
        self.log = log
        for self.accelerator, patience in ACCELERATORS:
            if self.accelerator.startswith("kvm") and not os.access("/dev/kvm", os.R_OK | os.W_OK):
                continue
            self.start(base)
            if self.answers(patience):
                return
            self.stop()
        tail = pathlib.Path(log).read_text(errors="replace")[-2000:]
        shutil.rmtree(self.folder)
        raise AssertionError(f"it does not boot: {tail}")

    def start(self, base):
        line = "root=/dev/vda rw console=ttyS0 systemd.unified_cgroup_hierarchy=1 panic=-1 quiet"
        self.pending = b""
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", self.accelerator.split(",")[0], "-cpu", self.accelerator.split(",")[1],
             "-smp", "2", "-m", "1024", "-nodefaults", "-no-reboot",
             "-display", "none", "-nic", "none", "-kernel", str(base / "vmlinuz"), "-initrd", str(base / "initrd.img"),
             "-append", line, "-serial", f"file:{self.log}", "-chardev",
             f"socket,id=agent,path={self.folder}/agent,server=on,wait=off", "-serial", "chardev:agent",
             "-drive", f"file={base}/root.img,format=raw,if=virtio,snapshot=on",
             "-drive", f"file={self.folder}/given.img,format=raw,if=virtio,readonly=on"],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(self.folder)})
        self.socket = socket.socket(socket.AF_UNIX)

    def answers(self, patience):
        """Whether the machine comes up within some seconds."""
        until = time.monotonic() + patience
        while True:
            try:
                self.socket.connect(str(self.folder / "agent"))
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > until or self.process.poll() is not None:
                    return False
                time.sleep(0.1)
        try:
            while self.line(max(0.1, until - time.monotonic())) != "ready":
                pass
        except (OSError, AssertionError):
            return False
        return True

    def line(self, patience):
        self.socket.settimeout(patience)
        while b"\n" not in self.pending:
            got = self.socket.recv(1 << 16)
            if not got:
                raise AssertionError(f"the machine is gone: {self.log}")
            self.pending += got
        line, self.pending = self.pending.split(b"\n", 1)
        return line.decode(errors="replace").strip()

    def code_of(self, script, patience=120):
        """Runs a shell script in it: exit code, and what was written."""
        self.socket.sendall(base64.b64encode(script.encode()) + b"\n")
        code, _, output = self.line(patience).partition(" ")
        return int(code), base64.b64decode(output).decode(errors="replace")

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
            if time.monotonic() > until:
                raise AssertionError(f"waited {patience} s in vain for {what}: {script}\n{output[-2000:]}\n"
                                     + self.code_of("journalctl -b -n 40 --no-pager")[1])
            time.sleep(0.3)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)

    def stop(self):
        self.socket.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
