"""How the models of make_assessed.py become a timeline of the hub double: one helper per shape of repo."""

import json

CODE_BY_MODEL_TYPE = "class Stand{0}:\n    \"\"\"A stand-in written for the tests.\"\"\"\n"
# What shipped licence files say, as far as anybody recognises them by it.
LICENSE_TEXTS = {
    "apache-2.0": "Apache License\nVersion 2.0, January 2004\nhttp://www.apache.org/licenses/\n",
    "mit": "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software.\n"
           "THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND.\n"}
LICENSE_TEXT = "A stand-in for the licence text.\n"
TEMPLATE = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
PICKLE_IMPORTS = [{"module": "collections", "name": "OrderedDict", "safety": "innocuous"},
                  {"module": "torch", "name": "FloatStorage", "safety": "innocuous"}]
PICKLE = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
WEIGHTS = PICKLE + (".safetensors", ".gguf", ".h5", ".msgpack", ".onnx", ".ot", ".keras", ".llamafile", ".tflite")
FORMAT_TAGS = {".safetensors": "safetensors", ".gguf": "gguf", ".onnx": "onnx", ".h5": "tf", ".msgpack": "jax",
               ".bin": "pytorch", ".pth": "pytorch", ".pt": "pytorch", ".keras": "keras"}


def shards(count, suffix="safetensors", stem="model"):
    """The files of a sharded checkpoint and its index."""
    names = [f"{stem}-{number:05}-of-{count:05}.{suffix}" for number in range(1, count + 1)]
    return [*names, f"{stem}.{suffix}.index.json"]


def front_matter(card):
    def line(key, value):
        if isinstance(value, list):
            return f"{key}:\n" + "".join(f"- {item}\n" for item in value)
        return f"{key}: {json.dumps(value) if isinstance(value, bool) else value}\n"
    return "---\n" + "".join(line(key, value) for key, value in card.items()) + "---\n" if card else ""


def index_of(path, names):
    """An index names every shard of its own kind."""
    suffix = path.removesuffix(".index.json").rsplit(".", 1)[1]
    folder = path.rsplit("/", 1)[0] + "/" if "/" in path else ""
    parts = [name for name in names if name.endswith("." + suffix) and "-of-" in name and name.startswith(folder)]
    return {"metadata": {"total_size": 1}, "weight_map": {f"weight.{at}": part.removeprefix(folder)
                                                          for at, part in enumerate(parts)}}


class Model:
    """One repo. `files` of a commit are names; what they hold follows from the name."""

    def __init__(self, repo, created, *, gated=False, license=None, card=None, tags=(), pipeline="text-generation",
                 library="transformers", base=None, relation=None, downloads=1000, config=None, body="",
                 auto_map=None, template=None, security=None, invented=(), comment=None, **fields):
        self.name = repo.split("/")[1]
        self.card = {**({"license": license} if license else {}), **({"base_model": base} if base else {}),
                     **({"base_model_relation": relation} if relation in ("merge", "adapter") else {}), **(card or {})}
        self.body, self.template = body, template
        self.config = {"architectures": ["StandInForCausalLM"], "model_type": "stand-in", **(config or {}),
                       **({"auto_map": auto_map} if auto_map else {})}
        self.base, self.relation, self.tags = base, relation, list(tags)
        self.library, self.pipeline = library, pipeline
        self.facts = {"id": repo, **({"comment": comment} if comment else {}),
                      "invented": ["sizes, hashes and contents of files", *invented], "createdAt": created,
                      "gated": gated, "downloads": downloads, **fields}
        self.security = {"scansDone": True, "files": {}} if security is None else security
        self.names, self.commits = [], []

    def commit(self, date, *files, title=None, author=None, id=None):
        self.names += [name for name in files if name not in self.names]
        self.commits.append((date, title, author, id, files))
        return self

    def content(self, path, salt):
        leaf = path.rsplit("/", 1)[-1]
        if leaf.endswith(WEIGHTS):
            chat = {"chat_template": self.template} if self.template and leaf.endswith(".gguf") else {}
            return {"size": 2_000_000_000, "seed": f"{self.facts['id']} {salt}", **chat}
        text = f"A stand-in of {salt}.\n"
        if leaf == "README.md":
            text = f"{front_matter(self.card)}\n# {self.name}\n\n{self.body or 'A stand-in card written for the tests.'}\n"
        elif leaf.endswith(".index.json"):
            text = json.dumps(index_of(path, self.names))
        elif leaf == "config.json" and "/" not in path:
            text = json.dumps(self.config)
        elif leaf == "tokenizer_config.json":
            text = json.dumps({"chat_template": self.template} if self.template else {"model_max_length": 2048})
        elif leaf.endswith(".json"):
            text = json.dumps({"stand_in": salt})
        elif leaf.endswith(".py"):
            text = CODE_BY_MODEL_TYPE.format("In")
        elif leaf.startswith("LICENSE"):
            text = LICENSE_TEXTS.get(self.card.get("license"), LICENSE_TEXT)
        return {"text": text}

    def all_tags(self):
        formats = [FORMAT_TAGS[suffix] for suffix in FORMAT_TAGS if any(name.endswith(suffix) for name in self.names)]
        bases = [self.base] if isinstance(self.base, str) else self.base or []
        lineage = [f"base_model:{one}" for one in bases]
        lineage += [f"base_model:{self.relation}:{one}" for one in bases if self.relation]
        license = self.card.get("license")
        licenses = [f"license:{one}" for one in ([license] if isinstance(license, str) else license or [])]
        code = ["custom_code"] if "auto_map" in self.config else []
        return list(dict.fromkeys([*([self.library] if self.library else []), *formats,
                                   *([self.pipeline] if self.pipeline else []), *self.tags, *code, *lineage,
                                   *licenses, "region:us"]))

    def scans(self):
        told = dict(self.security.get("files", {}))
        for name in self.names:
            if name.endswith(PICKLE) and name not in told and not name.startswith("metal/"):
                told[name] = {"status": "safe", "pickleImportScan": {"status": "safe", "version": "0.0.32",
                                                                    "pickleImports": PICKLE_IMPORTS}}
        return {**self.security, "files": told}

    def spec(self):
        bases = [self.base] if isinstance(self.base, str) else self.base or []
        lineage = {"baseModels": {"relation": self.relation, "models": [{"id": one} for one in bases]}} \
            if bases and self.relation else {}
        has_config = "config.json" in self.names
        made = {**self.facts, **({"pipeline_tag": self.pipeline} if self.pipeline else {}),
                **({"library_name": self.library} if self.library else {}), "tags": self.all_tags(),
                **({"cardData": self.card} if self.card else {}), **({"config": self.config} if has_config else {}),
                **lineage, "security": self.scans()}
        if any(name.endswith(".gguf") for name in self.names):
            made["gguf"] = {"total": 7_000_000_000, "architecture": "llama", "context_length": 32768,
                            **({"chat_template": self.template} if self.template else {}), "totalFileSize": 2_000_000_000}
        if any(name.endswith(".safetensors") for name in self.names):
            made["safetensors"] = {"parameters": {"BF16": 1_000_000_000}, "total": 1_000_000_000}
        made["commits"] = [
            {**({"id": id} if id else {}), "title": title or "Upload model", "date": date,
             **({"authors": [author]} if author else {}),
             "files": {path: self.content(path, f"{path} at {date}") for path in
                       ([".gitattributes"] if number == 0 else []) + list(files)}}
            for number, (date, title, author, id, files) in enumerate(self.commits)]
        return made


def sibling(repo, created, license=None, *, pipeline="text-generation", changed=None, files=("model.safetensors",), **more):
    """A model that is there to be listed: one upload, and perhaps a newer commit to its card alone."""
    made = Model(repo, created, license=license, pipeline=pipeline, **more)
    made.commit(created, "README.md", "config.json", *files)
    if changed:
        made.commit(changed, "README.md", title="Update README.md")
        made.facts["invented"].append("date of the last commit")
    return made


def to_text(document):
    """One repo a line: small enough to keep, and a change shows as one line."""
    repos = ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in document["repos"])
    head = {key: value for key, value in document.items() if key != "repos"}
    text = json.dumps(head, ensure_ascii=False, indent=1)
    return text[:-2] + ',\n "repos": [\n' + repos + "\n ]\n}\n"
