#!/usr/bin/python3
"""Mails over real sockets: what a mail server gets, and what becomes of its answers."""

import email
import email.policy
import email.utils
import socket
import tempfile
import threading
import unittest

from certificates import make_authority, make_server
from far_end import ALERT, Sink, message, send

A, B, C = "alice@example.org", "bob@example.org", "carol@example.org"
PASSWORD = "correct-horse-battery"


class EmailTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.authority = make_authority(cls.folder.name, "authority")
        cls.other = make_authority(cls.folder.name, "other")
        cls.cert, cls.key = make_server(cls.folder.name, "server", cls.authority, "IP:127.0.0.1,DNS:localhost")
        cls.wrong, cls.wrong_key = make_server(cls.folder.name, "wrong", cls.authority, "DNS:elsewhere.example")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def sink(self, *words, tls="starttls", cert=None, key=None):
        if tls != "none":
            words += ("--cert", cert or self.cert, "--key", key or self.key)
        return Sink("smtp_sink.py", "--tls", tls, *words)

    def options(self, sink, scheme="smtp", **changes):
        return {"type": "email", "smtp": f"{scheme}://127.0.0.1:{sink.port}", "from": "modelwatch@corp.example",
                "to": [A], "host_name": "watch.corp.example", "ca_file": self.authority[0], "timeout_ms": 5000,
                **changes}

    def test_the_server_is_greeted_by_a_full_name_or_an_address(self):
        for changes, greeting in (({"host_name": "vm"}, "[127.0.0.1]"), ({"host_name": "vm.corp.example."}, "vm.corp.example"),
                                  ({"ehlo": "mon.corp.example"}, "mon.corp.example"),
                                  ({"ehlo": "[IPv6:2001:db8::7]"}, "[IPv6:2001:db8::7]")):
            with self.subTest(changes), self.sink() as sink:
                got = send(self.options(sink, **changes))
                self.assertEqual(got["outcome"], "delivered", got)
                self.assertEqual(sink.records(event="mail")[0]["helo"], greeting)

    def test_a_mail_arrives_over_starttls_and_reads_back(self):
        with self.sink() as sink:
            got = send(self.options(sink))
            self.assertEqual(got["outcome"], "delivered", got)
            self.assertEqual(got["status"], 250)
            mail, = sink.records(event="mail")
        self.assertTrue(mail["tls"])
        self.assertEqual(mail["helo"], "watch.corp.example")
        self.assertEqual((mail["mail_from"], mail["rcpt_tos"]), ("modelwatch@corp.example", [A]))
        self.assertEqual(mail["defects"], [])
        self.assertLessEqual(mail["longest_line"], 998)
        self.assertEqual(mail["subject"], "[HIGH] tiiuae/falcon-7b: weights replaced "
                                          "(model-00001-of-00002.safetensors), production not affected [env=prod]")
        for line in ALERT["detail"].split("\n"):
            self.assertIn("  " + line + "\n", mail["text"].replace("\r\n", "\n"))
        self.assertIn("Production does not run it.", mail["text"])
        self.assertIn("ümläut 模型 &lt;b&gt;&amp;amp;&lt;/b&gt;", mail["html"])
        self.assertNotIn("<b>", mail["html"])

    def test_the_structure_and_headers_are_those_of_the_standards(self):
        with self.sink() as sink:
            send(self.options(sink, to=[f"Àlice Ops <{A}>"]))
            mail, = sink.records(event="mail")
        parsed = email.message_from_string(mail["raw"], policy=email.policy.default)
        self.assertEqual(parsed.get_content_type(), "multipart/alternative")
        self.assertEqual([part.get_content_type() for part in parsed.iter_parts()], ["text/plain", "text/html"])
        self.assertEqual(parsed["To"].addresses[0].display_name, "Àlice Ops")
        self.assertEqual(parsed["To"].addresses[0].addr_spec, A)
        self.assertEqual(email.utils.parsedate_to_datetime(parsed["Date"]).isoformat(), "2026-11-22T09:00:05+00:00")
        self.assertEqual(parsed["Message-ID"], "<0192f0c1-8888-7000-8000-0000000000ff@watch.corp.example>")
        self.assertEqual(parsed["In-Reply-To"], f"<alert-{ALERT['id']}@watch.corp.example>")
        self.assertEqual(parsed["Auto-Submitted"], "auto-generated")
        self.assertEqual(parsed["X-Auto-Response-Suppress"], "All")
        self.assertIn("<alerts.modelwatch.watch.corp.example>", parsed["List-Id"])

    def test_hostile_names_stay_inside_their_header(self):
        evil = {**ALERT, "subject": "x\r\nBcc: everybody@example.org\r\n\r\nhello", "repo": "a/b\nX-Evil: 1",
                "labels": {"k\r\nX-Evil2": "=?utf-8?Q?=0D=0AX-Evil3:_1?="}}
        with self.sink() as sink:
            self.assertEqual(send(self.options(sink), message([evil]))["outcome"], "delivered")
            mail, = sink.records(event="mail")
        names = [name.lower() for name, _ in mail["headers"]]
        self.assertNotIn("bcc", names)
        self.assertFalse([name for name in names if name.startswith("x-evil")])
        self.assertEqual(mail["rcpt_tos"], [A])
        self.assertNotIn("\n", mail["subject"])
        self.assertIn("\\x0", mail["subject"].lower())

    def test_implicit_tls_and_login(self):
        with self.sink("--user", "modelwatch", "--password", PASSWORD, tls="implicit") as sink:
            got = send(self.options(sink, "smtps", username="modelwatch", password=PASSWORD))
            self.assertEqual(got["outcome"], "delivered", got)
            mail, = sink.records(event="mail")
            login, = sink.records(event="auth")
        self.assertEqual((mail["user"], login["mechanism"], login["tls"]), ("modelwatch", "PLAIN", True))

    def test_login_over_starttls_happens_inside_tls(self):
        with self.sink("--user", "modelwatch", "--password", PASSWORD, tls="starttls-required") as sink:
            got = send(self.options(sink, username="modelwatch", password=PASSWORD))
            self.assertEqual(got["outcome"], "delivered", got)
            self.assertTrue(all(login["tls"] for login in sink.records(event="auth")))

    def test_a_refused_login_has_failed_and_is_tried_once(self):
        with self.sink("--user", "modelwatch", "--password", "another", tls="implicit") as sink:
            got = send(self.options(sink, "smtps", username="modelwatch", password=PASSWORD, to=[A, B, C]))
            self.assertEqual((got["outcome"], got["status"]), ("failed", 535), got)
            self.assertNotIn(PASSWORD, got["answer"])
            self.assertIn("535", got["answer"])
            self.assertEqual(len(sink.records(event="auth")), 1)

    def test_without_starttls_nothing_is_sent_in_clear(self):
        with self.sink("--user", "modelwatch", "--password", PASSWORD, tls="none") as sink:
            got = send(self.options(sink, username="modelwatch", password=PASSWORD))
            self.assertEqual(got["outcome"], "retry", got)
            self.assertIn("STARTTLS", got["answer"])
            self.assertEqual(sink.records(), [])

    def test_an_untrusted_certificate_is_tried_again_and_gets_nothing(self):
        for words in ({"ca_file": self.other[0]}, {"ca_file": ""}):
            for tls, scheme in (("starttls", "smtp"), ("implicit", "smtps")):
                with self.subTest(words=words, tls=tls), self.sink(tls=tls) as sink:
                    got = send(self.options(sink, scheme, **words))
                    self.assertEqual(got["outcome"], "retry", got)
                    self.assertIn("certificate", got["answer"])
                    self.assertEqual(sink.records(event="mail"), [])

    def test_a_certificate_for_another_name_is_not_trusted(self):
        with self.sink(cert=self.wrong, key=self.wrong_key) as sink:
            got = send(self.options(sink))
            self.assertEqual(got["outcome"], "retry", got)
            self.assertEqual(sink.records(event="mail"), [])

    def test_the_trust_of_openssl_is_the_default(self):
        with self.sink() as sink:
            got = send(self.options(sink, ca_file=""), environment={"SSL_CERT_FILE": self.authority[0]})
            self.assertEqual(got["outcome"], "delivered", got)

    def test_greylisting_is_tried_again_with_the_same_message_id(self):
        with self.sink("--rcpt", "*=451 4.7.1 greylisted;count=1") as sink:
            first = send(self.options(sink))
            self.assertEqual((first["outcome"], first["status"]), ("retry", 451), first)
            self.assertIn("greylisted", first["answer"])
            self.assertEqual(send(self.options(sink))["outcome"], "delivered")
            self.assertEqual(len(sink.records(event="mail")), 1)

    def test_a_refused_recipient_does_not_block_the_others(self):
        with self.sink("--rcpt", f"{B}=550 5.1.1 no such user") as sink:
            got = send(self.options(sink, to=[A, B, C]))
            self.assertEqual(got["outcome"], "delivered", got)
            self.assertIn(f"{B}: 550 5.1.1 no such user", got["answer"])
            self.assertEqual([mail["rcpt_tos"] for mail in sink.records(event="mail")], [[A], [C]])
            self.assertEqual(len({dict(m["headers"])["Message-ID"] for m in sink.records(event="mail")}), 1)

    def test_only_recipients_without_the_mail_get_it_again(self):
        with self.sink("--rcpt", f"{B}=452 4.2.2 mailbox full;count=1") as sink:
            first = send(self.options(sink, to=[A, B, C]))
            self.assertEqual((first["outcome"], first["pending_recipients"]), ("retry", [B]), first)
            again = send(self.options(sink, to=[A, B, C]), recipients=[B])
            self.assertEqual(again["outcome"], "delivered", again)
            self.assertEqual([mail["rcpt_tos"] for mail in sink.records(event="mail")], [[A], [C], [B]])

    def test_a_server_that_refuses_everybody_makes_it_a_failure(self):
        with self.sink("--rcpt", "*=550 5.7.1 policy") as sink:
            got = send(self.options(sink, to=[A, B]))
            self.assertEqual((got["outcome"], got["status"]), ("failed", 550), got)

    def test_a_content_refusal_is_final_and_a_soft_one_is_not(self):
        with self.sink("--data", "552 5.3.4 too big", "--data", "451 4.3.0 later", "--data", "250 ok") as sink:
            self.assertEqual(send(self.options(sink))["outcome"], "failed")
            self.assertEqual(send(self.options(sink))["outcome"], "retry")
            self.assertEqual(send(self.options(sink))["outcome"], "delivered")

    def test_a_connection_lost_after_the_final_dot_is_repeated_under_the_same_id(self):
        with self.sink("--data", "drop", "--data", "250 ok") as sink:
            first = send(self.options(sink))
            self.assertEqual(first["outcome"], "retry", first)
            self.assertEqual(send(self.options(sink))["outcome"], "delivered")
            ids = [dict(mail["headers"])["Message-ID"] for mail in sink.records(event="mail")]
        self.assertEqual(len(ids), 2)
        self.assertEqual(len(set(ids)), 1)

    def test_a_silent_server_costs_no_more_than_the_timeout(self):
        with self.sink("--data", "hang") as sink:
            got = send(self.options(sink, timeout_ms=700, to=[A, B, C]))
            self.assertEqual(got["outcome"], "retry", got)
            self.assertIn("in time", got["answer"])
            self.assertLess(got["took_ms"], 8000)

    def test_a_slow_greeting_is_a_timeout(self):
        with self.sink("--greeting-delay", "30") as sink:
            got = send(self.options(sink, timeout_ms=500))
            self.assertEqual((got["outcome"], got["status"]), ("retry", 0), got)
            self.assertLess(got["took_ms"], 8000)

    def test_a_refused_connection_is_tried_again(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        got = send({"type": "email", "smtp": f"smtp://127.0.0.1:{port}", "from": "f@x.example", "to": [A, B],
                    "host_name": "h.example"})
        self.assertEqual((got["outcome"], got["pending_recipients"]), ("retry", []), got)

    def test_stopping_ends_an_attempt_within_seconds(self):
        with self.sink("--data", "hang") as sink:
            got = send(self.options(sink, timeout_ms=30000), cancel_after_ms=300)
            self.assertEqual(got["outcome"], "retry", got)
            self.assertLess(got["took_ms"], 5000)

    def test_a_server_that_repeats_the_password_does_not_make_us_show_it(self):
        with EchoingServer(self.cert, self.key) as server:
            got = send(self.options(server, "smtps", username="modelwatch", password=PASSWORD))
            self.assertEqual(got["outcome"], "failed", got)
            self.assertTrue(server.heard)
            for secret in (PASSWORD, server.heard):
                self.assertNotIn(secret, got["answer"])

    def test_a_mail_goes_through_the_notifiers_proxy(self):
        with self.sink() as sink, Proxy() as proxy:
            got = send(self.options(sink, proxy=f"http://127.0.0.1:{proxy.port}"))
            self.assertEqual(got["outcome"], "delivered", got)
            self.assertEqual(proxy.asked, [f"127.0.0.1:{sink.port}"])

    def test_a_test_message_is_marked(self):
        with self.sink() as sink:
            send(self.options(sink), message([], type="test"))
            mail, = sink.records(event="mail")
        self.assertIn("test message from modelwatch", mail["subject"])
        self.assertIn("This is a test message from modelwatch", mail["text"])


class Listener:
    """One connection at a time, on a thread."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.thread.join(5)

    def run(self):
        try:
            connection, _ = self.socket.accept()
            with connection:
                self.serve(connection)
        except OSError:
            pass


class EchoingServer(Listener):
    """Says in its refusal what it was given."""

    def __init__(self, cert, key):
        import ssl
        super().__init__()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.heard = ""

    def serve(self, connection):
        with self.context.wrap_socket(connection, server_side=True) as stream, stream.makefile("rw", newline="\r\n") as talk:
            def say(text):
                talk.write(text + "\r\n")
                talk.flush()
            say("220 echo")
            for line in talk:
                word, _, rest = line.strip().partition(" ")
                if word == "EHLO":
                    say("250-echo")
                    say("250 AUTH PLAIN")
                elif word == "AUTH":
                    self.heard = rest.split(" ")[-1]
                    if self.heard == "PLAIN":
                        say("334 ")
                        self.heard = talk.readline().strip()
                    say(f"535 not {self.heard}, that is {PASSWORD}")
                else:
                    say("221 bye")


class Proxy(Listener):
    """CONNECT and nothing else."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def serve(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1)
        target = head.split()[1].decode()
        self.asked.append(target)
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as far:
            connection.sendall(b"HTTP/1.1 200 fine\r\n\r\n")
            back = threading.Thread(target=self.copy, args=(far, connection), daemon=True)
            back.start()
            self.copy(connection, far)
            back.join(5)

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


if __name__ == "__main__":
    unittest.main()
