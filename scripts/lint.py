#!/usr/bin/env python3
"""Rules of the house that no compiler knows: coroutine shapes, the arrows between rooms, forbidden words."""

import pathlib
import re
import subprocess
import sys

# Which room may include which (ARCHITECTURE.md).
ROOMS = {
    "daemon/model": set(),
    "daemon/diff": {"daemon/model"},
    "daemon/assess": {"daemon/model"},
    "daemon/report": {"daemon/assess", "daemon/model"},
    "daemon/alerting": {"daemon/model"},
    "daemon/inspect": {"daemon/model"},
    "daemon/config": {"daemon/model"},
    "daemon/net": {"daemon/model"},
    "daemon/hub": {"daemon/net", "daemon/model"},
    "daemon/notify": {"daemon/net", "daemon/model", "daemon/alerting"},
    "daemon/http": {"daemon/net", "daemon/model", "storage"},
    "storage": {"daemon/model"},
}

# Shapes that some compilers turn into broken code without a word (toolchain: GCC 12).
COROUTINE_SHAPES = [
    (re.compile(r"\bco_await\b[^;]*\[[^\]]*\]\s*(?:\([^)]*\))?\s*(?:mutable\s*)?(?:->[^{]*)?\{"),
     "co_await in one expression with a lambda"),
    (re.compile(r"\bco_await\b[^;{]*\([^;{]*\{"), "co_await in one expression with a braced temporary"),
    (re.compile(r"&&\s*co_await|\|\|\s*co_await"), "co_await behind && or ||"),
]


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", *patterns], capture_output=True, text=True, check=True)
    return [pathlib.Path(line) for line in listed.stdout.splitlines() if pathlib.Path(line).exists()]


def room_of(path):
    text = str(path)
    fitting = [room for room in ROOMS if text.startswith(room + "/")]
    return max(fitting, key=len) if fitting else None


def without_comments(line):
    return re.sub(r"//.*", "", line)


def condition_of(code):
    """What stands between the parentheses of the first if, while or switch; empty when there is none."""
    found = re.search(r"\b(?:if|while|switch)\s*(?:constexpr\s*)?\(", code)
    if not found:
        return ""
    depth, begin = 1, found.end()
    for at in range(begin, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return code[begin:at]
    return code[begin:]


def check_coroutines(path, lines):
    for number, line in enumerate(lines, 1):
        code = without_comments(line)
        if "co_await" in condition_of(code):
            yield f"{path}:{number}: co_await inside a condition: name the value first, await it alone"
        for shape, what in COROUTINE_SHAPES:
            if shape.search(code):
                yield f"{path}:{number}: {what}: name the value first, await it alone"


def check_includes(path, lines):
    room = room_of(path)
    if room is None:
        return
    for number, line in enumerate(lines, 1):
        found = re.match(r'#include "([^"]+)"', line)
        if not found:
            continue
        other = room_of(pathlib.Path(found.group(1)))
        inside = found.group(1).startswith(room + "/")
        if not inside and (other is None or other not in ROOMS[room]) and "generated" not in found.group(1):
            yield f"{path}:{number}: {room} may not include {found.group(1)}"


def check_detached(path, lines):
    for number, line in enumerate(lines, 1):
        code = without_comments(line)
        if re.search(r"\basio::detached\b", code):
            yield f"{path}:{number}: no detached coroutine: somebody must wait for it"
        if re.search(r"\b(?:io_context|loop|context|ioc)_?\.stop\(\)", code) and not str(path).startswith("tests/"):
            yield f"{path}:{number}: no stop() of the loop: end its work instead"


def main():
    problems = []
    for path in tracked("daemon/*.cpp", "daemon/*.hpp", "storage/*.cpp", "storage/*.hpp", "tests/*.cpp", "tests/*.hpp"):
        lines = path.read_text(encoding="utf-8").splitlines()
        problems += check_coroutines(path, lines)
        problems += check_includes(path, lines)
        problems += check_detached(path, lines)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
