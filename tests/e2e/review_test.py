"""The formal review of commits, exceptions, and the gate that deployments ask."""

import datetime
import sqlite3
import unittest

from harness import Case, minimal_timeline

NEW = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}
OTHER = {"model.safetensors": {"size": 1000000, "sha256": "cc" * 32}}
REPO = "acme/model"
UNSEEN = "0123456789abcdef0123456789abcdef01234567"


class Review(Case):
    def start(self, extra="", watches=None):
        self.hub = self.start_hub()
        self.sink = self.start_sink()
        self.write_config(self.hub, sink=self.sink, extra=extra, watches=watches)
        self.check(0)

    def status(self):
        return self.json_of("status")["models"][0]

    def head(self):
        return self.status()["commit"]

    def approve(self, commit, *more, check=0):
        return self.json_of("review", REPO, "approve", "--commit", commit, "--by", "mona", "--reason", "intake passed",
                            *more, check=check)

    def reject(self, commit):
        return self.json_of("review", REPO, "reject", "--commit", commit, "--by", "nils", "--reason", "odd weights",
                            check=0)

    def gate(self, commit, *more, check=None):
        return self.json_of("gate", f"{REPO}@{commit}", *more, check=check)

    def move(self, files=NEW):
        self.hub.do(action="commit", repo=REPO, title="Update", files=files)

    def upstream_head(self):
        """What the double serves now, learned from a run that keeps nothing of it."""
        report = self.json_of("check", "--dry-run")
        return report["models"][0]["commit"]

    def test_the_gate_opens_only_for_an_approved_commit(self):
        self.start()
        head = self.head()
        answer = self.gate(head, check=1)
        self.assertEqual(set(answer), {"repo", "commit", "verdict", "reasons", "not_enforced", "as_of"})
        self.assertEqual((answer["repo"], answer["commit"], answer["verdict"]), (REPO, head, "fail"))
        self.assertEqual(answer["reasons"], ["no formal review of this commit is on record"])
        made = self.approve(head)
        self.assertEqual(made["review"]["commit"], head)
        self.assertTrue(made["review"]["seen"])
        self.assertFalse(made["baseline_moved"])
        answer = self.gate(head, check=0)
        self.assertEqual((answer["verdict"], answer["reasons"]), ("pass", []))
        line = self.run_program("gate", f"{REPO}@{head}", check=0).stdout
        self.assertEqual(len(line.strip().splitlines()), 1)
        self.assertTrue(line.startswith(f"pass: {REPO}@{head[:8]}"))
        self.reject(head)
        answer = self.gate(head, check=1)
        self.assertIn("rejected by nils", answer["reasons"][0])
        self.assertTrue(self.run_program("gate", f"{REPO}@{head}", check=1).stdout.startswith("fail: "))
        self.assertTrue(self.json_of("db", "check", check=0)["ok"])

    def test_an_approval_ends(self):
        self.start()
        head = self.head()
        made = self.approve(head, "--until", "1s")
        self.assertIsNotNone(made["review"]["until"])
        with sqlite3.connect(self.state / "modelwatch.db") as database:  # a year has passed
            database.execute("UPDATE review SET at = at - 40000000000, until = until - 40000000000")
        answer = self.gate(head, check=1)
        self.assertIn("expired on", answer["reasons"][0])

    def test_an_approval_without_an_end_gets_the_configured_one(self):
        self.start(extra='[policy]\nreview_valid_for = "10d"\n')
        review = self.approve(self.head())["review"]
        days = (_day(review["until"]) - _day(review["at"])).days
        self.assertEqual(days, 10)

    def test_reaching_a_commit_that_was_approved_before_is_no_news(self):
        self.start()
        old = self.head()
        self.move()
        new = self.upstream_head()
        self.assertNotEqual(old, new)
        self.assertEqual(self.head(), old)
        made = self.approve(new)
        self.assertFalse(made["review"]["seen"])
        self.assertIn("has never been seen upstream", " ".join(self.gate(new, check=1)["reasons"]))
        report = self.check(0)
        self.assertEqual(report["alerts"], [])
        self.assertEqual(self.open_kinds(), [])
        self.assertEqual(self.status()["baseline_commit"], new)
        self.assertEqual(self.sink.records(), [])
        self.gate(new, check=0)
        self.gate(old, check=1)  # an approval does not carry over, not even backwards
        told = [event["what"] for event in self.json_of("history", REPO)["events"]]
        self.assertIn("approved", told)
        self.assertIn("baseline-moved", told)
        self.assertTrue(self.json_of("db", "check", check=0)["ok"])
        self.move(OTHER)
        self.check(1)
        self.assertIn("weights-replaced", self.open_kinds())

    def test_an_expired_approval_does_not_quiet_anything(self):
        self.start()
        self.move()
        new = self.upstream_head()
        self.approve(new, "--until", "1s")
        with sqlite3.connect(self.state / "modelwatch.db") as database:
            database.execute("UPDATE review SET at = at - 10000, until = until - 10000")
        self.check(1)
        self.assertIn("weights-replaced", self.open_kinds())

    def test_approving_what_is_there_settles_its_alerts_at_once(self):
        self.start()
        old = self.head()
        self.move()
        self.check(1)
        new = self.head()
        self.assertIn("weights-replaced", self.open_kinds())
        self.assertEqual(self.status()["baseline_commit"], old)
        made = self.approve(new[:12])
        self.assertEqual(made["review"]["commit"], new)
        self.assertTrue(made["baseline_moved"])
        self.assertTrue(made["alerts"])
        self.assertEqual([alert for alert in made["alerts"] if alert["state"] != "resolved"], [])
        self.assertEqual(self.open_kinds(), [])
        self.assertEqual(self.status()["baseline_commit"], new)
        self.gate(new, check=0)
        self.assertEqual(self.check(0)["alerts"], [])

    def test_an_approval_says_before_and_after_where_it_moves_the_baseline_and_what_that_settles(self):
        self.start()
        old = self.head()
        self.move()
        self.check(1)
        new = self.head()
        open_alerts = {one["id"]: one["kind"] for one in self.json_of("alerts", "list")["alerts"]}
        move = [{"revision": "main", "from": old, "to": new}]
        shown = self.approve(new, "--dry-run")
        self.assertTrue(shown["dry_run"])
        self.assertEqual(shown["moves"], move)
        self.assertEqual({one["id"]: one["kind"] for one in shown["settled"]}, open_alerts)
        self.assertEqual(self.status()["baseline_commit"], old, "nothing was recorded")
        self.assertEqual(self.json_of("review", REPO, "list")["reviews"], [])
        self.assertEqual(len(self.open_kinds()), len(open_alerts))
        words = ["review", REPO, "approve", "--commit", new, "--by", "mona", "--reason", "intake passed"]
        text = self.run_program(*words, check=0).stdout
        before, after = text.split(f"{REPO}@{new}: approved")
        self.assertIn(f"this moves the baseline of main from {old[:8]} to {new[:8]}", before)
        self.assertIn(f"the baseline of main moved from {old[:8]} to {new[:8]}", after)
        for part in (before, after):
            for name in open_alerts:
                self.assertIn(name, part)
        self.assertEqual(self.status()["baseline_commit"], new)

    def test_an_approval_that_moves_nothing_says_nothing_of_a_move(self):
        self.start()
        made = self.approve(self.head())
        self.assertEqual((made["dry_run"], made["moves"], made["settled"]), (False, [], []))
        text = self.run_program("review", REPO, "approve", "--commit", self.head(), "--by", "mona", "--reason", "again",
                                check=0).stdout
        self.assertNotIn("moves", text)

    def test_the_help_says_that_approving_moves_the_baseline(self):
        self.start()
        text = " ".join(self.run_program("review", "--help", check=0).stdout.split())
        self.assertIn("approve moves the baseline", text)
        self.assertIn("settles the alerts", text)

    def test_a_pass_names_what_fails_and_is_not_enforced(self):
        self.hub = self.start_hub(minimal_timeline(cardData={"license": "cc-by-nc-4.0"}, tags=["license:cc-by-nc-4.0"]))
        self.write_config(self.hub)
        self.check()
        head = self.head()
        self.approve(head)
        answer = self.gate(head, check=0)
        failing = {one["id"]: one["why"] for one in answer["not_enforced"]}
        self.assertIn("policy-license-commercial", failing)
        line = self.run_program("gate", f"{REPO}@{head}", check=0).stdout
        self.assertEqual(len(line.strip().splitlines()), 1)
        self.assertIn("within the enforced policies; not enforced: ", line)
        for name, why in failing.items():
            self.assertIn(f"{name} FAIL: ", line)
            self.assertTrue(why)
        assessed = {one["id"] for one in self.json_of("assess", f"{REPO}@{head}")["models"][0]["policy"]
                    if one["verdict"].startswith("FAIL")}
        self.assertLessEqual(assessed - set(failing), {"policy-formal-review"}, "the report knows of no further one")

    def test_a_rejected_commit_keeps_its_alerts(self):
        self.start()
        self.move()
        self.check(1)
        self.reject(self.head())
        self.check(1)
        self.assertIn("weights-replaced", self.open_kinds())

    def test_the_gate_works_without_the_hub_and_says_how_old_its_knowledge_is(self):
        self.start()
        head = self.head()
        self.approve(head)
        self.hub.stop()
        self.gate(head, check=0)
        with sqlite3.connect(self.state / "modelwatch.db") as database:
            database.execute("UPDATE watch SET last_success_at = last_success_at - 4 * 3600000")
        answer = self.gate(head, check=1)
        self.assertIn("the state is 4 hours old", answer["reasons"][0])
        self.gate(head, "--max-age", "1d", check=0)
        self.gate(head, "--max-age", "1h", check=1)

    def test_the_gate_closes_when_the_hub_serves_other_bytes_under_the_commit(self):
        self.start()
        head = self.head()
        self.approve(head)
        with sqlite3.connect(self.state / "modelwatch.db") as database:
            database.execute("INSERT INTO file_set (digest, files) VALUES (1, x'')")
            database.execute("INSERT INTO snapshot (watch, commit_id, observed_at, file_set, details) "
                             "SELECT watch, commit_id, observed_at + 1000, last_insert_rowid(), details FROM snapshot")
        reasons = " ".join(self.gate(head, check=1)["reasons"])
        self.assertIn("the files are not those that were approved", reasons)
        self.assertIn("different files under this commit", reasons)
        refused = self.run_program("review", REPO, "approve", "--commit", head, "--by", "a", "--reason", "b")
        self.assertEqual(refused.returncode, 3)
        self.assertIn("tampering", refused.stderr)

    def test_the_gate_closes_when_the_repo_is_withdrawn(self):
        self.start()
        head = self.head()
        self.approve(head)
        self.hub.do(action="set", repo=REPO, patch={"disabled": True})
        self.check()
        self.assertIn("repo-disabled", self.open_kinds())
        self.assertIn("repo-disabled", " ".join(self.gate(head, check=1)["reasons"]))

    def start_pinned(self):
        self.start()
        head = self.head()
        self.write_config(self.hub, sink=self.sink, watches=f'[[watch]]\nrepo = "{REPO}"\nrevision = "{head}"\n')
        self.check(0)
        self.approve(head)
        self.gate(head, check=0)
        return head

    def closed_by(self, head, *kinds):
        alerts = {alert["kind"]: alert["id"] for alert in self.json_of("alerts", "list")["alerts"]}
        reasons = " ".join(self.gate(head, check=1)["reasons"])
        for kind in kinds:
            self.assertIn(kind, alerts)
            self.assertIn(alerts[kind], reasons, f"the reason names the alert {kind}")

    def test_the_gate_closes_when_a_pinned_commit_was_force_pushed_away(self):
        head = self.start_pinned()
        self.hub.do(action="super_squash", repo=REPO, title="Squash")
        self.check()
        self.gate(head, check=1)
        self.check(1)
        self.closed_by(head, "tag-moved")
        self.assertNotIn("namespace-reborn", self.open_kinds())

    def test_a_pinned_name_that_somebody_else_took_is_reborn(self):
        head = self.start_pinned()
        self.hub.do(action="reborn", repo=REPO, _id="65b000000000000000000002", createdAt="2026-11-01T00:00:00.000Z",
                    commits=[{"title": "mine now", "date": "now", "files": NEW}])
        self.check(1)
        self.closed_by(head, "tag-moved", "namespace-reborn")
        self.check(1)
        self.assertEqual(self.open_kinds().count("namespace-reborn"), 1)

    def test_the_gate_closes_when_the_repo_moved_or_is_shut(self):
        self.start()
        head = self.head()
        self.approve(head)
        self.hub.do(action="rename", repo=REPO, to="acme/model-v1")
        self.check()
        self.closed_by(head, "repo-renamed")

    def test_a_rule_of_the_organisation_closes_the_gate(self):
        self.start(extra='[policy]\ndeny_licenses = ["apache-*"]\n')
        head = self.head()
        self.approve(head)
        reasons = self.gate(head, check=1)["reasons"]
        self.assertEqual(len(reasons), 1, reasons)
        self.assertTrue(reasons[0].startswith(("policy-deny-licenses: ", "not assessed yet")), reasons)

    def test_exceptions_are_recorded_and_listed(self):
        self.start()
        head = self.head()
        words = ["review", REPO, "except", "policy-tprm", "--commit", head, "--requested-by", "nils",
                 "--approved-by", "mona", "--reason", "the supplier answers in June"]
        made = self.json_of(*words, "--until", "30d", check=0)["exception"]
        self.assertEqual((made["policy"], made["commit"]), ("policy-tprm", head))
        listed = self.json_of("review", REPO, "list", check=0)
        self.assertEqual(listed["exceptions"], [made])
        self.assertEqual(listed["reviews"], [])
        self.assertIn("policy-tprm", self.run_program("review", REPO, "list", check=0).stdout)
        for wrong, told in ((["--until", "91d"], "90 days"), (["--until", "2020-01-01"], "has passed"), ([], "--until")):
            refused = self.run_program(*words, *wrong)
            self.assertEqual(refused.returncode, 2, wrong)
            self.assertIn(told, refused.stderr)
        own = self.run_program("review", REPO, "except", "policy-tprm", "--commit", head, "--requested-by", "mona",
                               "--approved-by", " Mona", "--reason", "x", "--until", "1d")
        self.assertEqual(own.returncode, 2)
        self.assertIn("someone other", own.stderr)
        misspelt = self.run_program(*words[:3], "policy-tprn", *words[4:], "--until", "1d")
        self.assertIn("did you mean policy-tprm?", misspelt.stderr)
        self.assertEqual(len(self.json_of("review", REPO, "list")["exceptions"]), 1)

    def test_wrong_usage_is_two_and_no_state_is_three(self):
        hub = self.start_hub()
        self.write_config(hub)
        self.assertEqual(self.run_program("gate", f"{REPO}@{UNSEEN}").returncode, 3)
        self.check(0)
        by = ["--by", "mona", "--reason", "fine"]
        for words in (["gate"], ["gate", REPO], ["gate", REPO + "@"], ["gate", "@" + UNSEEN], ["gate", REPO + "@main"],
                      ["gate", REPO + "@ffffffff"], ["gate", "acme/none@" + UNSEEN],
                      ["gate", f"{REPO}@{UNSEEN}", "--max-age", "soon"],
                      ["review"], ["review", REPO], ["review", REPO, "bless"], ["review", "acme/none", "list"],
                      ["review", REPO, "approve", *by], ["review", REPO, "approve", "--commit", "main", *by],
                      ["review", REPO, "approve", "--commit", "ffffffff", *by],
                      ["review", REPO, "approve", "--commit", UNSEEN, "--by", "mona"],
                      ["review", REPO, "approve", "--commit", UNSEEN, "--by", " ", "--reason", "x"],
                      ["review", REPO, "approve", "--commit", UNSEEN, *by, "--until", "2020-01-01"],
                      ["review", REPO, "reject", "--commit", UNSEEN, *by, "--until", "30d"],
                      ["review", REPO, "approve", "extra", "--commit", UNSEEN, *by],
                      ["review", REPO, "except", "--commit", UNSEEN]):
            with self.subTest(words):
                done = self.run_program(*words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertTrue(done.stderr.strip())
        self.assertEqual(self.json_of("review", REPO, "list")["reviews"], [])
        self.assertEqual(self.gate(UNSEEN, check=1)["reasons"][0], "no formal review of this commit is on record")

    def test_names_in_the_rubric_that_do_not_exist_are_refused_with_their_place(self):
        hub = self.start_hub()
        for line, told in (('"acess-gating.auto" = 20', "did you mean 'access-gating'?"),
                           ('"access-gating.autom" = 20', "did you mean 'auto'?")):
            self.write_config(hub, extra=f"[rubric.points]\n{line}\n")
            done = self.run_program("config", "check", check=2)
            self.assertIn(told, done.stderr)
            self.assertRegex(done.stderr, r"modelwatch\.toml:\d+: ")
        self.write_config(hub, extra='[policy]\nenforce = ["policy-tprn"]\n')
        self.assertIn("did you mean 'policy-tprm'?", self.run_program("config", "check", check=2).stderr)


def _day(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


if __name__ == "__main__":
    unittest.main()
