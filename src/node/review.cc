#include "node/review.h"

#include <algorithm>

#include "json/reader.h"
#include "member/plain.h"
#include "node/conversations.h"
#include "node/outgoing.h"
#include "node/rows.h"

namespace comity::node {
namespace {

constexpr std::string_view warning = "review_warning", due = "review_due";

// Blueprint, section 5, "People": the reviewer is another person, whatever accounts they have.
Result<void> is_another(Work& work, const Order& order, const std::string& sent_by) {
  TRY(auto row, work.rows.get(Space::officer, sent_by));
  bool same = sent_by == order.officer;
  if (row) {
    TRY(member::Officer sender, member::officer_from_json(*row));
    same = same || sender.key == order.command.key;
  }
  if (same) return fail(Code::not_allowed, "who sent it does not review it: ask another officer");
  return {};
}

Result<void> stop_timer(Work& work, std::string key) {
  TRY(auto row, work.rows.get(Space::timer, key));
  if (row) work.rows.erase(Space::timer, std::move(key));
  return {};
}

// Tells the partner, where the conversation still lets us. The reason stays here.
Result<bool> withdraw(Work& work, const Order& order, const std::string& id) {
  TRY(auto conversation, load_conversation(work.rows, id));
  if (!conversation) return fail(Code::not_found, "no such conversation here");
  auto may = request::allowed(conversation->state);
  if (std::ranges::find(may, request::Verb::withdraw) == may.end()) return false;
  act::Act act;
  act.kind = act::Kind::request;
  act.from = work.context.self;
  act.to = conversation->state.counterpart;
  act.lane = act::Lane::urgent;
  act.refs.push_back({"conversation", ActId{conversation->state.conversation.bytes}});
  act.body = json::Object{{"verb", "withdraw"}, {"why", "withdrawn on review"}};
  TRY(Proposal proposal, propose_request(work, std::move(act), order.command.command.officer, {}));
  TRY(Permit permit, law_door(work, std::move(proposal)));
  TRY_VOID(post(work, std::move(permit), {.expires = work.now + act_life, .actor = order.officer}));
  return true;
}

}  // namespace

void owe_review(Work& work, const std::string& conversation, const std::string& officer) {
  Instant until = work.now + limits::review_within;
  work.rows.put(Space::review, conversation,
                json::Object{{"sent_by", officer},
                             {"sent_at", to_text(work.now)},
                             {"due", to_text(until)},
                             {"state", "due"}});
  work.rows.put(Space::timer, timer_key(work.now + limits::review_warning, conversation, warning),
                json::Object{});
  work.rows.put(Space::timer, timer_key(until, conversation, due), json::Object{});
}

Result<void> move_review(Work& work, const std::string& from, const std::string& to) {
  TRY(auto row, work.rows.get(Space::review, from));
  if (!row) return {};
  TRY(Instant until, instant_from_text(*row->find("due")->as_string()));
  work.rows.erase(Space::review, from);
  work.rows.put(Space::review, to, *std::move(row));
  for (auto [at, name] :
       {std::pair{until - limits::review_within + limits::review_warning, warning}, {until, due}}) {
    TRY(auto timer, work.rows.get(Space::timer, timer_key(at, from, name)));
    if (!timer) continue;
    work.rows.erase(Space::timer, timer_key(at, from, name));
    work.rows.put(Space::timer, timer_key(at, to, name), json::Object{});
  }
  return {};
}

bool is_review_timer(std::string_view name) {
  return name == warning || name == due;
}

Result<void> fire_review(Work& work, const std::string& conversation, const std::string& name) {
  TRY(auto row, work.rows.get(Space::review, conversation));
  if (!row || *row->find("state") != json::Value("due")) return {};
  if (name == warning)
    return work.raise({"review_near", "warn", conversation,
                       "sent by one officer alone: another must review it until " +
                           *row->find("due")->as_string()});
  json::Object late = *row->as_object();
  late["state"] = "missed";
  work.rows.put(Space::review, conversation, std::move(late));
  return work.raise({"review_missed", "alarm", conversation,
                     "sent by one officer alone, and nobody has reviewed it in time"});
}

Result<void> review(Work& work, const Order& order, json::Reader& args, std::uint64_t position) {
  std::string conversation = args.text("conversation");
  std::string verdict = args.one_of("verdict", {"confirmed", "withdraw"});
  std::string reason = args.text("reason", limits::approval_reason_bytes_max);
  TRY_VOID(args.finish());
  TRY_VOID(member::check_plain(reason, "/reason", limits::approval_reason_bytes_max));
  TRY(auto row, work.rows.get(Space::review, conversation));
  if (!row) return fail(Code::not_found, "no review is owed for this conversation");
  json::Object held = *row->as_object();
  if (held["state"] != json::Value("due") && held["state"] != json::Value("missed"))
    return fail(Code::wrong_state, "this has been reviewed already");
  TRY_VOID(is_another(work, order, *held["sent_by"].as_string()));
  bool late = held["state"] == json::Value("missed");
  held["state"] = verdict;
  held["reviewed_by"] = order.officer;
  held["reviewed_at"] = to_text(work.now);
  held["late"] = late;
  held["position"] = position;
  work.rows.put(Space::review, conversation, held);
  TRY(Instant until, instant_from_text(*held["due"].as_string()));
  Instant warned = until - limits::review_within + limits::review_warning;
  TRY_VOID(stop_timer(work, timer_key(warned, conversation, warning)));
  TRY_VOID(stop_timer(work, timer_key(until, conversation, due)));
  bool told = false;
  if (verdict == "withdraw") {
    TRY(told, withdraw(work, order, conversation));
  }
  held["conversation"] = conversation;
  held["told"] = told;
  work.reply.body = std::move(held);
  return {};
}

}  // namespace comity::node
