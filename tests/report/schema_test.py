"""SARIF and CycloneDX documents against their official schemas; see tests/schemas/README.md."""

import json
import os
import pathlib
import subprocess
import unittest

import jsonschema

DRIVER = os.environ["REPORT_DRIVER"]
SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "schemas"
SAMPLES = [["falcon"], ["gemma"], ["thebloke"], ["unreachable"], ["hostile"],
           ["falcon", "gemma", "thebloke", "unreachable", "hostile", "falcon"]]


def schema(name):
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def validator(name):
    document = schema(name)
    known = {one["$id"]: one for one in map(schema, ("spdx.schema.json", "jsf-0.82.schema.json",
                                                        "cryptography-defs.schema.json"))}
    kind = jsonschema.Draft7Validator
    kind.check_schema(document)
    # Whatever is not in the folder must not be fetched: an unknown reference is an error.
    resolver = jsonschema.RefResolver(document["$id"], document, store=known,
                                      handlers={"http": refuse, "https": refuse})
    return kind(document, resolver=resolver, format_checker=jsonschema.draft7_format_checker)


def refuse(uri):
    raise AssertionError(f"a schema refers to {uri}, which is not in {SCHEMAS}")


def produced(how, samples):
    return json.loads(subprocess.run([DRIVER, how, *samples], check=True, capture_output=True).stdout)


class Schemas(unittest.TestCase):
    def check(self, name, how):
        checker = validator(name)
        for samples in SAMPLES:
            with self.subTest(samples):
                errors = [f"{list(e.path)}: {e.message[:300]}" for e in checker.iter_errors(produced(how, samples))]
                self.assertEqual(errors, [])

    def test_sarif_is_valid(self):
        self.check("sarif-schema-2.1.0.json", "sarif")

    def test_cyclonedx_is_valid(self):
        self.check("bom-1.7.schema.json", "cyclonedx")

    def broken(self, name, how, *changes):
        checker = validator(name)
        for change in changes:
            document = produced(how, ["falcon"])
            self.assertTrue(checker.is_valid(document))
            change(document)
            with self.subTest(str(change)):
                self.assertFalse(checker.is_valid(document))

    def test_a_broken_sarif_document_is_refused(self):
        self.broken("sarif-schema-2.1.0.json", "sarif",
                    lambda d: d.pop("version"),
                    lambda d: d.update(version="9"),
                    lambda d: d["runs"][0]["results"][0].update(level="grave"),
                    lambda d: d["runs"][0]["results"][0].pop("message"),
                    lambda d: d["runs"][0]["results"][0].update(ruleIndex="first"),
                    lambda d: d["runs"][0].update(surprise=True))

    def test_a_broken_cyclonedx_document_is_refused(self):
        def licence(document):
            document["components"][0]["licenses"][0]["license"]["id"] = "Apache-3.0"

        def digest(document):
            document["components"][0]["components"][0]["hashes"][0]["content"] = "xyz"

        self.broken("bom-1.7.schema.json", "cyclonedx",
                    lambda d: d.pop("bomFormat"),
                    lambda d: d.update(specVersion=1.6),
                    lambda d: d["components"][0].update(type="model"),
                    lambda d: d["components"][0].pop("name"),
                    lambda d: d.update(serialNumber="1234"),
                    licence, digest)


class Contents(unittest.TestCase):
    def test_every_result_points_at_its_rule_and_at_a_place(self):
        for run in produced("sarif", ["falcon", "hostile"])["runs"]:
            rules = run["tool"]["driver"]["rules"]
            self.assertEqual(len(rules), 30 + 13)  # checks and policies
            self.assertEqual(run["tool"]["driver"]["version"], "1.2.3")
            for result in run["results"]:
                self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
                if not result["ruleId"].startswith("policy-"):
                    self.assertGreater(result["properties"]["points"], 0)
                self.assertEqual(rules[result["ruleIndex"]]["properties"]["security-severity"],
                                 result["properties"]["security-severity"])
                self.assertTrue(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])

    def test_every_location_is_relative_to_a_base_that_the_run_names_and_none_has_a_scheme(self):
        def artifacts(node):
            if isinstance(node, dict):
                for key, value in node.items():
                    if key == "artifactLocation":
                        yield value
                    yield from artifacts(value)
            elif isinstance(node, list):
                for value in node:
                    yield from artifacts(value)

        for run in produced("sarif", ["falcon", "hostile", "gemma", "thebloke"])["runs"]:
            found = list(artifacts(run["results"]))
            self.assertTrue(found)
            for place in found:
                self.assertNotRegex(place["uri"], "^[A-Za-z][A-Za-z0-9+.-]*:")
                self.assertFalse(place["uri"].startswith("/"))
                self.assertIn(place["uriBaseId"], run["originalUriBaseIds"])
            for base in run["originalUriBaseIds"].values():
                self.assertNotIn("uri", base)

    def test_levels_follow_the_points(self):
        results = produced("sarif", ["falcon"])["runs"][0]["results"]
        level = {r["ruleId"]: r["level"] for r in results}
        self.assertEqual((level["version-superseded"], level["format-weights"], level["access-gating"]),
                         ("error", "warning", "warning"))
        files = [r for r in results if r["ruleId"] == "format-weights"][0]["locations"]
        self.assertEqual(files[0]["physicalLocation"]["artifactLocation"],
                         {"uri": "pytorch_model-00001-of-00002.bin", "uriBaseId": "REPO"})

    def test_code_hosts_can_sort_rules_and_results_by_their_security_severity(self):
        for run in produced("sarif", ["falcon", "hostile", "gemma", "thebloke", "unreachable"])["runs"]:
            for part in run["tool"]["driver"]["rules"] + run["results"]:
                number = part["properties"]["security-severity"]
                self.assertRegex(number, r"^\d\.\d$")  # a string, as code hosts want it
            for result in run["results"]:
                grave = float(result["properties"]["security-severity"])
                self.assertEqual(result["level"], "error" if grave >= 7 else "warning" if grave >= 4 else "note")

    def test_custom_code_is_an_error_at_the_file_that_makes_a_loader_run_it(self):
        code, = [r for r in produced("sarif", ["falcon"])["runs"][0]["results"] if r["ruleId"] == "format-custom-code"]
        self.assertEqual((code["level"], code["properties"]["security-severity"]), ("error", "7.5"))

    def test_broken_policies_are_results_enforced_ones_are_errors_and_accepted_ones_are_suppressed(self):
        results = {r["ruleId"]: r for r in produced("sarif", ["falcon"])["runs"][0]["results"]}
        self.assertEqual(results["policy-formal-review"]["level"], "error")
        self.assertEqual(results["policy-safetensors"]["level"], "warning")  # not enforced
        self.assertNotIn("policy-authenticated-source", results)  # a warning of the policy is no failure
        accepted = results["policy-tprm"]
        self.assertEqual((accepted["level"], accepted["suppressions"][0]["status"]), ("note", "accepted"))
        self.assertIn("J. Doe", accepted["suppressions"][0]["justification"])

    def test_what_an_attacker_could_use_is_a_vulnerability_and_the_rest_stands_in_the_model_card(self):
        document = produced("cyclonedx", ["falcon"])
        flaws = {v["id"]: v for v in document["vulnerabilities"]}
        self.assertEqual(set(flaws), {"modelwatch-format-weights-mixed", "modelwatch-format-custom-code-automap"})
        code = flaws["modelwatch-format-custom-code-automap"]
        self.assertEqual((code["ratings"][0]["severity"], code["cwes"]), ("high", [829]))
        self.assertEqual(code["affects"], [{"ref": document["components"][0]["bom-ref"]}])
        self.assertTrue(code["recommendation"])
        card = document["components"][0]["modelCard"]["considerations"]
        self.assertTrue(any(text.startswith("version-superseded") for text in card["technicalLimitations"]))
        names = [one["name"].split(":")[0] for one in card["ethicalConsiderations"]]
        self.assertIn("publisher-jurisdiction", names)
        for part in (str(card), str(names)):
            self.assertNotIn("format-weights", part)

    def test_the_component_is_the_model_with_hashes_licence_and_ancestors(self):
        document = produced("cyclonedx", ["falcon", "thebloke"])
        falcon, quant = document["components"]
        self.assertEqual((falcon["type"], falcon["group"], falcon["name"]),
                         ("machine-learning-model", "tiiuae", "falcon-7b"))
        self.assertEqual(falcon["purl"], "pkg:huggingface/tiiuae/falcon-7b@" + falcon["version"])
        self.assertEqual(falcon["licenses"][0]["license"]["id"], "Apache-2.0")
        self.assertEqual(falcon["supplier"]["name"], "tiiuae")
        self.assertEqual(falcon["components"][0]["hashes"], [{"alg": "SHA-256", "content": "b" * 64}])
        self.assertNotIn("hashes", falcon["components"][2])
        self.assertEqual(quant["pedigree"]["ancestors"][0]["group"], "mistralai")
        self.assertTrue(falcon["modelCard"]["considerations"]["ethicalConsiderations"])

    def test_a_licence_that_spdx_does_not_know_keeps_its_name(self):
        licence = produced("cyclonedx", ["gemma"])["components"][0]["licenses"][0]["license"]
        self.assertEqual((licence.get("id"), licence["name"]), (None, "gemma"))

    def test_the_same_facts_make_the_same_document(self):
        self.assertEqual(produced("cyclonedx", ["falcon"]), produced("cyclonedx", ["falcon"]))
        self.assertNotEqual(produced("cyclonedx", ["falcon"])["serialNumber"],
                            produced("cyclonedx", ["gemma"])["serialNumber"])

    def test_our_spdx_identifiers_are_spdx_identifiers(self):
        known = set(schema("spdx.schema.json")["enum"])
        source = (SCHEMAS.parent.parent / "daemon/report/spdx.cpp").read_text(encoding="utf-8")
        ours = [line.split('"')[3] for line in source.splitlines() if line.strip().startswith('{"')]
        self.assertGreater(len(ours), 40)
        self.assertEqual([one for one in ours if one not in known], [])


if __name__ == "__main__":
    unittest.main()
