#!/usr/bin/python3
"""Webhooks and Slack messages over real sockets, judged by an independent far end."""

import base64
import socket
import tempfile
import unittest

from certificates import make_authority, make_server
from far_end import ALERT, Sink, message, send

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def webhook(sink, **changes):
    return {"type": "webhook", "url": sink.ready["url"] + "hook", "secret": SECRET, **changes}


class WebhookTest(unittest.TestCase):
    def test_the_signature_is_valid_for_an_independent_receiver(self):
        with Sink("webhook_sink.py", "--secret", SECRET, "--enforce") as sink:
            got = send(webhook(sink))
            self.assertEqual((got["outcome"], got["status"]), ("delivered", 200), got)
            record, = sink.records()
        self.assertEqual((record["method"], record["path"], record["signature"]), ("POST", "/hook", "valid"))
        self.assertEqual(record["headers"]["content-type"], "application/json")
        self.assertEqual(record["headers"]["webhook-id"], message()["id"])
        self.assertEqual(record["json"]["type"], "alert.opened")
        self.assertEqual(record["json"]["timestamp"], "2026-11-22T09:00:05Z")
        self.assertEqual([alert["id"] for alert in record["json"]["data"]["alerts"]], [ALERT["id"]])

    def test_a_rotated_secret_is_accepted_while_both_are_in_use(self):
        with Sink("webhook_sink.py", "--secret", "the-new-secret-value", "--enforce") as sink:
            got = send(webhook(sink, secret=f"{SECRET}\nthe-new-secret-value\n"))
            self.assertEqual(got["outcome"], "delivered", got)

    def test_a_wrong_secret_is_refused_for_good(self):
        with Sink("webhook_sink.py", "--secret", "another-secret", "--enforce") as sink:
            got = send(webhook(sink))
            self.assertEqual((got["outcome"], got["status"]), ("failed", 401), got)

    def test_retries_keep_id_and_body(self):
        with Sink("webhook_sink.py", "--answer", "503;retry-after=7", "--answer", "reset", "--answer", "204") as sink:
            first, second, third = (send(webhook(sink)) for _ in range(3))
            self.assertEqual((first["outcome"], first["retry_after"]), ("retry", 7), first)
            self.assertEqual((second["outcome"], second["status"]), ("retry", 0), second)
            self.assertEqual(third["outcome"], "delivered", third)
            records = sink.records()
        self.assertGreaterEqual(len(records), 3)
        self.assertEqual(len({record["headers"]["webhook-id"] for record in records}), 1)
        self.assertEqual(len({record["body"] for record in records}), 1)

    def test_a_redirect_is_not_followed(self):
        with Sink("webhook_sink.py") as other, \
                Sink("webhook_sink.py", "--answer", f"307;location={other.ready['url']}") as sink:
            got = send(webhook(sink))
            self.assertEqual((got["outcome"], got["status"]), ("failed", 307), got)
            self.assertEqual(other.records(), [])

    def test_answers_that_come_late_or_never_are_tried_again_in_time(self):
        for step in ("hang", "200;delay=20", "200;body=xxxxxxxxxxxxxxxxxxxx;drip=2", "close"):
            with self.subTest(step=step), Sink("webhook_sink.py", "--answer", step) as sink:
                got = send(webhook(sink, timeout_ms=600))
                self.assertEqual(got["outcome"], "retry", got)
                self.assertLess(got["took_ms"], 8000)

    def test_an_endless_answer_is_cut(self):
        with Sink("webhook_sink.py", "--answer", "200;body=" + "x" * 100_000) as sink:
            got = send(webhook(sink))
            self.assertEqual(got["outcome"], "delivered", got)
            self.assertLessEqual(len(got["answer"].encode()), 300)

    def test_tls_is_verified_against_the_notifiers_authority(self):
        with tempfile.TemporaryDirectory() as folder:
            authority, other = make_authority(folder, "authority"), make_authority(folder, "other")
            cert, key = make_server(folder, "server", authority, "IP:127.0.0.1")
            with Sink("webhook_sink.py", "--cert", cert, "--key", key) as sink:
                self.assertEqual(send(webhook(sink, ca_file=authority[0]))["outcome"], "delivered")
                refused = send(webhook(sink, ca_file=other[0]))
                self.assertEqual(refused["outcome"], "retry", refused)
                self.assertIn("tls", refused["answer"])
                self.assertEqual(len(sink.records()), 1)

    def test_a_refused_connection_is_tried_again(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        got = send({"type": "webhook", "url": f"http://127.0.0.1:{port}/s3cret-path"})
        self.assertEqual(got["outcome"], "retry", got)
        self.assertNotIn("s3cret-path", got["answer"])

    def test_plain_http_leaves_this_host_for_nobody(self):
        got = send({"type": "webhook", "url": "http://192.0.2.1/hook"})
        self.assertEqual(got["outcome"], "failed", got)
        self.assertLess(got["took_ms"], 4000)


class SlackTest(unittest.TestCase):
    def test_slack_takes_a_hostile_group(self):
        texts = ["<!channel>", "*b* _i_ `c`", "<https://evil.example|x>", "🤖" * 2000, "p" * 5000, "&" * 4000]
        alerts = [{**ALERT, "id": f"alert-{i}", "repo": f"corp/{text}", "subject": text, "detail": text * 3,
                   "summary": text} for i, text in enumerate(texts * 10)]
        with Sink("webhook_sink.py", "--slack") as sink:
            got = send({"type": "slack", "url": sink.ready["url"] + "services/T/B/x"}, message(alerts))
            record, = sink.records()
        self.assertEqual(record["slack_problems"], [])
        self.assertEqual(got["outcome"], "delivered", got)
        self.assertIn("60 alerts in 6 places", record["body"])

    def test_slacks_own_words_decide(self):
        for step, outcome in (("200;body=ok", "delivered"), ("200;body=no_service", "failed"),
                              ("400;body=invalid_blocks", "failed"), ("429;retry-after=3", "retry"),
                              ("200;body=maintenance", "retry"), ("500;body=rollup_error", "retry")):
            with self.subTest(step=step), Sink("webhook_sink.py", "--answer", step) as sink:
                got = send({"type": "slack", "url": sink.ready["url"] + "services/T0/B0/TopSecretToken"})
                self.assertEqual(got["outcome"], outcome, got)
                self.assertNotIn("TopSecretToken", got["answer"])


if __name__ == "__main__":
    unittest.main()
