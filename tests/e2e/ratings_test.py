"""Ratings over time: what a watch's rating, its successors and the organisation's rules make people hear, and when.
The hub is that of timelines/assessed.json, with every model as old as on the day of its table."""

import unittest

from assessed import PUBLISHERS, as_of_today
from harness import Case, wait_for

QWEN = "Qwen/Qwen2.5-7B"  # nothing about it is unknown, so no rating of it is provisional
MODEL = "northlight/odd-terms-2-7b"
REPORTED = {"google/gemma-2-2b": "Low-Medium", "TheBloke/Mistral-7B-Instruct-v0.2-GGUF": "High",
            "tiiuae/falcon-7b": "Medium-High"}
CONVERTED = {"pytorch_model.bin": {"size": 900000, "sha256": "cd" * 32}, "model.safetensors.index.json": None,
             **{f"model-0000{part}-of-00004.safetensors": None for part in range(1, 5)}}


def watches(*repos):
    return "".join(f'[[watch]]\nrepo = "{repo}"\n' for repo in repos)


class Ratings(Case):
    def start(self, *repos, policy="", code=None):
        self.hub = self.start_hub(as_of_today())
        self.sink = self.start_sink()
        publishers = self.folder / "publishers.toml"
        publishers.write_text(PUBLISHERS, encoding="utf-8")
        self.extra = f'[policy]\npublishers_file = "{publishers}"\n{policy}'
        self.write_config(self.hub, sink=self.sink, watches=watches(*repos), extra=self.extra)
        return self.check(code)

    def told(self):
        """What the far end heard: "type kind" of every alert, oldest first."""
        bodies = [record["json"] for record in self.sink.records()]
        return [f"{body['type']} {alert['kind']}" for body in bodies for alert in body["data"]["alerts"]]

    def of_kind(self, kind):
        return [alert for alert in self.json_of("alerts", "list")["alerts"] if alert["kind"] == kind]

    def rating(self, repo):
        return self.json_of("status", repo)["models"][0]["rating"]

    def test_the_models_of_the_published_assessment_stand_in_the_status_with_its_ratings(self):
        self.start(*REPORTED)
        models = self.json_of("status")["models"]
        self.assertEqual({model["repo"]: model["rating"] for model in models}, REPORTED)

    def test_what_was_outdated_at_first_sight_is_listed_and_not_sent(self):
        self.start("tiiuae/falcon-7b")
        self.assertTrue(self.of_kind("superseded"), "falcon-7b has known successors")
        self.assertEqual(self.told(), [])
        self.check()
        self.assertEqual(self.told(), [], "nor later")

    def test_nor_is_a_successor_that_only_names_tell_of(self):
        self.start(QWEN)
        self.assertEqual([alert["severity"] for alert in self.of_kind("superseded")], ["low"])
        self.check()
        self.check()
        self.assertEqual(self.told(), [])

    def test_a_successor_that_the_publisher_declares_later_is_told_at_once(self):
        self.start(MODEL)
        self.assertEqual(self.of_kind("superseded"), [])
        self.declare("northlight/ember-7b")
        self.check()
        self.assertIn("alert.opened superseded", self.told())
        alert = self.of_kind("superseded")[0]
        self.assertEqual(alert["severity"], "medium")
        self.assertIn("northlight/ember-7b", alert["summary"] + alert["detail"])

    def declare(self, successor):
        card = f"---\nlicense: apache-2.0\nnew_version: {successor}\n---\n\n# odd terms\n"
        self.hub.do(action="commit", repo=MODEL, title="Point to the successor", files={"README.md": {"text": card}},
                    patch={"cardData": {"license": "apache-2.0", "new_version": successor}})

    def publish(self, repo):
        self.hub.do(action="create", repo={
            "id": repo, "createdAt": "now", "gated": False, "pipeline_tag": "text-generation",
            "library_name": "transformers", "tags": ["license:apache-2.0"], "cardData": {"license": "apache-2.0"},
            "commits": [{"title": "Upload model", "date": "now",
                         "files": {"model.safetensors": {"size": 1000, "sha256": "ef" * 32}}}]})

    def test_a_successor_inferred_from_names_is_told_when_seen_twice(self):
        self.start(MODEL)
        self.publish("northlight/odd-terms-3-7b")
        self.check()
        self.assertEqual(self.told(), [], "one sighting may be a listing in the middle of a change")
        self.check()
        self.assertEqual(self.told().count("alert.opened superseded"), 1)
        self.check()
        self.assertEqual(self.told().count("alert.opened superseded"), 1, "and once only")

    def test_a_worse_rating_is_told_in_the_message_of_its_cause(self):
        self.start(QWEN)
        before = self.rating(QWEN)
        self.hub.do(action="commit", repo=QWEN, title="Convert", files=CONVERTED)
        self.check()
        after = self.json_of("status", QWEN)["models"][0]["head"]["rating"]
        self.assertNotEqual(before, after)
        self.assertEqual(self.rating(QWEN), before, "what is trusted has not changed")
        messages = [{alert["kind"] for alert in record["json"]["data"]["alerts"]} for record in self.sink.records()]
        self.assertEqual(len(messages), 1, "one change, one message")
        self.assertLessEqual({"rating-worsened", "weights-removed"}, messages[0])
        worse = self.of_kind("rating-worsened")[0]
        self.assertEqual(worse["subject"], f"{before} → {after}")
        self.check()
        self.assertEqual(self.told().count("alert.opened rating-worsened"), 1)

    def test_so_does_the_daemon(self):
        self.start(QWEN)
        self.hub.do(action="commit", repo=QWEN, title="Convert", files=CONVERTED)
        self.write_config(self.hub, sink=self.sink, watches=watches(QWEN), extra=self.extra, interval="1s")
        daemon = self.start_daemon()
        wait_for("the message", self.sink.records)
        first = {alert["kind"] for alert in self.sink.records()[0]["json"]["data"]["alerts"]}
        self.assertLessEqual({"rating-worsened", "weights-removed"}, first)
        self.stop_daemon(daemon)

    def test_a_withdrawn_repo_and_its_rating_are_one_message(self):
        self.start(QWEN)
        self.hub.do(action="set", repo=QWEN, patch={"disabled": True})
        self.check()
        messages = [{alert["kind"] for alert in record["json"]["data"]["alerts"]} for record in self.sink.records()]
        self.assertLessEqual({"repo-disabled", "rating-worsened"}, messages[0])

    def test_the_organisations_own_rule_speaks_at_first_sight(self):
        self.start(*REPORTED, policy='max_rating = "Medium"\n')
        broken = {alert["repo"] for alert in self.of_kind("policy-violation")}
        self.assertEqual(broken, {"TheBloke/Mistral-7B-Instruct-v0.2-GGUF", "tiiuae/falcon-7b"})

    def test_a_repackagers_licence_that_contradicts_the_original_is_listed_at_first_sight(self):
        self.start("bartowski/Meta-Llama-3.1-8B-Instruct-GGUF")
        self.hub.do(action="set", repo="bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
                    patch={"cardData": {"license": "mit", "base_model": "meta-llama/Llama-3.1-8B-Instruct"}})
        self.check()
        self.assertIn("license-mismatch", self.open_kinds())

    def test_the_digest_tells_of_every_model_and_its_rating(self):
        self.start(*REPORTED)
        text = self.run_program("digest", "--preview").stdout
        for repo in REPORTED:
            self.assertIn(repo, text)

    def test_the_gate_heeds_the_rating(self):
        self.start(*REPORTED, policy='max_rating = "Medium"\n')
        head = self.json_of("status", "tiiuae/falcon-7b")["models"][0]["commit"]
        answer = self.json_of("gate", f"tiiuae/falcon-7b@{head}", check=1)
        self.assertEqual(answer["verdict"], "fail")
        self.assertTrue(any("Medium-High" in reason for reason in answer["reasons"]), answer["reasons"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
