"""The limits of an Adaptive Card through a Teams Workflows webhook, as a checker.

teams_problems(document, body) lists what Teams would refuse, and what nobody should send: text of others where Teams
reads Markdown, a mention, a placeholder, a link other than a button's.
"""

import json
import re

LIMIT = 28 * 1024  # measured by Teams after a conversion of its own
CARD = "application/vnd.microsoft.card.adaptive"
RUN = {"type", "text", "weight", "color", "size", "fontType", "isSubtle", "italic"}


def run_problems(run, where):
    if not isinstance(run, dict) or run.get("type") != "TextRun":
        return [f"{where}: not a TextRun"]
    problems = [f"{where}: unknown property {name}" for name in run if name not in RUN]
    text = run.get("text")
    if not isinstance(text, str) or not text:
        return problems + [f"{where}: no text"]
    if re.search(r"[\x00-\x1f\x7f\u202a-\u202e]", text):
        problems.append(f"{where}: a control character")
    if re.search(r"</?at|\]\(|\{\{|[$@]\{", text, re.IGNORECASE):
        problems.append(f"{where}: a mention, link or placeholder: {text[:80]!r}")
    if re.search(r"://|\bwww\.", text, re.IGNORECASE):
        problems.append(f"{where}: something that reads as a link: {text[:80]!r}")
    return problems


def action_problems(action, where):
    if not isinstance(action, dict) or action.get("type") != "Action.OpenUrl":
        return [f"{where}: not an Action.OpenUrl"]
    problems = []
    if not re.fullmatch(r"https?://[^\s<>\"'|\\^`{}]+", action.get("url", "")):
        problems.append(f"{where}: url")
    if not action.get("title"):
        problems.append(f"{where}: no title")
    return problems


def block_problems(block, where):
    kind = block.get("type") if isinstance(block, dict) else None
    if kind == "RichTextBlock":
        inlines = block.get("inlines")
        if not isinstance(inlines, list) or not inlines:
            return [f"{where}: no inlines"]
        return [p for i, run in enumerate(inlines) for p in run_problems(run, f"{where}.inlines[{i}]")]
    if kind == "ActionSet":
        return [p for i, one in enumerate(block.get("actions", [])) for p in action_problems(one, f"{where}[{i}]")]
    return [f"{where}: {kind} is not expected here"]


def card_problems(card):
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["content: not an AdaptiveCard"]
    problems = []
    if card.get("version") not in ("1.2", "1.3", "1.4", "1.5"):
        problems.append("content.version: not one that Teams shows")
    if "entities" in card.get("msteams", {}):
        problems.append("content.msteams: mentions")
    body = card.get("body")
    if not isinstance(body, list) or not body:
        return problems + ["content.body: empty"]
    return problems + [p for i, block in enumerate(body) for p in block_problems(block, f"body[{i}]")]


def teams_problems(document, body):
    if not isinstance(document, dict) or document.get("type") != "message":
        return ["payload: not a message"]
    problems = []
    if max(len(body), len(json.dumps(document))) > LIMIT:
        problems.append("size: over 28 KB")
    attachments = document.get("attachments")
    if not isinstance(attachments, list) or len(attachments) != 1:
        return problems + ["attachments: one is expected"]
    if attachments[0].get("contentType") != CARD:
        problems.append("attachments: not an Adaptive Card")
    return problems + card_problems(attachments[0].get("content"))
