"""The status page in Debian's Chromium: the cases are in tests/page/cases.mjs. Skipped where Chromium, Node.js or the
npm package cannot be had, with a word about which. Pictures of every run are left in BUILD/page."""

import json
import re
import shutil
import subprocess
import unittest
import urllib.request

from harness import BUILD, ROOT, Case, wait_for
from page_stage import MARK, hostile_commit, timeline

PAGE = ROOT / "tests" / "page"
CHROMIUM = shutil.which("chromium")
TOKEN = "a-token-for-tests"
PICTURES = BUILD / "page"


def driver():
    """The folder with the cases and the driver beside them, or why there is none."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            return None, f"{program} is not installed (scripts/setup --test)"
    if CHROMIUM is None:
        return None, "chromium is not installed (scripts/setup --test)"
    if not (PAGE / "node_modules" / "playwright-core" / "package.json").exists():
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=PAGE, text=True,
                              capture_output=True, timeout=240, check=False)
        if done.returncode != 0:
            return None, "npm could not install playwright-core: " + done.stderr.strip()[-300:]
    return PAGE, None


class Page(Case):
    def setUp(self):
        super().setUp()
        self.hub = self.start_hub(timeline())
        self.sink = self.start_sink()
        watches = ('[[watch]]\nrepo = "acme/model"\nlabels = { env = "<b>prod</b>", team = "{{{q}}}" }\n'
                   f'deployed = "{self.commit_of("acme/model")}"\n'
                   '[[watch]]\nrepo = "acme/old"\n[[watch]]\nrepo = "zeta/young"\n')
        self.write_config(self.hub, watches, sink=self.sink)
        text = self.config.read_text()
        self.config.write_text(text.replace('listen = ""', 'listen = "127.0.0.1:0"\napi_token_env = "TOKEN"'))
        self.start_daemon({"TOKEN": TOKEN})
        found = wait_for("the door", lambda: re.search(r"listening where=(\S+)", self.daemon_log()))
        self.origin = f"http://{found.group(1)}"
        wait_for("all models", lambda: self.get("/api/v1/models")["total"] == 3)
        for repo in ("acme/model", "acme/old", "zeta/young"):
            self.poll(repo)
            wait_for("a rating", lambda repo=repo: self.models(repo)[0]["rating"])

    def commit_of(self, repo):
        with urllib.request.urlopen(f"{self.hub.url}/api/models/{repo}", timeout=10) as answer:
            return json.loads(answer.read())["sha"]

    def get(self, path):
        with urllib.request.urlopen(self.origin + path, timeout=10) as answer:
            return json.loads(answer.read())

    def models(self, repo):
        return self.get(f"/api/v1/models/{repo}")["models"]

    def poll(self, repo):
        request = urllib.request.Request(f"{self.origin}/api/v1/models/{repo}/check", data=b"{}", method="POST",
                                         headers={"Authorization": f"Bearer {TOKEN}"})
        urllib.request.urlopen(request, timeout=10).read()

    def alert(self, repo):
        self.poll(repo)
        wait_for("an alert", lambda: any(a["repo"] == repo and a["kind"] == "weights-replaced" for r in
                                         self.sink.records() for a in r["json"]["data"].get("alerts", [])))
        wait_for("an alert in the fleet", lambda: self.models(repo)[0]["open_alerts"])

    def new_alert(self):
        self.hub.do(action="commit", repo="zeta/young", title="Better weights",
                    files={"model.safetensors": {"size": 4_000_000_000, "sha256": "ee" * 32}})
        self.alert("zeta/young")

    def test_the_page_in_a_browser(self):
        folder, missing = driver()
        if missing:
            print(f"SKIPPED: the status page was not looked at in a browser: {missing}", flush=True)
            self.skipTest(missing)
        self.hub.do(**hostile_commit())
        self.alert("acme/model")
        PICTURES.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(["node", folder / "run.mjs", CHROMIUM, self.origin, MARK, PICTURES], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.kill)
        said = []
        for line in process.stdout:
            said.append(line.rstrip())
            print(said[-1], flush=True)
            if said[-1] == "want: alert":
                self.new_alert()
                process.stdin.write("done\n")
                process.stdin.flush()
        self.assertEqual(process.wait(60), 0, "\n".join(said))
        self.assertRegex(said[-1], r"^end: \d\d cases, 0 failed$")


if __name__ == "__main__":
    unittest.main()
