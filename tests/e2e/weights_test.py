"""Weights under names that nobody listed, bytes that only moved, and a history that tells each thing once."""

import unittest

from harness import Case, minimal_timeline

NAMES = ("X.Q8_0.gguf.part1of2", "llama-2-70b.Q8_0.gguf-split-a", "rust_model.ot",
         "model.ckpt-1000000.data-00000-of-00001", "danger.dat", "danger")


def heavy(digit):
    return {"size": 1000, "sha256": digit * 64}


def genuine(text):
    """What is read as a text must be what its hash promises."""
    return {"text": text, "lfs": True}


class Weights(Case):
    def begin(self, files=None):
        timeline = minimal_timeline()
        timeline["repos"][0]["commits"][-1]["files"].update(files or {})
        self.hub = self.start_hub(timeline)
        self.sink = self.start_sink()
        self.write_config(self.hub, sink=self.sink)
        return self.check(0)

    def commit(self, **files):
        self.hub.do(action="commit", repo="acme/model", title="Update", files=files)
        return {alert["kind"]: alert for alert in self.check()["alerts"]}

    def test_a_replaced_file_is_told_whatever_it_is_called(self):
        self.begin({name: heavy("a") for name in NAMES})
        told = self.commit(**{name: heavy("b") for name in NAMES})
        self.assertEqual(set(told), {"weights-replaced"})
        files = [one["path"] for one in told["weights-replaced"]["evidence"]["files"]]
        self.assertEqual(sorted(files), sorted(NAMES))

    def test_a_file_of_no_known_format_that_comes_may_run_code(self):
        self.begin()
        told = self.commit(**{"danger.dat": heavy("d"), "danger": heavy("e")})
        self.assertEqual(set(told), {"weights-added", "unsafe-format-added"})
        alert = told["unsafe-format-added"]
        self.assertIn("unknown format", alert["summary"])
        self.assertEqual(alert["evidence"]["tiers"], {"unknown": 2})

    def test_pictures_and_tokenizers_in_lfs_are_no_weights(self):
        known = ("picture.png", "clip.mp4", "train.parquet", "tokenizer.model")
        self.begin({**{name: heavy("a") for name in known}, "tokenizer.json": genuine("{}\n")})
        told = self.commit(**{name: heavy("b") for name in known}, **{"tokenizer.json": genuine("{\"version\": \"1.0\"}\n")})
        self.assertEqual(set(told), {"commits-added", "tokenizer-changed"})

    def test_a_renamed_file_is_told_as_moved_and_as_nothing_else(self):
        self.begin()
        told = self.commit(**{"model.safetensors": None, "renamed.safetensors": {"size": 1000000, "sha256": "aa" * 32}})
        self.assertEqual(set(told), {"commits-added"})
        alert = told["commits-added"]
        self.assertEqual(alert["severity"], "low")
        moved = alert["evidence"]["moved"]
        self.assertEqual([(one["from"], one["to"]) for one in moved], [("model.safetensors", "renamed.safetensors")])
        self.assertNotIn("touch no weights", alert["detail"])

    def test_what_opened_at_first_sight_stands_once_in_history_and_digest(self):
        timeline = minimal_timeline()
        for commit in timeline["repos"][0]["commits"]:
            commit["date"] = "now-400d"
        timeline["repos"][0]["commits"][-1]["files"] = {"pytorch_model.bin": heavy("a")}
        self.hub = self.start_hub(timeline)
        self.write_config(self.hub)
        for _ in range(4):
            self.check()
        self.assertEqual(self.open_kinds(), ["stale", "unsafe-format-added"])
        told = [event["what"] for event in self.json_of("history", "acme/model")["events"]]
        self.assertEqual(sorted(told), ["baseline-created", "stale", "unsafe-format-added"])
        changes = [one for one in self.json_of("digest")["sections"] if one["id"] == "changes"]
        rows = [" ".join(map(str, row["cells"])) for part in changes for row in part["rows"]]
        self.assertEqual(len([row for row in rows if "stale" in row]), 1, rows)


if __name__ == "__main__":
    unittest.main(verbosity=1)
