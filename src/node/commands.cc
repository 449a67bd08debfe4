#include "node/commands.h"

#include "node/conversations.h"
#include "node/doors.h"

namespace comity::node {
namespace {

CarryOut find_command(std::string_view name) {
  for (auto group : {officer_command, member_command, act_command, erase_command, law_command,
                     alert_command, share_command})
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
  TRY(OfficerPtr known, know_officer(work.rows, signed_command.command.officer));
  if (!known) {
    TRY(bool first, is_first_officer(work, signed_command));
    if (first) return {};
    return fail(Code::unknown_key, "no officer of this id works here; see: comity user list");
  }
  return member::check_command(signed_command, known->officer, work.now);
}

// The conversation that a command names, by itself or by the draft it is about; a draft that opens
// one stands for it until it is sent. An erasure finds by this what officers wrote. What is said of
// the erasure itself stays.
Result<std::string> trail_of(Work& work, const member::Command& command) {
  if (command.name.starts_with("request.erase")) return "";
  auto named = [](const json::Value* value) -> std::string {
    if (!value || !value->as_string()) return "";
    return id_from_text<ConversationId>(*value->as_string()) ? *value->as_string() : "";
  };
  if (std::string id = named(command.args.find("conversation")); !id.empty()) return id;
  if (const json::Value* refs = command.args.find("refs"); refs && refs->as_array())
    for (const json::Value& ref : *refs->as_array())
      if (const json::Value* rel = ref.find("rel"); rel && *rel == json::Value("conversation"))
        return named(ref.find("act"));
  if (std::string draft = named(command.args.find("draft")); !draft.empty()) {
    TRY(auto row, work.rows.get(Space::draft, draft));
    const json::Value* position = row ? row->find("position") : nullptr;
    if (!position || !position->as_int()) return draft;
    TRY(const StoredEntry* entry, work.entry(static_cast<std::uint64_t>(*position->as_int())));
    return entry ? entry->conversation : draft;
  }
  return command.name.ends_with(".draft") ? to_text(command.id) : "";
}

}  // namespace

Result<void> carry_out(Work& work, const CommandGiven& in) {
  TRY(auto signed_command, member::read_command(in.sealed));
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

  TRY(work.trail, trail_of(work, command));
  TRY(std::uint64_t position,
      work.record(
          {EntryType::command, officer, work.trail, {{"name", command.name}}, in.sealed.bytes()}));
  json::Reader args(command.args, "/args");
  TRY_VOID(run(work, {signed_command, in.sealed.bytes(), officer, in.blob}, args, position));
  for (const std::string& conversation : work.filed()) {
    bool joined = !work.opened.empty() && conversation == work.opened;
    if (!joined) {
      TRY(joined, join_trail(work, conversation, work.trail));
    }
    if (joined) work.add_to_first("conversation", conversation);
  }
  work.rows.put(Space::command, std::move(key), work.reply.body);
  return {};
}

}  // namespace comity::node
