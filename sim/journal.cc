#include "journal.h"

#include <algorithm>

#include "act/act.h"
#include "act/receipt.h"
#include "alert/body.h"
#include "json/value.h"
#include "member/officer.h"
#include "node/overlay.h"
#include "node/rows.h"
#include "request/machine.h"

namespace comity::sim {
namespace {

struct Approval {
  Hash subject;
  OfficerId officer;
  Instant expires;
};

class Reading {
 public:
  Reading(node::View& view, const LawBook& book) : view_(view), book_(book) {}

  Result<Journal> run() {
    TRY(node::Head head, view_.head());
    TRY_VOID(find_acts());
    for (position_ = 0; position_ < head.size; ++position_) {
      TRY(auto entry, view_.entry(position_));
      if (!entry) return fail(Code::corrupt, "entry " + std::to_string(position_) + " is missing");
      if (!entry->record) {
        TRY_VOID(take_erased());
        continue;
      }
      TRY(node::Record record, node::read_record(*entry->record));
      TRY_VOID(take(record));
    }
    return std::move(journal_);
  }

 private:
  struct ActAt {
    MemberId sender;
    ActId act;
    node::ActRow row;
  };

  // Where each act stands: what is known of one whose record was erased.
  Result<void> find_acts() {
    node::Overlay rows(view_);
    return rows.scan(
        node::Space::act, "",
        [&](const std::string& key, const json::Value& value) -> Result<node::Overlay::Walk> {
          TRY(auto row, node::act_row_from_json(value));
          TRY(auto sender, member_id_from_text(key.substr(0, key.find('/'))));
          TRY(auto act, id_from_text<ActId>(key.substr(key.find('/') + 1)));
          acts_.emplace(row.position, ActAt{sender, act, row});
          return node::Overlay::Walk::on;
        });
  }

  Result<void> take_erased() {
    auto known = acts_.find(position_);
    if (known == acts_.end()) return {};
    const auto& [sender, act, row] = known->second;
    if (row.standing == "received") {
      journal_.received.emplace(std::pair{sender, act}, Received{row.code, position_});
      return step_lane(lanes_in_[{sender, row.lane}], row.epoch, row.seq, "a gap in a lane");
    }
    TRY(json::Value remains, remains_of(row.conversation));
    const json::Value* with = remains.find("counterpart");
    if (!with || !with->as_string())
      return fail(Code::corrupt, "an erased act of ours is of no erased conversation");
    TRY(auto to, member_id_from_text(*with->as_string()));
    journal_.sent.emplace(act,
                          Sent{to, row.hash, row.standing, row.code, !row.replaces.has_value()});
    if (row.reissued) journal_.reissued.emplace(act, *row.reissued);
    if (row.replaces) return {};
    return step_lane(lanes_out_[{to, row.lane}], row.epoch, row.seq, "a gap in an outgoing lane");
  }

  // What is left of a conversation, under the id that it goes on under.
  Result<json::Value> remains_of(const std::string& conversation) {
    TRY(auto held, view_.get(node::Space::conversation, conversation));
    TRY(json::Value remains, json::parse(held ? held->value : "{}"));
    const json::Value* moved = remains.find("moved");
    if (moved && moved->as_string()) return remains_of(*moved->as_string());
    return remains;
  }

  // Epochs only grow, and in each the lane counts from one.
  Result<void> step_lane(std::pair<std::uint64_t, std::uint64_t>& lane, std::uint64_t epoch,
                         std::uint64_t seq, const std::string& gap) {
    if (epoch > lane.first) lane = {epoch, 0};
    if (epoch != lane.first || seq != lane.second + 1)
      fault(gap + ": sequence " + std::to_string(seq) + " after " + std::to_string(lane.second));
    lane.second = seq;
    return {};
  }

  void fault(const std::string& what) {
    journal_.faults.push_back("journal entry " + std::to_string(position_) + ": " + what);
  }

  Result<void> take(const node::Record& record) {
    switch (record.type) {
      case node::EntryType::command:
        return take_command(record);
      case node::EntryType::act_in:
        return take_in(record);
      case node::EntryType::act_out:
        return take_out(record);
      case node::EntryType::receipt_in:
        return take_receipt(record);
      default:
        return {};
    }
  }

  Result<void> take_command(const node::Record& record) {
    TRY(auto signed_command, member::read_command(record.bytes));
    const member::Command& command = signed_command.command;
    if (!commands_.insert({command.officer, command.id}).second)
      fault("a command carried out twice");
    if (command.name == "request.approve") {
      const json::Value* envelope = command.args.find("approval");
      if (!envelope || !envelope->as_string())
        return fail(Code::corrupt, "an approval without its envelope");
      TRY(auto approval, member::read_approval(*envelope->as_string()));
      approvals_.push_back(
          {approval.approval.subject, approval.approval.officer, approval.approval.expires});
    }
    if (command.name == "alert.recall") {
      Wish wish{.position = position_, .by = {}, .objects = {}};
      for (const json::Value& each : *command.args.find("objects")->as_array())
        wish.objects.insert(*each.as_string());
      journal_.recalls.push_back(std::move(wish));
    }
    if (command.name == "request.override") overrides_[position_] = command.officer;
    for (const node::RowChange& row : record.rows) {
      if (row.space != node::Space::draft || !row.value) continue;
      TRY(json::Value draft, json::parse(*row.value));
      const json::Value* subject = draft.find("subject");
      if (subject && subject->as_string())
        drafted_by_[*subject->as_string()].insert(command.officer);
    }
    return {};
  }

  Result<void> take_in(const node::Record& record) {
    TRY(auto envelope, act::parse_envelope(record.bytes, limits::alert_act_bytes_max));
    TRY(act::Act act, act::parse_act(envelope.payload));
    if (!act::verify(envelope)) fault("an act whose signature is bad was recorded");
    auto rejected = record.about.find("rejected");
    note_opening(act);
    std::string why = rejected == record.about.end() || !rejected->second.as_string()
                          ? ""
                          : *rejected->second.as_string();
    if (!journal_.received.emplace(std::pair{act.from, act.id}, Received{why, position_}).second)
      fault("act " + to_text(act.id) + " was taken twice");
    if (act.kind == act::Kind::alert && why.empty()) note_recall(act);
    return step_lane(lanes_in_[{act.from, act.lane}], act.epoch, act.seq, "a gap in a lane");
  }

  void note_recall(const act::Act& act) {
    auto body = alert::body_from_json(act.body);
    const auto* recall = body ? std::get_if<alert::Recall>(&*body) : nullptr;
    if (recall)
      journal_.recalls.push_back(
          {position_, act.from, {recall->objects.begin(), recall->objects.end()}});
  }

  Result<void> take_receipt(const node::Record& record) {
    TRY(auto envelope, act::parse_envelope(record.bytes));
    TRY(act::Receipt receipt, act::parse_receipt(envelope.payload));
    auto sent = journal_.sent.find(receipt.act);
    if (!act::verify(envelope) || sent == journal_.sent.end() || sent->second.to != receipt.from ||
        sent->second.hash != receipt.act_hash)
      fault("a receipt that does not fit the act it names");
    return {};
  }

  Result<void> take_out(const node::Record& record) {
    TRY(auto envelope, act::parse_envelope(record.bytes, limits::alert_act_bytes_max));
    TRY(act::Act act, act::parse_act(envelope.payload));
    TRY(auto row, view_.get(node::Space::act, node::act_key(act.from, act.id)));
    if (!row) return fail(Code::corrupt, "an act of ours has no row");
    TRY(auto held, node::act_row_from_text(row->value));
    journal_.sent.emplace(
        act.id, Sent{act.to, held.hash, held.standing, held.code, act.kind == act::Kind::request,
                     act.kind == act::Kind::alert, position_});
    auto& lane = lanes_out_[{act.to, act.lane}];
    if (act.kind == act::Kind::void_) {
      if (act.epoch == lane.first && act.seq > lane.second)
        fault("a void of a place that was never given");
      return {};
    }
    TRY_VOID(step_lane(lane, act.epoch, act.seq, "a gap in an outgoing lane"));
    if (auto of = record.about.find("reissues"); of != record.about.end()) {
      TRY(ActId old, id_from_text<ActId>(of->second.as_string() ? *of->second.as_string() : ""));
      if (!journal_.reissued.emplace(old, act.id).second) fault("an act was said anew twice");
    }
    note_opening(act);
    return check_permit(record, act);
  }

  void note_opening(const act::Act& act) {
    if (act.kind != act::Kind::request || !act.refs.empty()) return;
    if (auto body = request::body_from_json(act.body))
      openings_.emplace(to_text(act.id), std::pair(to_hex(act.from), *std::move(body)));
  }

  // Counsel's word, in this journal, of somebody who neither drafted nor approved.
  bool is_overridden(const json::Value& permit) {
    const json::Value* given = permit.find("override");
    const json::Value* at = given ? given->find("position") : nullptr;
    const json::Value* who = given ? given->find("counsel") : nullptr;
    if (!at || !at->as_int() || !who || !who->as_string()) return false;
    auto said = overrides_.find(static_cast<std::uint64_t>(*at->as_int()));
    if (said == overrides_.end() || to_text(said->second) != *who->as_string()) return false;
    const json::Value *by = permit.find("approved_by"), *author = permit.find("author");
    bool apart = author && *author != *who && by && by->as_array() &&
                 std::ranges::find(*by->as_array(), *who) == by->as_array()->end();
    if (!apart) fault("counsel who overrode is author or approver too");
    ++journal_.overridden;
    return apart;
  }

  void check_law(const node::Record& record, const act::Act& act, const json::Value& permit) {
    auto opening = openings_.find(to_text(act::conversation_of(act)));
    bool known = opening != openings_.end();
    Released released{.act = act,
                      .permit = permit,
                      .on = date_of(record.recorded_at),
                      .opener = known ? opening->second.first : "",
                      .opening = known ? std::optional(opening->second.second) : std::nullopt};
    std::string against = law_against(book_, released, is_overridden(permit));
    if (!against.empty()) fault(against);
    if (known) ++journal_.judged;
  }

  Result<void> check_permit(const node::Record& record, const act::Act& act) {
    auto permit = record.about.find("permit");
    if (permit == record.about.end()) {
      fault("an act was released without a permit");
      return {};
    }
    auto text = [&](const char* name) -> std::string {
      const json::Value* value = permit->second.find(name);
      return value && value->as_string() ? *value->as_string() : "";
    };
    Hash subject = act::approval_subject(act);
    if (text("subject") != to_hex(subject))
      fault("the permit is of other content than what was sent");
    if (act.kind != act::Kind::request) return {};
    TRY(auto body, request::body_from_json(act.body));
    constexpr std::string_view kinds[] = {"procedural", "coercive", "disclosure"};
    auto kind = request::permit_kind(request::verb_of(body));
    if (text("kind") != kinds[static_cast<std::size_t>(kind)])
      fault("the permit is of another kind");
    if (kind == request::PermitKind::procedural) return {};
    check_law(record, act, permit->second);
    // What is said anew is said under the approvals of what was made void.
    if (!text("approved_as").empty()) {
      TRY(subject, hash_from_hex(text("approved_as")));
    }
    return check_approvals(record, permit->second, subject, kind);
  }

  Result<void> check_approvals(const node::Record& record, const json::Value& permit,
                               const Hash& subject, request::PermitKind kind) {
    const json::Value* by = permit.find("approved_by");
    std::size_t needed = kind == request::PermitKind::disclosure ? 2 : 1;
    if (!by || !by->as_array() || by->as_array()->size() < needed) {
      fault("an act was released without its approvals");
      return {};
    }
    std::set<std::string> people;
    for (const json::Value& each : *by->as_array()) {
      TRY(auto officer, id_from_text<OfficerId>(each.as_string() ? *each.as_string() : ""));
      people.insert(to_text(officer));
      auto given = std::ranges::any_of(approvals_, [&](const Approval& approval) {
        return approval.subject == subject && approval.officer == officer &&
               approval.expires > record.recorded_at;
      });
      if (!given) fault("the permit names an approval that nobody gave in time");
      if (drafted_by_[to_hex(subject)].contains(officer)) fault("who drafted it approved it");
    }
    if (people.size() < needed) fault("one person counted twice");
    return {};
  }

  node::View& view_;
  const LawBook& book_;
  std::uint64_t position_ = 0;
  std::map<std::uint64_t, ActAt> acts_;  // by position
  Journal journal_;
  std::set<std::pair<OfficerId, member::CommandId>> commands_;
  std::vector<Approval> approvals_;
  std::map<std::uint64_t, OfficerId> overrides_;  // who, by the position of the command
  std::map<std::string, std::pair<std::string, request::Body>>
      openings_;                                           // by conversation: by whom
  std::map<std::string, std::set<OfficerId>> drafted_by_;  // subject as hex
  using Lanes = std::map<std::pair<MemberId, act::Lane>, std::pair<std::uint64_t, std::uint64_t>>;
  Lanes lanes_in_, lanes_out_;
};

}  // namespace

Result<Journal> read_journal(node::View& view, const LawBook& book) {
  return Reading(view, book).run();
}

}  // namespace comity::sim
