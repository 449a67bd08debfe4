// People: counsel's override, one officer alone and the review it owes, four eyes over officers.
#include <gtest/gtest.h>

#include "node/rebuild.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;
using member::OfficerRole;
using std::chrono::hours;

// The law folder with something invented at the end of one file.
law::Corpus law_with(const std::string& file, const std::string& text) {
  auto files = law::testing::law_folder(COMITY_SOURCE_DIR);
  law::testing::file_of(files, file).text += text;
  return law::testing::corpus_of(files);
}

std::string forbidding(const std::string& side, const std::string& confidence) {
  return R"(
[[statute]]
id = "zz-invented-1"
title = "an invented prohibition"
effect = "forbid"
measures = ["preservation"]
when = { fact = "data_already_stored", is = "yes" }
from = 2000-01-01
cite = "Invented Act s.1"
source = "https://www.example.org/invented"
side = ")" +
         side + "\"\nconfidence = \"" + confidence + "\"\n";
}

class People : public ::testing::Test {
 protected:
  explicit People(const law::Corpus& corpus)
      : us(us_casting, corpus, store::open_memory), ph(ph_casting, corpus, store::open_memory) {}

  json::Value draft(const Desk& by) {
    Reply reply = us.command(by, "request.draft", ask_args(ph.id(), us.now));
    check(!reply.error, reply.error ? to_text(*reply.error) : "");
    return std::move(reply.body);
  }
  Reply send(const Desk& by, const json::Value& drafted, json::Object more = {}) {
    more["draft"] = at(drafted, "draft");
    return us.command(by, "request.send", std::move(more));
  }
  Reply send(const json::Value& drafted) { return send(us.author(), drafted); }
  void expect_refused(const Reply& reply, Code code, std::string_view why = "") {
    ASSERT_TRUE(reply.error) << "carried out";
    EXPECT_EQ(reply.error->code, code) << to_text(*reply.error);
    EXPECT_NE(reply.error->what.find(why), std::string::npos) << reply.error->what;
  }
  void wait(hours time) {
    us.now += time;
    ASSERT_FALSE(us.give(Ticked{}).error);
  }
  void expect_rebuilt() {
    auto before = us.rebuilt_rows();
    must(rebuild(us.store(), us.now));
    EXPECT_EQ(us.rebuilt_rows(), before);
  }

  TestNode us, ph;
};

// --- counsel's override ---

class Overriding : public People {
 protected:
  explicit Overriding(const law::Corpus& corpus) : People(corpus) { pair(us, ph); }
  Reply set_aside(const Desk& by, const json::Value& drafted, std::int64_t good_for = 24) {
    return us.command(by, "request.override",
                      {{"draft", at(drafted, "draft")},
                       {"subject", at(drafted, "subject")},
                       {"reason", "the partner has waived it by telephone"},
                       {"hours", good_for}});
  }
};

struct ForeignLaw : Overriding {
  ForeignLaw() : Overriding(corpus()) {}
  static const law::Corpus& corpus() {
    static const law::Corpus held =
        law_with("jurisdictions/PH.toml", forbidding("requested", "confirmed"));
    return held;
  }
};
struct OwnLaw : Overriding {
  OwnLaw() : Overriding(corpus()) {}
  static const law::Corpus& corpus() {
    static const law::Corpus held =
        law_with("jurisdictions/US.toml", forbidding("requesting", "confirmed"));
    return held;
  }
};
struct OwnUnconfirmedLaw : Overriding {
  OwnUnconfirmedLaw() : Overriding(corpus()) {}
  static const law::Corpus& corpus() {
    static const law::Corpus held =
        law_with("jurisdictions/US.toml", forbidding("requesting", "unconfirmed"));
    return held;
  }
};

TEST_F(ForeignLaw, is_set_aside_by_counsel_with_a_third_persons_approval_and_on_the_record) {
  json::Value drafted = draft(us.author());
  EXPECT_EQ(at(drafted, "may_override"), json::Value(true));
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  expect_refused(send(drafted), Code::no_permit, "request override");
  Reply set = set_aside(us.counsel(), drafted);
  ASSERT_FALSE(set.error) << to_text(*set.error);
  // The approval of before knew nothing of it.
  expect_refused(send(drafted), Code::not_approved);
  expect_refused(us.approve(us.counsel(), drafted), Code::not_allowed, "third person");
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  Reply sent = send(drafted);
  ASSERT_FALSE(sent.error) << to_text(*sent.error);
  const json::Value& override_ = at(at(sent.body, "permit"), "override");
  EXPECT_EQ(text_at(override_, "counsel"), to_text(us.counsel().officer.id));
  EXPECT_EQ(text_at(override_, "reason"), "the partner has waived it by telephone");
  EXPECT_EQ(text_at(at(at(sent.body, "permit"), "law"), "state"), "blocked");
  // Ours alone: the partner judges by its own law.
  std::string told = must(act::parse_envelope(us.outbox(ph.id())[0])).payload;
  EXPECT_EQ(told.find("waived"), std::string::npos);
  expect_rebuilt();
}

TEST_F(ForeignLaw, is_acknowledged_by_who_approves) {
  json::Value drafted = draft(us.author());
  ASSERT_FALSE(set_aside(us.counsel(), drafted).error);
  member::Approval approval{.subject = must(hash_from_hex(text_at(drafted, "subject"))),
                            .officer = us.approver().officer.id,
                            .gives = {"poc_officer"},
                            .reason = "not looked",
                            .at = us.now,
                            .expires = us.now + hours{1}};
  expect_refused(us.command(us.approver(), "request.approve",
                            {{"draft", at(drafted, "draft")},
                             {"approval", member::seal(approval, us.approver().key)},
                             {"acknowledge_unconfirmed", true}}),
                 Code::not_approved, "--acknowledge-override");
}

TEST_F(ForeignLaw, is_set_aside_by_counsel_alone_for_a_time_and_for_this_content) {
  json::Value drafted = draft(us.author());
  expect_refused(set_aside(us.approver(), drafted), Code::not_allowed);
  json::Value other = drafted;
  (*other.as_object())["subject"] = std::string(64, 'a');
  expect_refused(set_aside(us.counsel(), other), Code::not_approved);
  ASSERT_FALSE(set_aside(us.counsel(), drafted, 1).error);
  ASSERT_FALSE(us.approve(us.approver(), drafted, hours{5}).error);
  us.now += hours{2};
  expect_refused(send(drafted), Code::not_approved, "expired");
}

TEST_F(ForeignLaw, is_not_set_aside_by_its_author_nor_by_counsel_who_left) {
  Desk both = us.make_desk("both", {OfficerRole::author, OfficerRole::counsel});
  us.staff("user.add", {{"officer", member::to_json(both.officer)}});
  json::Value own = draft(both);
  expect_refused(set_aside(both, own), Code::not_allowed, "who drafts");
  json::Value drafted = draft(us.author());
  ASSERT_FALSE(set_aside(both, drafted).error);
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  us.staff("user.disable", {{"officer", to_text(both.officer.id)}});
  expect_refused(send(drafted), Code::not_approved, "counsel here now");
}

TEST_F(OwnLaw, is_never_set_aside) {
  json::Value drafted = draft(us.author());
  EXPECT_EQ(at(drafted, "may_override"), json::Value(false));
  expect_refused(set_aside(us.counsel(), drafted), Code::no_permit, "our own law");
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  Reply sent = send(drafted);
  expect_refused(sent, Code::no_permit, "Invented Act s.1");
  EXPECT_EQ(sent.error->what.find("request override"), std::string::npos);
}

TEST_F(OwnUnconfirmedLaw, may_be_set_aside) {
  json::Value drafted = draft(us.author());
  ASSERT_FALSE(set_aside(us.counsel(), drafted).error);
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  EXPECT_FALSE(send(drafted).error);
}

// --- what binds who holds the data ---

// As China's Art. 4 ICJAL does: nothing goes out without the word of the holder's own State.
std::string blocking(const std::string& confidence) {
  return R"(
[[statute]]
id = "zz-invented-2"
title = "an invented blocking statute"
effect = "forbid"
side = "requested"
measures = ["preservation"]
when = { fact = "holder_state_consents", is = "no" }
warns_holder = true
from = 2000-01-01
cite = "Invented Act s.2"
source = "https://www.example.org/invented"
confidence = ")" +
         confidence + "\"\n";
}

struct HolderLaw : Overriding {
  HolderLaw() : Overriding(corpus()) {}
  explicit HolderLaw(const law::Corpus& corpus) : Overriding(corpus) {}
  static const law::Corpus& corpus() {
    static const law::Corpus held = law_with("jurisdictions/PH.toml", blocking("confirmed"));
    return held;
  }
  static json::Object with_consent(json::Object args, const char* value) {
    args["facts"] = json::Array{json::Object{{"fact", "holder_state_consents"}, {"value", value}}};
    return args;
  }
  // The Philippines were asked by an officer who said that the holder's State consents, and have
  // drafted their yes.
  json::Value asked_and_accepted(const char* consents = "") {
    json::Value sent = us.send(with_consent(ask_args(ph.id(), us.now), "yes"));
    deliver(us, ph);
    json::Object yes = in_conversation(us.id(), at(sent, "conversation"), {{"verb", "accept"}});
    return ph.done("request.draft", *consents ? with_consent(yes, consents) : yes);
  }
  Reply accept(const json::Value& drafted) {
    Reply approved = ph.approve(ph.approver(), drafted);
    check(!approved.error, approved.error ? to_text(*approved.error) : "");
    return ph.command("request.send", {{"draft", at(drafted, "draft")}});
  }
};
struct HolderUnconfirmedLaw : HolderLaw {
  HolderUnconfirmedLaw() : HolderLaw(unconfirmed()) {}
  static const law::Corpus& unconfirmed() {
    static const law::Corpus held = law_with("jurisdictions/PH.toml", blocking("unconfirmed"));
    return held;
  }
};

TEST_F(HolderLaw, warns_the_sender_with_citation_and_confidence) {
  json::Value drafted = draft(us.author());
  std::string warned = json::write(at(drafted, "warnings"));
  EXPECT_NE(warned.find("blocking_statute"), std::string::npos) << warned;
  EXPECT_NE(warned.find("Invented Act s.2"), std::string::npos) << warned;
  EXPECT_NE(warned.find("\"confirmed\""), std::string::npos) << warned;
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  expect_refused(send(drafted), Code::no_permit, "holder_state_consents (Invented Act s.2");
}

TEST_F(HolderLaw, bars_the_holder_whatever_the_sender_said) {
  json::Value drafted = asked_and_accepted();
  EXPECT_NE(json::write(at(drafted, "warnings")).find("Invented Act s.2"), std::string::npos);
  EXPECT_EQ(at(drafted, "may_override"), json::Value(false));
  expect_refused(accept(drafted), Code::no_permit, "Invented Act s.2");
}

TEST_F(HolderLaw, bars_the_holder_whose_state_said_no) {
  Reply sent = accept(asked_and_accepted("no"));
  expect_refused(sent, Code::no_permit, "blocked by law");
  expect_refused(sent, Code::no_permit, "Invented Act s.2");
}

TEST_F(HolderLaw, lets_go_what_the_holders_state_consents_to) {
  Reply sent = accept(asked_and_accepted("yes"));
  EXPECT_FALSE(sent.error) << to_text(*sent.error);
}

TEST_F(HolderUnconfirmedLaw, bars_too_and_the_holders_counsel_may_set_it_aside) {
  json::Value drafted = asked_and_accepted("no");
  EXPECT_NE(json::write(at(drafted, "warnings")).find("\"unconfirmed\""), std::string::npos);
  EXPECT_EQ(at(drafted, "may_override"), json::Value(true));
  expect_refused(accept(drafted), Code::no_permit, "[unconfirmed]");
  Reply set = ph.command(ph.counsel(), "request.override",
                         {{"draft", at(drafted, "draft")},
                          {"subject", at(drafted, "subject")},
                          {"reason", "the ministry has been asked"},
                          {"hours", 24}});
  ASSERT_FALSE(set.error) << to_text(*set.error);
  Reply sent = accept(drafted);
  EXPECT_FALSE(sent.error) << to_text(*sent.error);
}

TEST_F(ForeignLaw, does_not_make_an_instrument_bind_that_is_not_in_force) {
  json::Object args = ask_args(ph.id());
  args["provision"] = "uncc-42";
  json::Value drafted = us.done("request.draft", args);
  expect_refused(set_aside(us.counsel(), drafted), Code::no_permit, "common to both");
}

// --- one officer alone ---

std::string single_officer(const std::string& confidence) {
  return R"(
[single_officer]
allowed = true
from = 2000-01-01
cite = "Invented Act s.2"
source = "https://www.example.org/invented"
confidence = ")" +
         confidence + "\"\n";
}

class Alone : public People {
 protected:
  explicit Alone(const law::Corpus& corpus)
      : People(corpus), duty(us.make_desk("duty", {OfficerRole::author, OfficerRole::approver})) {
    duty.officer.gives = {"poc_officer"};
    us.done("user.add", {{"officer", member::to_json(duty.officer)}});
    pair(us, ph);
  }
  Reply send_alone(const Desk& by, const json::Value& drafted) {
    return send(by, drafted, {{"alone", "logs go at midnight, nobody else is on duty"}});
  }
  Reply review(const Desk& by, const json::Value& conversation, const char* verdict) {
    return us.command(
        by, "request.review",
        {{"conversation", conversation}, {"verdict", verdict}, {"reason", "read it"}});
  }
  Desk duty;
};
struct LawLetsOne : Alone {
  LawLetsOne() : Alone(corpus()) {}
  static const law::Corpus& corpus() {
    static const law::Corpus held = law_with("jurisdictions/US.toml", single_officer("confirmed"));
    return held;
  }
};
struct LawMayLetOne : Alone {
  LawMayLetOne() : Alone(corpus()) {}
  static const law::Corpus& corpus() {
    static const law::Corpus held =
        law_with("jurisdictions/US.toml", single_officer("unconfirmed"));
    return held;
  }
};
struct LawOfToday : Alone {
  LawOfToday() : Alone(whole_law(COMITY_SOURCE_DIR)) {}
};

TEST_F(LawLetsOne, send_what_cannot_wait_and_another_confirms_it_within_a_day) {
  json::Value drafted = draft(duty);
  expect_refused(send(duty, drafted), Code::not_approved);
  Reply sent = send_alone(duty, drafted);
  ASSERT_FALSE(sent.error) << to_text(*sent.error);
  EXPECT_EQ(text_at(at(at(sent.body, "permit"), "single_officer"), "cite"), "Invented Act s.2");
  const json::Value& conversation = at(sent.body, "conversation");
  expect_refused(review(duty, conversation, "confirmed"), Code::not_allowed, "another officer");
  expect_refused(review(us.author(), conversation, "confirmed"), Code::not_allowed);
  wait(limits::review_warning - hours{1});
  EXPECT_FALSE(us.has_alarm("review_near"));
  wait(hours{2});
  EXPECT_TRUE(us.has_alarm("review_near"));
  Reply reviewed = review(us.approver(), conversation, "confirmed");
  ASSERT_FALSE(reviewed.error) << to_text(*reviewed.error);
  EXPECT_EQ(at(reviewed.body, "late"), json::Value(false));
  expect_refused(review(us.counsel(), conversation, "withdraw"), Code::wrong_state);
  wait(hours{10});
  EXPECT_FALSE(us.has_alarm("review_missed"));
  expect_rebuilt();
}

TEST_F(LawLetsOne, is_alarmed_when_nobody_looks_and_may_still_be_reviewed) {
  Reply sent = send_alone(duty, draft(duty));
  ASSERT_FALSE(sent.error) << to_text(*sent.error);
  wait(limits::review_within - hours{1});
  EXPECT_FALSE(us.has_alarm("review_missed"));
  wait(hours{2});
  EXPECT_TRUE(us.has_alarm("review_missed"));
  Reply reviewed = review(us.counsel(), at(sent.body, "conversation"), "confirmed");
  ASSERT_FALSE(reviewed.error) << to_text(*reviewed.error);
  EXPECT_EQ(at(reviewed.body, "late"), json::Value(true));
}

TEST_F(LawLetsOne, withdraws_on_review) {
  Reply sent = send_alone(duty, draft(duty));
  ASSERT_FALSE(sent.error) << to_text(*sent.error);
  Reply reviewed = review(us.approver(), at(sent.body, "conversation"), "withdraw");
  ASSERT_FALSE(reviewed.error) << to_text(*reviewed.error);
  EXPECT_EQ(at(reviewed.body, "told"), json::Value(true));
  ASSERT_EQ(us.outbox(ph.id()).size(), 2u);
  act::Act last = must(act::parse_act(must(act::parse_envelope(us.outbox(ph.id())[1])).payload));
  EXPECT_EQ(text_at(last.body, "verb"), "withdraw");
  deliver(us, ph);
}

TEST_F(LawLetsOne, only_who_may_approve_holds_what_the_law_names_and_drafted_it) {
  expect_refused(send_alone(us.author(), draft(us.author())), Code::not_approved, "an approver");
  us.staff("user.change", {{"officer", to_text(duty.officer.id)},
                           {"roles", json::Array{"approver", "author"}},
                           {"gives", json::Array{}}});
  json::Value drafted = draft(duty);
  expect_refused(send_alone(duty, drafted), Code::not_approved, "\"poc_officer\"");
  expect_refused(send_alone(us.author(), drafted), Code::not_allowed, "who drafted it");
}

TEST_F(LawLetsOne, nothing_but_a_new_request_goes_alone) {
  Reply sent = send_alone(duty, draft(duty));
  ASSERT_FALSE(sent.error);
  deliver(us, ph);
  json::Value accepting =
      ph.done("request.draft",
              in_conversation(us.id(), at(sent.body, "conversation"), {{"verb", "accept"}}));
  expect_refused(ph.command("request.send", {{"draft", at(accepting, "draft")},
                                             {"alone", "nobody else is on duty"}}),
                 Code::not_approved, "nothing but a request");
}

TEST_F(LawMayLetOne, is_not_enough_while_unconfirmed) {
  expect_refused(send_alone(duty, draft(duty)), Code::not_approved, "a second person");
}
TEST_F(LawOfToday, lets_nobody_send_alone) {
  expect_refused(send_alone(duty, draft(duty)), Code::not_approved, "a second person");
  EXPECT_TRUE(us.rows(Space::review).empty());
}

// --- four eyes over officers ---

class Officers : public People {
 protected:
  Officers() : People(whole_law(COMITY_SOURCE_DIR)) { pair(us, ph); }
  std::string propose(const Desk& newcomer) {
    json::Value answer = us.done("user.add", {{"officer", member::to_json(newcomer.officer)}});
    EXPECT_EQ(at(answer, "waits"), json::Value(true));
    return text_at(answer, "change");
  }
  bool works(const Desk& desk) {
    return us.row(Space::officer, to_text(desk.officer.id)).has_value();
  }
};

TEST_F(Officers, come_by_two_people_once_a_partner_is_known) {
  Desk newcomer = us.make_desk("newcomer", {OfficerRole::approver});
  std::string change = propose(newcomer);
  EXPECT_FALSE(works(newcomer));
  EXPECT_TRUE(us.has_alarm("officer_change_waits"));
  expect_refused(us.confirm(us.author(), change), Code::not_allowed);  // who proposed it
  expect_refused(us.confirm(us.approver(), change), Code::not_allowed);
  expect_refused(us.command(newcomer, "user.confirm", {}), Code::unknown_key);
  expect_refused(us.command(us.counsel(), "user.confirm",
                            {{"change", change}, {"subject", std::string(64, 'a')}}),
                 Code::not_approved);
  ASSERT_FALSE(us.confirm(us.counsel(), change).error);
  EXPECT_TRUE(works(newcomer));
  EXPECT_FALSE(us.has_alarm("officer_change_waits"));
  EXPECT_TRUE(us.rows(Space::officer_change).empty());
  expect_rebuilt();
}

TEST_F(Officers, invented_by_one_admin_approve_nothing) {
  Desk first = us.make_desk("first", {OfficerRole::author, OfficerRole::admin});
  Desk second = us.make_desk("second", {OfficerRole::approver, OfficerRole::counsel});
  std::string a = propose(first), b = propose(second);
  expect_refused(us.confirm(second, a), Code::unknown_key);
  expect_refused(us.confirm(first, b), Code::unknown_key);
  expect_refused(us.command(first, "request.draft", ask_args(ph.id())), Code::unknown_key);
  // Nor by giving an account of one's own another name.
  Desk twin{us.make_desk("twin", {OfficerRole::admin}).officer, us.author().key.clone()};
  twin.officer.key = us.author().key.public_key();
  ASSERT_FALSE(us.confirm(us.counsel(), propose(twin)).error);
  expect_refused(us.confirm(twin, a), Code::not_allowed);
}

TEST_F(Officers, are_not_made_by_an_admin_who_has_left_meanwhile) {
  Desk leaving = us.make_desk("leaving", {OfficerRole::admin});
  us.staff("user.add", {{"officer", member::to_json(leaving.officer)}});
  Desk newcomer = us.make_desk("newcomer", {OfficerRole::approver});
  Reply proposed =
      us.command(leaving, "user.add", {{"officer", member::to_json(newcomer.officer)}});
  ASSERT_FALSE(proposed.error);
  std::string change = text_at(proposed.body, "change");
  us.staff("user.disable", {{"officer", to_text(leaving.officer.id)}});
  expect_refused(us.confirm(us.counsel(), change), Code::not_allowed, "no admin here now");
  EXPECT_FALSE(works(newcomer));
  ASSERT_FALSE(us.command(us.counsel(), "user.reject", {{"change", change}}).error);
  EXPECT_FALSE(us.has_alarm("officer_change_waits"));
}

TEST_F(Officers, may_be_rejected_and_do_not_wait_for_ever) {
  Desk newcomer = us.make_desk("newcomer", {OfficerRole::approver});
  std::string change = propose(newcomer);
  expect_refused(us.command(us.approver(), "user.reject", {{"change", change}}), Code::not_allowed);
  ASSERT_FALSE(us.command(us.counsel(), "user.reject", {{"change", change}}).error);
  EXPECT_TRUE(us.rows(Space::officer_change).empty());
  change = propose(newcomer);
  us.now += limits::officer_change_life;
  expect_refused(us.confirm(us.counsel(), change), Code::expired);
  EXPECT_FALSE(works(newcomer));
}

TEST_F(Officers, are_disabled_with_an_approvers_yes_too) {
  json::Value answer = us.done("user.disable", {{"officer", to_text(us.counsel().officer.id)}});
  ASSERT_FALSE(us.confirm(us.approver(), text_at(answer, "change")).error);
  EXPECT_EQ(at(*us.row(Space::officer, to_text(us.counsel().officer.id)), "enabled"),
            json::Value(false));
  // With no counsel and no other admin left, whoever else works here says yes.
  Desk newcomer = us.make_desk("newcomer", {OfficerRole::counsel});
  std::string change = propose(newcomer);
  expect_refused(us.confirm(us.author(), change), Code::not_allowed);
  EXPECT_FALSE(us.confirm(us.approver(), change).error);
}

TEST_F(Officers, lose_roles_in_the_same_way_and_one_admin_stays) {
  std::string approver = to_text(us.approver().officer.id);
  us.staff("user.change", {{"officer", approver},
                           {"roles", json::Array{"approver"}},
                           {"gives", json::Array{"supervisor"}}});
  EXPECT_EQ(at(*us.row(Space::officer, approver), "gives"), json::Value(json::Array{"supervisor"}));
  expect_refused(us.command("user.disable", {{"officer", to_text(us.author().officer.id)}}),
                 Code::not_allowed, "last admin");
  expect_refused(us.command("user.change", {{"officer", approver},
                                            {"roles", json::Array{"author"}},
                                            {"gives", json::Array{"supervisor"}}}),
                 Code::bad_value);
  expect_refused(us.command("user.change", {{"officer", to_text(ph.author().officer.id)},
                                            {"roles", json::Array{"author"}},
                                            {"gives", json::Array{}}}),
                 Code::not_found);
}

}  // namespace
}  // namespace comity::node
