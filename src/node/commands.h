#pragma once
// What officers tell the node to do, by name. docs/protocol.md does not cover these: they never
// leave the node.
#include "json/reader.h"
#include "member/officer.h"
#include "node/permit.h"

namespace comity::node {

struct Order {
  const member::SignedCommand& command;
  const std::string& bytes;  // the envelope, for the journal
  std::string officer;       // id as text
  const std::string& blob;   // that came beside it
};

// Each reads its arguments strictly, changes rows, and leaves its answer in work.reply.body.
// carry_out() journals the command before, so `position` is that of its entry.
using CarryOut = Result<void> (*)(Work& work, const Order& order, json::Reader& args,
                                  std::uint64_t position);

[[nodiscard]] CarryOut officer_command(
    std::string_view name);  // commands_officer.cc; null: not one of these
[[nodiscard]] CarryOut member_command(std::string_view name);  // commands_member.cc
[[nodiscard]] CarryOut act_command(std::string_view name);     // commands_act.cc
[[nodiscard]] CarryOut erase_command(std::string_view name);   // commands_erase.cc
[[nodiscard]] CarryOut law_command(std::string_view name);     // commands_law.cc
[[nodiscard]] CarryOut alert_command(std::string_view name);   // commands_alert.cc
[[nodiscard]] CarryOut share_command(std::string_view name);   // commands_share.cc

// Who works here, disabled ones too.
[[nodiscard]] Result<std::vector<member::Officer>> all_officers(Work& work);
// Until the first partner is known, nobody outside can be harmed: the node is being set up.
[[nodiscard]] Result<bool> is_set_up(Work& work);

// Counsel's word, given by the request.override command at `position`.
[[nodiscard]] Result<Override> load_override(Work& work, std::uint64_t position);

}  // namespace comity::node
