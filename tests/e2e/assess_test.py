"""`modelwatch assess` against the hub of the rubric's tables: every rating, every finding with points, every format."""

import json
import os
import subprocess
import sys
import time
import unittest

import assessed
from assessed import FURTHER, LEVELS, ROWS, TABLE
from harness import PROGRAM, ROOT, Case

REFERENCE = [row.repo for row in TABLE[:3]]
DIMENSIONS = {"access": "access", "license": "license", "format": "format", "publisher": "publisher", "version": "timeliness"}
# The confidence is the known share of the checks that cost points while nothing is known; the derivation's and the
# jurisdiction's do not apply to every model, nor does the verification of an account to people.
COUNTED = ("access-gating", "access-notification", "access-ungated-derivative", "license-class", "license-provenance",
           "format-weights", "format-custom-code", "format-scan", "publisher-type", "publisher-jurisdiction",
           "publisher-verified", "publisher-single-point", "publisher-origin", "publisher-dormancy", "version-age",
           "version-maintenance", "version-superseded", "version-upstream")
NOT_FOR_ALL = ("access-ungated-derivative", "publisher-jurisdiction", "publisher-verified", "version-upstream")
FORMATS = ("table", "json", "markdown", "html", "sarif", "cyclonedx")


def findings_of(model):
    return {one["check"]: one for part in model["dimensions"] for one in part["findings"]}


def receipt_of(model):
    return {check: (one["outcome"], one["points"]) for check, one in findings_of(model).items() if one["points"] > 0}


def unknown_in(model):
    return {check for check, one in findings_of(model).items() if one["state"] == "unknown"}


def rank(model):
    return LEVELS.index(model["rating"])


class Assess(Case):
    def with_hub(self, policy="", hub_extra="", change=None):
        timeline = assessed.as_of_today()
        # The headers of a small budget would make the client hold back, which is another test's matter.
        timeline["settings"]["rate_limits"]["anonymous"] = {"api": 1_000_000, "resolvers": 1_000_000}
        if change:
            change({repo["id"]: repo for repo in timeline["repos"]}, timeline)
        self.hub = self.start_hub(timeline)
        self.registry = self.folder / "publishers.toml"
        self.registry.write_text(assessed.PUBLISHERS)
        self.write_config(self.hub, watches="", hub_extra=hub_extra,
                          extra=f'[policy]\npublishers_file = "{self.registry}"\n{policy}\n')

    def with_token(self):
        secret = self.folder / "token"
        secret.write_text("hf_reader\n")
        secret.chmod(0o600)
        self.with_hub(hub_extra=f'token_file = "{secret}"')

    def assess(self, *words, check=None):
        return self.json_of("assess", *words, check=check)["models"]

    def one(self, repo, check=None):
        models = self.assess(repo, check=check)
        self.assertEqual(len(models), 1)
        return models[0]


class Expectations(unittest.TestCase):
    def test_the_timeline_is_what_its_generator_writes(self):
        script = ROOT / "tests" / "hub" / "timelines" / "make_assessed.py"
        done = subprocess.run([sys.executable, "-B", script, "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_receipt_adds_up_to_its_score(self):
        for row in ROWS:
            sums = dict.fromkeys(assessed.DIMENSIONS, 0)
            for check, (_, points) in row.receipt.items():
                sums[DIMENSIONS[check.split("-")[0]]] += points
            with self.subTest(row.repo):
                self.assertEqual({name: min(points, 100) for name, points in sums.items()}, row.scores)
                self.assertEqual(sum(weight * row.scores[name] for weight, name in
                                     zip(assessed.WEIGHTS, assessed.DIMENSIONS)) / 100, row.score)


class Ratings(Assess):
    def compare(self, row, model):
        self.assertEqual(receipt_of(model), row.receipt)
        self.assertEqual({part["id"]: part["score"] for part in model["dimensions"]}, row.scores)
        self.assertEqual(model["score"], row.score)
        self.assertEqual(model["rating"], row.rating)
        self.assertEqual(model["floors"], row.floors)
        self.assertEqual(unknown_in(model), row.unknown)
        states = [findings_of(model)[check]["state"] for check in COUNTED]
        known, unknown = states.count("known"), states.count("unknown")
        self.assertAlmostEqual(model["confidence"], known / (known + unknown), places=9)
        self.assertEqual(known, len(COUNTED) - unknown - sum(check in NOT_FOR_ALL for check in COUNTED
                                                            if findings_of(model)[check]["state"] == "not-applicable"))
        self.assertEqual(model["provisional"], False)

    def compare_all(self, rows):
        models = {model["repo"]: model for model in self.assess(*(row.repo for row in rows))}
        for row in rows:
            with self.subTest(row.repo):
                self.compare(row, models[row.repo])

    def test_every_model_of_the_rubrics_tables_gets_its_rating(self):
        self.with_hub()
        self.compare_all(TABLE)

    def test_other_models_get_what_the_rubric_gives_them(self):
        self.with_hub()
        self.compare_all([row for row in FURTHER if not row.token])

    def test_a_private_copy_is_assessed_with_a_token_that_may_read_it(self):
        self.with_token()
        for row in FURTHER:
            if row.token:
                self.compare(row, self.one(row.repo))

    def test_the_ages_are_those_of_the_day_of_the_table(self):
        self.with_hub()
        findings = findings_of(self.one("tiiuae/falcon-7b"))
        self.assertIn("1101 days", findings["version-age"]["evidence"])
        self.assertIn("564 days", findings["version-maintenance"]["evidence"])

    def test_every_finding_says_what_it_rests_on_and_what_to_do(self):
        self.with_hub()
        for model in self.assess(*REFERENCE):
            self.assertEqual([part["id"] for part in model["dimensions"]], list(assessed.DIMENSIONS))
            self.assertTrue(model["vector"].startswith("MSC:1.0/"))
            self.assertTrue(model["disposition"])
            for one in findings_of(model).values():
                for key in ("evidence", "why", "remediation"):
                    self.assertTrue(one[key].strip(), (model["repo"], one["check"], key))

    def test_the_operators_jurisdictions_decide_and_no_others(self):
        self.with_hub(policy='elevated_jurisdictions = ["CN"]')
        model = self.one("Qwen/Qwen2.5-7B")
        self.assertEqual((model["score"], model["rating"], model["floors"]), (29.0, "Medium", ["F7"]))
        self.with_hub(policy='home_jurisdictions = ["AE"]')
        model = self.one("tiiuae/falcon-7b")
        self.assertEqual((model["score"], model["rating"]), (44.5, "Medium"))
        self.assertNotIn("F7", model["floors"])

    def test_popularity_never_lowers_a_score(self):
        def unknown(repos, _):
            repos["tiiuae/falcon-7b"]["downloads"] = 0
        self.with_hub(change=unknown)
        self.assertEqual(self.one("tiiuae/falcon-7b")["score"], 53.5)


class Asking(Assess):
    def test_nothing_but_the_endpoint_is_needed(self):
        self.with_hub()
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "HF_ENDPOINT": self.hub.url, "NO_COLOR": "1"}
        done = subprocess.run([PROGRAM, "assess", *REFERENCE, "--json"], capture_output=True, text=True, env=env,
                              cwd=self.folder, timeout=120)
        scores = {model["repo"]: (model["score"], model["rating"]) for model in json.loads(done.stdout)["models"]}
        self.assertEqual(scores, {row.repo: (row.score, row.rating) for row in TABLE[:3]})
        self.assertEqual(done.returncode, 0, done.stderr)
        left = sorted(path.name for path in self.folder.iterdir())
        self.assertEqual(left, ["modelwatch.toml", "publishers.toml", "timeline-0.json"])

    def test_every_format_shows_all_five_dimensions_of_each_model(self):
        self.with_hub()
        model = self.one(REFERENCE[0])
        titles = [part["title"] for part in model["dimensions"]]
        for name in FORMATS:
            with self.subTest(name):
                text = self.run_program("assess", *REFERENCE, "--format", name, check=0).stdout
                for repo in REFERENCE:
                    self.assertIn(repo, text)
                for word in titles if name in ("table", "markdown", "html") else assessed.DIMENSIONS:
                    self.assertIn(word, text)
                for rating in ("Low-Medium", "Medium-High", "High"):
                    self.assertIn(rating, text)
                if name in ("json", "sarif", "cyclonedx"):
                    json.loads(text)
        self.assertEqual(self.run_program("assess", "a/b", "--format", "yaml").returncode, 2)

    def test_a_rating_above_what_the_policy_allows_is_exit_code_one(self):
        self.with_hub(policy='max_rating = "Medium"')
        self.run_program("assess", "google/gemma-2-2b", check=0)
        self.run_program("assess", "mistralai/Mistral-7B-v0.1", check=0)
        self.run_program("assess", "tiiuae/falcon-7b", check=1)
        self.run_program("assess", "google/gemma-2-2b", "tiiuae/falcon-7b", check=1)

    def test_fail_on_is_exit_code_one_at_or_above_a_rating(self):
        self.with_hub()
        gemma, falcon, quant = "google/gemma-2-2b", "tiiuae/falcon-7b", "TheBloke/Mistral-7B-Instruct-v0.2-GGUF"
        for repo, rating in ((gemma, "Low-Medium"), (falcon, "Medium-High"), (quant, "High")):
            for level in LEVELS:
                with self.subTest(repo=repo, level=level):
                    wanted = int(LEVELS.index(rating) >= LEVELS.index(level))
                    self.run_program("assess", repo, "--fail-on", level.lower(), check=wanted)
        self.run_program("assess", gemma, falcon, "--fail-on", "Medium-High", "--json", check=1)
        self.run_program("assess", gemma, "nobody/nothing", "--fail-on", "Low", check=3)
        for word in ("critical", "banana", ""):
            done = self.run_program("assess", gemma, "--fail-on", word, check=2)
            self.assertIn("Medium-High", done.stderr)
        # What the policy does not allow stays too risky, whatever is asked for on the command line.
        self.with_hub(policy='max_rating = "Low"')
        self.run_program("assess", gemma, "--fail-on", "High", check=1)

    def test_may_i_use_it_is_answered_in_one_line_per_model(self):
        self.with_hub(policy='deny_licenses = ["apache-2.0"]')
        text = self.run_program("assess", *REFERENCE, check=0).stdout
        summary = text[:text.index("---")]
        said = {line.split("?")[0].removeprefix("May I use "): line.split("? ")[1].split(":")[0]
                for line in summary.splitlines() if line.startswith("May I use ")}
        self.assertEqual(said, {"google/gemma-2-2b": "With conditions", "tiiuae/falcon-7b": "No",
                                "TheBloke/Mistral-7B-Instruct-v0.2-GGUF": "No"})
        self.assertIn("policy-deny-licenses fails", text)
        self.assertRegex(text, r"(?m)^MODEL +RATING +SCORE .*MAY I USE IT\?$")
        one = self.run_program("assess", "google/gemma-2-2b", check=0).stdout
        line, = [line for line in one.splitlines() if line.startswith("May I use google/gemma-2-2b? ")]
        self.assertIn("rated Low-Medium (22)", line)
        answers = {model["repo"]: model["may_use"]["answer"] for model in self.assess(*REFERENCE)}
        self.assertEqual(set(answers.values()), {"with conditions", "no"})

    def test_what_does_not_exist_is_exit_code_three_and_says_which(self):
        self.with_hub(policy='max_rating = "Low"')
        for name in ("google/gemma-9", "nobody/nothing", "google/gemma-2-2b@0000000000000000000000000000000000000000",
                     "google/gemma-2-2b@no-such-branch", "acme-labs/vault-2-8b"):
            with self.subTest(name):
                done = self.run_program("assess", name, check=3)
                self.assertIn(name.split("@")[0], done.stderr)
        # One that is missing does not hide the others, and 3 wins over 1.
        done = self.run_program("assess", "nobody/nothing", "tiiuae/falcon-7b", "--json", check=3)
        self.assertEqual([model["repo"] for model in json.loads(done.stdout)["models"]], ["tiiuae/falcon-7b"])

    def test_a_report_goes_into_a_file_when_asked(self):
        self.with_hub()
        page = self.folder / "report.html"
        done = self.run_program("assess", "tiiuae/falcon-7b", "--format", "html", "--output", page, check=0)
        self.assertEqual(done.stdout, "")
        self.assertIn("tiiuae/falcon-7b", page.read_text(encoding="utf-8"))
        self.run_program("assess", "tiiuae/falcon-7b", "-o", self.folder / "no" / "such" / "folder", check=3)

    def test_a_malformed_name_is_exit_code_two(self):
        self.with_hub()
        for name in ("", "gemma 2", "a/b/c", "../etc/passwd", "google/", "/gemma", "google/gemma@", "https://"):
            with self.subTest(name):
                self.assertEqual(self.run_program("assess", name).returncode, 2)
        self.assertEqual(self.run_program("assess").returncode, 2)

    def test_a_revision_is_assessed_as_it_was(self):
        self.with_hub()
        model = self.one("tiiuae/falcon-7b@ec89142b67d748a1865ea4451372db8313ada0d8")
        self.assertEqual((model["score"], model["commit"][:8]), (53.5, "ec89142b"))
        model = self.one("openai-community/gpt2@9b865efde13a30c13e0a33e536cf3e4a5a9d71d8")
        self.assertEqual(receipt_of(model)["format-weights"][0], "pickle")  # safetensors came later

    def test_an_old_name_and_other_capitals_lead_to_the_model(self):
        def rename(repos, _):
            repos["google/gemma-2-2b"]["renamed_from"] = ["google/gemma2-2b"]
        self.with_hub(change=rename)
        for name in ("google/gemma2-2b", "Google/Gemma-2-2B"):
            self.assertEqual(self.one(name)["score"], 22.0)

    def test_paged_answers_give_the_same_ratings(self):
        def in_pages_of_two(_, timeline):
            timeline["settings"].update(listing_page=2, tree_page=3, tree_page_expand=2, commits_page=1)
        self.with_hub(change=in_pages_of_two)
        self.assertEqual([(model["score"], model["rating"]) for model in self.assess(*REFERENCE)],
                         [(row.score, row.rating) for row in TABLE[:3]])

    def test_a_token_with_a_grant_reads_the_card_too_and_changes_no_rating(self):
        self.with_token()
        for model, row in zip(self.assess(*REFERENCE), TABLE):
            self.assertEqual((model["score"], model["rating"], model["confidence"]), (row.score, row.rating, 1.0))

    def test_what_a_publisher_writes_reaches_no_terminal_and_no_page_as_markup(self):
        bad = "\x1b[2J\u202e<script>alert(1)</script> [x](javascript:1) ![](http://127.0.0.1:9/) | `"

        def spoil(repos, _):
            repo = repos["tiiuae/falcon-7b"]
            repo["cardData"].update(license="other", license_name=bad, license_link="javascript:alert(1)", new_version=bad)
            repo["commits"][-1]["title"] = bad
            repo["config"]["auto_map"] = {"AutoModel": bad}
            repo["commits"][0]["files"][bad.replace("/", "-") + ".bin"] = {"size": 2000000000}
        self.with_hub(change=spoil)
        for name in FORMATS:
            with self.subTest(name):
                text = self.run_program("assess", "tiiuae/falcon-7b", "--format", name).stdout
                self.assertNotIn("\x1b", text)
                if name in ("table", "markdown", "html"):
                    self.assertNotIn("\u202e", text)
                if name == "html":
                    self.assertNotIn("<script>alert", text)
                    self.assertNotIn('href="javascript:', text)
                if name == "markdown":  # in HTML these are plain letters
                    self.assertNotRegex(text, r"[^\\]\]\(javascript:")
                    self.assertNotRegex(text, r"[^\\]\]\(http://127.0.0.1:9/")

    def test_a_setting_that_runs_code_without_consent_costs_more_than_an_auto_map(self):
        settings = {"{\"k\": {\"trust_remote_code\": true, \"_name_or_path\": \"evil/x\"}}": ("implicit", 60, False),
                    "{\"_attn_implementation\": \"evil/x\"}": ("implicit", 60, False),
                    "{\"auto_map\": {\"AutoModel\": \"evil/x--m.M\"}}": ("automap", 30, True)}
        for text, (outcome, points, needs_consent) in settings.items():
            def write(repos, _):
                repos["EleutherAI/gpt-j-6b"]["commits"][-1]["files"]["config.json"] = {"text": text}
            with self.subTest(text):
                self.with_hub(change=write)
                model = self.one("EleutherAI/gpt-j-6b")
                found = findings_of(model)["format-custom-code"]
                self.assertEqual((found["outcome"], found["points"]), (outcome, points))
                self.assertEqual(model["reach"][-1]["needs_consent"], needs_consent)
                self.assertIn("evil/x", found["evidence"] + model["reach"][-1]["target"])

    def test_one_model_costs_few_requests(self):
        self.with_hub()
        self.one("google/gemma-2-2b")
        self.assertLess(len(self.hub.requests()), 15)


class Failing(Assess):
    """A hub that fails in part never makes a model look better, and what is missing has a name."""

    MODELS = (*REFERENCE, "meta-llama/Llama-3.1-8B", "EleutherAI/gpt-j-6b", "0penai/gpt-oss-2-20b", "openai/gpt-oss-20b")
    FAULTS = ({"type": "account"}, {"type": "listing"}, {"type": "tree"}, {"type": "scan"}, {"type": "discussions"},
              {"type": "refs"}, {"type": "commits"}, {"type": "resolve"}, {"type": "raw"}, {"type": "paths-info"},
              {"type": "info", "repo": "mistralai/Mistral-7B-Instruct-v0.2"},
              {"type": "info", "repo": "meta-llama/Llama-3.1-8B-Instruct"},
              {"type": "tree", "repo": "mistralai/Mistral-7B-Instruct-v0.2"},
              {"type": "info", "repo": "tiiuae/falcon-11B"}, {"type": "listing", "nth": 2})
    KINDS = ({"kind": "status", "status": 404}, {"kind": "status", "status": 403}, {"kind": "html"},
             {"kind": "wrong_types"}, {"kind": "garbage"})

    def rated(self, *repos):
        done = self.run_program("assess", *repos, "--json")
        self.assertIn(done.returncode, (0, 3), done.stderr)
        if not done.stdout.strip():
            self.assertEqual(done.returncode, 3)
            self.assertTrue(done.stderr.strip())
            return {}
        return {model["repo"]: model for model in json.loads(done.stdout)["models"]}

    def test_no_endpoint_that_fails_betters_a_rating(self):
        self.with_hub(hub_extra='timeout = "5s"')
        healthy = self.rated(*self.MODELS)
        self.assertEqual(set(healthy), set(self.MODELS))
        for where in self.FAULTS:
            for how in self.KINDS:
                with self.subTest(where=where, how=how):
                    self.hub.clear_faults()
                    self.hub.fault(**where, **how)
                    for repo, model in self.rated(*self.MODELS).items():
                        self.assertGreaterEqual(rank(model), rank(healthy[repo]), repo)
                        self.assert_every_gap_is_named(model, healthy[repo])

    def assert_every_gap_is_named(self, model, healthy):
        """A finding that came out otherwise is unknown, or says of which part nothing is known."""
        before, now = findings_of(healthy), findings_of(model)
        for check, one in now.items():
            if one["outcome"] == before[check]["outcome"]:
                continue
            named = one["state"] in ("unknown", "not-assessed") or "not known" in one["evidence"] or check in (
                "version-superseded", "publisher-verified")
            self.assertTrue(named, (model["repo"], check, before[check]["evidence"], one["evidence"]))

    def test_whatever_fails_every_gap_of_every_model_is_named(self):
        self.with_hub(hub_extra='timeout = "5s"')
        repos = [row.repo for row in ROWS if not row.token]
        healthy = self.rated(*repos)
        for kind in ("account", "listing", "tree", "scan", "discussions", "resolve"):
            with self.subTest(kind):
                self.hub.clear_faults()
                self.hub.fault(type=kind, kind="status", status=404)
                rated = self.rated(*repos)
                self.assertEqual(set(rated), set(repos))
                for repo, model in rated.items():
                    self.assert_every_gap_is_named(model, healthy[repo])
                    self.assertLessEqual(model["confidence"], healthy[repo]["confidence"], repo)

    def test_a_hub_that_does_not_answer_in_time_is_not_waited_for(self):
        self.with_hub(hub_extra='timeout = "1s"')
        for kind in ("account", "listing", "discussions"):
            with self.subTest(kind):
                self.hub.clear_faults()
                self.hub.fault(type=kind, kind="hang")
                begun = time.monotonic()
                for model in self.rated("google/gemma-2-2b").values():
                    self.assertGreaterEqual(rank(model), LEVELS.index("Low-Medium"))
                    self.assertTrue(unknown_in(model))
                self.assertLess(time.monotonic() - begun, 50)

    def test_what_fails_is_named(self):
        self.with_hub()
        self.hub.fault(type="account", kind="status", status=404)
        self.assertLessEqual({"publisher-single-point"}, unknown_in(self.one("google/gemma-2-2b")))
        self.hub.clear_faults()
        self.hub.fault(type="listing", kind="status", status=404)
        model = self.one("google/gemma-2-2b")
        self.assertLessEqual({"publisher-dormancy", "version-superseded"}, unknown_in(model))
        self.hub.clear_faults()
        self.hub.fault(type="info", repo="mistralai/Mistral-7B-Instruct-v0.2", kind="status", status=404)
        model = self.one(REFERENCE[1])
        self.assertLessEqual({"access-ungated-derivative", "license-provenance", "version-upstream"}, unknown_in(model))
        self.assertEqual(model["rating"], "High")

    def test_a_hub_that_tells_almost_nothing_gives_a_provisional_medium_not_a_low(self):
        """The last row of the rubric's table, as far as a hub can bring it about."""
        self.with_hub()
        bare = {"_id": "679d7a50aaaaaaaaaaaaaaaa", "id": "acme-labs/beacon-8b", "sha": "ab" * 20}
        self.hub.fault(type="info", repo="acme-labs/beacon-8b", kind="status", status=200, body=bare)
        for kind in ("tree", "scan", "discussions", "refs", "commits", "resolve", "listing", "account"):
            self.hub.fault(type=kind, kind="status", status=404)
        model = self.rated("acme-labs/beacon-8b")["acme-labs/beacon-8b"]
        self.assertEqual((model["rating"], model["provisional"]), ("Medium", True))
        self.assertIn("F9", model["floors"])
        self.assertLess(model["confidence"], 0.4)
        self.assertEqual({part["id"]: part["score"] for part in model["dimensions"]},
                         {"access": 30, "license": 40, "format": 60, "publisher": 20, "timeliness": 40})
        for check in ("access-gating", "license-class", "format-weights", "version-maintenance"):
            self.assertIn(check, unknown_in(model))


if __name__ == "__main__":
    unittest.main(verbosity=1)
