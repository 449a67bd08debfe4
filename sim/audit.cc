#include "audit.h"

#include <algorithm>

#include "act/receipt.h"
#include "alert_audit.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "journal.h"
#include "ledger/checkpoint.h"
#include "node/conversations.h"
#include "node/law_versions.h"
#include "node/rebuild.h"
#include "node/rows.h"
#include "node/tree.h"
#include "store/check.h"

namespace comity::sim {
namespace {

Result<act::Receipt> read_receipt(const std::string& bytes) {
  TRY(act::Envelope envelope, act::parse_envelope(bytes));
  return act::parse_receipt(envelope.payload);
}

Result<bool> is_halted(Party& party) {
  TRY(auto view, party.view());
  TRY(auto row, view->get(node::Space::self, node::self_halt));
  return row.has_value();
}

bool healthy(const Party& party) {
  return party.honest && !party.rolled_back;
}

// Rows of every rebuilt space, as text.
Result<std::map<std::string, std::string>> rebuilt_rows(Party& party) {
  std::map<std::string, std::string> rows;
  TRY(auto view, party.view());
  for (std::uint8_t i = 0; i < node::space_count; ++i) {
    auto space = static_cast<node::Space>(i);
    if (!node::is_rebuilt(space)) continue;
    for (std::string after;;) {
      TRY(auto some, view->scan(space, "", after, 256));
      if (some.empty()) break;
      for (auto& row : some)
        rows[std::string(node::space_name(space)) + "/" + row.key] = row.row.value;
      after = some.back().key;
    }
  }
  return rows;
}

}  // namespace

void Audit::keep_checkpoint(Party& party, const std::string& note) {
  auto parsed = ledger::parse_checkpoint(note);
  if (!parsed)
    return stage_.fault(party.profile().name + " signed a checkpoint that cannot be read");
  auto [at, fresh] =
      signed_heads_[party.id()].emplace(parsed->checkpoint.head.size, parsed->checkpoint.head.root);
  if (!fresh && at->second != parsed->checkpoint.head.root && healthy(party))
    stage_.fault(party.profile().name + " signed two roots of size " + std::to_string(at->first));
}

void Audit::receipt_given(Party& by, const std::string& act, const std::string& receipt) {
  auto read = read_receipt(receipt);
  if (!read) return stage_.fault(by.profile().name + " gave a receipt that cannot be read");
  if (by.rolled_back && halted_[by.id()] && is_halted(by).value_or(false))
    stage_.fault(by.profile().name + " was rolled back, knew it, and signed a receipt");
  Promise promise{read->position, read->act_hash, read->to, read->act};
  auto opened = act::parse_envelope(act, limits::alert_act_bytes_max);
  auto arrived = opened ? act::parse_act(opened->payload) : std::unexpected(opened.error());
  // A void is answered with the receipt of the act that it meant to replace, where that had
  // arrived.
  if (arrived && arrived->kind != act::Kind::void_ &&
      read->act_hash != crypto::sha256(as_bytes(act)))
    stage_.fault(by.profile().name + " gave a receipt for other bytes than came");
  if (arrived && arrived->kind == act::Kind::alert) alerts_.arrived(by, *arrived);
  given_[by.id()].push_back(promise);
  keep_checkpoint(by, read->checkpoint);
  ++stage_.counts["receipt given"];
}

void Audit::receipt_held(Party& by, const std::string& receipt) {
  auto read = read_receipt(receipt);
  if (read) held_[by.id()].insert(read->act);
}

void Audit::sends(Party& from, const peer::Outgoing& sent) {
  if (from.rolled_back && sent.errand != peer::Errand::witnessed) {
    auto halted = is_halted(from);
    if (halted && *halted)
      stage_.fault(from.profile().name + " was rolled back, knows it, and sends");
  }
  if (sent.errand == peer::Errand::add_checkpoint) keep_checkpoint(from, sent.checkpoint);
  alerts_.sends(from, sent);
}

void Audit::before_turn(Party& party) {
  if (!party.rolled_back) return;
  auto halted = is_halted(party);
  halted_[party.id()] = halted && *halted;
}

// Erased by the officers: the act's row says that it stood there.
bool Audit::erased(node::View& view, const Promise& promise) {
  auto row = view.get(node::Space::act, node::act_key(promise.sender, promise.act));
  if (!row || !*row) return false;
  auto act = node::act_row_from_text((*row)->value);
  return act && act->position == promise.position && act->hash == promise.act_hash;
}

void Audit::check_promises(Party& party, const std::vector<Promise>& promises) {
  auto view = party.view();
  if (!view) return;
  for (const Promise& promise : promises) {
    auto entry = (*view)->entry(promise.position);
    if (!entry && party.disk().ailment() != Ailment::none) return;
    if (!entry && party.disk().crashed()) return;
    if (entry && *entry && !(*entry)->record && erased(**view, promise)) continue;
    auto record = entry && *entry && (*entry)->record ? node::read_record(*(*entry)->record)
                                                      : fail(Code::not_found, "nothing there");
    if (!record || crypto::sha256(as_bytes(record->bytes)) != promise.act_hash)
      stage_.fault(party.profile().name + " lost the acknowledged act " + to_text(promise.act) +
                   " at " + std::to_string(promise.position));
  }
}

void Audit::started(Party& party) {
  if (!healthy(party)) return;
  auto& promises = given_[party.id()];
  std::size_t recent = std::min<std::size_t>(promises.size(), 40);
  check_promises(party, {promises.end() - static_cast<std::ptrdiff_t>(recent), promises.end()});
}

namespace {

// One run's last judgement.
class Judgement {
 public:
  Judgement(Stage& stage, const std::vector<Party*>& parties, LawBook& book)
      : stage_(stage), parties_(parties), book_(book) {
    for (Party* party : parties) {
      const Profile& profile = party->profile();
      book_.seats[party->id()] = {profile.jurisdiction, profile.role};
    }
    for (Party* party : parties) journals_.emplace(party->id(), Journal{});
  }

  void read_all() {
    for (Party* party : parties_) {
      auto view = party->view();
      auto journal = view ? read_journal(**view, book_) : std::unexpected(view.error());
      if (!journal) {
        fault(*party, "its journal cannot be read: " + to_text(journal.error()));
        continue;
      }
      journals_[party->id()] = *std::move(journal);
      const Journal& read = journals_[party->id()];
      for (const std::string& each : read.faults) fault(*party, each);
      stage_.counts["permit whose law was asked anew"] += read.judged;
      stage_.counts["permit under counsel's override"] += read.overridden;
    }
  }

  void check_alerts(const Alerts& alerts) { AlertAudit(stage_, alerts, journals_).conclude(); }

  void check_store(Party& party) {
    auto report = store::check_store(*party.store());
    if (!report) return fault(party, "the store cannot be checked: " + to_text(report.error()));
    for (const std::string& problem : report->problems) fault(party, "store check: " + problem);
  }

  void check_heads(Party& party, const std::map<std::uint64_t, Hash>& heads) {
    auto view = party.view();
    auto head = view ? (*view)->head() : std::unexpected(view.error());
    if (!head) return fault(party, "no head");
    for (const auto& [size, root] : heads) {
      if (size > head->size) {
        fault(party, "it signed a checkpoint of size " + std::to_string(size) + " and holds " +
                         std::to_string(head->size));
        continue;
      }
      if (size == 0) continue;
      auto proof = node::consistency_between(**view, size, head->size);
      if (!proof || !ledger::verify_consistency({size, root}, *head, *proof))
        fault(party,
              "the checkpoint it signed at size " + std::to_string(size) + " is not of its ledger");
      ++stage_.counts["consistency proven"];
    }
  }

  void check_rebuild(Party& party) {
    auto before = rebuilt_rows(party);
    auto done = node::rebuild(*party.store(), party.clock());
    auto after = rebuilt_rows(party);
    if (!before || !done || !after) return fault(party, "rebuild failed");
    if (*before == *after) return;
    for (const auto& [key, value] : *before) {
      auto at = after->find(key);
      if (at == after->end())
        fault(party, "rebuild loses the row " + key + " = " + value);
      else if (at->second != value)
        fault(party, "rebuild changes the row " + key + ": " + value + " to " + at->second);
    }
    for (const auto& [key, value] : *after)
      if (!before->contains(key)) fault(party, "rebuild makes a row " + key + " = " + value);
  }

  // The law that permits are bound to is the one that the node decides under.
  void check_law(Party& party) {
    auto view = party.view();
    auto row =
        view ? (*view)->get(node::Space::self, node::self_corpus) : std::unexpected(view.error());
    if (!row || !*row || !party.context()) return fault(party, "no law is in use");
    if ((*row)->value != json::write(to_hex(party.context()->corpus.hash())))
      fault(party, "it decides under another law than its rows name");
  }

  // What `by` keeps of the law that `from` published is what `from` published.
  void check_published(Party& by, Party& from) {
    auto published = [](Party& party) -> Result<std::vector<node::LawVersion>> {
      TRY(auto view, party.view());
      node::Overlay rows(*view);
      return node::law_versions(rows);
    };
    auto kept = published(by), own = published(from);
    if (!kept || !own) return fault(by, "the law it keeps cannot be read");
    std::size_t of_his = 0, his = 0;
    for (const node::LawVersion& version : *own) his += version.member == from.id() ? 1 : 0;
    for (const node::LawVersion& version : *kept) {
      if (version.member != from.id()) continue;
      ++of_his;
      bool same = std::ranges::any_of(*own, [&](const node::LawVersion& each) {
        return each.member == from.id() && each.version == version.version &&
               each.from == version.from && each.facts == version.facts;
      });
      if (!same) fault(by, "it keeps a version that " + from.profile().name + " never published");
    }
    if (of_his != his)
      fault(by, "it keeps " + std::to_string(of_his) + " versions of the " + std::to_string(his) +
                    " that " + from.profile().name + " published");
    stage_.counts["law kept"] += of_his;
  }

  // Every act of `from` to `to` has its one fate, and both know it.
  void check_pair(Party& from, Party& to, const std::set<ActId>& held) {
    const Journal& ours = journals_[from.id()];
    const Journal& theirs = journals_[to.id()];
    for (const auto& [id, sent] : ours.sent) {
      if (sent.to != to.id()) continue;
      auto arrived = theirs.received.find({from.id(), id});
      bool there = arrived != theirs.received.end();
      std::string act =
          "act " + to_text(id) + " to " + to.profile().name + " (" + sent.standing + ")";
      if (held.contains(id) && !there)
        fault(from, act + ": it holds a receipt, and the act is not there");
      if (sent.standing == "delivered" && (!there || !arrived->second.rejected.empty()))
        fault(from, act + " was not applied over there");
      if (sent.standing == "rejected" && (!there || arrived->second.rejected.empty()))
        fault(from, act + " was applied over there");
      if (sent.standing == "expired" && there && arrived->second.rejected.empty())
        fault(from, act + " was applied over there");
      if (sent.standing == "queued") fault(from, act + " is still on its way after healing");
      ++stage_.counts["fate " + sent.standing];
      if (there && arrived->second.rejected.size())
        ++stage_.counts["rejected " + arrived->second.rejected];
    }
    for (const auto& [key, received] : theirs.received)
      if (key.first == from.id() && !ours.sent.contains(key.second))
        fault(to, "it holds an act that " + from.profile().name + " never sent");
  }

  // What a revoked key had signed took effect once: as it was, or anew, or not at all and people
  // were told.
  void check_reissues(Party& from, Party& to) {
    const Journal& ours = journals_[from.id()];
    for (const auto& [id, sent] : ours.sent) {
      bool revoked = sent.standing == "expired" && sent.code == code_name(Code::revoked_key);
      auto anew = ours.reissued.find(id);
      if (sent.to != to.id() || !sent.request) continue;
      std::string act = "act " + to_text(id) + " to " + to.profile().name;
      if (anew != ours.reissued.end() && !revoked)
        fault(from, act + " was said anew, and is " + sent.standing);
      if (anew != ours.reissued.end() && !ours.sent.contains(anew->second))
        fault(from, act + " was said anew by an act that it never sent");
      if (revoked && anew == ours.reissued.end() && !told_of(from, to_text(id)))
        fault(from, act + " was made void with its key, and neither said anew nor told of");
      if (revoked) ++stage_.counts[anew == ours.reissued.end() ? "not reissued" : "reissued"];
    }
    for (const auto& [id, conversation] : conversations(from))
      for (const auto& link : conversation.state.links)
        if (auto row = moved(from, to_text(link.conversation)); !row.empty())
          fault(from, "conversation " + id + " is linked to one that goes on as " + row);
    auto view = from.view();
    auto rows =
        view ? (*view)->scan(node::Space::reissue, "", "", 100) : std::unexpected(view.error());
    for (const auto& row : rows ? *rows : std::vector<node::KeyedRow>()) {
      auto held = conversations(from);
      auto conversation = held.find(row.key);
      if (conversation != held.end() && conversation->second.state.counterpart == to.id())
        fault(from, "conversation " + row.key + " still waits to be said anew after healing");
    }
  }
  static std::string moved(Party& party, const std::string& conversation) {
    auto view = party.view();
    if (!view) return "";
    node::Overlay rows(**view);
    return node::moved_to(rows, conversation).value_or("");
  }
  // An alarm whose text names the act; gone with its conversation once that is erased.
  bool told_of(Party& party, const std::string& act) {
    auto view = party.view();
    if (!view) return false;
    node::Overlay rows(**view);
    bool told = false;
    auto done =
        rows.scan(node::Space::alarm, "",
                  [&](const std::string&, const json::Value& row) -> Result<node::Overlay::Walk> {
                    const json::Value* text = row.find("text");
                    told |= text && text->as_string() && text->as_string()->contains(act);
                    return told ? node::Overlay::Walk::stop : node::Overlay::Walk::on;
                  });
    auto row = rows.get(node::Space::act, to_hex(party.id()) + "/" + act);
    auto held = row && *row ? node::act_row_from_json(**row) : fail(Code::not_found, "no row");
    return told || (done && held && phases_of_erased(party).contains(held->conversation));
  }

  void check_agreement(Party& a, Party& b) {
    auto ours = conversations(a), theirs = conversations(b);
    auto erased = phases_of_erased(b);
    for (const auto& [id, conversation] : ours) {
      if (conversation.state.counterpart != b.id()) continue;
      auto there = theirs.find(id);
      ++stage_.counts["conversation " + std::string(request::phase_name(conversation.state.phase))];
      if (request::is_closed(conversation.state.phase)) ++stage_.counts["conversations closed"];
      if (auto gone = erased.find(id); gone != erased.end()) {
        if (gone->second != request::phase_name(conversation.state.phase))
          fault(a, "conversation " + id + " ended otherwise than " + b.profile().name +
                       " erased it: " + gone->second);
        continue;
      }
      if (there == theirs.end()) {
        if (conversation.state.phase != request::Phase::undelivered)
          fault(a, "conversation " + id + " is " +
                       std::string(request::phase_name(conversation.state.phase)) + " and " +
                       b.profile().name + " has none");
        continue;
      }
      json::Value here = request::agreed_part(conversation.state),
                  far = request::agreed_part(there->second.state);
      if (here != far)
        fault(a, "conversation " + id + " differs from " + b.profile().name + "'s:\n    " +
                     json::write(here) + "\n    " + json::write(far));
    }
  }

 private:
  std::map<std::string, node::Conversation> conversations(Party& party) {
    std::map<std::string, node::Conversation> out;
    auto view = party.view();
    if (!view) return out;
    node::Overlay rows(**view);
    std::vector<std::string> ids;
    auto done =
        rows.scan(node::Space::conversation, "",
                  [&](const std::string& key, const json::Value&) -> Result<node::Overlay::Walk> {
                    ids.push_back(key);
                    return node::Overlay::Walk::on;
                  });
    check(done.has_value(), "conversations can be read");
    for (const std::string& id : ids) {
      auto conversation = node::load_conversation(rows, id);
      if (conversation && *conversation)
        out.emplace(id, **conversation);
      else if (!phases_of_erased(party).contains(id) &&
               node::moved_to(rows, id).value_or("").empty())
        fault(party, "conversation " + id + " cannot be read");
    }
    return out;
  }
  static std::map<std::string, std::string> phases_of_erased(Party& party) {
    std::map<std::string, std::string> out;
    auto view = party.view();
    if (!view) return out;
    node::Overlay rows(**view);
    auto done = rows.scan(
        node::Space::conversation, "",
        [&](const std::string& key, const json::Value& row) -> Result<node::Overlay::Walk> {
          const json::Value* phase = row.find("phase");
          if (row.find("erased"))
            out.emplace(key, phase && phase->as_string() ? *phase->as_string() : "");
          return node::Overlay::Walk::on;
        });
    check(done.has_value(), "conversations can be read");
    return out;
  }
  void fault(const Party& party, const std::string& what) {
    stage_.fault(party.profile().name + ": " + what);
  }

  Stage& stage_;
  const std::vector<Party*>& parties_;
  LawBook& book_;
  std::map<MemberId, Journal> journals_;
};

}  // namespace

void Audit::conclude(const std::vector<Party*>& parties) {
  Judgement judgement(stage_, parties, book_);
  judgement.read_all();
  for (Party* party : parties) {
    if (party->honest) judgement.check_store(*party);
    if (party->honest) judgement.check_law(*party);
    if (!healthy(*party)) continue;
    judgement.check_heads(*party, signed_heads_[party->id()]);
    check_promises(*party, given_[party->id()]);
    for (Party* other : parties) {
      if (other == party || !healthy(*other)) continue;
      judgement.check_pair(*party, *other, held_[party->id()]);
      judgement.check_published(*party, *other);
      judgement.check_agreement(*party, *other);
      judgement.check_reissues(*party, *other);
    }
  }
  judgement.check_alerts(alerts_);
  for (Party* party : parties)
    if (party->honest) judgement.check_rebuild(*party);
}

}  // namespace comity::sim
