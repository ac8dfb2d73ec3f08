#include "daemon/metrics.hpp"

#include <dirent.h>
#include <fstream>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

namespace modelwatch {

namespace {

using counters = prometheus::Family<prometheus::Counter>;
using gauges = prometheus::Family<prometheus::Gauge>;
using histograms = prometheus::Family<prometheus::Histogram>;

prometheus::Histogram::BucketBoundaries const poll_bounds{0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100};
prometheus::Histogram::BucketBoundaries const delivery_bounds{0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30};

double seconds_of(std::chrono::milliseconds value) {
    return std::chrono::duration<double>(value).count();
}

double seconds_since_1970(instant when) {
    return std::chrono::duration<double>(when.time_since_epoch()).count();
}

double resident_bytes() {
    std::ifstream in{"/proc/self/statm"};
    double pages = 0;
    double resident = 0;
    in >> pages >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    auto const of = [](timeval const& value) {
        return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_usec) / 1e6;
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

double open_files() {
    auto* const folder = opendir("/proc/self/fd");
    if (folder == nullptr) return 0;
    double count = -1; // the folder itself
    while (auto const* entry = readdir(folder))
        count += entry->d_name[0] == '.' ? 0 : 1;
    closedir(folder);
    return count;
}

} // namespace

struct metrics::families {
    prometheus::Registry registry;

    gauges& gauge(char const* name, char const* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }

    counters& counter(char const* name, char const* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }

    histograms& histogram(char const* name, char const* help) {
        return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
    }

    counters& polls = counter("modelwatch_polls_total", "Polls by hub and outcome.");
    histograms& poll_time = histogram("modelwatch_poll_duration_seconds", "How long polls took.");
    counters& attempts = counter(
        "modelwatch_delivery_attempts_total", "Attempts to deliver a message, by notifier and outcome."
    );
    histograms& attempt_time =
        histogram("modelwatch_delivery_duration_seconds", "How long attempts to deliver took.");
    counters& requests = counter("modelwatch_http_requests_total", "HTTP requests answered, by status code.");
    gauges& reload_good = gauge(
        "modelwatch_config_last_reload_successful",
        "Whether the last attempt to load the configuration succeeded."
    );
    gauges& reload_time = gauge(
        "modelwatch_config_last_reload_success_timestamp_seconds", "When the configuration was last loaded."
    );
    gauges& build = gauge("modelwatch_build_info", "Version of the running program; always 1.");
    gauges& watches = gauge("modelwatch_watches", "Watched models by hub.");
    gauges& failing = gauge("modelwatch_watches_failing", "Watches whose last poll failed, by hub.");
    gauges& last_success = gauge(
        "modelwatch_last_successful_poll_timestamp_seconds",
        "When a poll of this hub last succeeded; 0: never."
    );
    gauges& alerts = gauge("modelwatch_alerts", "Alerts that are not resolved, by severity and state.");
    gauges& messages =
        gauge("modelwatch_messages", "Messages that are not delivered, by notifier and state.");
    gauges& ratings = gauge("modelwatch_models_by_rating", "Watched models by rating.");
    gauges& staleness = gauge("modelwatch_models_by_staleness", "Watched models by staleness.");
    gauges& running = gauge("modelwatch_polls_running", "Polls in flight.");
    gauges& lag =
        gauge("modelwatch_scheduler_lag_seconds", "How long the most overdue watch has been waiting.");
    gauges& database = gauge("modelwatch_database_size_bytes", "Size of the database file.");
    gauges& writable = gauge(
        "modelwatch_database_writable", "Whether the database could be written when it was last tried."
    );
    gauges& memory = gauge("process_resident_memory_bytes", "Resident memory size in bytes.");
    gauges& files = gauge("process_open_fds", "Number of open file descriptors.");
    gauges& started = gauge("process_start_time_seconds", "Start time of the process since the Unix epoch.");
    counters& cpu = counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.");

    void put(gauges& family, prometheus::Labels const& labels, double value) {
        family.Add(labels).Set(value);
    }

    void put_all(gauges& family, std::string const& label, std::map<std::string, double> const& values) {
        for (auto const& [name, value] : values)
            put(family, {{label, name}}, value);
    }
};

metrics::metrics(std::string const& version, instant started)
    : all_{std::make_unique<families>()} {
    all_->put(all_->build, {{"version", version}}, 1);
    all_->put(all_->started, {}, seconds_since_1970(started));
    reloaded(true, started);
}

metrics::~metrics() = default;

void metrics::poll_ended(std::string const& hub, std::string_view outcome, std::chrono::milliseconds took) {
    all_->polls.Add({{"hub", hub}, {"outcome", std::string{outcome}}}).Increment();
    all_->poll_time.Add({{"hub", hub}}, poll_bounds).Observe(seconds_of(took));
}

void metrics::attempt_ended(
    std::string const& notifier, std::string_view outcome, std::chrono::milliseconds took
) {
    all_->attempts.Add({{"notifier", notifier}, {"outcome", std::string{outcome}}}).Increment();
    all_->attempt_time.Add({{"notifier", notifier}}, delivery_bounds).Observe(seconds_of(took));
}

void metrics::request_answered(unsigned status) {
    all_->requests.Add({{"code", std::to_string(status)}}).Increment();
}

void metrics::reloaded(bool good, instant when) {
    all_->put(all_->reload_good, {}, good ? 1 : 0);
    if (good) all_->put(all_->reload_time, {}, seconds_since_1970(when));
}

std::string metrics::text(present_state const& now) {
    // Families of the present state live in a registry of their own for one answer: what is gone is not
    // shown.
    families present;
    for (auto const& [name, hub] : now.hubs) {
        present.put(present.watches, {{"hub", name}}, hub.watches);
        present.put(present.failing, {{"hub", name}}, hub.failing);
        present.put(present.last_success, {{"hub", name}}, hub.last_success);
    }
    for (auto const& [key, value] : now.alerts)
        present.put(present.alerts, {{"severity", key.first}, {"state", key.second}}, value);
    for (auto const& [key, value] : now.messages)
        present.put(present.messages, {{"notifier", key.first}, {"state", key.second}}, value);
    present.put_all(present.ratings, "rating", now.ratings);
    present.put_all(present.staleness, "staleness", now.staleness);
    present.put(present.running, {}, now.running_polls);
    present.put(present.lag, {}, now.lag_seconds);
    present.put(present.database, {}, now.database_bytes);
    present.put(present.writable, {}, now.database_writable);
    present.put(present.memory, {}, resident_bytes());
    present.put(present.files, {}, open_files());
    present.cpu.Add({}).Increment(cpu_seconds());
    auto collected = all_->registry.Collect();
    auto const more = present.registry.Collect();
    collected.insert(collected.end(), more.begin(), more.end());
    std::erase_if(collected, [](auto const& family) { return family.metric.empty(); });
    return prometheus::TextSerializer{}.Serialize(collected);
}

} // namespace modelwatch
