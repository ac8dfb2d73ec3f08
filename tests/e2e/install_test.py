"""What is installed: units and first configuration fit the prefix, start out of the box, and ask nobody anything."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import unittest

from harness import BUILD, PROGRAM, ROOT, Case, wait_for


class Installed(Case):
    def install(self, prefix):
        """Runs the part of `cmake --install` that depends on the prefix, below a folder of this test."""
        root = self.folder / "root"
        done = subprocess.run(["cmake", f"-DCMAKE_INSTALL_PREFIX={prefix}", "-P", BUILD / "install_places.cmake"],
                              env={**os.environ, "DESTDIR": str(root)}, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return root

    def test_for_the_system_the_units_are_those_of_the_source(self):
        root = self.install("/usr")
        for unit in (ROOT / "systemd").glob("*.service"):
            self.assertEqual((root / "usr/lib/systemd/system" / unit.name).read_text(), unit.read_text())
        self.assertTrue((root / "etc/modelwatch/modelwatch.toml").exists())

    def test_elsewhere_the_unit_runs_that_program_with_that_configuration(self):
        root = self.install("/opt/watch")
        unit = (root / "opt/watch/lib/systemd/system/modelwatchd.service").read_text()
        self.assertIn("ExecStart=/opt/watch/bin/modelwatch daemon\n", unit)
        self.assertIn("Environment=MODELWATCH_CONFIG=/opt/watch/etc/modelwatch/modelwatch.toml\n", unit)
        self.assertTrue((root / "opt/watch/etc/modelwatch/modelwatch.toml").exists())
        if shutil.which("systemd-analyze"):
            copy = self.folder / "modelwatchd.service"
            copy.write_text(unit.replace("/opt/watch/bin/modelwatch", "/bin/true"))
            (self.folder / "modelwatchd-failed@.service").write_text(
                (root / "opt/watch/lib/systemd/system/modelwatchd-failed@.service").read_text())
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True,
                                  timeout=60, check=False)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_a_configuration_that_is_there_is_kept(self):
        root = self.install("/usr")
        file = root / "etc/modelwatch/modelwatch.toml"
        file.write_text("# mine\n")
        self.install("/usr")
        self.assertEqual(file.read_text(), "# mine\n")

    def test_the_first_configuration_is_valid_and_watches_and_tells_nobody(self):
        root = self.install("/usr")
        self.config = root / "etc/modelwatch/modelwatch.toml"
        done = self.run_program("config", "check", check=0)
        self.assertIn("good; 0 watched repos, 0 accounts, 0 notifiers", done.stdout)
        self.assertEqual(done.stderr, "")
        lines = [line for line in self.config.read_text().splitlines() if line and not line.startswith("#")]
        self.assertEqual(lines, ["[daemon]", 'state_dir = "/var/lib/modelwatch"', "[hub]", "[defaults]", 'interval = "1h"'])
        # What differs from the example is only what is switched off, and the words about it.
        example = (ROOT / "conf/modelwatch.toml").read_text().splitlines()
        self.assertEqual(len(example), len(self.config.read_text().splitlines()))

    def test_the_service_starts_with_nothing_to_watch_and_takes_over_what_is_added(self):
        root = self.install("/usr")
        hub = self.start_hub()
        first = (root / "etc/modelwatch/modelwatch.toml").read_text()
        first = first.replace('"/var/lib/modelwatch"', f'"{self.state}"\nlisten = ""')
        first = first.replace("\n[hub]\n", f'\n[hub]\nendpoint = "{hub.url}"\n')
        first = first.replace('interval = "1h"', 'interval = "1s"')  # the first look comes within a tenth of it
        self.config.write_text(first)
        daemon = self.start_daemon()
        wait_for("the start", lambda: "started" in self.daemon_log())
        self.assertIn("nothing to watch yet", self.daemon_log())
        self.assertEqual(hub.requests(), [])
        self.config.write_text(first + '\n[[watch]]\nrepo = "acme/model"\n')
        daemon.send_signal(signal.SIGHUP)
        wait_for("the baseline", lambda: "baseline" in self.run_program("history", "acme/model").stdout)
        self.stop_daemon(daemon)
        # A configuration that has lost its watches is a mistake, not a fresh installation.
        self.config.write_text(first)
        done = self.run_program("daemon", timeout=20)
        self.assertEqual(done.returncode, 2)
        self.assertIn("nothing to watch", done.stderr)

    def test_the_version_stands_in_one_place(self):
        text = (ROOT / "CMakeLists.txt").read_text()
        version = re.search(r"^project\(modelwatch VERSION (\S+)", text, re.M).group(1)
        said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
        self.assertEqual(said, f"modelwatch {version}\n")
        shipped = [path for folder in ("conf", "systemd", ".cmake", "daemon", "storage")
                   for path in (ROOT / folder).rglob("*") if path.is_file()]
        exact = re.compile(rf"(?<![\w.]){re.escape(version)}(?![\w.])")
        self.assertEqual([str(path) for path in shipped if exact.search(path.read_text(errors="replace"))], [])

    def test_the_version_of_the_api_is_that_of_its_paths(self):
        api = json.loads((ROOT / "conf/openapi.json").read_text())
        versions = {re.match(r"/api/v(\d+)/", path).group(1) for path in api["paths"] if path.startswith("/api/")}
        self.assertEqual(versions, {api["info"]["version"]})

    def test_maintainer_scripts_are_valid_and_stop_at_the_first_error(self):
        scripts = [ROOT / ".cmake/debian" / name for name in ("postinst", "prerm", "postrm")]
        for script in scripts:
            self.assertIn("\nset -e\n", script.read_text())
            self.assertEqual(subprocess.run(["sh", "-n", script], timeout=20, check=False).returncode, 0, script)


if __name__ == "__main__":
    unittest.main(verbosity=1)
