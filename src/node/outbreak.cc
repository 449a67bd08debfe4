#include "node/outbreak.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "base/limits_outbreak.h"
#include "node/object_page.h"
#include "node/pairing.h"
#include "node/roads.h"
#include "node/spread.h"
#include "stix/moment.h"
#include "stix/object.h"

namespace comity::node {
namespace {

constexpr std::size_t objects_at_once = 256;
const alert::Reader ourselves{.standing = alert::Standing::own};

std::string_view text_of(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  return found && found->as_string() ? std::string_view(*found->as_string()) : std::string_view();
}

std::vector<std::string> texts_of(const json::Value& object, std::string_view name) {
  std::vector<std::string> texts;
  const json::Value* found = object.find(name);
  if (!found || !found->as_array()) return texts;
  for (const json::Value& each : *found->as_array())
    if (each.as_string()) texts.push_back(*each.as_string());
  return texts;
}

std::optional<Instant> instant_of(const json::Value& object, std::string_view name) {
  auto moment = stix::moment_from_text(text_of(object, name));
  return moment ? std::optional(stix::instant_of(*moment)) : std::nullopt;
}

class Gathering {
 public:
  Gathering(const Context& context, View& view, std::string id, Instant asked)
      : context_(context), view_(view), rows_(view) {
    facts_.id = std::move(id);
    facts_.asked = asked;
  }
  Result<alert::OutbreakFacts> facts();

 private:
  // Whether the object counts in the picture, whose label is then no wider than its own.
  using See = std::function<Result<bool>(const SeenObject& row, const json::Value& object)>;
  Result<void> each_object(const ObjectFilter& filter, const See& see);
  Result<void> find_subject();
  Result<void> find_indicators();
  Result<void> find_sightings();
  Result<void> add_sighting(const json::Value& object);
  Result<std::vector<std::string>> places_of_sighting(const json::Value& object);
  Result<void> find_told(const std::string& id, const char* what);
  void add_told(alert::Telling telling);
  Result<void> find_unreached();
  Result<std::string> why_unreached(const MemberId& member);
  Result<std::string> identity_name(const std::string& id);
  std::string name_of(const MemberId& member);

  const Context& context_;
  View& view_;
  Overlay rows_;
  std::vector<Collection> collections_;
  alert::OutbreakFacts facts_;
  std::set<std::string> sighted_;  // ids of sightings that count
  std::map<std::string, std::string> identities_;
  std::map<std::tuple<std::string, std::string, std::string>, alert::Telling> told_;
  std::set<MemberId> reached_;
  std::map<MemberId, std::string> on_the_way_;  // the standing of the act that tells them
};

// The strictest of the labels that fields of it bear.
stix::Tlp label_of_fields(std::string_view bytes) {
  stix::Tlp strictest = stix::Tlp::clear;
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) return strictest;
  for (const stix::GranularMarking& each : reading.object->granular_markings)
    strictest = std::max(strictest, stix::tlp_of_id(each.marking_ref).value_or(strictest));
  return strictest;
}

Result<void> Gathering::each_object(const ObjectFilter& filter, const See& see) {
  for (const Collection& collection : collections_) {
    ObjectFilter from = filter;
    for (;;) {
      TRY(ObjectPage page,
          read_page(view_, collection, ourselves, from, objects_at_once, With::bytes));
      for (const SeenObject& each : page.objects) {
        TRY(json::Value object, json::parse(each.bytes));
        TRY(bool counts, see(each, object));
        if (counts) facts_.tlp = std::max({facts_.tlp, each.tlp, label_of_fields(each.bytes)});
      }
      if (!page.next) break;
      from.after = *page.next;
    }
  }
  return {};
}

Result<void> Gathering::find_subject() {
  ObjectFilter filter;
  filter.ids = {facts_.id};
  return each_object(filter, [&](const SeenObject& row, const json::Value& object) -> Result<bool> {
    if (row.revoked) return false;
    std::string_view name = text_of(object, "name");
    facts_.name = name.empty() ? text_of(object, "type") : name;
    return true;
  });
}

// STIX 2.1, 4.7: indicator, `indicates`, malware and the like.
Result<void> Gathering::find_indicators() {
  ObjectFilter filter;
  filter.types = {"relationship"};
  return each_object(filter, [&](const SeenObject& row, const json::Value& object) -> Result<bool> {
    bool indicates = text_of(object, "relationship_type") == "indicates" &&
                     text_of(object, "target_ref") == facts_.id;
    std::string source(text_of(object, "source_ref"));
    if (row.revoked || !indicates || facts_.indicators.size() == limits::outbreak_names_max)
      return false;
    if (std::ranges::find(facts_.indicators, source) == facts_.indicators.end())
      facts_.indicators.push_back(std::move(source));
    return true;
  });
}

Result<void> Gathering::find_sightings() {
  ObjectFilter filter;
  filter.types = {"sighting"};
  std::set<std::string_view> of(facts_.indicators.begin(), facts_.indicators.end());
  of.insert(facts_.id);
  // One object may lie in several collections, in several versions: the newest counts, once.
  struct Newest {
    std::optional<Instant> modified;
    bool revoked = false;
    json::Value object;
  };
  std::map<std::string, Newest> newest;
  auto keep = [&](const SeenObject& row, const json::Value& object) -> Result<bool> {
    if (!of.contains(text_of(object, "sighting_of_ref"))) return false;
    std::string id(row.id);
    if (newest.size() == limits::outbreak_sightings_max && !newest.contains(id)) return false;
    auto modified = instant_of(object, "modified");
    auto [held, is_new] = newest.try_emplace(std::move(id));
    if (is_new || modified > held->second.modified) held->second = {modified, row.revoked, object};
    return !row.revoked;
  };
  TRY_VOID(each_object(filter, keep));
  for (const auto& [id, each] : newest) {
    if (each.revoked) continue;
    sighted_.insert(id);
    TRY_VOID(add_sighting(each.object));
  }
  return {};
}

// STIX 2.1, 5.2. A count of 0 says that it was looked for and not seen.
Result<void> Gathering::add_sighting(const json::Value& object) {
  alert::Sighted sighted{
      .id = std::string(text_of(object, "id")), .first = {}, .last = {}, .count = 1, .places = {}};
  if (const json::Value* count = object.find("count"); count && count->as_int())
    sighted.count = static_cast<std::uint64_t>(std::max<std::int64_t>(*count->as_int(), 0));
  auto first = instant_of(object, "first_seen"), last = instant_of(object, "last_seen");
  if (!first) first = last ? last : instant_of(object, "created");
  if (!first || sighted.count == 0) return {};
  sighted.first = *first;
  sighted.last = last.value_or(*first);
  TRY(sighted.places, places_of_sighting(object));
  facts_.sightings.push_back(std::move(sighted));
  return {};
}

// Where it was seen, as the sighting says; else who says so; else who brought it.
Result<std::vector<std::string>> Gathering::places_of_sighting(const json::Value& object) {
  std::vector<std::string> places;
  std::vector<std::string> ids = texts_of(object, "where_sighted_refs");
  if (ids.empty() && !text_of(object, "created_by_ref").empty())
    ids.emplace_back(text_of(object, "created_by_ref"));
  for (const std::string& id : ids) {
    TRY(std::string name, identity_name(id));
    places.push_back(std::move(name));
  }
  if (!places.empty()) return places;
  TRY(auto positions, places_of(rows_, std::string(text_of(object, "id"))));
  for (std::uint64_t position : positions) {
    TRY(auto spread, spread_of(rows_, position));
    for (const Spread& each : spread)
      if (each.row.way == Way::in && places.empty())
        places.push_back(name_of(each.row.origin.value_or(each.member)));
  }
  if (places.empty()) places.push_back(context_.name);
  return places;
}

Result<std::string> Gathering::identity_name(const std::string& id) {
  auto known = identities_.find(id);
  if (known != identities_.end()) return known->second;
  ObjectFilter filter;
  filter.ids = {id};
  std::string name = id;
  for (const Collection& collection : collections_) {
    TRY(ObjectPage page, read_page(view_, collection, ourselves, filter, 1, With::bytes));
    if (page.objects.empty()) continue;
    TRY(json::Value object, json::parse(page.objects[0].bytes));
    if (text_of(object, "name").empty()) continue;
    name = text_of(object, "name");
    facts_.tlp =
        std::max({facts_.tlp, page.objects[0].tlp, label_of_fields(page.objects[0].bytes)});
  }
  identities_.emplace(id, name);
  return name;
}

std::string Gathering::name_of(const MemberId& member) {
  if (member == context_.self) return context_.name;
  auto known = load_member(rows_, member);
  return known ? known->nickname : to_hex(member).substr(0, 16);
}

// The first time that one told the other.
void Gathering::add_told(alert::Telling telling) {
  auto key = std::tuple(telling.what, telling.from, telling.to);
  auto [at, fresh] = told_.try_emplace(key, telling);
  if (!fresh && telling.at && (!at->second.at || *telling.at < *at->second.at))
    at->second = std::move(telling);
}

Result<void> Gathering::find_told(const std::string& id, const char* what) {
  bool alert = std::string_view(what) == "alert";
  TRY(auto positions, ever_places_of(rows_, id));
  for (std::uint64_t position : positions) {
    TRY(auto spread, spread_of(rows_, position));
    for (const Spread& each : spread) {
      if (!speaks_of(each.row, id)) continue;
      if (each.row.way == Way::in) {
        if (each.row.origin && *each.row.origin != each.member) {
          add_told({name_of(*each.row.origin), name_of(each.member), {}, what, "as told to us"});
          if (alert) reached_.insert(*each.row.origin);
        }
        add_told({name_of(each.member), context_.name, each.row.at, what, "taken"});
        if (alert) reached_.insert(each.member);
        continue;
      }
      TRY(std::string standing, standing_of(rows_, context_.self, each.act));
      if (alert && standing == "delivered") reached_.insert(each.member);
      if (alert) on_the_way_[each.member] = standing;
      add_told({context_.name, name_of(each.member), each.row.at, what, std::move(standing)});
    }
  }
  return {};
}

// The best of what the collections say.
Result<std::string> Gathering::why_unreached(const MemberId& member) {
  if (auto act = on_the_way_.find(member); act != on_the_way_.end()) return act->second;
  ObjectFilter filter;
  filter.ids = {facts_.id};
  std::string why = "not_here";
  for (const Collection& collection : collections_) {
    TRY(auto reader, reader_of_member(rows_, member, context_.jurisdiction));
    TRY_VOID(judge_roads(rows_, here(context_, facts_.asked), collection, reader));
    TRY(ObjectPage page, read_page(view_, collection, reader, filter, 1, With::rows));
    if (!page.objects.empty()) return std::string("not_told");
    for (std::size_t i = 0; i < alert::verdict_count; ++i)
      if (page.tally.of[i] > 0) why = alert::verdict_name(static_cast<alert::Verdict>(i));
  }
  return why;
}

Result<void> Gathering::find_unreached() {
  TRY(auto members, all_members(rows_));
  for (const member::Member& each : members) {
    if (each.state != member::State::paired || reached_.contains(each.id)) continue;
    TRY(std::string why, why_unreached(each.id));
    facts_.unreached.push_back({each.nickname, std::move(why)});
  }
  return {};
}

Result<alert::OutbreakFacts> Gathering::facts() {
  TRY(collections_, all_collections(rows_));
  TRY_VOID(find_subject());
  TRY_VOID(find_indicators());
  TRY_VOID(find_sightings());
  if (facts_.name.empty() && sighted_.empty())
    return fail(Code::not_found, "no collection holds " + facts_.id +
                                     " or a sighting of it (comity alert collections)");
  if (facts_.name.empty()) facts_.name = facts_.id;
  std::vector<std::string> subjects = facts_.indicators;
  subjects.push_back(facts_.id);
  for (const std::string& id : subjects) TRY_VOID(find_told(id, "alert"));
  std::size_t looked = 0;
  for (const std::string& id : sighted_)
    if (++looked <= limits::outbreak_names_max) TRY_VOID(find_told(id, "sighting"));
  for (auto& [key, telling] : told_) facts_.told.push_back(std::move(telling));
  std::ranges::sort(facts_.told, {}, [](const alert::Telling& each) {
    return std::tie(each.at, each.what, each.from, each.to);
  });
  TRY_VOID(find_unreached());
  return std::move(facts_);
}

}  // namespace

Result<alert::OutbreakFacts> gather_outbreak(const Context& context, View& view,
                                             const std::string& id, Instant asked) {
  return Gathering(context, view, id, asked).facts();
}

}  // namespace comity::node
