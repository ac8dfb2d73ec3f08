#include "daemon/model/digest.hpp"
#include "daemon/model/host.hpp"
#include "daemon/notify/blocking.hpp"
#include "daemon/notify/channels.hpp"
#include "daemon/notify/email_render.hpp"
#include "daemon/notify/sendmail.hpp"
#include "daemon/notify/smtp.hpp"

#include <algorithm>
#include <stdexcept>

namespace modelwatch::notify {

namespace {

constexpr std::string_view program_scheme = "sendmail:";

/// Everything that one attempt needs, so that it can outlive the channel on another thread.
struct setup {
    envelope route;
    std::string program; ///< of "sendmail:"; empty: SMTP
    smtp_server server;
    secrets hidden;
};

setup read_options(channel_options const& options) {
    setup out;
    bool const by_program = options.smtp.starts_with(program_scheme);
    if (by_program) {
        out.program = options.smtp.substr(program_scheme.size());
        if (out.program.empty()) out.program = "/usr/sbin/sendmail";
        if (!out.program.starts_with('/'))
            throw std::invalid_argument("smtp = \"sendmail:PATH\" wants an absolute path");
    } else {
        out.server = parse_smtp_url(
            options.smtp, options.ehlo.empty() ? greeting_name(options.host_name, {}) : options.ehlo
        );
        out.server.username = options.username;
        out.server.password = options.password;
        out.server.via = options.via;
        out.server.timeout = options.timeout;
    }
    out.route.from = parse_mailbox(options.from, !by_program);
    for (auto const& one : options.to)
        out.route.to.push_back(parse_mailbox(one, !by_program));
    if (out.route.to.empty())
        throw std::invalid_argument("an email notifier needs at least one address in `to`");
    out.route.host = options.host_name;
    out.route.whom = options.whom;
    out.hidden.add(options.password);
    out.hidden.add(base64(options.password));
    if (!options.password.empty())
        out.hidden.add(base64(std::string{'\0'} + options.username + '\0' + options.password));
    return out;
}

delivery deliver(setup const& how, mail_job const& job, abort_flag const& aborted) {
    if (!how.program.empty()) return send_by_program(how.program, job, how.hidden, aborted);
    return judge_recipients(send_over_smtp(how.server, job, how.hidden, aborted), job.recipients);
}

/// Whoever still waited for this mail has been taken out of the configuration since.
delivery nobody_left() {
    delivery out;
    out.what = delivery::outcome::delivered;
    out.answer = "nothing left to send: the recipients that were pending are no longer configured";
    return out;
}

class email_channel final : public channel {
public:
    email_channel(channel_options const& options, channel_deps deps)
        : how_(std::make_shared<setup const>(read_options(options)))
        , deps_(deps) {}

    asio::awaitable<delivery> send(message const& what, std::vector<std::string> recipients) override {
        mail_job job;
        job.from = how_->route.from.address;
        job.recipients = wanted(recipients);
        if (job.recipients.empty()) co_return nobody_left();
        job.bytes = render_email(what, how_->route);
        std::function<delivery(abort_flag const&)> work = [how = how_, job](abort_flag const& aborted) {
            return deliver(*how, job, aborted);
        };
        auto outcome = co_await run_blocking<delivery>(deps_.blocking, std::move(work));
        // "None has got it" is said by an empty list, but only when nobody else has got it before.
        if (outcome.what == delivery::outcome::retry && outcome.pending_recipients.empty() &&
            !recipients.empty())
            outcome.pending_recipients = job.recipients;
        co_return outcome;
    }

private:
    /// Addresses that were recorded as pending, but are configured no longer, are left out.
    [[nodiscard]] std::vector<std::string> wanted(std::vector<std::string> const& narrowed) const {
        std::vector<std::string> out;
        for (auto const& box : how_->route.to) {
            bool const asked = narrowed.empty() ||
                               std::find(narrowed.begin(), narrowed.end(), box.address) != narrowed.end();
            bool const twice = std::find(out.begin(), out.end(), box.address) != out.end();
            if (asked && !twice) out.push_back(box.address);
        }
        return out;
    }

    std::shared_ptr<setup const> how_;
    channel_deps deps_;
};

} // namespace

std::unique_ptr<channel> make_email_channel(channel_options options, channel_deps deps) {
    return std::make_unique<email_channel>(options, deps);
}

} // namespace modelwatch::notify
