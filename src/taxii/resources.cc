#include "taxii/resources.h"

#include "json/value.h"
#include "taxii/media.h"

namespace comity::taxii {
namespace {

json::Object to_json(const Collection& collection) {
  json::Object out{{"id", collection.id},
                   {"title", collection.title},
                   {"can_read", collection.can_read},
                   {"can_write", collection.can_write},
                   {"media_types", json::Array{stix_media, stix20_media}}};
  if (!collection.description.empty()) out["description"] = collection.description;
  if (!collection.alias.empty()) out["alias"] = collection.alias;
  return out;
}

// TAXII 2.1, 4.3.1: both are required. What was refused may have no version that could be read: it
// has "a value that is consistent to the server", the time at which it came. What has no id either
// is named by its place, with which its message begins ("object 3: …").
json::Array to_json(const std::vector<Status::Entry>& entries, const std::string& came_at) {
  json::Array out;
  for (const Status::Entry& entry : entries) {
    std::string place = entry.message.substr(0, entry.message.find(':'));
    if (!place.starts_with("object ")) place = "object";
    json::Object each{{"id", entry.id.empty() ? place : entry.id},
                      {"version", entry.version.empty() ? came_at : entry.version}};
    if (!entry.message.empty()) each["message"] = entry.message;
    out.push_back(std::move(each));
  }
  return out;
}

// An empty list is written as an empty object, as 5.4 says of an envelope and its like.
std::string write_page(std::string_view member, json::Array list, std::string_view next) {
  json::Object out;
  if (!list.empty()) out[member] = std::move(list);
  if (!next.empty()) {
    out["more"] = true;
    out["next"] = next;
  }
  return json::write(out);
}

}  // namespace

std::string write(const Discovery& discovery) {
  json::Object out{{"title", discovery.title}};
  if (!discovery.description.empty()) out["description"] = discovery.description;
  if (!discovery.contact.empty()) out["contact"] = discovery.contact;
  json::Array roots;
  for (const std::string& root : discovery.roots) roots.push_back("/taxii2/" + root + "/");
  if (!roots.empty()) {
    out["default"] = roots.front();
    out["api_roots"] = std::move(roots);
  }
  return json::write(out);
}

std::string write(const ApiRoot& root) {
  json::Object out{{"title", root.title},
                   {"versions", json::Array{taxii_media}},
                   {"max_content_length", static_cast<std::uint64_t>(root.max_content_length)}};
  if (!root.description.empty()) out["description"] = root.description;
  return json::write(out);
}

std::string write(const Collection& collection) {
  return json::write(to_json(collection));
}

std::string write(const std::vector<Collection>& collections) {
  json::Array list;
  for (const Collection& collection : collections) list.push_back(to_json(collection));
  return write_page("collections", std::move(list), "");
}

std::string write_manifest(const std::vector<ManifestEntry>& entries, std::string_view next) {
  json::Array list;
  for (const ManifestEntry& entry : entries)
    list.push_back(
        json::Object{{"id", entry.id},
                     {"date_added", added_text(entry.added)},
                     {"version", entry.version},
                     {"media_type", "application/stix+json;version=" + entry.spec_version}});
  return write_page("objects", std::move(list), next);
}

std::string write_versions(const std::vector<std::string>& versions, std::string_view next) {
  return write_page("versions", json::Array(versions.begin(), versions.end()), next);
}

net::Pieces write_envelope(const std::vector<std::string_view>& objects, std::string_view next) {
  auto own = [](net::Pieces& out, std::string text) {
    auto kept = std::make_shared<const std::string>(std::move(text));
    out.views.push_back(*kept);
    out.held.push_back(std::move(kept));
  };
  net::Pieces out;
  if (objects.empty()) {
    own(out, write_page("objects", {}, next));
    return out;
  }
  out.views.reserve(2 * objects.size() + 1);
  out.views.push_back(R"({"objects":[)");
  for (std::string_view object : objects) {
    if (out.views.size() > 1) out.views.push_back(",");
    out.views.push_back(object);
  }
  if (next.empty())
    out.views.push_back("]}");
  else
    own(out, R"(],"more":true,"next":)" + json::write(next) + "}");
  return out;
}

std::string write(const Status& status) {
  auto count = [](const std::vector<Status::Entry>& entries) {
    return static_cast<std::uint64_t>(entries.size());
  };
  json::Object out{
      {"id", status.id},
      {"status", status.pendings.empty() ? "complete" : "pending"},
      {"request_timestamp", status.request_timestamp},
      {"total_count", count(status.successes) + count(status.failures) + count(status.pendings)},
      {"success_count", count(status.successes)},
      {"failure_count", count(status.failures)},
      {"pending_count", count(status.pendings)}};
  if (!status.successes.empty())
    out["successes"] = to_json(status.successes, status.request_timestamp);
  if (!status.failures.empty())
    out["failures"] = to_json(status.failures, status.request_timestamp);
  if (!status.pendings.empty())
    out["pendings"] = to_json(status.pendings, status.request_timestamp);
  return json::write(out);
}

std::string write(const Problem& problem) {
  json::Object out{{"title", problem.title}, {"http_status", std::to_string(problem.http_status)}};
  if (!problem.description.empty()) out["description"] = problem.description;
  if (!problem.error_code.empty()) out["error_code"] = problem.error_code;
  return json::write(out);
}

}  // namespace comity::taxii
