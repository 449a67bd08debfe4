// The machine's rules, read from the law as it lies in law/.
#include "request/legal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "request/testing.h"

namespace comity::request {
namespace {

const law::Corpus& corpus() {
  static const law::Corpus loaded = [] {
    std::vector<law::SourceFile> files;
    std::filesystem::path root = std::string(COMITY_SOURCE_DIR) + "/law";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() != ".toml") continue;
      std::ifstream file(entry.path());
      files.push_back({entry.path().lexically_relative(root).generic_string(),
                       {std::istreambuf_iterator<char>(file), {}}});
    }
    auto read = law::Corpus::load(files);
    check(read.has_value(), read ? "" : to_text(read.error()));
    return *std::move(read);
  }();
  return loaded;
}

const Date today = *date_from_text("2026-11-21");
const law::Country us{{'U', 'S'}}, ph{{'P', 'H'}}, jp{{'J', 'P'}};

Rules rules(law::Country from, law::Country to, std::string offence = "data_interference") {
  auto out = rules_from(corpus(), {"ets185-29", from, to, std::move(offence), today});
  check(out.has_value(), out ? "" : to_text(out.error()));
  return *out;
}

// Convention on Cybercrime, Art. 29(2), (5), (7); RA 10175 s.13.
TEST(Legal, rules_of_article_29_toward_the_philippines) {
  Rules held = rules(us, ph);
  EXPECT_EQ(held.provision, "ets185-29");
  EXPECT_EQ(held.preserve_at_least, Days{60});
  EXPECT_TRUE(held.keep_until_decided);
  EXPECT_FALSE(held.answer_within);
  EXPECT_EQ(held.approvals, std::vector<std::string>{"poc_officer"});
  std::vector<std::string> codes;
  for (const GroundRule& rule : held.refusal_grounds) codes.push_back(rule.code);
  EXPECT_EQ(codes,
            (std::vector<std::string>{"political_offence", "sovereignty_security_ordre_public"}));
  EXPECT_EQ(held.domestic.cite, "RA 10175 s.13");
  EXPECT_EQ(held.domestic.first, Days{180});
  EXPECT_EQ(held.domestic.order_needed, Known::yes);
  EXPECT_TRUE(held.domestic.confirmed);
}

TEST(Legal, rules_toward_the_united_states_need_no_order_and_know_no_secrecy) {
  Rules held = rules(ph, us);
  EXPECT_EQ(held.domestic.first, Days{90});
  EXPECT_EQ(held.domestic.renew, Days{90});
  EXPECT_EQ(held.domestic.order_needed, Known::no);
  EXPECT_EQ(held.domestic.secrecy, Known::no);
}

// Art. 29(4): a reservation adds its ground, and only outside Arts 2 to 11.
TEST(Legal, a_reservation_adds_its_ground_for_its_offences_only) {
  auto has = [](const Rules& held) {
    return std::ranges::any_of(held.refusal_grounds, [](const GroundRule& rule) {
      return rule.code == "dual_criminality_absent";
    });
  };
  EXPECT_FALSE(has(rules(us, jp)));
  EXPECT_TRUE(has(rules(us, jp, "grooming")));
  EXPECT_FALSE(has(rules(us, ph, "grooming")));
}

TEST(Legal, an_unknown_provision_or_offence_is_not_found) {
  EXPECT_EQ(rules_from(corpus(), {"ets185-999", us, ph, "data_interference", today}).error().code,
            Code::not_found);
  EXPECT_EQ(rules_from(corpus(), {"ets185-29", us, ph, "rudeness", today}).error().code,
            Code::not_found);
}

TEST(Legal, a_country_nobody_has_researched_has_no_clock) {
  Rules held = rules(us, law::Country{{'I', 'S'}});
  EXPECT_TRUE(held.domestic.cite.empty());
  EXPECT_FALSE(held.domestic.first);
  EXPECT_EQ(held.domestic.order_needed, Known::unknown);
}

TEST(Legal, rules_for_a_domestic_order_cite_the_domestic_law) {
  Rules held = rules_for_order(corpus(), ph, today);
  EXPECT_EQ(held.cite, "RA 10175 s.13");
  EXPECT_TRUE(held.provision.empty());
  EXPECT_TRUE(held.refusal_grounds.empty());
}

law::State decide(const Ask& ask) {
  auto question = law_question(corpus(), ask, us, ph, {"poc_24_7", "poc_24_7"}, today);
  check(question.has_value(), question ? "" : to_text(question.error()));
  static law::Decision decision;
  law::decide(corpus(), *question, decision);
  auto id = corpus().provision("ets185-29");
  const law::Route* route = decision.find(*id);
  check(route != nullptr, "Art. 29 is among the roads");
  return route->state;
}

TEST(Legal, an_ordinary_ask_opens_the_road_of_article_29) {
  EXPECT_EQ(decide(testing::ask()), law::State::open);
}

TEST(Legal, what_the_form_leaves_open_stays_unknown) {
  Ask ask = testing::ask();
  ask.custodian.country.clear();
  EXPECT_EQ(decide(ask), law::State::needs);
}

TEST(Legal, without_the_intention_of_a_formal_request_the_road_is_not_open) {
  Ask ask = testing::ask();
  ask.intent_to_request_mla = false;
  EXPECT_NE(decide(ask), law::State::open);
}

TEST(Legal, a_word_that_the_corpus_does_not_have_is_refused) {
  Ask ask = testing::ask();
  ask.offence.code = "rudeness";
  EXPECT_FALSE(law_question(corpus(), ask, us, ph, {"poc_24_7", "poc_24_7"}, today));
  EXPECT_FALSE(law_question(corpus(), testing::ask(), us, ph, {"duke", ""}, today));
}

TEST(Articles, are_named_where_a_ground_leaves_them_out) {
  auto filled = [](const char* text) {
    json::Value body = json::parse(text).value();
    name_articles(testing::rules(), body);
    return json::write(body);
  };
  const std::string named =
      R"x({"grounds":[{"article":"ETS185 Art.29(5)(a)","code":"political_offence"}]})x";
  EXPECT_EQ(filled(R"({"grounds":[{"code":"political_offence"}]})"), named);
  EXPECT_EQ(filled(R"({"targets":[{"grounds":[{"code":"political_offence"}]}]})"),
            "{\"targets\":[" + named + "]}");
  // What is said stays as it is, and what the provision has not is for the reader to refuse.
  for (const char* same : {R"({"grounds":[{"article":"x","code":"political_offence"}]})",
                           R"({"grounds":[{"code":"own_national"}]})", R"({"grounds":[7]})",
                           R"({"grounds":"none"})", R"({"targets":["t1"]})", R"([])"})
    EXPECT_EQ(filled(same), same);
}

}  // namespace
}  // namespace comity::request
