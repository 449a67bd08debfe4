#include "member/officer.h"

#include <gtest/gtest.h>

#include "act/envelope.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "json/reader.h"
#include "member/sample.h"

namespace comity::member {
namespace {

using std::chrono::hours;
using enum OfficerRole;

struct Person {
  explicit Person(std::uint64_t seed, std::set<OfficerRole> roles)
      : random(seed), key(crypto::SigningKey::generate(random)) {
    officer = {make_id<OfficerId>(sample_now, random),
               "Officer " + std::to_string(seed),
               key.public_key(),
               std::move(roles),
               {},
               true};
  }
  [[nodiscard]] Command command(std::string name = "request.send") {
    return {make_id<CommandId>(sample_now, random), officer.id, std::move(name),
            json::Object{{"draft", "1"}}, sample_now};
  }
  [[nodiscard]] SignedApproval approval(const Hash& subject, OfficerRole as = approver) const {
    Approval given{.subject = subject,
                   .officer = officer.id,
                   .as = as,
                   .gives = officer.gives,
                   .reason = "read and agreed",
                   .at = sample_now,
                   .expires = sample_now + hours{24}};
    return *read_approval(seal(given, key));
  }
  crypto::SeededRandom random;
  crypto::SigningKey key;
  Officer officer;
};

template <typename T>
std::string_view refusal(const Result<T>& result) {
  return result ? "taken" : code_name(result.error().code);
}

// --- Officers and their keys ---

TEST(Officer, is_what_its_json_says) {
  Person person(1, {author, counsel});
  person.officer.enabled = false;
  auto again = officer_from_json(*json::parse(json::write(to_json(person.officer))));
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(*again, person.officer);
}

TEST(Officer, refuses_a_row_that_is_broken) {
  Person person(1, {author});
  auto with = [&](auto edit) {
    json::Value value = to_json(person.officer);
    edit(*value.as_object());
    auto again = officer_from_json(value);
    return again ? std::string("taken") : again.error().where;
  };
  using O = json::Object;
  EXPECT_EQ(with([](O&) {}), "taken");
  EXPECT_EQ(with([](O& o) { o["roles"] = json::Array{}; }), "/roles");
  EXPECT_EQ(with([](O& o) { o["roles"] = json::Array{"king"}; }), "/roles");
  EXPECT_EQ(with([](O& o) { o["roles"] = json::Array{"author", "author"}; }), "/roles");
  EXPECT_EQ(with([](O& o) { o["name"] = ""; }), "/name");
  EXPECT_EQ(with([](O& o) { o.erase("enabled"); }), "/enabled");
  EXPECT_EQ(with([](O& o) { o["enabled"] = "yes"; }), "/enabled");
  EXPECT_EQ(with([](O& o) { o["key"] = "00"; }), "/key");
  EXPECT_EQ(with([](O& o) { o["id"] = "7"; }), "/id");
  EXPECT_EQ(with([](O& o) { o["password"] = "secret"; }), "/password");
  EXPECT_EQ(refusal(officer_role_from_name("king")), "bad_value");
}

TEST(OfficerKey, survives_a_locked_file_and_nothing_else_opens_it) {
  Person person(1, {author});
  auto passphrase = crypto::Secret::copy_of(as_bytes("correct horse"));
  std::string text =
      crypto::lock_with_passphrase(to_secret({person.officer.id, person.key.clone()}), passphrase,
                                   crypto::KdfCost::quick, person.random);
  auto opened = crypto::unlock(text, passphrase);
  ASSERT_TRUE(opened) << to_text(opened.error());
  auto key = officer_key_from_secret(*opened);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->id, person.officer.id);
  EXPECT_EQ(key->key.public_key(), person.officer.key);
  EXPECT_FALSE(crypto::unlock(text, crypto::Secret::copy_of(as_bytes("wrong horse"))));
  EXPECT_EQ(text.find(to_base64(person.key.seed())), std::string::npos);
}

TEST(OfficerKey, refuses_secrets_that_are_none) {
  for (std::size_t size : {0U, 32U, 47U, 49U})
    EXPECT_EQ(refusal(officer_key_from_secret(crypto::Secret(Bytes(size, 7)))), "malformed");
  EXPECT_EQ(refusal(officer_key_from_secret(crypto::Secret(Bytes(48, 7)))), "malformed");  // no id
}

// --- Commands ---

TEST(Command, is_read_as_it_was_sealed) {
  Person person(1, {author});
  Command command = person.command();
  auto again = read_command(seal(command, person.key));
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(again->command.id, command.id);
  EXPECT_EQ(again->command.officer, command.officer);
  EXPECT_EQ(again->command.name, command.name);
  EXPECT_EQ(again->command.args, command.args);
  EXPECT_EQ(again->command.at, command.at);
  EXPECT_EQ(again->key, person.officer.key);
  EXPECT_TRUE(check_command(*again, person.officer, sample_now));
}

TEST(Command, refuses_envelopes_and_payloads_that_are_none) {
  Person person(1, {author});
  auto with = [&](auto edit) {
    json::Value value = to_json(person.command());
    edit(*value.as_object());
    auto again = read_command(act::seal(act::command_type, json::write(value), person.key));
    return again ? std::string("taken") : again.error().where;
  };
  using O = json::Object;
  EXPECT_EQ(with([](O&) {}), "taken");
  EXPECT_EQ(with([](O& o) { o.erase("args"); }), "/args");
  EXPECT_EQ(with([](O& o) { o["args"] = json::Array{}; }), "/args");
  EXPECT_EQ(with([](O& o) { o["args"] = nullptr; }), "/args");
  EXPECT_EQ(with([](O& o) { o["id"] = "1"; }), "/id");
  EXPECT_EQ(with([](O& o) { o["officer"] = "me"; }), "/officer");
  EXPECT_EQ(with([](O& o) { o["at"] = 0; }), "/at");
  EXPECT_EQ(with([](O& o) { o["sudo"] = true; }), "/sudo");
  for (const char* name : {"", "send", "request.", ".send", "request..send", "Request.send",
                           "request.se nd", "request/send", "request.send;rm"})
    EXPECT_EQ(with([&](O& o) { o["name"] = name; }), "/name") << name;
  auto named = [&](std::size_t size) {
    return with([&](O& o) { o["name"] = "a." + std::string(size - 2, 'a'); });
  };
  EXPECT_EQ(named(limits::command_name_bytes_max), "taken");
  EXPECT_EQ(named(limits::command_name_bytes_max + 1), "/name");

  std::string payload = json::write(to_json(person.command()));
  EXPECT_EQ(refusal(read_command(act::seal(act::act_type, payload, person.key))), "bad_value");
  std::string tampered = seal(person.command(), person.key);
  tampered.replace(tampered.find("\"sig\":\"") + 7, 4, "AAAA");
  EXPECT_EQ(refusal(read_command(tampered)), "bad_signature");
  EXPECT_EQ(refusal(read_command(std::string(limits::command_bytes_max + 1, ' '))), "too_large");
}

TEST(Command, is_taken_only_from_the_enabled_officer_whose_key_signed_it) {
  Person person(1, {author}), other(2, {author});
  auto given = *read_command(seal(person.command(), person.key));
  EXPECT_EQ(refusal(check_command(given, other.officer, sample_now)), "unknown_key");
  // Signed by another in this officer's name.
  auto forged = *read_command(seal(person.command(), other.key));
  EXPECT_EQ(refusal(check_command(forged, person.officer, sample_now)), "unknown_key");
  person.officer.enabled = false;
  EXPECT_EQ(refusal(check_command(given, person.officer, sample_now)), "not_allowed");
}

TEST(Command, is_not_kept_for_later) {
  Person person(1, {author});
  auto given = *read_command(seal(person.command(), person.key));
  auto at = [&](Instant now) { return refusal(check_command(given, person.officer, now)); };
  EXPECT_EQ(at(sample_now + limits::command_skew_max), "taken");
  EXPECT_EQ(at(sample_now - limits::command_skew_max), "taken");
  EXPECT_EQ(at(sample_now + limits::command_skew_max + Millis{1}), "expired");
  EXPECT_EQ(at(sample_now - limits::command_skew_max - Millis{1}), "expired");
}

TEST(Command, needs_the_role_its_table_names) {
  struct {
    const char* name;
    std::set<OfficerRole> allowed;
  } rules[] = {
      {"request.send", {author}},
      {"request.new", {author}},
      {"request.approve", {approver, counsel}},
      {"request.review", {approver, counsel}},
      {"request.override", {counsel}},
      {"law.publish", {counsel, admin}},
      {"alert.import", {author}},
      {"alert.collection", {admin}},
      {"alert.share", {author}},
      {"alert.subscribe", {admin}},
      {"alert.user", {admin}},
      {"alert.user_change", {admin}},
      {"alert.user_remove", {admin}},
      {"member.invite", {admin}},
      {"member.check", {approver, counsel, admin}},
      {"user.add", {admin}},
      {"user.change", {admin}},
      {"user.confirm", {author, approver, counsel, admin}},
      {"ledger.confirm", {admin}},
      {"store.erase", {admin}},
      {"alarm.acknowledge", {author, approver, counsel, admin}},
  };
  for (const auto& rule : rules) {
    EXPECT_EQ(*roles_for(rule.name), rule.allowed) << rule.name;
    for (OfficerRole role : {author, approver, counsel, admin}) {
      Person person(1, {role});
      auto given = *read_command(seal(person.command(rule.name), person.key));
      EXPECT_EQ(check_command(given, person.officer, sample_now).has_value(),
                rule.allowed.contains(role))
          << rule.name << " by " << officer_role_name(role);
    }
  }
}

TEST(Command, that_nobody_defined_is_allowed_to_nobody) {
  for (const char* name : {"", "request", "request.*", "*", "*.*", "requests.send", "root.shell"})
    EXPECT_EQ(refusal(roles_for(name)), "not_found") << name;
  Person person(1, {author, approver, counsel, admin});
  auto given = *read_command(seal(person.command("root.shell"), person.key));
  EXPECT_EQ(refusal(check_command(given, person.officer, sample_now)), "not_found");
}

// --- Approvals ---

struct Desk {
  Person ann{1, {author, approver}}, bob{2, {approver}}, eve{3, {counsel, approver}},
      dan{4, {counsel}};
  Hash subject = crypto::sha256(as_bytes("an act"));
  std::map<OfficerId, Officer> officers = {{ann.officer.id, ann.officer},
                                           {bob.officer.id, bob.officer},
                                           {eve.officer.id, eve.officer},
                                           {dan.officer.id, dan.officer}};

  [[nodiscard]] Result<std::vector<OfficerId>> ask(std::vector<SignedApproval> given,
                                                   std::vector<Need> needs = {{approver, 1}},
                                                   Instant now = sample_now) const {
    TRY(Counted counted, approved(subject, given, officers, ann.officer.id, {.needs = needs}, now));
    return counted.officers;
  }
  // Who gave each of the approvals that the law names; "paper" for an instrument.
  [[nodiscard]] Result<std::vector<std::string>> named(const std::vector<SignedApproval>& given,
                                                       std::vector<std::string> names) const {
    Need one;
    TRY(Counted counted, approved(subject, given, officers, ann.officer.id,
                                  {.needs = {&one, 1}, .named = names}, sample_now));
    std::vector<std::string> out;
    for (const Given& each : counted.given)
      out.push_back(each.instrument ? "paper" : officers.at(each.officer).name);
    return out;
  }
  void let(Person& person, std::set<std::string> gives) {
    person.officer.gives = std::move(gives);
    officers[person.officer.id] = person.officer;
  }
};

TEST(Approval, is_read_as_it_was_sealed) {
  Desk desk;
  SignedApproval given = desk.bob.approval(desk.subject);
  EXPECT_EQ(given.approval.subject, desk.subject);
  EXPECT_EQ(given.approval.officer, desk.bob.officer.id);
  EXPECT_EQ(given.approval.as, approver);
  EXPECT_EQ(given.key, desk.bob.officer.key);
  EXPECT_EQ(read_approval(given.envelope)->approval, given.approval);
}

TEST(Approval, refuses_what_is_none) {
  Desk desk;
  Approval good = desk.bob.approval(desk.subject).approval;
  auto with = [&](auto edit) {
    json::Value value = to_json(good);
    edit(*value.as_object());
    auto again = read_approval(act::seal(approval_type, json::write(value), desk.bob.key));
    return again ? std::string("taken") : again.error().where;
  };
  using O = json::Object;
  EXPECT_EQ(with([](O&) {}), "taken");
  EXPECT_EQ(with([](O& o) { o["reason"] = ""; }), "/reason");
  EXPECT_EQ(with([](O& o) { o["reason"] = "ok\xE2\x80\xAE"; }), "/reason");
  auto because = [&](std::size_t size) {
    return with([&](O& o) { o["reason"] = std::string(size, 'x'); });
  };
  EXPECT_EQ(because(limits::approval_reason_bytes_max), "taken");
  EXPECT_EQ(because(limits::approval_reason_bytes_max + 1), "/reason");
  auto large = read_approval(std::string(limits::approval_bytes_max + 1, ' '));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Code::too_large);
  EXPECT_EQ(with([](O& o) { o["as"] = "author"; }), "/as");
  EXPECT_EQ(with([](O& o) { o["as"] = "admin"; }), "/as");
  EXPECT_EQ(with([](O& o) { o["as"] = "king"; }), "/as");
  EXPECT_EQ(with([](O& o) { o["subject"] = "all"; }), "/subject");
  EXPECT_EQ(with([](O& o) { o["expires"] = to_text(sample_now); }), "/expires");
  EXPECT_EQ(with([](O& o) { o["expires"] = to_text(sample_now + limits::approval_life_max); }),
            "taken");
  EXPECT_EQ(with([](O& o) {
              o["expires"] = to_text(sample_now + limits::approval_life_max + Millis{1});
            }),
            "/expires");
  EXPECT_EQ(with([](O& o) { o["twice"] = true; }), "/twice");
  std::string payload = json::write(to_json(good));
  EXPECT_EQ(refusal(read_approval(act::seal(act::command_type, payload, desk.bob.key))),
            "bad_value");
  std::string tampered = seal(good, desk.bob.key);
  tampered.replace(tampered.find("\"sig\":\"") + 7, 4, "AAAA");
  EXPECT_EQ(refusal(read_approval(tampered)), "bad_signature");
}

TEST(Approved, by_another_person_than_the_author) {
  Desk desk;
  auto ok = desk.ask({desk.bob.approval(desk.subject)});
  ASSERT_TRUE(ok) << to_text(ok.error());
  EXPECT_EQ(*ok, std::vector{desk.bob.officer.id});
  EXPECT_EQ(refusal(desk.ask({})), "not_approved");
  auto own = desk.ask({desk.ann.approval(desk.subject)});
  EXPECT_EQ(refusal(own), "not_approved");
  EXPECT_NE(own.error().what.find("the author's own"), std::string::npos);
}

TEST(Approved, each_flaw_makes_an_approval_count_for_nothing) {
  Hash other = crypto::sha256(as_bytes("another act"));
  auto why = [](Desk& desk, const SignedApproval& given, Instant now = sample_now) {
    auto result = desk.ask({given}, {{approver, 1}}, now);
    return result ? "taken" : result.error().what;
  };
  auto says = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  Desk desk;
  EXPECT_TRUE(says(why(desk, desk.bob.approval(other)), "is for other content"));
  EXPECT_EQ(why(desk, desk.bob.approval(desk.subject), sample_now + hours{24} - Millis{1}),
            "taken");
  EXPECT_TRUE(says(why(desk, desk.bob.approval(desk.subject), sample_now + hours{24}), "expired"));
  EXPECT_TRUE(says(why(desk, desk.dan.approval(desk.subject, approver)), "role"));
  EXPECT_FALSE(
      desk.ask({desk.dan.approval(desk.subject, counsel)}));  // a role that was not asked for
  Person stranger(9, {approver});
  EXPECT_TRUE(says(why(desk, stranger.approval(desk.subject)), "nobody who is an officer"));
  Person thief(10, {approver});
  thief.officer.id = desk.bob.officer.id;  // in Bob's name, with another key
  EXPECT_TRUE(says(why(desk, thief.approval(desk.subject)), "not signed with the officer's key"));
  desk.officers[desk.bob.officer.id].enabled = false;
  EXPECT_TRUE(says(why(desk, desk.bob.approval(desk.subject)), "disabled"));
}

TEST(Approved, two_accounts_with_one_key_are_one_person) {
  Desk desk;
  // The author under a second account.
  Officer twin = desk.ann.officer;
  twin.id = make_id<OfficerId>(sample_now, desk.ann.random);
  desk.officers[twin.id] = twin;
  Approval given{.subject = desk.subject,
                 .officer = twin.id,
                 .as = approver,
                 .reason = "fine",
                 .at = sample_now,
                 .expires = sample_now + hours{1}};
  EXPECT_EQ(refusal(desk.ask({*read_approval(seal(given, desk.ann.key))})), "not_approved");
  // Bob under two accounts, where two people are needed.
  Officer second = desk.bob.officer;
  second.id = make_id<OfficerId>(sample_now, desk.bob.random);
  desk.officers[second.id] = second;
  given.officer = second.id;
  std::vector<SignedApproval> both{desk.bob.approval(desk.subject),
                                   *read_approval(seal(given, desk.bob.key))};
  EXPECT_EQ(refusal(desk.ask(both, {{approver, 2}})), "not_approved");
  EXPECT_EQ(refusal(desk.ask(both, {{approver, 1}})), "taken");
  // A first account that is disabled does not spoil the second.
  desk.officers[desk.bob.officer.id].enabled = false;
  EXPECT_EQ(refusal(desk.ask(both, {{approver, 1}})), "taken");
}

TEST(Approved, nobody_counts_twice) {
  Desk desk;
  auto bob = desk.bob.approval(desk.subject);
  EXPECT_EQ(refusal(desk.ask({bob, bob}, {{approver, 2}})), "not_approved");
  EXPECT_EQ(refusal(desk.ask({bob, desk.eve.approval(desk.subject)}, {{approver, 2}})), "taken");
  // Eve is counsel and approver, and still one person.
  std::vector<Need> four_eyes{{counsel, 1}, {approver, 1}};
  auto as_counsel = desk.eve.approval(desk.subject, counsel);
  auto as_approver = desk.eve.approval(desk.subject, approver);
  EXPECT_EQ(refusal(desk.ask({as_counsel, as_approver}, four_eyes)), "not_approved");
  EXPECT_EQ(refusal(desk.ask({as_counsel, bob}, four_eyes)), "taken");
}

// Whatever the order, people are seated so that every need is met if it can be.
TEST(Approved, finds_a_seating_whenever_there_is_one) {
  Desk desk;
  std::vector<SignedApproval> given{desk.eve.approval(desk.subject, counsel),
                                    desk.eve.approval(desk.subject, approver),
                                    desk.dan.approval(desk.subject, counsel)};
  for (std::vector<Need> needs : {std::vector<Need>{{counsel, 1}, {approver, 1}},
                                  std::vector<Need>{{approver, 1}, {counsel, 1}}}) {
    auto seated = desk.ask(given, needs);
    ASSERT_TRUE(seated) << to_text(seated.error());
    EXPECT_EQ(seated->size(), 2U);
  }
  EXPECT_EQ(refusal(desk.ask(given, {{counsel, 2}, {approver, 1}})), "not_approved");
  EXPECT_EQ(refusal(desk.ask(given, {{counsel, 2}})), "taken");
}

// --- Approvals that the law names ---

TEST(Named, is_given_by_somebody_who_holds_it) {
  Desk desk;
  EXPECT_EQ(refusal(desk.named({desk.bob.approval(desk.subject)}, {"supervisor"})), "not_approved");
  desk.let(desk.bob, {"supervisor", "poc_officer"});
  auto both = desk.named({desk.bob.approval(desk.subject)}, {"supervisor", "poc_officer"});
  ASSERT_TRUE(both) << to_text(both.error());
  EXPECT_EQ(*both, (std::vector<std::string>{"Officer 2", "Officer 2"}));
  auto lacking = desk.named({desk.bob.approval(desk.subject)}, {"poc_officer", "judge"});
  ASSERT_FALSE(lacking);
  EXPECT_NE(lacking.error().what.find("\"judge\""), std::string::npos);
  EXPECT_NE(lacking.error().what.find("--instrument judge="), std::string::npos);
}

TEST(Named, is_not_given_by_holding_it_alone_nor_by_saying_so_alone) {
  Desk desk;
  SignedApproval before = desk.bob.approval(desk.subject);  // says nothing of a supervisor
  desk.let(desk.bob, {"supervisor"});
  EXPECT_EQ(refusal(desk.named({before}, {"supervisor"})), "not_approved");
  SignedApproval after = desk.bob.approval(desk.subject);
  EXPECT_EQ(refusal(desk.named({after}, {"supervisor"})), "taken");
  desk.let(desk.bob, {});  // taken from him meanwhile
  auto gone = desk.named({after}, {"supervisor"});
  ASSERT_FALSE(gone);
  EXPECT_NE(gone.error().what.find("does not hold it"), std::string::npos);
}

TEST(Named, never_comes_from_the_author_or_from_an_approval_that_does_not_count) {
  Desk desk;
  desk.let(desk.ann, {"supervisor"});
  SignedApproval bob = desk.bob.approval(desk.subject);
  EXPECT_EQ(refusal(desk.named({bob, desk.ann.approval(desk.subject)}, {"supervisor"})),
            "not_approved");
  desk.let(desk.eve, {"supervisor"});
  SignedApproval eve = desk.eve.approval(desk.subject);
  EXPECT_EQ(refusal(desk.named({bob, eve}, {"supervisor"})), "taken");
  desk.officers[desk.eve.officer.id].enabled = false;
  EXPECT_EQ(refusal(desk.named({bob, eve}, {"supervisor"})), "not_approved");
}

TEST(Named, may_stand_on_an_instrument_that_somebody_has_seen) {
  Desk desk;
  Approval seen = desk.bob.approval(desk.subject).approval;
  seen.instruments = {{"judge", "Regional Court (invented)", *date_from_text("2026-11-20"),
                       crypto::sha256(as_bytes("order"))}};
  SignedApproval given = *read_approval(seal(seen, desk.bob.key));
  EXPECT_EQ(given.approval, seen);
  auto named = desk.named({given}, {"judge"});
  ASSERT_TRUE(named) << to_text(named.error());
  EXPECT_EQ(*named, std::vector<std::string>{"paper"});
  EXPECT_EQ(refusal(desk.named({given}, {"minister"})), "not_approved");
}

TEST(Named, refuses_broken_lists) {
  Desk desk;
  desk.let(desk.bob, {"supervisor"});
  Approval good = desk.bob.approval(desk.subject).approval;
  auto with = [&](auto edit) {
    json::Value value = to_json(good);
    edit(*value.as_object());
    auto again = read_approval(act::seal(approval_type, json::write(value), desk.bob.key));
    return again ? std::string("taken") : again.error().where;
  };
  using O = json::Object;
  json::Object paper{{"approval", "judge"},
                     {"authority", "Court"},
                     {"date", "2026-11-20"},
                     {"document", std::string(64, 'a')}};
  auto papers = [&](auto edit) {
    json::Object changed = paper;
    edit(changed);
    return with([&](O& o) { o["instruments"] = json::Array{changed}; });
  };
  EXPECT_EQ(with([](O&) {}), "taken");
  EXPECT_EQ(with([](O& o) { o["gives"] = "supervisor"; }), "/gives");
  EXPECT_EQ(with([](O& o) { o["gives"] = json::Array{"judge", "judge"}; }), "/gives");
  EXPECT_EQ(with([](O& o) { o["gives"] = json::Array{"The Judge"}; }), "/gives");
  auto giving = [&](std::size_t count, std::size_t size) {
    json::Array words;
    for (std::size_t i = 0; i < count; ++i)
      words.emplace_back(std::string(size - 1, 'a') + static_cast<char>('a' + i));
    return with([&](O& o) { o["gives"] = words; });
  };
  EXPECT_EQ(giving(limits::approval_gives_max, limits::code_bytes_max), "taken");
  EXPECT_EQ(giving(limits::approval_gives_max + 1, 2), "/gives");
  EXPECT_EQ(giving(1, limits::code_bytes_max + 1), "/gives/0");
  EXPECT_EQ(papers([](O&) {}), "taken");
  EXPECT_EQ(papers([](O& o) { o["approval"] = "A judge"; }), "/instruments/0/approval");
  EXPECT_EQ(papers([](O& o) { o["authority"] = ""; }), "/instruments");
  EXPECT_EQ(papers([](O& o) { o["date"] = "yesterday"; }), "/instruments/0/date");
  EXPECT_EQ(papers([](O& o) { o.erase("document"); }), "/instruments/0/document");
  EXPECT_EQ(papers([](O& o) { o["seal"] = true; }), "/instruments/0/seal");
  EXPECT_EQ(with([&](O& o) { o["instruments"] = json::Array{paper, paper}; }), "/instruments");
}

TEST(Named, only_those_who_approve_may_hold_one) {
  Person person(1, {author});
  person.officer.gives = {"supervisor"};
  EXPECT_EQ(refusal(officer_from_json(to_json(person.officer))), "bad_value");
  person.officer.roles.insert(counsel);
  auto again = officer_from_json(to_json(person.officer));
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(*again, person.officer);
}

}  // namespace
}  // namespace comity::member
