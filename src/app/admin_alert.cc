#include "app/admin_alert.h"

#include <charconv>

#include "node/object_page.h"

namespace comity::app {
namespace {

constexpr std::size_t rows_page = 5'000;
constexpr std::size_t bytes_page = 256;
constexpr std::size_t bytes_page_max = 3u << 20;  // an answer is twice as long at most

std::string parameter(const net::Target& target, std::string_view name) {
  const std::string* value = target.parameter(name);
  return value ? *value : "";
}

Result<alert::Reader> reader_asked(const node::Context& context, node::Overlay& rows,
                                   const net::Target& target) {
  node::TaxiiUser user;
  std::string standing = parameter(target, "standing");
  if (standing == "client") user.standing = alert::Standing::client;
  if (standing == "member") {
    user.standing = alert::Standing::member;
    TRY(user.member, member_id_from_text(parameter(target, "member")));
  } else if (!standing.empty() && standing != "own" && standing != "client") {
    return fail(Code::bad_value, "own, client or member", "standing");
  }
  return node::reader_of(rows, user, context.jurisdiction);
}

// As many as an answer may hold; one at least.
void cut(node::ObjectPage& page) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < page.objects.size(); ++i) {
    bytes += page.objects[i].bytes.size();
    if (i == 0 || bytes <= bytes_page_max) continue;
    page.objects.resize(i);
    page.next = page.objects.back().added;
    return;
  }
}

}  // namespace

Result<json::Value> objects_query(const node::Context& context, node::View& view,
                                  const net::Target& target) {
  node::Overlay rows(view);
  TRY(node::Collection collection, node::load_collection(rows, parameter(target, "collection")));
  TRY(alert::Reader reader, reader_asked(context, rows, target));
  node::ObjectFilter filter;
  std::string after = parameter(target, "after");
  (void)std::from_chars(after.data(), after.data() + after.size(), filter.after);
  bool bytes = parameter(target, "bytes") == "1";
  TRY(node::ObjectPage page,
      node::read_page(view, collection, reader, filter, bytes ? bytes_page : rows_page,
                      bytes ? node::With::bytes : node::With::rows));
  cut(page);
  json::Array objects;
  for (node::SeenObject& each : page.objects) {
    json::Object one{{"id", each.row.id}, {"added", each.added}, {"revoked", each.row.revoked}};
    if (bytes) one["bytes"] = std::move(each.bytes);
    objects.push_back(std::move(one));
  }
  json::Object withheld;
  for (std::size_t i = 0; i < alert::verdict_count; ++i)
    if (auto verdict = static_cast<alert::Verdict>(i);
        verdict != alert::Verdict::shown && page.tally.of[i] > 0)
      withheld[alert::verdict_name(verdict)] = page.tally.of[i];
  json::Object out{{"objects", std::move(objects)}, {"withheld", std::move(withheld)}};
  if (page.next) out["next"] = *page.next;
  return out;
}

}  // namespace comity::app
