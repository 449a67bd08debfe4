// An officer's desk at the shell: an order with its paper, from the blank form to the provider's
// file; what waits for whom; drafts that could never be sent.
#include <fmt/format.h>

#include "kit.h"

namespace comity::e2e {
namespace {

namespace fs = std::filesystem;

const char* const order_form = R"toml(reference = "ORDER-7"
power = "RA 10175, s. 13"
legal_entity = "Provider (invented), Manila"
preserve_until = {}
language = "en"
[issuing_authority]
name = "Contact point ph (invented)"
country = "PH"
kind = "poc_24_7"
office_hours = "24/7"
time_zone = "Asia/Manila"
contact = "Comity"
[callback]
name = "duty officer"
telephone = "+63 2 555 0100"
languages = ["en"]
[[targets]]
id = "t1"
identifier_type = "email_address"
identifier = "someone@provider.example"
service = "mail"
categories = ["subscriber", "traffic"]
period = {{ from = 2026-01-01T00:00:00Z, to = 2026-01-02T00:00:00Z }}
)toml";

class DeskAtTheShell : public ::testing::Test {
 protected:
  static std::unique_ptr<app::Player> provider_in(const Stage& stage) {
    auto player = app::Player::cast(stage.path(), {.id = "isp",
                                                   .name = "Provider (invented), Manila",
                                                   .jurisdiction = "PH",
                                                   .role = "provider",
                                                   .callback = "+63 2 555 0199",
                                                   .program = COMITY_BINARY});
    EXPECT_TRUE(player) << to_text(player.error());
    return player ? *std::move(player) : nullptr;
  }
  void SetUp() override {
    ASSERT_TRUE(ph && isp);
    MUST(std::string words, pair(*ph, *isp));
    ASSERT_FALSE(words.empty());
    Instant today = std::chrono::floor<std::chrono::days>(app::SystemClock().now());
    soon = to_text(today + std::chrono::days(60));
    write(stage.path() / "order.toml", fmt::format(fmt::runtime(order_form), soon));
    write(stage.path() / "order.pdf", paper);
  }
  Ran order(std::vector<std::string> more) {
    std::vector<std::string> all{
        "--as", "author", "request", "order", "isp", "--file", stage.file("order.toml")};
    all.insert(all.end(), more.begin(), more.end());
    return at_ph(all);
  }
  static json::Value row(const Shell& shell, const std::string& conversation) {
    Ran listed = shell({"request", "list"});
    json::Value all = listed.value();
    for (const json::Value& each : *at(all, "conversations").as_array())
      if (text(at(each, "conversation")) == conversation) return each;
    ADD_FAILURE() << "not listed: " << listed;
    return {};
  }
  // Drafted, approved, sent, and there.
  std::string order_served() {
    std::string draft = text(at(order({"--paper", stage.file("order.pdf")}).value(), "draft"));
    Ran approved = at_ph({"--as", "approver", "request", "approve", draft, "--reason", "checked"});
    EXPECT_EQ(approved.exit, 0) << approved;
    Ran sent = at_ph({"--as", "author", "request", "send", draft});
    EXPECT_EQ(sent.exit, 0) << sent;
    std::string conversation = text(at(sent.value(), "conversation"));
    EXPECT_TRUE(eventually([&] { return at_isp({"request", "show", conversation}).exit == 0; }));
    return conversation;
  }

  Stage stage;
  std::unique_ptr<app::Player> ph = cast(stage, "ph", "PH"), isp = provider_in(stage);
  Shell at_ph = shell_of(*ph), at_isp = shell_of(*isp);
  std::string soon, paper = "%PDF-1.7 an order to preserve (invented)\n";
};

TEST_F(DeskAtTheShell, an_order_travels_with_its_paper_and_the_provider_saves_it) {
  std::string conversation = order_served();
  std::string out = stage.file("received.pdf");
  Ran saved = at_isp({"request", "paper", conversation, "--out", out});
  ASSERT_EQ(saved.exit, 0) << saved;
  EXPECT_EQ(read(out), paper);
  EXPECT_EQ(text(at(saved.value(), "media_type")), "application/pdf");
  Ran again = at_isp({"request", "paper", conversation, "--out", out});
  EXPECT_EQ(again.exit, 3) << "nothing is written over: " << again;
  Ran shown = comity({"--dir", at_isp.folder.string(), at_isp.unlock[0], at_isp.unlock[1],
                      "request", "show", conversation});
  EXPECT_TRUE(shown.out.contains("comity request paper " + conversation)) << shown;
}

TEST_F(DeskAtTheShell, a_list_says_with_whom_who_is_to_do_what_and_when_data_lapse) {
  std::string conversation = order_served();
  json::Value listed = row(at_ph, conversation);
  EXPECT_EQ(text(at(listed, "partner")), "isp");
  EXPECT_EQ(text(at(listed, "reference")), "ORDER-7");
  EXPECT_EQ(text(at(at(listed, "on_the_clock"), "who")), "custodian");
  Ran drafted = at_isp(
      {"--as", "author", "request", "comply", conversation, "--target", "t1=preserved:" + soon});
  ASSERT_EQ(drafted.exit, 0) << drafted;
  std::string draft = text(at(drafted.value(), "draft"));
  Ran approved = at_isp({"--as", "approver", "request", "approve", draft, "--reason", "served"});
  ASSERT_EQ(approved.exit, 0) << approved;
  ASSERT_EQ(at_isp({"--as", "author", "request", "send", draft}).exit, 0);
  auto lapses = [&] { return text(at(at(row(at_ph, conversation), "on_the_clock"), "lapses")); };
  EXPECT_TRUE(eventually([&] { return lapses() == soon; })) << lapses();
  Ran asked = at_isp({"--as", "author", "request", "query", conversation, "--set", "code=other",
                      "--set", "text=which mailbox?", "--set", "pauses_clock=false"});
  ASSERT_EQ(asked.exit, 0) << asked;
  EXPECT_TRUE(eventually(
      [&] { return text(at(at(row(at_ph, conversation), "on_the_clock"), "what")) == "reply"; }));
  EXPECT_EQ(lapses(), soon) << "a question hides no day";
}

TEST_F(DeskAtTheShell, use_limits_and_conditions_travel_with_what_is_said) {
  std::string conversation = order_served();
  Ran drafted = at_isp({"--as", "author", "request", "comply", conversation, "--target",
                        "t1=preserved:" + soon, "--tlp", "TLP:AMBER+STRICT", "--use-limit",
                        "this investigation alone", "--condition", "destroyed when it is closed"});
  ASSERT_EQ(drafted.exit, 0) << drafted;
  std::string draft = text(at(drafted.value(), "draft"));
  ASSERT_EQ(at_isp({"--as", "approver", "request", "approve", draft, "--reason", "served"}).exit,
            0);
  ASSERT_EQ(at_isp({"--as", "author", "request", "send", draft}).exit, 0);
  auto handling = [&] {
    json::Value seen = at_ph({"request", "show", conversation}).value();
    return at(at(seen, "acts").as_array()->back(), "handling");
  };
  EXPECT_TRUE(eventually([&] { return text(at(handling(), "tlp")) == "TLP:AMBER+STRICT"; }));
  EXPECT_EQ(text(at(at(handling(), "use_limits"), 0)), "this investigation alone");
  EXPECT_EQ(text(at(at(handling(), "conditions"), 0)), "destroyed when it is closed");
  Ran late = at_isp({"--as", "author", "request", "query", conversation, "--set", "code=other",
                     "--set", "text=which mailbox?", "--set", "pauses_clock=false", "--expires",
                     "2020-01-01T00:00:00Z"});
  EXPECT_EQ(text(at(at(late.value(), "error"), "code")), "expired") << late;
}

TEST_F(DeskAtTheShell, what_could_never_be_sent_is_refused_at_the_draft) {
  std::string conversation = order_served();
  Ran wrong = at_isp(
      {"--as", "author", "request", "comply", conversation, "--target", "t9=preserved:" + soon});
  EXPECT_NE(wrong.exit, 0) << wrong;
  Ran early = at_ph({"--as", "author", "request", "extend", conversation, "--set", "until=" + soon,
                     "--set", "why=not yet decided"});
  EXPECT_NE(early.exit, 0) << early;
  EXPECT_EQ(text(at(at(early.value(), "error"), "code")), "wrong_state") << early;
  EXPECT_TRUE(at(at_ph({"request", "list"}).value(), "drafts").as_array()->empty());
}

TEST_F(DeskAtTheShell, a_draft_tells_what_people_would_be_told_later) {
  Ran drafted = order({"--paper", stage.file("order.pdf")});
  ASSERT_EQ(drafted.exit, 0) << drafted;
  EXPECT_EQ(text(at(at(at(drafted.value(), "notices"), 0), "code")), "no_secrecy_duty") << drafted;
}

TEST(Forms, a_blank_order_lacks_nothing_but_what_only_people_know) {
  Stage stage;
  Ran blank = comity({"request", "form", "--order"});
  ASSERT_EQ(blank.exit, 0) << blank;
  for (const char* box : {"power", "legal_entity", "preserve_until", "secrecy", "targets"})
    EXPECT_TRUE(blank.out.contains(box)) << box;
}

}  // namespace
}  // namespace comity::e2e
