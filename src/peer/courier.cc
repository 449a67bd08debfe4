#include "peer/courier.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/limits_push.h"
#include "ledger/checkpoint.h"
#include "ledger/witness.h"
#include "node/blobs.h"
#include "node/overlay.h"
#include "node/receipts.h"
#include "node/rows.h"
#include "node/tree.h"
#include "node/witness.h"
#include "node/work.h"

namespace comity::peer {
namespace {

constexpr std::size_t complaints_max = 1024;
// Errands that take turns, in order of their weight.
constexpr Errand turns[] = {Errand::acts, Errand::add_checkpoint, Errand::consistency,
                            Errand::checkpoints};

std::size_t after(Errand errand) {
  auto at = std::ranges::find(turns, errand);
  return at == std::end(turns) ? 0 : static_cast<std::size_t>(at + 1 - turns) % std::size(turns);
}

// Refusals that waiting does not mend: a human must call the partner.
constexpr std::string_view lasting[] = {
    "bad_signature", "unknown_key",     "revoked_key",  "not_paired",   "frozen",
    "id_reused",     "wrong_recipient", "wrong_sender", "unknown_kind", "stale_in_lane",
    "malformed",     "too_large",       "bad_value"};

net::Request post(std::string_view path, std::string_view type, std::string body) {
  return {.method = "POST",
          .target = std::string(path),
          .headers = {{"content-type", std::string(type)}},
          .body = std::move(body)};
}

net::Request get(std::string target) {
  return {.method = "GET", .target = std::move(target), .headers = {}, .body = {}};
}

Result<node::LinkRow> load_link(node::View& view, const MemberId& peer) {
  TRY(auto row, view.get(node::Space::link, to_hex(peer)));
  if (!row) return node::LinkRow{};
  TRY(json::Value value, json::parse(row->value));
  return node::link_row_from_json(value);
}

// The system's clock may be set back: what then lies further ahead than any wait can reach holds up
// nothing.
bool holds_back(const node::LinkRow& link, Instant now) {
  return link.retry && *link.retry > now && *link.retry <= now + limits::retry_max;
}
bool just_done(const std::optional<Instant>& at, Millis every, Instant now) {
  return at && *at <= now && now < *at + every;
}

Result<std::uint64_t> cosigned_size(node::View& view, const MemberId& peer) {
  TRY(auto row, view.get(node::Space::cosignature, to_hex(peer)));
  if (!row) return std::uint64_t{0};
  TRY(json::Value value, json::parse(row->value));
  TRY(auto log, node::partner_log_from_json(value));
  return log.head.size;
}

}  // namespace

Result<std::optional<Outgoing>> Courier::next(const node::Context& context, node::View& view,
                                              Instant now) {
  TRY(auto chosen, choose(context, view, now));
  if (!chosen) return chosen;
  chosen->request.headers.emplace_back(member_header, to_hex(context.self));
  if (chosen->errand != Errand::acts) {
    errand_under_way_ = true;
    return chosen;
  }
  chosen->behind = batches_under_way_++ > 0;
  ++lanes_under_way_[chosen->lane];
  acts_under_way_.insert(chosen->acts.begin(), chosen->acts.end());
  return chosen;
}

void Courier::settled(const Outgoing& sent) {
  if (sent.errand != Errand::acts) {
    errand_under_way_ = false;
    return;
  }
  if (--batches_under_way_ == 0) overtook_ = false;
  --lanes_under_way_[sent.lane];
  for (const ActId& act : sent.acts) acts_under_way_.erase(act);
}

Result<std::optional<Outgoing>> Courier::choose(const node::Context& context, node::View& view,
                                                Instant now) {
  TRY(node::LinkRow link, load_link(view, peer_));
  if (holds_back(link, now)) return std::nullopt;
  // After a start, first of all: what does the partner remember of us? Nothing is sent by a node
  // that was rolled back.
  if (!asked_witnessed_) {
    if (errand_under_way_ || batches_under_way_ > 0) return std::nullopt;
    return Outgoing{.errand = Errand::witnessed,
                    .request = get(std::string(witnessed_path)),
                    .acts = {},
                    .checkpoint = {},
                    .size = 0,
                    .shown_by = {}};
  }
  if (!node::refuse_while_halted(view)) return std::nullopt;
  // Errands that got nowhere give way to the others: a partner that refuses our acts, or our
  // checkpoint, for ever still has to answer for its ledger.
  for (std::size_t i = 0; i < std::size(turns); ++i) {
    TRY(auto errand, next_errand(turns[(first_turn_ + i) % std::size(turns)], context, view, now));
    if (errand) return errand;
  }
  return std::nullopt;
}

Result<std::optional<Outgoing>> Courier::next_errand(Errand errand, const node::Context& context,
                                                     node::View& view, Instant now) {
  if (errand == Errand::acts) return next_batch(view, now);
  if (errand_under_way_) return std::nullopt;
  if (errand == Errand::add_checkpoint) return next_checkpoint(context, view, now);
  if (errand == Errand::consistency) return next_consistency(view);
  return next_gossip(view, now);
}

bool Courier::has_room(act::Lane lane) const {
  auto under_way = [&](act::Lane each) {
    auto at = lanes_under_way_.find(each);
    return at == lanes_under_way_.end() ? 0 : at->second;
  };
  if (overtook_) return batches_under_way_ == 0;
  if (lane == act::Lane::urgent && under_way(lane) == 0) return true;
  if (lane == act::Lane::bulk && under_way(lane) > 0) return false;
  return batches_under_way_ < batches_under_way_max;
}

Result<std::optional<Outgoing>> Courier::next_batch(node::View& view, Instant now) {
  std::string prefix = node::outbox_prefix(peer_);
  TRY(auto rows,
      view.scan(node::Space::outbox, prefix, "", acts_under_way_.size() + limits::batch_acts_max));
  Outgoing out;
  std::string body;
  Beside beside{.blobs = {}, .body = {}};
  for (const node::KeyedRow& row : rows) {
    TRY(json::Value value, json::parse(row.row.value));
    TRY(auto queued, node::outbox_row_from_json(value));
    if (acts_under_way_.contains(queued.act)) continue;
    if (out.acts.size() == limits::batch_acts_max) break;
    act::Lane lane = node::lane_of_outbox_key(row.key);
    if (out.acts.empty() && !has_room(lane)) return std::nullopt;
    if (out.acts.empty()) out.lane = lane;
    // What is urgent does not travel behind the megabytes of another lane.
    if (lane != out.lane && !queued.blobs.empty()) break;
    TRY(std::string envelope, node::load_bytes(view, queued.position));
    if (!out.acts.empty() && body.size() + envelope.size() + 1 > limits::batch_bytes_max) break;
    TRY(bool fits, add_blobs(beside, view, queued.blobs));
    if (!fits) break;
    body += envelope;
    body += '\n';
    out.acts.push_back(queued.act);
  }
  if (out.acts.empty()) return std::nullopt;
  bool too_soon = out.acts.front() == unsettled_ && now < again_at_ &&
                  again_at_ <= now + limits::retry_max;  // a clock set back holds up nothing
  if (too_soon) return std::nullopt;
  body += beside.body;
  out.request = post(acts_path, beside.blobs.empty() ? ndjson : batch_type, std::move(body));
  return out;
}

// An act is sent with its blobs, each once in a batch. One that is erased here is left out: the
// partner has it, or will say that it is missing.
Result<bool> Courier::add_blobs(Beside& beside, node::View& view, const std::vector<Hash>& blobs) {
  for (const Hash& blob : blobs) {
    if (std::ranges::find(beside.blobs, blob) != beside.blobs.end()) continue;
    auto bytes = node::load_blob(view, blob);
    if (!bytes && bytes.error().code == Code::not_found) continue;
    if (!bytes) return std::unexpected(bytes.error());
    bool room = beside.blobs.size() < limits::batch_blobs_max &&
                beside.bytes + bytes->size() <= limits::batch_blobs_bytes_max;
    if (!room) return false;
    append_blob(beside.body, *bytes);
    beside.bytes += bytes->size();
    beside.blobs.push_back(blob);
  }
  return true;
}

Result<std::optional<Outgoing>> Courier::next_checkpoint(const node::Context& context,
                                                         node::View& view, Instant now) {
  TRY(node::Head head, view.head());
  if (head.size == 0 || head.size <= offered_size_) return std::nullopt;
  if (just_done(offered_at_, checkpoint_every, now)) return std::nullopt;
  if (!witness_size_) {
    TRY(witness_size_, cosigned_size(view, peer_));
    offered_size_ = *witness_size_;
    if (head.size <= offered_size_) return std::nullopt;
  }
  // It may hold this very size, its cosignature lost on the way: then it cosigns the same tree
  // again.
  if (*witness_size_ > head.size) return std::nullopt;
  ledger::AddCheckpoint offer{.old_size = *witness_size_, .proof = {}, .checkpoint = {}};
  TRY(offer.proof, node::consistency_between(view, *witness_size_, head.size));
  TRY(offer.checkpoint, node::derive_checkpoint(context, head));
  offered_at_ = now;
  return Outgoing{.errand = Errand::add_checkpoint,
                  .request = post(add_checkpoint_path, "text/plain; charset=utf-8", offer.body()),
                  .acts = {},
                  .checkpoint = offer.checkpoint,
                  .size = head.size,
                  .shown_by = {}};
}

// What we hold of the partner's partners, as far as we share them: the partner answers with what it
// holds of the same.
Result<std::optional<Outgoing>> Courier::next_gossip(node::View& view, Instant now) {
  if (just_done(gossiped_at_, gossip_every, now)) return std::nullopt;
  std::vector<Shown> shown;
  node::Overlay rows(view);
  TRY_VOID(rows.scan(
      node::Space::partner_log, "",
      [&](const std::string& key, const json::Value& row) -> Result<node::Overlay::Walk> {
        auto member = member_id_from_text(key);
        if (!member || *member == peer_) return node::Overlay::Walk::on;
        TRY(auto log, node::partner_log_from_json(row));
        shown.push_back({*member, log.checkpoint});
        return shown.size() < shown_max ? node::Overlay::Walk::on : node::Overlay::Walk::stop;
      }));
  std::string body = write_checkpoints(shown);
  gossiped_at_ = now;
  if (shown.empty() || body == gossiped_) return std::nullopt;
  gossiped_ = body;
  return Outgoing{.errand = Errand::checkpoints,
                  .request = post(checkpoints_path, "application/json", std::move(body)),
                  .acts = {},
                  .checkpoint = {},
                  .size = 0,
                  .shown_by = {}};
}

// Somebody showed us a checkpoint of this partner's log at a size other than ours: the partner must
// prove it is one log.
Result<std::optional<Outgoing>> Courier::next_consistency(node::View& view) {
  node::Overlay rows(view);
  TRY(auto row, rows.get(node::Space::partner_log, node::shown_key(peer_)));
  if (!row) return std::nullopt;
  TRY(auto shown, node::shown_from_json(*row));
  TRY(auto held, rows.get(node::Space::partner_log, to_hex(peer_)));
  if (!held) return std::nullopt;
  TRY(auto log, node::partner_log_from_json(*held));
  TRY(auto note, ledger::parse_checkpoint(shown.checkpoint));
  auto [from, to] = std::minmax(log.head.size, note.checkpoint.head.size);
  return Outgoing{.errand = Errand::consistency,
                  .request = get(std::string(consistency_path) + "?from=" + std::to_string(from) +
                                 "&to=" + std::to_string(to)),
                  .acts = {},
                  .checkpoint = shown.checkpoint,
                  .size = note.checkpoint.head.size,
                  .shown_by = shown.by};
}

std::vector<node::Input> Courier::answered(const Outgoing& sent,
                                           const Result<net::Response>& response, Instant now) {
  auto inputs = take_answer(sent, response, now);
  first_turn_ = std::get<node::DeliveryTried>(inputs[0]).reached ? 0 : after(sent.errand);
  return inputs;
}

// First of all comes how the attempt went.
std::vector<node::Input> Courier::take_answer(const Outgoing& sent,
                                              const Result<net::Response>& response, Instant now) {
  std::vector<node::Input> inputs;
  if (!response || response->status >= 500) {
    inputs.push_back(node::DeliveryTried{peer_, false});
    return inputs;
  }
  inputs.push_back(node::DeliveryTried{peer_, true});
  switch (sent.errand) {
    case Errand::acts:
      take_results(sent, *response, inputs, now);
      break;
    case Errand::witnessed:
      asked_witnessed_ = response->status == 200 || response->status == 404;
      // It does not know us, say: asking again at once would be no better.
      if (!asked_witnessed_) inputs[0] = node::DeliveryTried{peer_, false};
      if (response->status == 200)
        inputs.push_back(node::CheckpointShown{peer_, self_, response->body, {}});
      if (response->status == 404) inputs.push_back(node::CheckpointShown{peer_, self_, "", {}});
      break;
    case Errand::add_checkpoint:
      take_witness_answer(sent, *response, inputs);
      break;
    case Errand::checkpoints:
      if (auto shown = read_checkpoints(response->body); shown && response->status == 200)
        for (const Shown& each : *shown)
          inputs.push_back(node::CheckpointShown{peer_, each.member, each.checkpoint, {}});
      break;
    case Errand::consistency: {
      // No proof, or one that cannot be read, is as good as a wrong one: one hash that proves
      // nothing.
      auto proof = read_proof(response->body);
      std::vector<Hash> hashes = proof && response->status == 200 ? *proof : std::vector<Hash>();
      if (hashes.empty()) hashes.resize(1);
      inputs.push_back(
          node::CheckpointShown{sent.shown_by, peer_, sent.checkpoint, std::move(hashes)});
      break;
    }
  }
  return inputs;
}

void Courier::take_results(const Outgoing& sent, const net::Response& response,
                           std::vector<node::Input>& inputs, Instant now) {
  auto results = read_results(response.body, sent.acts.size());
  if (response.status != 200 || !results) {
    // It answers, but not to this: wait as if it had not.
    inputs = {node::DeliveryTried{peer_, false}};
    return;
  }
  bool stuck = true, overtook = false;
  for (std::size_t i = 0; i < results->size(); ++i) {
    const ActResult& result = (*results)[i];
    if (result.code.empty()) {
      inputs.push_back(node::ReceiptArrived{peer_, result.receipt});
      stuck = false;
      continue;
    }
    // It came before the batch that it was sent behind, and goes again when that one is settled.
    if (sent.behind && result.code == "gap_in_lane") {
      overtook_ = overtook = true;
      continue;
    }
    std::string complaint = to_text(sent.acts[i]) + "/" + result.code;
    bool told = std::ranges::find(complained_, complaint) != complained_.end();
    if (!told && std::ranges::find(lasting, result.code) != std::end(lasting)) {
      if (complained_.size() == complaints_max) complained_.clear();
      complained_.push_back(complaint);
      inputs.push_back(node::RefusalArrived{peer_, sent.acts[i], result.code});
    }
  }
  if (overtook) return;
  // Nothing was taken: the same batch at once would fare no better.
  if (stuck) inputs[0] = node::DeliveryTried{peer_, false};
  // A receipt that does not count yet, since the card it names is still on its way here, leaves its
  // act in the outbox.
  bool same = unsettled_ == sent.acts.front();
  again_wait_ = same ? std::min<Millis>(again_wait_ * 2, limits::retry_max) : limits::retry_min;
  unsettled_ = sent.acts.front();
  again_at_ = now + again_wait_;
}

void Courier::take_witness_answer(const Outgoing& sent, const net::Response& response,
                                  std::vector<node::Input>& inputs) {
  if (response.status == 200) {
    witness_size_ = sent.size;
    offered_size_ = sent.size;
    inputs.push_back(node::CosignatureArrived{peer_, sent.checkpoint, response.body});
    return;
  }
  if (response.status != 409) {
    offered_size_ = sent.size;
    return;
  }
  // C2SP tlog-witness: the body of a 409 is the size that the witness holds, and a line feed.
  std::uint64_t size = 0;
  auto [end, error] =
      std::from_chars(response.body.data(), response.body.data() + response.body.size(), size);
  if (error != std::errc() || size == *witness_size_) {
    offered_size_ = sent.size;
    return;
  }
  if (size > sent.size)
    asked_witnessed_ = false;  // it has seen more of our log than we have
  else
    witness_size_ = size;
}

Result<std::optional<Instant>> Courier::wake(node::View& view, Instant now) {
  TRY(node::LinkRow link, load_link(view, peer_));
  if (holds_back(link, now)) return link.retry;
  if (!node::refuse_while_halted(view)) return std::nullopt;
  TRY(node::Head head, view.head());
  std::optional<Instant> at;
  // What was due before now has had its chance in next().
  auto sooner = [&](Instant when) {
    if (when > now && (!at || when < *at)) at = when;
  };
  if (offered_at_ && head.size > offered_size_) sooner(*offered_at_ + checkpoint_every);
  if (gossiped_at_) sooner(*gossiped_at_ + gossip_every);
  sooner(again_at_);
  return at;
}

}  // namespace comity::peer
