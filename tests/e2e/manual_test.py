"""The manual: what the program knows stands in it, what stands in it the program knows, and no formatter complains."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from harness import PROGRAM, PYTHON, ROOT

PAGES = ROOT / "conf" / "man"
ALONE = {"alerts", "outbox"}  # groups that do something without a subcommand


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60, check=True).stdout


def help_of(path):
    """The long options and the subcommands that `modelwatch PATH --help` prints."""
    options, children, inside = set(), [], False
    for line in run(PROGRAM, *path, "--help").splitlines():
        inside = line == "Subcommands:" or (inside and line.startswith("  "))
        option = re.match(r"  (?:-\w,)?(--[\w-]+)", line)
        child = re.match(r"  (\w[\w-]*)", line)
        if option:
            options.add(option.group(1))
        elif inside and child:
            children.append(child.group(1))
    return options - {"--help"}, children


def commands_of(path=()):
    options, children = help_of(path)
    if path and (not children or " ".join(path) in ALONE):
        yield " ".join(path), options
    for child in children:
        yield from commands_of((*path, child))


def plain(text):
    return re.sub(r"\\f.|\\&", "", text).replace("\\-", "-").replace("\\e", "\\")


def part(page, title):
    return re.search(rf"^\.SH {title}\n(.*?)(?=^\.SH |\Z)", page, re.M | re.S).group(1)


def tagged(text):
    """The tags of the .TP paragraphs."""
    return [plain(line.split(" ", 1)[1]).strip('"') for line in re.findall(r"^\.TP.*\n(\.[BI]+R? .*)$", text, re.M)]


def options_in(text):
    return {option for tag in tagged(text) for option in re.findall(r"--[\w-]+", tag)}


class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        folder = pathlib.Path(cls.folder.name)
        (folder / "keys.json").write_text(run(PROGRAM, "config", "keys", "--json"))
        made = run(PYTHON, "-B", ROOT / ".cmake" / "manual_keys.py", PAGES / "modelwatch.toml.5", folder / "keys.json")
        cls.keys = json.loads((folder / "keys.json").read_text())["keys"]
        cls.pages = {path.name: path.read_text() for path in PAGES.iterdir()} | {"modelwatch.toml.5": made}

    def test_every_command_and_option_stands_in_the_manual_and_no_other(self):
        texts = re.findall(r"^\.SS ([^\n]*)\n(.*?)(?=^\.SS |\Z)", part(self.pages["modelwatch.1"], "COMMANDS"), re.M | re.S)
        described = {name: options_in(text) for name, text in texts}
        known = dict(commands_of())
        self.assertGreater(len(known), 25)
        self.assertEqual(sorted(described), sorted(known))
        for name, options in known.items():
            self.assertEqual(sorted(described[name]), sorted(options), name)

    def test_the_options_before_the_command_stand_in_the_manual(self):
        described = options_in(part(self.pages["modelwatch.1"], "OPTIONS"))
        self.assertEqual(described, help_of(())[0] | {"--help"})

    def test_every_key_stands_in_its_section_with_its_type(self):
        text = part(self.pages["modelwatch.toml.5"], "KEYS")
        sections = dict(re.findall(r"^\.SS (\S+)\n(.*?)(?=^\.SS |\Z)", text, re.M | re.S))
        self.assertGreater(len(self.keys), 80)
        for key in self.keys:
            if key["section"] == "[hubs.NAME]":
                continue
            self.assertIn(f'{key["key"]} " ({key["kind"]})', tagged(sections[key["section"]]), key)
        self.assertEqual(list(sections), list(dict.fromkeys(key["section"] for key in self.keys)))

    def test_keys_of_the_program_are_the_tables_of_the_source(self):
        tables = "".join(path.read_text() for path in (ROOT / "daemon" / "config").glob("*_section*.cpp"))
        for key in self.keys:
            base = re.sub(r"_(file|credential|env)$", "", key["key"])
            self.assertTrue(f'"{key["key"]}"' in tables or f'"{base}"' in tables, key)

    def test_signals_and_exit_codes_are_those_of_the_source(self):
        source = "".join((ROOT / "daemon" / file).read_text() for file in ("main.cpp", "service_signals.cpp", "cli/daemon.cpp",
                                                                             "cli/standard_output.cpp"))
        page = self.pages["modelwatchd.8"]
        self.assertEqual(sorted(tagged(part(page, "SIGNALS"))), sorted(set(re.findall(r"\bSIG[A-Z]{3,}\b(?!_)", source)) - {"SIG"}))
        codes = re.findall(r"constexpr int \w+ = (\d);", (ROOT / "daemon/cli/session.hpp").read_text())
        self.assertEqual(codes, ["0", "1", "2", "3"])
        for name in ("modelwatch.1", "modelwatchd.8"):
            self.assertEqual(tagged(part(self.pages[name], "EXIT STATUS")), codes, name)

    def complaints(self, name, text):
        file = pathlib.Path(self.folder.name) / name
        file.write_text(text)
        env = {**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"}
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(file)], env=env,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        found = done.stderr
        if shutil.which("mandoc"):
            found += subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(file)], capture_output=True, text=True,
                                    timeout=60, check=False).stdout
        return found

    def test_formatters_find_nothing_to_complain_about(self):
        for name, text in self.pages.items():
            self.assertEqual(self.complaints(name, text), "", name)

    def test_the_check_of_the_formatting_can_fail(self):
        self.assertNotEqual(self.complaints("broken.1", ".TH BROKEN 1\n.SH NAME\n.XX what\n"), "")

    def test_pages_and_files_that_are_referred_to_exist(self):
        own = {"modelwatch (1)", "modelwatch.toml (5)", "modelwatchd (8)"}
        for name, text in self.pages.items():
            for page in re.findall(r"\.BR (modelwatch\S*) \((\d)\)", text):
                self.assertIn(f"{page[0]} ({page[1]})", own, name)
        for unit in (ROOT / "systemd").glob("*.service"):
            for page, number in re.findall(r"man:([\w.]+)\((\d)\)", unit.read_text()):
                self.assertTrue((PAGES / f"{page}.{number}").exists(), f"{unit.name}: {page}({number})")


if __name__ == "__main__":
    if shutil.which("man") is None:
        print("man is not installed")
        sys.exit(77)
    unittest.main(verbosity=1)
