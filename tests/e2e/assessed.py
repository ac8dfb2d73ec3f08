"""What the rubric gives for every model of timelines/assessed.json, worked out by hand (assess.md 2.4 to 2.7), and the
way to serve that hub today: every date is moved so that each model is as old now as it was on the day of the table."""

import datetime
import json
import pathlib
import re

TIMELINE = pathlib.Path(__file__).resolve().parents[1] / "hub" / "timelines" / "assessed.json"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
OBJECT_ID = re.compile(r"[0-9a-f]{24}")
DIMENSIONS = ("access", "license", "format", "publisher", "timeliness")
WEIGHTS = (15, 10, 25, 30, 20)
LEVELS = ("Low", "Low-Medium", "Medium", "Medium-High", "High")

# The registry of the tests: publishers that do not exist, as an operator would enter them.
PUBLISHERS = """[publisher.acme-labs]
kind = "org"
type = "large-tech"
gov_link = "none"
country = "US"
[publisher.0penai]
kind = "org"
type = "unknown"
denylisted = true
"""


def moved(text, by):
    when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) + by
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def moved_id(text, by):
    """The first four bytes of an `_id` are its creation time."""
    return f"{int(text[:8], 16) + int(by.total_seconds()):08x}{text[8:]}"


def shift(value, by):
    if isinstance(value, dict):
        return {key: moved_id(item, by) if key == "_id" and OBJECT_ID.fullmatch(item) else shift(item, by)
                for key, item in value.items()}
    if isinstance(value, list):
        return [shift(item, by) for item in value]
    return moved(value, by) if isinstance(value, str) and DATE.fullmatch(value) else value


def as_of_today():
    """The timeline with the ages of its own day, today."""
    timeline = json.loads(TIMELINE.read_text(encoding="utf-8"))
    day = datetime.datetime.fromisoformat(timeline["as_of"].replace("Z", "+00:00"))
    return shift(timeline, datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - day)


class Row:
    """`receipt` names every finding with points: "check outcome points"; what is not named has none."""

    def __init__(self, repo, scores, score, rating, floors, receipt, unknown=(), token=False, gated=False):
        self.repo, self.score, self.rating, self.token = repo, score, rating, token
        if gated:  # without a grant nobody can read the card, where a publisher would announce the end
            unknown = [*unknown, "version-eol"]
        self.scores = dict(zip(DIMENSIONS, scores))
        self.floors = floors.split()
        self.unknown = set(unknown)
        self.receipt = {}
        for line in receipt.strip().splitlines():
            check, outcome, points = line.split()
            self.receipt[check] = (outcome, int(points))


OPEN_ORG = "access-gating no 20\naccess-notification org 20\n"
OPEN_USER = "access-gating no 20\naccess-notification user 30\n"
INDIVIDUAL = "publisher-type individual 60\npublisher-single-point single 20\n"
USER = "publisher-type user 60\npublisher-single-point single 20\n"
NORTHLIGHT = "publisher-type org 40\npublisher-verified neither 10\n"
GGUF_OF_OTHERS = "format-weights inert 10\nformat-template third-party 10\npublisher-origin repackaged 20\n"


def ages(age, maintenance, superseded=None):
    points = {"ageing": 10, "old": 20, "slow": 10, "dormant": 20, "abandoned": 40, "unknown": 10, "possible": 20,
              "point": 20, "one": 40, "many": 60}
    words = {"version-age": age, "version-maintenance": maintenance, "version-superseded": superseded}
    return "".join(f"{check} {word} {points[word]}\n" for check, word in words.items() if word)


# assess.md 2.6 and 2.7.
TABLE = [
    Row("google/gemma-2-2b", (0, 40, 0, 0, 90), 22.0, "Low-Medium", "F1",
        "license-class custom 40\n" + ages("ageing", "dormant", "many"), gated=True),
    Row("TheBloke/Mistral-7B-Instruct-v0.2-GGUF", (50, 10, 20, 100, 100), 63.5, "High", "F2 F5",
        OPEN_USER + "license-provenance same 10\n" + INDIVIDUAL + GGUF_OF_OTHERS + "publisher-dormancy dormant 20\n"
        "publisher-blast-radius popular 10\nversion-upstream both 40\n" + ages("old", "abandoned")),
    Row("tiiuae/falcon-7b", (40, 0, 50, 50, 100), 53.5, "Medium-High", "F7",
        OPEN_ORG + "format-weights mixed 20\nformat-custom-code automap 30\npublisher-type gov 20\n"
        "publisher-jurisdiction foreign-gov 30\n" + ages("old", "dormant", "many")),
    Row("meta-llama/Llama-3.1-8B", (0, 40, 20, 0, 70), 23.0, "Low-Medium", "F1",
        "license-class custom 40\nformat-weights mixed 20\n" + ages("ageing", "dormant", "one"), gated=True),
    Row("mistralai/Mistral-7B-v0.1", (40, 0, 20, 10, 100), 34.0, "Medium", "F1",
        OPEN_ORG + "format-weights mixed 20\npublisher-type lab 10\n" + ages("old", "abandoned", "many")),
    Row("Qwen/Qwen2.5-7B", (40, 0, 0, 0, 70), 20.0, "Low-Medium", "F1", OPEN_ORG + ages("ageing", "dormant", "one")),
    Row("EleutherAI/gpt-j-6b", (40, 0, 60, 10, 70), 38.0, "Medium-High", "F3",
        OPEN_ORG + "format-weights pickle 60\npublisher-type nonprofit 10\n" + ages("old", "abandoned", "unknown"),
        unknown=["version-superseded"]),
    Row("bartowski/Meta-Llama-3.1-8B-Instruct-GGUF", (80, 50, 20, 100, 70), 66.0, "High", "F2",
        OPEN_USER + "access-ungated-derivative repackaged 30\nlicense-class custom 40\nlicense-provenance same 10\n"
        + INDIVIDUAL + GGUF_OF_OTHERS + "publisher-blast-radius popular 10\nversion-upstream both 40\n"
        + ages("ageing", "dormant")),
    Row("unsloth/DeepSeek-V3-GGUF", (40, 40, 20, 30, 70), 38.0, "Medium", "F1",
        OPEN_ORG + "license-provenance looser 40\npublisher-type startup 10\n" + GGUF_OF_OTHERS
        + "version-upstream both 40\n" + ages("ageing", "dormant")),
    Row("openai/gpt-oss-20b", (20, 0, 20, 10, 10), 13.0, "Low", "",
        "access-gating no 20\nformat-weights mixed 20\npublisher-type lab 10\n" + ages(None, None, "unknown"),
        unknown=["version-superseded"]),
    Row("quietfox/assistant-7b", (50, 60, 80, 80, 10), 59.5, "High", "F2 F3 F4 F8",
        OPEN_USER + "license-class none 60\nformat-weights pickle 60\nformat-scan unscanned 20\n" + USER
        + ages(None, None, "unknown"), unknown=["format-scan", "publisher-type", "version-superseded"]),
    Row("acme-labs/relay-2-8b", (0, 0, 100, 0, 0), 25.0, "High", "F3 F6", "format-scan unsafe 100\n", gated=True),
    Row("0penai/gpt-oss-2-20b", (40, 0, 10, 100, 0), 38.5, "High", "F2 F6",
        OPEN_ORG + "format-custom-code py 10\npublisher-type org 40\npublisher-single-point single 20\n"
        "publisher-blast-radius popular 10\npublisher-lookalike confirmed 100\npublisher-account-age new 20\n",
        unknown=["publisher-type"]),
]

# Models that the tables do not have.
FURTHER = [
    Row("microsoft/phi-2", (20, 0, 0, 0, 100), 23.0, "Low-Medium", "F1",  # SECURITY.md is a contact
        "access-gating no 20\n" + ages("old", "abandoned", "many")),
    Row("01-ai/Yi-34B", (40, 0, 20, 10, 60), 26.0, "Low-Medium", "F1",
        OPEN_ORG + "format-weights mixed 20\npublisher-type lab 10\n" + ages("old", "dormant", "point")),
    Row("google/gemma-2b", (0, 40, 0, 0, 100), 24.0, "Low-Medium", "F1",  # no generation in the name: never "many"
        "license-class custom 40\n" + ages("old", "abandoned", "one"), gated=True),
    Row("NousResearch/Meta-Llama-3.1-8B", (70, 50, 20, 30, 70), 43.5, "Medium", "F1",  # ungated mirror of a gated base
        OPEN_ORG + "access-ungated-derivative repackaged 30\nlicense-class custom 40\nlicense-provenance same 10\n"
        "format-weights mixed 20\npublisher-type startup 10\npublisher-origin repackaged 20\nversion-upstream both 40\n"
        + ages("ageing", "dormant")),
    Row("BAAI/bge-m3", (40, 0, 20, 10, 70), 28.0, "Low-Medium", "F1",
        OPEN_ORG + "format-weights mixed 20\npublisher-type nonprofit 10\n" + ages("old", "abandoned", "unknown"),
        unknown=["version-superseded"]),
    Row("google-bert/bert-base-uncased", (40, 0, 20, 80, 70), 49.0, "Medium-High", "F2",
        OPEN_ORG + "format-weights mixed 20\npublisher-type community 30\npublisher-dormancy dormant 20\n"
        "publisher-origin repackaged 20\npublisher-blast-radius popular 10\n" + ages("old", "abandoned", "unknown"), unknown=["version-superseded"]),
    Row("openai-community/gpt2", (40, 0, 20, 60, 70), 43.0, "Medium", "F2",  # the registry: a mirror of openai's
        OPEN_ORG + "format-weights mixed 20\npublisher-type community 30\npublisher-blast-radius popular 10\n"
        "publisher-origin repackaged 20\n" + ages("old", "abandoned", "unknown"), unknown=["version-superseded"]),
    Row("CohereLabs/c4ai-command-r-v01", (10, 60, 0, 10, 50), 20.5, "Medium", "F8",
        "access-gating auto 10\nlicense-class nc 60\npublisher-type lab 10\n" + ages("old", "dormant", "unknown"),
        unknown=["version-superseded"], gated=True),
    Row("ykilcher/gpt-4chan", (100, 0, 60, 100, 70), 74.0, "High", "F2 F3 F4 F5 F6",
        "access-gating auto 10\naccess-disabled disabled 100\nformat-weights pickle 60\n" + USER
        + "publisher-dormancy dormant 20\n" + ages("old", "abandoned", "unknown"),
        unknown=["publisher-type", "version-superseded"], gated=True),
    Row("meta-llama/Llama-2-7b", (0, 40, 60, 0, 100), 39.0, "Medium-High", "F3",
        "license-class custom 40\nformat-weights pickle 60\n" + ages("old", "abandoned", "many"), gated=True),
    Row("quietfox/letters-lora", (60, 50, 0, 90, 30), 47.0, "Medium-High", "F2",
        OPEN_USER + "access-ungated-derivative tuned 10\nlicense-class custom 40\nlicense-provenance same 10\n" + USER
        + "publisher-origin tuned 10\nversion-upstream one 20\n" + ages(None, None, "unknown"),
        unknown=["publisher-type", "version-superseded"]),
    Row("quietfox/blend-7b", (60, 40, 0, 90, 30), 46.0, "Medium-High", "F2",  # the strictest base is non-commercial
        OPEN_USER + "access-ungated-derivative tuned 10\nlicense-provenance looser 40\n" + USER
        + "publisher-origin tuned 10\nversion-upstream one 20\n" + ages(None, None, "unknown"),
        unknown=["publisher-type", "version-superseded"]),
    Row("quietfox/Mistral-7B-Instruct-v0.3-AWQ", (60, 20, 0, 100, 20), 45.0, "Medium-High", "F2",
        OPEN_USER + "access-ungated-derivative unknown 10\nlicense-provenance unknown 20\n" + USER
        + "publisher-origin undeclared 20\nversion-upstream unknown 10\n" + ages(None, None, "unknown"),
        unknown=["access-ungated-derivative", "license-provenance", "publisher-type", "version-superseded",
                 "version-upstream"]),
    Row("northlight/glow-2-edge", (40, 0, 20, 50, 0), 26.0, "Low-Medium", "F1",
        OPEN_ORG + NORTHLIGHT + "format-weights onnx 20\n", unknown=["publisher-type"]),
    Row("northlight/glow-2-keras", (40, 0, 40, 50, 0), 31.0, "Medium", "F1",
        OPEN_ORG + NORTHLIGHT + "format-weights framework 40\n", unknown=["publisher-type"]),
    Row("northlight/glow-2-llamafile", (40, 0, 60, 50, 0), 36.0, "Medium-High", "F3",
        OPEN_ORG + NORTHLIGHT + "format-weights executable 60\n", unknown=["publisher-type"]),
    Row("acme-labs/vault-2-8b", (20, 0, 0, 0, 0), 3.0, "Low", "", "access-notification org 20\n", token=True),
    Row("northlight/odd-terms-2-7b", (40, 40, 0, 50, 0), 25.0, "Low-Medium", "F1",
        OPEN_ORG + NORTHLIGHT + "license-class unlisted 40\n", unknown=["publisher-type"]),
    Row("northlight/old-hand-2-7b", (40, 0, 0, 50, 60), 33.0, "Medium", "F1",
        OPEN_ORG + NORTHLIGHT + "version-eol past 60\n", unknown=["publisher-type"]),
    Row("northlight/tune-2-7b", (40, 50, 0, 60, 20), 33.0, "Medium", "F2",
        OPEN_ORG + "license-class custom 40\nlicense-provenance same 10\n" + NORTHLIGHT
        + "publisher-origin tuned 10\nversion-upstream one 20\n", unknown=["publisher-type"]),
    Row("northlight/lost-base-2-7b-gguf", (50, 20, 20, 70, 10), 37.5, "Medium", "F2",
        OPEN_ORG + "access-ungated-derivative unknown 10\nlicense-provenance unknown 20\n" + NORTHLIGHT
        + GGUF_OF_OTHERS + "version-upstream unknown 10\n",
        unknown=["access-ungated-derivative", "license-provenance", "publisher-type", "version-upstream"]),
    Row("openai-official/gpt-oss-2-20b", (40, 0, 10, 100, 0), 38.5, "Medium", "F2",  # nobody has confirmed it yet
        OPEN_ORG + "format-custom-code py 10\n" + NORTHLIGHT + "publisher-single-point single 20\n"
        "publisher-blast-radius popular 10\npublisher-lookalike near 60\npublisher-account-age new 20\n",
        unknown=["publisher-type"]),
    Row("Open-OSS/privacy-filter", (40, 0, 10, 100, 10), 40.5, "High", "F2 F6",
        OPEN_ORG + "format-custom-code py 10\npublisher-type org 40\npublisher-single-point single 20\n"
        "publisher-blast-radius popular 10\npublisher-lookalike confirmed 100\npublisher-account-age new 20\n"
        + ages(None, None, "unknown"), unknown=["publisher-type", "version-superseded"]),
]

ROWS = TABLE + FURTHER
