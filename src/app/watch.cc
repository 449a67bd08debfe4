#include "app/watch.h"

#include <map>
#include <optional>
#include "base/limits_push.h"

#include "json/reader.h"
#include "node/object_page.h"
#include "stix/moment.h"

namespace comity::app {
namespace {

net::Response json_response(const json::Value& value) {
  return {
      .status = 200, .headers = {{"content-type", "application/json"}}, .body = json::write(value)};
}

std::string added_text(node::Added added) {
  return to_text(
      stix::Moment{added / 1'000'000, static_cast<std::uint32_t>(added % 1'000'000 * 1'000)});
}

json::Object shown(const node::Collection& collection, const node::SeenObject& seen) {
  json::Object out{{"collection", collection.id},
                   {"title", collection.title},
                   {"id", seen.id},
                   {"type", node::type_of_id(seen.id)},
                   {"version", seen.version},
                   {"tlp", stix::tlp_name(seen.tlp)},
                   {"revoked", seen.revoked},
                   {"added", added_text(seen.added)}};
  if (seen.from) out["from"] = to_hex(*seen.from);
  return out;
}

// When something was last added; 0: never.
Result<node::Added> newest(node::Overlay& rows, const std::string& collection) {
  TRY(auto row, rows.get(node::Space::object_id, node::object_id_key(collection, "")));
  const json::Value* added = row ? row->find("added") : nullptr;
  return added && added->as_int() ? *added->as_int() : 0;
}

bool has_objects(const json::Value& answer) {
  return !answer.find("objects")->as_array()->empty();
}

}  // namespace

Result<json::Value> new_objects(node::View& view, const json::Value& asked) {
  json::Reader in(asked);
  std::string only = in.text_or("collection", "");
  bool begins = !in.has("after");
  json::Value after = in.any("after");
  TRY_VOID(in.finish());
  node::Overlay rows(view);
  TRY(auto collections, node::all_collections(rows));
  json::Object next;
  json::Array objects;
  for (const node::Collection& each : collections) {
    if (!only.empty() && each.id != only) continue;
    TRY(node::Added last, newest(rows, each.id));
    const json::Value* since = after.find(each.id);
    node::ObjectFilter filter;
    filter.after = since && since->as_int() ? *since->as_int() : 0;
    filter.specs = {"2.0", "2.1"};
    filter.versions.all = true;
    if (begins || last <= filter.after || objects.size() >= limits::watch_objects_max) {
      next[each.id] = begins ? last : filter.after;
      continue;
    }
    TRY(node::ObjectPage page,
        node::read_page(view, each, {.standing = alert::Standing::own}, filter,
                        limits::watch_objects_max - objects.size(), node::With::rows));
    for (const node::SeenObject& seen : page.objects) objects.push_back(shown(each, seen));
    next[each.id] = page.next.value_or(last);
  }
  return json::Object{{"after", std::move(next)}, {"objects", std::move(objects)}};
}

void Watch::ask(const net::Request& request, const net::Responder& respond, Instant now) {
  auto answer = [&]() -> Result<json::Value> {
    TRY(json::Value asked, json::parse(request.body));
    TRY(auto view, snapshot_());
    TRY(json::Value found, new_objects(*view, asked));
    if (has_objects(found) || !asked.find("after")) return found;
    if (waiting_.size() >= limits::watchers_max)
      return fail(Code::busy, "too many watch already; end one of them");
    waiting_.push_back({std::move(asked), request.body, respond, now + limits::watch_wait_max});
    return json::Value();
  }();
  if (!answer)
    respond(net::problem(answer.error()));
  else if (!answer->is_null())
    respond(json_response(*answer));
}

void Watch::look() {
  if (waiting_.empty()) return;
  auto view = snapshot_();
  if (!view) return;
  std::map<std::string, std::optional<net::Response>> answers;  // none: nothing new
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    auto [answer, fresh] = answers.try_emplace(at->words);
    if (fresh) {
      auto found = new_objects(**view, at->asked);
      if (!found)
        answer->second = net::problem(found.error());
      else if (has_objects(*found))
        answer->second = json_response(*found);
    }
    if (!answer->second) {
      ++at;
      continue;
    }
    at->respond(*answer->second);
    at = waiting_.erase(at);
  }
}

void Watch::tick(Instant now) {
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    // A clock that was set back must not make anybody wait for ever.
    bool over = at->until <= now || at->until > now + limits::watch_wait_max;
    if (!over) {
      ++at;
      continue;
    }
    at->respond(json_response(
        json::Object{{"after", *at->asked.find("after")}, {"objects", json::Array{}}}));
    at = waiting_.erase(at);
  }
}

}  // namespace comity::app
