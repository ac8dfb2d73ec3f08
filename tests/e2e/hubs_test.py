"""Servers with the Hub's API that others wrote: each tells less, allows less, and says it in other words. What people
hear must be the same."""

import base64
import json
import unittest

from harness import Case, minimal_timeline

README = "---\nlicense: apache-2.0\n---\n# Model\n"
CONFIG = '{"architectures": ["LlamaForCausalLM"]}\n'
EMPTY_ROW = {"oid": "", "path": "", "type": "", "size": 0}

# What each server does differently: `settings` of the double, `silent`: fields that its info does not have,
# `digits` of a commit id.
PROFILES = {
    "the Hub": {},
    "KohakuHub": {
        "settings": {"sibling_hashes": False, "commits_total": False, "commits_most": 100, "listing_expand": False,
                     "etag_304": False},
        "silent": ["cardData", "config", "tags", "_id"], "digits": 64},
    "hfd": {
        "settings": {"sibling_hashes": False, "commits_total": False, "lost_revision_is_empty": True,
                     "tree_rows": [EMPTY_ROW], "link_origin": "http://hfd.internal:8080"},
        "silent": ["config"]},
    "olah": {
        "settings": {"listing": False, "listing_most": 1, "tree_most": 100, "tree_page": 2},
        "silent": ["config"]},
}


def commit_id(number, digits):
    return f"{number:0{digits}x}"


class Hub(Case):
    def afresh(self):
        """As if this were the only case."""
        self.tearDown()
        self.setUp()


class Hubs(Hub):
    def start(self, name):
        profile = PROFILES[name]
        self.digits = profile.get("digits", 40)
        self.silent = profile.get("silent", [])
        self.serial = 0x1000
        timeline = minimal_timeline(config={"architectures": ["LlamaForCausalLM"]})
        timeline["settings"].update(profile.get("settings", {}))
        repo = timeline["repos"][0]
        for field in self.silent:
            repo.pop(field, None)
        for commit in repo["commits"]:
            commit["id"] = self.next_id()
        other = dict(repo, id="acme/other")
        other["commits"] = [{"title": "c", "date": "now-9d", "id": self.next_id(), "files": {"a.txt": {"text": "a"}}}]
        timeline["repos"].append(other)
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, '[[watch]]\nrepo = "acme/model"\n[[watch]]\nrepo = "acme/other"\n', sink=self.sink)
        report = self.check(0)
        self.assertEqual((report["failed"], report["alerts"]), ([], []), name)

    def next_id(self):
        self.serial += 1
        return commit_id(self.serial, self.digits)

    def commit(self, title, files, **patch):
        told = {field: value for field, value in patch.items() if field not in self.silent}
        number = self.next_id()
        self.hub.do(action="commit", repo="acme/model", title=title, date="now", id=number, files=files, patch=told)
        return number

    def told(self, code=None):
        report = self.check(code)
        self.assertEqual(report["failed"], [])
        return {alert["kind"]: alert for alert in report["alerts"]}

    def each(self, scenario):
        for name in PROFILES:
            with self.subTest(server=name):
                self.afresh()
                self.start(name)
                scenario()

    def test_a_changed_licence_is_told(self):
        def scenario():
            self.commit("New terms", {"README.md": {"text": README.replace("apache-2.0", "cc-by-nc-4.0")}},
                        cardData={"license": "cc-by-nc-4.0"}, tags=["license:cc-by-nc-4.0"])
            alert = self.told()["license-changed"]
            self.assertEqual(alert["evidence"]["old_ids"], ["apache-2.0"])
            self.assertEqual(alert["evidence"]["new_ids"], ["cc-by-nc-4.0"])
            self.commit("Back", {"README.md": {"text": README}}, cardData={"license": "apache-2.0"},
                        tags=["license:apache-2.0"])
            self.assertEqual(self.told()["license-changed"]["state"], "resolved")
        self.each(scenario)

    def test_foreign_code_in_the_configuration_is_told(self):
        def scenario():
            target = "evil/code--modeling.Model"
            self.commit("Tidy up", {"config.json": {"text": json.dumps({"auto_map": {"AutoModel": target}})}},
                        config={"auto_map": {"AutoModel": target}})
            self.assertIn(target, json.dumps(self.told()["code-added"]))
        self.each(scenario)

    def test_a_card_that_says_the_same_is_no_news(self):
        def scenario():
            self.commit("Typo", {"README.md": {"text": README + "More words.\n"}})
            self.assertEqual(list(self.told(0)), ["commits-added"])
        self.each(scenario)

    def test_many_commits_are_counted(self):
        def scenario():
            for number in range(130):
                self.commit(f"Note {number}", {"notes.md": {"text": f"{number}\n"}})
            self.assertEqual(self.told(0)["commits-added"]["evidence"]["commits"], 130)
        self.each(scenario)

    def test_a_repo_that_goes_is_missing_at_the_second_look(self):
        def scenario():
            self.hub.do(action="delete", repo="acme/model")
            self.assertEqual(self.told(0), {})
            self.assertEqual(self.told()["repo-missing"]["repo"], "acme/model")
        self.each(scenario)

    def test_a_lost_revision_is_told(self):
        def scenario():
            self.hub.do(action="create_branch", repo="acme/model", branch="stable")
            self.write_config(self.hub, '[[watch]]\nrepo = "acme/model"\nrevision = "stable"\n', sink=self.sink)
            self.told(0)
            self.hub.do(action="delete_ref", repo="acme/model", branch="stable")
            self.told(0)
            self.assertTrue(self.told()["history-rewritten"]["evidence"]["deleted"])
        self.each(scenario)

    def test_a_commit_is_reviewed_gated_and_deployed_by_its_whole_id(self):
        def scenario():
            number = self.commit("Note", {"notes.md": {"text": "n\n"}})
            self.told()
            self.run_program("review", "acme/model", "approve", "--commit", number, "--by", "ann", "--reason", "read",
                             check=0)
            self.assertEqual(self.json_of("gate", f"acme/model@{number}", check=0)["commit"], number)
            self.assertEqual(self.json_of("gate", f"acme/model@{number[:-1]}0", check=1)["verdict"], "fail")
            watch = f'[[watch]]\nrepo = "acme/model"\nbaseline = "{number}"\ndeployed = "{number}"\n'
            self.write_config(self.hub, watch, sink=self.sink)
            status = self.check(0)["models"][0]
            self.assertEqual((status["baseline_commit"], status["deployed_commit"]), (number, number))
        self.each(scenario)


class OneServer(Hub):
    """What one setting of a server does, with the rest as the Hub has it."""

    def begin(self, settings=None, **repo):
        timeline = minimal_timeline(**repo)
        timeline["settings"].update(settings or {})
        self.hub = self.start_hub(timeline)
        self.write_config(self.hub)

    def test_a_merge_is_counted_with_the_commits_that_it_brought(self):
        self.begin({"commits_by_date": True})
        self.check(0)
        for number in range(4):
            self.hub.do(action="commit", repo="acme/model", title=f"Branch {number}", date=f"now-{39 - number}d",
                        files={f"note-{number}.md": {"text": "n\n"}})
        self.hub.do(action="commit", repo="acme/model", title="Merge branch", date="now", files={})
        alert = self.check(0)["alerts"][0]
        self.assertEqual((alert["kind"], alert["evidence"]["commits"]), ("commits-added", 5))
        self.assertEqual(alert["evidence"]["titles"], ["Merge branch"] + [f"Branch {n}" for n in (3, 2, 1, 0)])

    def test_odd_rows_of_a_tree_are_named_and_nothing_else(self):
        rows = [EMPTY_ROW, {"type": "unknown", "oid": "ab" * 20, "path": "third_party/llama.cpp", "size": 0}]
        self.begin({"tree_rows": rows, "sibling_hashes": False})
        report = self.check(0)
        self.assertIn("third_party/llama.cpp", report["models"][0]["detail"])
        self.assertIn("an empty row", report["models"][0]["detail"])
        self.assertEqual((report["failed"], report["alerts"]), ([], []))
        self.assertIn("third_party/llama.cpp", self.run_program("check", check=0).stdout)
        config = self.config.read_text(encoding="utf-8").replace("[daemon]", '[daemon]\nlog_level = "debug"')
        self.config.write_text(config, encoding="utf-8")
        self.assertIn("third_party/llama.cpp", self.run_program("check", check=0).stderr)

    def test_odd_characters_blind_no_watch(self):
        marks = {"@LONE@": rb"\ud83d", "@LOW@": rb"\udc00", "@NUL@": rb"\u0000", "@RAW@": b"\xff\xc0\xaf"}
        spellings = {mark: base64.b64encode(spelling).decode() for mark, spelling in marks.items()}
        self.begin({"spellings": spellings})
        self.check(0)
        for mark in marks:
            with self.subTest(mark):
                self.hub.do(action="commit", repo="acme/model", title=f"Nova {mark}", files={"n.md": {"text": mark}},
                            patch={"pipeline_tag": f"text {mark}", "cardData": {"license": "apache-2.0", "x": mark},
                                   "tags": ["license:apache-2.0", f"tag {mark}"]})
                report = self.check(0)
                self.assertEqual((report["failed"], [a["kind"] for a in report["alerts"]]), ([], ["commits-added"]))
                self.assertIn("Nova", json.dumps(self.json_of("history", "acme/model")))

    def test_a_base_model_by_url_is_the_model_that_it_names(self):
        self.begin(id="acme/tuned", cardData={"license": "apache-2.0", "base_model": "https://huggingface.co/acme/base"})
        self.hub.do(action="create", repo={"id": "acme/base", "gated": False, "cardData": {"license": "gemma"},
                                           "tags": ["license:gemma"], "commits": [{"title": "c", "files": {
                                               "model.safetensors": {"size": 10, "sha256": "bb" * 32}}}]})
        report = self.json_of("assess", "acme/tuned")
        self.assertNotIn("huggingface.co/acme/base", json.dumps(report["models"][0]["dimensions"]))
        self.assertIn("acme/base", json.dumps(report))

    def test_a_tree_that_lacks_files_of_the_info_is_not_believed(self):
        self.begin({"sibling_hashes": False})
        self.check(0)
        self.hub.do(action="commit", repo="acme/model", title="More", files={"onnx/model.onnx": {"text": "x"}})
        rows = [{"type": "file", "oid": "ab" * 20, "path": "config.json", "size": 3}]
        self.hub.fault(type="tree", kind="status", status=200, body=rows)
        report = self.check(3)
        self.assertIn("lacks", report["failed"][0]["error"])
        self.assertEqual(report["alerts"], [])
        self.hub.clear_faults()
        self.assertEqual(self.check()["failed"], [])

    def test_a_card_that_cannot_be_read_is_no_changed_licence(self):
        for silent in (False, True):
            with self.subTest(silent=silent):
                self.afresh()
                self.begin(**({"cardData": None, "tags": []} if silent else {}))
                self.check(0)
                self.hub.do(action="commit", repo="acme/model", title="Oops", files={
                    "README.md": {"text": "---\nlicense: [apache-2.0\n---\n# Model\n"}},
                    patch={"cardData": None, "tags": [] if silent else ["region:us"]})
                report = self.check()
                self.assertEqual(report["failed"], [])
                alert = next(a for a in report["alerts"] if a["kind"] == "license-changed")
                self.assertIn("can no longer be read", alert["summary"])
                self.assertIn("apache-2.0", alert["summary"])
                self.assertEqual(alert["severity"], "medium")


if __name__ == "__main__":
    unittest.main(verbosity=1)
