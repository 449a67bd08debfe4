#include "node/law_acts.h"

#include <algorithm>

#include "node/outgoing.h"
#include "node/receipts.h"
#include "node/rows.h"

namespace comity::node {
namespace {

constexpr std::size_t words_bytes_max = 600;   // of an alarm's text
constexpr std::size_t reason_bytes_max = 400;  // the same, of a refusal
constexpr std::chrono::seconds told_after{30};
constexpr std::chrono::minutes told_again_after{10};

std::string many(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " fact differs" : " facts differ");
}

// What the version before it said: of the same member, else of the base; nothing when neither does.
Result<std::optional<law::SourceFile>> before(Work& work, const std::vector<LawVersion>& held,
                                              const std::string& file) {
  if (!held.empty()) {
    auto edition = load_edition(work, held.back());
    if (edition) return law::SourceFile{edition->file, edition->text};
    if (edition.error().code != Code::not_found) return std::unexpected(edition.error());
  }
  const auto& files = work.context.base_law->files;
  auto base = std::ranges::find(files, file, &law::SourceFile::name);
  return base == files.end() ? std::nullopt : std::optional(*base);
}

// An officer reads here what changed, and where to read the rest.
Result<void> tell_published(Work& work, const member::Member& sender, const LawVersion& version,
                            const law::Edition& edition, const std::vector<LawVersion>& held) {
  TRY(auto old, before(work, held, edition.file));
  TRY(auto differences, law::diff(old ? &*old : nullptr, edition));
  std::string earlier = held.empty() ? version.jurisdiction + "@0"
                                     : sender.nickname + "@" + std::to_string(held.back().version);
  std::string name = sender.nickname + "@" + std::to_string(version.version);
  std::string text = sender.nickname + " published version " + std::to_string(version.version) +
                     " of the law of " + version.jurisdiction + ", in force from " +
                     to_text(version.from) + ": " + many(differences.size());
  if (!differences.empty()) text += ": " + law::in_one_line(differences, words_bytes_max);
  text += ". See: comity law diff " + earlier + " " + name;
  if (version.from < date_of(work.now)) text += ". It begins on a day that is past";
  return work.raise({"law_published:" + std::to_string(version.version), "warn",
                     to_hex(version.member), std::move(text)});
}

}  // namespace

Result<void> take_law(Work& work, const act::Act& act, std::uint64_t position,
                      const member::Member& sender) {
  TRY(law::Edition edition, law::edition_from_json(act.body));
  TRY(PartnerPtr partner, know_partner(work.rows, act.from));
  const member::Card& card = partner->card;
  if (!member::is_authority(card.role))
    return fail(Code::not_allowed, "a " + std::string(member::role_name(card.role)) +
                                       " does not speak for the law of its jurisdiction");
  TRY(auto held, law_versions_of(work.rows, card.jurisdiction, act.from));
  LawVersion version{.jurisdiction = card.jurisdiction,
                     .member = act.from,
                     .version = edition.version,
                     .from = edition.from,
                     .facts = {},
                     .position = position,
                     .recorded_at = work.now};
  if (!held.empty() && edition.version <= held.back().version) {
    // After a new pairing a partner tells again what is known already.
    TRY(version.facts, law::hash_of_facts(edition));
    bool known = std::ranges::any_of(held, [&](const LawVersion& each) {
      return each.version == version.version && each.from == version.from &&
             each.facts == version.facts;
    });
    if (known) return {};
    return fail(
        Code::wrong_state,
        "versions only grow: version " + std::to_string(held.back().version) + " is here already",
        "/version");
  }
  TRY(std::uint64_t today, published_today(work, act.from));
  if (today > limits::law_editions_per_day_max)
    return fail(Code::not_allowed, "more than " + std::to_string(limits::law_editions_per_day_max) +
                                       " versions in a day");
  TRY_VOID(
      law::check_edition(work.context.base_law->files, edition, card.jurisdiction, std::nullopt));
  TRY(version.facts, law::hash_of_facts(edition));
  TRY_VOID(tell_published(work, sender, version, edition, held));
  put_law_version(work.rows, version);
  wait_for_law(work, version);
  return {};
}

Result<void> tell_refused(Work& work, const member::Member& sender, const Error& why) {
  std::string reason = why.where.empty() ? why.what : why.where + ": " + why.what;
  return work.raise({"law_refused", "warn", to_hex(sender.id),
                     sender.nickname + " published law that this node refused and does not use: " +
                         law::one_line(reason, reason_bytes_max)});
}

void wait_for_law(Work& work, const LawVersion& version) {
  work.law_due = true;
  if (version.from > date_of(work.now))
    work.rows.put(Space::timer, timer_key(version.from, version.jurisdiction, law_begins),
                  json::Object{});
}

Result<void> tell_law(Work& work, const MemberId& partner, const law::Edition& edition) {
  Proposal proposal;
  act::Act& act = proposal.act;
  act.kind = act::Kind::law;
  act.from = work.context.self;
  act.to = partner;
  act.lane = act::Lane::normal;
  act.body = law::to_json(edition);
  TRY(Permit permit, law_door(work, std::move(proposal)));
  TRY_VOID(post(work, std::move(permit), {.expires = work.now + never_expires, .actor = ""}));
  return {};
}

namespace {

void tell_law_in(Work& work, const MemberId& partner, Millis wait) {
  work.rows.put(Space::timer, wait_key(to_hex(partner), law_to_tell),
                wait_row(work.now, work.now + wait));
}

}  // namespace

Result<void> tell_law_soon(Work& work, const MemberId& partner) {
  TRY(auto own, law_versions_of(work.rows, work.context.jurisdiction, work.context.self));
  if (!own.empty()) tell_law_in(work, partner, told_after);
  return {};
}

Result<bool> law_waits(Work& work, const MemberId& partner) {
  TRY(auto row, work.rows.get(Space::timer, wait_key(to_hex(partner), law_to_tell)));
  return row.has_value();
}

Result<void> tell_law_later(Work& work, const MemberId& partner) {
  tell_law_in(work, partner, told_again_after);
  return {};
}

namespace {

// Every version, those of the past too: what was decided on a day is judged by the law of that day.
// As many as a partner takes in a day, the newest; what it holds it knows again.
Result<void> tell_standing(Work& work, const std::string& subject) {
  TRY(MemberId partner, member_id_from_text(subject));
  auto member = load_member(work.rows, partner);
  if (!member && member.error().code == Code::not_paired) return {};
  if (!member) return std::unexpected(member.error());
  if (member->state != member::State::paired) return {};
  if (!refuse_while_halted(work.rows.below())) return tell_law_later(work, partner);
  TRY(auto own, law_versions_of(work.rows, work.context.jurisdiction, work.context.self));
  std::size_t told_max = limits::law_editions_per_day_max;
  for (std::size_t i = own.size() - std::min(own.size(), told_max); i < own.size(); ++i) {
    TRY(law::Edition edition, load_edition(work, own[i]));
    auto told = tell_law(work, partner, edition);
    if (!told && told.error().code == Code::busy) return tell_law_later(work, partner);
    if (!told) return told;
  }
  return {};
}

}  // namespace

Result<void> fire_law_timer(Work& work, const std::string& subject, const std::string& name) {
  if (name == law_to_tell) return tell_standing(work, subject);
  work.law_due = true;
  return {};
}

}  // namespace comity::node
