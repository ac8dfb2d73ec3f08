#!/usr/bin/python3
"""Mails through a real mail server (Postfix) into mailboxes, read back with Python's email package.

Runs only where MODELWATCH_TEST_ALL is set (scripts/test --all sets it, and installs the server), and as root. Skipped
(77) otherwise. Nothing of the host's own Postfix is read or touched: configuration, queue, log and mailboxes are in a
folder of the test's own, and the server listens on free loopback ports.
"""

import base64
import email
import email.policy
import email.utils
import json
import os
import pathlib
import re
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import unittest

POSTFIX = "/usr/sbin/postfix"


def why_not():
    if not os.environ.get("MODELWATCH_TEST_ALL"):
        return "only scripts/test --all asks for a real mail server"
    if not os.path.exists(POSTFIX):
        return "Postfix is not installed (scripts/setup --all)"
    return None if os.geteuid() == 0 else "Postfix must be started by root"


if reason := why_not():
    print(f"SKIPPED: {reason}")
    sys.exit(77)

from certificates import make_authority, make_server  # noqa: E402
from far_end import ALERT, message, send, wait_for  # noqa: E402

USER, PASSWORD = "modelwatch", "correct-horse-battery"
HOSTILE = "x\r\nBcc: everybody@corp.example\r\n\r\n.\r\nMAIL FROM:<evil@evil.example>"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.corp.example
mydestination =
mynetworks =
alias_maps =
virtual_mailbox_domains = corp.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{alice@corp.example=alice/, bob@corp.example=bob/, carol@corp.example=carol/}}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_mailbox_limit = 0
message_size_limit = 2000000
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{logins}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
"""

# No service is chrooted.
MASTER = """
127.0.0.1:{starttls} inet n - n - - smtpd
127.0.0.1:{implicit} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Logins:
    """Whom Postfix asks about passwords: Dovecot's authentication protocol, PLAIN for one user."""

    def __init__(self):
        handler = type("Handler", (socketserver.StreamRequestHandler,), {"handle": self.serve})
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def serve(talk):
        talk.wfile.write(b"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t%s\nDONE\n" % (b"0" * 32))
        for line in talk.rfile:
            words = line.decode().rstrip("\n").split("\t")
            if words[0] not in ("AUTH", "CONT"):
                continue
            given = [word[5:] for word in words if word.startswith("resp=")] if words[0] == "AUTH" else words[2:]
            if not given:
                talk.wfile.write(f"CONT\t{words[1]}\t\n".encode())
                continue
            user, password = base64.b64decode(given[0]).decode().split("\0")[1:]
            good = (user, password) == (USER, PASSWORD)
            talk.wfile.write(f"{'OK' if good else 'FAIL'}\t{words[1]}\tuser={user}\n".encode())

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Server:
    """A Postfix of our own: STARTTLS and implicit TLS on loopback, both with login, three mailboxes."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-mta-"))
        self.folder.chmod(0o755)
        self.authority = make_authority(str(self.folder), "authority")
        cert, key = make_server(str(self.folder), "server", self.authority, "IP:127.0.0.1")
        self.mailboxes = self.folder / "mail"
        for name, owner in (("mail", "nobody"), ("data", "postfix"), ("queue", "root"), ("conf", "root")):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, owner)
        self.starttls, self.implicit = free_port(), free_port()
        self.logins = Logins()
        (self.folder / "conf/main.cf").write_text(MAIN.format(
            folder=self.folder, cert=cert, key=key, logins=self.logins.port))
        (self.folder / "conf/master.cf").write_text(MASTER.format(starttls=self.starttls, implicit=self.implicit))
        self.sendmail = self.folder / "sendmail"
        self.sendmail.write_text(f'#!/bin/sh\nexec /usr/sbin/sendmail -C {self.folder}/conf "$@"\n')
        self.sendmail.chmod(0o755)
        self.process = subprocess.Popen([POSTFIX, "-c", str(self.folder / "conf"), "start-fg"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not wait_for(lambda: self.answers(self.starttls) and self.answers(self.implicit), 15):
            words = self.log()
            self.stop()
            raise AssertionError(f"Postfix did not start: {words}")

    def log(self):
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    @staticmethod
    def answers(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def stop(self):
        subprocess.run([POSTFIX, "-c", str(self.folder / "conf"), "stop"], capture_output=True, check=False)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.logins.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def mails(self, user, count=1):
        """The mails that a mailbox holds, once it holds that many."""
        files = wait_for(lambda: found if len(found := sorted((self.mailboxes / user / "new").glob("*"))) >= count
                         else None, 15) or []
        assert len(files) >= count, self.log()
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    def empty(self):
        for box in self.mailboxes.iterdir():
            shutil.rmtree(box)


def content(mail, kind):
    return mail.get_body(preferencelist=(kind,)).get_content()


class MtaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.server.empty()

    def options(self, scheme="smtp", **changes):
        port = self.server.starttls if scheme == "smtp" else self.server.implicit
        return {"type": "email", "smtp": f"{scheme}://127.0.0.1:{port}", "from": "modelwatch@corp.example",
                "to": ["alice@corp.example"], "host_name": "watch.corp.example", "ca_file": self.server.authority[0],
                "username": USER, "password": PASSWORD, "timeout_ms": 10000, **changes}

    def test_a_mail_reads_back_as_it_was_written(self):
        for scheme in ("smtp", "smtps"):
            with self.subTest(scheme=scheme):
                self.server.empty()
                got = send(self.options(scheme))
                self.assertEqual((got["outcome"], got["status"]), ("delivered", 250), got)
                mail, = self.server.mails("alice")
                self.assertEqual([defect for part in mail.walk() for defect in part.defects], [])
                self.assertEqual(mail["Subject"], "[HIGH] tiiuae/falcon-7b: weights replaced (model-00001-of-00002."
                                                  "safetensors), production not affected [env=prod]")
                for line in ALERT["detail"].split("\n"):
                    self.assertIn("  " + line + "\n", content(mail, "plain"))
                self.assertIn("ümläut 模型 &lt;b&gt;", content(mail, "html"))
                self.assertEqual(mail["Message-ID"], "<0192f0c1-8888-7000-8000-0000000000ff@watch.corp.example>")
                self.assertEqual(mail["Auto-Submitted"], "auto-generated")
                self.assertEqual(email.utils.parsedate_to_datetime(mail["Date"]).isoformat(),
                                 "2026-11-22T09:00:05+00:00")
                self.assertRegex(mail["Received"], r"from watch\.corp\.example")

    def test_hostile_texts_form_no_header_no_recipient_and_no_second_mail(self):
        evil = {**ALERT, "repo": HOSTILE, "subject": HOSTILE, "summary": HOSTILE, "detail": HOSTILE * 3,
                "labels": {"team": HOSTILE}, "url": HOSTILE}
        self.assertEqual(send(self.options(), message([evil]))["outcome"], "delivered")
        mail, = self.server.mails("alice")
        known = {"return-path", "x-original-to", "delivered-to", "received", "date", "from", "to", "subject", "message-id", "in-reply-to",
                 "references", "list-id", "auto-submitted", "x-auto-response-suppress", "mime-version", "content-type"}
        self.assertLessEqual({name.lower() for name in mail.keys()}, known)
        self.assertEqual([defect for part in mail.walk() for defect in part.defects], [])
        self.assertEqual([box.name for box in self.server.mailboxes.iterdir()], ["alice"])

    def test_a_recipient_that_does_not_exist_does_not_keep_the_others_from_it(self):
        to = ["alice@corp.example", "nobody-at-all@corp.example", "carol@corp.example"]
        got = send(self.options(to=to))
        self.assertEqual(got["outcome"], "delivered", got)
        self.assertRegex(got["answer"], r"refused for nobody-at-all@corp\.example: 550 ")
        ids = {mail["Message-ID"] for user in ("alice", "carol") for mail in self.server.mails(user)}
        self.assertEqual(len(ids), 1)

    def test_a_wrong_password_is_refused_and_nothing_is_delivered(self):
        got = send(self.options(password="wrong-horse-battery"))
        self.assertEqual((got["outcome"], got["status"]), ("failed", 535), got)
        self.assertNotIn("wrong-horse", json.dumps(got))

    def test_a_mail_that_is_too_large_is_refused_for_good(self):
        digest = message([], type="digest", payload={"subject": "digest", "text": "line of a digest\n" * 150_000})
        got = send(self.options(), digest)
        self.assertEqual(got["outcome"], "failed", got)
        self.assertTrue(re.match(r"5\d\d", str(got["status"])), got)

    def test_a_mail_goes_through_the_local_sendmail(self):
        got = send(self.options(smtp=f"sendmail:{self.server.sendmail}", username="", password="",
                                to=["bob@corp.example", "alice@corp.example"]))
        self.assertEqual(got["outcome"], "delivered", got)
        for user in ("bob", "alice"):
            mail, = self.server.mails(user)
            self.assertEqual([defect for part in mail.walk() for defect in part.defects], [])
            self.assertIn("Production does not run it.", content(mail, "plain"))


if __name__ == "__main__":
    unittest.main()
