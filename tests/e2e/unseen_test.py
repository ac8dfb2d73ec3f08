"""A repo that was never seen is not present: a first look that finds nothing failed, and says what may have been meant."""

import copy
import json
import unittest

from harness import Case, minimal_timeline, wait_for


def timeline():
    out = minimal_timeline()
    other = copy.deepcopy(out["repos"][0])
    other.update({"id": "acme/falcon-7b", "_id": "65a000000000000000000002"})
    out["repos"].append(other)
    return out


def watch(*repos):
    return "".join(f'[[watch]]\nrepo = "{repo}"\n' for repo in repos)


class Unseen(Case):
    def begin(self, *repos, **more):
        self.hub = self.start_hub(timeline())
        self.write_config(self.hub, watch(*repos), **more)

    def failure(self, *words):
        report = self.check(3, *words)
        self.assertEqual(len(report["failed"]), 1, report["failed"])
        return report["failed"][0]["error"]

    def test_a_slip_of_the_pen_is_a_failed_look_that_names_what_was_meant(self):
        table = {"acme/modle": "acme/model", "acme/falcon7b": "acme/falcon-7b", "acme/Falcon-7b-x": "acme/falcon-7b",
                 "acme/mode": "acme/model"}
        for wrong, meant in table.items():
            with self.subTest(wrong=wrong):
                self.state = self.folder / wrong.replace("/", "-")
                self.begin(wrong)
                error = self.failure()
                self.assertIn("not found: check the spelling", error)
                self.assertIn(f"did you mean {meant}", error)

    def test_a_slip_in_the_account_is_compared_with_what_else_is_watched(self):
        self.begin("acme/model")
        self.check(0)
        self.write_config(self.hub, watch("acme/model", "acmee/model"))
        error = self.failure()
        self.assertIn("did you mean acme/model", error)

    def test_what_is_like_nothing_has_no_suggestion(self):
        self.begin("nobody/quite-another-thing")
        error = self.failure()
        self.assertIn("not found: check the spelling", error)
        self.assertNotIn("did you mean", error)

    def test_it_is_not_present_and_not_rated_however_often_one_looks(self):
        self.begin("acme/modle")
        for _ in range(3):
            report = self.check(3)
            model = report["models"][0]
            self.assertEqual((model["standing"], model["rating"], model["score"]), ("not-found", None, None))
            self.assertEqual(report["alerts"], [], "nothing was there that could be missing")
        self.assertEqual(self.open_kinds(), [])
        table = self.run_program("status").stdout
        self.assertIn("not-found", table)
        self.assertNotIn("present", table)
        self.assertIn("check the spelling", self.json_of("status")["models"][0]["last_error"])

    def test_a_dry_run_says_the_same(self):
        self.begin("acme/modle")
        self.assertIn("did you mean acme/model", self.failure("--dry-run"))

    def test_the_others_are_looked_at_all_the_same(self):
        self.begin("acme/model", "acme/modle")
        report = self.check(3)
        self.assertEqual(report["checked"], 2)
        self.assertEqual({one["repo"]: one["standing"] for one in report["models"]},
                         {"acme/model": "present", "acme/modle": "not-found"})

    def test_when_it_appears_it_is_a_first_sight(self):
        self.begin("acme/later")
        self.check(3)
        self.hub.do(action="create", repo={
            "id": "acme/later", "createdAt": "now", "gated": False, "cardData": {"license": "apache-2.0"},
            "commits": [{"title": "Upload", "date": "now", "files": {"model.safetensors": {"size": 9, "sha256": "ab" * 32}}}]})
        report = self.check(0)
        self.assertEqual(report["models"][0]["standing"], "present")
        self.assertIsNotNone(report["models"][0]["rating"])
        self.assertEqual(self.open_kinds(), [])

    def test_many_slips_say_nothing_against_the_hub(self):
        self.begin(*(f"acme/modle-{number}" for number in range(8)))
        self.check(3)
        self.check(3)
        self.assertNotIn("hub-unreachable", self.open_kinds())

    def test_a_slip_in_a_watched_account_is_a_failure_and_an_empty_account_is_none(self):
        self.hub = self.start_hub({**timeline(), "namespaces": {"acme": {"type": "org"}, "bare": {"type": "org"}}})
        self.write_config(self.hub, '[[watch]]\nauthor = "acmee"\n')
        self.assertIn("not found: check the spelling", self.failure())
        self.state = self.folder / "bare"
        self.write_config(self.hub, '[[watch]]\nauthor = "bare"\n')
        self.check(0)

    def test_the_daemon_says_so_too(self):
        self.begin("acme/model", "acme/modle", interval="1s")
        daemon = self.start_daemon()

        def found():
            said = self.run_program("status", "--json")
            if said.returncode == 3:
                return None  # it has only begun to make its database
            models = {one["repo"]: one for one in json.loads(said.stdout)["models"]}
            wrong = models["acme/modle"]
            return wrong if wrong["last_error"] and models["acme/model"]["rating"] else None

        model = wait_for("the first looks", found)
        self.assertEqual((model["standing"], model["rating"]), ("not-found", None))
        self.assertIn("did you mean acme/model", model["last_error"])
        self.assertNotIn("repo-missing", self.open_kinds())
        self.stop_daemon(daemon)


if __name__ == "__main__":
    unittest.main(verbosity=1)
