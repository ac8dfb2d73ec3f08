"""What an operator does beside the unit: credentials that the service was given, `init --service`, and what `config check`
says of the unit. The places are fixed, so the test lives in a mount namespace of its own."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from harness import Case

INSIDE = "MODELWATCH_TEST_NAMESPACE"
CREDENTIALS = pathlib.Path("/run/credentials/modelwatchd.service")
UNIT = pathlib.Path("/etc/systemd/system/modelwatchd.service")
DROP_IN = pathlib.Path("/etc/systemd/system/modelwatchd.service.d/credentials.conf")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Service(Case):
    def setUp(self):
        super().setUp()
        for place in (CREDENTIALS, DROP_IN.parent):
            shutil.rmtree(place, ignore_errors=True)
        UNIT.unlink(missing_ok=True)
        self.hub = self.start_hub()
        self.sink = self.start_sink("webhook_sink.py", "--secret", SECRET, "--enforce")

    def configure(self, *, hub_extra='token_credential = "hf-token"'):
        self.write_config(self.hub, sink=self.sink, hub_extra=hub_extra)
        text = self.config.read_text().replace('type = "webhook"\n', 'type = "webhook"\nsecret_credential = "hook-key"\n')
        self.config.write_text(text)

    def give(self, **secrets):
        CREDENTIALS.mkdir(parents=True, exist_ok=True)
        for name, value in secrets.items():
            (CREDENTIALS / name.replace("_", "-")).write_text(value + "\n")

    def checked(self, *words, code=0):
        return self.json_of("config", "check", *words, check=code)

    def test_commands_beside_the_service_use_its_credentials(self):
        self.configure()
        self.give(hf_token="hf_reader", hook_key=SECRET)
        self.assertEqual(self.checked(), {"ok": True, "problems": [], "warnings": []})
        self.check(0)
        self.assertIn("delivered", self.run_program("notify", "test", check=0).stdout)
        self.assertEqual({record["signature"] for record in self.sink.records()}, {"valid"})

    def test_credentials_that_only_the_service_has_are_no_mistake(self):
        self.configure()
        self.give(hf_token="hf_reader")
        report = self.checked()
        self.assertEqual((report["ok"], report["problems"]), (True, []))
        self.assertEqual(len(report["warnings"]), 1, report)
        self.assertIn("secret_credential: credential 'hook-key'", report["warnings"][0])
        # Who needs one must have it, and the service always does.
        refused = self.run_program("check", check=2)
        self.assertIn("hook-key", refused.stderr)
        inside = self.run_program("config", "check", env={"CREDENTIALS_DIRECTORY": str(CREDENTIALS)}, check=2)
        self.assertIn("hook-key", inside.stderr)

    def test_what_is_given_and_bad_is_a_mistake(self):
        self.configure()
        self.give(hf_token="hf_reader", hook_key="")
        self.assertEqual([one["key"] for one in self.checked(code=2)["problems"]], ["notifier.sink.secret_credential"])

    def test_init_writes_a_drop_in_for_what_the_configuration_names(self):
        self.configure()
        before = self.config.read_text()
        done = self.run_program("init", "--service", check=0)
        self.assertEqual(self.config.read_text(), before)
        folder = self.folder / "credentials"
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        lines = [line for line in DROP_IN.read_text().splitlines() if not line.startswith("#")]
        self.assertEqual(lines, ["[Service]", f"LoadCredential=hf-token:{folder}/hf-token",
                                 f"LoadCredential=hook-key:{folder}/hook-key"])
        self.assertEqual(DROP_IN.stat().st_mode & 0o777, 0o644)
        for word in (f"{folder}/hf-token", f"{folder}/hook-key", "systemctl daemon-reload"):
            self.assertIn(word, done.stdout)
        UNIT.write_text("[Service]\nExecStart=/bin/true\n")
        if shutil.which("systemd-analyze"):
            said = subprocess.run(["systemd-analyze", "verify", "--man=no", UNIT], capture_output=True, text=True,
                                  timeout=60, check=False)
            self.assertEqual((said.returncode, said.stdout + said.stderr), (0, ""))

    def test_init_adds_and_takes_nothing_away(self):
        self.configure()
        DROP_IN.parent.mkdir(parents=True)
        mine = "[Service]\nLoadCredential=hf-token:/mine\n[Unit]\nDescription=mine"
        DROP_IN.write_text(mine)
        self.run_program("init", "--service", check=0)
        self.assertEqual(DROP_IN.read_text(),
                         f"{mine}\n[Service]\nLoadCredential=hook-key:{self.folder}/credentials/hook-key\n")
        after = DROP_IN.read_text()
        self.assertIn("nothing to do", self.run_program("init", "--service", check=0).stdout)
        self.assertEqual(DROP_IN.read_text(), after)

    def test_init_knows_what_other_drop_ins_give(self):
        self.configure()
        DROP_IN.parent.mkdir(parents=True)
        (DROP_IN.parent / "90.conf").write_text("[Service]\nLoadCredential=hf-token:/a\nSetCredential=hook-key:x\n")
        self.assertIn("nothing to do", self.run_program("init", "--service", check=0).stdout)
        self.assertFalse(DROP_IN.exists())

    def test_init_begins_with_a_configuration_where_there_is_none(self):
        other = self.folder / "mine.conf"
        done = self.run_program("init", "--service", "--drop-in", str(other), str(self.folder), check=0)
        self.assertTrue(self.config.exists())
        self.assertIn("names no credential", done.stdout)
        self.assertFalse(other.exists())
        self.configure()
        self.run_program("init", "--service", "--drop-in", str(other), check=0)
        self.assertIn("LoadCredential=hook-key:", other.read_text())
        self.assertFalse(DROP_IN.exists())

    def test_a_wrong_configuration_gets_no_drop_in(self):
        self.config.write_text("[hub]\ntoken_credentials = \"x\"\n")
        self.run_program("init", "--service", check=2)
        self.assertFalse(DROP_IN.exists())

    def test_config_check_says_what_the_unit_keeps_back(self):
        copy = self.folder / "model"
        copy.mkdir()
        self.write_config(self.hub, watches=f'[[watch]]\nrepo = "acme/model"\npaths = ["{copy}"]\n')
        self.assertEqual(self.checked()["warnings"], [])  # not the service's configuration
        said = "\n".join(self.checked("--service")["warnings"])
        self.assertIn(f"paths of acme/model: the service does not see {copy} (PrivateTmp=yes)", said)
        self.assertIn(f"[Service]\n    BindReadOnlyPaths={copy}", said)
        self.assertIn("daemon.state_dir: the service cannot write to", said)
        UNIT.write_text(f"[Service]\nEnvironment=MODELWATCH_CONFIG={self.config}\nPrivateTmp=yes\n")
        self.assertIn("does not see", "\n".join(self.checked()["warnings"]))  # the service's own, of this unit
        DROP_IN.parent.mkdir(parents=True)
        DROP_IN.write_text(f"[Service]\nBindReadOnlyPaths={self.folder}\n")
        self.folder.chmod(0o755)
        self.assertEqual(self.checked()["warnings"], [])


if __name__ == "__main__":
    if INSIDE in os.environ:
        unittest.main(verbosity=2)
    hide = "mkdir -p /etc/systemd && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /etc/systemd && mkdir /etc/systemd/system"
    own = ["unshare", "--mount", "sh", "-c", f'{hide} && exec "$0" "$@"']
    if shutil.which("unshare") is None or subprocess.run([*own, "true"], check=False, capture_output=True).returncode:
        print("no mount namespace can be had here")
        sys.exit(77)
    os.environ[INSIDE] = "1"
    os.execvp(own[0], [*own, sys.executable, "-B", *sys.argv])
