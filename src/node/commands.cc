#include "node/commands.h"

#include "node/doors.h"

namespace comity::node {
namespace {

CarryOut find_command(std::string_view name) {
  for (auto group : {officer_command, member_command, act_command})
    if (CarryOut found = group(name)) return found;
  return nullptr;
}

// The first officer vouches for itself; every later one is added by an admin.
Result<bool> is_first_officer(Work& work, const member::SignedCommand& signed_command) {
  bool any = false;
  TRY_VOID(work.rows.scan(Space::officer, "",
                          [&](const std::string&, const json::Value&) -> Result<Overlay::Walk> {
                            any = true;
                            return Overlay::Walk::stop;
                          }));
  return !any && signed_command.command.name == "user.add";
}

Result<void> check_officer(Work& work, const member::SignedCommand& signed_command) {
  TRY(bool first, is_first_officer(work, signed_command));
  if (first) return {};
  TRY(auto row, work.rows.get(Space::officer, to_text(signed_command.command.officer)));
  if (!row)
    return fail(Code::unknown_key, "no officer of this id works here; see: comity user list");
  TRY(member::Officer officer, member::officer_from_json(*row));
  return member::check_command(signed_command, officer, work.now);
}

}  // namespace

Result<void> carry_out(Work& work, const CommandGiven& in) {
  TRY(auto signed_command, member::read_command(in.bytes));
  const member::Command& command = signed_command.command;
  std::string officer = to_text(command.officer);
  std::string key = officer + "/" + to_text(command.id);
  TRY(auto answered, work.rows.get(Space::command, key));
  if (answered) {
    work.reply.body = *answered;
    return {};
  }
  TRY_VOID(check_officer(work, signed_command));
  CarryOut run = find_command(command.name);
  if (!run) return fail(Code::not_found, "no command is called " + command.name);

  TRY(std::uint64_t position,
      work.record({EntryType::command, officer, "", {{"name", command.name}}, in.bytes}));
  json::Reader args(command.args, "/args");
  TRY_VOID(run(work, {signed_command, in.bytes, officer}, args, position));
  work.rows.put(Space::command, std::move(key), work.reply.body);
  return {};
}

}  // namespace comity::node
