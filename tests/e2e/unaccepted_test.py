"""An unaccepted head earns nothing: what a commit brings that nobody has accepted improves no rating, ends no alert about
age, and is rated beside what is trusted."""

import unittest

from assessed import PUBLISHERS, as_of_today
from harness import Case

OLD = "TheBloke/Mistral-7B-Instruct-v0.2-GGUF"
FALCON = "tiiuae/falcon-7b"
GOOD = "Qwen/Qwen2.5-7B"
LEVELS = ("Low", "Low-Medium", "Medium", "Medium-High", "High")
WHO = ["--by", "alice", "--reason", "compared"]


class Unaccepted(Case):
    def start(self, repo, more="", policy=""):
        self.hub = self.start_hub(as_of_today())
        publishers = self.folder / "publishers.toml"
        publishers.write_text(PUBLISHERS, encoding="utf-8")
        self.repo = repo
        self.extra = f'[policy]\npublishers_file = "{publishers}"\n{policy}'
        self.watch(more)
        self.check()
        return self.status()

    def watch(self, more):
        self.write_config(self.hub, watches=f'[[watch]]\nrepo = "{self.repo}"\n{more}', extra=self.extra)

    def status(self):
        return self.json_of("status", self.repo)["models"][0]

    def commit(self, files, **patch):
        self.hub.do(action="commit", repo=self.repo, title="Fix tokenizer", files=files, **({"patch": patch} if patch else {}))
        self.check()

    def attack(self):
        """Other weights under the same name, in a commit of today."""
        self.commit({"model.safetensors": {"size": 1000, "sha256": "ee" * 32},
                     "config.json": {"text": '{"architectures": ["X"]}\n'}})

    def shown(self, status):
        return {key: status[key] for key in ("rating", "score", "staleness", "levels")}

    def test_other_weights_of_today_improve_no_rating(self):
        for repo in (OLD, FALCON):
            with self.subTest(repo=repo):
                self.state = self.folder / repo.replace("/", "-")
                before = self.start(repo)
                self.assertIsNone(before["head"])
                self.attack()
                after = self.status()
                self.assertEqual(self.shown(after), self.shown(before))
                self.assertEqual(after["head"]["commit"], after["commit"])
                self.assertIn(after["head"]["rating"], LEVELS)
                self.assertLess(after["head"]["score"], before["score"], "the head alone would have earned something")

    def test_nor_after_many_looks_and_more_commits(self):
        before = self.start(OLD)
        for number in range(3):
            self.commit({"model.safetensors": {"size": 1000, "sha256": f"{number}e" * 32}})
            self.check()
        self.assertEqual(self.shown(self.status()), self.shown(before))

    def test_nor_a_card_alone(self):
        before = self.start(OLD)
        self.commit({"README.md": {"text": "---\nlicense: apache-2.0\n---\n# Better\n"}},
                    cardData={"license": "apache-2.0"})
        self.assertEqual(self.shown(self.status()), self.shown(before))

    def test_stale_stands_until_somebody_accepts(self):
        self.start(OLD, 'stale_after = "180d"\n')
        self.assertIn("stale", self.open_kinds())
        self.attack()
        self.check()
        self.assertIn("stale", self.open_kinds())
        self.run_program("accept", self.repo, *WHO, check=0)
        self.assertNotIn("stale", self.open_kinds())

    def test_a_policy_about_age_stays_broken_until_somebody_accepts(self):
        self.start(OLD, policy='enforce = ["policy-unpatched"]\nmax_rating = "Medium"\n')
        broken = [one["subject"] for one in self.json_of("alerts", "list")["alerts"] if one["kind"] == "policy-violation"]
        self.attack()
        self.check()
        still = [one["subject"] for one in self.json_of("alerts", "list")["alerts"] if one["kind"] == "policy-violation"]
        self.assertLessEqual(set(broken), set(still))
        self.assertTrue(broken)

    def test_accepting_makes_the_heads_rating_the_models(self):
        self.start(OLD)
        self.attack()
        head = self.status()["head"]
        self.run_program("accept", self.repo, *WHO, check=0)
        after = self.status()
        self.assertEqual((after["rating"], after["score"]), (head["rating"], head["score"]))
        self.assertIsNone(after["head"])

    def test_so_does_an_approval(self):
        self.start(OLD)
        self.attack()
        head = self.status()["head"]
        self.run_program("review", self.repo, "approve", "--commit", head["commit"], *WHO, check=0)
        after = self.status()
        self.assertEqual((after["rating"], after["score"], after["head"]), (head["rating"], head["score"], None))

    def test_going_back_leaves_everything_as_it_was(self):
        before = self.start(OLD)
        first = before["commit"]
        self.attack()
        self.run_program("accept", self.repo, *WHO, check=0)
        self.run_program("accept", self.repo, "--commit", first, *WHO, check=0)
        self.check()
        after = self.status()
        self.assertEqual(after["rating"], before["rating"])
        self.assertEqual(after["staleness"], before["staleness"])

    def test_a_pinned_baseline_is_rated_although_the_head_was_there_first(self):
        before = self.start(OLD)
        self.attack()
        self.state = self.folder / "another"
        self.watch(f'baseline = "{before["commit"]}"\n')
        self.check()
        after = self.status()
        self.assertEqual(self.shown(after), self.shown(before))
        self.assertIsNotNone(after["head"])

    def test_a_worse_head_is_told_at_once_and_shown_beside(self):
        before = self.start(GOOD)
        weights = {f"model-0000{part}-of-00004.safetensors": None for part in range(1, 5)}
        self.commit({"pytorch_model.bin": {"size": 900000, "sha256": "cd" * 32},
                     "model.safetensors.index.json": None, **weights})
        after = self.status()
        self.assertEqual(self.shown(after), self.shown(before))
        self.assertGreater(LEVELS.index(after["head"]["rating"]), LEVELS.index(before["rating"]))
        worse = [one for one in self.json_of("alerts", "list")["alerts"] if one["kind"] == "rating-worsened"]
        self.assertEqual([one["subject"] for one in worse], [f"{before['rating']} → {after['head']['rating']}"])
        self.assertEqual(worse[0]["commit"], after["commit"])

    def test_the_digest_says_nothing_of_an_improvement(self):
        self.start(OLD)
        self.attack()
        self.check()
        sections = {one["id"]: one for one in self.json_of("digest")["sections"]}
        self.assertEqual(sections.get("better", {"rows": []})["rows"], [])

    def test_the_report_of_a_watch_is_that_of_what_is_trusted(self):
        before = self.start(OLD, policy='max_rating = "Medium"\n')
        self.attack()
        gate = self.json_of("gate", f"{self.repo}@{before['commit']}", check=1)
        self.assertIn(before["rating"], " ".join(gate["reasons"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
