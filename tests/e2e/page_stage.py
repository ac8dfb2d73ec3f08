"""Models with a story and a hostile publisher, for the tests of the status page and for its pictures."""

MARK = "<img src=x onerror=alert(1)>"
HOSTILE = f'{MARK} {{{{{{q}}}}}} "\'& \u202egpj.exe'
CODE = "from transformers import AutoModel\n\n\nclass Model:\n    pass\n"


def model(name, weights, days, **extra):
    commits = [
        {"title": "initial commit", "date": f"now-{days + 30}d",
         "files": {".gitattributes": {"text": "*.safetensors filter=lfs\n"},
                   "README.md": {"text": f"---\nlicense: apache-2.0\n---\n# {name}\n"},
                   "config.json": {"text": '{"architectures": ["LlamaForCausalLM"]}\n'},
                   "tokenizer.json": {"text": "{}\n"}}},
        {"title": "Upload weights", "date": f"now-{days}d",
         "files": {"model.safetensors": {"size": 4_000_000_000, "sha256": weights * 32}}},
    ]
    return {"id": name, "createdAt": "2024-01-10T00:00:00.000Z", "gated": False,
            "cardData": {"license": "apache-2.0"}, "tags": ["license:apache-2.0"],
            "security": {"scansDone": True, "files": {}}, "commits": commits, **extra}


def timeline():
    plenty = {"api": 1_000_000, "resolvers": 1_000_000, "pages": 1_000_000}
    return {"settings": {"rate_limits": {"enforce": False, "anonymous": plenty, "free": plenty}}, "tokens": [],
            "namespaces": {"acme": {"type": "org", "fullname": f"Acme {MARK}"}, "zeta": {"type": "user"}},
            "repos": [model("acme/model", "aa", 30), model("acme/old", "cc", 900), model("zeta/young", "dd", 3)],
            "steps": []}


def hostile_commit():
    """A publisher's texts: commit title, path, content of a card, and a license nobody knows."""
    return {"action": "commit", "repo": "acme/model", "title": HOSTILE,
            "files": {"model.safetensors": {"size": 4_000_000_000, "sha256": "bb" * 32},
                      f"code/{MARK.replace('/', '')}.py": {"text": CODE},
                      "README.md": {"text": f"---\nlicense: other\n---\n# Card\n{HOSTILE}\n{{{{messages}}}}\n"}},
            "patch": {"cardData": {"license": "other", "license_name": HOSTILE}, "tags": ["license:other", HOSTILE]}}
