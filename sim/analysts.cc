#include "analysts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "crypto/hash.h"
#include "node/objects.h"

namespace comity::sim {
namespace {

json::Value must(const node::Turn& turn) {
  const auto& error = turn.replies[0].error;
  check(!error, error ? to_text(*error) : "");
  return turn.replies[0].body;
}

std::string text_of(const json::Value& value, const char* name) {
  const json::Value* member = value.find(name);
  return member && member->as_string() ? *member->as_string() : "";
}

constexpr std::string_view before_all = "2026-11-01T00:00:00.000Z";

std::string moment(std::size_t nth) {
  return fmt::format("2026-11-01T{:02}:{:02}:00.000Z", nth / 60, nth % 60);
}

std::string render(const Said& said) {
  std::string marked =
      said.label ? fmt::format(R"(,"object_marking_refs":["{}"])", label_marking(*said.label)) : "";
  if (!said.of.empty())
    return fmt::format(R"({{"type":"sighting","spec_version":"2.1","id":"{}","created":"{}",)"
                       R"("modified":"{}","sighting_of_ref":"{}","count":1,"description":"{}"{}}})",
                       said.object, before_all, said.modified, said.of, said.token, marked);
  return fmt::format(R"({{"type":"malware","spec_version":"2.1","id":"{}","created":"{}",)"
                     R"("modified":"{}","is_family":false,"name":"{}"{}{}}})",
                     said.object, before_all, said.modified, said.token, marked,
                     said.revoked ? R"(,"revoked":true)" : "");
}

}  // namespace

Parties Analysts::some_others(const Party& party, unsigned chance) {
  Parties out;
  for (const Party* other : parties_)
    if (other != &party && stage_.dice.percent(chance)) out.insert(other->index());
  return out;
}

json::Array Analysts::ids_of(const Parties& who) const {
  json::Array out;
  for (std::size_t each : who) out.push_back(to_hex(parties_[each]->id()));
  return out;
}

// Nothing else looks like it.
std::string Analysts::a_token() {
  return fmt::format("zq{:05}qz", ++tokens_);
}

void Analysts::settle(Party& party) {
  for (std::size_t count = 1 + stage_.dice.below(2); count > 0; --count) {
    Shelf shelf{.owner = party.index(),
                .id = {},
                .circle = some_others(party, 60),
                .sure = {},
                .relay = stage_.dice.percent(80),
                .csirts = stage_.dice.percent(15),
                .unmarked = static_cast<Label>(stage_.dice.below(4))};
    shelf.sure = shelf.circle;
    json::Value made = must(party.turn(
        {node::CommandGiven{party.sign_command(Desk::admin, "alert.collection",
                                               {{"title", "Worms"},
                                                {"members", ids_of(shelf.circle)},
                                                {"csirts", shelf.csirts},
                                                {"relay", shelf.relay},
                                                {"unmarked", label_name(shelf.unmarked)}})}}));
    shelf.id = text_of(made, "id");
    alerts_.add_shelf(std::move(shelf));
  }
}

void Analysts::subscribe(Party& party) {
  for (Party* other : parties_) {
    if (other == &party) continue;
    for (const Shelf* theirs : alerts_.shelves_of(other->index())) {
      if (stage_.dice.percent(25)) continue;  // it goes where only its own people see it
      const Shelf* ours = stage_.dice.pick(alerts_.shelves_of(party.index()));
      must(party.turn({node::CommandGiven{party.sign_command(Desk::admin, "alert.subscribe",
                                                             {{"member", to_hex(other->id())},
                                                              {"theirs", theirs->id},
                                                              {"collection", ours->id},
                                                              {"sightings", true}})}}));
      alerts_.bind(party.index(), *theirs, ours);
    }
  }
}

void Analysts::act(Party& party) {
  if (!party.up() || acts_left == 0) return;
  --acts_left;
  std::size_t what = stage_.dice.below(100);
  if (what < 34) return post(party);
  if (what < 46) return post_version(party);
  if (what < 57) return share(party);
  if (what < 78) return sight(party);
  if (what < 88) return recall(party);
  if (what < 92) return drop(party);
  change_circle(party);
}

Analysts::Lying Analysts::lying(const Party& party, bool own, bool others) const {
  Lying out;
  for (const Said& each : std::as_const(alerts_).all()) {
    auto copies = each.copies.find(party.index());
    if (copies == each.copies.end() || !each.of.empty() || each.label == Label::red) continue;
    for (const auto& [giver, copy] : copies->second)
      if (copy.shelf && (giver == party.index() ? own : others))
        out.emplace_back(each.object, copy.shelf);
  }
  return out;
}

Said& Analysts::invent(const Shelf& shelf) {
  Said said;
  said.object = fmt::format("malware--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", ++objects_);
  said.modified = before_all;
  said.token = a_token();
  constexpr Label labels[] = {Label::clear, Label::green,  Label::green,
                              Label::amber, Label::strict, Label::red};
  if (stage_.dice.percent(75)) said.label = labels[stage_.dice.below(std::size(labels))];
  said.text = render(said);
  return alerts_.say(shelf, std::move(said));
}

void Analysts::post(Party& party) {
  const Shelf& shelf = *stage_.dice.pick(alerts_.shelves_of(party.index()));
  std::vector<Said*> said;
  for (std::size_t count = 1 + stage_.dice.below(3); count > 0; --count)
    said.push_back(&invent(shelf));
  import(party, shelf, said);
}

// Of one's own objects, in the collection that it lies in.
void Analysts::post_version(Party& party) {
  std::vector<std::string> own;
  for (const Said& each : alerts_.all())
    if (each.origin == party.index() && each.taken && each.of.empty()) own.push_back(each.object);
  if (own.empty()) return post(party);
  const Said& last = *alerts_.newest(party.index(), stage_.dice.pick(own));
  Said next;
  next.object = last.object;
  next.modified = moment(tokens_ + 1);
  next.token = a_token();
  next.label = last.label;
  if (stage_.dice.percent(20)) next.label = static_cast<Label>(stage_.dice.below(4));
  next.revoked = stage_.dice.percent(20);
  next.text = render(next);
  const Shelf& shelf = *last.copies.at(party.index()).at(party.index()).shelf;
  import(party, shelf, {&alerts_.say(shelf, std::move(next))});
}

void Analysts::import(Party& party, const Shelf& shelf, const std::vector<Said*>& said) {
  std::string envelope;
  for (const Said* each : said)
    envelope += (envelope.empty() ? R"({"objects":[)" : ",") + each->text;
  envelope += "]}";
  auto done = [this, &party, &shelf, said, sure = shelf.sure,
               changes = shelf.changes](const Result<json::Value>& answer) {
    if (!answer) return stage_.trace("not imported: " + to_text(answer.error()));
    const json::Value* refused = answer->find("refused");
    for (Said* each : said) {
      each->taken = !json::write(*refused).contains(each->object);
      ++stage_.counts[each->taken ? "alert: taken" : "alert: refused"];
      if (each->taken && each->label == Label::red)
        stage_.fault(party.profile().name + " took what is RED: " + each->object);
      if (each->taken && shelf.changes == changes) each->sure = sure;
    }
  };
  party.give(Desk::author, "alert.import",
             {{"collection", shelf.id}, {"sha256", to_hex(crypto::sha256(as_bytes(envelope)))}},
             done, envelope);
}

// To anybody that an officer names: one's own, or what others told.
void Analysts::share(Party& party) {
  Lying held = lying(party, true, true);
  if (held.empty()) return post(party);
  auto [object, shelf] = stage_.dice.pick(held);
  Parties to = some_others(party, 50);
  bool law_enforcement = stage_.dice.percent(20);
  json::Object args{{"collection", shelf->id},
                    {"objects", json::Array{object}},
                    {"urgent", stage_.dice.percent(30)},
                    {"law_enforcement", law_enforcement}};
  if (!to.empty()) args["to"] = ids_of(to);
  alerts_.name(party.index(), object, to.empty() ? shelf->circle : to, law_enforcement);
  party.give(Desk::author, "alert.share", std::move(args), [this](const Result<json::Value>& done) {
    ++stage_.counts[done ? "alert: shared by hand" : "alert: not shared by hand"];
  });
}

bool Analysts::lies_here(const Party& party, const Shelf& shelf, const std::string& object) {
  auto view = party.view();
  if (!view) return false;
  node::Overlay rows(**view);
  auto last = node::last_version(rows, shelf.id, object);
  return last && *last;
}

// What others told has been seen here.
void Analysts::sight(Party& party) {
  Lying held = lying(party, false, true);
  if (held.empty()) return post(party);
  auto [object, shelf] = stage_.dice.pick(held);
  if (!lies_here(party, *shelf, object)) return;
  Said said;
  said.object = fmt::format("sighting--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", ++objects_);
  said.modified = before_all;
  said.token = a_token();
  said.of = object;
  said.tellers = alerts_.tellers(party.index(), object, *shelf);
  if (stage_.dice.percent(80)) said.label = static_cast<Label>(stage_.dice.below(4));
  said.text = render(said);
  import(party, *shelf, {&alerts_.say(*shelf, std::move(said))});
}

void Analysts::recall(Party& party) {
  Lying held = lying(party, true, false);
  if (held.empty()) return post(party);
  const std::string& object = stage_.dice.pick(held).first;
  Recalled& wanted = alerts_.recall(party.index(), object);
  party.give(Desk::author, "alert.recall",
             {{"objects", json::Array{object}}, {"why", "a mistake of ours"}},
             [this, &wanted](const Result<json::Value>& done) {
               wanted.done = done.has_value();
               ++stage_.counts[done ? "alert: recalled" : "alert: not recalled"];
             });
}

void Analysts::drop(Party& party) {
  Lying held = lying(party, false, true);
  if (held.empty()) return post(party);
  const std::string& object = stage_.dice.pick(held).first;
  alerts_.drop(party.index(), object);
  party.give(Desk::author, "alert.drop",
             {{"objects", json::Array{object}}, {"why", "a mistake of theirs"}},
             [this](const Result<json::Value>& done) {
               ++stage_.counts[done ? "alert: dropped" : "alert: not dropped"];
             });
}

void Analysts::change_circle(Party& party) {
  Shelf& shelf = *stage_.dice.pick(alerts_.shelves_of(party.index()));
  if (shelf.changing) return;
  Parties next = some_others(party, 60);
  alerts_.change(shelf, next);
  party.give(Desk::admin, "alert.collection",
             {{"id", shelf.id},
              {"title", "Worms"},
              {"members", ids_of(next)},
              {"csirts", shelf.csirts},
              {"relay", shelf.relay},
              {"unmarked", label_name(shelf.unmarked)}},
             [this, &shelf, next](const Result<json::Value>& done) {
               alerts_.changed(shelf, next, done.has_value());
               ++stage_.counts[done ? "alert: circle changed" : "alert: circle not changed"];
             });
}

}  // namespace comity::sim
