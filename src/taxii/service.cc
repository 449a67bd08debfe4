#include "taxii/service.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits_alert.h"
#include "json/reader.h"
#include "node/late_view.h"
#include "node/object_page.h"
#include "node/roads.h"
#include "taxii/added.h"
#include "taxii/feed.h"
#include "taxii/media.h"
#include "taxii/query.h"

namespace comity::taxii {
namespace {

using node::Space;

constexpr const char* challenge = R"(Basic realm="taxii", charset="UTF-8", Bearer realm="taxii")";

std::unexpected<Problem> problem(int http_status, std::string title, std::string description = {},
                                 std::string code = {}) {
  return std::unexpected<Problem>({.http_status = http_status,
                                   .title = std::move(title),
                                   .description = std::move(description),
                                   .error_code = std::move(code)});
}

std::unexpected<Problem> problem(const Error& error) {
  int http_status = error.code == Code::not_found                                       ? 404
                    : error.code == Code::too_large                                     ? 413
                    : error.code == Code::not_allowed || error.code == Code::not_paired ? 403
                    : error.code == Code::busy                                          ? 503
                    : error.code == Code::io || error.code == Code::corrupt             ? 500
                                                                                        : 400;
  // What our own disk says is nobody's business outside.
  std::string what =
      http_status == 500 ? "the server failed; its operator can see why" : error.what;
  if (http_status != 500 && !error.where.empty()) what = error.where + ": " + what;
  return problem(http_status, http_status == 500 ? "Failed" : "Refused", std::move(what),
                 std::string(code_name(error.code)));
}

net::Response respond(int http_status, std::string body) {
  return {.status = http_status,
          .headers = {{"content-type", std::string(taxii_media)}, {"cache-control", "no-store"}},
          .body = std::move(body)};
}

net::Response respond(const Problem& problem) {
  net::Response response = respond(problem.http_status, write(problem));
  if (problem.http_status == 401) response.headers.emplace_back("www-authenticate", challenge);
  // RFC 9110, 15.5.16: what would be taken.
  if (problem.http_status == 415) response.headers.emplace_back("accept-encoding", "identity");
  return response;
}

// The key under which the credential of an Authorization header would stand; empty: none, or of a
// scheme that is not known here.
std::string key_of(const std::string& authorization) {
  std::size_t space = authorization.find(' ');
  if (space == std::string::npos) return {};
  std::string scheme = authorization.substr(0, space);
  std::ranges::transform(scheme, scheme.begin(), [](char c) {
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  std::string_view rest = std::string_view(authorization).substr(space + 1);
  if (scheme == "bearer") return node::bearer_key(rest);
  if (scheme != "basic") return {};
  auto decoded = from_base64(rest);
  if (!decoded) return {};
  std::string_view pair = as_text(*decoded);
  std::size_t colon = pair.find(':');
  if (colon == std::string_view::npos) return {};
  return node::basic_key(pair.substr(0, colon), pair.substr(colon + 1));
}

Collection shown(const node::Collection& collection, const node::TaxiiUser& user) {
  return {.id = collection.id,
          .title = collection.title,
          .description = collection.description,
          .alias = collection.alias,
          .can_read = user.read.contains(collection.id),
          .can_write = user.write.contains(collection.id)};
}

// The collections of an API root that the user has to do with, in the order of their ids. The
// others are not known to it, and are not looked at.
Result<std::vector<node::Collection>> collections_for(node::View& view, const std::string& root,
                                                      const node::TaxiiUser& user) {
  node::Overlay rows(view);
  std::set<std::string> ids = user.read;
  ids.insert(user.write.begin(), user.write.end());
  std::vector<node::Collection> all;
  for (const std::string& id : ids) {
    TRY(node::Collection each, node::load_collection(rows, id));
    if (!node::is_inside(each, user)) continue;
    if (root.empty() || each.root == root) all.push_back(std::move(each));
  }
  return all;
}

std::expected<node::Collection, Problem> find_collection(node::View& view, const Route& route,
                                                         const node::TaxiiUser& user) {
  auto all = collections_for(view, route.root, user);
  if (!all) return problem(all.error());
  for (node::Collection& each : *all)
    if (each.id == route.collection || (!each.alias.empty() && each.alias == route.collection))
      return std::move(each);
  return problem(404, "Not found", "no collection of this id or alias is here for you",
                 "not_found");
}

void add_dates(net::Response& response, const node::ObjectPage& page) {
  if (page.objects.empty()) return;
  response.headers.emplace_back("x-taxii-date-added-first", added_text(page.objects.front().added));
  response.headers.emplace_back("x-taxii-date-added-last", added_text(page.objects.back().added));
}

net::Pieces write_page(Endpoint endpoint, node::ObjectPage page, std::string_view next) {
  if (endpoint == Endpoint::manifest) {
    std::vector<ManifestEntry> entries;
    for (const node::SeenObject& each : page.objects)
      entries.push_back(
          {std::string(each.id), std::string(each.version), std::string(each.spec), each.added});
    return net::pieces_of(write_manifest(entries, next));
  }
  if (endpoint == Endpoint::versions) {
    std::vector<std::string> versions;
    for (const node::SeenObject& each : page.objects) versions.emplace_back(each.version);
    return net::pieces_of(write_versions(versions, next));
  }
  net::Pieces pieces = write_envelope(page.pieces, next);
  pieces.held.insert(pieces.held.end(), page.held.begin(), page.held.end());
  return pieces;
}

std::vector<Status::Entry> entries_in(json::Reader& in, std::string_view name) {
  std::vector<Status::Entry> entries;
  in.objects(name, limits::taxii_envelope_objects_max, [&](json::Reader& each) {
    Status::Entry entry;
    entry.id = each.text("id");
    entry.version = each.text("version");
    entry.message = each.text("message");
    entries.push_back(std::move(entry));
  });
  return entries;
}

struct HeldStatus {
  Status status;
  std::string root, user;
};

Result<HeldStatus> status_from_json(const json::Value& value) {
  HeldStatus held;
  json::Reader in(value);
  held.status.id = in.text("id");
  held.status.request_timestamp = in.text("request_timestamp");
  held.root = in.text("root");
  held.user = in.text("user");
  held.status.successes = entries_in(in, "successes");
  held.status.failures = entries_in(in, "failures");
  TRY_VOID(in.finish());
  return held;
}

// RFC 9110, 5.3: lines of one name are one list.
std::string list_of(const net::Headers& headers, std::string_view wanted) {
  std::string list;
  for (const auto& [name, value] : headers)
    if (name == wanted) list.append(list.empty() ? "" : ",").append(value);
  return list;
}

bool is_identity(std::string_view coding) {
  return std::ranges::equal(coding, std::string_view("identity"),
                            [](char a, char b) { return (a | 0x20) == b; });
}

// What a request must be before it is looked at: section 1.6.8.
std::expected<void, Problem> check_headers(const net::Request& request) {
  if (!accepts_taxii(list_of(request.headers, "accept")))
    return problem(406, "Not acceptable", "send Accept: " + std::string(taxii_media),
                   "not_acceptable");
  if (request.method != "POST") return {};
  const std::string* type = net::find_header(request.headers, "content-type");
  if (!type || !is_taxii(*type))
    return problem(415, "Unsupported media type", "send Content-Type: " + std::string(taxii_media),
                   "unsupported_media_type");
  const std::string* coding = net::find_header(request.headers, "content-encoding");
  if (coding && !is_identity(*coding))
    return problem(415, "Unsupported content coding",
                   "a body is taken as it is: send it unpacked, without Content-Encoding",
                   "unsupported_content_coding");
  return {};
}

}  // namespace

// Read before anything else is: what is committed meanwhile makes it another.
void Service::look_whether_anything_changed() const {
  if (!ports_.generation) return;
  std::uint64_t generation = ports_.generation();
  blocks_.begin(generation);
  Date day = date_of(ports_.now());
  const CorpusHash law = ports_.context()->corpus.hash();
  if (generation == memory_.generation && day == memory_.day && law == memory_.law) return;
  memory_ = {};
  memory_.generation = generation;
  memory_.day = day;
  memory_.law = law;
}

std::expected<Service::Caller, Problem> Service::known_caller(node::View& view,
                                                              const net::Request& request,
                                                              const Pin& pin) const {
  const std::string* authorization = net::find_header(request.headers, "authorization");
  std::string key = authorization ? key_of(*authorization) : pin ? node::certificate_key(*pin) : "";
  if (auto held = memory_.callers.find(key); held != memory_.callers.end()) return held->second;
  auto caller = caller_of(view, key);
  if (caller && ports_.generation && memory_.callers.size() < limits::taxii_remembered_users_max)
    memory_.callers[key] = *caller;
  return caller;
}

// Who shows nothing asks what to show, as clients do first.
void Service::tell_of_refused_login(const net::Request& request, const Pin& pin) const {
  if (!ports_.refused) return;
  const std::string* shown = net::find_header(request.headers, "authorization");
  if (!shown && !pin) return;
  if (!shown) return ports_.refused("certificate");
  auto is = [&](std::string_view scheme) {
    auto same = [](char a, char b) { return (a | 0x20) == b; };
    return shown->size() > scheme.size() &&
           std::ranges::equal(std::string_view(*shown).substr(0, scheme.size()), scheme, same);
  };
  ports_.refused(is("basic ") ? "basic" : is("bearer ") ? "bearer" : "other");
}

std::expected<node::Collection, Problem> Service::known_collection(node::View& view,
                                                                   const Asked& asked) const {
  const Route& route = asked.route;
  std::string key = fmt::format("{}/{}/{}", asked.caller.key, route.root, route.collection);
  auto held = memory_.collections.find(key);
  if (held != memory_.collections.end()) return held->second;
  auto found = find_collection(view, route, asked.caller.user);
  if (found && ports_.generation && memory_.collections.size() < limits::taxii_remembered_users_max)
    memory_.collections.emplace(std::move(key), *found);
  return found;
}

namespace {

// All that decides what a reader sees of a collection, beside what the memory as a whole rests on,
// and what it asks for.
std::string page_key(const alert::Reader& reader, const std::string& target) {
  return fmt::format("{} {} {:d}{:x} {}", static_cast<int>(reader.standing), to_hex(reader.member),
                     reader.law_enforcement, reader.no_road, target);
}

}  // namespace

const Service::Page* Service::remembered(const Caller& caller, const net::Request& request) const {
  if (request.method != "GET" || memory_.pages.empty()) return nullptr;
  auto held = memory_.pages.find(page_key(caller.reader, request.target));
  bool may = held != memory_.pages.end() && caller.user.read.contains(held->second.collection);
  return may ? &held->second : nullptr;
}

// `held`: how many bytes stay in memory for it that are not its own.
void Service::remember(const Asked& asked, Page page, std::size_t held) const {
  std::size_t size = page.response.shared->size() + held + asked.request.target.size();
  if (!ports_.generation || size > limits::taxii_remembered_bytes_max / 2) return;
  if (memory_.bytes + size > limits::taxii_remembered_bytes_max) {
    memory_.pages.clear();
    memory_.bytes = 0;
  }
  memory_.bytes += size;
  memory_.pages[page_key(asked.caller.reader, asked.request.target)] = std::move(page);
}

Result<std::size_t> Service::body_limit(const net::Request& head, const Pin& pin) const {
  if (head.method != "POST") return std::size_t{0};
  look_whether_anything_changed();
  node::LateView view(ports_.snapshot);
  auto caller = known_caller(view, head, pin);
  bool writes = caller && !caller->user.write.empty();
  return writes ? limits::taxii_envelope_bytes_max : limits::taxii_stranger_bytes_max;
}

std::expected<Service::Caller, Problem> Service::caller_of(node::View& view,
                                                           const std::string& key) const {
  auto refused = [] {
    return problem(401, "Unauthorized", "a name and password, or a token, that this server gave",
                   "unauthorized");
  };
  if (key.empty()) return refused();
  node::Overlay rows(view);
  auto user = node::find_taxii_user(rows, key);
  if (!user) return problem(user.error());
  if (!*user) return refused();
  auto reader = node::reader_of(rows, **user, ports_.context()->jurisdiction);
  if (!reader) return problem(reader.error());
  return Caller{.key = key, .user = **std::move(user), .reader = *reader};
}

std::expected<alert::Reader, Problem> Service::reader_for(
    node::View& view, const Caller& caller, const node::Collection& collection) const {
  node::Overlay rows(view);
  alert::Reader reader = caller.reader;
  auto context = ports_.context();
  auto judged = node::judge_roads(rows, node::here(*context, ports_.now()), collection, reader);
  if (!judged) return problem(judged.error());
  return reader;
}

void Service::handle(const net::Request& request, Answer answer, const Pin& pin) const {
  look_whether_anything_changed();
  node::LateView view(ports_.snapshot);
  auto caller = known_caller(view, request, pin);
  if (!caller) {
    if (caller.error().http_status == 401) tell_of_refused_login(request, pin);
    return answer(respond(caller.error()));
  }
  if (request.target.starts_with("/misp/")) {
    auto response = feed(view, request, *caller);
    return answer(response ? *std::move(response) : respond(response.error()));
  }
  if (auto good = check_headers(request); !good) return answer(respond(good.error()));
  if (const Page* page = remembered(*caller, request)) {
    if (ports_.tally) ports_.tally(page->tally);
    return answer(page->response);
  }
  auto target = net::parse_target(request.target);
  if (!target) return answer(respond(problem(target.error()).error()));
  auto route = route_of(*target);
  if (!route) return answer(respond(problem(route.error()).error()));
  Asked asked{request, *std::move(target), *std::move(route), *std::move(caller)};
  if (!methods_of(asked.route.endpoint).contains(request.method)) {
    std::string allowed(methods_of(asked.route.endpoint));
    net::Response refusal = respond(
        problem(405, "Method not allowed", "here: " + allowed, "method_not_allowed").error());
    refusal.headers.emplace_back("allow", std::move(allowed));
    return answer(std::move(refusal));
  }
  if (request.method == "POST") {
    auto collection = known_collection(view, asked);
    if (!collection) return answer(respond(collection.error()));
    return post(asked, *collection, std::move(answer));
  }
  if (request.method == "DELETE") {
    auto collection = known_collection(view, asked);
    if (!collection) return answer(respond(collection.error()));
    return remove(view, asked, *collection, std::move(answer));
  }
  auto response = read(view, asked);
  answer(response ? *std::move(response) : respond(response.error()));
}

Service::Answered Service::read(node::View& view, const Asked& asked) const {
  const Route& route = asked.route;
  if (route.endpoint == Endpoint::discovery) {
    auto all = collections_for(view, "", asked.caller.user);
    if (!all) return problem(all.error());
    Discovery discovery{.title = ports_.title};
    for (const node::Collection& each : *all)
      if (std::ranges::find(discovery.roots, each.root) == discovery.roots.end())
        discovery.roots.push_back(each.root);
    return respond(200, write(discovery));
  }
  if (route.endpoint == Endpoint::status) return status(view, asked);
  if (route.endpoint == Endpoint::root || route.endpoint == Endpoint::collections)
    return list_collections(view, asked);
  auto collection = known_collection(view, asked);
  if (!collection) return std::unexpected(collection.error());
  if (route.endpoint == Endpoint::collection)
    return respond(200, write(shown(*collection, asked.caller.user)));
  if (!asked.caller.user.read.contains(collection->id))
    return problem(403, "Forbidden", "this user may write into this collection, not read it",
                   "not_allowed");
  return page(view, asked, *collection);
}

Service::Answered Service::list_collections(node::View& view, const Asked& asked) const {
  auto all = collections_for(view, asked.route.root, asked.caller.user);
  if (!all) return problem(all.error());
  if (all->empty())
    return problem(404, "Not found", "no API root of this name is here for you", "not_found");
  if (asked.route.endpoint == Endpoint::root)
    return respond(200, write(ApiRoot{.title = asked.route.root,
                                      .max_content_length = limits::taxii_envelope_bytes_max}));
  std::vector<Collection> list;
  for (const node::Collection& each : *all) list.push_back(shown(each, asked.caller.user));
  return respond(200, write(list));
}

// Whoever posted sees what became of it, and nobody else.
Service::Answered Service::status(node::View& view, const Asked& asked) const {
  node::Overlay rows(view);
  auto row = rows.get(Space::taxii_status, asked.route.status);
  if (!row) return problem(row.error());
  auto none = [] { return problem(404, "Not found", "no status of this id", "not_found"); };
  if (!*row) return none();
  auto held = status_from_json(**row);
  if (!held) return problem(held.error());
  if (held->user != asked.caller.key || held->root != asked.route.root) return none();
  return respond(200, write(held->status));
}

// Beside TAXII: a collection as a MISP feed, for the same users.
Service::Answered Service::feed(node::View& view, const net::Request& request,
                                const Caller& caller) const {
  if (request.method != "GET" && request.method != "HEAD")
    return problem(405, "Method not allowed", "here: GET, HEAD", "method_not_allowed");
  auto target = net::parse_target(request.target);
  if (!target) return problem(target.error());
  if (target->segments.size() != 3) return problem(404, "Not found", "", "not_found");
  auto collection = find_collection(
      view, {.endpoint = Endpoint::collection, .collection = target->segments[1]}, caller.user);
  if (!collection) return std::unexpected(collection.error());
  if (!caller.user.read.contains(collection->id))
    return problem(403, "Forbidden", "this user may write into this collection, not read it",
                   "not_allowed");
  auto reader = reader_for(view, caller, *collection);
  if (!reader) return std::unexpected(reader.error());
  auto response = feed_file(view, *collection, *reader,
                            {.file = target->segments[2],
                             .maker = ports_.title,
                             .tally = ports_.tally,
                             .now = ports_.now()},
                            request.headers);
  if (!response) return problem(response.error());
  return *std::move(response);
}

Service::Answered Service::page(node::View& view, const Asked& asked,
                                const node::Collection& collection) const {
  auto query = read_query(asked.route, asked.target);
  if (!query) return problem(query.error());
  node::ObjectFilter filter = query->filter;
  bool of_one =
      asked.route.endpoint == Endpoint::object || asked.route.endpoint == Endpoint::versions;
  if (of_one) filter.ids = {asked.route.object};
  if (asked.route.endpoint == Endpoint::versions) filter.versions.all = true;
  std::size_t count =
      std::min(query->limit.value_or(limits::taxii_page_default), limits::taxii_page_max);
  bool with_bytes =
      asked.route.endpoint == Endpoint::objects || asked.route.endpoint == Endpoint::object;
  auto reader = reader_for(view, asked.caller, collection);
  if (!reader) return std::unexpected(reader.error());
  auto page = read_page(view, collection, *reader, filter, count,
                        with_bytes ? node::With::bytes : node::With::rows,
                        ports_.generation ? &blocks_ : nullptr);
  if (!page) return problem(page.error());
  if (ports_.tally) ports_.tally(page->tally);
  if (of_one && page->objects.empty()) {
    // Nothing new, or nothing at all? What is hidden, and what is not there, look the same.
    filter.after = 0;
    auto any = read_page(view, collection, *reader, filter, 1, node::With::rows);
    if (!any) return problem(any.error());
    if (any->objects.empty())
      return problem(404, "Not found", "no object of this id is here for you", "not_found");
  }
  std::string next = page->next ? next_of(*query, *page->next) : "";
  net::Response response = respond(200, "");
  add_dates(response, *page);
  std::size_t held = with_bytes ? page->held_bytes : 0;
  alert::Tally tally = page->tally;
  response.shared =
      std::make_shared<const net::Pieces>(write_page(asked.route.endpoint, *std::move(page), next));
  remember(asked, {.collection = collection.id, .response = response, .tally = tally}, held);
  return response;
}

void Service::post(const Asked& asked, const node::Collection& collection, Answer answer) const {
  if (!asked.caller.user.write.contains(collection.id))
    return answer(
        respond(problem(403, "Forbidden", "this user may read this collection, not write into it",
                        "not_allowed")
                    .error()));
  node::ObjectsPosted posted{asked.caller.key, collection.id, asked.request.body};
  ports_.submit({std::move(posted)},
                [answer = std::move(answer)](const std::vector<node::Reply>& replies) {
                  const node::Reply& reply = replies[0];
                  if (reply.error) return answer(respond(problem(*reply.error).error()));
                  auto held = status_from_json(reply.body);
                  if (!held) return answer(respond(problem(held.error()).error()));
                  answer(respond(202, write(held->status)));
                });
}

// 5.7. An object that the user may not see is not there for it.
void Service::remove(node::View& view, const Asked& asked, const node::Collection& collection,
                     Answer answer) const {
  const node::TaxiiUser& user = asked.caller.user;
  if (!user.write.contains(collection.id) || !user.read.contains(collection.id))
    return answer(
        respond(problem(403, "Forbidden", "who deletes from this collection must read and write it",
                        "not_allowed")
                    .error()));
  auto what = read_deletion(asked.target);
  if (!what) return answer(respond(problem(what.error()).error()));
  auto reader = reader_for(view, asked.caller, collection);
  if (!reader) return answer(respond(reader.error()));
  auto there = has_object(view, collection, *reader, asked.route.object);
  if (!there) return answer(respond(problem(there.error()).error()));
  if (!*there)
    return answer(respond(
        problem(404, "Not found", "no object of this id is here for you", "not_found").error()));
  node::ObjectsDeleted input{asked.caller.key, collection.id, asked.route.object, what->versions,
                             what->specs};
  ports_.submit({std::move(input)},
                [answer = std::move(answer)](const std::vector<node::Reply>& replies) {
                  if (replies[0].error) return answer(respond(problem(*replies[0].error).error()));
                  answer(respond(200, "{}"));
                });
}

}  // namespace comity::taxii
