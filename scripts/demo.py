"""The story that scripts/run tells: the real daemon against a stand-in for the Hub, a chat and a mail server.

The three models and some of the steps come from tests/hub/timelines/reference.json, which says what in it is real.
"""

import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import textwrap

from demo_stage import FALCON, GEMMA, GGUF, Stage, Troupe, Trouble, replaced

WIDTH = 78
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# ------------------------------------------------------------------------------------------------------ the screen

COLOURED = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
PAINT = {"bold": "1", "dim": "2", "low": "36", "medium": "33", "high": "31", "critical": "1;31", "info": "2"}


def painted(text, how):
    return f"\x1b[{PAINT[how]}m{text}\x1b[0m" if COLOURED and how in PAINT else text


def say(text=""):
    print(text, flush=True)


def paragraph(text):
    say(textwrap.fill(" ".join(text.split()), WIDTH))
    say()


def entry(label, text, more=(), how=None):
    """A labelled text, wrapped beside its label; further lines stand below it."""
    first = True
    for line in (text, *more):
        for part in textwrap.wrap(line, WIDTH - 12, subsequent_indent="  ", break_on_hyphens=False) or [""]:
            shown = painted(part, how) if first and how else part
            say("  " + painted(f"{label if first else '':10}", "dim") + shown)
            first = False


def heading(number, text):
    say(painted(f"{number}. {text}", "bold"))


# ------------------------------------------------------------------------------------------------------- the story

FILE = "mistral-7b-instruct-v0.2.Q4_K_M.gguf"
STEPS = [
    ("Replaced weights", GGUF, "weights-replaced", replaced(GGUF, FILE),
     f"commit \"Upload model\" puts other bytes under {FILE}: same name, same size"),
    ("A license change", FALCON, "license-changed", "license-change",
     "commit \"Update the license\": the model card no longer says apache-2.0"),
    ("A gating change", GEMMA, "gating-changed", "gating-change",
     "a setting, no commit: who asks for access gets it without a person looking"),
    ("A rewritten history", GGUF, "history-rewritten",
     {"action": "super_squash", "repo": GGUF, "title": "Super-squash branch 'main'"},
     "all commits squashed into one: the commit that people pinned left main"),
    ("A rename", GGUF, "repo-renamed", "rename",
     "the repo moves to …-archive-GGUF; the old name redirects, for now"),
    ("A stale model", GEMMA, "stale", None,
     "nothing, for too long: a shorter limit is loaded now, and its last commit is older"),
]


def open_alert(stage, repo, kind):
    return next((a for a in stage.alerts() if (a["repo"], a["kind"]) == (repo, kind)), None)


def tell_alert(alert):
    entry("alert", f"{alert['severity']}  {alert['kind']}", how=alert["severity"])
    entry("", alert["summary"])


def introduce():
    paragraph("modelwatch watches AI model repositories, compares each with the state that you trust, and tells people "
              "what changed and what to do: other weights under an old name, another license, a rewritten history …")
    paragraph("Now, without any network, in half a minute: a stand-in for the Hugging Face Hub serves three real "
              "models (real names, commits and licenses, hashes where they are known). What happens to them from step 2 on "
              "is invented. The daemon looks every second, where an hour is usual, and tells a Slack-like chat and a "
              "mailbox, stand-ins as well.")


def baseline(stage):
    heading(1, "Baseline: the first look is the state that you trust")
    for model in stage.wait("a first look at all three models", lambda: looked_at(stage)):
        entry("model", f"{model['repo']:38} {model['baseline_commit'][:8]}  risk: {model['rating']}")
    quiet = [a["repo"].split("/")[1] for a in stage.alerts() if a["kind"] == "stale"]
    entry("alerts", f"{' and '.join(quiet)}: stale already. What the first look finds is listed, and not sent.")
    entry("chat", f"{stage.chat.count() or 'no'} messages")
    entry("mail", f"{stage.mail.count() or 'no'} messages")
    say()


def looked_at(stage):
    models = (stage.ask("status") or {"models": []})["models"]
    return models if len(models) == 3 and all(m["rating"] for m in models) else None


def play(stage, number, step):
    title, repo, kind, action, what = step
    heading(number, title)
    entry("hub now", repo, [what])
    if action:
        stage.change(action)
    else:
        stage.lose_patience()
    alert = stage.wait(f"the alert {kind}", lambda: open_alert(stage, repo, kind))
    tell_alert(alert)
    chat = stage.wait(f"a chat message about {kind}", lambda: stage.chat.texts_about(alert["id"]))
    mail = stage.wait(f"a mail about {kind}", lambda: stage.mail.texts_about(alert["id"]))
    lines = chat[0].splitlines()
    entry("chat", lines[0], [line for line in lines if line.startswith("Do now:")])
    entry("mail", f"Subject: {mail[0]}")
    say()


def show(stage, *words, most=None):
    say(painted("$ modelwatch " + " ".join(words), "bold"))
    lines = (stage.run(*words, capture=most is not None) or "").rstrip().splitlines()
    for line in lines[:most]:
        say(line if len(line) <= WIDTH else line[:WIDTH - 1] + "…")
    if most and len(lines) > most:
        say(painted(f"… and {len(lines) - most} more lines", "dim"))
    say()


def look_back(stage):
    stage.troupe.end(stage.daemon)
    paragraph(f"Every change was notified once: {stage.chat.count()} chat messages, {stage.mail.count()} mails. Alerts "
              "stay open until the change is undone or you accept it. The daemon has been ended; what it knows is in its "
              "database:")
    show(stage, "status")
    show(stage, "diff", FALCON, most=27)


def suggest(command, what):
    say(f"  {command:36}  {what}" if len(command) <= 36 else f"  {command}\n{'':40}{what}")


def farewell(stage, keep):
    say(painted("What to try next", "bold"))
    suggest("scripts/run --live", "the same three models on the real Hub")
    suggest(f"{stage.program} --help", "every command")
    suggest("conf/modelwatch.toml", "every setting, explained")
    if not keep:
        suggest("scripts/run --keep", "this again, keeping its files to look at")
        return
    say("\nTo look at what this one left behind:")
    say(f"  export MODELWATCH_CONFIG={stage.config}")
    say(f"  export PATH={pathlib.Path(stage.program).resolve().parent}:$PATH")
    suggest("modelwatch alerts list", "what is open")
    suggest(f"modelwatch history {FALCON}", "its commits and events")
    suggest(f"modelwatch accept {FALCON} --by YOU --reason 'read it'", "trust its present state")
    suggest(f"ls {stage.folder}", "daemon.log, chat.jsonl, mail.jsonl …")


def play_all(stage, keep):
    introduce()
    baseline(stage)
    for number, step in enumerate(STEPS, 2):
        play(stage, number, step)
    look_back(stage)
    farewell(stage, keep)


def read_words():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--double", required=True)
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def be_ended(number, _frame):
    for other in ENDINGS:
        signal.signal(other, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main():
    for number in ENDINGS:
        signal.signal(number, be_ended)
    words = read_words()
    troupe = Troupe(pathlib.Path(tempfile.mkdtemp(prefix="modelwatch-demo-")))
    try:
        play_all(Stage(troupe, words.program, words.double), words.keep)
    finally:
        troupe.end_all()
        if not words.keep:
            shutil.rmtree(troupe.folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        print(f"scripts/run: {trouble}", file=sys.stderr)
        sys.exit(3)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
