"""Every fault of the network and the hub against every kind of request: no crash, no false alert, no moved baseline, no
leaked token, and recovery on the next round."""

import json
import os
import socket
import subprocess
import unittest

from harness import Case, minimal_timeline

TOKEN = "hf_secret_token_value"

# Each leaves the poll failed, or answered by what the other requests gave.
FAULTS = {
    "500": {"kind": "status", "status": 500},
    "502": {"kind": "status", "status": 502},
    "503": {"kind": "status", "status": 503},
    "504": {"kind": "status", "status": 504},
    "429 with seconds": {"kind": "status", "status": 429, "retry_after": 600},
    "429 with a date": {"kind": "status", "status": 429, "retry_after": "date", "retry_in": 600},
    "429 without either": {"kind": "status", "status": 429},
    "HTML": {"kind": "html"},
    "wrong JSON types": {"kind": "wrong_types"},
    "garbage": {"kind": "garbage"},
    "short body": {"kind": "truncate"},
    "reset mid-body": {"kind": "reset"},
    "slow drip": {"kind": "drip", "every_ms": 200},
    "timeout": {"kind": "hang"},
    "closed before the answer": {"kind": "close_before_answer"},
    "100 MB body": {"kind": "huge", "size": 100_000_000},
    "redirect loop": {"kind": "redirect_loop"},
}
REQUESTS = ["info", "tree", "commits", "refs", "resolve"]


class Faults(Case):
    def begin(self, timeline=None, **config):
        timeline = timeline or minimal_timeline(git_tags={"v1": "Upload weights"})
        timeline["tokens"] = [{"token": TOKEN, "name": "reader", "account": "free", "grants": ["*"]}]
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        token = self.folder / "token"
        token.write_text(TOKEN + "\n")
        token.chmod(0o600)
        # A branch other than main makes the poll ask for refs too.
        watch = '[[watch]]\nrepo = "acme/model"\nrevision = "v1"\n[[watch]]\nrepo = "acme/model"\n'
        self.write_config(self.hub, watch, sink=self.sink,
                          hub_extra=f'token_file = "{token}"\ntimeout = "1s"\n' + config.get("hub_extra", ""))
        report = self.check(0)
        self.baseline = [m["baseline_commit"] for m in report["models"]]
        self.serial = 0

    def change(self):
        """A harmless commit, so that the next poll reads everything again."""
        self.serial += 1
        self.hub.do(action="commit", repo="acme/model", title=f"Note {self.serial}",
                    files={"notes.md": {"text": f"note {self.serial}\n"}})
        self.hub.do(action="move_tag", repo="acme/model", tag="v1", to="main")

    def quiet_alerts(self, report):
        return [a for a in report["alerts"] if a["kind"] not in ("commits-added", "tag-moved")]

    def looks_sane(self, report, what):
        self.assertEqual(self.quiet_alerts(report), [], what)
        self.assertEqual([m["baseline_commit"] for m in report["models"]], self.baseline, what)
        self.assertNotIn(TOKEN, json.dumps(report), what)

    def test_every_fault_against_every_request(self):
        self.begin()
        for name, fault in FAULTS.items():
            for request in REQUESTS:
                with self.subTest(fault=name, request=request):
                    self.change()
                    self.hub.fault(type=request, **fault)
                    done = self.run_program("check", "--json", timeout=60)
                    report = json.loads(done.stdout)
                    self.assertNotIn(TOKEN, done.stderr)
                    self.looks_sane(report, name)
                    self.assertIn(done.returncode, (0, 1, 3))
                    if request in ("info", "tree"):
                        self.assertEqual(done.returncode, 3, f"{name} {request}: {done.stdout}")
                        self.assertTrue(report["failed"])
                    for failed in report["failed"]:
                        self.assertTrue(failed["error"].strip(), name)
                    self.hub.clear_faults()
                    self.looks_sane(self.check(), f"after {name} {request}")
                    self.assertEqual(self.json_of("check")["failed"], [])

    def test_a_refused_token_after_it_worked_is_never_a_missing_repo(self):
        self.begin()
        for _ in range(3):
            self.hub.fault(type="any", kind="status", status=401, body={"error": "Invalid credentials in Authorization header"})
            report = self.check(3)
            self.looks_sane(report, "401")
            self.hub.clear_faults()
        self.assertEqual(self.check()["failed"], [])

    def test_a_redirect_to_another_host_never_gets_the_token(self):
        self.begin()
        thief = self.start_sink("webhook_sink.py", "--answer", "200;body={}")
        for request in REQUESTS:
            self.change()
            self.hub.fault(type=request, kind="redirect_host", to=f"http://127.0.0.1:{thief.ready['port']}")
            self.looks_sane(self.check(), f"redirected {request}")
            self.hub.clear_faults()
        for record in thief.records():
            self.assertNotIn("authorization", record["headers"])
        self.assertEqual(self.check()["failed"], [])

    def test_page_two_of_a_tree_failing_is_an_error_and_no_removal(self):
        timeline = minimal_timeline()
        timeline["settings"]["tree_page"] = 3
        self.hub = self.start_hub(timeline)
        self.write_config(self.hub)
        baseline = self.check(0)["models"][0]["baseline_commit"]
        self.hub.do(action="commit", repo="acme/model", title="Note", files={"notes.md": {"text": "x\n"}})
        self.hub.fault(kind="tree_page_2")
        report = self.check(3)
        self.assertEqual((report["alerts"], report["models"][0]["baseline_commit"]), ([], baseline))
        self.hub.clear_faults()
        self.assertEqual([a["kind"] for a in self.check(0)["alerts"]], ["commits-added"])

    def test_an_endless_429_ends_within_45_seconds(self):
        self.begin()
        self.hub.fault(type="any", kind="status", status=429)
        done = self.run_program("check", "--json", timeout=45)
        self.assertEqual(done.returncode, 3)

    def unreachable(self, endpoint, env=None, hub_extra=""):
        self.write_config(endpoint, sink=self.sink, hub_extra='timeout = "2s"\n' + hub_extra)
        done = self.run_program("check", "--json", env=env, timeout=60)
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertEqual(report["alerts"], [])
        return report["failed"][0]["error"]

    def test_connections_that_cannot_be_made(self):
        self.sink = self.start_sink()
        hub = self.start_hub()
        self.write_config(hub, sink=self.sink)
        self.check(0)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.assertIn("127.0.0.1", self.unreachable(f"http://127.0.0.1:{port}"))
        env = {"RES_OPTIONS": "timeout:1 attempts:1"}
        self.assertIn("hub.invalid", self.unreachable("https://hub.invalid", env))
        self.write_config(hub, sink=self.sink)
        self.assertEqual(self.check(0)["failed"], [])

    def certificate(self, name, *flags):
        key, cert = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
                        "-subj", f"/CN={name}", *flags], check=True, capture_output=True)
        return key, cert

    def expired_certificate(self):
        """Self-signed, valid for one day of 2020 (`openssl req` cannot date back, `openssl ca` can)."""
        place = self.folder / "ca"
        place.mkdir()
        (place / "index.txt").touch()
        (place / "serial").write_text("01\n")
        (place / "ca.cnf").write_text(
            "[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\n"
            "policy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\n")
        run = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=place)
        run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "req.pem", "-subj", "/CN=expired")
        run("ca", "-batch", "-config", "ca.cnf", "-selfsign", "-keyfile", "key.pem", "-in", "req.pem", "-out", "cert.pem",
            "-notext", "-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
        return place / "key.pem", place / "cert.pem"

    def test_certificates_that_cannot_be_trusted(self):
        self.sink = self.start_sink()
        good = ("-days", "2", "-addext", "subjectAltName=IP:127.0.0.1")
        cases = {
            "unknown CA": (self.certificate("unknown", *good), False),
            "wrong name": (self.certificate("wrong", "-days", "2", "-addext", "subjectAltName=DNS:other.example"), True),
            "expired": (self.expired_certificate(), True),
        }
        for name, ((key, cert), trusted) in cases.items():
            with self.subTest(name):
                hub = self.start_hub(None, "--tls", "--cert", cert, "--key", key)
                extra = f'ca_file = "{cert}"\n' if trusted else ""
                text = self.unreachable(hub.url, hub_extra=extra)
                self.assertIn("certificate", text.lower(), text)
        key, cert = self.certificate("sound", *good)
        hub = self.start_hub(None, "--tls", "--cert", cert, "--key", key)
        self.write_config(hub, sink=self.sink, hub_extra=f'ca_file = "{cert}"\n')
        self.assertEqual(self.check(0)["failed"], [])
        self.write_config(hub, sink=self.sink)
        self.assertEqual(self.json_of("check", env={"SSL_CERT_FILE": str(cert)})["failed"], [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
