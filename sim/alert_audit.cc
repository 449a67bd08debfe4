#include "alert_audit.h"

#include <algorithm>

#include "node/entry.h"
#include "node/object_page.h"

namespace comity::sim {
bool is_sound(const Party& party) {
  return party.honest && !party.rolled_back;
}

bool has_failed(const AlertFacts& facts, const Party& from, const Party& to) {
  const Journal& ours = facts.journals.at(from.id());
  return std::ranges::any_of(ours.sent, [&](const auto& each) {
    return each.second.to == to.id() && each.second.alert && each.second.standing == "expired" &&
           !ours.reissued.contains(each.first);
  });
}

namespace {

// Whether the label and the circle's rule let the origin itself tell this member.
bool may_be_told(const Said& said, const Copy& copy, const Party& to) {
  bool police = to.profile().role != member::Role::provider;
  return said.label != Label::red && !(copy.csirts && police);
}

}  // namespace

Result<Held> AlertAudit::read_shelves(Party& party) const {
  TRY(auto view, party.view());
  node::Overlay rows(*view);
  TRY(auto collections, node::all_collections(rows));
  Held held;
  for (const node::Collection& each : collections) {
    node::ObjectFilter filter;
    filter.versions.all = true;
    for (bool more = true; more;) {
      TRY(auto page, node::read_page(*view, each, {.standing = alert::Standing::own}, filter, 100,
                                     node::With::bytes));
      for (const node::SeenObject& seen : page.objects)
        held.emplace(std::pair(std::string(seen.id), std::string(seen.version)),
                     Seen{each.id, std::string(seen.bytes), seen.from});
      more = page.next.has_value();
      if (more) filter.after = *page.next;
    }
  }
  return held;
}

// In whatever record of objects its journal holds.
Result<std::set<std::string>> AlertAudit::read_tokens(Party& party) const {
  TRY(auto view, party.view());
  TRY(node::Head head, view->head());
  std::set<std::string> tokens;
  for (std::uint64_t i = 0; i < head.size; ++i) {
    TRY(auto entry, view->entry(i));
    if (!entry || !entry->record ||
        entry->type != static_cast<std::uint8_t>(node::EntryType::objects))
      continue;
    for (const Said& said : alerts_.all())
      if (entry->record->contains(said.token)) tokens.insert(said.token);
  }
  return tokens;
}

// Whoever has a byte of it said it, or was seen to be told.
void AlertAudit::check_known(Party& party) {
  auto tokens = read_tokens(party);
  if (!tokens) return fault(party, "its journal cannot be read: " + to_text(tokens.error()));
  for (const std::string& token : *tokens) {
    ++stage_.counts["alert: known to somebody"];
    bool known = std::ranges::any_of(alerts_.all(), [&](const Said& said) {
      return said.token == token && said.copies.contains(party.index());
    });
    if (!known) fault(party, "it holds bytes of " + token + ", and nobody told it");
  }
}

// Each version is in a collection once, in the words in which it was said.
void AlertAudit::check_held(Party& party) {
  auto held = read_shelves(party);
  if (!held) return fault(party, "its collections cannot be read: " + to_text(held.error()));
  std::set<std::pair<std::string, std::pair<std::string, std::string>>> once;
  for (const auto& [what, seen] : *held) {
    ++stage_.counts["alert: held"];
    const Said* said = alerts_.find(what.first, what.second);
    std::string object = what.first + " of " + what.second;
    if (!once.emplace(seen.collection, what).second) fault(party, "it has twice " + object);
    // What revokes is made by a node, and first seen when it leaves.
    if (!said) continue;
    if (said->text != seen.bytes) fault(party, "it has in other words " + object);
    auto copies = said->copies.find(party.index());
    bool from_there =
        copies != said->copies.end() && std::ranges::any_of(copies->second, [&](const auto& copy) {
          const Party& giver = *parties_[copy.first];
          return seen.from ? giver.id() == *seen.from : &giver == &party;
        });
    if (!from_there) fault(party, "it has from somebody who never told it " + object);
  }
  facts_.held[party.index()] = *std::move(held);
}

// What each partner reads of its collections today, as a TAXII reader does.
void AlertAudit::check_readers(Party& party) {
  auto view = party.view();
  if (!view) return fault(party, "it is down");
  node::Overlay rows(**view);
  auto collections = node::all_collections(rows);
  if (!collections) return fault(party, "its collections cannot be read");
  for (const node::Collection& collection : *collections)
    for (const Party* reader : parties_)
      if (reader != &party) check_readers_of(party, **view, collection, *reader);
}

void AlertAudit::check_readers_of(Party& party, node::View& view,
                                  const node::Collection& collection, const Party& reader) {
  node::Overlay rows(view);
  auto who = node::reader_of_member(rows, reader.id(), party.profile().jurisdiction);
  if (!who) return;
  node::ObjectFilter all;
  all.versions.all = true;
  auto page = node::read_page(view, collection, *who, all, 100, node::With::rows);
  if (!page) return fault(party, "a page cannot be read: " + to_text(page.error()));
  const Shelf* shelf = alerts_.shelf_of(collection.id);
  for (const node::SeenObject& seen : page->objects) {
    ++stage_.counts["alert: read by a partner"];
    std::string what = reader.profile().name + " reads " + std::string(seen.id) + " of " +
                       std::string(seen.version);
    if (!shelf || !shelf->circle.contains(reader.index()))
      fault(party, what + ", and is not in the circle");
    const Said* said = alerts_.find(seen.id, seen.version);
    if (!said) continue;
    auto copies = said->copies.find(party.index());
    if (copies == said->copies.end()) continue;
    bool may = std::ranges::any_of(copies->second, [&](const auto& each) {
      bool own = each.first == party.index() || each.first == reader.index();
      return may_be_told(*said, each.second, reader) && (own || each.second.label <= Label::green);
    });
    if (!may) fault(party, what + ", whose label keeps it from there");
  }
}

bool AlertAudit::has(const Party& party, const Said& said) const {
  auto held = facts_.held.find(party.index());
  return held != facts_.held.end() && held->second.contains({said.object, said.modified});
}

// Taken back by its origin, dropped by the people there, or too late: it was revoked before it
// came.
bool AlertAudit::is_gone(const Party& party, const Said& said) const {
  if (alerts_.is_recalled(said.object) || alerts_.is_dropped(party.index(), said.object))
    return true;
  return std::ranges::any_of(alerts_.all(), [&](const Said& each) {
    return each.object == said.object && each.revoked && has(party, each);
  });
}

// Whom its origin tells by itself.
void AlertAudit::check_reached(Party& from, Party& to) {
  for (const Said& said : alerts_.all()) {
    if (said.origin != from.index() || !said.taken || !said.sure.contains(to.index())) continue;
    const Copy& own = said.copies.at(from.index()).at(from.index());
    if (own.bound || !may_be_told(said, own, to)) continue;
    ++stage_.counts["alert: had to arrive"];
    if (has(to, said) || is_gone(to, said)) continue;
    if (has_failed(facts_, from, to)) {
      ++stage_.counts["alert: not told in a week"];
      continue;
    }
    fault(to,
          "it never got " + said.object + " of " + said.modified + " from " + from.profile().name);
  }
}

// It has had a version from another, who alone may then follow it up: a relay cannot prove for whom
// it speaks, so what another relays is refused (node/object_take.cc).
bool AlertAudit::is_anothers(const Party& party, const Said& said, const Party& giver) const {
  return std::ranges::any_of(alerts_.all(), [&](const Said& each) {
    auto copies = each.copies.find(party.index());
    if (each.object != said.object || copies == each.copies.end() || !has(party, each))
      return false;
    return std::ranges::any_of(copies->second,
                               [&](const auto& copy) { return copy.first != giver.index(); });
  });
}

// Whom those tell who were told, where the label lets them.
void AlertAudit::check_relayed(Party& from, Party& to) {
  for (const Said& said : alerts_.all()) {
    auto copies = said.copies.find(from.index());
    if (copies == said.copies.end() || said.origin == from.index() || said.origin == to.index())
      continue;
    // The first to come counts, and which that was nobody saw: so all must let it go on.
    bool free = std::ranges::all_of(copies->second, [&](const auto& each) {
      return each.second.label <= Label::green && may_be_told(said, each.second, to);
    });
    for (const auto& [giver, copy] : copies->second) {
      bool first = said.modified == alerts_.first_of(said.object);
      bool sure = copy.shelf && copy.shelf->changes == 0 && copy.shelf->sure.contains(to.index());
      bool sound = is_sound(*parties_[giver]) && giver != to.index();
      if (!first || !sure || !free || !sound || !has(from, said)) continue;
      ++stage_.counts["alert: had to be passed on"];
      if (has(to, said) || is_gone(to, said)) continue;
      if (is_anothers(to, said, from)) {
        ++stage_.counts["alert: another relay came first"];
        continue;
      }
      // The relay may have it from another giver, and not in that one's collection.
      if (has_failed(facts_, from, to) || has_failed(facts_, *parties_[giver], from)) {
        ++stage_.counts["alert: not told in a week"];
        continue;
      }
      fault(to, "it never got " + said.object + " by way of " + from.profile().name);
    }
  }
}

void AlertAudit::conclude() {
  for (Party* party : parties_) {
    if (!is_sound(*party)) continue;
    check_known(*party);
    check_held(*party);
    check_readers(*party);
  }
  for (Party* from : parties_)
    for (Party* to : parties_) {
      if (from == to || !is_sound(*from) || !is_sound(*to)) continue;
      check_reached(*from, *to);
      check_relayed(*from, *to);
    }
  check_recalls(facts_);
  check_sightings(facts_);
}

}  // namespace comity::sim
