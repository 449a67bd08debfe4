#include "app/admin_law.h"

#include <algorithm>

#include "app/node.h"
#include "json/reader.h"
#include "node/law_in_force.h"

namespace comity::app {
namespace {

using node::LawVersion;

std::string parameter(const net::Target& target, std::string_view name) {
  const std::string* value = target.parameter(name);
  return value ? *value : "";
}

Result<std::string> publisher_name(const node::Context& context, node::Overlay& rows,
                                   const MemberId& member) {
  if (member == context.self) return std::string("own");
  auto held = node::load_member(rows, member);
  if (held) return held->nickname;
  if (held.error().code == Code::not_paired) return to_hex(member);
  return std::unexpected(held.error());
}

Result<json::Object> show(const node::Context& context, node::Overlay& rows,
                          const LawVersion& version) {
  TRY(std::string name, publisher_name(context, rows, version.member));
  return json::Object{
      {"jurisdiction", version.jurisdiction}, {"version", version.version},
      {"from", to_text(version.from)},        {"publisher", name},
      {"member", to_hex(version.member)},     {"recorded_at", to_text(version.recorded_at)},
      {"facts", to_hex(version.facts)},       {"position", version.position}};
}

// "in_force", "planned", "contested", "past" (another followed), "unused" (its word does not count
// here).
std::string_view standing_of(const LawVersion& version, const node::LawInForce& now, Date today) {
  if (version.from > today) return "planned";
  if (std::ranges::find(now.contested, version.jurisdiction) != now.contested.end())
    return "contested";
  for (const LawVersion& chosen : now.chosen) {
    if (chosen.jurisdiction != version.jurisdiction) continue;
    if (chosen == version) return "in_force";
    return chosen.member == version.member ? "past" : "unused";
  }
  return "unused";
}

Result<json::Value> all_versions(const node::Context& context, node::View& view,
                                 const net::Target& target) {
  node::Overlay rows(view);
  TRY(auto versions, node::law_versions(rows, parameter(target, "jurisdiction")));
  Date today = date_of(SystemClock().now());
  TRY(node::LawInForce now, node::law_on(rows, context, today));
  json::Array out;
  for (const LawVersion& version : versions) {
    TRY(json::Object shown, show(context, rows, version));
    shown["standing"] = standing_of(version, now, today);
    out.push_back(std::move(shown));
  }
  return out;
}

Result<json::Value> one_version(const node::Context& context, node::View& view,
                                const net::Target& target) {
  TRY(MemberId member, member_id_from_text(parameter(target, "publisher")));
  node::Overlay rows(view);
  TRY(auto versions, node::law_versions(rows));
  for (const LawVersion& version : versions) {
    if (version.member != member || std::to_string(version.version) != parameter(target, "version"))
      continue;
    TRY(law::Edition edition, node::load_edition(view, version));
    TRY(json::Object shown, show(context, rows, version));
    shown["file"] = edition.file;
    shown["text"] = edition.text;
    return shown;
  }
  return fail(Code::not_found, "no such version is kept here; see: comity law versions");
}

Result<json::Value> in_force(const node::Context& context, node::View& view,
                             const net::Target& target) {
  Date on = date_of(SystemClock().now());
  if (std::string day = parameter(target, "on"); !day.empty()) {
    TRY(on, date_from_text(day));
  }
  node::Overlay rows(view);
  TRY(node::LawInForce law, node::law_on(rows, context, on));
  auto read = [&](const LawVersion& version) { return node::load_edition(view, version); };
  TRY(node::ComposedLaw composed, node::compose_law(read, *context.base_law, law.chosen));
  json::Array versions;
  for (const LawVersion& version : law.chosen) {
    if (std::ranges::find(composed.left_out, version) != composed.left_out.end()) continue;
    TRY(law::Edition edition, node::load_edition(view, version));
    TRY(json::Object shown, show(context, rows, version));
    shown["file"] = edition.file;
    shown["text"] = edition.text;
    versions.push_back(std::move(shown));
  }
  return json::Object{{"on", to_text(on)},
                      {"corpus", to_hex(composed.corpus.hash())},
                      {"base", to_hex(context.base_law->corpus.hash())},
                      {"versions", std::move(versions)},
                      {"contested", json::Array(law.contested.begin(), law.contested.end())}};
}

}  // namespace

Result<json::Value> law_query(const node::Context& context, node::View& view,
                              const net::Target& target) {
  const std::string& what = target.segments[0];
  if (what == "laws") return all_versions(context, view, target);
  if (what == "law") return one_version(context, view, target);
  if (what == "law_in_force") return in_force(context, view, target);
  return fail(Code::not_found, "the node answers no such question", "target");
}

}  // namespace comity::app
