#!/usr/bin/python3
"""Teams, PagerDuty and programs over real sockets and processes, judged by far ends that enforce the published limits."""

import json
import os
import tempfile
import unittest

from far_end import ALERT, Sink, message, send

KEY = "0123456789abcdef0123456789abcdef"
HOSTILE = ["<at>all</at>", "[x](https://evil.example)", "{{DATE(1)}} ${x}", "www.evil.example", "🤖" * 2000, "模" * 3000,
           "p" * 5000, "\x1b[31m\u202e", "a\r\nb", "<!channel>"]


def alerts(count, **changes):
    return [{**ALERT, "id": f"alert-{i}", "repo": f"corp/model-{i}", **changes} for i in range(count)]


def hostile_alerts(times):
    return [{**ALERT, "id": f"alert-{i}", "repo": f"corp/{text}", "subject": text, "detail": f"{text}\n" * 3,
             "summary": text, "labels": {"team": text}} for i, text in enumerate(HOSTILE * times)]


class TeamsTest(unittest.TestCase):
    def options(self, sink, **changes):
        return {"type": "teams", "url": sink.ready["url"] + "workflows/TopSecretPath/run?sig=TopSecretSignature", **changes}

    def test_teams_takes_a_card(self):
        with Sink("webhook_sink.py", "--teams") as sink:
            got = send(self.options(sink))
            record, = sink.records()
        self.assertEqual((got["outcome"], got["status"], record["problems"]), ("delivered", 202, []), got)
        card = record["json"]["attachments"][0]["content"]
        self.assertIn("tiiuae/falcon-7b: weights replaced", card["body"][0]["inlines"][0]["text"])

    def test_teams_takes_hostile_groups_of_any_size(self):
        for times in (1, 3, 30):
            with self.subTest(times=times), Sink("webhook_sink.py", "--teams") as sink:
                got = send(self.options(sink), message(hostile_alerts(times)))
                record, = sink.records()
                self.assertEqual(record["problems"], [])
                self.assertEqual(got["outcome"], "delivered", got)
                self.assertEqual(" more: modelwatch alerts list" in record["body"], times > 1)
        for alert in hostile_alerts(1):
            with self.subTest(alert=alert["subject"][:10]), Sink("webhook_sink.py", "--teams") as sink:
                send(self.options(sink), message([alert]))
                record, = sink.records()
                self.assertEqual(record["problems"], [])

    def test_the_sink_refuses_what_teams_would(self):
        with Sink("webhook_sink.py", "--teams") as sink:
            got = send({"type": "slack", "url": sink.ready["url"]})
            self.assertEqual((got["outcome"], got["status"]), ("failed", 400), got)

    def test_an_error_in_a_200_is_no_delivery_and_no_secret_is_repeated(self):
        words = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error "
        for step, outcome in ((f"200;body={words}429", "retry"), (f"200;body={words}413", "failed"),
                              ("200;body=<html>sign in</html>", "retry"), ("202;body=", "delivered"),
                              ("404;body=no such workflow TopSecretPath TopSecretSignature", "failed")):
            with self.subTest(step=step), Sink("webhook_sink.py", "--answer", step) as sink:
                got = send(self.options(sink))
                self.assertEqual(got["outcome"], outcome, got)
                self.assertNotIn("TopSecret", got["answer"])


class PagerDutyTest(unittest.TestCase):
    def options(self, sink, **changes):
        return {"type": "pagerduty", "url": sink.ready["url"] + "v2/enqueue", "secret": KEY, **changes}

    def sink(self, *words):
        return Sink("webhook_sink.py", "--pagerduty", KEY, *words)

    def test_an_incident_lives_as_long_as_its_alert(self):
        with self.sink() as sink:
            for kind, count in (("alert.opened", 3), ("alert.reminder", 3), ("alert.resolved", 0)):
                got = send(self.options(sink), message(alerts(3), type=kind))
                self.assertEqual((got["outcome"], got["status"]), ("delivered", 202), got)
            records = sink.records()
        self.assertTrue(all(record["problems"] == [] for record in records), records)
        self.assertEqual([record["incidents"] for record in records], [1, 2, 3, 3, 3, 3, 2, 1, 0])

    def test_what_was_taken_is_not_sent_again(self):
        with self.sink("--answer", "ok;count=2", "--answer", "429;retry-after=4", "--answer", "ok") as sink:
            what = message(alerts(5))
            first = send(self.options(sink), what)
            self.assertEqual((first["outcome"], first["retry_after"]), ("retry", 4), first)
            self.assertEqual(first["pending_recipients"], ["alert-2", "alert-3", "alert-4"])
            second = send(self.options(sink), what, recipients=first["pending_recipients"])
            self.assertEqual(second["outcome"], "delivered", second)
            keys = [record["json"]["dedup_key"] for record in sink.records()]
        self.assertEqual(keys, ["alert-0", "alert-1", "alert-2", "alert-2", "alert-3", "alert-4"])

    def test_hostile_alerts_keep_the_limits(self):
        with self.sink() as sink:
            got = send(self.options(sink), message(hostile_alerts(2)))
            self.assertEqual(got["outcome"], "delivered", got)
            self.assertTrue(all(record["problems"] == [] for record in sink.records()))

    def test_a_wrong_key_has_failed_and_is_not_shown(self):
        with Sink("webhook_sink.py", "--pagerduty", "another") as sink:
            got = send(self.options(sink), message(alerts(20)))
            self.assertEqual((got["outcome"], got["status"]), ("failed", 400), got)
            self.assertNotIn(KEY, got["answer"])
            self.assertLessEqual(len(sink.records()), 4)

    def test_a_test_leaves_no_incident(self):
        with self.sink() as sink:
            got = send(self.options(sink), message([], type="test"))
            self.assertEqual(got["outcome"], "delivered", got)
            self.assertEqual([record["incidents"] for record in sink.records()], [1, 0])


class CommandTest(unittest.TestCase):
    def test_a_program_gets_the_message_and_its_words_are_the_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            program, file = os.path.join(folder, "hook"), os.path.join(folder, "got")
            with open(program, "w", encoding="utf-8") as script:
                script.write(f"#!/bin/sh\ncat > {file}\necho \"ticket for $MODELWATCH_SUBJECT\"\n")
            os.chmod(program, 0o700)
            got = send({"type": "command", "command": [program]})
            self.assertEqual(got["outcome"], "delivered", got)
            self.assertIn("ticket for [HIGH] tiiuae/falcon-7b", got["answer"])
            with open(file, encoding="utf-8") as body:
                self.assertEqual(json.load(body)["data"]["alerts"][0]["id"], ALERT["id"])

    def test_status_and_time_decide(self):
        for script, outcome in (("exit 75", "retry"), ("exit 1", "failed"), ("kill -9 $$", "retry"), ("sleep 30", "retry")):
            with self.subTest(script=script):
                got = send({"type": "command", "command": ["/bin/sh", "-c", script], "timeout_ms": 500})
                self.assertEqual(got["outcome"], outcome, got)
                self.assertLess(got["took_ms"], 5000)

    def test_stopping_ends_a_program(self):
        got = send({"type": "command", "command": ["/bin/sleep", "60"], "timeout_ms": 60000}, cancel_after_ms=200)
        self.assertEqual(got["outcome"], "retry", got)
        self.assertLess(got["took_ms"], 5000)


if __name__ == "__main__":
    unittest.main()
