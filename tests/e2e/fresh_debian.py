"""A fresh Debian 12 in a folder, for the test of the package: made once with debootstrap, kept in .cache/ as an archive.
Needs root. Only /proc is mounted, and unmounted again."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from harness import ROOT

BASE = ROOT / ".cache" / "debian-bookworm-minbase.tar"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
# Calls that change a file system, and what must stand among their arguments for that.
CHANGING = re.compile(
    r"^(?:\d+ +)?(?:(?:open|openat)\(.*\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)\b|"
    r"(?:creat|rename(?:at2?)?|link(?:at)?|symlink(?:at)?|unlink(?:at)?|mkdir(?:at)?|rmdir|truncate|mknod(?:at)?|"
    r"f?chmod(?:at)?|l?chown(?:at)?|fchownat|utimensat|setxattr)\()")
CALLS = ("open,openat,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,"
         "truncate,mknod,mknodat,chmod,fchmodat,chown,lchown,fchownat,utimensat,setxattr")


def call(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def make_base():
    if BASE.exists():
        return
    BASE.parent.mkdir(exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-debootstrap-"))
    try:
        call("debootstrap", "--variant=minbase", "bookworm", folder, timeout=900)
        call("tar", "--one-file-system", "--numeric-owner", "-C", folder, "-cf", f"{BASE}.new", ".")
        os.rename(f"{BASE}.new", BASE)
    finally:
        shutil.rmtree(folder)


class FreshDebian:
    def __init__(self):
        make_base()
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-debian-"))
        call("tar", "--numeric-owner", "-C", self.root, "-xpf", BASE)
        self.root.chmod(0o755)  # the archive has the mode of a temporary folder
        call("mount", "-t", "proc", "proc", self.root / "proc")
        shutil.copy("/etc/resolv.conf", self.root / "etc" / "resolv.conf")

    def close(self):
        call("umount", self.root / "proc")
        shutil.rmtree(self.root)

    def run(self, *words, timeout=600):
        return call("chroot", self.root, *words, env=ENVIRONMENT, timeout=timeout)

    def code_of(self, *words):
        """Exit code and standard output, whatever they are."""
        done = subprocess.run(["chroot", self.root, *words], env=ENVIRONMENT, capture_output=True, text=True, timeout=60,
                              check=False)
        return done.returncode, done.stdout

    def apt(self, *words):
        return self.run("apt-get", "-q", "-y", "--no-install-recommends", *words)

    def has(self, path):
        return os.path.lexists(self.root / path.lstrip("/"))

    def paths_named(self, word):
        """Every path whose name holds a word, except for what apt and the kernel keep."""
        found = call("find", self.root, "-xdev", "-mindepth", "1", "-iname", f"*{word}*", "-print")
        return sorted("/" + str(pathlib.Path(line).relative_to(self.root)) for line in found.splitlines())

    def traced(self, user, environment, log, trace, *words):
        """Starts a program as a user without any right, as the unit does, and has strace note what it changes."""
        inner = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs",
                 "--bounding-set=-all", "--inh-caps=-all", "env", "-i", *(f"{k}={v}" for k, v in environment.items()),
                 *words]
        with open(log, "w", encoding="utf-8") as sink:
            return subprocess.Popen(["strace", "-f", "-y", "-s", "4096", "-o", str(trace), "-e", f"trace={CALLS}",
                                     "chroot", str(self.root), *inner],
                                    env=ENVIRONMENT, stderr=sink, stdout=subprocess.DEVNULL)


def changed_paths(trace):
    """The paths that a traced program changed, successfully: the first quoted path of each changing call, and the second
    of a renaming one."""
    paths = set()
    for line in pathlib.Path(trace).read_text(encoding="utf-8", errors="replace").splitlines():
        if not CHANGING.match(line) or re.search(r"\) += -1 ", line) or "= ?" in line:
            continue
        quoted = re.findall(r'(?:<([^>"]*)>, )?"((?:[^"\\]|\\.)*)"', line)
        for folder, name in quoted:
            paths.add(name if name.startswith("/") or not folder else f"{folder}/{name}")
    return paths
