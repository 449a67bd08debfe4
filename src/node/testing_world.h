#pragma once
// One collection of a node with partners of every kind, to which anything may happen; and what its
// rules (testing_audience.h) say of everybody who reads it or is told.
#include "node/roads.h"
#include "node/testing_audience.h"

namespace comity::node::testing {

// A node and its partners, each with a collection that it shares with the node.
struct Cast {
  static constexpr std::size_t partners_count = 8;

  explicit Cast(const OpenStore& open)
      : us({50, "us-csirt", "US", "192.0.2.50:7443", member::Role::csirt},
           whole_law(COMITY_SOURCE_DIR), open),
        legal(us.make_desk("legal", {member::OfficerRole::counsel})) {
    legal.officer.gives = {"supervisor"};
    us.staff("user.add", {{"officer", member::to_json(legal.officer)}});
    using enum member::Role;
    constexpr member::Role roles[] = {csirt, poc,    provider,  prosecutor,
                                      csirt, police, registrar, csirt};
    for (std::size_t i = 0; i < partners_count; ++i) {
      bool at_home = i == 4 || i == 6;
      partners.push_back(std::make_unique<TestNode>(
          Casting{60 + i, fmt::format("partner-{}", i), at_home ? "US" : "PH",
                  fmt::format("192.0.2.{}:7443", 60 + i), roles[i]},
          whole_law(COMITY_SOURCE_DIR), open));
      law_enforcement.push_back(i == 1 || i == 3 || i == 5);
      pair(us, *partners.back());
      theirs.push_back(make_collection(*partners.back(), {&us}));
    }
  }
  void tick(Millis by) {
    us.now += by;
    for (auto& each : partners) each->now = us.now;
  }

  TestNode us;
  Desk legal;
  std::vector<std::unique_ptr<TestNode>> partners;
  std::vector<std::string> theirs;  // a collection of each, by id
  std::vector<bool> law_enforcement;
};

class World {
 public:
  World(Cast& cast, std::uint64_t seed) : cast_(cast), us_(cast.us), dice_(seed), seed_(seed) {
    collection = make_collection(us_, {}, json::Object{{"clients", false}});
    user_ = fmt::format("{:064x}", seed + 1);
    us_.staff("alert.user", {{"name", fmt::format("own_{}", seed)},
                             {"key", user_},
                             {"standing", "own"},
                             {"read", json::Array{collection}},
                             {"write", json::Array{collection}}});
    client_ = fmt::format("{:064x}", seed + 0x10000000);
    us_.staff("alert.user", {{"name", fmt::format("client_{}", seed)},
                             {"key", client_},
                             {"standing", "client"},
                             {"read", json::Array{collection}},
                             {"write", json::Array{collection}}});
    change();
  }
  // Something happens, and what partners are told of it is checked.
  void happen();
  static constexpr std::size_t none = Cast::partners_count;

  std::string collection;
  Room room;
  Rules rules;
  [[nodiscard]] std::vector<Viewer> viewers() const {
    std::vector<Viewer> all{{.kind = Viewer::own}, {.kind = Viewer::client}};
    for (std::size_t i = 0; i < Cast::partners_count; ++i)
      all.push_back({Viewer::partner, i, cast_.law_enforcement[i]});
    return all;
  }
  [[nodiscard]] alert::Reader reader_of(Overlay& rows, const Viewer& who) const {
    if (who.kind == Viewer::own) return {.standing = Standing::own};
    if (who.kind == Viewer::client) return {.standing = Standing::client};
    alert::Reader reader =
        must(reader_of_member(rows, cast_.partners[who.number]->id(), us_.context().jurisdiction));
    must(judge_roads(rows, here(us_.context(), us_.now), must(load_collection(rows, collection)),
                     reader));
    return reader;
  }
  std::size_t roll(std::size_t sides) { return dice_() % sides; }
  [[nodiscard]] std::string told() const { return fmt::format("world {}: {}", seed_, story_); }

 private:
  [[nodiscard]] Viewer partner(std::size_t i) const {
    return {Viewer::partner, i, cast_.law_enforcement[i]};
  }
  void change();
  void say_on_what();
  Given make(const Giver& giver, bool may_be_custom);
  Given define();
  void give(Giver giver);
  void give_by_partner(std::size_t number);
  void settle_given(std::vector<Given> given, std::size_t partner_number = none);
  void remove();
  void recall();
  void drop();
  void narrow();
  void share();
  void recall_by_partner(std::size_t number);
  std::string render(const Given& what) const;
  // What was queued since: the words in it, by partner.
  std::map<std::size_t, std::string> sent();
  enum class Pushes : std::uint8_t { no, yes, by_hand };
  void check_words(std::size_t number, const std::string& text, const std::set<std::string>& may,
                   const std::set<std::string>& must_have);
  void check_sent(const std::vector<const Given*>& fresh, const Room& told_room, Pushes pushes);

  Cast& cast_;
  TestNode& us_;
  std::mt19937_64 dice_;
  std::uint64_t seed_;
  std::string user_, client_, story_;
  std::size_t next_ = 1;
  std::uint64_t seen_ = 0;  // entries of the journal
  std::set<std::size_t> subscribed_;
  std::map<std::size_t, std::set<std::string>> sent_;  // words, by partner
  // Ids, by partner, and whose: of our own people's word all hear who were told of the object, of
  // another's those who were told of what that one gave.
  std::map<std::size_t, std::map<std::string, std::vector<Giver>>> told_of_;
  std::map<std::size_t, std::map<std::string, std::vector<Giver>>> ever_told_of_;  // deleted since
  struct Saying {
    Label at_least = Label::clear, unmarked = Label::amber;
    bool csirts = false;
  };
  std::map<std::size_t, Saying> saying_;            // of the collection of each partner
  std::map<std::size_t, std::vector<Given>> made_;  // by each partner
};

inline void World::change() {
  story_ += "change;";
  room.members.clear();
  if (roll(6) > 0)
    for (std::size_t i = 0; i < Cast::partners_count; ++i)
      if (roll(2) == 0) room.members.insert(i);
  room.clients = roll(2) == 0;
  room.csirts = roll(3) == 0;
  room.push = roll(5) > 0;
  room.unmarked = static_cast<Label>(roll(4));
  json::Array members;
  for (std::size_t i : room.members) members.push_back(to_hex(cast_.partners[i]->id()));
  us_.staff("alert.collection", {{"id", collection},
                                 {"title", "Worms"},
                                 {"members", std::move(members)},
                                 {"clients", room.clients},
                                 {"csirts", room.csirts},
                                 {"push", room.push},
                                 {"unmarked", label_name(room.unmarked)}});
  say_on_what();
  seen_ = us_.size();
}

// From a response team in the United States there is a road for security to others and to providers
// in the Philippines, and none to police, prosecutors and contact points.
inline void World::say_on_what() {
  room.no_road = {0, 1, 2, 3, 5, 7};
  for (std::size_t i : {0u, 1u, 2u, 3u, 5u, 7u}) {
    bool said = roll(2) == 0;
    json::Object word{{"collection", collection},
                      {"members", json::Array{to_hex(cast_.partners[i]->id())}}};
    if (said) {
      word["offence"] = "data_interference";
      word["reason"] = "an outbreak (invented)";
      word["facts"] = json::Array{json::Object{{"fact", "security_purpose"}, {"value", "yes"}}};
    } else {
      word["withdraw"] = true;
    }
    check(!us_.command(cast_.legal, "alert.basis", std::move(word)).error, "counsel speaks");
    if (said && !cast_.law_enforcement[i]) room.no_road.erase(i);
  }
}

inline std::string World::render(const Given& what) const {
  auto refs = [](const std::vector<Mark>& marks) {
    std::string text;
    for (const Mark& mark : marks) text += (text.empty() ? "\"" : ",\"") + mark.id + "\"";
    return text;
  };
  std::string more =
      what.marks.empty() ? "" : fmt::format(R"(,"object_marking_refs":[{}])", refs(what.marks));
  if (what.defines) {
    std::string statement =
        what.defines->label ? label_name(*what.defines->label) : "Copyright of the invented";
    return fmt::format(R"({{"type":"marking-definition","spec_version":"2.1","id":"{}",)"
                       R"("created":"{}","definition_type":"statement",)"
                       R"("definition":{{"statement":"{}"}},"name":"{}"{}}})",
                       what.id, what.version, statement, what.word, more);
  }
  std::string cuts;
  for (const Cut& cut : what.cuts)
    cuts += fmt::format(R"({}{{"selectors":["{}"],"marking_ref":"{}"}})", cuts.empty() ? "" : ",",
                        cut.selector, cut.mark.id);
  if (!cuts.empty()) more += ",\"granular_markings\":[" + cuts + "]";
  if (what.revoked) more += ",\"revoked\":true";
  const char* kind = what.personal() ? R"("type":"identity","identity_class":"individual")"
                                     : R"("type":"malware","is_family":false)";
  return fmt::format(R"({{{},"spec_version":"2.1","id":"{}","created":"2026-11-01T00:00:00.000Z",)"
                     R"("modified":"{}","name":"{}","description":"{}","aliases":["{}","{}"]{}}})",
                     kind, what.id, what.version, what.word, what.words[0], what.words[1],
                     what.words[2], more);
}

// A new object, or a new version of one that is here.
inline Given World::make(const Giver& giver, bool may_be_custom) {
  Given what;
  what.giver = giver;
  std::size_t n = next_++;
  auto word = [&](const char* kind) { return fmt::format("{}{}q{}z", kind, seed_, n); };
  what.word = word("name");
  what.words = {word("about"), word("one"), word("two")};
  // A partner abroad has no road for personal data to us.
  bool abroad = giver.kind == Giver::partner && giver.number != 4 && giver.number != 6;
  what.id = fmt::format("{}--{:08x}-17d4-4cbf-938f-{:012x}",
                        roll(4) == 0 && !abroad ? "identity" : "malware", seed_, n);
  what.version = to_text(us_.now);
  // A partner makes versions of what it has, and of what it has not revoked.
  const auto& others = giver.kind == Giver::partner ? made_[giver.number] : rules.held;
  if (roll(3) == 0 && !others.empty()) {
    const Given& other = others[roll(others.size())];
    bool over = std::ranges::any_of(others, [&](const Given& each) {
      return each.id == other.id && each.revoked && giver.kind == Giver::partner;
    });
    if (!over && !other.defines && other.version < what.version) {
      what.id = other.id;
      what.revoked = roll(4) == 0;
    }
  }
  std::vector<Mark> known = fixed_marks();
  if (may_be_custom)
    for (std::size_t i = 0; i < 6; ++i)
      known.push_back(
          {fmt::format("marking-definition--{:08x}-17d4-4cbf-938f-{:012x}", seed_, 0xabc000 + i),
           i < 4 ? std::optional(static_cast<Label>(i)) : std::nullopt});
  auto any = [&] { return known[roll(known.size())]; };
  if (roll(3) > 0) what.marks.push_back(any());
  if (roll(6) == 0)
    if (Mark more = any(); what.marks.empty() || more.id != what.marks[0].id)
      what.marks.push_back(more);
  const char* selectors[] = {"description", "aliases.[0]", "aliases.[1]"};
  if (roll(4) == 0)
    for (std::size_t i = 0; i < 3; ++i)
      if (roll(2) == 0) what.cuts.push_back({selectors[i], what.words[i], any()});
  if (roll(30) == 0 && !what.personal()) what.cuts.push_back({"is_family", "", any()});
  what.text = render(what);
  return what;
}

inline Given World::define() {
  Given what;
  std::size_t i = roll(6);
  what.id = fmt::format("marking-definition--{:08x}-17d4-4cbf-938f-{:012x}", seed_, 0xabc000 + i);
  what.version = to_text(us_.now);
  what.word = fmt::format("def{}q{}z", seed_, next_++);
  what.defines = Mark{what.id, i < 4 ? std::optional(static_cast<Label>(i)) : std::nullopt};
  what.text = render(what);
  return what;
}

inline std::map<std::size_t, std::string> World::sent() {
  std::map<std::size_t, std::string> texts;
  auto view = us_.view();
  for (; seen_ < us_.size(); ++seen_) {
    auto entry = must(view->entry(seen_));
    if (!entry || entry->type != static_cast<std::uint8_t>(EntryType::act_out)) continue;
    Record record = must(load_record(*view, seen_));
    for (const RowChange& change : record.rows) {
      if (change.space != Space::outbox || !change.value) continue;
      OutboxRow queued = must(outbox_row_from_json(must(json::parse(*change.value))));
      for (std::size_t i = 0; i < Cast::partners_count; ++i)
        if (record.about["to"] == json::Value(to_hex(cast_.partners[i]->id())))
          for (const Hash& blob : queued.blobs) texts[i] += must(load_blob(*view, blob));
    }
  }
  return texts;
}

// With `pushes`, whoever may have what is fresh gets it.
inline void World::check_sent(const std::vector<const Given*>& fresh, const Room& told_room,
                              Pushes pushes) {
  auto texts = sent();
  for (std::size_t i = 0; i < Cast::partners_count; ++i) {
    std::set<std::string> may, must_have;
    for (const Given* each : fresh) {
      std::set<std::string> words;
      if (pushes != Pushes::no) words = rules.words(partner(i), *each, told_room);
      // Who was told of an object hears that it is revoked, also when it left the circle.
      Room wide = told_room;
      wide.members = {i};
      wide.csirts = false;
      std::set<std::string> wider;
      auto of_its_own = [&](const Giver& giver) {
        return each->giver.kind <= Giver::elsewhere || each->giver == giver;
      };
      bool told = each->giver.kind != Giver::client &&
                  std::ranges::any_of(told_of_[i][each->id], of_its_own);
      if (pushes != Pushes::by_hand && each->revoked &&
          std::ranges::any_of(ever_told_of_[i][each->id], of_its_own))
        wider = rules.words(partner(i), *each, wide);
      may.insert(words.begin(), words.end());
      may.insert(wider.begin(), wider.end());
      if (told) words.insert(wider.begin(), wider.end());
      bool has = each->giver == Giver{Giver::partner, i} || sent_[i].contains(each->word);
      if (!has) must_have.merge(words);
    }
    check_words(i, texts[i], may, must_have);
    for (const Given* each : fresh)
      if (texts[i].contains(each->word)) {
        told_of_[i][each->id].push_back(each->giver);
        ever_told_of_[i][each->id].push_back(each->giver);
      }
  }
}

inline void World::check_words(std::size_t number, const std::string& text,
                               const std::set<std::string>& may,
                               const std::set<std::string>& must_have) {
  std::set<std::string> all;
  for (const Given& each : rules.held) {
    all.insert(each.word);
    all.insert(each.words.begin(), each.words.end());
  }
  for (const std::string& word : all) {
    bool said = text.contains(word);
    check(!said || may.contains(word),
          "LEAK to partner " + std::to_string(number) + ": " + word + " in " + told());
    check(said || !must_have.contains(word),
          "partner " + std::to_string(number) + " was not told " + word + " in " + told() + text);
    if (said) sent_[number].insert(word);
  }
}

}  // namespace comity::node::testing
