#!/usr/bin/python3
"""The same faults for every channel over HTTP, over real sockets: nothing is lost, nothing leaks, nobody waits for long."""

import email.utils
import json
import tempfile
import time
import unittest

from certificates import make_authority, make_server
from far_end import Sink, send

KEY = "0123456789abcdef0123456789abcdef"
SECRETS = ("TopSecretPath", "TopSecretSignature")
CHANNELS = ("webhook", "slack", "teams", "pagerduty")
# What each far end says when it has taken a message.
TAKEN = {"webhook": "204", "slack": "200;body=ok", "teams": "202", "pagerduty": '202;body={"status":"success"}'}

GIVEN_UP = ("400", "401", "403", "404", "405", "410", "413", "422", "301;location=https://evil.example/",
            "308;location=https://evil.example/")
TRIED_AGAIN = ("408", "425", "429", "500", "502", "503", "504", "reset", "close")


def options(kind, sink, **changes):
    return {"type": kind, "url": sink.ready["url"] + "hook/TopSecretPath/x?sig=TopSecretSignature",
            "secret": KEY if kind in ("webhook", "pagerduty") else "", "timeout_ms": 5000, **changes}


def answers(steps):
    return [word for step in steps for word in ("--answer", step)]


def requests_per_try(kind, step):
    """PagerDuty is asked once more, in brief, when it refuses the content of an event."""
    return 2 if kind == "pagerduty" and step[:3] in ("400", "413", "422") else 1


class FaultsTest(unittest.TestCase):
    def expect(self, kind, steps, outcome, **changes):
        """One attempt per step, and what it made of it."""
        script = [f"{step};count={requests_per_try(kind, step)}" for step in steps]
        secrets = SECRETS + ((KEY,) if kind in ("webhook", "pagerduty") else ())
        with Sink("webhook_sink.py", *answers(script)) as sink:
            for step in steps:
                with self.subTest(kind=kind, step=step):
                    got = send(options(kind, sink, **changes))
                    self.assertEqual(got["outcome"], outcome, got)
                    for secret in secrets:
                        self.assertNotIn(secret, json.dumps(got))
                    yield step, got

    def test_what_will_never_be_taken_is_given_up(self):
        for kind in CHANNELS:
            for step, got in self.expect(kind, GIVEN_UP, "failed"):
                self.assertEqual(got["status"], int(step[:3]), got)

    def test_what_may_be_taken_later_is_tried_again(self):
        for kind in CHANNELS:
            for step, got in self.expect(kind, TRIED_AGAIN, "retry"):
                self.assertEqual(got["status"], int(step) if step.isdigit() else 0, got)

    def test_the_wish_of_a_far_end_is_known_in_either_form(self):
        for kind in CHANNELS:
            for _, got in self.expect(kind, ("429;retry-after=17",), "retry"):
                self.assertEqual(got["retry_after"], 17, got)
            date = email.utils.formatdate(time.time() + 120, usegmt=True)
            for _, got in self.expect(kind, (f"503;retry-after={date}",), "retry"):
                self.assertTrue(100 <= got["retry_after"] <= 121, got)

    def test_an_answer_that_breaks_off_was_no_answer(self):
        for kind in CHANNELS:
            for _, got in self.expect(kind, ("200;body=okokokokokok;cut=2",), "retry"):
                self.assertEqual(got["status"], 0, got)

    def test_an_answer_that_drips_or_never_comes_costs_the_timeout(self):
        steps = ("200;body=okokokokokokokokokok;drip=1", "hang", "200;delay=30")
        for kind in CHANNELS:
            for _, got in self.expect(kind, steps, "retry", timeout_ms=400):
                self.assertLess(got["took_ms"], 4000)

    def test_a_far_end_that_repeats_secrets_is_not_quoted(self):
        for kind in CHANNELS:
            steps = (f"404;body={' '.join(SECRETS)} {KEY if kind in ('webhook', 'pagerduty') else ''}",)
            for _, got in self.expect(kind, steps, "failed"):
                self.assertIn("***", got["answer"])

    def test_a_redirect_is_not_followed_to_another_host(self):
        for kind in CHANNELS:
            with self.subTest(kind=kind), Sink("webhook_sink.py") as other, \
                    Sink("webhook_sink.py", "--answer", f"307;location={other.ready['url']}") as sink:
                self.assertEqual(send(options(kind, sink))["outcome"], "failed")
                self.assertEqual(other.records(), [])

    def test_a_certificate_that_is_not_trusted_is_tried_again_and_gets_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            authority, other = make_authority(folder, "authority"), make_authority(folder, "other")
            good = make_server(folder, "server", authority, "IP:127.0.0.1")
            wrong = make_server(folder, "wrong", authority, "DNS:elsewhere.example")
            for kind in CHANNELS:
                for (cert, key), trusted in ((good, other), (wrong, authority)):
                    with self.subTest(kind=kind), Sink("webhook_sink.py", "--cert", cert, "--key", key) as sink:
                        got = send(options(kind, sink, ca_file=trusted[0]))
                        self.assertEqual((got["outcome"], got["status"]), ("retry", 0), got)
                        self.assertIn("tls", got["answer"])
                        self.assertEqual(sink.records(), [])

    def test_every_channel_delivers_after_its_trouble(self):
        for kind in CHANNELS:
            with self.subTest(kind=kind), Sink("webhook_sink.py", *answers(["503", TAKEN[kind]])) as sink:
                self.assertEqual(send(options(kind, sink))["outcome"], "retry")
                self.assertEqual(send(options(kind, sink))["outcome"], "delivered")
                first, second = sink.records()
                self.assertEqual(first["body"], second["body"])


if __name__ == "__main__":
    unittest.main()
