#include "liar.h"

#include <algorithm>
#include <limits>
#include <set>

#include "act/receipt.h"
#include "base/check.h"
#include "law/edition.h"
#include "ledger/checkpoint.h"
#include "ledger/witness.h"
#include "node/conversations.h"
#include "node/entry.h"
#include "node/rows.h"
#include "node/witness.h"
#include "peer/protocol.h"
#include "request/testing.h"

namespace comity::sim {
namespace {

// A whole tree in memory, for a log that never was.
class MemoryTree final : public ledger::HashReader {
 public:
  explicit MemoryTree(std::vector<Hash> leaves) { levels_.push_back(std::move(leaves)); }
  [[nodiscard]] ledger::TreeHead head() const {
    ledger::Frontier frontier;
    frontier.append(levels_[0]);
    return frontier.head();
  }
  Result<std::vector<Hash>> read(std::span<const ledger::NodeId> nodes) const override {
    std::vector<Hash> out;
    for (const auto& node : nodes) out.push_back(hash(node.level, node.index));
    return out;
  }

 private:
  [[nodiscard]] Hash hash(unsigned level, std::uint64_t index) const {
    if (level == 0) return levels_[0][index];
    return ledger::node_hash(hash(level - 1, 2 * index), hash(level - 1, 2 * index + 1));
  }
  std::vector<std::vector<Hash>> levels_;
};

std::optional<node::PartnerLog> witnessed(Party& by, const MemberId& log) {
  auto view = by.view();
  auto row =
      view ? (*view)->get(node::Space::partner_log, to_hex(log)) : std::unexpected(view.error());
  if (!row || !*row) return std::nullopt;
  auto value = json::parse((*row)->value);
  auto held = value ? node::partner_log_from_json(*value) : std::unexpected(value.error());
  return held ? std::optional(*held) : std::nullopt;
}

bool has_alarm(Party& party, const std::string& prefix) {
  auto view = party.view();
  auto rows =
      view ? (*view)->scan(node::Space::alarm, prefix, "", 1) : std::unexpected(view.error());
  return rows && !rows->empty();
}

}  // namespace

Liar::Liar(Stage& stage, Network& network, Party& self, std::vector<Party*> victims)
    : stage_(stage), network_(network), self_(self), victims_(std::move(victims)) {
  self_.honest = false;
  self_.bend = [this](const net::Request& request, net::Response response) {
    return forge(request, std::move(response));
  };
}

void Liar::act() {
  if (!self_.up()) return;
  Party& victim = *stage_.dice.pick(victims_);
  if (!victim.up()) return;
  switch (stage_.dice.below(9)) {
    case 0:
      return garbage(victim);
    case 1:
      return bad_signature(victim);
    case 2:
      return replay(victim);
    case 3:
      return reuse_id(victim);
    case 4:
      return gap(victim);
    case 5:
      return foreign_conversation(victim);
    case 6:
      return wrong_recipient(victim);
    case 7:
      return foreign_law(victim);
    default:
      return split_view(victim);
  }
}

void Liar::post(Party& victim, std::string_view path, std::string body,
                std::function<void(const net::Response&)> then) {
  net::Request request{.method = "POST",
                       .target = std::string(path),
                       .headers = {{"host", "peer.example"}},
                       .body = std::move(body)};
  auto bytes = net::write(request);
  check(bytes.has_value(), "a lie is well-formed HTTP");
  network_.request(self_.index(), victim.index(), *bytes,
                   [then = std::move(then)](const Result<std::string>& answer) {
                     if (!answer || !then) return;
                     net::ResponseParser parser("POST", limits::batch_bytes_max * 4);
                     std::string_view left = *answer;
                     auto state = parser.feed(left);
                     if (state && *state == net::State::done) then(parser.take());
                   });
}

void Liar::post_act(Party& victim, const std::string& envelope, Then then) {
  post(victim, peer::acts_path, envelope + "\n",
       [then = std::move(then)](const net::Response& response) {
         auto results = peer::read_results(response.body, 1);
         if (response.status == 200 && results) then((*results)[0].code);
       });
}

// Well-formed and next in its lane, as far as anybody can see.
act::Act Liar::draft(Party& victim) {
  act::Act act;
  act.id = make_id<ActId>(self_.clock(), stage_.dice);
  act.kind = act::Kind::request;
  act.from = self_.id();
  act.to = victim.id();
  act.card = self_.card().hash;
  act.at = self_.clock();
  act.epoch = 0;
  act.seq = 1;
  auto view = victim.view();
  auto row = view ? (*view)->get(node::Space::lane_in, node::lane_key(self_.id(), act.lane))
                  : std::unexpected(view.error());
  auto value = row && *row ? json::parse((*row)->value) : fail(Code::not_found, "");
  auto lane = value ? node::lane_row_from_json(*value) : std::unexpected(value.error());
  if (lane) {
    act.epoch = lane->epoch;
    act.seq = lane->next;
  }
  act.body = request::to_json(request::Query{"other", "What have you got?", false});
  return act;
}

namespace {

constexpr std::uint64_t looked_back = 60;  // entries

std::vector<std::string> journal_bytes(const Party& party, node::EntryType type,
                                       std::uint64_t last = looked_back) {
  std::vector<std::string> out;
  auto view = party.view();
  auto head = view ? (*view)->head() : std::unexpected(view.error());
  if (!head) return out;
  for (std::uint64_t i = head->size > last ? head->size - last : 0; i < head->size; ++i) {
    auto entry = (*view)->entry(i);
    auto record = entry && *entry && (*entry)->record ? node::read_record(*(*entry)->record)
                                                      : fail(Code::not_found, "");
    if (record && record->type == type) out.push_back(record->bytes);
  }
  return out;
}

// Whether the party has an act, or a void, at every place of the act's lane from `first` up to it.
// What its sender's honest half has sent meanwhile may have filled a gap.
bool has_all_before(const Party& party, const act::Act& act, std::uint64_t first) {
  if (!party.view()) return true;  // it is down; the audit looks at it in the end
  std::set<std::uint64_t> held;
  for (const std::string& bytes :
       journal_bytes(party, node::EntryType::act_in, std::numeric_limits<std::uint64_t>::max())) {
    auto envelope = act::parse_envelope(bytes);
    auto in = envelope ? act::parse_act(envelope->payload) : std::unexpected(envelope.error());
    if (in && in->from == act.from && in->lane == act.lane && in->epoch == act.epoch)
      held.insert(in->seq);
  }
  for (std::uint64_t seq = first; seq < act.seq; ++seq)
    if (!held.contains(seq)) return false;
  return true;
}

}  // namespace

void Liar::garbage(Party& victim) {
  ++stage_.counts["lie garbage"];
  std::string body(1 + stage_.dice.below(300), 'x');
  stage_.dice.fill({reinterpret_cast<std::uint8_t*>(body.data()), body.size()});
  auto sent = journal_bytes(self_, node::EntryType::act_out);
  if (!sent.empty() && stage_.dice.percent(60)) {
    body = stage_.dice.pick(sent);
    body[stage_.dice.below(body.size())] ^= static_cast<char>(1U << stage_.dice.below(7));
  }
  constexpr std::string_view paths[] = {peer::acts_path, peer::add_checkpoint_path,
                                        peer::checkpoints_path, peer::pairing_path};
  post(victim, paths[stage_.dice.below(4)], body + "\n");
}

void Liar::bad_signature(Party& victim) {
  ++stage_.counts["lie bad signature"];
  auto stranger = crypto::SigningKey::generate(stage_.dice);
  post_act(victim, act::seal(draft(victim), stranger), [this](const std::string& code) {
    if (code.empty()) stage_.fault("an act signed with a stranger's key got a receipt");
  });
}

void Liar::replay(Party& victim) {
  ++stage_.counts["lie replay"];
  auto type = stage_.dice.percent(50) ? node::EntryType::act_out : node::EntryType::act_in;
  auto held = journal_bytes(self_, type);
  if (held.empty()) return;
  const std::string& bytes = stage_.dice.pick(held);
  auto envelope = act::parse_envelope(bytes);
  auto act = envelope ? act::parse_act(envelope->payload) : std::unexpected(envelope.error());
  bool ours = act && act->from == self_.id() && act->to == victim.id();
  post_act(victim, bytes, [this, ours](const std::string& code) {
    if (!ours && code.empty())
      stage_.fault("an act of others, sent by somebody else, got a receipt");
  });
}

void Liar::reuse_id(Party& victim) {
  ++stage_.counts["lie reused id"];
  auto sent = journal_bytes(self_, node::EntryType::act_out);
  if (sent.empty()) return;
  auto envelope = act::parse_envelope(stage_.dice.pick(sent));
  auto act = envelope ? act::parse_act(envelope->payload) : std::unexpected(envelope.error());
  if (!act || act->to != victim.id()) return;
  act->at += Millis{1};
  act->card = self_.card().hash;
  std::string alarm = to_hex(self_.id()) + "/id_reused:" + to_text(act->id);
  post_act(victim, act::seal(*act, self_.act_key()),
           [this, &victim, alarm](const std::string& code) {
             if (code == "id_reused") must_alarm_.emplace_back(&victim, alarm);
           });
}

void Liar::gap(Party& victim) {
  ++stage_.counts["lie gap"];
  act::Act act = draft(victim);
  std::uint64_t next = act.seq;
  act.seq += 2 + stage_.dice.below(5);
  post_act(victim, act::seal(act, self_.act_key()),
           [this, &victim, act, next](const std::string& code) {
             if (code.empty() && !has_all_before(victim, act, next))
               stage_.fault("an act beyond a gap in its lane got a receipt");
           });
}

// Into a conversation of two others: taken, recorded as rejected, and nothing changes there.
// check_agreement() says so.
void Liar::foreign_conversation(Party& victim) {
  ++stage_.counts["lie foreign conversation"];
  auto view = victim.view();
  auto rows =
      view ? (*view)->scan(node::Space::conversation, "", "", 50) : std::unexpected(view.error());
  if (!rows || rows->empty()) return;
  auto id = id_from_text<ActId>((*rows)[stage_.dice.below(rows->size())].key);
  act::Act act = draft(victim);
  act.refs = {{"conversation", *id}};
  if (stage_.dice.percent(50)) act.body = request::to_json(request::Withdraw{"never mind"});
  post_act(victim, act::seal(act, self_.act_key()), [](const std::string&) {});
}

void Liar::wrong_recipient(Party& victim) {
  ++stage_.counts["lie wrong recipient"];
  act::Act act = draft(victim);
  act.to = self_.id();
  post_act(victim, act::seal(act, self_.act_key()), [this](const std::string& code) {
    if (code.empty()) stage_.fault("an act to somebody else got a receipt");
  });
}

// The victim's own law, or nonsense as ours: recorded as rejected, and nobody's law is another.
// check_noticed() says so.
void Liar::foreign_law(Party& victim) {
  ++stage_.counts["lie law"];
  act::Act act = draft(victim);
  act.kind = act::Kind::law;
  bool nonsense = stage_.dice.percent(50);
  const std::string& whose =
      nonsense ? self_.profile().jurisdiction : victim.profile().jurisdiction;
  std::string file = law::jurisdiction_file(whose);
  auto base = std::ranges::find(stage_.law->files, file, &law::SourceFile::name);
  check(base != stage_.law->files.end(), "the law of every player is in the folder");
  if (!nonsense && whose == self_.profile().jurisdiction) file = "vocabulary.toml";
  act.body = law::to_json(law::Edition{.file = file,
                                       .version = 900'000 + stage_.dice.below(1000),
                                       .from = date_of(self_.clock()),
                                       .text = nonsense ? "[" + base->text : base->text});
  post_act(victim, act::seal(act, self_.act_key()), [](const std::string&) {});
}

// No lie about the law is kept as a version.
void Liar::check_law(Party& victim) {
  auto view = victim.view();
  auto rows = view ? (*view)->scan(node::Space::law, "", "", 1000) : std::unexpected(view.error());
  if (!rows) return;
  for (const node::KeyedRow& row : *rows) {
    if (!row.key.contains("/" + to_hex(self_.id()) + "/")) continue;
    bool own = row.key.starts_with(self_.profile().jurisdiction + "/");
    bool lie = row.key[row.key.rfind('/') + 1] == '9';  // as numbered above
    if (!own || lie) stage_.fault(victim.profile().name + " keeps a lie as law: " + row.key);
  }
}

// Another past for this one victim: it extends what the victim has witnessed, and is not our
// ledger.
void Liar::split_view(Party& victim) {
  auto held = witnessed(victim, self_.id());
  auto view = self_.view();
  auto head = view ? (*view)->head() : std::unexpected(view.error());
  if (!held || !head || held->head.size >= head->size || split_) return;
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < held->head.size; ++i) {
    auto entry = (*view)->entry(i);
    if (!entry || !*entry) return;
    leaves.push_back(ledger::leaf_hash((*entry)->leaf));
  }
  while (leaves.size() < head->size) {
    Hash invented;
    stage_.dice.fill(invented.bytes);
    leaves.push_back(invented);
  }
  view->reset();
  MemoryTree tree(std::move(leaves));
  ledger::AddCheckpoint offer{.old_size = held->head.size, .proof = {}, .checkpoint = {}};
  auto proof = ledger::consistency_proof(held->head.size, head->size, tree);
  auto note = ledger::sign_checkpoint({ledger::origin_of(self_.id().view()), tree.head(), {}},
                                      self_.checkpoint_key());
  if (!proof || !note) return;
  offer.proof = *proof;
  offer.checkpoint = *note;
  ++stage_.counts["lie split view"];
  post(victim, peer::add_checkpoint_path, offer.body(),
       [this, &victim, size = held->head.size](const net::Response& response) {
         if (response.status != 200) return;
         split_ = &victim;
         forked_at_ = size;
       });
}

net::Response Liar::forge(const net::Request& request, net::Response response) {
  if (request.target != peer::acts_path || response.status != 200 || !stage_.dice.percent(25))
    return response;
  auto count = static_cast<std::size_t>(std::ranges::count(response.body, '\n'));
  auto results = peer::read_results(response.body, count);
  if (!results) return response;
  ++stage_.counts["lie forged receipt"];
  for (peer::ActResult& result : *results) {
    auto envelope = act::parse_envelope(result.receipt);
    auto receipt =
        envelope ? act::parse_receipt(envelope->payload) : std::unexpected(envelope.error());
    if (!receipt) continue;
    auto key = crypto::SigningKey::generate(stage_.dice);
    switch (stage_.dice.below(5)) {
      case 0:
        stage_.dice.fill(receipt->act_hash.bytes);
        break;
      case 1:
        receipt->seq += 1;
        break;
      case 2:
        receipt->position += 1'000'000;
        break;
      case 3:
        stage_.dice.fill(receipt->from.bytes);
        break;
      default:
        result.receipt = act::seal(*receipt, key);
        continue;
    }
    result.receipt = act::seal(*receipt, self_.act_key());
  }
  response.body = peer::write_results(*results);
  return response;
}

void Liar::check_noticed() {
  for (const auto& [victim, key] : must_alarm_)
    if (!has_alarm(*victim, key)) stage_.fault(victim->profile().name + " raised no alarm " + key);
  for (Party* victim : victims_) check_law(*victim);
  if (!split_) return;
  std::string liar = to_hex(self_.id());
  bool noticed = std::ranges::any_of(victims_, [&](Party* victim) {
    return has_alarm(*victim, liar + "/split_view") ||
           has_alarm(*victim, liar + "/unproven_ledger");
  });
  ++stage_.counts[noticed ? "split view noticed" : "split view unnoticed"];
  // Nobody can compare what nobody else was shown: its own node may stop for good right after.
  bool comparable = std::ranges::any_of(victims_, [&](Party* other) {
    auto held = witnessed(*other, self_.id());
    return other != split_ && held && held->head.size > forked_at_;
  });
  if (!noticed && comparable)
    stage_.fault("nobody noticed that " + self_.profile().name + " shows two ledgers");
}

}  // namespace comity::sim
