"""The published limits of Slack's incoming webhooks and Block Kit, as a checker.

slack_problems(document) lists what Slack would refuse, and what nobody should send (a mention, or a link whose
label hides where it leads). slack_error(document, problems) is the text that Slack answers with.
"""

import re

MENTION = re.compile(r"<[!@#]")
TOKEN = re.compile(r"<([^<>]*)>")
LINK = re.compile(r"https?://[^\s|<>]+(\|[^|<>]+)?$")


def text_object(item, limit, where, kinds=("plain_text", "mrkdwn")):
    if not isinstance(item, dict) or item.get("type") not in kinds:
        return [f"{where}: not a text object of type {' or '.join(kinds)}"]
    text = item.get("text")
    if not isinstance(text, str) or not 1 <= len(text) <= limit:
        return [f"{where}: text must have 1 to {limit} characters"]
    return markup(text, where) if item["type"] == "mrkdwn" else []


def markup(text, where):
    problems = []
    if MENTION.search(text):
        problems.append(f"{where}: a mention")
    for token in TOKEN.findall(text):
        if not LINK.match(token):
            problems.append(f"{where}: <{token}> is no plain link")
    if re.search(r"[<>]", TOKEN.sub("", text)) or re.search(r"&(?!amp;|lt;|gt;)", text):
        problems.append(f"{where}: unescaped &, < or >")
    return problems


def button(item, where):
    problems = text_object(item.get("text"), 75, where, ("plain_text",))
    for key, limit in (("url", 3000), ("value", 2000), ("action_id", 255)):
        if key in item and not 1 <= len(item[key]) <= limit:
            problems.append(f"{where}: {key} must have 1 to {limit} characters")
    if "url" in item and not re.match(r"https?://", item["url"]):
        problems.append(f"{where}: url is not http(s)")
    return problems


def section(block, where):
    problems = []
    if "text" not in block and "fields" not in block:
        problems.append(f"{where}: neither text nor fields")
    if "text" in block:
        problems += text_object(block["text"], 3000, where)
    fields = block.get("fields", [])
    if "fields" in block and not 1 <= len(fields) <= 10:
        problems.append(f"{where}: 1 to 10 fields")
    for index, field in enumerate(fields):
        problems += text_object(field, 2000, f"{where}.fields[{index}]")
    return problems


def block_problems(block, where):
    if not isinstance(block, dict):
        return [f"{where}: not an object"]
    kind, problems = block.get("type"), []
    if len(str(block.get("block_id", ""))) > 255:
        problems.append(f"{where}: block_id over 255 characters")
    if kind == "header":
        return problems + text_object(block.get("text"), 150, where, ("plain_text",))
    if kind == "section":
        return problems + section(block, where)
    if kind == "divider":
        return problems
    elements = block.get("elements", [])
    limit = {"context": 10, "actions": 25}.get(kind)
    if limit is None:
        return problems + [f"{where}: unknown type {kind}"]
    if not isinstance(elements, list) or not 1 <= len(elements) <= limit:
        return problems + [f"{where}: 1 to {limit} elements"]
    for index, element in enumerate(elements):
        inner = f"{where}.elements[{index}]"
        problems += text_object(element, 3000, inner) if kind == "context" else button(element, inner)
    return problems


def slack_problems(document):
    if not isinstance(document, dict):
        return ["payload: not an object"]
    problems = []
    text = document.get("text")
    if not isinstance(text, str) or not text:
        problems.append("text: missing")
    elif len(text) > 4000:
        problems.append("text: over 4000 characters")
    else:
        problems += markup(text, "text")
    blocks = document.get("blocks", [])
    if not isinstance(blocks, list) or len(blocks) > 50:
        return problems + ["blocks: more than 50"]
    for index, block in enumerate(blocks):
        problems += block_problems(block, f"blocks[{index}]")
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    if len(ids) != len(set(ids)):
        problems.append("blocks: block_id used twice")
    return problems


def slack_error(document, problems):
    if not isinstance(document, dict):
        return "invalid_payload"
    return "no_text" if problems[0].startswith("text: missing") else "invalid_blocks"
