"""What an operator types: wrong usage, configuration, database, outbox, notifiers."""

import json
import os
import subprocess
import unittest

from harness import PROGRAM, Case, minimal_timeline

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}


class Cli(Case):
    def with_one_alert(self, **sink):
        self.hub = self.start_hub()
        self.sink = self.start_sink("webhook_sink.py", *sink.get("flags", ()))
        self.write_config(self.hub, sink=self.sink, extra=sink.get("extra", ""))
        self.check(0)
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        return self.check(1)["alerts"][0]

    def test_wrong_usage_is_one_clear_line_and_exit_code_two(self):
        hub = self.start_hub()
        self.write_config(hub)
        for words in (["nonsense"], ["check", "--nonsense"], ["accept"], ["accept", "acme/model"], ["diff"], [],
                      ["check", "acme/modle"], ["alerts", "show", "nothing"], ["completion", "tcsh"]):
            with self.subTest(words):
                done = self.run_program(*words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertTrue(done.stderr.strip())
        self.assertIn("did you mean acme/model?", self.run_program("check", "acme/modle").stderr)

    def test_configuration_errors_name_file_line_key_and_the_nearest_key(self):
        self.config.write_text('[daemon]\nstate_dir = "/tmp/x"\n[[watch]]\nrepo = "a/b"\nintervall = "1h"\n')
        for words in (["config", "check"], ["check"], ["daemon"], ["status"]):
            done = self.run_program(*words, check=2)
            self.assertIn("modelwatch.toml:5", done.stderr)
            self.assertIn("intervall", done.stderr)
            self.assertIn("interval", done.stderr)
        report = self.json_of("config", "check", check=2)
        self.assertFalse(report["ok"])

    def test_what_is_no_models_name_is_wrong_usage_and_the_right_form_is_told(self):
        self.write_config(self.start_hub())
        self.check(0)
        forms = {"acme/model.git": 'write "acme/model"', "https://huggingface.co/acme/model": 'write "acme/model"',
                 "https://hub.example/acme/model/tree/main": 'write "acme/model"', "hf.co/acme/model": 'write "acme/model"',
                 "datasets/squad": "only models", "spaces/x/y": "only models", "a/b/c/d": "namespace/name",
                 "acme/mo del": "namespace/name"}
        for name, form in forms.items():
            for words in (["check"], ["assess"], ["status"], ["history"], ["diff"], ["gate"], ["review", "list"],
                          ["accept", "--by", "a", "--reason", "b"]):
                with self.subTest(name=name, words=words):
                    typed = f"{name}@{'a' * 40}" if words == ["gate"] else name
                    done = self.run_program(words[0], typed, *words[1:])
                    self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                    self.assertIn("not a model's name", done.stderr)
                    self.assertIn(form, done.stderr)
        for name in ("acme/model.git", "https://huggingface.co/acme/model", "datasets/squad", "spaces/x/y"):
            with self.subTest(configured=name):
                self.config.write_text(f'[[watch]]\nrepo = "{name}"\n')
                self.assertIn("modelwatch.toml:2", self.run_program("config", "check", check=2).stderr)

    def test_what_the_start_or_no_receiver_accepts_is_no_good_configuration(self):
        hub = self.start_hub()
        secret = self.folder / "secret"
        siem = f'[[notifier]]\nname = "siem"\ntype = "webhook"\nurl = "http://127.0.0.1:9/"\nsecret_file = "{secret}"\n'
        token = f'token_file = "{secret}"\n'
        good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        cases = [(token, "hf_right\n", True), (token, "\ufeffhf_right\n", False), (token, "Bearer hf_right\n", False),
                 (token, '"hf_right"\n', False), (token, "hf_right and more\n", False), (siem, good, True),
                 (siem, "whsec_!!!!", False), (siem, "whsec_", False), (siem, "v1," + good, False),
                 (siem, f'"{good}"', False), (siem, "whsec_YWJj", False)]
        for key, content, fine in cases:
            with self.subTest(content):
                secret.write_text(content, encoding="utf-8")
                secret.chmod(0o600)
                self.write_config(hub, extra=key if key == siem else "", hub_extra=key if key == token else "")
                done = self.run_program("config", "check")
                self.assertEqual(done.returncode, 0 if fine else 2, done.stdout + done.stderr)
                self.assertNotIn("right", done.stderr)
                if not fine:
                    self.assertEqual(self.run_program("daemon", timeout=20).returncode, 2)

    def test_a_word_that_nothing_is_called_is_an_error_or_a_warning_and_the_file_is_named_once(self):
        hub = self.start_hub()
        refused = {'require_formats = ["banana"]': "require_formats", 'require_formats = ["gguf", "safetensor"]': "'safetensors'",
                   'home_jurisdictions = ["XX"]': "home_jurisdictions", 'enforce = ["policy-tprn"]': "'policy-tprm'",
                   'max_rating = "Bad"': "max_rating", 'intended_use = "fun"': "intended_use"}
        for line, named in refused.items():
            with self.subTest(line):
                self.write_config(hub, extra=f"[policy]\n{line}\n")
                lines = self.config.read_text().splitlines()
                for words in (["config", "check"], ["check"], ["assess", "acme/model"]):
                    done = self.run_program(*words, check=2)
                    self.assertIn(named, done.stderr)
                    self.assertEqual(done.stderr.count(str(self.config)), 1, done.stderr)
                    self.assertIn(f"{self.config}:{lines.index(line) + 1}: ", done.stderr)
                problem, = self.json_of("config", "check", check=2)["problems"]
                self.assertEqual(problem["where"], f"{self.config}:{lines.index(line) + 1}")
                self.assertNotIn(str(self.config), problem["what"])
        odd = {"apache": "apache-2.0", "Apache 2.0": "apache-2.0", "cc-by-nc": "cc-by-nc-", "gpl3": "gpl-3.0"}
        for glob, nearest in odd.items():
            with self.subTest(glob):
                self.write_config(hub, extra=f'[policy]\ndeny_licenses = ["{glob}", "cc-by-nc-*"]\n')
                for words in (["config", "check"], ["check"], ["assess", "acme/model"]):
                    done = self.run_program(*words)
                    self.assertNotEqual(done.returncode, 2)
                    self.assertIn(f'"{glob}" matches no known license', done.stderr)
                    self.assertIn(nearest, done.stderr)
                    self.assertNotIn("cc-by-nc-*", done.stderr)

    def test_the_effective_configuration_can_be_read_back(self):
        hub = self.start_hub()
        secret = self.folder / "secret"
        secret.write_text("whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=\n")
        secret.chmod(0o600)
        self.write_config(hub, extra=f'[[notifier]]\nname = "siem"\ntype = "webhook"\nurl = "http://127.0.0.1:9/"\n'
                                     f'secret_file = "{secret}"\n')
        shown = self.run_program("config", "show", check=0).stdout
        self.assertNotIn("c2VjcmV0", shown)
        again = self.folder / "again.toml"
        again.write_text(shown)
        self.config = again
        self.assertEqual(self.run_program("config", "show", check=0).stdout, shown)

    def test_the_shipped_configuration_is_good(self):
        done = subprocess.run([PROGRAM, "--config", "conf/modelwatch.toml", "config", "check"],
                              cwd=os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_explain_needs_no_configuration_and_knows_every_word(self):
        self.config.write_text("this is no configuration")
        everything = self.json_of("explain", check=0)["explanations"]
        self.assertGreater(len(everything), 90)
        listed = self.run_program("explain", check=0).stdout
        for one in everything:
            self.assertIn(one["name"], listed)
        one = self.json_of("explain", "licence-class", check=0)
        self.assertEqual((one["name"], one["topic"]), ("license-class", "check"))
        self.assertIn("Default severity", self.run_program("explain", "weights-replaced", check=0).stdout)
        self.assertIn("### F7", self.run_program("explain", "--markdown", check=0).stdout)
        wrong = self.run_program("explain", "wieghts-replaced", check=2)
        self.assertIn("did you mean weights-replaced?", wrong.stderr)
        self.assertEqual(wrong.stdout, "")

    def test_nothing_recorded_yet_says_so(self):
        self.write_config(self.start_hub())
        done = self.run_program("status")
        self.assertEqual(done.returncode, 3)
        self.assertIn("nothing recorded yet", done.stderr)

    def test_the_database_is_checked_copied_and_exported(self):
        self.with_one_alert()
        self.assertTrue(self.json_of("db", "check", check=0)["ok"])
        copy = self.folder / "copy.db"
        self.run_program("db", "backup", str(copy), check=0)
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.run_program("db", "backup", str(copy)).returncode, 3)
        rows = [json.loads(line) for line in self.run_program("db", "export", check=0).stdout.splitlines()]
        self.assertIn("alert", {row["type"] for row in rows})
        (self.state / "modelwatch.db").write_bytes(b"not a database" * 1000)
        done = self.run_program("db", "check")
        self.assertIn(done.returncode, (1, 3))
        self.assertTrue(done.stderr.strip())

    def test_a_refused_message_is_given_up_listed_and_can_be_sent_again(self):
        self.with_one_alert(flags=("--answer", "404", "--answer", "ok"))
        report = self.json_of("outbox", "list", check=1)
        message = report["messages"][0]
        self.assertEqual((message["state"], message["attempts"]), ("given-up", 1))
        self.assertIn("404", message["last_answer"])
        self.assertEqual(self.json_of("status")["messages_given_up"], 1)
        self.run_program("outbox", "retry", message["id"], check=0)
        self.check(1)
        self.assertEqual(self.json_of("outbox", "list", check=0)["messages"], [])
        self.assertEqual({r["headers"]["webhook-id"] for r in self.sink.records()}, {message["id"]})

    def test_a_waiting_message_can_be_dropped(self):
        self.with_one_alert(flags=("--answer", "503"))
        message = self.json_of("outbox", "list", check=0)["messages"][0]
        self.assertEqual(message["state"], "waiting")
        self.assertIsNotNone(message["next_attempt_at"])
        self.run_program("outbox", "drop", message["id"], check=0)
        self.assertEqual(self.json_of("outbox", "list", check=0)["messages"][0]["state"], "dropped")

    def test_a_fallback_gets_what_its_principal_gives_up(self):
        other = self.start_sink()
        self.hub = self.start_hub()
        self.sink = self.start_sink("webhook_sink.py", "--answer", "410")
        notifiers = (f'[[notifier]]\nname = "first"\ntype = "webhook"\nurl = "{self.sink.ready["url"]}"\n'
                     f'fallback = "second"\n[[notifier]]\nname = "second"\ntype = "webhook"\n'
                     f'url = "{other.ready["url"]}"\nkinds = ["advisory"]\n')
        self.write_config(self.hub, extra=notifiers)
        self.check(0)
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW)
        self.check(1)
        got = [a["kind"] for r in other.records() for a in r["json"]["data"]["alerts"]]
        self.assertIn("weights-replaced", got)

    def test_notify_test_tells_what_the_far_end_answered(self):
        hub = self.start_hub()
        good, bad = self.start_sink(), self.start_sink("webhook_sink.py", "--answer", "403")
        self.write_config(hub, sink=good)
        report = self.json_of("notify", "test", check=0)
        self.assertTrue(report["notifiers"][0]["delivered"])
        self.assertEqual(good.records()[0]["json"]["type"], "test")
        self.write_config(hub, sink=bad)
        done = self.run_program("notify", "test")
        self.assertEqual(done.returncode, 3)
        self.assertIn("403", done.stdout)
        self.assertEqual(self.run_program("notify", "test", "nobody").returncode, 2)

    def test_a_signed_webhook_is_valid_for_an_independent_reader(self):
        secret = self.folder / "secret"
        secret.write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
        secret.chmod(0o600)
        self.hub = self.start_hub()
        self.sink = self.start_sink("webhook_sink.py", "--secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "--enforce")
        self.write_config(self.hub, extra=f'[[notifier]]\nname = "siem"\ntype = "webhook"\n'
                                          f'url = "{self.sink.ready["url"]}"\nsecret_file = "{secret}"\n')
        self.json_of("notify", "test", check=0)
        self.assertEqual(self.sink.records()[0]["signature"], "valid")

    def test_slack_gets_what_slack_accepts_and_mail_what_a_reader_can_parse(self):
        slack = self.start_sink("webhook_sink.py", "--slack")
        url = self.folder / "slack-url"
        url.write_text(slack.ready["url"] + "\n")
        url.chmod(0o600)
        self.hub = self.start_hub()
        self.write_config(self.hub, extra=f'[[notifier]]\nname = "chat"\ntype = "slack"\nurl_file = "{url}"\n')
        self.check(0)
        self.hub.do(action="commit", repo="acme/model", title="<!channel> *bold*",
                    files={"modeling_<!here>.py": {"text": "x\n"}, **NEW})
        self.check(1)
        record = slack.records()[0]
        self.assertEqual(record["slack_problems"], [])
        self.assertNotIn("<!channel>", json.dumps(record["json"]))
        self.assertNotIn("<!here>", json.dumps(record["json"]))
        self.assertNotIn(slack.ready["url"], self.run_program("db", "export").stdout)

    def test_completion_scripts_are_valid_for_bash(self):
        self.write_config("http://127.0.0.1:9")
        script = self.run_program("completion", "bash", check=0).stdout
        self.assertIn("outbox", script)
        self.assertEqual(subprocess.run(["bash", "-n"], input=script, text=True).returncode, 0)
        for shell in ("zsh", "fish"):
            self.assertIn("accept", self.run_program("completion", shell, check=0).stdout)

    def test_the_version_is_told(self):
        done = self.run_program("version", check=0)
        self.assertRegex(done.stdout, r"^modelwatch \d+\.\d+\.\d+\n$")
        self.assertEqual(self.json_of("version")["version"], done.stdout.split()[1])


if __name__ == "__main__":
    unittest.main(verbosity=1)
