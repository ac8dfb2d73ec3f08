"""The Debian package under a real systemd: a system that boots, with the unit, its sandbox and its restarts as an
operator meets them. What is said to the operator (a drop-in, a command) is done as it was said.

Runs only where MODELWATCH_TEST_ALL is set, as root, with systemd-nspawn and with what `scripts/package --older` left in
build/package; says why where it does not."""

import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
import unittest

from booted_debian import BootedDebian, depends_of, missing_here
from harness import DOUBLE, ROOT, SINKS, minimal_timeline

DEBS = ROOT / "build" / "package"
CONFIG = "/etc/modelwatch/modelwatch.toml"
STATE = "/var/lib/private/modelwatch"
DROP_IN = "/etc/systemd/system/modelwatchd.service.d"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
USUAL = ('[daemon]\nstate_dir = "/var/lib/modelwatch"\n{daemon}\n[hub]\nendpoint = "http://127.0.0.1:8500"\n{hub}\n'
         '[[watch]]\nrepo = "acme/model"\n{rest}\n')
RESTART_SECONDS = 10


class Boot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.older = cls.only("modelwatch_0.0.9-*.deb")
        cls.newer = cls.only("modelwatch_[!0]*.deb", "modelwatch_0.[!0]*.deb")
        given = tempfile.TemporaryDirectory()
        cls.addClassCleanup(given.cleanup)
        folder = pathlib.Path(given.name)
        for path in (cls.older, cls.newer, DOUBLE):
            shutil.copy(path, folder)
        shutil.copytree(SINKS, folder / "sinks")
        (folder / "timeline.json").write_text(json.dumps(minimal_timeline()))
        log = ROOT / "build" / "boot-console.log"
        cls.machine = BootedDebian(folder, depends_of([cls.older, cls.newer]), log)
        cls.addClassCleanup(cls.machine.close)
        print("booted: " + cls.machine.run("systemctl --version | head -n1").strip(), file=sys.stderr)
        cls.machine.run("systemd-run -q --unit=hub /mnt/modelwatch-hub-double --timeline /mnt/timeline.json --port 8500 "
                        "--quiet --stay; systemd-run -q --unit=sink python3 -B /mnt/sinks/webhook_sink.py --port 8600 "
                        f"--out /tmp/sink.jsonl --secret {SECRET} --enforce --stay")

    @staticmethod
    def only(*patterns):
        found = sorted({path for pattern in patterns for path in DEBS.glob(pattern)})
        if len(found) != 1:
            raise AssertionError(f"{patterns} in {DEBS}: {found}; run scripts/package --older")
        return found[0]

    def setUp(self):
        """A fresh installation of the newer package, stopped, with a configuration that is good."""
        self.machine.run(f"systemctl stop modelwatchd; dpkg -l modelwatch >/dev/null 2>&1 && dpkg -P modelwatch; rm -rf {DROP_IN}; "
                         "systemctl daemon-reload; systemctl reset-failed; true")
        self.dpkg("-i", self.newer)
        self.machine.run("systemctl stop modelwatchd")
        self.configure()

    def dpkg(self, verb, what):
        name = f"/mnt/{what.name}" if isinstance(what, pathlib.Path) else what
        return self.machine.run(f"DEBIAN_FRONTEND=noninteractive dpkg --force-confold {verb} {name}", 300)

    def configure(self, daemon="", hub="", rest=""):
        self.write(CONFIG, USUAL.format(daemon=daemon, hub=hub, rest=rest))

    def write(self, path, text, mode="644"):
        self.machine.run(f"mkdir -p $(dirname {path}) && cat >{path} <<'END_OF_FILE'\n{text}\nEND_OF_FILE\nchmod {mode} {path}")

    def drop_in(self, text, name="test"):
        self.write(f"{DROP_IN}/{name}.conf", text)
        self.machine.run("systemctl daemon-reload")

    def start(self):
        self.machine.run("systemctl start modelwatchd")
        self.assertEqual(self.machine.show("ActiveState"), {"ActiveState": "active"})

    def warnings(self):
        code, text = self.machine.code_of("modelwatch config check --json 2>/dev/null")
        return code, json.loads(text)["warnings"]

    def failed_once(self, since, status):
        """Longer than RestartSec after a failed start, nothing has been tried again."""
        time.sleep(RESTART_SECONDS + 3)
        shown = self.machine.show("ActiveState", "NRestarts", "ExecMainStatus")
        self.assertEqual((shown["ActiveState"], shown["NRestarts"]), ("failed", "0"), self.machine.journal("-n 20"))
        if status:
            self.assertEqual(shown["ExecMainStatus"], str(status))
        told = self.machine.run(f"journalctl -b -q -o cat -p crit --since=@{since}")
        self.assertEqual(told.count("modelwatchd.service has failed"), 1, told)

    def now(self):
        return self.machine.run("date +%s").strip()

    def test_a_fresh_installation_runs_idle_and_locked_up(self):
        self.dpkg("-P", "modelwatch")
        self.dpkg("-i", self.newer)
        self.machine.wait_for("the start", "systemctl is-active modelwatchd && systemctl is-enabled modelwatchd")
        entries = self.machine.journal("-n 50")
        idle = [one for one in entries if "nothing to watch yet" in str(one.get("MESSAGE"))]
        self.assertEqual([one["PRIORITY"] for one in idle[-1:]], ["4"])
        exposure = self.machine.run("systemd-analyze security modelwatchd.service | tail -n1")
        self.assertLessEqual(float(re.search(r"service: ([\d.]+)", exposure).group(1)), 1.3, exposure)
        self.assertEqual(self.machine.run("stat -c '%a' " + STATE).strip(), "700")
        self.assertIn("0 watches", self.machine.show("StatusText")["StatusText"])

    def test_entries_of_the_journal_have_fields(self):
        self.start()
        started = self.machine.wait_for("the entry", "journalctl -b -q -o json -u modelwatchd MESSAGE_ID= 2>/dev/null; "
                                        "journalctl -b -q -o json -u modelwatchd | grep '\"MODELWATCH_VERSION\"' | tail -n1")
        entry = json.loads(started.splitlines()[-1])
        self.assertEqual((entry["PRIORITY"], entry["SYSLOG_IDENTIFIER"]), ("6", "modelwatch"))
        self.assertEqual(entry["_SYSTEMD_UNIT"], "modelwatchd.service")
        self.assertIn("modelwatch/", entry["MODELWATCH_VERSION"])

    def test_a_wrong_configuration_is_tried_once_and_works_at_once_after_its_repair(self):
        self.write(CONFIG, '[daemon]\nlistn = ""')
        begun = self.now()
        self.assertNotEqual(self.machine.code_of("systemctl start modelwatchd")[0], 0)
        self.failed_once(begun, 2)
        told = self.machine.run(f"journalctl -b -q -o cat -u modelwatchd -p err --since=@{begun}")
        self.assertEqual(told.count("unknown key 'listn'"), 1, told)
        for _ in range(6):  # more than any usual start limit
            self.assertNotEqual(self.machine.code_of("systemctl start modelwatchd")[0], 0)
        self.configure()
        self.start()

    def test_credentials_reach_service_and_commands_of_root(self):
        self.configure(hub='token_credential = "hub-token"', rest='[[notifier]]\nname = "siem"\ntype = "webhook"\n'
                       'url = "http://127.0.0.1:8600/"\nsecret_credential = "hook-key"')
        code, said = self.warnings()
        self.assertEqual((code, len([one for one in said if "has no LoadCredential=" in one])), (0, 2), said)
        advice = self.machine.run("modelwatch init --service")
        for name, secret in (("hub-token", "hf_reader"), ("hook-key", SECRET)):
            line = re.search(rf"install -m 600 /dev/stdin \S+/{name}\b", advice).group(0)
            self.machine.run(f"echo {secret} | {line}")
            self.assertEqual(self.machine.run(f"stat -c '%U %a' /etc/modelwatch/credentials/{name}").strip(), "root 600")
        code, said = self.warnings()
        self.assertEqual((code, len(said)), (0, 2), said)  # the service does not run: nobody but systemd can look
        self.machine.run(re.search(r"systemctl daemon-reload && .*", advice).group(0))
        self.assertEqual(self.warnings(), (0, []))
        self.assertIn("delivered", self.machine.run("modelwatch notify test"))
        report = json.loads(self.machine.run("modelwatch check --json 2>/dev/null"))
        self.assertEqual((report["checked"], report["failed"]), (1, []))
        signed = [json.loads(line)["signature"] for line in self.machine.run("cat /tmp/sink.jsonl").splitlines()]
        self.assertEqual(set(signed), {"valid"})
        self.machine.run("rm /etc/modelwatch/credentials/hook-key")
        begun = self.now()
        self.assertNotEqual(self.machine.code_of("systemctl restart modelwatchd")[0], 0)
        self.failed_once(begun, 243)
        self.machine.run(f"echo {SECRET} | install -m 600 /dev/stdin /etc/modelwatch/credentials/hook-key")
        self.start()

    def test_it_stops_when_asked_and_comes_back_when_killed(self):
        self.start()
        begun = time.monotonic()
        self.machine.run("systemctl stop modelwatchd")
        self.assertLess(time.monotonic() - begun, 15)
        self.assertEqual(self.machine.show("Result", "ActiveState"), {"Result": "success", "ActiveState": "inactive"})
        self.start()
        self.machine.run("systemctl kill -s KILL modelwatchd")
        self.machine.wait_for("the restart", "test $(systemctl show -P NRestarts modelwatchd) -ge 1 && "
                              "systemctl is-active modelwatchd")

    def test_a_service_that_hangs_is_started_anew(self):
        self.drop_in("[Service]\nWatchdogSec=10")
        self.start()
        self.machine.run("kill -STOP $(systemctl show -P MainPID modelwatchd)")
        self.machine.wait_for("the watchdog", "test $(systemctl show -P NRestarts modelwatchd) -ge 1 && "
                              "systemctl is-active modelwatchd", 120)
        told = self.machine.run("journalctl -b -q -o cat -u modelwatchd")
        self.assertIn("watchdog timeout", told.lower())

    def test_a_disk_that_is_full_for_a_minute_at_start_is_survived(self):
        self.machine.run(f"mkdir -p -m 700 /var/lib/private {STATE} && mount -t tmpfs -o size=1m tmpfs {STATE} && "
                         f"dd if=/dev/zero of={STATE}/fill bs=4k status=none; true")
        self.machine.code_of("systemctl start modelwatchd", 90)
        time.sleep(60)
        shown = self.machine.show("NRestarts", "ActiveState", "ExecMainStatus")
        self.assertGreaterEqual(int(shown["NRestarts"]), 3, shown)
        self.assertIn(shown["ActiveState"], ("activating", "deactivating"))
        self.assertIn("full", self.machine.run("journalctl -b -q -o cat -u modelwatchd -p err -n 20"))
        self.machine.run(f"mount -o remount,size=64m {STATE} && rm {STATE}/fill")
        self.machine.wait_for("the start", "systemctl is-active modelwatchd", 3 * RESTART_SECONDS)
        self.machine.run(f"systemctl stop modelwatchd && umount {STATE}")

    def test_removal_and_installation_again_bring_it_up(self):
        self.start()
        self.dpkg("-r", "modelwatch")
        self.assertNotEqual(self.machine.code_of("systemctl is-active modelwatchd")[0], 0)
        self.dpkg("-i", self.newer)
        self.machine.wait_for("the start", "systemctl is-active modelwatchd", 20)

    def test_an_upgrade_restarts_what_runs_and_what_had_failed(self):
        for broken in (False, True):
            with self.subTest(broken=broken):
                self.dpkg("-P", "modelwatch")
                self.dpkg("-i", self.older)
                self.configure()
                if broken:
                    self.write(CONFIG, "nonsense")
                self.machine.code_of("systemctl restart modelwatchd")
                before = self.machine.show("MainPID", "ActiveState")
                self.assertEqual(before["ActiveState"], "failed" if broken else "active")
                self.configure()
                self.dpkg("-i", self.newer)
                self.machine.wait_for("the start", "systemctl is-active modelwatchd", 20)
                self.assertNotEqual(self.machine.show("MainPID")["MainPID"], before["MainPID"])

    def test_what_an_administrator_disabled_or_masked_stays_down(self):
        for verb, back in (("disable", "enable"), ("mask", "unmask")):
            self.machine.run(f"systemctl stop modelwatchd; systemctl -q {verb} modelwatchd")
            self.dpkg("-i", self.newer)
            self.assertNotEqual(self.machine.code_of("systemctl is-active modelwatchd")[0], 0, verb)
            self.machine.run(f"systemctl -q {back} modelwatchd")

    def test_what_the_sandbox_hides_is_explained_with_the_drop_in_that_shows_it(self):
        self.machine.run("getent passwd ada >/dev/null || useradd -m ada; getent group models >/dev/null || groupadd models")
        places = {
            "a home": "install -D -m 644 /dev/null /home/ada/tables/p.toml; chmod 700 /home/ada; echo /home/ada/tables/p.toml",
            "root's": "install -D -m 644 /dev/null /root/tables/p.toml; echo /root/tables/p.toml",
            "temporary": "install -D -m 644 /dev/null /tmp/tables/p.toml; echo /tmp/tables/p.toml",
            "a group's": "install -d -m 750 -g models /srv/tables; install -m 640 -g models /dev/null /srv/tables/p.toml; "
                         "echo /srv/tables/p.toml",
        }
        for what, make in places.items():
            with self.subTest(what):
                self.machine.run(f"systemctl stop modelwatchd; rm -rf {DROP_IN}; systemctl daemon-reload; systemctl reset-failed")
                path = self.machine.run(make).strip().splitlines()[-1]
                self.write(path, "# none of our own", self.machine.run(f"stat -c %a {path}").strip())
                self.configure(rest=f'[policy]\npublishers_file = "{path}"')
                self.assertNotEqual(self.machine.code_of("systemctl start modelwatchd")[0], 0)
                code, said = self.warnings()
                self.assertEqual((code, len(said)), (0, 1), said)
                lines = re.findall(r"^    (.*)$", said[0], re.M)
                self.assertEqual(lines[0], "[Service]", said)
                self.drop_in("\n".join(lines))
                self.assertEqual(self.warnings(), (0, []))
                self.start()

    def test_a_hidden_copy_is_named(self):
        self.machine.run("getent passwd ada >/dev/null || useradd -m ada; mkdir -p /home/ada/models")
        self.configure(rest='paths = ["/home/ada/models"]')
        said = self.warnings()[1]
        self.assertEqual(len(said), 1, said)
        self.assertIn("paths of acme/model: the service does not see /home/ada/models (ProtectHome=yes)", said[0])
        self.start()  # it watches all the same

    def test_operators_of_a_group_reach_the_socket_and_strangers_do_not(self):
        self.machine.run("getent group ops >/dev/null || groupadd ops; getent passwd bob >/dev/null || useradd -m -G ops bob; "
                         "getent passwd eve >/dev/null || useradd -m eve")
        self.configure(daemon='listen = "unix:/run/modelwatch/http.sock"\nsocket_group = "ops"')
        self.drop_in("[Service]\nGroup=ops")
        self.start()
        self.machine.wait_for("the socket", "test -S /run/modelwatch/http.sock")
        self.assertEqual(self.machine.run("stat -c '%G %a' /run/modelwatch/http.sock").strip(), "ops 660")
        ask = "setpriv --reuid={0} --regid={0} --init-groups modelwatch status --json"
        self.assertIn("acme/model", self.machine.run(ask.format("bob")))
        self.assertNotEqual(self.machine.code_of(ask.format("eve"))[0], 0)

    def test_sendmail_is_named_as_what_cannot_work(self):
        self.configure(rest='[[notifier]]\nname = "m"\ntype = "email"\nfrom = "a@b.example"\nto = ["a@b.example"]\n'
                            'smtp = "sendmail:"')
        said = self.warnings()[1]
        self.assertEqual(len(said), 1, said)
        self.assertIn('"sendmail:" cannot work under modelwatchd.service', said[0])


if __name__ == "__main__":
    if not os.environ.get("MODELWATCH_TEST_ALL"):
        print("MODELWATCH_TEST_ALL is not set")
        sys.exit(77)
    if reason := missing_here():
        print(f"the package is not tried under a real systemd: {reason}")
        sys.exit(77)
    unittest.main(verbosity=2)
