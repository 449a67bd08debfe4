// Officers of this node, and the alarms they have seen.
#include "node/commands.h"

namespace comity::node {
namespace {

Result<bool> officer_works_here(Work& work, const std::string& id) {
  TRY(auto row, work.rows.get(Space::officer, id));
  return row.has_value();
}

// Competences are words of the law's vocabulary; "none" is nobody's to give.
Result<void> check_gives(const Work& work, const member::Officer& officer) {
  for (const std::string& name : officer.gives) {
    TRY_VOID(work.context.corpus.approval(name));
    if (name == "none") return fail(Code::bad_value, "\"none\" is no approval", "/gives");
  }
  return {};
}

// Without any officer yet, the command's sender was checked by nobody: it may add itself and nobody
// else.
Result<void> add_officer(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  TRY(member::Officer officer, member::officer_from_json(args.any("officer")));
  TRY_VOID(args.finish());
  TRY_VOID(check_gives(work, officer));
  std::string id = to_text(officer.id);
  TRY(auto held, work.rows.get(Space::officer, id));
  if (held) return fail(Code::exists, "an officer of this id works here already");
  TRY(bool known, officer_works_here(work, order.officer));
  bool itself = officer.id == order.command.command.officer;
  if (!known && !itself) return fail(Code::not_allowed, "the first officer adds itself");
  if (itself &&
      (officer.key != order.command.key || !officer.roles.contains(member::OfficerRole::admin)))
    return fail(Code::not_allowed, "the first officer signs with its own key and is an admin");
  work.rows.put(Space::officer, id, member::to_json(officer));
  work.reply.body = json::Object{{"officer", id}};
  return {};
}

Result<void> disable_officer(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  OfficerId id = args.id<OfficerId>("officer");
  TRY_VOID(args.finish());
  TRY(auto row, work.rows.get(Space::officer, to_text(id)));
  if (!row) return fail(Code::not_found, "no officer of this id works here");
  TRY(member::Officer officer, member::officer_from_json(*row));
  officer.enabled = false;
  work.rows.put(Space::officer, to_text(id), member::to_json(officer));
  work.reply.body = json::Object{{"officer", to_text(id)}, {"enabled", false}};
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

}  // namespace

CarryOut officer_command(std::string_view name) {
  if (name == "user.add") return add_officer;
  if (name == "user.disable") return disable_officer;
  if (name == "alarm.acknowledge") return acknowledge_alarm;
  return nullptr;
}

}  // namespace comity::node
