#pragma once
// The client's side, without sockets: what to say to one partner next, and what its answer means.
//
// Once after the start, and alone, comes what the partner last saw of our ledger; then acts, urgent
// before normal before bulk; then our checkpoint for it to witness, what its ledger has to answer
// for, and what we hold of others. Two batches of acts may be under way, so that one is recorded
// while the other travels, and one other errand beside them.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "act/act.h"
#include "net/http.h"
#include "node/context.h"
#include "node/input.h"
#include "node/ports.h"
#include "peer/protocol.h"

namespace comity::peer {

inline constexpr Millis checkpoint_every{1'000};  // at most so often is a partner asked to witness
inline constexpr Millis gossip_every{30'000};

// One of them at most has nothing but the bulk lane's; beside them there is always room for one of
// the urgent lane, so that what is urgent waits neither for a place nor behind megabytes.
inline constexpr std::size_t batches_under_way_max = 2;

enum class Errand { acts, add_checkpoint, consistency, checkpoints, witnessed };

struct Outgoing {
  Errand errand = Errand::acts;
  net::Request request;
  std::vector<ActId> acts;  // of a batch, in order
  bool behind = false;      // a batch sent while another was under way, which it may overtake
  std::string checkpoint;   // offered, or (consistency) shown
  std::uint64_t size = 0;   // of that checkpoint
  MemberId shown_by;        // consistency: who showed it
  act::Lane lane = act::Lane::urgent;  // of a batch: its most urgent
};

class Courier {
 public:
  Courier(const MemberId& self, const MemberId& peer) : self_(self), peer_(peer) {}

  // What to send now, if anything; it is under way until it is settled. Ask again until there is
  // nothing more. `context` is the node's, for signing our checkpoint.
  [[nodiscard]] Result<std::optional<Outgoing>> next(const node::Context& context, node::View& view,
                                                     Instant now);
  // What came of it, as inputs for the node.
  [[nodiscard]] std::vector<node::Input> answered(const Outgoing& sent,
                                                  const Result<net::Response>& response,
                                                  Instant now);
  // Those inputs are recorded, or the request was never made.
  void settled(const Outgoing& sent);
  // When next() may have something without anything new having happened; none: wait to be woken.
  [[nodiscard]] Result<std::optional<Instant>> wake(node::View& view, Instant now);

 private:
  [[nodiscard]] Result<std::optional<Outgoing>> choose(const node::Context& context,
                                                       node::View& view, Instant now);
  [[nodiscard]] Result<std::optional<Outgoing>> next_errand(Errand errand,
                                                            const node::Context& context,
                                                            node::View& view, Instant now);
  [[nodiscard]] Result<std::optional<Outgoing>> next_batch(node::View& view, Instant now);
  [[nodiscard]] bool has_room(act::Lane lane) const;
  struct Beside {  // a batch's blobs
    std::vector<Hash> blobs;
    std::string body;
    std::size_t bytes = 0;
  };
  [[nodiscard]] static Result<bool> add_blobs(Beside& beside, node::View& view,
                                              const std::vector<Hash>& blobs);
  [[nodiscard]] Result<std::optional<Outgoing>> next_checkpoint(const node::Context& context,
                                                                node::View& view, Instant now);
  [[nodiscard]] Result<std::optional<Outgoing>> next_gossip(node::View& view, Instant now);
  [[nodiscard]] Result<std::optional<Outgoing>> next_consistency(node::View& view);
  [[nodiscard]] std::vector<node::Input> take_answer(const Outgoing& sent,
                                                     const Result<net::Response>& response,
                                                     Instant now);
  void take_results(const Outgoing& sent, const net::Response& response,
                    std::vector<node::Input>& inputs, Instant now);
  void take_witness_answer(const Outgoing& sent, const net::Response& response,
                           std::vector<node::Input>& inputs);

  MemberId self_, peer_;
  std::set<ActId> acts_under_way_;
  std::size_t batches_under_way_ = 0;
  std::map<act::Lane, std::size_t> lanes_under_way_;  // batches, by their most urgent lane
  bool errand_under_way_ = false;
  bool overtook_ = false;  // a batch came before the one it was sent behind: they go one by one
  bool asked_witnessed_ = false;
  std::optional<std::uint64_t> witness_size_;  // what the partner has of our log, as far as we know
  std::uint64_t offered_size_ = 0;             // offered and answered, well or not
  std::optional<Instant> offered_at_, gossiped_at_;
  std::optional<ActId>
      unsettled_;  // first of the last batch that was answered: offered again at again_at_
  std::size_t first_turn_ = 0;  // moves on when an errand got nowhere
  Instant again_at_{};
  Millis again_wait_{};
  std::string gossiped_;
  std::vector<std::string> complained_;  // "act id/code" told to a human already
};

}  // namespace comity::peer
