"""What is said first: integrity before rights before time, and no advice that leads to bytes under an open finding."""

import email
import email.policy
import unittest

from harness import Case, minimal_timeline

CHANGED = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32},
           "README.md": {"text": "---\nlicense: cc-by-nc-4.0\n---\n# Model\n"}}
NEW_LICENSE = {"cardData": {"license": "cc-by-nc-4.0"}, "tags": ["license:cc-by-nc-4.0"]}
URGENT = ("high", "critical")


class FirstWords(Case):
    """An on-call engineer at three in the morning: one commit brings other weights and another license."""

    def begin(self, env="prod", pinned=True):
        self.hub = self.start_hub(minimal_timeline())
        self.write_config(self.hub)
        self.baseline = self.check(0)["models"][0]["baseline_commit"]
        script = self.folder / "sendmail"
        script.write_text(f"#!/bin/sh\ncat >> {self.folder}/mail\n")
        script.chmod(0o700)
        pin = f'deployed = "{self.baseline}"\n' if pinned else ""
        watch = f'[[watch]]\nrepo = "acme/model"\nlabels = {{ env = "{env}" }}\n{pin}'
        mail = (f'[[notifier]]\nname = "mail"\ntype = "email"\nsmtp = "sendmail:{script}"\n'
                'from = "modelwatch@corp.example"\nto = ["ops@corp.example"]\nmin_severity = "high"\n')
        self.write_config(self.hub, watch, mail)
        self.check(0)

    def mail(self):
        text = (self.folder / "mail").read_bytes()
        self.assertEqual(text.count(b"Message-ID:"), 1)
        letter = email.message_from_bytes(text, policy=email.policy.default)
        return letter["Subject"], letter.get_body(("plain",)).get_content()

    def change(self):
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=CHANGED, patch=NEW_LICENSE)
        return {one["kind"]: one for one in self.check(1)["alerts"]}

    def test_a_pinned_production_is_told_of_the_weights_first_and_loudly(self):
        self.begin()
        told = self.change()
        self.assertLessEqual({"weights-replaced", "license-changed", "outdated"}, set(told))
        self.assertIn(told["weights-replaced"]["severity"], URGENT)
        self.assertIn(told["license-changed"]["severity"], URGENT)
        self.assertIn(f"your deployed commit {self.baseline[:8]}", told["weights-replaced"]["detail"])

    def test_the_list_says_integrity_then_rights_then_time(self):
        self.begin()
        self.change()
        kinds = [one["kind"] for one in self.json_of("alerts", "list")["alerts"]]
        self.assertEqual([one for one in kinds if one in ("weights-replaced", "license-changed", "outdated")],
                         ["weights-replaced", "license-changed", "outdated"])
        self.assertEqual(kinds[0], "weights-replaced")
        table = self.run_program("alerts", "list").stdout
        self.assertLess(table.index("weights-replaced"), table.index("license-changed"))
        self.assertLess(table.index("license-changed"), table.index("outdated"))

    def test_nothing_advises_to_roll_out_what_an_integrity_alert_is_about(self):
        self.begin()
        told = self.change()
        advice = told["outdated"]["action"]
        self.assertTrue(advice.startswith("Do not roll out"), advice)
        self.assertIn(told["weights-replaced"]["id"], advice)
        self.check(1)
        after = {one["kind"]: one for one in self.json_of("alerts", "list")["alerts"]}
        self.assertEqual(after["outdated"]["action"], advice)

    def test_the_advice_comes_back_with_the_trust(self):
        self.begin()
        self.change()
        self.run_program("accept", "acme/model", "--by", "alice", "--reason", "compared", check=0)
        self.check()
        open_alerts = {one["kind"]: one for one in self.json_of("alerts", "list")["alerts"]}
        self.assertNotIn("weights-replaced", open_alerts)
        self.assertIn("outdated", open_alerts)
        self.assertNotIn("Do not roll out", open_alerts["outdated"]["action"])

    def test_the_mail_names_the_weights_in_its_subject_and_first_instruction(self):
        self.begin()
        told = self.change()
        subject, body = self.mail()
        self.assertRegex(subject, r"^\[(HIGH|CRITICAL)\] acme/model")
        self.assertIn("weights replaced", subject)
        self.assertNotIn("outdated", subject)
        instructions = [line for line in body.splitlines() if line.startswith("Do now: ")]
        self.assertTrue(told["weights-replaced"]["action"].startswith(instructions[0][len("Do now: "):]), instructions)
        self.assertNotRegex(" ".join(body.split()), r"(?i)(?<!not )roll it out")

    def expect_to_hear(self, env, pinned):
        self.begin(env, pinned)
        self.change()
        self.assertIn("weights replaced", self.mail()[0])

    def test_a_pinned_development_hears_of_it(self):
        self.expect_to_hear("dev", True)

    def test_a_production_that_follows_main_hears_of_it(self):
        self.expect_to_hear("prod", False)

    def test_a_development_that_follows_main_hears_of_it(self):
        self.expect_to_hear("dev", False)


if __name__ == "__main__":
    unittest.main(verbosity=1)
