#!/usr/bin/env python3
"""Writes assessed.json: the hub on 2026-04-29, the day of every worked rating of the rubric (assess.md 2.6, 2.7).

  python3 tests/hub/timelines/make_assessed.py        writes the file;  --check  fails when it is not up to date

Names, gates, licenses, formats and dates come from the rubric's tables (assess.md 2.6, 2.7, 3.4) and from recordings
of the Hub (hub-api.md 5). What those do not give is named in each repo's `invented`; publishers marked `constructed`
do not exist. The end-to-end tests move every date so that the ages are the same today (tests/e2e/assessed.py)."""

import pathlib
import sys

from assessed_shapes import TEMPLATE, Model, shards, sibling, to_text

AS_OF = "2026-04-29T23:00:00Z"
PLENTY = {"api": 1_000_000, "resolvers": 1_000_000, "pages": 1_000_000}
FLOOR = "2022-03-02T23:29:04Z"  # the Hub's createdAt for everything older
OUT = pathlib.Path(__file__).with_name("assessed.json")
CONFIGS = ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json")
LLAMA_GATE = {"gated": "manual", "license": "llama3.1"}


def account(kind, created, **facts):
    return {"type": kind, "createdAt": created, **facts, "invented": ["createdAt", *(key for key in facts if key != "comment")]}


NAMESPACES = {
    "google": account("org", "2019-11-23T17:40:00Z", fullname="Google", numUsers=2300, isVerified=True),
    "TheBloke": account("user", "2022-01-12T10:00:00Z", fullname="Tom Jobbins"),
    "tiiuae": account("org", "2021-12-02T09:00:00Z", fullname="Technology Innovation Institute", numUsers=60, isVerified=True),
    "meta-llama": account("org", "2023-06-14T09:00:00Z", fullname="Meta Llama", numUsers=40, isVerified=True),
    "mistralai": account("org", "2023-08-29T09:00:00Z", fullname="Mistral AI_", numUsers=70, isVerified=True),
    "Qwen": account("org", "2023-08-03T09:00:00Z", fullname="Qwen", numUsers=50, isVerified=True),
    "EleutherAI": account("org", "2020-11-11T09:00:00Z", fullname="EleutherAI", numUsers=60),
    "bartowski": account("user", "2023-03-05T09:00:00Z", fullname="Bartowski"),
    "unsloth": account("org", "2023-11-29T09:00:00Z", fullname="Unsloth AI", numUsers=4),
    "deepseek-ai": account("org", "2023-10-17T09:00:00Z", fullname="DeepSeek", numUsers=30, isVerified=True),
    "openai": account("org", "2021-03-01T09:00:00Z", fullname="OpenAI", numUsers=30, isVerified=True),
    "microsoft": account("org", "2019-12-03T09:00:00Z", fullname="Microsoft", numUsers=3000, isVerified=True),
    "01-ai": account("org", "2023-08-21T09:00:00Z", fullname="01.AI", numUsers=30),
    "google-bert": account("org", "2024-02-19T09:00:00Z", fullname="BERT community", numUsers=3),
    "openai-community": account("org", "2024-02-19T09:00:00Z", fullname="OpenAI community", numUsers=3),
    "NousResearch": account("org", "2023-02-21T09:00:00Z", fullname="NousResearch", numUsers=30),
    "BAAI": account("org", "2021-08-24T09:00:00Z", fullname="Beijing Academy of Artificial Intelligence", numUsers=40),
    "CohereLabs": account("org", "2022-06-14T09:00:00Z", fullname="Cohere Labs", numUsers=30, isVerified=True),
    "ykilcher": account("user", "2021-09-01T09:00:00Z", fullname="Yannic Kilcher"),
    "Open-OSS": account("org", "2026-04-16T09:00:00Z", fullname="OpenAl", numUsers=1, isVerified=False),
    "acme-labs": account("org", "2022-05-01T09:00:00Z", fullname="Acme Labs", numUsers=12,
                         comment="constructed: the tests enter it into the registry as large-tech"),
    "0penai": account("org", "2026-04-20T09:00:00Z", fullname="OpenAI", numUsers=1, isVerified=False,
                      comment="constructed: the tests put it on the registry's denylist"),
    "openai-official": account("org", "2026-04-20T09:00:00Z", fullname="OpenAI", numUsers=1, isVerified=False,
                               comment="constructed"),
    "quietfox": account("user", "2024-02-01T09:00:00Z", fullname="Quiet Fox", comment="constructed"),
    "northlight": account("org", "2023-02-01T09:00:00Z", fullname="Northlight", numUsers=5, isVerified=False, comment="constructed"),
}


def reference_models():
    """assess.md 2.6: 22.0, 63.5 and 53.5."""
    gemma = Model("google/gemma-2-2b", "2024-07-16T01:00:00Z", gated="manual", license="gemma", downloads=480000,
                  invented=["downloads", "which commit came last"])
    gemma.commit("2024-07-16T01:00:00Z", "README.md", "config.json", title="initial commit")
    gemma.commit("2024-08-07T18:25:49Z", *CONFIGS, *shards(3), "special_tokens_map.json", "tokenizer.model",
                 id="c5ebcd40d208330abc697524c919956e692655cf")
    bloke = Model("TheBloke/Mistral-7B-Instruct-v0.2-GGUF", "2023-12-11T22:18:46Z", license="apache-2.0", downloads=57669,
                  base="mistralai/Mistral-7B-Instruct-v0.2", relation="quantized", template=TEMPLATE,
                  card={"quantized_by": "TheBloke", "model_creator": "Mistral AI_"})
    bloke.commit("2023-12-11T22:50:00Z", "README.md", "config.json",
                 *(f"mistral-7b-instruct-v0.2.{quant}.gguf" for quant in ("Q2_K", "Q4_K_M", "Q5_K_M", "Q8_0")),
                 id="3a6fbf4a41a1d52e415a4958cde6856d34b2db93")
    falcon = Model("tiiuae/falcon-7b", "2023-04-24T16:36:24Z", license="apache-2.0", downloads=96000,
                   auto_map={"AutoConfig": "configuration_falcon.FalconConfig",
                             "AutoModelForCausalLM": "modeling_falcon.FalconForCausalLM"},
                   card={"language": ["en"], "new_version": "tiiuae/falcon-11B"}, invented=["downloads"])
    falcon.commit("2023-04-24T16:36:24Z", "README.md", *CONFIGS, "configuration_falcon.py", "modeling_falcon.py",
                  *shards(2, "bin", "pytorch_model"))
    falcon.commit("2024-09-10T08:00:00Z", "README.md", title="Update README.md")
    falcon.commit("2024-10-12T09:00:00Z", *shards(2), title="Adding `safetensors` variant of this model (#106)",
                  author="SFconvertbot", id="ec89142b67d748a1865ea4451372db8313ada0d8")
    return [gemma, bloke, falcon]


def other_rows():
    """assess.md 2.7, the models that exist."""
    llama = Model("meta-llama/Llama-3.1-8B", "2024-07-14T22:20:15Z", **LLAMA_GATE, downloads=607450,
                  _id="66944f1fe0c5c2e493a804f5")
    llama.commit("2024-07-14T22:20:15Z", "README.md", "LICENSE", *CONFIGS, *shards(4), "original/consolidated.00.pth")
    llama.commit("2024-10-16T22:00:37Z", "generation_config.json", id="d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")
    mistral = Model("mistralai/Mistral-7B-v0.1", "2023-09-27T09:00:00Z", license="apache-2.0",
                    invented=["dates of commits"])
    mistral.commit("2023-09-27T09:00:00Z", "README.md", *CONFIGS, *shards(2), *shards(2, "bin", "pytorch_model"))
    mistral.commit("2024-07-24T14:02:01Z", "README.md", title="Update README.md",
                   id="27d67f1b5f57dc0953326b2601d68371d40ea8da")
    qwen = Model("Qwen/Qwen2.5-7B", "2024-09-19T09:00:00Z", license="apache-2.0", invented=["date of the last commit"])
    qwen.commit("2024-09-25T12:32:00Z", "README.md", "LICENSE", *CONFIGS, *shards(4))
    gptj = Model("EleutherAI/gpt-j-6b", FLOOR, license="apache-2.0", invented=["dates of commits"])
    gptj.commit("2021-09-10T09:00:00Z", "README.md", "config.json", "tokenizer.json", "tokenizer_config.json",
                "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack")
    gptj.commit("2023-06-21T14:33:36Z", "README.md", "config.json", title="Update config.json")
    bartowski = Model("bartowski/Meta-Llama-3.1-8B-Instruct-GGUF", "2024-07-23T15:00:00Z", license="llama3.1",
                      base="meta-llama/Llama-3.1-8B-Instruct", relation="quantized", template=TEMPLATE, downloads=120000,
                      invented=["downloads", "dates of commits"])
    bartowski.commit("2024-07-28T09:00:00Z", "README.md",
                     *(f"Meta-Llama-3.1-8B-Instruct-{quant}.gguf" for quant in ("Q4_K_M", "Q6_K", "Q8_0")))
    unsloth = Model("unsloth/DeepSeek-V3-GGUF", "2025-01-07T09:00:00Z", license="mit", base="deepseek-ai/DeepSeek-V3",
                    relation="quantized", template=TEMPLATE, downloads=9000,
                    invented=["createdAt", "dates of commits", "downloads"])
    unsloth.commit("2025-01-09T09:00:00Z", "README.md", "config.json",
                   *(f"DeepSeek-V3-Q2_K_XS/DeepSeek-V3-Q2_K_XS-{number:05}-of-00005.gguf" for number in range(1, 6)))
    oss = Model("openai/gpt-oss-20b", "2025-08-04T22:33:28Z", license="apache-2.0",
                invented=["SECURITY.md: the table asks for a published security contact", "dates of commits: the name has "
                          "no generation, so that nobody can say that nothing newer exists (10 points); the last commit "
                          "is recent enough to give the table's 10 for the dimension"])
    oss.commit("2025-08-04T22:33:28Z", "README.md", "LICENSE", "SECURITY.md", *CONFIGS, *shards(3), "chat_template.jinja",
               "metal/model.bin", "original/model.safetensors")
    oss.commit("2025-12-10T09:00:00Z", "chat_template.jinja", title="Update chat template")
    return [llama, mistral, qwen, gptj, bartowski, unsloth, oss]


def constructed_rows():
    """assess.md 2.7, the rows that no real model gives."""
    unknown = Model("quietfox/assistant-7b", "2026-04-10T09:00:00Z", downloads=40, comment="constructed",
                    security={"scansDone": False, "files": {}})
    unknown.commit("2026-04-10T09:00:00Z", "README.md", "config.json", "pytorch_model.bin")
    unsafe = Model("acme-labs/relay-2-8b", "2026-03-01T09:00:00Z", gated="manual", license="apache-2.0",
                   comment="constructed", security={"scansDone": True, "files": {"model.safetensors": "unsafe"}})
    unsafe.commit("2026-03-01T09:00:00Z", "README.md", *CONFIGS, "model.safetensors")
    lookalike = Model("0penai/gpt-oss-2-20b", "2026-04-20T10:00:00Z", license="apache-2.0", downloads=244000,
                      comment="constructed after the incident of May 2026: a loader script beside ordinary weights")
    lookalike.commit("2026-04-20T10:00:00Z", "README.md", "config.json", "model.safetensors", "loader.py")
    dark = Model("acme-labs/beacon-8b", "2025-02-01T09:00:00Z", license="apache-2.0", gated="auto",
                 comment="constructed: the tests make the hub fail for most of its fields")
    dark.commit("2025-02-01T09:00:00Z", "README.md", *CONFIGS, "model.safetensors")
    return [unknown, unsafe, lookalike, dark]


def further_models():
    """Not in the tables of 2.6 and 2.7; what is expected of them is worked out in tests/e2e/assessed.py."""
    phi = Model("microsoft/phi-2", "2023-12-12T09:00:00Z", license="mit", invented=["dates of commits"])
    phi.commit("2024-01-11T09:00:00Z", "README.md", "LICENSE", "SECURITY.md", *CONFIGS, *shards(2))
    yi = Model("01-ai/Yi-34B", "2023-11-02T09:00:00Z", license="apache-2.0", invented=["dates of commits"])
    yi.commit("2024-06-26T09:00:00Z", "README.md", *CONFIGS, *shards(2), *shards(2, "bin", "pytorch_model"))
    gemma = Model("google/gemma-2b", "2024-02-21T09:00:00Z", gated="manual", license="gemma")
    gemma.commit("2024-02-21T09:00:00Z", "README.md", *CONFIGS, *shards(2))
    bert = Model("google-bert/bert-base-uncased", FLOOR, license="apache-2.0", pipeline="fill-mask", downloads=72376843,
                 _id="621ffdc036468d709f174338", invented=["date of the commit that added safetensors"])
    bert.commit("2018-11-14T23:35:08Z", "config.json", "vocab.txt", "pytorch_model.bin", "tf_model.h5")
    bert.commit("2022-11-16T09:00:00Z", "model.safetensors", "flax_model.msgpack", "rust_model.ot")
    bert.commit("2024-02-19T11:06:12Z", "README.md", id="86b5e0934494bd15c9632b12f734a8a67f723594")
    gpt2 = Model("openai-community/gpt2", FLOOR, license="mit", downloads=9000000, invented=["downloads"])
    gpt2.commit("2019-02-18T09:00:00Z", "config.json", "tokenizer.json", "pytorch_model.bin", "tf_model.h5",
                id="9b865efde13a30c13e0a33e536cf3e4a5a9d71d8")
    gpt2.commit("2022-12-16T09:00:00Z", "model.safetensors", id="e7da7f221d5bf496a48136c0cd264e630fe9fcc8")
    gpt2.commit("2024-02-19T10:57:45Z", "README.md", id="607a30d783dfa663caf39e06633721c8d4cfcd7e")
    nous = Model("NousResearch/Meta-Llama-3.1-8B", "2024-07-23T09:00:00Z", license="llama3.1",
                 base="meta-llama/Llama-3.1-8B", invented=["base_model", "dates of commits"])
    nous.commit("2024-07-23T09:00:00Z", "README.md", *CONFIGS, *shards(4), "original/consolidated.00.pth")
    bge = Model("BAAI/bge-m3", "2024-01-27T17:07:29Z", license="mit", pipeline="sentence-similarity",
                library="sentence-transformers", invented=["dates of commits", "model.safetensors"])
    bge.commit("2024-02-01T09:00:00Z", "README.md", *CONFIGS, "model.safetensors", "pytorch_model.bin", "onnx/model.onnx")
    command = Model("CohereLabs/c4ai-command-r-v01", "2024-03-11T09:00:00Z", gated="auto", license="cc-by-nc-4.0",
                    invented=["createdAt", "dates of commits"])
    command.commit("2024-08-30T09:00:00Z", "README.md", *CONFIGS, *shards(2))
    chan = Model("ykilcher/gpt-4chan", "2022-05-17T14:06:31Z", gated="auto", license="apache-2.0", disabled=True,
                 _id="6283a9b7806a1feb9fbacf18", invented=["createdAt is that of the _id", "files"])
    chan.commit("2023-08-05T20:52:29Z", "README.md", "config.json", "pytorch_model.bin",
                id="9306aeb6c1ff64e9f5ab7b22ddc6da18fe0dccff")
    llama2 = Model("meta-llama/Llama-2-7b", "2023-07-18T09:00:00Z", gated="manual", license="llama2")
    llama2.commit("2023-07-18T09:00:00Z", "README.md", "LICENSE.txt", "consolidated.00.pth", "params.json")
    return [phi, yi, gemma, bert, gpt2, nous, bge, command, chan, llama2]


def one_trait_each():
    """Constructed: one fact that matters each."""
    def make(repo, files, *, created="2026-02-01T09:00:00Z", **facts):
        made = Model(repo, created, comment="constructed", **facts)
        return made.commit(created, "README.md", *files)
    quiet, north = "quietfox/", "northlight/"
    mistral, llama = "mistralai/Mistral-7B-Instruct-v0.3", "meta-llama/Llama-3.1-8B"
    awq = make(quiet + "Mistral-7B-Instruct-v0.3-AWQ", [*CONFIGS, "model.safetensors"], license="apache-2.0",
               config={"quantization_config": {"quant_method": "awq"}})
    return [
        make(quiet + "letters-lora", ["adapter_config.json", "adapter_model.safetensors"], license="llama3.1", base=llama,
             relation="adapter", library="peft"),
        make(quiet + "blend-7b", ["config.json", "mergekit_config.yml", "model.safetensors"], license="apache-2.0",
             base=["mistralai/Mistral-7B-v0.1", "CohereLabs/c4ai-command-r-v01"], relation="merge", tags=["merge"]),
        awq,
        make(north + "glow-2-edge", ["config.json", "model.onnx"], license="apache-2.0", library="onnx"),
        make(north + "glow-2-keras", ["config.json", "model.keras"], license="apache-2.0", library="keras"),
        make(north + "glow-2-llamafile", ["glow-2.Q4_K_M.llamafile"], license="apache-2.0", library=None),
        make("acme-labs/vault-2-8b", [*CONFIGS, "model.safetensors"], license="apache-2.0", private=True),
        make(north + "odd-terms-2-7b", [*CONFIGS, "model.safetensors"],
             card={"license": "other", "license_name": "northlight-terms", "license_link": "LICENSE"}),
        make(north + "old-hand-2-7b", [*CONFIGS, "model.safetensors"], license="mit",
             body="This model is deprecated and no longer maintained."),
        make(north + "tune-2-7b", [*CONFIGS, "model.safetensors"], base="tiiuae/falcon-11B", relation="finetune",
             card={"license": "other", "license_name": "falcon-llm-license", "license_link": "LICENSE"}),
        make("openai-official/gpt-oss-2-20b", ["config.json", "model.safetensors", "loader.py"], license="apache-2.0",
             created="2026-04-20T10:00:00Z", downloads=244000),
        make("Open-OSS/privacy-filter", ["config.json", "model.safetensors", "loader.py"], license="apache-2.0",
             created="2026-04-16T10:00:00Z", downloads=244000),
        make(north + "lost-base-2-7b-gguf", ["lost-base.Q4_K_M.gguf"], license="mit", base="northlight-gone/base-2-7b",
             relation="quantized", template=TEMPLATE),
    ]


def google_line():
    day = "2024-06-27T09:00:00Z"
    gate = {"gated": "manual", "license": "gemma"}
    return [sibling("google/gemma-2-2b-it", "2024-07-31T09:00:00Z", **gate),
            sibling("google/gemma-2-9b", day, **gate), sibling("google/gemma-2-27b-it", day, **gate),
            sibling("google/codegemma-2b", "2024-04-09T09:00:00Z", invented=["createdAt"], **gate),
            sibling("google/recurrentgemma-2b", "2024-04-09T09:00:00Z", invented=["createdAt"], **gate),
            sibling("google/gemma-3-1b-pt", "2025-03-12T09:00:00Z", **gate),
            sibling("google/gemma-3-4b-pt", "2025-03-12T09:00:00Z", pipeline="image-text-to-text", **gate),
            sibling("google/gemma-3-4b-it", "2025-03-12T09:00:00Z", pipeline="image-text-to-text", **gate),
            sibling("google/gemma-4-E2B", "2026-04-02T09:00:00Z", "apache-2.0", pipeline="image-text-to-text"),
            sibling("google/gemma-4-E4B", "2026-04-02T09:00:00Z", "apache-2.0", pipeline="image-text-to-text")]


def tii_line():
    own = {"card": {"license": "other", "license_name": "falcon-llm-license", "license_link": "https://falconllm.tii.ae/"}}
    return [sibling("tiiuae/falcon-7b-instruct", "2023-04-25T09:00:00Z", "apache-2.0", invented=["createdAt"]),
            sibling("tiiuae/falcon-40b", "2023-05-24T09:00:00Z", "apache-2.0", invented=["createdAt"]),
            sibling("tiiuae/falcon-11B", "2024-05-09T09:00:00Z", **own),
            sibling("tiiuae/falcon-mamba-7b", "2024-08-12T09:00:00Z",
                    card={**own["card"], "license_name": "falcon-mamba-7b-license",
                          "new_version": "tiiuae/Falcon3-Mamba-7B-Base"}),
            sibling("tiiuae/Falcon3-7B-Base", "2024-12-12T09:00:00Z", invented=["day of createdAt"], **own),
            sibling("tiiuae/Falcon3-10B-Base", "2024-12-12T09:00:00Z", invented=["createdAt"], **own),
            sibling("tiiuae/Falcon3-Mamba-7B-Base", "2024-12-13T09:00:00Z", invented=["createdAt"], **own),
            sibling("tiiuae/Falcon-H1-7B-Base", "2025-05-01T09:00:00Z", changed="2026-01-20T09:00:00Z",
                    invented=["createdAt"], **own)]


def llama_line():
    def gated(name, created, license, **more):
        return sibling("meta-llama/" + name, created, license, gated="manual", **more)
    instruct = Model("meta-llama/Llama-3.1-8B-Instruct", "2024-07-18T08:56:00Z", **LLAMA_GATE, invented=["dates"])
    instruct.commit("2024-07-18T08:56:00Z", "README.md", *CONFIGS, *shards(4))
    instruct.commit("2024-09-25T17:00:57Z", "README.md", "generation_config.json", title="Update generation_config.json")
    return [instruct,
            gated("Meta-Llama-3-8B", "2024-04-18T09:00:00Z", "llama3"),
            gated("Llama-3.2-1B", "2024-09-25T09:00:00Z", "llama3.2"),
            gated("Llama-3.2-3B", "2024-09-25T09:00:00Z", "llama3.2"),
            gated("Llama-3.3-70B-Instruct", "2024-12-06T09:00:00Z", "llama3.3", invented=["day of createdAt"]),
            gated("Llama-Guard-3-8B", "2024-07-22T09:00:00Z", "llama3.1", invented=["createdAt"]),
            gated("Llama-4-Scout-17B-16E", "2025-04-05T09:00:00Z", "llama4", pipeline="image-text-to-text",
                  changed="2026-01-15T09:00:00Z"),
            gated("Llama-4-Maverick-17B-128E", "2025-04-05T09:00:00Z", "llama4", pipeline="image-text-to-text")]


def mistral_line():
    def made(name, created, **more):
        return sibling("mistralai/" + name, created, more.pop("license", "apache-2.0"), **more)
    instruct = Model("mistralai/Mistral-7B-Instruct-v0.2", "2023-12-11T13:18:44Z", license="apache-2.0",
                     invented=["date of the last commit"])
    instruct.commit("2023-12-11T13:18:44Z", "README.md", *CONFIGS, *shards(3))
    instruct.commit("2024-09-27T10:41:20Z", "tokenizer.json", id="63a8b081895390a26e140280378bc85ec8bce07a")
    return [instruct,
            made("Mistral-7B-Instruct-v0.1", "2023-09-27T09:00:00Z"),
            made("Mistral-7B-v0.3", "2024-05-22T09:00:00Z"),
            made("Mistral-7B-Instruct-v0.3", "2024-05-22T09:57:04Z", files=(*CONFIGS[1:], "model.safetensors")),
            made("Mixtral-8x7B-v0.1", "2023-12-11T09:00:00Z", invented=["createdAt"]),
            made("Mixtral-8x22B-v0.1", "2024-04-16T09:00:00Z", invented=["createdAt"]),
            made("Mistral-Nemo-Base-2407", "2024-07-18T09:00:00Z", invented=["createdAt"]),
            made("Mistral-Small-Instruct-2409", "2024-09-17T09:00:00Z", invented=["createdAt", "gate"],
                 license=None, card={"license": "other", "license_name": "mrl", "license_link": "LICENSE"}),
            made("Mistral-Small-24B-Instruct-2501", "2025-01-28T09:00:00Z", changed="2026-02-10T09:00:00Z",
                 invented=["createdAt"])]


def further_lines():
    deepseek = {"card": {"license": "other", "license_name": "deepseek", "license_link": "LICENSE-MODEL"}}
    v3 = Model("deepseek-ai/DeepSeek-V3", "2024-12-25T12:52:23Z", invented=["time of dates"], **deepseek)
    v3.commit("2025-02-24T09:00:00Z", "README.md", "LICENSE-MODEL", *CONFIGS, *shards(2))
    return [v3,
            sibling("deepseek-ai/DeepSeek-R1", "2025-01-20T09:00:00Z", "mit", invented=["createdAt"]),
            sibling("deepseek-ai/DeepSeek-V3-0324", "2025-03-24T09:00:00Z", "mit", changed="2026-03-01T09:00:00Z",
                    invented=["createdAt"]),
            sibling("Qwen/Qwen2.5-7B-Instruct", "2024-09-19T09:00:00Z", "apache-2.0"),
            sibling("Qwen/Qwen2.5-Coder-7B", "2024-09-19T09:00:00Z", "apache-2.0", invented=["createdAt"]),
            sibling("Qwen/Qwen3-8B", "2025-04-29T09:00:00Z", "apache-2.0"),
            sibling("Qwen/Qwen3-8B-Base", "2025-04-29T09:00:00Z", "apache-2.0", changed="2026-03-20T09:00:00Z"),
            sibling("EleutherAI/gpt-neox-20b", "2022-04-07T09:00:00Z", "apache-2.0", invented=["createdAt"]),
            sibling("EleutherAI/pythia-6.9b", "2023-02-14T09:00:00Z", "apache-2.0", changed="2026-02-02T09:00:00Z",
                    invented=["createdAt"]),
            sibling("openai/whisper-tiny", "2022-09-26T09:00:00Z", "apache-2.0", pipeline="automatic-speech-recognition",
                    changed="2024-02-29T10:57:33Z", invented=["createdAt"]),
            sibling("openai/gpt-oss-120b", "2025-08-04T22:33:06Z", "apache-2.0", invented=["createdAt"]),
            sibling("microsoft/Phi-3-mini-4k-instruct", "2024-04-23T09:00:00Z", "mit"),
            sibling("microsoft/phi-4", "2024-12-12T09:00:00Z", "mit", changed="2026-02-20T09:00:00Z"),
            sibling("01-ai/Yi-1.5-34B", "2024-05-13T09:00:00Z", "apache-2.0", changed="2026-01-10T09:00:00Z"),
            sibling("openai-community/gpt2-large", FLOOR, "mit", changed="2026-01-10T09:00:00Z"),
            sibling("NousResearch/Hermes-3-Llama-3.1-8B", "2024-08-14T09:00:00Z", "llama3", base="meta-llama/Llama-3.1-8B",
                    changed="2026-03-01T09:00:00Z", invented=["createdAt"]),
            sibling("BAAI/bge-large-en-v1.5", "2023-09-12T09:00:00Z", "mit", pipeline="feature-extraction",
                    changed="2026-03-01T09:00:00Z", invented=["createdAt"]),
            sibling("CohereLabs/aya-expanse-8b", "2024-10-24T09:00:00Z", "cc-by-nc-4.0", gated="auto",
                    changed="2026-03-01T09:00:00Z", invented=["createdAt"]),
            sibling("northlight/ember-7b", "2023-02-01T09:00:00Z", "mit", changed="2026-03-05T09:00:00Z",
                    comment="constructed")]


def repackagers():
    gguf = {"relation": "quantized", "template": TEMPLATE, "files": ("model.Q4_K_M.gguf",)}
    mistral = "mistralai/Mistral-7B-Instruct-v0.2"
    return [sibling("TheBloke/Mistral-7B-Instruct-v0.1-GGUF", "2023-09-27T17:00:00Z", "apache-2.0",
                    base="mistralai/Mistral-7B-Instruct-v0.1", invented=["createdAt"], **gguf),
            sibling("TheBloke/Mistral-7B-Instruct-v0.2-AWQ", "2023-12-11T23:00:00Z", "apache-2.0", base=mistral,
                    relation="quantized", invented=["createdAt"]),
            sibling("TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF", "2023-12-31T09:00:00Z", "apache-2.0",
                    base="TinyLlama/TinyLlama-1.1B-Chat-v1.0", invented=["createdAt"], **gguf),
            sibling("bartowski/Llama-3.2-3B-Instruct-GGUF", "2024-09-25T19:00:00Z", "llama3.2",
                    base="meta-llama/Llama-3.2-3B-Instruct", invented=["createdAt"], **gguf),
            sibling("bartowski/google_gemma-4-E4B-it-GGUF", "2026-04-03T09:00:00Z", "apache-2.0",
                    base="google/gemma-4-E4B", invented=["the whole repo"], **gguf),
            sibling("unsloth/DeepSeek-R1-GGUF", "2025-01-20T12:00:00Z", "mit", base="deepseek-ai/DeepSeek-R1",
                    invented=["createdAt"], **gguf),
            sibling("unsloth/DeepSeek-V3-0324-GGUF", "2025-03-25T09:00:00Z", "mit", base="deepseek-ai/DeepSeek-V3-0324",
                    invented=["createdAt"], **gguf),
            sibling("unsloth/Qwen3-8B-GGUF", "2025-04-29T12:00:00Z", "apache-2.0", base="Qwen/Qwen3-8B",
                    changed="2026-04-10T09:00:00Z", invented=["createdAt"], **gguf)]


def document():
    models = [*reference_models(), *other_rows(), *constructed_rows(), *further_models(), *one_trait_each(),
              *google_line(), *tii_line(), *llama_line(), *mistral_line(), *further_lines(), *repackagers()]
    return {"comment": "Written by make_assessed.py, which says where the facts come from. The hub at the end of 2026-04-29.",
            "as_of": AS_OF, "settings": {"rate_limits": {"enforce": False, "anonymous": PLENTY, "free": PLENTY}},
            "tokens": [{"token": "hf_reader", "name": "reader", "account": "free", "grants": ["*"], "reads": ["acme-labs/*"]}],
            "namespaces": NAMESPACES, "repos": [model.spec() for model in models], "steps": []}


def main():
    text = to_text(document())
    if "--check" in sys.argv[1:]:
        if OUT.read_text(encoding="utf-8") != text:
            sys.exit(f"{OUT} is not what make_assessed.py writes: run it")
        return
    OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
