"""manual_keys.py PAGE KEYS: prints PAGE with the keys that the program knows (`modelwatch config keys --json`) in the
place of its line `.\\" @KEYS@`. Keys that two sections share are described once."""

import json
import pathlib
import sys

MARK = '.\\" @KEYS@\n'
SAME = {"[hubs.NAME]": "[hub]"}


def roff(text):
    """Text as roff takes it literally."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def section(name, keys):
    yield f".SS {roff(name)}\n"
    if name in SAME:
        yield f"The keys of {roff(SAME[name])}.\n"
        return
    for key in keys:
        yield f".TP\n.BR {roff(key['key'])} \" ({roff(key['kind'])})\"\n{roff(key['about'])}.\n"


def main():
    page = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    keys = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))["keys"]
    if page.count(MARK) != 1:
        sys.exit(f"{sys.argv[1]}: has no line {MARK!r}")
    names = list(dict.fromkeys(key["section"] for key in keys))
    text = "".join(line for name in names for line in section(name, [k for k in keys if k["section"] == name]))
    sys.stdout.write(page.replace(MARK, text))


if __name__ == "__main__":
    main()
