#include "taxii/feed.h"

#include "base/limits_alert.h"
#include "crypto/hash.h"
#include "intel/misp_feed.h"

namespace comity::taxii {
namespace {

Result<void> fill(intel::MispFeed& feed, node::View& view, const node::Collection& collection,
                  const alert::Reader& reader, const FeedAsked& asked) {
  std::int64_t second =
      std::chrono::floor<std::chrono::seconds>(asked.now).time_since_epoch().count();
  node::ObjectFilter filter;
  filter.types = {"indicator"};
  for (std::size_t count = 0;;) {
    TRY(node::ObjectPage page, node::read_page(view, collection, reader, filter,
                                               limits::taxii_page_max, node::With::bytes));
    if (asked.tally) asked.tally(page.tally);
    count += page.objects.size();
    if (count > asked.objects_max)
      return fail(Code::too_large, "more than " + std::to_string(asked.objects_max) +
                                       " indicators are too many for a feed: read TAXII");
    for (const node::SeenObject& each : page.objects)
      if (std::int64_t added = each.added / 1'000'000; added < second)
        feed.add(each.bytes, added, each.tlp);
    if (!page.next) return {};
    filter.after = *page.next;
  }
}

bool has_tag(const net::Headers& headers, const std::string& tag) {
  const std::string* given = net::find_header(headers, "if-none-match");
  return given && (*given == "*" || given->contains(tag));
}

}  // namespace

Result<net::Response> feed_file(node::View& view, const node::Collection& collection,
                                const alert::Reader& reader, const FeedAsked& asked,
                                const net::Headers& headers) {
  bool hashes = asked.file == "hashes.csv", manifest = asked.file == "manifest.json";
  if (!hashes && !asked.file.ends_with(".json"))
    return fail(Code::not_found, "manifest.json, hashes.csv or the file of an event");
  intel::MispFeed feed({.collection = collection.id,
                        .title = collection.title,
                        .maker = asked.maker,
                        .now = asked.now});
  TRY_VOID(fill(feed, view, collection, reader, asked));
  std::string body;
  if (hashes) {
    body = feed.hashes();
  } else if (manifest) {
    body = json::write(feed.manifest());
  } else {
    json::Value event = feed.event(asked.file.substr(0, asked.file.size() - 5));
    if (event.is_null()) return fail(Code::not_found, "no event of this id is here for you");
    body = json::write(event);
  }
  std::string tag = "\"" + to_hex(crypto::sha256(as_bytes(body))).substr(0, 32) + "\"";
  bool held = has_tag(headers, tag);
  return net::Response{.status = held ? 304 : 200,
                       .headers = {{"content-type", hashes ? "text/csv" : "application/json"},
                                   {"etag", tag},
                                   {"cache-control", "private, no-cache"}},
                       .body = held ? "" : std::move(body)};
}

}  // namespace comity::taxii
