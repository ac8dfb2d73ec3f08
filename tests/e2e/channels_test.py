"""Every type of notifier at the real program: each gets its message once, none waits for another, no secret shows."""

import time
import unittest

from harness import Case, minimal_timeline, wait_for

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
KEY = "0123456789abcdef0123456789abcdef"
PATH = "hook/TopSecretPath"


class ChannelsTest(Case):
    def script(self, name, text):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o700)
        return path

    def secret(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def far_end(self, kind, *steps):
        flags = {"slack": ("--slack",), "teams": ("--teams",), "pagerduty": ("--pagerduty", KEY)}.get(kind, ())
        words = [word for step in steps for word in ("--answer", step)]
        return self.start_sink("webhook_sink.py", *flags, *words)

    def notifier(self, name, kind, sink=None, **more):
        lines = [f'name = "{name}"', f'type = "{kind}"']
        if kind in ("slack", "teams"):
            lines.append(f'url_file = "{self.secret(name + "-url", sink.ready["url"] + PATH)}"')
        if kind in ("webhook", "pagerduty"):
            lines.append(f'url = "{sink.ready["url"]}"')
        if kind == "pagerduty":
            lines.append(f'routing_key_file = "{self.secret("key", KEY)}"')
        if kind == "email":
            lines += [f'smtp = "sendmail:{self.folder}/sendmail"', 'from = "modelwatch@corp.example"',
                      'to = ["ops@corp.example"]']
        return "[[notifier]]\n" + "\n".join(lines + [f"{key} = {value}" for key, value in more.items()]) + "\n"

    def wrote(self, name):
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def begin(self, notifiers, repos=1):
        timeline = minimal_timeline()
        first = timeline["repos"][0]
        timeline["repos"] += [{**first, "id": f"acme/m{i}", "_id": f"65b{i:021x}"} for i in range(1, repos)]
        self.hub = self.start_hub(timeline)
        self.repos = [repo["id"] for repo in timeline["repos"]]
        watches = "".join(f'[[watch]]\nrepo = "{repo}"\n' for repo in self.repos)
        self.write_config(self.hub, watches=watches, extra="".join(notifiers), interval="1s")
        self.check(0)

    def replace_weights(self):
        for repo in self.repos:
            self.hub.do(action="commit", repo=repo, title="Update", files=NEW)

    def all_six(self):
        self.sinks = {kind: self.far_end(kind) for kind in ("webhook", "slack", "teams", "pagerduty")}
        self.script("sendmail", f"cat >> {self.folder}/mail")
        hook = self.script("hook", f"cat >> {self.folder}/hooked; echo taken")
        return [*(self.notifier(kind, kind, sink) for kind, sink in self.sinks.items()),
                self.notifier("email", "email"), self.notifier("command", "command", command=f'["{hook}"]')]

    def test_every_type_gets_the_alert_once_and_its_limits_are_kept(self):
        self.begin(self.all_six())
        self.replace_weights()
        self.check(1)
        self.check(1)
        for kind, sink in self.sinks.items():
            with self.subTest(kind=kind):
                record, = sink.records()
                self.assertEqual(record["problems"], [])
                self.assertIn("acme/model", record["body"])
        self.assertEqual(self.wrote("mail").count("Message-ID:"), 1)
        self.assertEqual(self.wrote("hooked").count('"type":"alert.opened"'), 1)
        self.assertEqual(self.json_of("outbox", "list", check=0)["messages"], [])

    def test_receipts_say_when_how_long_and_what_was_answered(self):
        self.begin(self.all_six())
        self.replace_weights()
        self.check(1)
        messages = self.json_of("outbox", "list", "--all", check=0)["messages"]
        self.assertEqual({m["notifier"] for m in messages}, {"webhook", "slack", "teams", "pagerduty", "email", "command"})
        words = {"webhook": "200", "slack": "200 OK: ok", "teams": "202", "pagerduty": "Event processed",
                 "email": "accepted by", "command": "taken"}
        for one in messages:
            with self.subTest(notifier=one["notifier"]):
                self.assertEqual((one["state"], one["attempts"]), ("delivered", 1))
                self.assertIn(words[one["notifier"]], one["last_answer"])
                shown, = self.json_of("outbox", "show", one["id"], check=0)["messages"]
                receipt, = shown["receipts"]
                self.assertEqual(receipt["answer"], one["last_answer"])
                self.assertGreaterEqual(receipt["took_ms"], 0)
                self.assertTrue(receipt["at"].endswith("Z"))
                text = self.run_program("outbox", "show", one["id"], check=0).stdout
                self.assertIn(words[one["notifier"]], " ".join(text.split()))
        self.assertEqual(self.run_program("outbox", "show", "no-such-message").returncode, 2)

    def test_a_test_message_goes_through_every_type(self):
        self.begin(self.all_six())
        rows = self.json_of("notify", "test", check=0)["notifiers"]
        self.assertEqual(len(rows), 6)
        self.assertTrue(all(row["delivered"] for row in rows), rows)
        self.assertEqual(self.sinks["pagerduty"].records()[-1]["incidents"], 0)

    def test_no_secret_shows_in_log_state_or_answers(self):
        own = {"slack": PATH, "teams": PATH, "pagerduty": KEY}
        notifiers = [self.notifier(kind, kind, self.far_end(kind, f"500;body=not {word}")) for kind, word in own.items()]
        self.begin(notifiers)
        self.replace_weights()
        done = self.run_program("check", "--json")
        shown = done.stdout + done.stderr + self.run_program("outbox", "list", "--json").stdout
        shown += self.run_program("config", "show").stdout + self.run_program("db", "export").stdout
        state = b"".join(path.read_bytes() for path in self.state.rglob("*") if path.is_file())
        for secret in (KEY, "TopSecretPath"):
            self.assertFalse(secret in shown, secret)
            self.assertFalse(secret.encode() in state, secret)
        self.assertIn("500 Internal Server Error: not ***", shown)

    def test_programs_that_hang_delay_nobody(self):
        self.script("sendmail", f"cat >> {self.folder}/mail")
        sink = self.far_end("webhook")
        hanging = [self.notifier(f"stuck{i}", "command", command='["/bin/sleep", "100"]', timeout='"90s"')
                   for i in range(4)]
        self.begin([*hanging, self.notifier("email", "email"), self.notifier("hook", "webhook", sink)])
        daemon = self.start_daemon()
        self.replace_weights()
        wait_for("the webhook", sink.records, 15)
        wait_for("the mail", lambda: self.wrote("mail"), 5)
        self.assertLess(self.stop_daemon(daemon, 20), 12)

    def test_every_type_recovers_and_the_others_do_not_wait(self):
        notifiers = self.all_six()
        self.begin(notifiers)
        for kind in ("slack", "teams", "pagerduty"):
            self.sinks[kind].tell({"answer": {"slack": ["hang", "ok"], "teams": ["reset", "503", "ok"],
                                              "pagerduty": ["429;retry-after=2", "ok"]}[kind]})
        daemon = self.start_daemon()
        self.replace_weights()
        begun = time.monotonic()
        wait_for("the webhook", self.sinks["webhook"].records, 15)
        wait_for("the mail", lambda: self.wrote("mail"), 15)
        wait_for("the program", lambda: self.wrote("hooked"), 15)
        self.assertLess(time.monotonic() - begun, 15)
        wait_for("the rest", lambda: self.json_of("outbox", "list")["messages"] == [], 60)
        self.stop_daemon(daemon)
        taken = {kind: [r for r in sink.records() if r["answer"] in (200, 202)] for kind, sink in self.sinks.items()}
        self.assertEqual({kind: len(records) for kind, records in taken.items()},
                         {"webhook": 1, "slack": 1, "teams": 1, "pagerduty": 1})

    def test_a_page_that_was_half_sent_goes_on_after_a_restart(self):
        pager = self.far_end("pagerduty", "ok;count=2", "503;count=2", "ok")
        self.begin([self.notifier("pager", "pagerduty", pager)], repos=5)
        self.replace_weights()
        self.check(1)
        self.assertEqual([r["answer"] for r in pager.records()], [202, 202, 503, 503])
        message, = self.json_of("outbox", "list", check=0)["messages"]
        shown, = self.json_of("outbox", "show", message["id"])["messages"]
        self.assertEqual(len(shown["pending"]), 3)
        self.assertIn("2 of 5 events taken; 503", message["last_answer"])
        self.run_program("outbox", "retry", message["id"], check=0)
        self.check(1)
        self.assertEqual(self.json_of("outbox", "list", check=0)["messages"], [])
        taken = [r["json"]["dedup_key"] for r in pager.records() if r["answer"] == 202]
        self.assertEqual((len(taken), len(set(taken))), (5, 5))


if __name__ == "__main__":
    unittest.main()
