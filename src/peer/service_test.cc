// The server's side: who is let in, and what each request gets.
#include <gtest/gtest.h>

#include "act/receipt.h"
#include "ledger/checkpoint.h"
#include "ledger/witness.h"
#include "node/tree.h"
#include "peer/protocol.h"
#include "peer/testing.h"
#include "store/memory.h"

namespace comity::peer {
namespace {

using namespace testing;

class Serving : public ::testing::Test {
 protected:
  Serving()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {}
  net::Response ask(const net::Request& request) { return ph.handle(us.pin(), request); }
  std::vector<ActResult> results(const std::vector<std::string>& acts) {
    net::Response response = ask(post(acts_path, write_acts(acts)));
    EXPECT_EQ(response.status, 200) << response.body;
    return must(read_results(response.body, acts.size()));
  }
  std::string say(std::uint64_t seq) { return sealed(us, hand_made(us, ph.id(), seq)); }

  WireNode us, ph;
};

class ServingPartner : public Serving {
 protected:
  ServingPartner() { pair(us, ph); }
};

TEST_F(Serving, strangers_are_refused_everywhere) {
  for (const net::Request& request :
       {post(acts_path, "x\n"), post(add_checkpoint_path, "x"), get(std::string(witnessed_path)),
        post(checkpoints_path, "{}"), get(std::string(consistency_path) + "?from=0&to=1"),
        post(pairing_path, "{}")}) {
    for (const std::optional<crypto::TlsPin>& pin :
         {std::optional(us.pin()), std::optional<crypto::TlsPin>()}) {
      net::Response response = ph.handle(pin, request);
      EXPECT_EQ(response.status, 403) << request.target;
      EXPECT_EQ(problem_code(response), "not_paired");
    }
  }
}

TEST_F(ServingPartner, nobody_is_cut_off_because_another_lists_its_pin) {
  WireNode fr(fr_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  pair(fr, ph);
  auto old = must(member::read_card(fr.context().card_envelope));
  member::Card draft = old.card;
  draft.tls_pins.push_back(us.pin());
  auto next = must(member::next_card(old, draft, fr.root(), fr.now));
  fr.done("member.card", {{"card", next.envelope}});
  fr.use_card(next, fr.context().act_key());
  deliver(fr, ph);
  auto post_as = [&](const WireNode& who, const std::string& act) {
    net::Request request = post(acts_path, act + "\n");
    request.headers.emplace_back(member_header, to_hex(who.id()));
    return ph.handle(us.pin(), request);
  };
  EXPECT_EQ(problem_code(ask(post(acts_path, say(1) + "\n"))), "missing_field");
  net::Response answer = post_as(us, say(1));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(must(read_results(answer.body, 1))[0].code, "");
  net::Response other = post_as(fr, say(2));
  EXPECT_EQ(must(read_results(other.body, 1))[0].code, "wrong_sender");
  net::Request stranger = post(acts_path, say(2) + "\n");
  stranger.headers.emplace_back(member_header, to_hex(ph.id()));
  EXPECT_EQ(problem_code(ask(stranger)), "not_paired");
}

TEST_F(Serving, a_stranger_may_pair_while_an_invitation_is_open_and_do_nothing_else) {
  json::Value invited = ph.done(
      "member.invite", {{"nickname", "us-poc"}, {"endpoint", "192.0.2.2:7443"}, {"minutes", 10}});
  EXPECT_EQ(problem_code(ask(post(pairing_path, "nonsense"))), "malformed");
  EXPECT_EQ(ask(post(pairing_path,
                     "{\"invitation\":\"" + to_text(make_id<ActId>(us.now, us.random())) + "\"}"))
                .status,
            404);
  us.done("member.accept", {{"nickname", "ph-poc"}, {"invitation", at(invited, "text")}});
  auto pairing = must(
      node::pairing_row_from_json(must(json::parse(us.rows(node::Space::pairing)[0].row.value))));
  net::Response reveal = ask(post(pairing_path, pairing.pending));
  EXPECT_EQ(reveal.status, 200);
  EXPECT_EQ(text_at(must(json::parse(reveal.body)), "type"), "reveal");
  EXPECT_EQ(ask(post(pairing_path, pairing.pending)).body, reveal.body);
  EXPECT_EQ(ask(post(acts_path, say(1) + "\n")).status, 403);
  // Once it has ended, the door is shut.
  ph.now += std::chrono::hours{1};
  ph.give(node::Ticked{});
  EXPECT_EQ(problem_code(ask(post(pairing_path, pairing.pending))), "not_paired");
}

TEST_F(ServingPartner, acts_get_their_results_in_order) {
  auto got = results({say(1), "nonsense", say(3), say(2)});
  EXPECT_FALSE(got[0].receipt.empty());
  EXPECT_EQ(got[1].code, "malformed");
  EXPECT_EQ(got[2].code, "gap_in_lane");
  EXPECT_EQ(got[2].where, "/seq");
  EXPECT_FALSE(got[3].receipt.empty());
  act::Receipt first = must(act::parse_receipt(must(act::parse_envelope(got[0].receipt)).payload));
  EXPECT_EQ(first.seq, 1u);
}

TEST_F(ServingPartner, a_batch_that_is_none_reaches_nobody) {
  std::uint64_t size = ph.size();
  EXPECT_EQ(ask(post(acts_path, "")).status, 400);
  EXPECT_EQ(ask(post(acts_path, say(1))).status, 400);
  std::string many;
  for (std::size_t i = 0; i <= limits::batch_acts_max; ++i) many += "x\n";
  EXPECT_EQ(ask(post(acts_path, many)).status, 413);
  EXPECT_EQ(ph.size(), size);
}

TEST_F(ServingPartner, a_call_from_a_partner_that_we_could_not_reach_ends_the_wait_for_it) {
  auto waits = [&] {
    return must(node::link_row_from_json(*ph.row(node::Space::link, to_hex(us.id()))))
        .retry.has_value();
  };
  ph.give(node::DeliveryTried{us.id(), false});
  ASSERT_TRUE(waits());
  results({say(1)});
  EXPECT_FALSE(waits());
  ph.give(node::DeliveryTried{us.id(), false});
  ASSERT_TRUE(waits());
  ask(get(std::string(witnessed_path)));
  EXPECT_FALSE(waits()) << "whatever it calls for";
}

TEST_F(ServingPartner, witnessed_is_what_was_last_cosigned_and_404_before) {
  EXPECT_EQ(ask(get(std::string(witnessed_path))).status, 404);
  std::string note = must(us.driver().checkpoint(*us.view()));
  net::Response cosigned = ask(post(add_checkpoint_path, "old 0\n\n" + note));
  EXPECT_EQ(cosigned.status, 200);
  EXPECT_TRUE(cosigned.body.starts_with("\xe2\x80\x94 comity/" + to_hex(ph.id()) + "/witness "))
      << cosigned.body;
  EXPECT_EQ(ask(get(std::string(witnessed_path))).body, note);
  net::Response behind = ask(post(add_checkpoint_path, "old 1\n\n" + note));
  EXPECT_EQ(behind.status, 409);
  EXPECT_EQ(*net::find_header(behind.headers, "content-type"), "text/x.tlog.size");
}

TEST_F(ServingPartner, consistency_proves_our_own_tree) {
  std::uint64_t size = ph.size();
  auto target = [](std::string_view query) {
    return get(std::string(consistency_path) + std::string(query));
  };
  net::Response response = ask(target("?from=2&to=" + std::to_string(size)));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(must(read_proof(response.body)), must(node::consistency_between(*ph.view(), 2, size)));
  for (const char* query :
       {"", "?from=1", "?to=1", "?from=x&to=2", "?from=-1&to=2", "?from=1&to=2x", "?from=3&to=2",
        "?from=0&to=99999999999999999999999", "?from=1&to=4611686018427387903"})
    EXPECT_EQ(ask(target(query)).status, 422) << query;
}

TEST_F(ServingPartner, checkpoints_of_others_are_shown_only_of_members_that_the_caller_names) {
  WireNode fr(fr_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  pair(ph, fr);
  std::string note = must(fr.driver().checkpoint(*fr.view()));
  ASSERT_EQ(ph.handle(fr.pin(), post(add_checkpoint_path, "old 0\n\n" + note)).status, 200);
  EXPECT_TRUE(
      must(read_checkpoints(ask(post(checkpoints_path, write_checkpoints({}))).body)).empty());
  std::vector<Shown> named{{fr.id(), note}, {us.id(), "never seen"}};
  auto shown = must(read_checkpoints(ask(post(checkpoints_path, write_checkpoints(named))).body));
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0], (Shown{fr.id(), note}));
  EXPECT_EQ(ask(post(checkpoints_path, "[]")).status, 422);
}

TEST_F(ServingPartner, unknown_paths_and_methods_are_refused) {
  EXPECT_EQ(ask(get("/")).status, 404);
  EXPECT_EQ(ask(get(std::string(acts_path))).status, 403);
  EXPECT_EQ(problem_code(ask(get(std::string(acts_path)))), "not_allowed");
}

TEST_F(ServingPartner, an_ended_partner_is_a_stranger_again) {
  ph.done("member.end", {{"member", to_hex(us.id())}, {"why", "closed"}});
  EXPECT_EQ(ask(post(acts_path, say(1) + "\n")).status, 403);
}

}  // namespace
}  // namespace comity::peer
