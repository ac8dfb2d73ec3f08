"""The published limits of PagerDuty's Events API v2, as a checker, and what its incidents do.

pagerduty_problems(document, body, key) lists what PagerDuty would refuse, and what nobody should send (text of others
that a reader takes for a link).
"""

import json
import re
import threading

SEVERITIES = ("critical", "error", "warning", "info")
ACTIONS = ("trigger", "acknowledge", "resolve")
FIELDS = {"routing_key", "event_action", "dedup_key", "payload", "client", "client_url", "links", "images"}
PAYLOAD = {"summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details"}


def texts(value):
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(item)


def payload_problems(payload):
    if not isinstance(payload, dict):
        return ["payload: missing"]
    problems = [f"payload: unknown field {name}" for name in payload if name not in PAYLOAD]
    for name in ("summary", "source"):
        if not isinstance(payload.get(name), str) or not payload[name]:
            problems.append(f"payload.{name}: missing")
    if len(payload.get("summary") or "") > 1024:
        problems.append("payload.summary: over 1024 characters")
    if payload.get("severity") not in SEVERITIES:
        problems.append("payload.severity: none of critical, error, warning, info")
    stamp = payload.get("timestamp", "2026-01-01T00:00:00Z")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", stamp):
        problems.append("payload.timestamp: not ISO 8601")
    if any(re.search(r"://|\bwww\.", text, re.IGNORECASE) for text in texts(payload)):
        problems.append("payload: something that reads as a link")
    return problems


def link_problems(links):
    return [f"links: {link!r}" for link in links
            if not isinstance(link, dict) or not re.fullmatch(r"https?://[^\s<>\"]+", link.get("href", ""))]


def pagerduty_problems(document, body, key):
    if not isinstance(document, dict):
        return ["event: not an object"]
    problems = [f"event: unknown field {name}" for name in document if name not in FIELDS]
    if len(body) > 512 * 1024:
        problems.append("event: over 512 KB")
    if document.get("routing_key") != key:
        problems.append("routing_key: not known here")
    action, dedup = document.get("event_action"), document.get("dedup_key")
    if action not in ACTIONS:
        problems.append("event_action: none of trigger, acknowledge, resolve")
    if not isinstance(dedup, str) or not 1 <= len(dedup) <= 255:
        problems.append("dedup_key: 1 to 255 characters")
    if action == "trigger":
        problems += payload_problems(document.get("payload"))
    return problems + link_problems(document.get("links", []))


def pagerduty_answer(document, problems):
    if problems:
        return json.dumps({"status": "invalid event", "message": "Event object is invalid", "errors": problems})
    return json.dumps({"status": "success", "message": "Event processed", "dedup_key": document["dedup_key"]})


class Incidents:
    """dedup_key → state of what is not resolved."""

    def __init__(self):
        self.lock = threading.Lock()
        self.states = {}

    def take(self, event):
        with self.lock:
            key, action = event["dedup_key"], event["event_action"]
            if action == "trigger":
                self.states.setdefault(key, "triggered")
            elif action == "resolve":
                self.states.pop(key, None)
            elif key in self.states:
                self.states[key] = "acknowledged"

    def open_now(self):
        with self.lock:
            return len(self.states)
