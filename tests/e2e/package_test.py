"""The Debian package in a fresh Debian 12: it installs with its dependencies, the daemon watches as the service's user
and writes nowhere else, an upgrade keeps state and configuration, removal keeps the state, purging leaves nothing.

Runs only where MODELWATCH_TEST_ALL is set, as root, with what `scripts/package --older` left in build/package."""

import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from fresh_debian import CALLS, FreshDebian, changed_paths
from harness import ROOT, Case, wait_for

DEBS = ROOT / "build" / "package"
CONFIG = "/etc/modelwatch/modelwatch.toml"
STATE = "/var/lib/modelwatch"
RUN = "/run/modelwatch"
CREDENTIALS = "/run/credentials/modelwatchd.service"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}


class Package(Case):
    @classmethod
    def setUpClass(cls):
        cls.debian = FreshDebian()
        cls.addClassCleanup(cls.debian.close)
        cls.debian.apt("update")

    def tearDown(self):
        super().tearDown()
        shutil.rmtree(self.folder)

    def install(self, pattern):
        found = list(DEBS.glob(pattern))
        self.assertEqual(len(found), 1, f"{pattern} in {DEBS}: run scripts/package --older")
        shutil.copy(found[0], self.debian.root / "tmp")
        self.debian.apt("install", f"/tmp/{found[0].name}")
        (self.debian.root / "tmp" / found[0].name).unlink()

    def file(self, path):
        return self.debian.root / path.lstrip("/")

    def prepare_as_systemd_would(self):
        """User, folders and credentials: what the unit has systemd do."""
        self.debian.run("useradd", "--system", "--no-create-home", "--home-dir", STATE, "modelwatch")
        for folder in (STATE, RUN):
            self.debian.run("install", "-d", "-m", "0700", "-o", "modelwatch", "-g", "modelwatch", folder)
        self.debian.run("install", "-d", "-m", "0500", "-o", "modelwatch", "-g", "modelwatch", CREDENTIALS)
        credential = self.file(f"{CREDENTIALS}/hook-key")
        credential.write_text(SECRET)
        self.debian.run("chown", "modelwatch:", f"{CREDENTIALS}/hook-key")
        credential.chmod(0o400)

    def edit_configuration(self):
        """The installed file, edited as an operator would."""
        text = self.file(CONFIG).read_text()
        text = text.replace(f'\nstate_dir = "{STATE}"\n', f'\nstate_dir = "{STATE}"\nlisten = "unix:{RUN}/http.sock"\n')
        text = text.replace("\n[hub]\n", f'\n[hub]\nendpoint = "{self.hub.url}"\n')
        text = text.replace('\ninterval = "1h"\n', '\ninterval = "1s"\n')
        text += (f'\n[[watch]]\nrepo = "acme/model"\n\n[[notifier]]\nname = "siem"\ntype = "webhook"\n'
                 f'url = "{self.sink.ready["url"]}"\nsecret_credential = "hook-key"\n')
        self.file(CONFIG).write_text(text)
        return text

    def start(self):
        self.log = self.folder / "daemon.log"
        self.trace = self.folder / "trace"
        environment = {"PATH": "/usr/bin:/bin", "STATE_DIRECTORY": STATE, "RUNTIME_DIRECTORY": RUN,
                       "CONFIGURATION_DIRECTORY": "/etc/modelwatch", "CREDENTIALS_DIRECTORY": CREDENTIALS}
        tracer = self.debian.traced("modelwatch", environment, self.log, self.trace, "/usr/bin/modelwatch", "daemon")
        self.daemons.append(tracer)
        wait_for(f"the start: {self.log}", lambda: "started" in self.log.read_text() or tracer.poll() is not None)
        self.assertIsNone(tracer.poll(), self.log.read_text())
        return tracer

    def stop(self, tracer):
        """Ends the daemon, whose number stands in its lock; strace ends with its code."""
        holder = self.file(f"{STATE}/modelwatch.lock").read_text().splitlines()
        self.assertEqual(holder[1], "modelwatch daemon")
        os.kill(int(holder[0]), signal.SIGTERM)
        self.assertEqual(tracer.wait(20), 0, self.log.read_text())
        paths = changed_paths(self.trace)
        self.assertIn(f"{STATE}/modelwatch.db", {path.removesuffix("-wal") for path in paths})
        outside = [path for path in paths if not re.match(rf"(?:{STATE}|{RUN})/|/dev/null$", path)]
        self.assertEqual(outside, [], "written outside of its folders")

    def status(self):
        code, text = self.debian.code_of("modelwatch", "status", "--json")
        self.assertIn(code, (0, 1), text)
        return json.loads(text)

    def history(self):
        return self.debian.code_of("modelwatch", "history", "acme/model")[1]

    def alerts(self):
        return sorted(a["kind"] for a in json.loads(self.debian.code_of("modelwatch", "alerts", "--json")[1])["alerts"])

    def told(self):
        return [a["kind"] for r in self.sink.records() if r["json"]["type"] == "alert.opened"
                for a in r["json"]["data"]["alerts"]]

    def test_from_installation_to_purge(self):
        self.hub = self.start_hub()
        self.sink = self.start_sink("webhook_sink.py", "--secret", SECRET, "--enforce")
        self.install("modelwatch_0.0.9-*.deb")
        self.installed_files_are_complete()
        self.prepare_as_systemd_would()
        edited = self.edit_configuration()
        self.a_change_is_told()
        known = self.alerts()
        self.install_newer()
        self.assertEqual(self.file(CONFIG).read_text(), edited)
        self.the_upgraded_daemon_goes_on(known)
        self.a_state_of_the_first_schema_is_migrated()
        self.removal_keeps_the_state(edited)
        self.debian.apt("purge", "modelwatch")
        self.debian.run("userdel", "modelwatch")
        shutil.rmtree(self.file("/run/credentials"))
        shutil.rmtree(self.file(RUN))
        self.assertEqual(self.debian.paths_named("modelwatch"), [])

    def install_newer(self):
        newer = [path for path in DEBS.glob("modelwatch_*.deb") if "_0.0.9-" not in path.name]
        self.assertEqual(len(newer), 1, newer)
        self.install(newer[0].name)

    def installed_files_are_complete(self):
        for path in ("/usr/bin/modelwatch", "/usr/lib/systemd/system/modelwatchd.service", CONFIG,
                     "/usr/lib/systemd/system/modelwatchd-failed@.service",
                     "/usr/share/modelwatch/prometheus-rules.yml", "/usr/share/modelwatch/grafana-dashboard.json",
                     "/usr/share/modelwatch/openapi.json", "/usr/share/modelwatch/publishers.toml",
                     "/usr/share/modelwatch/licenses.toml", "/usr/share/bash-completion/completions/modelwatch",
                     "/usr/share/zsh/vendor-completions/_modelwatch",
                     "/usr/share/fish/vendor_completions.d/modelwatch.fish", "/usr/share/man/man1/modelwatch.1.gz",
                     "/usr/share/man/man5/modelwatch.toml.5.gz", "/usr/share/man/man8/modelwatchd.8.gz",
                     "/usr/share/doc/modelwatch/copyright", "/usr/share/doc/modelwatch/changelog.Debian.gz",
                     "/etc/systemd/system/multi-user.target.wants/modelwatchd.service"):
            self.assertTrue(self.debian.has(path), path)
        self.assertIn("0 watched repos", self.debian.run("modelwatch", "config", "check"))

    def a_change_is_told(self):
        tracer = self.start()
        wait_for("the baseline", lambda: "baseline" in self.history())
        self.assertEqual(self.told(), [])
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        wait_for("the alert", lambda: "weights-replaced" in self.told())
        self.assertEqual({r["signature"] for r in self.sink.records()}, {"valid"})
        self.assertIn("acme/model", json.dumps(self.status()))
        self.assertIn("weights-replaced", self.alerts())
        self.stop(tracer)

    def the_upgraded_daemon_goes_on(self, known):
        before = len(self.sink.records())
        polls = len(self.hub.requests())
        tracer = self.start()
        wait_for("polls", lambda: len(self.hub.requests()) > polls + 2)
        self.assertEqual(self.alerts(), known)
        self.assertEqual(len(self.sink.records()), before, "said again after the upgrade")
        self.hub.do(action="commit", repo="acme/model", title="Back",
                    files={"model.safetensors": {"size": 1000000, "sha256": "aa" * 32}})
        wait_for("the end of the alert", lambda: "weights-replaced" not in self.alerts())
        self.stop(tracer)

    def a_state_of_the_first_schema_is_migrated(self):
        folder = self.file("/tmp/old-state")
        folder.mkdir(mode=0o700)
        old = sqlite3.connect(folder / "modelwatch.db")
        old.executescript((ROOT / "storage/migrations/0001_initial.sql").read_text())
        old.executescript("PRAGMA application_id = 0x6d6f6477; PRAGMA user_version = 1;")
        old.close()
        config = self.file("/tmp/old.toml")
        config.write_text('[daemon]\nstate_dir = "/tmp/old-state"\n[[watch]]\nrepo = "acme/model"\n')
        code, text = self.debian.code_of("modelwatch", "--config", "/tmp/old.toml", "db", "check", "--json")
        newest = max(int(path.name[:4]) for path in (ROOT / "storage/migrations").glob("*.sql"))
        self.assertEqual((code, json.loads(text)["schema_version"]), (0, newest))
        self.assertTrue((folder / "modelwatch.db.v1.bak").exists())
        shutil.rmtree(folder)
        config.unlink()

    def removal_keeps_the_state(self, edited):
        self.debian.apt("remove", "modelwatch")
        self.assertFalse(self.debian.has("/usr/bin/modelwatch"))
        self.assertTrue(self.debian.has(f"{STATE}/modelwatch.db"))
        self.assertEqual(self.file(CONFIG).read_text(), edited)


class Trace(unittest.TestCase):
    def test_what_is_written_is_found_in_a_trace(self):
        with tempfile.TemporaryDirectory() as folder:
            trace = pathlib.Path(folder) / "trace"
            script = f"cd {folder}; echo > a; cat a; mv a b; mkdir c; rmdir c; cat missing; ln -s b d; rm b"
            subprocess.run(["strace", "-f", "-y", "-o", trace, "-e", f"trace={CALLS}", "sh", "-c", script],
                           capture_output=True, timeout=60, check=False)
            found = {pathlib.Path(path).name for path in changed_paths(trace)}
            self.assertLessEqual({"a", "b", "c", "d"}, found)
            self.assertNotIn("missing", found)


if __name__ == "__main__":
    if not os.environ.get("MODELWATCH_TEST_ALL"):
        print("MODELWATCH_TEST_ALL is not set")
        sys.exit(77)
    missing = [tool for tool in ("debootstrap", "strace", "setpriv", "chroot") if shutil.which(tool) is None]
    if os.getuid() != 0 or missing:
        print(f"needs root and {', '.join(missing) or 'nothing else'}")
        sys.exit(77)
    unittest.main(verbosity=1)
