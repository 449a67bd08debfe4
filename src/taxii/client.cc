#include "taxii/client.h"

#include <algorithm>
#include <charconv>

#include "base/limits_alert.h"
#include "base/limits_taxii_client.h"
#include "json/reader.h"
#include "stix/moment.h"
#include "stix/split.h"
#include "taxii/media.h"

namespace comity::taxii {
namespace {

const std::string* text_in(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found ? found->as_string() : nullptr;
}

bool flag_in(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found && found->as_bool() && *found->as_bool();
}

std::uint64_t count_in(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  const auto* count = found ? found->as_int() : nullptr;
  return count && *count > 0 ? static_cast<std::uint64_t>(*count) : 0;
}

Result<json::Value> parse_resource(std::string_view body) {
  TRY(json::Value value, json::parse(body, {.bytes_max = limits::taxii_resource_bytes_max}));
  if (!value.as_object()) return fail(Code::malformed, "not a TAXII resource");
  return value;
}

// What a URL may be made of: nothing that could end a request line.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '"'; });
}

}  // namespace

Result<Url> url_from_text(std::string_view text) {
  auto bad = [&] {
    return fail(Code::bad_value, "a URL is like https://taxii.example.org/taxii2/",
                std::string(text.substr(0, 200)));
  };
  Url url;
  url.tls = text.starts_with("https://");
  if (!url.tls && !text.starts_with("http://")) return bad();
  if (text.size() > limits::http_target_bytes_max || !is_plain(text)) return bad();
  std::string_view rest = text.substr(url.tls ? 8 : 7);
  std::size_t path = std::min(rest.find('/'), rest.size());
  std::string host(rest.substr(0, path));
  if (host.empty() || host.contains('@') || rest.contains('#')) return bad();
  bool port = host.rfind(':') != std::string::npos && !host.ends_with(']');
  auto endpoint = net::endpoint_from_text(host + (port ? "" : url.tls ? ":443" : ":80"));
  if (!endpoint || !endpoint->unix_path.empty()) return bad();
  url.endpoint = *std::move(endpoint);
  if (path < rest.size()) url.target = rest.substr(path);
  return url;
}

std::string to_text(const Url& url) {
  return (url.tls ? "https://" : "http://") + net::to_text(url.endpoint) + url.target;
}

Result<Url> resolve(const Url& base, std::string_view reference) {
  if (reference.starts_with("http://") || reference.starts_with("https://")) {
    TRY(Url url, url_from_text(reference));
    if (url.tls != base.tls || url.endpoint != base.endpoint)
      return fail(Code::not_allowed,
                  "the server leads to another one; if you trust that, give its URL yourself",
                  std::string(reference.substr(0, 200)));
    return url;
  }
  Url url = base;
  if (reference.starts_with('/') && !reference.starts_with("//")) {
    url.target = reference;
  } else {
    url.target = base.target.substr(0, base.target.rfind('/') + 1) + std::string(reference);
  }
  // What is a URL by itself: no fragment, none too long.
  bool good = !reference.empty() && !reference.starts_with("//") && !reference.contains("://") &&
              url_from_text(to_text(url)).has_value();
  if (!good) return fail(Code::bad_value, "not a URL", std::string(reference.substr(0, 200)));
  return url;
}

Result<std::vector<std::string>> roots_of(std::string_view body) {
  TRY(json::Value value, parse_resource(body));
  std::vector<std::string> roots;
  if (const std::string* first = text_in(value, "default")) roots.push_back(*first);
  const json::Value* list = value.find("api_roots");
  if (list && list->as_array())
    for (const json::Value& each : *list->as_array())
      if (each.as_string() && std::ranges::find(roots, *each.as_string()) == roots.end())
        roots.push_back(*each.as_string());
  if (roots.size() > limits::taxii_roots_max)
    return fail(Code::too_large, "a server with more than 1,000 API roots");
  return roots;
}

Result<std::vector<RemoteCollection>> collections_of(std::string_view body) {
  TRY(json::Value value, parse_resource(body));
  std::vector<RemoteCollection> out;
  const json::Value* list = value.find("collections");
  if (!list || !list->as_array()) return out;
  for (const json::Value& each : *list->as_array()) {
    const std::string *id = text_in(each, "id"), *title = text_in(each, "title"),
                      *alias = text_in(each, "alias");
    if (!id || !is_plain(*id)) continue;
    out.push_back({*id, title ? *title : "", alias ? *alias : "", flag_in(each, "can_read"),
                   flag_in(each, "can_write")});
  }
  return out;
}

Result<std::size_t> content_max_of(std::string_view body) {
  TRY(json::Value value, parse_resource(body));
  std::size_t most = static_cast<std::size_t>(count_in(value, "max_content_length"));
  return most == 0 ? limits::taxii_push_bytes : std::min(most, limits::taxii_push_bytes);
}

Result<void> check_answer(const net::Response& response, int wanted) {
  int status = response.status;
  if (status >= 300 && status < 400) {
    const std::string* where = net::find_header(response.headers, "location");
    return fail(Code::not_allowed,
                "the server sends us elsewhere; if you trust that, give its URL yourself",
                where ? where->substr(0, 200) : "");
  }
  if (status != wanted) {
    Code code = status == 401 || status == 403   ? Code::not_allowed
                : status == 404                  ? Code::not_found
                : status == 413                  ? Code::too_large
                : status == 429 || status >= 500 ? Code::busy
                                                 : Code::bad_value;
    std::string what = "the server answered with status " + std::to_string(status);
    auto body = json::parse(response.body, {.bytes_max = limits::taxii_resource_bytes_max});
    const std::string* title = body ? text_in(*body, "title") : nullptr;
    if (title) what += ": " + title->substr(0, 200);
    return fail(code, what);
  }
  const std::string* type = net::find_header(response.headers, "content-type");
  if (!type || !is_taxii(*type))
    return fail(Code::malformed, "the server's answer is not TAXII 2.1",
                type ? type->substr(0, 100) : "no content-type");
  return {};
}

Result<Posted> posted_of(std::string_view body) {
  TRY(json::Value value, parse_resource(body));
  const std::string* told = text_in(value, "id");
  bool fits = told && !told->empty() && told->size() <= 64 && is_plain(*told) &&
              told->find_first_of("/?#%") == std::string::npos;
  Posted posted{fits ? *told : "",
                count_in(value, "total_count"),
                count_in(value, "success_count"),
                count_in(value, "failure_count"),
                count_in(value, "pending_count"),
                {}};
  const json::Value* list = value.find("failures");
  if (!list || !list->as_array()) return posted;
  for (const json::Value& each : *list->as_array()) {
    const std::string *id = text_in(each, "id"), *message = text_in(each, "message");
    posted.failures.push_back(
        {id ? id->substr(0, 200) : "", message ? message->substr(0, 1'000) : ""});
  }
  return posted;
}

Result<Url> status_url(const Url& collection, std::string_view id) {
  Url root = collection;
  std::size_t at = root.target.rfind("collections/");
  if (at == std::string::npos) return fail(Code::bad_value, "no collection's URL", to_text(root));
  root.target.erase(at);
  return resolve(root, "status/" + std::string(id) + "/");
}

json::Value to_json(const Place& place) {
  return json::Object{
      {"added_after", place.added_after}, {"next", place.next}, {"last", place.last}};
}

Result<Place> place_from_json(const json::Value& value) {
  json::Reader in(value);
  Place place;
  place.added_after = in.text_or("added_after", "");
  place.next = in.text_or("next", "");
  place.last = in.text_or("last", "");
  TRY_VOID(in.finish());
  return place;
}

std::string Follower::query() const {
  std::string out;
  auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    out += (out.empty() ? "" : "&") + std::string(name) + "=" + net::percent_encode(value);
  };
  if (limit_ > 0) add("limit", std::to_string(limit_));
  add("added_after", place_.added_after);
  add("next", place_.next);
  return out;
}

bool Follower::ask_for_less() {
  if (limit_ == 1) return false;
  limit_ = limit_ == 0 ? 100 : std::max<std::size_t>(limit_ / 5, 1);
  return true;
}

bool Follower::begin_again() {
  if (place_.next.empty()) return false;
  place_.next.clear();
  seen_.clear();
  return true;
}

// The next round begins behind the last object of this one. A server that does not say when that
// was added is asked for everything again: what is here already is passed over.
void Follower::end_round() {
  done_ = true;
  if (!place_.last.empty()) place_.added_after = place_.last;
  place_.next.clear();
  place_.last.clear();
}

Result<std::vector<std::string_view>> Follower::take(const net::Response& response) {
  TRY_VOID(check_answer(response, 200));
  if (++pages_ > limits::taxii_pull_pages_max)
    return fail(Code::too_large, "more than 1,000,000 pages in one run: is the server looping?");
  TRY(stix::Split split, stix::split_objects(response.body));
  json::Value head(std::move(split.head));
  const std::string* last = net::find_header(response.headers, "x-taxii-date-added-last");
  if (last && stix::moment_from_text(*last)) {
    auto before = stix::moment_from_text(place_.last);
    if (!before || *before < *stix::moment_from_text(*last)) place_.last = *last;
  }
  const std::string* next = text_in(head, "next");
  if (!flag_in(head, "more")) {
    end_round();
    return std::move(split.objects);
  }
  std::string asked = place_.added_after + "\n" + place_.next;
  seen_.insert(asked);
  if (next && !next->empty() && next->size() <= limits::taxii_next_bytes_max) {
    place_.next = *next;
  } else {
    // 3.5: without `next`, a client goes on by added_after.
    place_.next.clear();
    place_.added_after = place_.last;
  }
  if (seen_.contains(place_.added_after + "\n" + place_.next))
    return fail(Code::corrupt, "the server loops: it says that more follows, and leads back");
  return std::move(split.objects);
}

}  // namespace comity::taxii
