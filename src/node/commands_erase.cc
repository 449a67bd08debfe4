// Erasing what was said: one officer asks, another with the role approver or counsel confirms.
#include "node/commands.h"
#include "node/erasure.h"

namespace comity::node {
namespace {

Result<void> ask_erasure(Work& work, const Order& order, json::Reader& args,
                         std::uint64_t position) {
  ConversationId id = args.id<ConversationId>("conversation");
  std::string reason = args.text("reason", limits::approval_reason_bytes_max);
  TRY_VOID(args.finish());
  if (reason.empty()) return fail(Code::missing_field, "say why it is erased", "/args/reason");
  TRY_VOID(may_erase(work, to_text(id)));
  json::Object row{{"position", position},
                   {"asked_by", order.officer},
                   {"reason", reason},
                   {"expires", to_text(work.now + limits::approval_life_max)}};
  work.rows.put(Space::erasure, to_text(id), row);
  row["conversation"] = to_text(id);
  work.reply.body = std::move(row);
  return {};
}

struct Asked {
  std::uint64_t position = 0;
  OfficerId by;
  Instant expires;
};

Result<Asked> load_asked(Work& work, const std::string& id) {
  TRY(auto row, work.rows.get(Space::erasure, id));
  if (!row)
    return fail(Code::not_found,
                "nobody has asked for this to be erased; ask first: comity request erase");
  Asked asked;
  json::Reader in(*row);
  asked.position =
      static_cast<std::uint64_t>(in.integer("position", 0, (std::int64_t{1} << 53) - 1));
  asked.by = in.id<OfficerId>("asked_by");
  std::ignore = in.text("reason", limits::approval_reason_bytes_max);
  asked.expires = in.instant("expires");
  TRY_VOID(in.finish());
  return asked;
}

// Two people: another account, and another key.
Result<void> refuse_same_person(Work& work, const Order& order, const OfficerId& asker) {
  TRY(auto row, work.rows.get(Space::officer, to_text(asker)));
  if (!row) return fail(Code::not_approved, "who asked for this works here no more: ask anew");
  TRY(auto officer, member::officer_from_json(*row));
  if (!officer.enabled)
    return fail(Code::not_approved, "who asked for this works here no more: ask anew");
  if (asker == order.command.command.officer || officer.key == order.command.key)
    return fail(Code::not_allowed, "who asks does not confirm: ask a second person");
  return {};
}

// `asked` names the very request that was read: its reason may have been replaced since.
Result<void> confirm_erasure(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  ConversationId id = args.id<ConversationId>("conversation");
  auto read = static_cast<std::uint64_t>(args.integer("asked", 0, (std::int64_t{1} << 53) - 1));
  std::string reason = args.text("reason", limits::approval_reason_bytes_max);
  TRY_VOID(args.finish());
  if (reason.empty()) return fail(Code::missing_field, "say why you agree", "/args/reason");
  TRY(Asked asked, load_asked(work, to_text(id)));
  if (asked.position != read)
    return fail(Code::conflict, "this was asked for anew since: read the reason, then confirm");
  if (asked.expires < work.now) return fail(Code::expired, "this was asked too long ago: ask anew");
  TRY_VOID(refuse_same_person(work, order, asked.by));
  work.rows.erase(Space::erasure, to_text(id));
  TRY(Erased erased, erase_records(work, {.conversation = to_text(id),
                                          .about = {{"asked", asked.position},
                                                    {"asked_by", to_text(asked.by)},
                                                    {"confirmed_by", order.officer}},
                                          .actor = order.officer}));
  work.reply.body = json::Object{{"conversation", to_text(id)},
                                 {"position", erased.position},
                                 {"records", static_cast<std::uint64_t>(erased.records)}};
  return {};
}

}  // namespace

CarryOut erase_command(std::string_view name) {
  if (name == "request.erase") return ask_erasure;
  if (name == "request.erase_confirm") return confirm_erasure;
  return nullptr;
}

}  // namespace comity::node
