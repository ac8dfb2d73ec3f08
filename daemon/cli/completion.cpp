#include "daemon/cli/session.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::cli {

namespace {

std::string joined(std::vector<std::string> const& words) {
    std::string out;
    for (auto const& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

std::vector<std::string> words_of(command_shape const& shape) {
    std::vector<std::string> out;
    for (auto const& child : shape.children)
        out.push_back(child.name);
    out.insert(out.end(), shape.options.begin(), shape.options.end());
    return out;
}

/// A text inside single quotes of a shell.
std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (char const c : text)
        out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    return out + "'";
}

std::string bash_script(command_shape const& root) {
    std::string out = "_modelwatch() {\n"
                      "    local word=\"${COMP_WORDS[COMP_CWORD]}\" path=\"\" i\n"
                      "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                      "        [[ \"${COMP_WORDS[i]}\" == -* ]] || path=\"$path ${COMP_WORDS[i]}\"\n"
                      "    done\n"
                      "    case \"$path\" in\n";
    for (auto const& one : root.children) {
        for (auto const& child : one.children) {
            out += "    \" " + one.name + " " + child.name + "\"*) COMPREPLY=($(compgen -f -W " +
                   shell_quoted(joined(words_of(child))) + " -- \"$word\")) ;;\n";
        }
        out += "    \" " + one.name + "\"*) COMPREPLY=($(compgen -f -W " +
               shell_quoted(joined(words_of(one))) + " -- \"$word\")) ;;\n";
    }
    out += "    *) COMPREPLY=($(compgen -W " + shell_quoted(joined(words_of(root))) + " -- \"$word\")) ;;\n";
    return out + "    esac\n}\ncomplete -F _modelwatch modelwatch\n";
}

std::string zsh_values(command_shape const& shape) {
    std::string out;
    for (auto const& child : shape.children)
        out += " " + shell_quoted(child.name + ":" + child.about);
    for (auto const& option : shape.options)
        out += " " + shell_quoted(option);
    return out;
}

std::string zsh_script(command_shape const& root) {
    std::string out = "#compdef modelwatch\n"
                      "_modelwatch() {\n"
                      "    local -a found\n"
                      "    case \"${words[2]}\" in\n";
    for (auto const& one : root.children) {
        out += "    " + one.name + ") found=(" + zsh_values(one) + " ) ;;\n";
    }
    return out + "    esac\n    (( CURRENT == 2 )) && found=(" + zsh_values(root) +
           " )\n    _describe 'modelwatch' found || _files\n}\n_modelwatch \"$@\"\n";
}

void fish_lines(command_shape const& shape, std::string const& condition, std::string& out) {
    for (auto const& child : shape.children) {
        out += "complete -c modelwatch -f -n " + shell_quoted(condition) + " -a " + child.name + " -d " +
               shell_quoted(child.about) + "\n";
    }
    for (auto const& option : shape.options) {
        out += "complete -c modelwatch -n " + shell_quoted(condition) + " -l " + option.substr(2) + "\n";
    }
}

std::string fish_script(command_shape const& root) {
    std::string out;
    fish_lines(root, "__fish_use_subcommand", out);
    for (auto const& one : root.children)
        fish_lines(one, "__fish_seen_subcommand_from " + one.name, out);
    return out;
}

} // namespace

int run_completion(session& s) {
    auto const root = describe_commands();
    auto const& shell = s.what.args.front();
    std::string script;
    if (shell == "bash") script = bash_script(root);
    if (shell == "zsh") script = zsh_script(root);
    if (shell == "fish") script = fish_script(root);
    if (script.empty()) {
        return report(
            failure(errc::invalid, "no completion for " + printable(shell), "bash, zsh and fish are known")
        );
    }
    s.out.line(trimmed(script));
    return exit_code::done;
}

} // namespace modelwatch::cli
