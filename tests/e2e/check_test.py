"""`check`: from the state of a hub to alerts, exit codes and messages."""

import contextlib
import itertools
import json
import sqlite3
import subprocess
import unittest

from harness import PROGRAM, Case, minimal_timeline

NEW_WEIGHTS = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32}}


class Check(Case):
    repo = "acme/model"

    def begin(self, timeline=None, **config):
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, sink=self.sink, **config)
        return self.check(0)

    def messages(self, kind=None):
        return [r["json"] for r in self.sink.records() if kind is None or r["json"]["type"] == kind]

    def only_alert(self, report, kind):
        self.assertEqual([a["kind"] for a in report["alerts"]], [kind], report)
        return report["alerts"][0]

    def test_the_first_poll_records_a_baseline_and_says_nothing(self):
        report = self.begin()
        self.assertEqual(report["checked"], 1)
        self.assertEqual(report["failed"], [])
        self.assertEqual(report["alerts"], [])
        model = report["models"][0]
        self.assertEqual(model["repo"], "acme/model")
        self.assertEqual(model["baseline_commit"], model["commit"])
        self.assertEqual(model["staleness"], "current")
        self.assertEqual(self.messages(), [])
        self.assertEqual(self.check(0)["alerts"], [])

    def test_replaced_weights_are_told_once_with_proof(self):
        before = self.begin()["models"][0]["commit"]
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        alert = self.only_alert(self.check(1), "weights-replaced")
        self.assertEqual(alert["subject"], "model.safetensors")
        self.assertEqual(alert["baseline_commit"], before)
        self.assertNotEqual(alert["commit"], before)
        proof = alert["evidence"]["files"][0]
        self.assertEqual((proof["old_sha256"], proof["new_sha256"]), ("aa" * 32, "bb" * 32))
        self.assertEqual(len(self.messages("alert.opened")), 1)
        self.assertEqual(self.check(1)["alerts"], [])
        self.assertEqual(len(self.messages()), 1)
        self.assertEqual(self.messages()[0]["data"]["alerts"][0]["id"], alert["id"])

    def test_closed_standard_streams_are_no_place_for_the_log_in_our_files(self):
        self.begin()
        text = self.config.read_text().replace("[daemon]\n", '[daemon]\nlog_level = "trace"\n')
        self.config.write_text(text)
        closings = ("0<&-", "1>&-", "2>&-")
        for count in (1, 2, 3):
            for closed in itertools.combinations(closings, count):
                command = f'exec {PROGRAM} --config {self.config} check {" ".join(closed)}'
                done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=False)
                self.assertIn(done.returncode, (0, 3), closed)
                lock = (self.state / "modelwatch.lock").read_text().splitlines()
                self.assertEqual((len(lock), lock[0].isdigit()), (3, True), closed)
                self.assertRegex(lock[1], r"^modelwatch --config \S+ check$", closed)
                db = sqlite3.connect(f"file:{self.state}/modelwatch.db?mode=ro", uri=True)
                self.assertEqual(db.execute("PRAGMA integrity_check").fetchone(), ("ok",), closed)
                db.close()

    def test_undoing_a_change_resolves_it(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        self.check(1)
        self.hub.do(action="commit", repo="acme/model", title="Revert",
                    files={"model.safetensors": {"size": 1000000, "sha256": "aa" * 32}})
        report = self.check(0)
        states = {a["kind"]: a["state"] for a in report["alerts"]}
        self.assertEqual(states["weights-replaced"], "resolved")
        self.assertEqual(len(self.messages("alert.resolved")), 1)

    def test_a_silent_replacement_under_the_same_commit_is_critical(self):
        commit = self.begin()["models"][0]["commit"]
        self.hub.do(action="replace_file", repo="acme/model", files=NEW_WEIGHTS)
        alert = self.only_alert(self.check(1), "weights-replaced")
        self.assertEqual(alert["severity"], "critical")
        self.assertTrue(alert["evidence"]["silent"])
        self.assertEqual(alert["commit"], commit)

    def test_a_license_change_names_both_licenses(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Relicense", patch={"cardData": {"license": "cc-by-nc-4.0"}},
                    files={"README.md": {"text": "---\nlicense: cc-by-nc-4.0\n---\n"}})
        alerts = {a["kind"]: a for a in self.check(1)["alerts"]}
        alert = alerts["license-changed"]
        self.assertEqual(alert["severity"], "high")
        self.assertIn("cc-by-nc-4.0", alert["summary"])
        self.assertIn("apache-2.0", alert["summary"])

    def test_gating_is_a_setting_and_moves_no_commit(self):
        self.begin()
        self.hub.do(action="set", repo="acme/model", patch={"gated": "manual"})
        alert = self.only_alert(self.check(), "gating-changed")
        self.assertEqual(alert["severity"], "medium")
        self.hub.do(action="set", repo="acme/model", patch={"gated": False})
        self.assertEqual(self.check(0)["alerts"][0]["state"], "resolved")

    def test_a_rewritten_history_is_seen_although_every_file_is_the_same(self):
        self.begin()
        self.hub.do(action="super_squash", repo="acme/model", title="Squash")
        alert = self.only_alert(self.check(), "history-rewritten")
        self.assertTrue(alert["evidence"]["weights_unchanged"])

    def test_code_templates_and_formats_are_told_apart(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="More",
                    files={"modeling_acme.py": {"text": "import os\n"},
                           "pytorch_model.bin": {"size": 500, "sha256": "cc" * 32},
                           "tokenizer_config.json": {"text": "{\"chat_template\": \"{{ evil }}\"}\n"}})
        kinds = {a["kind"] for a in self.check(1)["alerts"]}
        self.assertLessEqual({"code-added", "unsafe-format-added", "template-changed"}, kinds)
        self.assertNotIn("commits-added", kinds)

    def after(self, **files):
        """The newest alert of each kind after a commit that writes these files; "__" in their names is a dot."""
        texts = {name.replace("__", "."): {"text": text} for name, text in files.items()}
        self.hub.do(action="commit", repo=self.repo, title="Small fixes", files=texts)
        self.check()
        alerts = self.json_of("alerts", "list", "--all")["alerts"]
        return {one["kind"]: one for one in sorted(alerts, key=lambda one: one["id"])}

    def begin_at_google(self):
        """A publisher that answers for it: nothing but the facts makes an alert graver."""
        timeline = minimal_timeline(id="google/model")
        timeline["namespaces"]["google"] = {"type": "org", "fullname": "Google"}
        self.repo = "google/model"
        self.begin(timeline, watches='[[watch]]\nrepo = "google/model"\n')

    def expect_code_without_consent(self, **files):
        self.begin_at_google()
        alerts = self.after(**files)
        self.assertEqual(alerts["code-added"]["severity"], "critical")
        self.assertTrue(alerts["code-added"]["evidence"]["without_consent"])
        self.assertNotIn("commits-added", alerts)

    def test_attention_code_of_another_repo_is_critical(self):
        self.expect_code_without_consent(
            config__json="{\"architectures\": [\"LlamaForCausalLM\"], "
                         "\"_attn_implementation_internal\": \"evil-org/fast-attn\"}")

    def test_consent_that_a_configuration_gives_itself_is_critical(self):
        self.expect_code_without_consent(
            preprocessor_config__json="{\"keypoint_detector_config\": "
                                      "{\"trust_remote_code\": true, \"_name_or_path\": \"evil/superpoint\"}}")

    def test_weights_outside_of_the_repo_are_critical(self):
        self.expect_code_without_consent(
            model__safetensors__index__json="{\"weight_map\": {\"a\": \"../../../root/.ssh/id\"}}")

    def test_foreign_code_of_a_tokenizer_is_code_and_goes_when_the_setting_goes(self):
        self.begin_at_google()
        alerts = self.after(tokenizer_config__json="{\"chat_template\": \"{{ messages }}\", "
                                                   "\"auto_map\": {\"AutoTokenizer\": [\"tok.EvilTokenizer\", null]}}")
        self.assertEqual(alerts["code-added"]["severity"], "high")
        reached = alerts["code-added"]["evidence"]["reach_added"]
        self.assertEqual([(one["target"], one["by"], one["needs_consent"]) for one in reached],
                         [("tok.EvilTokenizer", "tokenizer_config.json#/auto_map/AutoTokenizer/0", True)])
        self.assertNotIn("template-changed", alerts)
        after = self.after(tokenizer_config__json="{\"chat_template\": \"{{ messages }}\"}\n")
        self.assertEqual(after["code-added"]["state"], "resolved")

    def test_a_changed_special_token_is_high_and_named(self):
        self.begin()
        self.after(special_tokens_map__json="{\"eos_token\": \"</s>\"}")
        self.run_program("accept", "acme/model", "--by", "alice", "--reason", "read")
        alerts = self.after(special_tokens_map__json="{\"eos_token\": \"<tool_call>\"}")
        alert = alerts["tokenizer-changed"]
        self.assertIn(alert["severity"], ("high", "critical"))
        self.assertEqual(alert["evidence"]["tokens"][0]["new"], "<tool_call>")
        self.assertIn("<tool_call>", alert["detail"])

    def test_a_number_in_a_configuration_stays_low_and_is_named(self):
        self.begin()
        alerts = self.after(config__json="{\"architectures\": [\"LlamaForCausalLM\"], \"attention_dropout\": 0.1, "
                                         "\"_name_or_path\": \"acme/other\", \"attn_implementation\": \"sdpa\"}")
        self.assertEqual(sorted(alerts), ["commits-added", "config-changed"])
        self.assertEqual(alerts["config-changed"]["severity"], "low")
        keys = [one["key"] for one in alerts["config-changed"]["evidence"]["changes"]]
        self.assertIn("config.json#/attention_dropout", keys)

    def test_padding_does_not_hide_a_setting(self):
        self.begin()
        padding = "\"p\": \"" + "x" * 400_000 + "\", \"n\": NaN, \"s\": \"\\ud83d\""
        alerts = self.after(config__json="{" + padding + ", \"_attn_implementation\": \"evil/x\"}")
        self.assertEqual(alerts["code-added"]["severity"], "critical")

    def test_configuration_that_cannot_be_read_is_not_called_harmless(self):
        self.begin()
        alerts = self.after(config__json="[" * 5000)
        self.assertNotEqual(alerts["config-changed"]["severity"], "low")
        self.assertEqual(alerts["config-changed"]["evidence"]["unread"][0]["path"], "config.json")
        self.assertNotIn("touch no weights, code", alerts["commits-added"]["detail"])

    def test_a_harmless_commit_is_information(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Mend a typo", files={"notes.md": {"text": "hello\n"}})
        alert = self.only_alert(self.check(0), "commits-added")
        self.assertEqual(alert["severity"], "info")

    def test_gone_needs_two_polls_and_a_control_request(self):
        self.begin()
        self.hub.do(action="delete", repo="acme/model")
        first = self.check(0)
        self.assertEqual((first["alerts"], first["failed"]), ([], []))
        alert = self.only_alert(self.check(1), "repo-missing")
        self.assertEqual(alert["severity"] in ("high", "critical"), True)

    def test_a_repo_that_comes_back_as_another_is_reborn(self):
        self.begin()
        self.hub.do(action="reborn", repo="acme/model", _id="65b000000000000000000002", createdAt="2026-11-01T00:00:00.000Z")
        kinds = {a["kind"]: a["severity"] for a in self.check(1)["alerts"]}
        self.assertEqual(kinds["namespace-reborn"], "critical")

    def test_a_rename_is_followed_and_told(self):
        self.begin()
        self.hub.do(action="rename", repo="acme/model", to="acme/model-v1")
        report = self.check()
        alert = self.only_alert(report, "repo-renamed")
        self.assertIn("acme/model-v1", alert["summary"])
        self.assertEqual(report["models"][0]["renamed_to"], "acme/model-v1")

    def test_a_disabled_repo_is_critical(self):
        self.begin()
        self.hub.do(action="set", repo="acme/model", patch={"disabled": True})
        report = self.check(1)
        self.assertEqual({a["kind"]: a["severity"] for a in report["alerts"]}["repo-disabled"], "critical")
        self.assertEqual(report["failed"], [])

    def test_a_revoked_token_is_a_failed_poll_and_never_a_missing_repo(self):
        token = self.folder / "token"
        token.write_text("hf_reader\n")
        token.chmod(0o600)
        self.begin(hub_extra=f'token_file = "{token}"')
        self.hub.do(action="revoke_token", token="reader")
        for _ in range(3):
            report = self.check(3)
            self.assertEqual(report["alerts"], [])
            self.assertEqual(len(report["failed"]), 1)
            self.assertNotIn("hf_reader", str(report))
        self.hub.do(action="restore_token", token="reader")
        self.assertEqual(self.check(0)["alerts"], [])

    def test_the_hubs_scanners_are_listened_to(self):
        self.begin()
        self.hub.do(action="security", repo="acme/model", scansDone=True, files={"model.safetensors": "unsafe"})
        alerts = {one["kind"]: one for one in self.check(1)["alerts"]}
        self.assertEqual(sorted(alerts), ["hub-scan-flagged", "rating-worsened"])
        self.assertEqual(alerts["hub-scan-flagged"]["severity"], "critical")
        self.hub.do(action="security", repo="acme/model", scansDone=False, files={})
        self.check(1)
        self.assertEqual(self.open_kinds(), ["hub-scan-flagged", "rating-worsened"])
        self.assertEqual([m["type"] for m in self.messages()], ["alert.opened"])

    def test_a_deployed_commit_behind_upstream_is_outdated(self):
        commit = self.begin()["models"][0]["commit"]
        self.write_config(self.hub, f'[[watch]]\nrepo = "acme/model"\ndeployed = "{commit}"\n', sink=self.sink)
        self.assertEqual(self.check(0)["alerts"], [])
        self.hub.do(action="commit", repo="acme/model", title="Fix weights", files=NEW_WEIGHTS)
        alerts = {a["kind"]: a for a in self.check()["alerts"]}
        self.assertEqual(alerts["outdated"]["evidence"]["commits_behind"], 1)
        self.assertTrue(alerts["outdated"]["evidence"]["touches_weights"])
        self.assertEqual(self.json_of("status")["models"][0]["staleness"], "outdated")

    def test_a_pinned_baseline_that_upstream_left_speaks_at_once(self):
        timeline = minimal_timeline()
        timeline["repos"][0]["commits"].append({"title": "Update", "date": "now-1d", "files": NEW_WEIGHTS})
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, sink=self.sink)
        self.check(0)
        first = self.json_of("history", "acme/model")["commits"][1]["id"]
        self.state = self.folder / "other"
        self.write_config(self.hub, f'[[watch]]\nrepo = "acme/model"\nbaseline = "{first}"\n', sink=self.sink)
        alert = self.only_alert(self.check(1), "weights-replaced")
        self.assertEqual(alert["baseline_commit"], first)

    def test_a_baseline_that_the_hub_does_not_know_is_said_to_be_so_with_its_key(self):
        self.hub = self.start_hub()
        self.sink = self.start_sink()
        self.write_config(self.hub, f'[[watch]]\nrepo = "acme/model"\nbaseline = "{"c0ffee" * 6 + "cafe"}"\n', sink=self.sink)
        alert = self.only_alert(self.check(1), "history-rewritten")
        self.assertIn("the hub does not know this commit: c0ffeec0", alert["summary"])
        self.assertIn("`baseline`", alert["summary"])
        self.assertIn("mistyped", alert["detail"])
        self.assertEqual(len(self.messages("alert.opened")), 1)

    def test_a_stale_model_opens_quietly_at_first_sight(self):
        timeline = minimal_timeline()
        for commit in timeline["repos"][0]["commits"]:
            commit["date"] = "now-400d"
        report = self.begin(timeline)
        self.assertEqual(report["models"][0]["staleness"], "ageing")
        self.assertEqual(self.open_kinds(), ["stale"])
        self.assertEqual(self.messages(), [])

    def test_a_moved_tag_is_told(self):
        timeline = minimal_timeline(git_tags={"v1": "Upload weights"})
        self.begin(timeline, watches='[[watch]]\nrepo = "acme/model"\nrevision = "v1"\n')
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        self.assertEqual(self.check(0)["alerts"], [])
        self.hub.do(action="move_tag", repo="acme/model", tag="v1", to="main")
        kinds = {a["kind"] for a in self.check(1)["alerts"]}
        self.assertLessEqual({"tag-moved", "weights-replaced"}, kinds)
        self.assertNotIn("history-rewritten", kinds)

    def test_accept_moves_the_baseline_and_settles_its_alerts(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        new = self.check(1)["alerts"][0]["commit"]
        self.json_of("accept", "acme/model", "--by", "ann", "--reason", "reviewed in T-1", check=0)
        self.assertEqual(self.open_kinds(), [])
        self.assertEqual(self.json_of("status", check=0)["models"][0]["baseline_commit"], new)
        self.assertEqual(self.check(0)["alerts"], [])
        self.assertEqual(len(self.messages("alert.resolved")), 1)
        resolved = self.messages("alert.resolved")[0]["data"]["alerts"][0]
        self.assertIn("ann", resolved["resolution"])
        self.assertTrue(self.json_of("db", "check", check=0)["ok"])

    def test_diff_shows_what_a_person_would_read(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Change the template",
                    files={"LICENSE": {"text": "Apache License\nVersion 3.0\n"}, **NEW_WEIGHTS})
        self.check(1)
        files = {f["path"]: f for f in self.json_of("diff", "acme/model", check=0)["files"]}
        self.assertIn("-Version 2.0\n+Version 3.0", files["LICENSE"]["text_diff"])
        self.assertEqual(files["model.safetensors"]["new_sha256"], "bb" * 32)
        self.assertIsNone(files["model.safetensors"]["text_diff"])

    def test_a_dry_run_stores_and_sends_nothing(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        report = self.check(1, "--dry-run")
        self.assertEqual([a["kind"] for a in report["alerts"]], ["weights-replaced"])
        self.assertEqual(self.messages(), [])
        self.assertEqual(self.open_kinds(), [])
        self.check(1)
        self.assertEqual(len(self.messages()), 1)

    def test_acknowledged_alerts_do_not_count(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        alert = self.check(1)["alerts"][0]
        self.json_of("alerts", "ack", alert["id"], "--by", "ann", "--reason", "on it", check=0)
        self.assertEqual(self.check(0)["alerts"], [])
        self.hub.do(action="commit", repo="acme/model", title="Again",
                    files={"model.safetensors": {"size": 1, "sha256": "dd" * 32}})
        self.assertEqual(self.check(1)["alerts"][0]["state"], "open")

    def test_an_alert_resolved_by_hand_opens_again_while_it_holds(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        alert = self.check(1)["alerts"][0]
        self.json_of("alerts", "resolve", alert["id"], "--by", "ann", "--reason", "noise", check=0)
        again = self.only_alert(self.check(1), "weights-replaced")
        self.assertNotEqual(again["id"], alert["id"])

    def test_new_rules_are_judged_although_nothing_moved_upstream(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        self.check(1)
        self.write_config(self.hub, sink=self.sink, extra='[policy.severity]\n"weights-replaced" = "low"\n')
        self.assertEqual(self.check(0)["alerts"][0]["severity"], "low")
        self.write_config(self.hub, '[[watch]]\nrepo = "acme/model"\nstale_after = "10d"\n', sink=self.sink)
        self.check(1)
        self.assertIn("weights-replaced", self.open_kinds())

    def test_who_is_called_configuration_pins_nothing(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW_WEIGHTS)
        self.check(1)
        self.run_program("accept", "acme/model", "--by", "configuration", "--reason", "a name like any other", check=0)
        self.check(0)
        rows = [json.loads(line) for line in self.run_program("db", "export", check=0).stdout.splitlines()]
        trusted = [row for row in rows if row["type"] == "baseline"]
        self.assertEqual([(row["set_by"], row["origin"]) for row in trusted], [("configuration", "person")])

    def test_a_message_that_the_database_cannot_hand_out_is_not_done(self):
        """As on a full disk: the alert is stored, and its message cannot be taken out to be sent."""
        self.begin()
        self.hub.do(action="commit", repo="acme/model", title="Update", files=NEW_WEIGHTS)
        with contextlib.closing(sqlite3.connect(self.state / "modelwatch.db")) as db:
            db.execute("CREATE TRIGGER full BEFORE UPDATE ON message BEGIN SELECT RAISE(ABORT, 'no space left'); END")
            db.commit()
        report = self.check(3)
        self.assertEqual([a["kind"] for a in report["alerts"]], ["weights-replaced"])
        self.assertEqual(self.sink.records(), [])
        with contextlib.closing(sqlite3.connect(self.state / "modelwatch.db")) as db:
            db.execute("DROP TRIGGER full")
            db.commit()
        self.check(1)
        self.assertEqual(len(self.sink.records()), 1)

    def test_a_changed_pin_is_followed(self):
        first = self.begin()["models"][0]["baseline_commit"]
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        new = self.check(1)["alerts"][0]["commit"]
        watch = '[[watch]]\nrepo = "acme/model"\nbaseline = "{}"\n'
        self.write_config(self.hub, watch.format(new), sink=self.sink)
        self.assertEqual(self.check(0)["models"][0]["baseline_commit"], new)
        self.assertEqual(self.open_kinds(), [])
        self.write_config(self.hub, watch.format(first), sink=self.sink)
        self.assertEqual(self.only_alert(self.check(1), "weights-replaced")["baseline_commit"], first)

    def test_a_failed_poll_does_not_settle_a_rewritten_history(self):
        self.begin()
        self.hub.do(action="super_squash", repo="acme/model", title="Squash")
        self.check()
        self.hub.fault(type="info", kind="status", status=503)
        self.check(3)
        self.hub.clear_faults()
        self.assertEqual(self.check()["alerts"], [])
        self.assertEqual(self.open_kinds(), ["history-rewritten"])

    def test_a_history_that_a_gate_hides_is_not_read_as_harmless(self):
        self.begin(minimal_timeline(gated="manual"))
        self.hub.do(action="super_squash", repo="acme/model", title="Squash")
        alert = self.only_alert(self.check(), "commits-added")
        self.assertEqual(alert["severity"], "medium")
        self.assertIn("cannot be read", alert["summary"])

    def test_what_happened_to_an_alert_is_told_in_order(self):
        self.begin()
        self.sink.tell({"answer": ["503;count=1", "ok"]})
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=NEW_WEIGHTS)
        self.check(1)
        self.hub.do(action="commit", repo="acme/model", title="Revert",
                    files={"model.safetensors": {"size": 1000000, "sha256": "aa" * 32}})
        self.check(0)
        told = [r["json"]["type"] for r in self.sink.records() if r["answer"] != 503]
        self.assertNotIn("alert.resolved", told[:1])

    def test_an_account_watch_takes_new_models_in(self):
        timeline = minimal_timeline()
        self.begin(timeline, watches='[[watch]]\nauthor = "acme"\nexclude = ["*-test"]\n')
        self.assertEqual([m["repo"] for m in self.check(0)["models"]], ["acme/model"])
        for name in ("acme/second", "acme/some-test"):
            self.hub.do(action="create", repo={"id": name, "gated": False, "commits": [
                {"title": "initial commit", "date": "now", "files": {"README.md": {"text": "x\n"}}}]})
        report = self.check(0)
        self.assertEqual(sorted(m["repo"] for m in report["models"]), ["acme/model", "acme/second"])
        alert = self.only_alert(report, "new-model")
        self.assertEqual(alert["severity"], "info")
        self.assertEqual(self.check(0)["alerts"], [])

    def account(self, **extra):
        self.begin(minimal_timeline(**extra), watches='[[watch]]\nauthor = "acme"\n')
        self.check(0)

    def told_of(self, report, kind):
        return [alert["repo"] for alert in report["alerts"] if alert["kind"] == kind]

    def test_a_rename_inside_a_watched_account_is_no_new_model(self):
        self.account()
        self.hub.do(action="rename", repo="acme/model", to="acme/model-v1")
        report = self.check()
        self.assertEqual([alert["kind"] for alert in report["alerts"]], ["repo-renamed"])
        self.assertEqual([model["repo"] for model in report["models"]], ["acme/model"])
        self.assertEqual(report["models"][0]["renamed_to"], "acme/model-v1")
        self.hub.do(action="commit", repo="acme/model-v1", title="Update model", files=NEW_WEIGHTS)
        report = self.check(1)
        self.assertEqual(self.told_of(report, "weights-replaced"), ["acme/model"], "told once, not twice")
        self.assertEqual(len(report["models"]), 1)
        self.hub.do(action="rename", repo="acme/model-v1", to="acme/Model-V2")
        self.assertEqual(self.told_of(self.check(), "new-model"), [])

    def test_nor_is_one_that_is_watched_by_name(self):
        self.begin(watches='[[watch]]\nauthor = "acme"\n[[watch]]\nrepo = "acme/model"\n')
        self.check(0)
        self.hub.do(action="rename", repo="acme/model", to="acme/MODEL")
        report = self.check()
        self.assertEqual(self.told_of(report, "new-model"), [])
        self.assertEqual(len(report["models"]), 1)

    def test_a_new_model_under_the_old_name_is_not_the_renamed_one(self):
        self.account()
        self.hub.do(action="rename", repo="acme/model", to="acme/model-v1")
        self.check()
        self.hub.do(action="create", repo={"id": "acme/model", "_id": "65c000000000000000000003", "gated": False,
                                           "commits": [{"title": "initial commit", "date": "now",
                                                        "files": {"README.md": {"text": "x\n"}}}]})
        self.assertEqual(self.told_of(self.check(), "namespace-reborn"), ["acme/model"])
        self.check()
        watched = {model["repo"] for model in self.json_of("status")["models"]}
        self.assertEqual(watched, {"acme/model", "acme/model-v1"})

    def test_a_name_that_a_renamed_model_took_is_watched_on(self):
        self.account()
        self.hub.do(action="create", repo={"id": "acme/other", "gated": False, "commits": [
            {"title": "initial commit", "date": "now", "files": {"README.md": {"text": "x\n"}}}]})
        self.check()
        self.hub.do(action="delete", repo="acme/other")
        self.hub.do(action="rename", repo="acme/model", to="acme/other")
        report = self.check(1)
        self.assertEqual(self.told_of(report, "namespace-reborn"), ["acme/other"])
        self.assertEqual(self.told_of(report, "repo-renamed"), ["acme/model"])
        self.assertEqual(len(self.check(1)["models"]), 2)


if __name__ == "__main__":
    unittest.main(verbosity=1)
