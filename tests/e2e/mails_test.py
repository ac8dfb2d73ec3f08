"""Mails as people get them, through a real mail server: one commit is one story, the digest says what is to be decided,
and both can be read on a desk and on a phone (in Debian's Chromium, where there is one; pictures in BUILD/mails)."""

import datetime
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import unittest

from harness import BUILD, ROOT, Case, minimal_timeline
from page_stage import HOSTILE
from page_test import CHROMIUM, driver

sys.path.insert(0, str(ROOT / "tests" / "notify"))
from certificates import make_authority, make_server  # noqa: E402

PICTURES = BUILD / "mails"
OWN = "https://modelwatch.corp.example"
LONG = "checkpoints/" + "x" * 60 + "/model-00001-of-00002.safetensors"
ATTACK = {"model.safetensors": {"size": 1000000, "sha256": "bb" * 32},
          "README.md": {"text": "---\nlicense: cc-by-nc-4.0\n---\n# Model\n"}}
NEW_LICENSE = {"cardData": {"license": "cc-by-nc-4.0"}, "tags": ["license:cc-by-nc-4.0"]}


class Mails(Case):
    @classmethod
    def setUpClass(cls):
        if PICTURES.exists():
            shutil.rmtree(PICTURES)
        PICTURES.mkdir(parents=True)

    def begin(self, extra=""):
        self.authority = make_authority(str(self.folder), "authority")
        cert, key = make_server(str(self.folder), "server", self.authority, "IP:127.0.0.1,DNS:localhost")
        self.server = self.start_sink("smtp_sink.py", "--tls", "implicit", "--cert", cert, "--key", key)
        timeline = minimal_timeline()
        first = timeline["repos"][0]
        timeline["repos"] += [{**first, "id": "acme/quiet", "_id": "65a000000000000000000002"},
                              {**first, "id": "acme/hostile-model", "_id": "65a000000000000000000003"}]
        self.hub = self.start_hub(timeline)
        self.configure("", extra)
        self.baseline = self.check()["models"][0]["baseline_commit"]
        self.configure(f'deployed = "{self.baseline}"\n', extra)
        self.check()

    def configure(self, pin, extra):
        watches = (f'[[watch]]\nrepo = "acme/model"\nlabels = {{ env = "prod", owner = "search" }}\n{pin}'
                   '[[watch]]\nrepo = "acme/quiet"\n[[watch]]\nrepo = "acme/hostile-model"\n')
        mail = (f'[[notifier]]\nname = "mail"\ntype = "email"\nsmtp = "smtps://127.0.0.1:{self.server.ready["port"]}"\n'
                f'ca_file = "{self.authority[0]}"\nfrom = "modelwatch@corp.example"\nto = ["ops@corp.example"]\n'
                '[digest]\nschedule = "Mon 09:00"\ntimezone = "Asia/Kolkata"\nnotifiers = ["mail"]\n')
        self.write_config(self.hub, watches, extra + mail)
        text = self.config.read_text()
        self.config.write_text(text.replace('listen = ""', f'listen = ""\npublic_url = "{OWN}/"'))

    def mails(self):
        mails = [one for one in self.server.records() if one["event"] == "mail"]
        return [{**one, "text": one["text"].replace("\r\n", "\n")} for one in mails]

    def attack(self):
        self.hub.do(action="commit", repo="acme/model", title="Update model", files=ATTACK, patch=NEW_LICENSE)
        return {one["kind"]: one for one in self.check(1)["alerts"]}

    def look_at(self, **mails):
        """Every mail in a browser, at both widths."""
        files = []
        for name, mail in mails.items():
            files.append(PICTURES / f"{name}.html")
            files[-1].write_text(mail["html"], encoding="utf-8")
        folder, missing = driver()
        if missing:
            print(f"SKIPPED: no mail was looked at in a browser: {missing}", flush=True)
            return
        done = subprocess.run(["node", folder / "mails.mjs", CHROMIUM, PICTURES, *files], text=True, timeout=300,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout.splitlines()[-1], r"^end: \d+ mails, 0 failed$", done.stdout)

    def test_one_commit_is_one_story(self):
        self.begin()
        told = self.attack()
        self.assertLessEqual({"weights-replaced", "license-changed", "outdated"}, set(told))
        mail, = self.mails()
        self.assertRegex(mail["subject"], r"^\[(HIGH|CRITICAL)\] acme/model: weights replaced \(model\.safetensors\), "
                                          r"license changed .*, production not affected \[env=prod, owner=search\]$")
        text = mail["text"]
        self.assertEqual(text.count("What changed"), 1)
        self.assertEqual(text.count("acme/model: "), 1)
        self.assertIn(f"\nYou are safe while pinned to {self.baseline[:8]}.\n", text)
        self.assertRegex(text, r"\n  committed by \S+, \d{4}-\d\d-\d\d \d\d:\d\d IST: \"Update model\"\n")
        self.assertEqual(text.count("bb" * 32), 1)
        own, hub = text.index(f"{OWN}/models/acme/model?revision=main"), text.index(self.hub.url)
        self.assertLess(own, hub)
        self.assertLess(text.rindex("modelwatch alerts ack"), text.index("modelwatch accept"))
        for alert in told.values():
            self.assertIn(alert["id"], text)
            self.assertIn(alert["id"], mail["html"])
        self.assertNotRegex(text + mail["html"], "[\u200b-\u200f\u2060\ufeff]")
        self.run_program("accept", "acme/model", "--by", "alice", "--reason", "compared", check=0)
        self.check()
        over = self.mails()[-1]
        self.assertTrue(over["subject"].startswith("[RESOLVED] acme/model: "), over["subject"])
        self.look_at(alert=mail, resolved=over)

    def test_texts_of_a_hostile_publisher_break_no_mail(self):
        self.begin()
        self.hub.do(action="commit", repo="acme/hostile-model", title=HOSTILE + " " + "w" * 300,
                    files={LONG: {"size": 4_000_000_000, "sha256": "cc" * 32}, "model.safetensors": None,
                           "modeling_x.py": {"text": "import os\n"}},
                    patch={"cardData": {"license": "other", "license_name": HOSTILE}})
        self.check(1)
        self.look_at(hostile=self.mails()[-1])

    def remember_ratings(self):
        """What three months of polls would have left."""
        with sqlite3.connect(self.state / "modelwatch.db") as database:
            for key, body in database.execute("SELECT watch, body FROM rating").fetchall():
                record = json.loads(body)
                levels = (("Low-Medium", 21.0), ("Low-Medium", 24.5), ("Medium", 41.0), ("Medium-High", 52.5), ("High", 66.0))
                record["trend"] = [{"at": f"2026-{9 + i // 4:02}-{1 + 7 * (i % 4):02}T09:00:00Z", "level": level, "score": score}
                                   for i, (level, score) in enumerate(levels)]
                database.execute("UPDATE rating SET body = ? WHERE watch = ?", (json.dumps(record), key))

    def test_the_digest_says_once_what_is_to_be_decided(self):
        self.begin('[policy]\nmax_rating = "Low"\n')
        head = self.attack()["weights-replaced"]["commit"]
        soon = (datetime.date.today() + datetime.timedelta(days=10)).isoformat()
        self.run_program("review", "acme/quiet", "approve", "--commit", self.baseline, "--by", "eve", "--reason", "looked",
                         "--until", soon, check=0)
        self.run_program("alerts", "silence", "--repo", "acme/hostile*", "--until", "9d", "--by", "bob",
                         "--reason", "planned retraining", check=0)
        self.remember_ratings()
        self.run_program("digest", "--send", check=0)
        mail = self.mails()[-1]
        text, html = mail["text"], mail["html"]
        decisions = text[text.index("\nDecisions needed\n"):text.index("\nOpen alerts\n")]
        self.assertIn("acme/model [env=prod, owner=search]: unreviewed change", decisions)
        self.assertIn(head[:8], decisions)
        self.assertIn("repo acme/hostile*, kind *: silence ends", decisions)
        for words in ("Decisions needed", "Open alerts", "Against policy", "▂▂▄▅▆ Low-Medium 21.0"):
            self.assertIn(words, text)
        for words in ("Decisions needed", "Open alerts", "Against policy", "Low-Medium 21.0"):
            self.assertIn(words, html)
        self.assertEqual(len(re.findall(r"weights-replaced", text)), 1)
        self.assertEqual(len(re.findall(r"weights-replaced", html)), 1)
        self.assertIn(f'href="{OWN}/models/acme/model?revision=main"', html)
        self.assertRegex(text, r"From \d{4}-\d\d-\d\d \d\d:\d\d IST to \d{4}-\d\d-\d\d \d\d:\d\d IST\.")
        self.assertNotRegex(text, r"\d\dT\d\d:\d\d")
        self.look_at(digest=mail)


if __name__ == "__main__":
    unittest.main(verbosity=1)
