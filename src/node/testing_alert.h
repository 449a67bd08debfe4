#pragma once
// Three nodes that tell each other alerts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alert/body.h"
#include "crypto/hash.h"
#include "member/card_change.h"
#include "node/alert_acts.h"
#include "node/object_page.h"
#include "node/rebuild.h"
#include "node/spread.h"
#include "node/testing.h"

namespace comity::node::testing {

using alert::Standing;

inline constexpr const char* clear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";
inline constexpr const char* green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
inline constexpr const char* amber = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";

inline std::string id(int n, const char* type = "malware") {
  return fmt::format("{}--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", type, n);
}
inline std::string malware(int n, const char* marking = green) {
  return fmt::format(
      R"({{"type":"malware","spec_version":"2.1","id":"{}",)"
      R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z",)"
      R"("is_family":false,"name":"w{}","object_marking_refs":["{}"]}})",
      id(n), n, marking);
}
inline std::string unmarked(int n) {
  std::string text = malware(n);
  std::size_t at = text.find(",\"object_marking_refs\"");
  return text.substr(0, at) + "}";
}
inline std::string sighting(int n) {
  return fmt::format(
      R"({{"type":"sighting","spec_version":"2.1","id":"{}",)"
      R"("created":"2026-11-02T00:00:00.000Z","modified":"2026-11-02T00:00:00.000Z",)"
      R"("sighting_of_ref":"{}","object_marking_refs":["{}"]}})",
      id(n, "sighting"), id(n), green);
}
inline std::string envelope(const std::vector<std::string>& objects) {
  std::string text;
  for (const std::string& each : objects) text += (text.empty() ? "" : ",") + each;
  return R"({"objects":[)" + text + "]}";
}

// An alert that nobody's node wrote, at this place of its lane.
inline act::Act made_by_hand(TestNode& from, const MemberId& to, std::uint64_t seq,
                             const alert::Body& body) {
  act::Act act = hand_made(from, to, seq);
  act.kind = act::Kind::alert;
  act.lane = act::Lane::bulk;
  act.route = {};
  act.handling.tlp = "TLP:GREEN";
  act.body = alert::to_json(body);
  return act;
}
inline alert::BlobName blob_of(const std::string& text) {
  return {crypto::sha256(as_bytes(text)), text.size()};
}
inline ActArrived with_blob(TestNode& from, const act::Act& act, std::string_view text) {
  return {from.id(), sealed(from, act), hash_blobs({{text}})};
}

inline std::string make_collection(TestNode& node, const std::vector<TestNode*>& circle,
                                   json::Object more = {}) {
  std::set<std::string> before;
  for (const KeyedRow& row : node.rows(Space::collection)) before.insert(row.key);
  json::Array members;
  for (TestNode* each : circle) members.push_back(to_hex(each->id()));
  more["title"] = "Worms";
  more["members"] = std::move(members);
  node.staff("alert.collection", std::move(more));
  for (const KeyedRow& row : node.rows(Space::collection))
    if (!before.contains(row.key)) return row.key;
  return {};
}

inline std::set<std::string> held(TestNode& node, const std::string& collection) {
  auto view = node.view();
  Overlay rows(*view);
  Collection made = must(load_collection(rows, collection));
  ObjectFilter all;
  all.versions.all = true;
  std::set<std::string> ids;
  for (const SeenObject& each :
       must(read_page(*view, made, {.standing = Standing::own}, all, 1000, With::bytes)).objects)
    ids.emplace(each.id);
  return ids;
}

// Wherever a byte of a node's journal names it.
inline bool has_byte_of(TestNode& node, const std::string& what) {
  auto view = node.view();
  for (std::uint64_t i = 0; i < node.size(); ++i)
    if (auto entry = must(view->entry(i)); entry && entry->record && entry->record->contains(what))
      return true;
  return false;
}

// It has a new key for acts, and what the one before signed is searched for.
inline void revoke_key(TestNode& node) {
  auto old = must(member::read_card(node.context().card_envelope));
  auto key = crypto::SigningKey::generate(node.random());
  auto draft = must(member::with_fresh_keys(old.card, {.act = key.public_key()},
                                            member::Overlap::none, node.now));
  auto next = must(member::next_card(old, draft, node.root(), node.now));
  node.done("member.card", {{"card", next.envelope}});
  node.use_card(next, key);
  for (int i = 0; i < 4; ++i) ASSERT_FALSE(node.give(Ticked{}).error);
}

class ThreeNodes : public ::testing::Test {
 protected:
  explicit ThreeNodes(const OpenStore& open)
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), open),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), open),
        jp(jp_casting, whole_law(COMITY_SOURCE_DIR), open) {
    pair(us, ph);
    pair(us, jp);
    pair(ph, jp);
    settle();
  }
  void settle() {
    for (int i = 0; i < 4; ++i)
      for (auto [from, to] : {std::pair{&us, &ph}, std::pair{&us, &jp}, std::pair{&ph, &us},
                              std::pair{&ph, &jp}, std::pair{&jp, &us}, std::pair{&jp, &ph}})
        deliver(*from, *to);
  }
  // Of ours, shared with ph, whose collection takes it.
  void subscribe(TestNode& node, TestNode& from, const std::string& theirs,
                 const std::string& ours) {
    node.done("alert.subscribe", {{"member", to_hex(from.id())},
                                  {"theirs", theirs},
                                  {"collection", ours},
                                  {"sightings", true}});
  }
  static std::string received(TestNode& node) {
    for (const KeyedRow& row : node.rows(Space::collection))
      if (text_at(must(json::parse(row.row.value)), "title") == "Received") return row.key;
    return {};
  }
  static void same_after_rebuild(TestNode& node) {
    auto before = node.rebuilt_rows();
    must(rebuild(node.store(), node.now));
    EXPECT_EQ(node.rebuilt_rows(), before);
  }

  TestNode us, ph, jp;
};

}  // namespace comity::node::testing
