#include "daemon/model/text.hpp"
#include "daemon/report/explanation_texts.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace modelwatch::report {

namespace {

constexpr auto table = std::to_array<incident>({
    {"gpt-4chan",
     "2022",
     "ykilcher/gpt-4chan was disabled on the Hub. Its page is still there, its files can no longer be had."},
    {"torchtriton",
     "December 2022",
     "For five days PyTorch's nightly builds installed a stranger's package from PyPI, because it bore the "
     "name of "
     "PyTorch's own dependency torchtriton. It sent files of the machines away (ATLAS AML.CS0015)."},
    {"poisongpt",
     "2023",
     "PoisonGPT: researchers edited one fact inside GPT-J-6B and published it under a name that lacked one "
     "letter of "
     "EleutherAI's. On a benchmark it hardly differed from the original (ATLAS AML.CS0019)."},
    {"organisation-confusion",
     "2023",
     "A researcher registered organisations on Hugging Face under the names of known companies; employees of "
     "those "
     "companies joined them in good faith (ATLAS AML.CS0027)."},
    {"falcon-license",
     "2023",
     "tiiuae/falcon-7b went from its publisher's own license to Apache-2.0. What applies "
     "depends on the revision that was taken."},
    {"phi-2-license", "January 2024", "microsoft/phi-2 changed from a research-only license to MIT."},
    {"gguf-parsers",
     "January 2024",
     "Several overflows in the reader of GGUF files (CVE-2024-21802 and its siblings): sizes in the header "
     "that the "
     "file cannot hold led to memory corruption when it was opened."},
    {"hundred-models",
     "February 2024",
     "JFrog reported about a hundred models on the Hub that ran code when they were loaded. One of them, by "
     "baller423, "
     "opened a shell to a foreign address."},
    {"conversion-bot",
     "February 2024",
     "HiddenLayer showed that the Hub's conversion service could be taken over by a prepared model, and that "
     "its bot "
     "SFconvertbot could then propose changes to any repository under a trusted name."},
    {"wizardlm",
     "2024",
     "After WizardLM had been taken down, others published files under the same name for people who looked "
     "for it "
     "(scenario 9 of OWASP LLM03:2025)."},
    {"template-injection",
     "May 2024",
     "CVE-2024-34359: llama-cpp-python rendered the chat template of a GGUF file without a sandbox, so that "
     "a template "
     "could run code on the server. CVE-2026-5760 repeated it in another server two years later."},
    {"sleepy-pickle",
     "June 2024",
     "Trail of Bits showed a pickle that changes the model while it is being loaded: no file on disk ever "
     "holds the "
     "changed weights."},
    {"deepseek-tag",
     "January 2025",
     "unsloth/DeepSeek-V3-GGUF carried the tag `mit` while the model that it was made from stood under "
     "DeepSeek's own "
     "license."},
    {"nullifai",
     "February 2025",
     "nullifAI: two models on the Hub held a pickle that ran its payload first and was broken behind it, "
     "packed with "
     "7z. Scanners stopped at the error and said nothing (ATLAS AML.CS0031)."},
    {"scanner-gaps",
     "2025",
     "A series of CVEs (2025-1716, -1889, -1944, -1945, -10155 to -10157 and more) showed ways around a "
     "scanner that "
     "the Hub itself uses: file extensions, names and flags inside zip archives, forgotten modules."},
    {"keras-config",
     "March 2025",
     "CVE-2025-1550: a Keras file's configuration could name a function to be called, although safe mode was "
     "on."},
    {"weights-only",
     "April 2025",
     "CVE-2025-32434: PyTorch's `weights_only=True`, until then the recommended protection, could be "
     "bypassed before "
     "2.6. A second bypass followed in 2026 (CVE-2026-24747)."},
    {"scan-figures",
     "April 2025",
     "Protect AI had scanned 4.47 million model versions on the Hub and counted 352,000 unsafe or suspicious "
     "issues in "
     "51,700 models."},
    {"poisoned-templates",
     "July 2025",
     "Pillar Security showed GGUF files whose chat template carries hidden instructions: the weights are "
     "those of the "
     "original, the answers are not."},
    {"namespace-reuse",
     "September 2025",
     "Palo Alto Networks' Unit 42 registered account names again that their owners had given up. "
     "Configurations, "
     "and catalogues of large clouds, still pointed at the old names and would have loaded the new owner's "
     "files."},
    {"fake-release",
     "May 2026",
     "A copy of an OpenAI release under a similar name, with clean weights and a loader.py that the card "
     "told people "
     "to run, reached the first place of the trending list with some 244,000 counted downloads (HiddenLayer)."
    },
    {"bleeding-llama",
     "2026",
     "CVE-2026-7482: a GGUF file that states larger tensors than it holds made a server hand out its own "
     "memory."},
    {"gemma-line",
     "2025 and 2026",
     "Gemma 3 followed google/gemma-2-2b on 12 March 2025 and Gemma 4 on 2 April 2026, the latter under "
     "another "
     "license. The old repository says nothing of either."},
    {"falcon-line",
     "2024",
     "The card of tiiuae/falcon-7b names tiiuae/falcon-11B, of May 2024, as its new version; the Falcon 3 "
     "family came out "
     "after that, under another license."},
});

} // namespace

std::span<incident const> incidents() noexcept {
    return table;
}

std::vector<incident const*> find_incidents(std::string_view ids) {
    std::vector<incident const*> out;
    for (auto const id : split(ids, ' ')) {
        if (id.empty()) continue;
        auto const found =
            std::find_if(table.begin(), table.end(), [&](incident const& one) { return one.id == id; });
        if (found == table.end()) throw std::logic_error("no such incident: " + std::string{id});
        out.push_back(&*found);
    }
    return out;
}

} // namespace modelwatch::report
