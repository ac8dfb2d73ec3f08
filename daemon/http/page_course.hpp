#pragma once

#include "daemon/http/page_json.hpp"

/// The parts of a model's page that tell its course: commits, differences, alerts, events, deliveries.
namespace modelwatch::http {

/// The timeline, newest first, each commit with what it is (upstream, baseline, deployed), and in a sentence
/// how far the deployed one is behind. Without a deployment the baseline is what upstream is measured by.
void add_timeline(mustache::data& to, json::array const& commits, json::object const& status);

/// The form that chooses two recorded states, and the files that differ.
void add_difference(mustache::data& to, json::object const& model);

/// Alerts, active and past, events, and what became of every message.
void add_history(mustache::data& to, json::object const& model);

} // namespace modelwatch::http
