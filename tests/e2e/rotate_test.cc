// Keys and cards that change over the years, between real nodes: while acts flow, while the partner
// is away, and when an order is cut off half-way.
#include <fmt/format.h>
#include <signal.h>

#include "kit.h"
#include "member/card.h"

namespace comity::e2e {
namespace {

namespace fs = std::filesystem;

class Rotating : public ::testing::Test {
 protected:
  void SetUp() override {
    us = cast(stage, "us-poc", "US");
    ph = cast(stage, "ph-poc", "PH");
    ASSERT_TRUE(us && ph);
    auto words = app::pair(*us, *ph);
    ASSERT_TRUE(words) << to_text(words.error());
  }
  Ran as(const std::string& officer, std::vector<std::string> args) {
    args.insert(args.begin(), {"--as", officer});
    return shell_of(*us)(std::move(args));
  }
  static member::SignedCard card_of(app::Player& who) {
    auto shown = who.get("/card");
    EXPECT_TRUE(shown);
    auto card = member::read_card(text(at(*shown, "card")));
    EXPECT_TRUE(card);
    return *card;
  }
  // ph holds the card that us has.
  bool told() {
    auto number = static_cast<std::int64_t>(card_of(*us).card.number);
    return eventually([&] {
      auto members = ph->get("/members");
      return members && at(at(*members, 0), "card") == json::Value(number);
    });
  }
  void acts_flow() {
    MUST_VOID(ask(*us, *ph));
    MUST_VOID(ask(*ph, *us));
    EXPECT_TRUE(eventually([&] {
      auto ours = us->get("/outbox"), theirs = ph->get("/outbox");
      return ours && theirs && ours->as_array()->empty() && theirs->as_array()->empty();
    })) << "every act has a receipt that counts";
  }

  Stage stage;
  std::unique_ptr<app::Player> us, ph;
};

TEST_F(Rotating, every_key_is_replaced_while_acts_flow) {
  for (const char* key : {"act", "tls", "checkpoint", "cosignature", "sealing", "root"}) {
    auto before = card_of(*us);
    Ran rotated = as("author", {"member", "rotate", key});
    ASSERT_EQ(rotated.exit, 0) << key << rotated;
    auto after = card_of(*us);
    EXPECT_EQ(after.card.number, before.card.number + 1) << key;
    EXPECT_EQ(after.card.member, before.card.member);
    EXPECT_EQ(after.card.tls_pins != before.card.tls_pins, key == std::string("tls"));
    EXPECT_EQ(after.root != before.root, key == std::string("root"));
    ASSERT_TRUE(told()) << key;
    acts_flow();
  }
  // The root that took over signs alone from now on, and the next hand-over follows it.
  ASSERT_EQ(as("author", {"member", "rotate", "act", "tls", "root"}).exit, 0);
  ASSERT_TRUE(told());
  for (app::Player* player : {us.get(), ph.get()}) {
    player->stop(SIGTERM);
    MUST_VOID(player->start());
  }
  acts_flow();
  // Partners go on as witnesses under the new keys.
  EXPECT_TRUE(eventually([&] {
    auto shown = us->get("/checkpoint");
    return shown && text(at(*shown, "checkpoint")).contains("/witness");
  }));
  // Whoever pairs now is led from the first root to the one in office.
  auto fr = cast(stage, "fr-poc", "FR");
  ASSERT_TRUE(fr);
  auto words = app::pair(*us, *fr);
  EXPECT_TRUE(words) << to_text(words.error());
}

TEST_F(Rotating, a_partner_that_was_away_is_reached_within_the_overlap_and_after_it) {
  for (bool at_once : {false, true}) {
    ph->stop(SIGTERM);
    std::vector<std::string> order{"member", "rotate", "tls", "checkpoint", "cosignature", "act"};
    if (at_once) order.emplace_back("--at-once");
    Ran rotated = as("author", order);
    ASSERT_EQ(rotated.exit, 0) << rotated;
    EXPECT_EQ(card_of(*us).card.retiring.empty(), at_once)
        << "at once is for the partner as if the overlap were over";
    MUST_VOID(ph->start());
    ASSERT_TRUE(told());
    acts_flow();
  }
}

TEST_F(Rotating, what_a_revoked_key_signed_and_still_waits_is_said_anew) {
  ph->stop(SIGTERM);
  json::Object draft = ask_draft(*us, *ph, "someone@provider.example", "A worm.");
  draft["lane"] = "normal";
  MUST(json::Value sent, us->draft_approve_send(draft, "needed"));
  std::string before = text(at(sent, "conversation"));
  Ran revoked = as("author", {"member", "revoke", to_hex(card_of(*us).card.act_keys[0].key)});
  ASSERT_EQ(revoked.exit, 0) << revoked;
  MUST_VOID(ph->start());
  ASSERT_TRUE(told());
  std::string anew;
  ASSERT_TRUE(eventually([&] {
    auto shown = us->get("/conversation?id=" + before);
    if (!shown || at(*shown, "moved").is_null()) return false;
    anew = text(at(*shown, "moved"));
    return true;
  }));
  MUST_VOID(ph->wait("/conversation?id=" + anew, in_phase("asked")));
  MUST(json::Value there, ph->get("/conversations"));
  EXPECT_EQ(there.as_array()->size(), 1u) << "said once";
  Ran form = as("author", {"request", "form", before});
  EXPECT_TRUE(form.out.contains(anew)) << form;
  acts_flow();
}

TEST_F(Rotating, a_member_moves_to_another_address) {
  auto port = app::free_port();
  ASSERT_TRUE(port);
  std::string moved = fmt::format("127.0.0.1:{}", *port), old = card_of(*us).card.endpoints[0];
  us->stop(SIGTERM);
  fs::path config = us->folder().config();
  std::string toml = read(config);
  std::size_t listen = toml.find("listen = \"" + old);
  ASSERT_NE(listen, std::string::npos) << toml;
  toml.replace(toml.find(old, listen), old.size(), moved);
  write(config, toml);
  MUST_VOID(us->start());
  Ran changed = as("author", {"member", "change", "--endpoint", moved, "--callback", "+1 555 0199",
                              "--drop-mandate", "preservation"});
  ASSERT_EQ(changed.exit, 0) << changed;
  ASSERT_TRUE(told());
  MUST_VOID(ask(*us, *ph));
  MUST(json::Value members, ph->get("/members"));
  EXPECT_EQ(text(at(at(members, 0), "callback")), "+1 555 0199");
  EXPECT_EQ(at(at(members, 0), "mandates"), json::Value(json::Array{}));
  EXPECT_TRUE(eventually([&] {
    auto alarms = ph->get("/alarms");
    return alarms && json::write(*alarms).contains("card_changed");
  }));
  // Claimed again, and not checked yet: nothing coercive goes there until it is.
  ASSERT_EQ(as("author", {"member", "change", "--mandate",
                          "preservation=Convention on Cybercrime, Art. 35 (invented)"})
                .exit,
            0);
  ASSERT_TRUE(told());
  MUST(json::Value again, ph->get("/members"));
  EXPECT_EQ(at(at(at(at(again, 0), "mandates"), 0), "checked"), json::Value(false));
  EXPECT_EQ(as("author", {"member", "change"}).exit, 2) << "a change of nothing";
  EXPECT_EQ(as("author", {"member", "change", "--endpoint", "nowhere"}).exit, 3);
  EXPECT_EQ(as("author", {"member", "rotate", "hat"}).exit, 2);
}

// The key file is written before the node takes the card; an order that ends there leaves a node
// that starts, and the next order goes through.
TEST_F(Rotating, an_order_that_is_refused_leaves_a_node_that_starts) {
  std::string before = read(us->folder().node_key());
  for (int i = 0; i < 6; ++i)
    ASSERT_EQ(as("approver", {"member", "rotate", "act", "tls", "checkpoint", "root"}).exit, 1);
  EXPECT_NE(read(us->folder().node_key()), before);
  EXPECT_EQ(card_of(*us).card.number, 1u);
  us->stop(SIGTERM);
  MUST_VOID(us->start());
  acts_flow();
  Ran rotated = as("author", {"member", "rotate", "root", "tls"});
  ASSERT_EQ(rotated.exit, 0) << rotated;
  ASSERT_TRUE(told());
  acts_flow();
  // A hand-over that was cut off before its files were renamed is completed by the next order.
  fs::path keys = us->folder().root() / "keys";
  fs::rename(keys / "next-root.key", keys / "following-root.key");
  fs::rename(keys / "root.key", keys / "next-root.key");
  rotated = as("author", {"member", "rotate"});
  ASSERT_EQ(rotated.exit, 0) << rotated;
  EXPECT_TRUE(fs::exists(keys / "root.key"));
  EXPECT_TRUE(fs::exists(keys / "next-root.key"));
  EXPECT_FALSE(fs::exists(keys / "following-root.key"));
  for (const char* name : {"node.key", "root.key", "next-root.key"}) {
    auto mode = fs::status(keys / name).permissions();
    EXPECT_EQ(mode & (fs::perms::group_all | fs::perms::others_all), fs::perms::none) << name;
  }
}

}  // namespace
}  // namespace comity::e2e
