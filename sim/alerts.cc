#include "alerts.h"

#include <algorithm>
#include <utility>

#include "crypto/hash.h"
#include "json/value.h"
#include "peer/protocol.h"
#include "stix/split.h"

namespace comity::sim {
namespace {

constexpr std::string_view names[] = {"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT",
                                      "TLP:RED"};
constexpr std::string_view markings[] = {
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"};

Label label_of(std::string_view name) {
  auto at = std::ranges::find(names, name);
  return at == std::end(names) ? Label::clear : static_cast<Label>(at - std::begin(names));
}

std::string text_of(const json::Value& value, const char* name) {
  const json::Value* member = value.find(name);
  return member && member->as_string() ? *member->as_string() : "";
}

// A contact point for requests is police; a provider is not.
bool is_law_enforcement(const Party& party) {
  return party.profile().role != member::Role::provider;
}

}  // namespace

std::string_view label_name(Label label) {
  return names[static_cast<std::size_t>(label)];
}

std::string_view label_marking(Label label) {
  return markings[static_cast<std::size_t>(label)];
}

Shelf& Alerts::add_shelf(Shelf shelf) {
  return shelves_.emplace_back(std::move(shelf));
}

std::vector<Shelf*> Alerts::shelves_of(std::size_t owner) {
  std::vector<Shelf*> out;
  for (Shelf& each : shelves_)
    if (each.owner == owner) out.push_back(&each);
  return out;
}

const Shelf* Alerts::shelf_of(const std::string& id) const {
  auto at = std::ranges::find(shelves_, id, &Shelf::id);
  return at == shelves_.end() ? nullptr : &*at;
}

const Party* Alerts::party_of(const MemberId& id) const {
  auto at = std::ranges::find_if(parties, [&](const Party* each) { return each->id() == id; });
  return at == parties.end() ? nullptr : *at;
}

Said& Alerts::say(const Shelf& shelf, Said said) {
  said.origin = shelf.owner;
  if (!said.of.empty()) return say_sighting(shelf, std::move(said));
  said.copies[shelf.owner][shelf.owner] = {.label = said.label.value_or(shelf.unmarked),
                                           .csirts = shelf.csirts,
                                           .shelf = &shelf,
                                           .readers = shelf.circle};
  return said_.emplace_back(std::move(said));
}

// It goes no further than what it is of.
Said& Alerts::say_sighting(const Shelf& shelf, Said said) {
  Copy copy{.label = said.label.value_or(shelf.unmarked),
            .csirts = shelf.csirts,
            .shelf = &shelf,
            .readers = shelf.circle};
  Label widest = Label::red;
  for (const Said& each : said_)
    if (auto held = each.copies.find(shelf.owner);
        each.object == said.of && held != each.copies.end())
      for (const auto& [giver, its] : held->second) {
        widest = std::min(widest, its.label);
        copy.bound |= giver != shelf.owner;
      }
  copy.label = std::max(copy.label, widest);
  said.copies[shelf.owner][shelf.owner] = copy;
  return said_.emplace_back(std::move(said));
}

void Alerts::change(Shelf& shelf, const Parties& next) {
  shelf.changing = true;
  ++shelf.changes;
  std::erase_if(shelf.sure, [&](std::size_t each) { return !next.contains(each); });
  shelf.circle.insert(next.begin(), next.end());
  for (Said& said : said_)
    for (auto& [giver, copy] : said.copies[shelf.owner])
      if (copy.shelf == &shelf) copy.readers.insert(next.begin(), next.end());
}

void Alerts::changed(Shelf& shelf, const Parties& next, bool so) {
  shelf.changing = false;
  ++shelf.changes;
  if (so) shelf.circle = shelf.sure = next;
}

void Alerts::name(std::size_t from, const std::string& object, const Parties& to,
                  bool law_enforcement) {
  named_[{from, object}].insert(to.begin(), to.end());
  if (law_enforcement) let_in_[{from, object}].insert(to.begin(), to.end());
}

Recalled& Alerts::recall(std::size_t by, const std::string& object) {
  Recalled& made = recalls_.emplace_back(Recalled{.by = by, .object = object, .told = {}});
  for (const Party* party : parties)
    if (has_told(by, party->index(), object)) made.told.insert(party->index());
  return made;
}

bool Alerts::is_recalled(const std::string& object) const {
  return std::ranges::find(recalls_, object, &Recalled::object) != recalls_.end();
}

Said* Alerts::newest(std::size_t holder, const std::string& object) {
  Said* found = nullptr;
  for (Said& each : said_)
    if (each.object == object && each.copies.contains(holder) &&
        (!found || each.modified > found->modified))
      found = &each;
  return found;
}

std::string Alerts::first_of(const std::string& object) const {
  auto at = std::ranges::find(said_, object, &Said::object);
  return at == said_.end() ? "" : at->modified;
}

const Said* Alerts::find(std::string_view object, std::string_view modified) const {
  for (const Said& each : said_)
    if (each.object == object && each.modified == modified) return &each;
  return nullptr;
}
Said* Alerts::find(std::string_view object, std::string_view modified) {
  return const_cast<Said*>(std::as_const(*this).find(object, modified));
}

// ---- what leaves a node

void Alerts::sends(const Party& from, const peer::Outgoing& sent) {
  if (sent.errand != peer::Errand::acts) return;
  auto batch = peer::read_batch(sent.request.body);
  if (!batch) return stage_.fault(from.profile().name + " sends a batch that cannot be read");
  for (std::string_view bytes : batch->acts) {
    auto envelope = act::parse_envelope(bytes, limits::alert_act_bytes_max);
    auto act = envelope ? act::parse_act(envelope->payload) : std::unexpected(envelope.error());
    if (!act) return stage_.fault(from.profile().name + " sends an act that cannot be read");
    if (act->kind == act::Kind::alert && seen_.insert(act->id).second)
      told(from, *act, batch->blobs);
  }
}

void Alerts::arrived(const Party& at, const act::Act& act) {
  const Party* from = party_of(act.from);
  auto body = alert::body_from_json(act.body);
  const auto* share = body ? std::get_if<alert::Share>(&*body) : nullptr;
  if (!from || !share || share->verb != alert::Share::Verb::share) return;
  for (const std::string& object : firsts_[act.id])
    tellers_[{at.index(), object}].emplace(from->index(), shelf_of(share->collection));
}

std::set<std::pair<std::size_t, const Shelf*>> Alerts::tellers(std::size_t to,
                                                               const std::string& object,
                                                               const Shelf& into) const {
  std::set<std::pair<std::size_t, const Shelf*>> out;
  auto all = tellers_.find({to, object});
  if (all == tellers_.end()) return out;
  for (const auto& [from, shelf] : all->second) {
    auto at = bound_.find({to, shelf ? shelf->id : ""});
    if (at != bound_.end() && at->second == &into) out.emplace(from, shelf);
  }
  return out;
}

void Alerts::told(const Party& from, const act::Act& act,
                  const std::vector<std::string_view>& blobs) {
  auto body = alert::body_from_json(act.body);
  const Party* to = party_of(act.to);
  if (!body || !to) return stage_.fault(from.profile().name + " sends an alert to nobody");
  const auto* share = std::get_if<alert::Share>(&*body);
  if (!share) return static_cast<void>(++stage_.counts["alert: recall sent"]);
  bool sighting = share->verb == alert::Share::Verb::sighting;
  ++stage_.counts[sighting ? "alert: sighting sent" : "alert: share sent"];
  for (const alert::BlobName& name : share->blobs) {
    auto blob = std::ranges::find_if(blobs, [&](std::string_view each) {
      return crypto::sha256(as_bytes(each)) == name.sha256;
    });
    // Erased since: the partner has it, or says that it is missing, and nothing is told.
    if (blob == blobs.end()) {
      seen_.erase(act.id);
      continue;
    }
    auto split = stix::split_objects(*blob);
    if (!split) return stage_.fault(from.profile().name + " sends a blob that is no envelope");
    for (std::string_view text : split->objects) told_object(from, *to, act, *share, text);
  }
}

void Alerts::told_object(const Party& from, const Party& to, const act::Act& act,
                         const alert::Share& share, std::string_view text) {
  auto value = json::parse(text);
  if (!value) return stage_.fault(from.profile().name + " sends an object that is no JSON");
  std::string object = text_of(*value, "id"), modified = text_of(*value, "modified");
  Said* said = find(object, modified);
  if (!value->find("revoked")) acts_[act.id].insert(object);
  if (modified == first_of(object)) firsts_[act.id].insert(object);
  if (!said && value->find("revoked")) said = adopt(object, modified, text);
  std::string what =
      from.profile().name + " tells " + to.profile().name + " of " + object + " of " + modified;
  if (!said) return stage_.fault(what + ", which nobody ever said");
  stage_.trace(what);
  if (said->text != text) stage_.fault(what + " in other words: " + std::string(text));
  if (from.honest && !from.rolled_back) {
    std::string why = why_not(from, to, *said);
    if (!why.empty()) stage_.fault(what + ", " + why);
    check_words(from, act, share, *said);
  }
  keep(from, to, act, share, *said);
}

// A version that says `revoked` is made by the node itself, of what it revokes.
Said* Alerts::adopt(const std::string& object, const std::string& modified, std::string_view text) {
  const Said* before = nullptr;
  for (const Said& each : said_)
    if (each.object == object && text.contains(each.token)) before = &each;
  if (!before) return nullptr;
  Said next = *before;
  next.modified = modified;
  next.text = text;
  next.revoked = true;
  std::erase_if(next.copies, [&](const auto& each) { return each.first != next.origin; });
  return &said_.emplace_back(std::move(next));
}

bool Alerts::has_told(std::size_t from, std::size_t to, const std::string& object) const {
  return std::ranges::any_of(said_, [&](const Said& each) {
    auto held = each.copies.find(to);
    return each.object == object && held != each.copies.end() && held->second.contains(from);
  });
}

std::string Alerts::why_not_copy(const Party& to, std::size_t from, const Said& said,
                                 std::size_t giver, const Copy& copy) const {
  auto has = [&](const auto& of) {
    auto at = of.find({from, said.object});
    return at != of.end() && at->second.contains(to.index());
  };
  // Of what is here no more nobody knows how far its sighting may go.
  bool gone = is_recalled(said.of) || is_dropped(from, said.of);
  bool ours = giver == from && (!copy.bound || gone);
  if (copy.label == Label::red) return "which is RED";
  if (!ours && copy.label >= Label::amber) return "which is not theirs to share";
  if (!copy.readers.contains(to.index()) && !has(named_)) return "who is not in its circle";
  if (copy.csirts && is_law_enforcement(to) && !has(let_in_))
    return "who is law enforcement, and it is for CSIRTs";
  return "";
}

// Why the one may not tell the other; empty when it may.
std::string Alerts::why_not(const Party& from, const Party& to, const Said& said) const {
  auto held = said.copies.find(from.index());
  if (held == said.copies.end()) return "which it never had";
  // Whoever was told of an object may hear that it is no more.
  if (said.revoked && has_told(from.index(), to.index(), said.object)) return "";
  // A sighting goes back to whoever told of what was seen; one of others as its label lets it.
  bool back = !said.of.empty() && has_told(to.index(), from.index(), said.of);
  std::string why;
  for (const auto& [giver, copy] : held->second)
    if (back && (giver == from.index() || copy.label <= Label::green)) return why;
  for (const auto& [giver, copy] : held->second) {
    why = why_not_copy(to, from.index(), said, giver, copy);
    if (why.empty()) return why;
  }
  return why;
}

// What the act says of its objects is no wider than what the sender was told of them.
void Alerts::check_words(const Party& from, const act::Act& act, const alert::Share& share,
                         const Said& said) {
  std::string what = from.profile().name + " tells of " + said.object + " ";
  Label least = Label::red;
  bool csirts = true;
  for (const auto& [giver, copy] : said.copies.at(from.index())) {
    least = std::min(least, copy.label);
    csirts &= copy.csirts;
  }
  bool gone = is_recalled(said.of) || is_dropped(from.index(), said.of);
  if (!said.label && !gone && label_of(act.handling.tlp) < least)
    stage_.fault(what + "as " + act.handling.tlp + ", and it is " + std::string(label_name(least)));
  if (csirts && !share.csirts) stage_.fault(what + "without saying that it is for CSIRTs");
  const Party* origin = share.origin ? party_of(*share.origin) : nullptr;
  if (share.origin && origin != parties[said.origin])
    stage_.fault(what + "as another's than " + parties[said.origin]->profile().name + "'s");
  if (share.verb == alert::Share::Verb::sighting) return;
  const Shelf* shelf = shelf_of(share.collection);
  if (shelf && shelf->owner == from.index() && !shelf->relay && share.relay)
    stage_.fault(what + "and lets it be passed on");
}

void Alerts::keep(const Party& from, const Party& to, const act::Act& act,
                  const alert::Share& share, Said& said) {
  Copy copy{.label = said.label.value_or(label_of(act.handling.tlp)),
            .csirts = share.csirts,
            .shelf = nullptr,
            .readers = {}};
  if (!share.relay) copy.label = std::max(copy.label, Label::amber);
  if (share.verb == alert::Share::Verb::sighting) {
    copy.shelf = shelf_of(share.collection);
  } else if (auto at = bound_.find({to.index(), share.collection}); at != bound_.end()) {
    copy.shelf = at->second;
  }
  if (copy.shelf) {
    copy.readers = copy.shelf->circle;
    copy.csirts |= copy.shelf->csirts;
  }
  auto [held, fresh] = said.copies[to.index()].try_emplace(from.index(), copy);
  if (fresh) return;
  held->second.label = std::min(held->second.label, copy.label);
  held->second.csirts &= copy.csirts;
  held->second.readers.insert(copy.readers.begin(), copy.readers.end());
}

}  // namespace comity::sim
