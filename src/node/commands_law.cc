// Publishing our own law.
#include <algorithm>

#include "node/commands.h"
#include "node/law_acts.h"
#include "node/pairing.h"
#include "node/reissue.h"

namespace comity::node {
namespace {

Result<void> may_publish(Work& work, const law::Edition& edition,
                         const std::vector<LawVersion>& held, const Hash& facts) {
  TRY(member::Role role, member::role_from_name(work.context.role));
  if (!member::is_authority(role))
    return fail(Code::not_allowed, "a " + work.context.role +
                                       " does not speak for the law of its jurisdiction: partners "
                                       "would refuse it");
  if (!held.empty() && edition.from < date_of(work.now))
    return fail(Code::bad_value,
                "only the first version may begin on a day that is past: what was decided since "
                "was decided under the version before",
                "/args/from");
  if (!held.empty() && held.back().facts == facts && held.back().from == edition.from)
    return fail(Code::exists, "version " + std::to_string(held.back().version) +
                                  " says the same from the same day");
  TRY(std::uint64_t today, count_published(work, work.context.self));
  if (today > limits::law_editions_per_day_max)
    return fail(Code::not_allowed, "partners take at most " +
                                       std::to_string(limits::law_editions_per_day_max) +
                                       " versions in a day; publish the next tomorrow");
  return {};
}

bool may_agree(const member::Officer& officer) {
  using enum member::OfficerRole;
  return officer.enabled && (officer.roles.contains(counsel) || officer.roles.contains(approver) ||
                             officer.roles.contains(admin));
}

// Our law binds us and misleads others when it is wrong: a second person has read it, once there is
// a partner and somebody who may. Returns who that was; empty where one works alone.
Result<std::string> second_reader(Work& work, const Order& order, const Hash& subject,
                                  const std::string& envelope) {
  TRY(bool set_up, is_set_up(work));
  TRY(auto officers, all_officers(work));
  const OfficerId& publisher = order.command.command.officer;
  bool anybody = std::ranges::any_of(officers, [&](const member::Officer& each) {
    return may_agree(each) && each.id != publisher && each.key != order.command.key;
  });
  if (!set_up || !anybody) return std::string();
  if (envelope.empty())
    return fail(Code::not_approved,
                "publishing our law takes two people: have counsel, an approver or another admin "
                "read it (comity law approve), then publish it with --approval");
  TRY(auto given, member::read_approval(envelope));
  if (given.approval.as == member::OfficerRole::author)
    return fail(Code::not_approved, "an author approves nothing", "/args/approval");
  std::map<OfficerId, member::Officer> by_id;
  for (member::Officer& each : officers) by_id.emplace(each.id, std::move(each));
  member::Need need{.as = given.approval.as};
  TRY(auto counted,
      member::approved(subject, {&given, 1}, by_id, publisher, {.needs = {&need, 1}}, work.now));
  return to_text(counted.officers.front());
}

Result<std::size_t> tell_partners(Work& work, const law::Edition& edition) {
  TRY(auto members, all_members(work.rows));
  std::size_t told = 0;
  for (const member::Member& member : members) {
    if (member.state != member::State::paired) continue;
    ++told;
    TRY(bool waits, law_waits(work, member.id));
    if (waits) continue;
    auto done = tell_law(work, member.id, edition);
    if (!done && done.error().code == Code::busy)
      done = tell_law_later(work, member.id);  // one that is long away keeps nobody else waiting
    if (!done) return std::unexpected(done.error());
  }
  return told;
}

Result<void> publish(Work& work, const Order& order, json::Reader& args, std::uint64_t position) {
  std::string text = args.text("text", limits::law_edition_bytes_max);
  auto from = date_from_text(args.text("from", 10));
  std::string approval = args.text_or("approval", "", limits::approval_bytes_max);
  TRY_VOID(args.finish());
  if (!from) return fail(Code::bad_value, "write a day as 2026-12-01", "/args/from");
  TRY_VOID(refuse_while_searched(work.rows));
  const std::string& own = work.context.jurisdiction;
  TRY(auto held, law_versions_of(work.rows, own, work.context.self));
  law::Edition edition{.file = law::jurisdiction_file(own),
                       .version = held.empty() ? 1 : held.back().version + 1,
                       .from = *from,
                       .text = std::move(text)};
  TRY_VOID(law::check_edition(work.context.base_law->files, edition, own, date_of(work.now)));
  TRY(Hash facts, law::hash_of_facts(edition));
  TRY_VOID(may_publish(work, edition, held, facts));
  TRY(std::string reader,
      second_reader(work, order, law::publication_subject(edition.from, edition.text), approval));
  LawVersion version{.jurisdiction = own,
                     .member = work.context.self,
                     .version = edition.version,
                     .from = edition.from,
                     .facts = facts,
                     .position = position,
                     .recorded_at = work.now};
  put_law_version(work.rows, version);
  wait_for_law(work, version);
  TRY(std::size_t told, tell_partners(work, edition));
  work.reply.body = json::Object{{"jurisdiction", own},
                                 {"version", version.version},
                                 {"from", to_text(version.from)},
                                 {"facts", to_hex(facts)},
                                 {"told", static_cast<std::uint64_t>(told)}};
  if (!reader.empty()) (*work.reply.body.as_object())["approved_by"] = std::move(reader);
  return {};
}

}  // namespace

CarryOut law_command(std::string_view name) {
  return name == "law.publish" ? publish : nullptr;
}

}  // namespace comity::node
