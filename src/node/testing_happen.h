#pragma once
// What happens to a World: who gives, changes, deletes, recalls, narrows and shares what.
#include "node/testing_world.h"

namespace comity::node::testing {

// Given by our side, or by an act of this partner.
inline void World::settle_given(std::vector<Given> given, std::size_t number) {
  std::optional<Label> without;
  Saying said;
  if (number != none) {
    said = saying_[number];
    without = Label::clear;
    for (const Given& each : given) {
      Label its = each.marks.empty() ? said.unmarked : Label::clear;
      for (const Mark& mark : each.marks) its = std::max(its, *mark.label);
      without = std::max(*without, its);
    }
  }
  std::set<std::string> with;
  for (const Given& each : given)
    if (each.defines) with.insert(each.id);
  std::size_t before = rules.held.size();
  // Definitions first, wherever in the envelope they stand.
  for (bool defines : {true, false})
    for (Given& each : given) {
      each.csirts = said.csirts;
      if (each.defines.has_value() == defines && rules.takes(each))
        rules.take(each, without, said.at_least, with);
    }
  std::vector<const Given*> fresh;
  for (std::size_t i = before; i < rules.held.size(); ++i) fresh.push_back(&rules.held[i]);
  check_sent(fresh, room, room.push ? Pushes::yes : Pushes::no);
}

inline void World::give(Giver giver) {
  std::vector<Given> given;
  std::set<std::string> ids;
  for (std::size_t count = 1 + roll(3); count > 0; --count) {
    Given each = roll(5) == 0 ? define() : make(giver, true);
    each.giver = giver;
    if (ids.insert(each.id).second) given.push_back(std::move(each));
  }
  std::vector<std::string> texts;
  for (const Given& each : given) texts.push_back(each.text);
  story_ += fmt::format("give {} of {};", texts.size(), static_cast<int>(giver.kind));
  json::Value refused;
  if (giver.kind == Giver::client) {
    Reply posted = us_.give(ObjectsPosted{client_, collection, envelope(texts)});
    check(!posted.error, "posted");
    refused = at(posted.body, "failures");
  } else {
    refused = at(
        us_.done_with("alert.import",
                      {{"collection", collection}, {"elsewhere", giver.kind == Giver::elsewhere}},
                      envelope(texts)),
        "refused");
  }
  std::size_t before = rules.held.size();
  std::size_t count_given = given.size();
  settle_given(std::move(given));
  check(rules.held.size() - before + refused.as_array()->size() == count_given,
        told() + " refused " + json::write(refused));
}

// By an act, from a collection of theirs that goes into ours.
inline void World::give_by_partner(std::size_t number) {
  TestNode& node = *cast_.partners[number];
  if (subscribed_.insert(number).second)
    us_.done("alert.subscribe", {{"member", to_hex(node.id())},
                                 {"theirs", cast_.theirs[number]},
                                 {"collection", collection}});
  bool relay = roll(3) > 0;
  Saying& says = saying_[number];
  says = {.at_least = relay ? Label::clear : Label::amber,
          .unmarked = static_cast<Label>(roll(4)),
          .csirts = roll(3) == 0};
  node.staff("alert.collection", {{"id", cast_.theirs[number]},
                                  {"title", "Worms"},
                                  {"members", json::Array{to_hex(us_.id())}},
                                  {"relay", relay},
                                  {"csirts", says.csirts},
                                  {"unmarked", label_name(says.unmarked)}});
  Given each = make({Giver::partner, number}, false);
  story_ += fmt::format("partner {} gives;", number);
  import_into(node, cast_.theirs[number], envelope({each.text}));
  seen_ = us_.size();
  deliver(node, us_);
  made_[number].push_back(each);
  settle_given({std::move(each)}, number);
}

// One version, or all, for good or until they come again.
inline void World::remove() {
  if (rules.held.empty()) return;
  Given gone = rules.held[roll(rules.held.size())];
  if (gone.dropped) return;
  story_ += "delete;";
  check(!us_.give(ObjectsDeleted{user_, collection, gone.id, {gone.version}, {}}).error, "deleted");
  std::erase_if(rules.held, [&](const Given& each) {
    return each.id == gone.id && each.version == gone.version;
  });
  for (auto& [number, ids] : told_of_) ids.erase(gone.id);
  check_sent({}, room, Pushes::no);
}

inline void World::drop() {
  if (rules.held.empty()) return;
  std::string id = rules.held[roll(rules.held.size())].id;
  Reply reply = us_.command("alert.drop", {{"objects", json::Array{id}}, {"why", "invented"}});
  if (reply.error) return;  // all of it is gone already
  story_ += "drop;";
  for (Given* each : rules.versions(id)) each->dropped = true;
  check_sent({}, room, Pushes::no);
}

inline void World::recall() {
  if (rules.held.empty()) return;
  std::string id = rules.held[roll(rules.held.size())].id;
  auto versions = rules.versions(id);
  std::erase_if(versions, [](const Given* each) { return each->dropped; });
  if (versions.empty()) return;
  Given last = *versions.back();
  bool here = last.giver.kind != Giver::partner;
  Reply reply = us_.command("alert.recall", {{"objects", json::Array{id}}, {"why", "invented"}});
  check(here == !reply.error.has_value(), "what is ours is recalled: " + told());
  if (!here) return;
  story_ += "recall;";
  if (last.giver.kind != Giver::own || last.defines) {
    if (!last.revoked)
      for (Given* each : versions)
        if (each->giver.kind != Giver::partner) each->dropped = true;
    return check_sent({}, room, Pushes::no);
  }
  if (last.revoked) return check_sent({}, room, Pushes::no);
  Given next = last;
  next.version = to_text(us_.now);
  next.revoked = true;
  std::vector<Given> given;
  given.push_back(std::move(next));
  settle_given(std::move(given));
}

inline void World::recall_by_partner(std::size_t number) {
  if (made_[number].empty()) return;
  std::string id = made_[number][roll(made_[number].size())].id;
  Given last;
  for (const Given& each : made_[number])
    if (each.id == id) last = each;
  TestNode& node = *cast_.partners[number];
  story_ += fmt::format("partner {} recalls;", number);
  node.done("alert.recall", {{"objects", json::Array{id}}, {"why", "invented"}});
  deliver(node, us_);
  Giver giver{Giver::partner, number};
  std::vector<Given> given;
  if (!last.revoked) {
    last.version = to_text(us_.now);
    last.revoked = true;
    made_[number].push_back(last);
    given.push_back(std::move(last));
  }
  settle_given(std::move(given), number);
  for (Given* each : rules.versions(id))
    if (each->giver == giver && !each->revoked) each->dropped = true;
}

// The same version with another marking: it counts if it is stricter.
inline void World::narrow() {
  if (rules.held.empty()) return;
  std::size_t at = roll(rules.held.size());
  Given& what = rules.held[at];
  if (what.dropped || what.defines || what.revoked) return;
  story_ += "narrow;";
  const Mark mark = roll(8) == 0 ? Mark{"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
                                        Label::red, true}
                                 : fixed_marks()[roll(fixed_marks().size())];
  Given again = what;
  again.marks = {mark};
  import_into(us_, collection, envelope({render(again)}));
  if (*mark.label > what.label.value_or(room.unmarked) && render(again) != what.text)
    what.label = mark.label;
  check_sent({}, room, Pushes::no);
}

// By hand, to whom an officer likes.
inline void World::share() {
  if (rules.held.empty()) return;
  std::string id = rules.held[roll(rules.held.size())].id;
  Given* last = nullptr;
  for (Given* each : rules.versions(id))
    if (!each->dropped) last = each;
  if (!last) return;
  Room chosen = room;
  chosen.members.clear();
  json::Array to;
  for (std::size_t i = 0; i < Cast::partners_count; ++i)
    if (roll(3) == 0) {
      chosen.members.insert(i);
      to.push_back(to_hex(cast_.partners[i]->id()));
    }
  if (to.empty()) return;
  bool law_enforcement = roll(2) == 0;
  chosen.csirts &= !law_enforcement;
  story_ += "share;";
  us_.done("alert.share", {{"collection", collection},
                           {"objects", json::Array{id}},
                           {"to", std::move(to)},
                           {"law_enforcement", law_enforcement}});
  check_sent({last}, chosen, Pushes::by_hand);
}

inline void World::happen() {
  cast_.tick(Millis{1 + static_cast<std::int64_t>(roll(5'000))});
  seen_ = us_.size();
  switch (roll(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return give({Giver::own});
    case 4:
      return give({Giver::elsewhere});
    case 5:
      return give({room.clients ? Giver::client : Giver::own});
    case 6:
    case 7:
      return give_by_partner(roll(Cast::partners_count));
    case 8:
    case 9:
      return change();
    case 10:
      return remove();
    case 11:
      return recall();
    case 12:
      return roll(3) == 0 ? drop() : narrow();
    case 13:
      return recall_by_partner(roll(Cast::partners_count));
    default:
      return share();
  }
}

}  // namespace comity::node::testing
