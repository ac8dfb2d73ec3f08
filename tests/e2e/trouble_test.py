"""A host in trouble: no room to write, storms of signals, rotated secrets, a hub that only fails, a proxy that hangs."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.request

from daemon_test import many
from desk_test import Beats
from harness import PROGRAM, Case, minimal_timeline, wait_for

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
SMALL = 64 << 10  # bytes: enough for a log and for nothing else


class Manager:
    """systemd's end of sd_notify(3): the last STATUS=."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.status = ""
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                text = self.socket.recv(65536).decode()
            except OSError:
                return
            for line in text.splitlines():
                if line.startswith("STATUS="):
                    self.status = line[7:]

    def stop(self):
        self.socket.close()
        pathlib.Path(self.path).unlink(missing_ok=True)  # another one may take its place


class Trouble(Case):
    def secret(self, name, text):
        file = self.folder / name
        file.write_text(text + "\n")
        file.chmod(0o600)
        return file

    def listen_somewhere(self):
        self.config.write_text(self.config.read_text().replace('listen = ""', 'listen = "127.0.0.1:0"'))

    def where(self):
        return wait_for("the door", lambda: re.search(r"listening where=(\S+)", self.daemon_log())).group(1)

    def get(self, where, path):
        try:
            with urllib.request.urlopen(f"http://{where}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()


class NoRoom(Trouble):
    """Polls answer, and nothing of it can be kept: nothing may look well."""

    def begin(self, interval, start):
        self.beats = Beats()
        self.addCleanup(self.beats.stop)
        self.manager = Manager(self.folder)
        self.addCleanup(self.manager.stop)
        self.hub = self.start_hub()
        address = self.secret("beat-url", self.beats.url)
        self.write_config(self.hub, interval=interval,
                          extra=f'[heartbeat]\nurl_file = "{address}"\ninterval = "1s"\n')
        self.listen_somewhere()
        self.daemon = start({"NOTIFY_SOCKET": self.manager.path})
        self.door = self.where()
        wait_for("success", lambda: self.beats.count("") >= 2)
        wait_for("the status", lambda: "0 failing" in self.manager.status)
        self.assertEqual(self.get(self.door, "/readyz")[0], 200)
        self.assertIn("modelwatch_database_writable 1", self.get(self.door, "/metrics")[1])

    def looks_ill(self):
        told = self.beats.count("")
        wait_for("failure", lambda: self.beats.count("/fail") >= 1, 5)
        self.assertLessEqual(self.beats.count("") - told, 2, "success after two rounds")
        told = self.beats.count("")
        wait_for("more failure", lambda: self.beats.count("/fail") >= 4, 10)
        self.assertEqual(self.beats.count(""), told)
        wait_for("the status", lambda: "NOTHING CAN BE WRITTEN" in self.manager.status, 15)
        status, body = self.get(self.door, "/readyz")
        self.assertEqual(status, 503)
        self.assertIn('"database_writable":false', body.replace(" ", ""))
        self.assertIn("modelwatch_database_writable 0", self.get(self.door, "/metrics")[1])

    def looks_well_again(self):
        told = self.beats.count("")
        wait_for("success again", lambda: self.beats.count("") >= told + 2)
        wait_for("the status", lambda: "NOTHING" not in self.manager.status, 15)
        self.assertEqual(self.get(self.door, "/readyz")[0], 200)
        self.assertIn("the database can be written again", self.daemon_log())
        self.stop_daemon(self.daemon)

    def limit(self, size):
        subprocess.run(["prlimit", "--pid", str(self.daemon.pid), f"--fsize={size}:"], check=True)

    def test_where_files_may_not_grow_and_polls_find_nothing_new(self):
        for interval in ("1s", "1h"):
            with self.subTest(interval=interval):
                self.begin(interval, self.start_daemon)
                self.limit(SMALL)
                self.looks_ill()
                self.limit("unlimited")
                self.looks_well_again()
                self.manager.stop()

    def test_a_disk_that_is_full(self):
        self.state.mkdir()
        inside = f'mount -t tmpfs -o size=4m,mode=700 state "{self.state}" && exec "$@"'
        enter = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside, "sh"]
        if subprocess.run([*enter, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no file system can be mounted here")

        def start(env):
            log = open(self.folder / f"daemon-{len(self.daemons)}.log", "w", encoding="utf-8")
            daemon = subprocess.Popen([*enter, str(PROGRAM), "--config", str(self.config), "daemon"],
                                      env={**os.environ, **env}, stderr=log, stdout=subprocess.DEVNULL)
            log.close()
            self.daemons.append(daemon)
            return daemon

        self.begin("1s", start)
        filler = pathlib.Path(f"/proc/{self.daemon.pid}/root{self.state}/filler")
        with open(filler, "wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        self.looks_ill()
        filler.unlink()
        self.looks_well_again()


class Signals(Trouble):
    def begin(self):
        timeline, self.watches = many(8)
        self.hub = self.start_hub(timeline)
        self.write_config(self.hub, self.watches)
        daemon = self.start_daemon()
        wait_for("the start", lambda: "started" in self.daemon_log())
        return daemon

    def reloads(self):
        return self.daemon_log().count("configuration reloaded")

    def test_stopping_overtakes_a_storm_of_reloads(self):
        daemon = self.begin()
        for _ in range(400):
            daemon.send_signal(signal.SIGHUP)
            time.sleep(0.002)
        self.assertLess(self.stop_daemon(daemon), 5)
        self.assertLess(self.reloads(), 10)

    def test_a_storm_of_reloads_and_the_end_among_them(self):
        daemon = self.begin()
        for number in range(600):
            daemon.send_signal(signal.SIGTERM if number == 300 else signal.SIGHUP)
        self.assertEqual(daemon.wait(5), 0, self.daemon_log())

    def test_what_a_storm_of_reloads_wants_last_is_in_force_at_its_end(self):
        daemon = self.begin()
        for number in range(1, 9):
            lines = self.watches.splitlines(keepends=True)
            self.write_config(self.hub, "".join(lines[: 2 * number]))
            for _ in range(50):
                daemon.send_signal(signal.SIGHUP)
        self.write_config(self.hub, "".join(lines[:6]))
        daemon.send_signal(signal.SIGHUP)
        wait_for("the last word", lambda: self.daemon_log().rstrip().endswith("configuration reloaded watches=3"))
        time.sleep(1.5)
        self.assertTrue(self.daemon_log().rstrip().endswith("configuration reloaded watches=3"), "another reload")
        self.assertLess(self.reloads(), 20)
        self.assertLess(self.stop_daemon(daemon), 5)


class Rotation(Trouble):
    """A rotated secret takes effect at a reload, or the reload says that it cannot."""

    def reload(self, daemon):
        before = self.daemon_log().count("configuration reloaded")
        daemon.send_signal(signal.SIGHUP)
        wait_for("the reload", lambda: self.daemon_log().count("configuration reloaded") > before)

    def private_hub(self):
        timeline = minimal_timeline(private=True)
        timeline["tokens"] = [{"token": f"hf_{name}", "name": name, "account": "free", "grants": ["*"],
                               "reads": ["acme/model"]}
                              for name in ("old", "new")]
        return self.start_hub(timeline)

    def test_secrets_in_files(self):
        self.hub = self.private_hub()
        first, second = Beats(), Beats()
        self.addCleanup(first.stop)
        self.addCleanup(second.stop)
        token, address = self.secret("token", "hf_old"), self.secret("beat", first.url)
        api = self.secret("api", "an-old-token")
        self.write_config(self.hub, interval="1s", hub_extra=f'token_file = "{token}"\n',
                          extra=f'[heartbeat]\nurl_file = "{address}"\ninterval = "1s"\n')
        self.listen_somewhere()
        self.config.write_text(self.config.read_text().replace("[hub]", f'api_token_file = "{api}"\n[hub]', 1))
        daemon = self.start_daemon()
        where = self.where()
        wait_for("a beat", lambda: first.count("") >= 1)
        token.write_text("hf_new\n")
        address.write_text(second.url + "\n")
        api.write_text("a-new-token\n")
        self.reload(daemon)
        wait_for("a beat at the new address", lambda: second.count("") >= 1)
        heard = first.count("")
        wait_for("the new token at the hub", lambda: any(r["token"] == "new" for r in self.hub.requests()[-3:]))
        self.assertEqual(first.count(""), heard)
        for old, code in (("an-old-token", 401), ("a-new-token", 202)):
            request = urllib.request.Request(f"http://{where}/api/v1/models/acme/model/check", data=b"{}", method="POST",
                                             headers={"Authorization": f"Bearer {old}"})
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    status = answer.status
            except urllib.error.HTTPError as refusal:
                status = refusal.code
            self.assertEqual(status, code)
        self.assertNotIn("restart the service", self.daemon_log())
        self.stop_daemon(daemon)

    def test_credentials_and_variables_are_said_to_need_a_restart(self):
        self.hub = self.private_hub()
        self.sink = self.start_sink()
        place = self.folder / "credentials"
        place.mkdir()
        (place / "hub-token").write_text("hf_old\n")
        notifier = f'[[notifier]]\nname = "siem"\ntype = "webhook"\nurl = "{self.sink.ready["url"]}"\nsecret_env = "SIEM"\n'
        self.write_config(self.hub, hub_extra='token_credential = "hub-token"\n', extra=notifier)
        secret = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ="
        daemon = self.start_daemon({"CREDENTIALS_DIRECTORY": str(place), "SIEM": secret})
        wait_for("the start", lambda: "started" in self.daemon_log())
        self.assertNotIn("restart the service", self.daemon_log())
        self.reload(daemon)
        said = wait_for("the word", lambda: [line for line in self.daemon_log().splitlines() if "restart the service" in line])
        self.assertIn("hub.token_credential", said[0])
        self.assertIn("secret_env", said[0])
        self.assertNotIn("c2VjcmV0", self.daemon_log())
        self.stop_daemon(daemon)


class FailingHub(Trouble):
    def begin(self, count=60):
        timeline, self.watches = many(count)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, self.watches, sink=self.sink, interval="1s", hub_extra='timeout = "2s"')
        daemon = self.start_daemon()
        wait_for("all baselines", lambda: self.state.exists() and sum(
            1 for m in self.json_of("status")["models"] if m["baseline_commit"]) == count)
        return daemon

    def alerts(self, kind):
        return [a["kind"] for r in self.sink.records() if r["json"]["type"] == kind for a in r["json"]["data"]["alerts"]]

    def test_it_is_asked_at_a_pace_that_falls_and_is_said_once(self):
        daemon = self.begin()
        self.hub.fault(type="any", kind="status", status=503)
        wait_for("the alert about it", lambda: "hub-unreachable" in self.alerts("alert.opened"))
        time.sleep(8)
        before = len(self.hub.requests())
        time.sleep(5)
        self.assertLessEqual(len(self.hub.requests()) - before, 10)
        self.assertEqual(self.daemon_log().count("the hub only fails"), 1)
        self.assertLess(self.daemon_log().count("poll failed"), 80, "a line per watch and try")
        self.assertEqual([k for k in self.alerts("alert.opened") if k != "poll-failing"], ["hub-unreachable"])
        self.hub.clear_faults()
        wait_for("its end", lambda: "hub-unreachable" in self.alerts("alert.resolved"), 90)
        self.assertEqual(self.daemon_log().count("the hub answers again"), 1)
        wait_for("every model", lambda: all(not m["last_error"] for m in self.json_of("status")["models"]), 90)
        self.assertLess(self.stop_daemon(daemon), 5)

    def test_check_ends_soon_and_fails_for_each_watch(self):
        timeline, watches = many(200)
        hub = self.start_hub(timeline)
        self.write_config(hub, watches)
        hub.fault(type="any", kind="status", status=503)
        begun = time.monotonic()
        report = self.check(3)
        self.assertLess(time.monotonic() - begun, 45)
        self.assertEqual((report["checked"], len(report["failed"])), (200, 200))
        self.assertLess(len(hub.requests()), 150)
        for one in report["failed"]:
            self.assertIn("503", one["error"])
        self.assertEqual([a["kind"] for a in report["alerts"]], ["hub-unreachable"])
        hub.clear_faults()
        self.assertEqual(self.check(0)["failed"], [])

    def test_check_waits_for_a_hub_that_comes_back_at_once(self):
        timeline, watches = many(100)
        hub = self.start_hub(timeline)
        self.write_config(hub, watches)
        hub.fault(type="any", kind="status", status=503, count=12)
        report = self.check()
        self.assertLess(len(report["failed"]), 12)


class HangingProxy(Trouble):
    def test_it_is_named_in_the_error(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(16)
            name = f"127.0.0.1:{silent.getsockname()[1]}"
            self.write_config("https://hub.invalid", hub_extra=f'proxy = "http://{name}"\ntimeout = "1s"\n')
            report = self.check(3)
            self.assertIn(f"proxy {name}", report["failed"][0]["error"])
            self.write_config("https://hub.invalid", hub_extra='timeout = "1s"\n')
            report = self.check(3, env={"HTTPS_PROXY": f"http://user:secret@{name}"})
            self.assertIn(f"proxy {name}", report["failed"][0]["error"])
            self.assertNotIn("secret", report["failed"][0]["error"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
