#include "node/push.h"

#include <algorithm>

#include "base/limits.h"
#include "base/limits_push.h"
#include "crypto/hash.h"
#include "intel/warning_list.h"
#include "node/blobs.h"
#include "node/object_page.h"
#include "node/outgoing.h"
#include "node/receipts.h"
#include "node/rows.h"
#include "node/spread.h"
#include "stix/marking.h"

namespace comity::node {
namespace {

constexpr std::size_t blob_bytes_aim = 4u << 20;  // a blob with more objects than fit becomes two

// What one audience gets: objects by their place in the list, and the text of those from which
// fields were taken out.
struct Class {
  std::vector<std::size_t> objects;
  std::map<std::size_t, std::string> redacted;
  std::vector<MemberId> members;
};

// Bytes of a class, on their way into one act.
struct Piece {
  std::vector<std::size_t> objects;
  std::string text;  // empty: the entry as it stands
  Hash sha256;
  std::uint64_t bytes = 0;
  stix::Tlp strictest = stix::Tlp::clear;
  std::optional<stix::Tlp>
      unlabelled;       // what those count under that bear no label, as far as known
  bool csirts = false;  // of something that its sender keeps from law enforcement
  stix::Personal personal = 0;
};

class Push {
 public:
  Push(Work& work, const Pushing& pushing)
      : work_(work), pushing_(pushing), collection_(pushing.collection) {
    if (pushing.to) collection_.circle.members = *pushing.to;  // an officer's choice
    if (pushing.law_enforcement) collection_.circle.csirts = false;
  }
  Result<void> sort_out(const MemberId& member);
  Result<void> send();
  Pushed& pushed() { return pushed_; }
  [[nodiscard]] bool unsaid() const { return unsaid_; }

 private:
  Result<std::string_view> bytes_of(const HeldObject& row);
  Result<bool> counts(const Spread& told);
  Result<bool> has(const MemberId& member, const HeldObject& row);
  Result<bool> is_warned(std::size_t object);
  Result<std::vector<Piece>> pieces_of(const Class& each);
  Result<Proposal> propose(const MemberId& member, const Piece& piece);
  Result<void> tell(const MemberId& member, const Piece& piece, bool redacted);
  Result<void> keep(const Piece& piece);
  void note(const MemberId& member, const Piece& piece, bool redacted, const ActId& act);
  Result<std::optional<MemberId>> origin_of(const Piece& piece);
  Result<void> fail_for(const MemberId& member, const Error& why);

  Work& work_;
  const Pushing& pushing_;
  Collection collection_;                              // with the circle that counts here
  std::map<std::uint64_t, std::string> entries_;       // bytes, by position
  std::map<std::uint64_t, std::vector<Spread>> told_;  // by position
  std::map<std::size_t, std::string> lists_;           // that name a value; empty: none does
  std::map<std::string, Class> classes_;
  bool unsaid_ = false;  // something waits for a word of counsel that was never said
  Pushed pushed_;
};

Result<std::string_view> Push::bytes_of(const HeldObject& row) {
  auto held = entries_.find(row.position);
  if (held == entries_.end()) {
    TRY(const Record* made, work_.made(row.position));
    std::string bytes;
    if (made) {
      bytes = made->bytes;
    } else {
      TRY(bytes, load_bytes(work_, row.position));
    }
    held = entries_.emplace(row.position, std::move(bytes)).first;
  }
  if (row.at > held->second.size() || row.size > held->second.size() - row.at)
    return fail(Code::corrupt, "an object lies outside its record", row.id);
  return std::string_view(held->second).substr(row.at, row.size);
}

// Told it before, if that arrived or is on its way, said anew perhaps; what is urgent does not wait
// behind an act of another lane.
Result<bool> Push::counts(const Spread& told) {
  if (told.row.way == Way::in) return true;
  TRY(auto act, last_said(work_.rows, work_.context.self, told.act));
  if (!act) return true;  // of a node that told it before it was restored
  if (act->standing != "queued") return act->standing == "delivered";
  return pushing_.lane != act::Lane::urgent || act->lane == act::Lane::urgent;
}

// From it, brought in by it, told it before, or told by it.
Result<bool> Push::has(const MemberId& member, const HeldObject& row) {
  if (row.kind.from == member) return true;
  auto held = told_.find(row.position);
  if (held == told_.end()) {
    TRY(auto told, spread_of(work_.rows, row.position));
    held = told_.emplace(row.position, std::move(told)).first;
  }
  for (const Spread& each : held->second) {
    if (each.row.origin == member && speaks_of(each.row, row.id)) return true;
    if (each.member != member || !speaks_of(each.row, row.id)) continue;
    TRY(bool told, counts(each));
    if (told) return true;
  }
  return false;
}

// Observables and what is revoked block nothing where they arrive: they go.
Result<bool> Push::is_warned(std::size_t object) {
  const HeldObject& row = pushing_.objects[object];
  const intel::WarningLists* warnings = work_.context.warnings.get();
  if (!warnings || pushing_.despite_warnings) return false;
  if (row.type() != "indicator" || row.revoked) return false;
  auto [held, is_new] = lists_.try_emplace(object);
  if (!is_new) return !held->second.empty();
  TRY(std::string_view bytes, bytes_of(row));
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) return fail(Code::corrupt, "an object that was taken is none", row.id);
  held->second = warnings->warned(*reading.object);
  if (held->second.empty()) return false;
  pushed_.warned.emplace(row.id, held->second);
  return true;
}

Result<void> Push::sort_out(const MemberId& member) {
  TRY(auto reader, reader_of_member(work_.rows, member, work_.context.jurisdiction));
  TRY_VOID(judge_roads(work_.rows, here(work_.context, work_.now), collection_, reader));
  MarkingsSeen markings(work_.rows, collection_, reader);
  Class mine;
  std::string name;
  for (std::size_t i = 0; i < pushing_.objects.size(); ++i) {
    const HeldObject& row = pushing_.objects[i];
    alert::Marked marked = marked_of(collection_, row.kind);
    alert::Verdict verdict = may_see(reader, marked, collection_.circle);
    MarkingsSeen::Named named;
    if (verdict == alert::Verdict::shown) {
      TRY(named, markings.by_names(row.markings, row.kind));
      verdict = named.verdict;
    }
    if (verdict == alert::Verdict::shown && named.look) {
      TRY(std::string_view bytes, bytes_of(row));
      TRY(Redacted left, markings.redacted(bytes, row.kind));
      verdict = left.verdict;
      if (verdict == alert::Verdict::shown && left.bytes != bytes)
        mine.redacted[i] = std::move(left.bytes);
    }
    pushed_.withheld.add(verdict);
    if (verdict == alert::Verdict::no_road) unsaid_ |= !collection_.basis.contains(member);
    if (verdict != alert::Verdict::shown) continue;
    TRY(bool known, has(member, row));
    if (known) ++pushed_.known;
    if (known) continue;
    TRY(bool warned, is_warned(i));
    if (warned) continue;
    mine.objects.push_back(i);
    name += std::to_string(i);
    if (auto cut = mine.redacted.find(i); cut != mine.redacted.end())
      name += ":" + to_hex(crypto::sha256(as_bytes(cut->second)));
    name += ' ';
  }
  if (mine.objects.empty()) return {};
  Class& all = classes_.try_emplace(name, std::move(mine)).first->second;
  all.members.push_back(member);
  return {};
}

Result<std::vector<Piece>> Push::pieces_of(const Class& each) {
  std::vector<Piece> pieces;
  std::size_t size = 0;
  for (std::size_t i : each.objects) {
    const HeldObject& row = pushing_.objects[i];
    if (pieces.empty() || size + row.size > blob_bytes_aim) {
      pieces.emplace_back();
      size = 0;
    }
    size += row.size;
    pieces.back().objects.push_back(i);
    stix::Tlp tlp = row.kind.tlp.value_or(collection_.unmarked);
    pieces.back().strictest = std::max(pieces.back().strictest, tlp);
    // Of what others brought nobody here remembers whether its label is its own.
    if (!row.kind.tlp || row.kind.from)
      pieces.back().unlabelled = std::max(pieces.back().unlabelled, std::optional(tlp));
    pieces.back().csirts |= row.kind.csirts;
    pieces.back().personal |= row.kind.personal;
  }
  bool as_it_stands = pushing_.alone && pieces.size() == 1 && each.redacted.empty() &&
                      each.objects.size() == pushing_.objects.size();
  for (Piece& piece : pieces) {
    if (as_it_stands) {
      TRY_VOID(bytes_of(pushing_.objects.front()));
      const std::string& entry = entries_.at(pushing_.objects.front().position);
      piece.sha256 = crypto::sha256(as_bytes(entry));
      piece.bytes = entry.size();
      continue;
    }
    for (std::size_t i : piece.objects) {
      TRY(std::string_view bytes, bytes_of(pushing_.objects[i]));
      auto cut = each.redacted.find(i);
      piece.text += piece.text.empty() ? R"({"objects":[)" : ",";
      piece.text += cut == each.redacted.end() ? bytes : std::string_view(cut->second);
    }
    piece.text += "]}";
    piece.sha256 = crypto::sha256(as_bytes(piece.text));
    piece.bytes = piece.text.size();
  }
  return pieces;
}

// The blob stands in the journal before the first act that names it.
Result<void> Push::keep(const Piece& piece) {
  TRY(auto held, find_blob(work_.rows, piece.sha256));
  if (held) return {};
  BlobRow row{.position = 0, .bytes = piece.bytes, .from = {}};
  if (piece.text.empty()) {
    row.position = pushing_.objects[piece.objects.front()].position;
  } else {
    TRY(row.position, work_.record({EntryType::objects,
                                    pushing_.actor,
                                    "",
                                    {{"collection", pushing_.collection.id},
                                     {"of", static_cast<std::uint64_t>(piece.objects.size())}},
                                    piece.text}));
  }
  return put_blob(work_, piece.sha256, row);
}

// Objects of one piece may have come from several members: then the sender alone answers for it.
Result<std::optional<MemberId>> Push::origin_of(const Piece& piece) {
  std::optional<MemberId> origin;
  for (std::size_t i : piece.objects) {
    const HeldObject& row = pushing_.objects[i];
    std::optional<MemberId> its = row.kind.from;
    if (auto told = told_.find(row.position); told != told_.end())
      for (const Spread& each : told->second)
        if (each.row.way == Way::in && each.member == row.kind.from && each.row.origin)
          its = each.row.origin;
    if (i == piece.objects.front())
      origin = its;
    else if (origin != its)
      return std::optional<MemberId>();
  }
  return origin;
}

void Push::note(const MemberId& member, const Piece& piece, bool redacted, const ActId& act) {
  std::map<std::uint64_t, std::vector<std::string>> by_place;
  for (std::size_t i : piece.objects)
    by_place[pushing_.objects[i].position].push_back(pushing_.objects[i].id);
  bool whole = piece.text.empty() && !redacted;
  for (auto& [position, ids] : by_place)
    put_spread(work_, {.position = position,
                       .member = member,
                       .act = act,
                       .row = {.way = Way::out,
                               .collection = pushing_.collection.id,
                               .blob = piece.sha256,
                               .at = work_.now,
                               .only = whole ? std::vector<std::string>() : std::move(ids),
                               .theirs = pushing_.theirs}});
}

Result<void> Push::tell(const MemberId& member, const Piece& piece, bool redacted) {
  TRY(Proposal proposal, propose(member, piece));
  // Blueprint, section 2: procedural, and with personal data on a road of the law.
  // docs/architecture.md, "Alerts", says why.
  TRY(Permit permit, law_door(work_, std::move(proposal)));
  TRY_VOID(keep(piece));
  TRY(Posted posted,
      post(work_, std::move(permit),
           {.expires = work_.now + act_life, .actor = pushing_.actor, .blobs = {piece.sha256}}));
  note(member, piece, redacted, posted.act.id);
  return {};
}

Result<Proposal> Push::propose(const MemberId& member, const Piece& piece) {
  bool sighting = pushing_.verb == alert::Share::Verb::sighting;
  alert::Share share{.verb = pushing_.verb,
                     .collection = sighting ? pushing_.theirs : collection_.id,
                     .title = sighting ? "" : collection_.title,
                     .blobs = {{piece.sha256, piece.bytes}},
                     .relay = collection_.relay,
                     .csirts = pushing_.collection.circle.csirts || piece.csirts};
  TRY(share.origin, origin_of(piece));
  Proposal proposal;
  act::Act& act = proposal.act;
  act.kind = act::Kind::alert;
  act.from = work_.context.self;
  act.to = member;
  act.lane = pushing_.lane.value_or(
      piece.bytes > limits::prompt_blob_bytes_max ? act::Lane::bulk : act::Lane::normal);
  act.handling.tlp = stix::tlp_name(piece.unlabelled.value_or(piece.strictest));
  act.body = alert::to_json(share);
  TRY_VOID(take_road(work_, collection_, piece.personal, proposal));
  return proposal;
}

Result<void> Push::fail_for(const MemberId& member, const Error& why) {
  TRY(member::Member known, load_member(work_.rows, member));
  pushed_.failed.push_back(json::Object{{"member", to_hex(member)}, {"why", to_text(why)}});
  return work_.raise({"alert_not_sent", "warn", to_hex(member),
                      "an alert could not be sent to " + known.nickname + " (" +
                          std::string(code_name(why.code)) +
                          "); later, by hand: comity alert share"});
}

Result<void> Push::send() {
  for (const auto& [name, each] : classes_) {
    TRY(auto pieces, pieces_of(each));
    for (const MemberId& member : each.members) {
      bool all = true;
      for (const Piece& piece : pieces) {
        // A blob of its own is recorded before the act: without it, it must not stay.
        auto told =
            piece.text.empty()
                ? tell(member, piece, !each.redacted.empty())
                : work_.try_out([&] { return tell(member, piece, !each.redacted.empty()); });
        if (told) ++pushed_.acts;
        work_.end_part();
        if (told) continue;
        Code code = told.error().code;
        if (code != Code::busy && code != Code::not_signing) return told;
        TRY_VOID(fail_for(member, told.error()));
        all = false;
        break;
      }
      pushed_.members += all ? 1 : 0;
    }
  }
  return {};
}

// One alarm a collection, in the same words each time: a list that names a thousand indicators
// wakes people once.
Result<void> tell_warned(Work& work, const Collection& collection, const Pushed& pushed) {
  if (pushed.warned.empty()) return {};
  work.effects.warned += pushed.warned.size();
  return work.raise({"alert_warned", "warn", collection.id,
                     "indicators of this collection do not go to partners, since a warning list "
                     "names their values; which: comity alert warned " +
                         collection.id +
                         "; to send them all the same: comity alert share ID… "
                         "--despite-warnings --collection " +
                         collection.id,
                     true});
}

// One alarm a collection. A road that counsel spoke of and that is closed wakes nobody: it is
// meant.
Result<void> tell_unsaid(Work& work, const Collection& collection) {
  return work.raise({"alert_no_road", "warn", collection.id,
                     "objects of this collection tell of natural persons and do not go to partners "
                     "abroad, since counsel has not said on what they may; to whom, and what it "
                     "takes: comity alert roads " +
                         collection.id,
                     true});
}

}  // namespace

json::Object to_json(const Pushed& pushed) {
  json::Object withheld;
  for (std::size_t i = 1; i < alert::verdict_count; ++i)
    if (std::uint64_t count = pushed.withheld.of[i]; count > 0)
      withheld[std::string(alert::verdict_name(static_cast<alert::Verdict>(i)))] = count;
  json::Array warned;
  for (const auto& [id, list] : pushed.warned) {
    if (warned.size() == limits::warned_named_max) break;
    warned.push_back(json::Object{{"id", id}, {"list", list}});
  }
  return {{"members", pushed.members},
          {"acts", pushed.acts},
          {"known", pushed.known},
          {"withheld", std::move(withheld)},
          {"failed", pushed.failed},
          {"warned", std::move(warned)},
          {"warned_count", static_cast<std::uint64_t>(pushed.warned.size())}};
}

Result<Pushed> push(Work& work, const Pushing& pushing) {
  Push push(work, pushing);
  if (pushing.objects.empty()) return std::move(push.pushed());
  work.end_part();
  for (const MemberId& member : pushing.to.value_or(pushing.collection.circle.members)) {
    TRY(PartnerPtr partner, know_partner(work.rows, member));
    if (partner->member.state == member::State::paired) {
      TRY_VOID(push.sort_out(member));
    } else {
      push.pushed().failed.push_back(
          json::Object{{"member", to_hex(member)}, {"why", "not paired with this node any more"}});
    }
  }
  TRY_VOID(push.send());
  TRY_VOID(tell_warned(work, pushing.collection, push.pushed()));
  if (push.unsaid()) TRY_VOID(tell_unsaid(work, pushing.collection));
  work.effects.withheld.add(push.pushed().withheld);
  return std::move(push.pushed());
}

Result<Pushed> push_taken(Work& work, const Collection& collection, const Taken& taken,
                          const std::string& actor) {
  if (!collection.push || collection.circle.members.empty()) return Pushed{};
  return push(
      work,
      {.collection = collection, .objects = taken.fresh, .alone = taken.alone, .actor = actor});
}

}  // namespace comity::node
