#include "taxii/query.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/limits_alert.h"
#include "crypto/hash.h"

namespace comity::taxii {
namespace {

using net::Target;

// Which of the parameters an endpoint knows: sections 5.3 to 5.8.
std::vector<std::string_view> parameters_of(Endpoint endpoint) {
  std::vector<std::string_view> known{"added_after", "limit", "next", "match[spec_version]"};
  if (endpoint != Endpoint::versions) known.emplace_back("match[version]");
  if (endpoint == Endpoint::objects || endpoint == Endpoint::manifest) {
    known.emplace_back("match[id]");
    known.emplace_back("match[type]");
  }
  return known;
}

Result<void> check_parameters(const Target& target, const std::vector<std::string_view>& known) {
  for (auto at = target.query.begin(); at != target.query.end(); ++at) {
    const std::string& name = at->first;
    if (std::ranges::find(known, name) == known.end()) {
      std::string all;
      for (std::string_view each : known) all += (all.empty() ? "" : ", ") + std::string(each);
      return fail(Code::unknown_field, "this list is filtered by: " + all, name);
    }
    if (std::ranges::find(target.query.begin(), at, name,
                          &std::pair<std::string, std::string>::first) != at)
      return fail(Code::bad_value, "a parameter stands at most once; give several values as a,b",
                  name);
  }
  return {};
}

Result<std::vector<std::string>> values_of(const Target& target, std::string_view field) {
  std::string name = "match[" + std::string(field) + "]";
  std::vector<std::string> values;
  const std::string* text = target.parameter(name);
  if (!text) return values;
  for (std::size_t from = 0; from <= text->size();) {
    std::size_t end = std::min(text->find(',', from), text->size());
    if (end == from) return fail(Code::bad_value, "an empty value; give some as a,b", name);
    if (values.size() == limits::taxii_match_values_max)
      return fail(Code::too_large,
                  "at most " + std::to_string(limits::taxii_match_values_max) + " values", name);
    values.push_back(text->substr(from, end - from));
    from = end + 1;
  }
  return values;
}

Result<node::ObjectFilter::Versions> versions_of(const Target& target) {
  node::ObjectFilter::Versions versions;
  TRY(auto values, values_of(target, "version"));
  for (const std::string& value : values) {
    if (value == "all") {
      versions.all = true;
    } else if (value == "first") {
      versions.first = true;
    } else if (value == "last") {
      versions.last = true;
    } else if (auto moment = stix::moment_from_text(value)) {
      versions.exact.push_back(*moment);
    } else {
      return fail(Code::bad_value, "first, last, all, or a version's timestamp", "match[version]");
    }
  }
  return versions;
}

Result<std::vector<std::string>> spec_versions_of(const Target& target) {
  TRY(auto values, values_of(target, "spec_version"));
  for (const std::string& value : values)
    if (value != "2.0" && value != "2.1")
      return fail(Code::bad_value, "2.0 or 2.1", "match[spec_version]");
  return values;
}

Result<std::optional<std::size_t>> limit_of(const Target& target) {
  const std::string* text = target.parameter("limit");
  if (!text) return std::nullopt;
  std::size_t limit = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  // A number too large for us is still a number: the server may give fewer.
  if (error == std::errc::result_out_of_range) return limits::taxii_page_max;
  if (error != std::errc() || end != text->data() + text->size() || limit == 0)
    return fail(Code::bad_value, "a positive integer", "limit");
  return limit;
}

// Of what, and by which filters, in whatever order they were given. `limit` may change from page to
// page; `added_after` may be left out or repeated.
std::string fingerprint_of(const Route& route, const Query& query) {
  std::string text = std::to_string(static_cast<int>(route.endpoint));
  auto add = [&](std::vector<std::string> values) {
    std::ranges::sort(values);
    text += '\n';
    for (const std::string& value : values) text += value + ",";
  };
  add({route.root, route.collection, route.object});
  add(query.filter.ids);
  add(query.filter.types);
  add(query.filter.specs);
  std::vector<std::string> versions;
  if (query.filter.versions.all) versions.emplace_back("all");
  if (query.filter.versions.first) versions.emplace_back("first");
  if (query.filter.versions.last) versions.emplace_back("last");
  for (const stix::Moment& moment : query.filter.versions.exact)
    versions.push_back(to_text(moment));
  add(std::move(versions));
  return to_hex(crypto::sha256(as_bytes(text))).substr(0, 8);
}

Result<std::optional<Added>> added_after_of(const Target& target) {
  const std::string* text = target.parameter("added_after");
  if (!text) return std::nullopt;
  auto added = added_from_text(*text);
  if (!added)
    return fail(Code::bad_value, "a timestamp in UTC, as 2026-11-22T00:00:00Z", "added_after");
  return added;
}

// "FINGERPRINT-MICROSECONDS".
Result<std::optional<Added>> next_of(const Target& target, std::string_view fingerprint) {
  const std::string* text = target.parameter("next");
  if (!text) return std::nullopt;
  Added added = 0;
  std::size_t dash = text->find('-');
  const char* end = text->data() + text->size();
  bool read = dash != std::string::npos && dash + 1 < text->size();
  if (read) {
    auto parsed = std::from_chars(text->data() + dash + 1, end, added);
    read = parsed.ec == std::errc() && parsed.ptr == end;
  }
  if (!read) return fail(Code::bad_value, "not a value that this server gave", "next");
  if (text->substr(0, dash) != fingerprint)
    return fail(Code::bad_value,
                "this value goes on with another list: use it with the filters it was given for",
                "next");
  return added;
}

}  // namespace

Result<Query> read_query(const Route& route, const Target& target) {
  TRY_VOID(check_parameters(target, parameters_of(route.endpoint)));
  Query query;
  TRY(query.filter.ids, values_of(target, "id"));
  TRY(query.filter.types, values_of(target, "type"));
  TRY(query.filter.specs, spec_versions_of(target));
  TRY(query.filter.versions, versions_of(target));
  TRY(query.limit, limit_of(target));
  query.fingerprint = fingerprint_of(route, query);
  TRY(auto after, added_after_of(target));
  TRY(auto next, next_of(target, query.fingerprint));
  query.filter.after = next ? *next : after.value_or(0);
  return query;
}

Result<Deletion> read_deletion(const Target& target) {
  TRY_VOID(check_parameters(target, {"match[version]", "match[spec_version]"}));
  TRY_VOID(versions_of(target));
  Deletion deletion;
  TRY(deletion.versions, values_of(target, "version"));
  TRY(deletion.specs, spec_versions_of(target));
  return deletion;
}

std::string next_of(const Query& query, Added last) {
  return query.fingerprint + "-" + std::to_string(last);
}

}  // namespace comity::taxii
