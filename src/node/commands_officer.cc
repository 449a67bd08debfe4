// Officers of this node: who they are takes two people, once there are two. And the alarms they
// have seen.
#include <algorithm>

#include "crypto/hash.h"
#include "member/plain.h"
#include "node/bell.h"
#include "node/commands.h"
#include "node/witness.h"

namespace comity::node {
namespace {

// Competences are words of the law's vocabulary; "none" is nobody's to give.
Result<void> check_gives(const Work& work, const member::Officer& officer) {
  for (const std::string& name : officer.gives) {
    TRY_VOID(work.context.corpus.approval(name));
    if (name == "none") return fail(Code::bad_value, "\"none\" is no approval", "/gives");
  }
  return {};
}

// What an admin wants done to an officer.
struct Change {
  std::string what;  // "add", "change", "disable"
  member::Officer officer;
};

json::Object to_json(const Change& change) {
  return {{"what", change.what}, {"officer", member::to_json(change.officer)}};
}

Result<member::Officer> load_officer(Work& work, const std::string& id) {
  TRY(auto row, work.rows.get(Space::officer, id));
  if (!row) return fail(Code::not_found, "no officer of this id works here");
  return member::officer_from_json(*row);
}

bool confirms(const member::Officer& officer, const Change& change) {
  using enum member::OfficerRole;
  return officer.roles.contains(admin) || officer.roles.contains(counsel) ||
         (change.what == "disable" && officer.roles.contains(approver));
}

// Who may say yes beside the one who proposes: another admin or counsel (to disable somebody, an
// approver too); where there is none, anybody else who works here.
Result<std::vector<OfficerId>> confirmers(Work& work, const std::string& proposer,
                                          const Change& change) {
  TRY(auto officers, all_officers(work));
  std::optional<crypto::PublicKey> key;
  for (const member::Officer& each : officers)
    if (to_text(each.id) == proposer) key = each.key;
  std::vector<OfficerId> by_role, anybody;
  for (const member::Officer& each : officers) {
    if (!each.enabled || to_text(each.id) == proposer || each.key == key) continue;
    anybody.push_back(each.id);
    if (confirms(each, change)) by_role.push_back(each.id);
  }
  return by_role.empty() ? anybody : by_role;
}

Result<void> carry_out_change(Work& work, const Change& change) {
  std::string id = to_text(change.officer.id);
  TRY(auto held, work.rows.get(Space::officer, id));
  if (change.what == "add") {
    if (held) return fail(Code::exists, "an officer of this id works here already");
    work.rows.put(Space::officer, id, member::to_json(change.officer));
    return {};
  }
  // What was confirmed changes what is there now: it does not bring back what has gone meanwhile.
  TRY(member::Officer now, load_officer(work, id));
  if (change.what == "disable") {
    now.enabled = false;
  } else {
    now.roles = change.officer.roles;
    now.gives = change.officer.gives;
  }
  work.rows.put(Space::officer, id, member::to_json(now));
  TRY(auto officers, all_officers(work));
  if (std::ranges::none_of(officers, [](const member::Officer& each) {
        return each.enabled && each.roles.contains(member::OfficerRole::admin);
      }))
    return fail(Code::not_allowed, "this is the last admin: make another one first");
  return {};
}

// At once while the node is set up, and where only one person works; else a second one confirms.
Result<void> propose(Work& work, const Order& order, const Change& change) {
  std::string id = to_text(change.officer.id);
  work.reply.body = json::Object{{"officer", id}};
  TRY(bool set_up, is_set_up(work));
  TRY(auto others, confirmers(work, order.officer, change));
  if (!set_up || others.empty()) return carry_out_change(work, change);
  // What could not be carried out now is not put before anybody.
  auto saved = work.rows.save();
  TRY_VOID(carry_out_change(work, change));
  work.rows.restore(std::move(saved));
  std::string key = to_text(order.command.command.id);
  json::Object row = to_json(change);
  row["by"] = order.officer;
  row["at"] = to_text(work.now);
  row["expires"] = to_text(work.now + limits::officer_change_life);
  work.rows.put(Space::officer_change, key, row);
  work.reply.body =
      json::Object{{"officer", id}, {"change", key}, {"waits", true}, {"expires", row["expires"]}};
  return work.raise({"officer_change_waits", "warn", key,
                     "an admin wants to " + change.what +
                         " an officer: look (comity user pending), then confirm or reject"});
}

// Without any officer yet, the command's sender was checked by nobody: it may add itself and nobody
// else.
Result<void> add_officer(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  TRY(member::Officer officer, member::officer_from_json(args.any("officer")));
  TRY_VOID(args.finish());
  TRY_VOID(check_gives(work, officer));
  TRY(auto sender, work.rows.get(Space::officer, order.officer));
  bool itself = officer.id == order.command.command.officer;
  if (!sender && !itself) return fail(Code::not_allowed, "the first officer adds itself");
  if (itself &&
      (officer.key != order.command.key || !officer.roles.contains(member::OfficerRole::admin)))
    return fail(Code::not_allowed, "the first officer signs with its own key and is an admin");
  return propose(work, order, {.what = "add", .officer = std::move(officer)});
}

// Other roles, other approvals to give; the same person.
Result<void> change_officer(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string id = args.text("officer");
  json::Value roles = args.any("roles"), gives = args.any("gives");
  TRY_VOID(args.finish());
  TRY(member::Officer held, load_officer(work, id));
  json::Value wanted = member::to_json(held);
  (*wanted.as_object())["roles"] = std::move(roles);
  (*wanted.as_object())["gives"] = std::move(gives);
  TRY(member::Officer officer, member::officer_from_json(wanted));
  TRY_VOID(check_gives(work, officer));
  return propose(work, order, {.what = "change", .officer = std::move(officer)});
}

Result<void> disable_officer(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  OfficerId id = args.id<OfficerId>("officer");
  TRY_VOID(args.finish());
  TRY(member::Officer officer, load_officer(work, to_text(id)));
  officer.enabled = false;
  return propose(work, order, {.what = "disable", .officer = std::move(officer)});
}

struct Waiting {
  Change change;
  std::string by;
  Instant expires;
};

Result<Waiting> load_change(Work& work, const std::string& id) {
  TRY(auto row, work.rows.get(Space::officer_change, id));
  if (!row) return fail(Code::not_found, "no such change waits; see: comity user pending");
  Waiting waiting;
  json::Reader in(*row);
  waiting.change.what = in.one_of("what", {"add", "change", "disable"});
  TRY(waiting.change.officer, member::officer_from_json(in.any("officer")));
  waiting.by = in.text("by");
  std::ignore = in.instant("at");
  waiting.expires = in.instant("expires");
  TRY_VOID(in.finish());
  return waiting;
}

Result<void> waits_no_more(Work& work, const std::string& id) {
  work.rows.erase(Space::officer_change, id);
  return clear_alarm(work, id + "/officer_change_waits");
}

Result<void> confirm_change(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string id = args.text("change");
  Hash subject = args.hash("subject");
  TRY_VOID(args.finish());
  TRY(Waiting waiting, load_change(work, id));
  if (crypto::sha256(as_bytes(json::write(to_json(waiting.change)))) != subject)
    return fail(Code::not_approved, "what you confirm is not what waits; look again");
  if (waiting.expires <= work.now)
    return fail(Code::expired, "nobody confirmed this in time: it must be proposed anew");
  // Who has left wants nothing any more.
  auto by = load_officer(work, waiting.by);
  if (!by || !by->enabled || !by->roles.contains(member::OfficerRole::admin))
    return fail(Code::not_allowed,
                "who proposed this is no admin here now: reject it, and let another propose it");
  TRY(auto others, confirmers(work, waiting.by, waiting.change));
  if (std::ranges::find(others, order.command.command.officer) == others.end())
    return fail(Code::not_allowed,
                "another admin or counsel than the one who proposed it must confirm this");
  TRY_VOID(carry_out_change(work, waiting.change));
  TRY_VOID(waits_no_more(work, id));
  work.reply.body = json::Object{{"officer", to_text(waiting.change.officer.id)},
                                 {"change", id},
                                 {"proposed_by", waiting.by},
                                 {"confirmed_by", order.officer}};
  return {};
}

Result<void> reject_change(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string id = args.text("change");
  TRY_VOID(args.finish());
  TRY(Waiting waiting, load_change(work, id));
  TRY(auto others, confirmers(work, waiting.by, waiting.change));
  bool may = std::ranges::find(others, order.command.command.officer) != others.end();
  if (!may && order.officer != waiting.by)
    return fail(Code::not_allowed, "who may confirm this may reject it, and who proposed it");
  TRY_VOID(waits_no_more(work, id));
  work.reply.body = json::Object{{"change", id}, {"rejected_by", order.officer}};
  return {};
}

Result<void> acknowledge_alarm(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string key = args.text("alarm");
  TRY_VOID(args.finish());
  TRY(auto row, work.rows.get(Space::alarm, key));
  if (!row) return fail(Code::not_found, "no such alarm; see: comity alarm list");
  json::Object seen = *row->as_object();
  seen["acknowledged_by"] = order.officer;
  seen["acknowledged_at"] = to_text(work.now);
  work.rows.put(Space::alarm, std::move(key), seen);
  work.reply.body = std::move(seen);
  return {};
}

// After a restore, when a partner is gone for good and cannot confirm what it saw.
Result<void> resume_signing(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string reason = args.text("reason", limits::approval_reason_bytes_max);
  TRY_VOID(args.finish());
  TRY_VOID(member::check_plain(reason, "/args/reason", limits::approval_reason_bytes_max));
  TRY_VOID(resume_by_order(work, order.officer, reason));
  work.reply.body = json::Object{{"resumed", true}};
  return {};
}

}  // namespace

Result<std::vector<member::Officer>> all_officers(Work& work) {
  std::vector<member::Officer> officers;
  TRY_VOID(work.rows.scan(Space::officer, "",
                          [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                            TRY(auto officer, member::officer_from_json(row));
                            officers.push_back(std::move(officer));
                            return Overlay::Walk::on;
                          }));
  return officers;
}

Result<bool> is_set_up(Work& work) {
  bool any = false;
  TRY_VOID(work.rows.scan(Space::member, "",
                          [&](const std::string&, const json::Value&) -> Result<Overlay::Walk> {
                            any = true;
                            return Overlay::Walk::stop;
                          }));
  return any;
}

CarryOut officer_command(std::string_view name) {
  if (name == "user.add") return add_officer;
  if (name == "user.change") return change_officer;
  if (name == "user.disable") return disable_officer;
  if (name == "user.confirm") return confirm_change;
  if (name == "user.reject") return reject_change;
  if (name == "ledger.resume") return resume_signing;
  if (name == "alarm.acknowledge") return acknowledge_alarm;
  return nullptr;
}

}  // namespace comity::node
