// Goal: what an authority publishes of its own law is kept for ever, used from its day on by every
// partner, and by nobody when it is broken, another's or contested.
#include <gtest/gtest.h>

#include <algorithm>

#include "act/receipt.h"
#include "node/law_in_force.h"
#include "node/rebuild.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

const Casting court_casting{7, "ph-court", "PH", "192.0.2.7:7443"};
const Casting provider_casting{8, "ph-isp", "PH", "192.0.2.8:7443", member::Role::provider};

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  std::size_t at = text.find(what);
  check(at != std::string::npos, what);
  return text.replace(at, what.size(), by);
}

class PublishedLaw : public ::testing::Test {
 protected:
  PublishedLaw() : us(make(us_casting)), ph(make(ph_casting)) { pair(us, ph); }

  static TestNode make(const Casting& casting) {
    return TestNode(casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  }
  static std::string base_text(const std::string& file) {
    auto files = loaded_law()->files;
    return law::testing::file_of(files, file).text;
  }
  // The law of the Philippines with another penalty: any number of versions that differ.
  static std::string ph_law(int months) {
    return replaced(base_text("jurisdictions/PH.toml"), "max_months = 36",
                    "max_months = " + std::to_string(months));
  }
  static CorpusHash corpus_with(const std::string& text,
                                const std::string& file = "jurisdictions/PH.toml") {
    law::Edition edition{file, 1, {}, text};
    return law::testing::corpus_of(law::with_editions(loaded_law()->files, {&edition, 1})).hash();
  }
  static CorpusHash base() { return loaded_law()->corpus.hash(); }
  static std::string day(const TestNode& node, int after = 0) {
    return to_text(date_of(node.now) + std::chrono::days{after});
  }
  static std::string read_by(const Desk& desk, const TestNode& node, const std::string& text,
                             int after = 0) {
    return node.word_for_law(desk, text, date_of(node.now) + std::chrono::days{after});
  }
  static Reply publish(TestNode& node, const std::string& text, int after = 0) {
    return node.publish_law(text, date_of(node.now) + std::chrono::days{after});
  }
  void must_publish(TestNode& node, const std::string& text, int after = 0) {
    Reply reply = publish(node, text, after);
    ASSERT_FALSE(reply.error) << to_text(*reply.error);
  }
  // A law act as its sender's node would never send it.
  act::Act raw(TestNode& from, TestNode& to, json::Value body) {
    act::Act act = hand_made(from, to.id(), ++seq_[from.id()]);
    act.kind = act::Kind::law;
    act.lane = act::Lane::bulk;
    act.route = {};
    act.body = std::move(body);
    return act;
  }
  json::Object body(const std::string& text, std::uint64_t version = 1) {
    return {
        {"file", "jurisdictions/PH.toml"}, {"version", version}, {"from", day(ph)}, {"text", text}};
  }
  // The code in the receipt; empty when it was applied.
  std::string arrives(TestNode& from, TestNode& to, json::Value body) {
    Reply reply = to.give(ActArrived{from.id(), sealed(from, raw(from, to, std::move(body)))});
    check(!reply.error, reply.error ? to_text(*reply.error) : "");
    return must(act::parse_receipt(must(act::parse_envelope(reply.receipt)).payload)).code;
  }
  static CorpusHash in_use(const TestNode& node) {
    EXPECT_EQ(*node.row(Space::self, std::string(self_corpus)),
              json::Value(to_hex(node.context().corpus.hash())));
    return node.context().corpus.hash();
  }
  static std::size_t kept(const TestNode& node, const std::string& prefix = "PH/") {
    return node.rows(Space::law, prefix).size();
  }
  static std::string alarm(const TestNode& node, const std::string& code) {
    for (const KeyedRow& row : node.rows(Space::alarm)) {
      json::Value value = must(json::parse(row.row.value));
      if (text_at(value, "code") == code) return text_at(value, "text");
    }
    return "";
  }

  TestNode us, ph;
  std::map<MemberId, std::uint64_t> seq_;
};

TEST_F(PublishedLaw, is_used_by_publisher_and_partner_from_its_day_on) {
  std::string text = ph_law(48);
  must_publish(ph, text);
  EXPECT_EQ(in_use(ph), corpus_with(text));
  EXPECT_EQ(in_use(us), base());
  deliver(ph, us);
  EXPECT_EQ(in_use(us), corpus_with(text));
  EXPECT_EQ(kept(us), 1u);
  std::string told = alarm(us, "law_published:1");
  EXPECT_NE(told.find("max_months: 36 -> 48"), std::string::npos) << told;
  EXPECT_NE(told.find("1 fact differs"), std::string::npos) << told;
  EXPECT_NE(told.find("comity law diff PH@0 ph-poc@1"), std::string::npos) << told;
  EXPECT_EQ(us.count(EntryType::law), 1u);
  EXPECT_TRUE(ph.outbox(us.id()).empty());
}

TEST_F(PublishedLaw, that_begins_later_waits_for_its_day) {
  must_publish(ph, ph_law(48), 2);
  deliver(ph, us);
  for (TestNode* node : {&us, &ph}) {
    EXPECT_EQ(in_use(*node), base());
    node->now += std::chrono::days{1};
    node->give(Ticked{});
    EXPECT_EQ(in_use(*node), base()) << "the day before";
    node->now += std::chrono::hours{12};
    node->give(Ticked{});
    EXPECT_EQ(in_use(*node), corpus_with(ph_law(48))) << "from midnight on, in UTC";
  }
}

TEST_F(PublishedLaw, a_later_version_takes_the_place_of_those_that_were_to_come) {
  must_publish(ph, ph_law(40), 0);
  must_publish(ph, ph_law(50), 5);
  must_publish(ph, ph_law(60), 3);
  deliver(ph, us);
  EXPECT_EQ(kept(us), 3u) << "all are kept";
  auto on = [&](int after) {
    auto view = us.view();
    Overlay rows(*view);
    auto law = must(law_on(rows, us.context(), date_of(us.now) + std::chrono::days{after}));
    return law.chosen.empty() ? 0 : law.chosen[0].version;
  };
  EXPECT_EQ(on(-1), 0u);
  EXPECT_EQ(on(0), 1u);
  EXPECT_EQ(on(2), 1u);
  EXPECT_EQ(on(3), 3u);
  EXPECT_EQ(on(9), 3u);
}

TEST_F(PublishedLaw, every_version_can_be_read_again) {
  must_publish(ph, ph_law(40));
  must_publish(ph, ph_law(50));
  deliver(ph, us);
  for (TestNode* node : {&us, &ph}) {
    auto view = node->view();
    Overlay rows(*view);
    auto versions = must(law_versions(rows, "PH"));
    ASSERT_EQ(versions.size(), 2u);
    EXPECT_EQ(must(load_edition(*view, versions[0])).text, ph_law(40));
    EXPECT_EQ(must(load_edition(*view, versions[1])).text, ph_law(50));
  }
}

TEST_F(PublishedLaw, that_is_broken_is_refused_with_the_line_and_the_reason) {
  std::string text = replaced(ph_law(48), "max_months = 48", "max_months = \"many\"");
  auto line = std::to_string(
      1 + std::count(text.begin(),
                     text.begin() + static_cast<std::ptrdiff_t>(text.find("\"many\"")), '\n'));
  EXPECT_EQ(arrives(ph, us, body(text)), "invalid");
  EXPECT_EQ(in_use(us), base());
  EXPECT_EQ(kept(us), 0u);
  std::string told = alarm(us, "law_refused");
  EXPECT_NE(told.find("jurisdictions/PH.toml:" + line), std::string::npos) << told;
  EXPECT_NE(told.find("max_months"), std::string::npos) << told;
  Record record = must(load_record(*us.view(), us.size() - 1));
  EXPECT_NE(text_at(record.about, "rejected").find("PH.toml:" + line), std::string::npos);
  // A rejection takes its place in the lane, and what follows is heard.
  EXPECT_EQ(arrives(ph, us, body(ph_law(48), 2)), "");
}

TEST_F(PublishedLaw, of_another_jurisdiction_is_refused) {
  json::Object other = body(base_text("jurisdictions/US.toml"));
  other["file"] = "jurisdictions/US.toml";
  EXPECT_EQ(arrives(ph, us, other), "not_allowed");
  EXPECT_EQ(arrives(ph, us, body(base_text("jurisdictions/US.toml"))), "not_allowed");
  other["file"] = "vocabulary.toml";
  EXPECT_EQ(arrives(ph, us, other), "not_allowed");
  EXPECT_EQ(in_use(us), base());
  EXPECT_TRUE(us.rows(Space::law, "US/").empty() && us.rows(Space::law, "PH/").empty());
  EXPECT_NE(alarm(us, "law_refused").find("another jurisdiction"), std::string::npos);
}

TEST_F(PublishedLaw, is_not_a_providers_to_make) {
  TestNode isp = make(provider_casting);
  pair(us, isp);
  EXPECT_EQ(arrives(isp, us, body(ph_law(48))), "not_allowed");
  EXPECT_EQ(in_use(us), base());
  Reply own = publish(isp, ph_law(48));
  ASSERT_TRUE(own.error);
  EXPECT_EQ(own.error->code, Code::not_allowed);
}

TEST_F(PublishedLaw, is_numbered_upwards_and_the_same_again_changes_nothing) {
  EXPECT_EQ(arrives(ph, us, body(ph_law(48), 3)), "");
  EXPECT_EQ(arrives(ph, us, body(ph_law(48), 3)), "") << "told again after a new pairing";
  EXPECT_EQ(arrives(ph, us, body(ph_law(50), 3)), "wrong_state") << "one number, two texts";
  EXPECT_EQ(arrives(ph, us, body(ph_law(50), 2)), "wrong_state");
  EXPECT_EQ(kept(us), 1u);
  EXPECT_EQ(in_use(us), corpus_with(ph_law(48)));
  EXPECT_EQ(arrives(ph, us, body(ph_law(50), 4)), "");
  EXPECT_EQ(in_use(us), corpus_with(ph_law(50)));
}

TEST_F(PublishedLaw, is_read_strictly) {
  json::Object more = body(ph_law(48));
  more["note"] = "also";
  EXPECT_EQ(arrives(ph, us, more), "unknown_field");
  json::Object less = body(ph_law(48));
  less.erase("from");
  EXPECT_EQ(arrives(ph, us, less), "missing_field");
  json::Object long_text = body(ph_law(48) + std::string(limits::law_edition_bytes_max, '#'));
  EXPECT_EQ(arrives(ph, us, long_text), "too_large");
  EXPECT_EQ(kept(us), 0u);
}

TEST_F(PublishedLaw, is_taken_by_who_believes_that_it_is_days_earlier) {
  us.now -= std::chrono::hours{24 * 5};
  must_publish(ph, ph_law(48));
  deliver(ph, us);
  EXPECT_EQ(kept(us), 1u) << "a clock that is behind refuses nobody's law";
}

TEST_F(PublishedLaw, is_compiled_so_often_a_day_and_no_oftener) {
  for (std::uint64_t i = 1; i <= limits::law_editions_per_day_max; ++i)
    EXPECT_EQ(arrives(ph, us, body("broken [", i)), "malformed") << i;
  EXPECT_EQ(arrives(ph, us, body(ph_law(48), 50)), "not_allowed");
  EXPECT_EQ(in_use(us), base());
  us.now += std::chrono::days{1};
  EXPECT_EQ(arrives(ph, us, body(ph_law(48), 51)), "") << "tomorrow it is heard again";
}

TEST_F(PublishedLaw, that_two_authorities_tell_differently_is_not_used) {
  TestNode court = make(court_casting);
  pair(us, court);
  EXPECT_EQ(arrives(ph, us, body(ph_law(48))), "");
  EXPECT_EQ(arrives(court, us, body(ph_law(60))), "");
  EXPECT_EQ(in_use(us), base());
  EXPECT_NE(alarm(us, "law_contested").find("law for PH"), std::string::npos);
  EXPECT_EQ(arrives(court, us, body("# read again\n" + ph_law(48), 2)), "");
  EXPECT_EQ(in_use(us), corpus_with(ph_law(48))) << "they agree, comments aside";
}

TEST_F(PublishedLaw, of_our_own_jurisdiction_is_ours_alone_to_make) {
  TestNode court = make(court_casting);
  pair(ph, court);
  EXPECT_EQ(arrives(court, ph, body(ph_law(60))), "");
  EXPECT_EQ(kept(ph), 1u) << "kept, to be read and compared";
  EXPECT_EQ(in_use(ph), base());
  must_publish(ph, ph_law(48));
  EXPECT_EQ(in_use(ph), corpus_with(ph_law(48))) << "and no dispute";
}

TEST_F(PublishedLaw, of_a_member_that_was_ended_is_kept_and_not_used) {
  must_publish(ph, ph_law(48));
  deliver(ph, us);
  us.done("member.end", {{"member", to_hex(ph.id())}, {"why", "closed"}});
  EXPECT_EQ(in_use(us), base());
  EXPECT_EQ(kept(us), 1u);
}

TEST_F(PublishedLaw, is_told_to_a_partner_that_comes_later) {
  must_publish(ph, ph_law(40));
  must_publish(ph, ph_law(50));
  must_publish(ph, ph_law(60), 3);
  TestNode fr = make(fr_casting);
  pair(ph, fr);
  ph.give(Ticked{});
  EXPECT_TRUE(ph.outbox(fr.id()).empty()) << "not at once";
  ph.now += std::chrono::minutes{1};
  ph.give(Ticked{});
  deliver(ph, fr);
  EXPECT_EQ(kept(fr), 3u) << "those of the past too";
  EXPECT_EQ(in_use(fr), corpus_with(ph_law(50)));
}

TEST_F(PublishedLaw, outlives_a_restart_and_a_rebuild) {
  must_publish(ph, ph_law(48));
  deliver(ph, us);
  auto before = us.rebuilt_rows();
  must(rebuild(us.store(), us.now));
  EXPECT_EQ(us.rebuilt_rows(), before);
  EXPECT_TRUE(must(compare_with_rebuild(*us.view(), [](std::uint64_t, std::uint64_t) {})).empty());
  Context fresh = us.context();
  fresh.corpus = fresh.base_law->corpus;
  us.driver().replace_context(std::move(fresh));
  ASSERT_FALSE(us.give(Started{.epoch = 1, .restored = false}).error);
  EXPECT_EQ(in_use(us), corpus_with(ph_law(48)));
}

TEST_F(PublishedLaw, that_does_not_fit_a_new_base_is_left_out_and_the_node_starts) {
  must_publish(ph, ph_law(48));
  deliver(ph, us);
  auto files = loaded_law()->files;
  std::string& words = law::testing::file_of(files, "vocabulary.toml").text;
  words = replaced(words, "PH = ", "# PH = ");
  std::erase_if(files, [](const auto& file) { return file.name != "vocabulary.toml"; });
  Context fresh = us.context();
  fresh.corpus = law::testing::corpus_of(files);
  fresh.base_law = std::make_shared<const BaseLaw>(files, fresh.corpus);
  us.driver().replace_context(fresh);
  ASSERT_FALSE(us.give(Started{.epoch = 1, .restored = false}).error);
  EXPECT_EQ(in_use(us), fresh.corpus.hash());
  EXPECT_TRUE(us.has_alarm("law_left_out:1"));
  EXPECT_EQ(kept(us), 1u);
}

TEST_F(PublishedLaw, changes_no_permit_in_the_turn_that_brings_it) {
  json::Value draft = us.done("request.draft", ask_args(ph.id()));
  ASSERT_FALSE(us.approve(us.approver(), draft).error);
  must_publish(ph, ph_law(48));
  std::string envelope = ph.outbox(us.id())[0];
  json::Object args{{"draft", at(draft, "draft")}};
  Turn turn = us.give_all({ActArrived{ph.id(), envelope},
                           CommandGiven{us.sign_command(us.author(), "request.send", args)}});
  EXPECT_FALSE(turn.replies[0].error);
  ASSERT_TRUE(turn.replies[1].error) << "decided under a law that was not in use any more";
  EXPECT_EQ(turn.replies[1].error->code, Code::conflict);
  Reply again = us.command("request.send", args);
  EXPECT_FALSE(again.error) << to_text(*again.error);
}

TEST_F(PublishedLaw, two_versions_in_one_turn_leave_the_later_in_use) {
  must_publish(ph, ph_law(40));
  must_publish(ph, ph_law(50));
  std::vector<std::string> sent = ph.outbox(us.id());
  ASSERT_EQ(sent.size(), 2u);
  const CorpusHash decided_under = us.context().corpus.hash();
  law::Corpus held = us.context().corpus;
  Turn turn = us.give_all({ActArrived{ph.id(), sent[0]}, ActArrived{ph.id(), sent[1]}});
  EXPECT_FALSE(turn.replies[0].error || turn.replies[1].error);
  EXPECT_EQ(in_use(us), corpus_with(ph_law(50)));
  EXPECT_EQ(us.count(EntryType::law), 2u);
  EXPECT_EQ(held.hash(), decided_under) << "who decides still holds the law it began with";
  EXPECT_TRUE(held.offence("data_interference"));
}

TEST_F(PublishedLaw, leaves_conversations_under_way_alone) {
  json::Value sent = us.send(ask_args(ph.id()));
  deliver(us, ph);
  // The offence is struck from the books.
  std::string text = base_text("jurisdictions/PH.toml");
  must_publish(ph, text.substr(0, text.find("[[offence]]")));
  deliver(ph, us);
  EXPECT_NE(in_use(us), base());
  Reply said = ph.command(
      "request.say", in_conversation(us.id(), at(sent, "conversation"), {{"verb", "acknowledge"}}));
  EXPECT_FALSE(said.error) << to_text(*said.error);
  deliver(ph, us);
  EXPECT_FALSE(us.has_alarm("rejected"));
}

TEST_F(PublishedLaw, is_published_by_counsel_or_admin_and_only_when_sound) {
  std::uint64_t size = ph.size();
  auto refused = [&](const Reply& reply, Code code) {
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, code) << to_text(*reply.error);
    EXPECT_EQ(ph.size(), size);
  };
  json::Object good{{"text", ph_law(48)}, {"from", day(ph)}};
  refused(ph.command(ph.approver(), "law.publish", good), Code::not_allowed);
  Reply broken = publish(ph, replaced(ph_law(48), "max_months = 48", "max_month = 48"));
  refused(broken, Code::invalid);
  EXPECT_TRUE(broken.error->where.starts_with("jurisdictions/PH.toml:")) << broken.error->where;
  Reply to_come =
      publish(ph, replaced(ph_law(48), "compiled = 2026-11-21", "compiled = 2026-11-23"));
  refused(to_come, Code::invalid);
  EXPECT_TRUE(to_come.error->where.starts_with("jurisdictions/PH.toml:")) << to_come.error->where;
  refused(publish(ph, base_text("jurisdictions/US.toml")), Code::not_allowed);
  refused(ph.command(ph.counsel(), "law.publish", {{"text", ph_law(48)}, {"from", "soon"}}),
          Code::bad_value);
  EXPECT_EQ(in_use(ph), base());

  must_publish(ph, ph_law(40), -30);  // the first may have been the law for a while
  size = ph.size();
  refused(publish(ph, ph_law(48), -1), Code::bad_value);
  refused(publish(ph, ph_law(40), -30), Code::bad_value);
  must_publish(ph, ph_law(48));
  size = ph.size();
  refused(publish(ph, "# again\n" + ph_law(48)), Code::exists);
  json::Object by_admin{{"text", ph_law(50)},
                        {"from", day(ph, 1)},
                        {"approval", read_by(ph.approver(), ph, ph_law(50), 1)}};
  EXPECT_FALSE(ph.command(ph.author(), "law.publish", by_admin).error)
      << "the author is an admin too";
}

TEST_F(PublishedLaw, takes_two_people) {
  auto given = [&](const std::string& approval) {
    return ph.command(ph.counsel(), "law.publish",
                      {{"text", ph_law(48)}, {"from", day(ph)}, {"approval", approval}});
  };
  std::string other_text = read_by(ph.approver(), ph, ph_law(50));
  std::string other_day = read_by(ph.approver(), ph, ph_law(48), 1);
  std::string ones_own = read_by(ph.counsel(), ph, ph_law(48));
  std::string good = read_by(ph.approver(), ph, ph_law(48));
  for (const std::string& bad : {std::string(), other_text, other_day, ones_own}) {
    Reply reply = given(bad);
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, Code::not_approved) << to_text(*reply.error);
  }
  EXPECT_EQ(kept(ph), 0u);
  ph.now += std::chrono::hours{2};
  ASSERT_TRUE(given(good).error) << "it was good for an hour";
  ph.now -= std::chrono::hours{2};
  Reply published = given(good);
  ASSERT_FALSE(published.error) << to_text(*published.error);
  EXPECT_EQ(text_at(published.body, "approved_by"), to_text(ph.approver().officer.id));
}

TEST_F(PublishedLaw, is_published_no_oftener_than_partners_take_it) {
  for (int i = 0; i < static_cast<int>(limits::law_editions_per_day_max); ++i)
    must_publish(ph, ph_law(100 + i));
  Reply more = publish(ph, ph_law(200));
  ASSERT_TRUE(more.error);
  EXPECT_EQ(more.error->code, Code::not_allowed);
  deliver(ph, us);
  EXPECT_EQ(kept(us), limits::law_editions_per_day_max);
  EXPECT_FALSE(us.has_alarm("law_refused"));
}

TEST_F(PublishedLaw, waits_while_the_node_is_halted) {
  must_publish(ph, ph_law(40));
  TestNode fr = make(fr_casting);
  pair(ph, fr);
  ASSERT_FALSE(ph.give(Started{.epoch = 2, .restored = true}).error);
  Reply halted = publish(ph, ph_law(50));
  ASSERT_TRUE(halted.error);
  EXPECT_EQ(halted.error->code, Code::not_signing);
  ph.now += std::chrono::minutes{1};
  ASSERT_FALSE(ph.give(Ticked{}).error) << "other timers go on";
  EXPECT_TRUE(ph.outbox(fr.id()).empty());
  EXPECT_EQ(in_use(ph), corpus_with(ph_law(40)));
}

// --- the operator's folder is another while the node runs

std::shared_ptr<const BaseLaw> base_with(const std::string& file, std::string_view what,
                                         std::string_view by) {
  auto files = loaded_law()->files;
  std::string& text = law::testing::file_of(files, file).text;
  text = replaced(text, what, by);
  law::Corpus corpus = law::testing::corpus_of(files);
  return std::make_shared<const BaseLaw>(std::move(files), std::move(corpus));
}

class AnotherBase : public PublishedLaw {
 protected:
  static Reply read(TestNode& node, const std::shared_ptr<const BaseLaw>& other) {
    return node.give(LawRead{.base = other, .trouble = {}});
  }
  // France with another penalty.
  static std::shared_ptr<const BaseLaw> other() {
    return base_with("jurisdictions/FR.toml", "max_months = 36", "max_months = 37");
  }
  // The Philippines have signed the Convention, and no more.
  static std::shared_ptr<const BaseLaw> without_the_road() {
    std::string text = base_text("instruments/ets185.toml");
    std::size_t row = text.find("of = \"PH\"\nstatus = \"in_force\"");
    check(row != std::string::npos, "the Philippines are in the chart");
    return base_with("instruments/ets185.toml", "of = \"PH\"\nstatus = \"in_force\"",
                     "of = \"PH\"\nstatus = \"signed\"");
  }
};

TEST_F(AnotherBase, is_in_use_from_the_next_turn_on_and_recorded) {
  auto changed = other();
  ASSERT_FALSE(read(us, changed).error);
  EXPECT_EQ(in_use(us), changed->corpus.hash());
  EXPECT_EQ(us.context().base_law, changed);
  Record record = must(load_record(*us.view(), us.size() - 1));
  EXPECT_EQ(record.type, EntryType::law);
  EXPECT_EQ(text_at(record.about, "base"), to_hex(changed->corpus.hash()));
  EXPECT_EQ(text_at(record.about, "corpus"), to_hex(changed->corpus.hash()));
}

TEST_F(AnotherBase, keeps_what_was_published_in_its_place) {
  must_publish(ph, ph_law(48));
  deliver(ph, us);
  auto changed = other();
  ASSERT_FALSE(read(us, changed).error);
  law::Edition edition{"jurisdictions/PH.toml", 1, {}, ph_law(48)};
  CorpusHash both =
      law::testing::corpus_of(law::with_editions(changed->files, {&edition, 1})).hash();
  EXPECT_EQ(in_use(us), both);
  us.done("member.end", {{"member", to_hex(ph.id())}, {"why", "closed"}});
  EXPECT_EQ(in_use(us), changed->corpus.hash()) << "the base that is left is the new one";
}

TEST_F(AnotherBase, that_says_the_same_is_taken_and_not_recorded) {
  auto again = base_with("jurisdictions/FR.toml", "max_months = 36", "max_months =  36");
  std::uint64_t before = us.size();
  ASSERT_FALSE(read(us, again).error);
  EXPECT_EQ(us.size(), before);
  EXPECT_EQ(us.context().base_law, again);
  EXPECT_EQ(in_use(us), base());
}

TEST_F(AnotherBase, that_cannot_be_used_is_told_and_changes_nothing) {
  Reply reply = us.give(LawRead{.base = nullptr, .trouble = "jurisdictions/FR.toml:12: broken"});
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(in_use(us), base());
  std::string told = alarm(us, "law_unreadable");
  EXPECT_NE(told.find("jurisdictions/FR.toml:12: broken"), std::string::npos) << told;
  EXPECT_NE(told.find("the law before goes on"), std::string::npos) << told;
  ASSERT_FALSE(read(us, other()).error) << "and once it is mended it is taken";
  EXPECT_EQ(in_use(us), other()->corpus.hash());
}

TEST_F(AnotherBase, judges_anew_what_was_approved_under_the_one_before) {
  json::Value draft = us.done("request.draft", ask_args(ph.id()));
  ASSERT_FALSE(us.approve(us.approver(), draft).error);
  json::Object args{{"draft", at(draft, "draft")}};
  ASSERT_FALSE(read(us, without_the_road()).error);
  Reply closed = us.command("request.send", args);
  ASSERT_TRUE(closed.error) << "sent on a road that is closed";
  EXPECT_EQ(closed.error->code, Code::no_permit) << to_text(*closed.error);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  ASSERT_FALSE(read(us, loaded_law()).error);
  Reply open = us.command("request.send", args);
  EXPECT_FALSE(open.error) << to_text(*open.error);
}

TEST_F(AnotherBase, changes_no_permit_in_the_turn_that_brings_it) {
  json::Value draft = us.done("request.draft", ask_args(ph.id()));
  ASSERT_FALSE(us.approve(us.approver(), draft).error);
  json::Object args{{"draft", at(draft, "draft")}};
  Turn turn = us.give_all({LawRead{.base = without_the_road(), .trouble = {}},
                           CommandGiven{us.sign_command(us.author(), "request.send", args)}});
  EXPECT_FALSE(turn.replies[0].error);
  ASSERT_TRUE(turn.replies[1].error) << "decided under a law that was not in use any more";
  EXPECT_EQ(turn.replies[1].error->code, Code::conflict);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

TEST_F(AnotherBase, outlives_a_rebuild) {
  ASSERT_FALSE(read(us, other()).error);
  us.give(LawRead{.base = nullptr, .trouble = "jurisdictions/FR.toml:12: broken"});
  auto before = us.rebuilt_rows();
  must(rebuild(us.store(), us.now));
  EXPECT_EQ(us.rebuilt_rows(), before);
  EXPECT_EQ(in_use(us), other()->corpus.hash());
}

}  // namespace
}  // namespace comity::node
