#include "app/node.h"

#include <algorithm>

#include "app/corpus.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "json/reader.h"
#include "ledger/checkpoint.h"
#include "node/rows.h"
#include "node/start.h"
#include "node/witness.h"

namespace comity::app {
namespace {

Result<std::unique_ptr<store::SqliteStore>> open_store(
    const Folder& folder, const Keyring& keyring, Random& random,
    store::Opening opening = store::Opening::write) {
  return store::open_sqlite({.path = folder.store().string(),
                             .kek = keyring.kek.clone(),
                             .random = random,
                             .opening = opening});
}

Result<node::Context> context_of(const Config& config, const Keyring& keyring,
                                 const member::SignedCard& card) {
  TRY(auto files, law_files(config.law));
  TRY(law::Corpus corpus, law::Corpus::load(files));
  node::Context context{
      .self = card.card.member,
      .card = card.hash,
      .card_envelope = card.envelope,
      .card_lineage = {},
      .name = card.card.name,
      .jurisdiction = card.card.jurisdiction,
      .role = std::string(member::role_name(card.card.role)),
      .keys = keyring.node_keys(),
      .corpus = corpus,
      .base_law = std::make_shared<const node::BaseLaw>(std::move(files), corpus)};
  context.take_card(card, SystemClock().now());
  return context;
}

Result<std::vector<std::string>> own_lineage(node::View& view) {
  std::vector<std::string> lineage;
  TRY(auto row, view.get(node::Space::self, node::self_lineage));
  if (!row) return lineage;
  TRY(json::Value value, json::parse(row->value));
  if (const json::Array* cards = value.as_array())
    for (const json::Value& card : *cards)
      if (const std::string* envelope = card.as_string()) lineage.push_back(*envelope);
  return lineage;
}

Result<member::SignedCard> own_card(node::View& view) {
  TRY(auto row, view.get(node::Space::self, node::self_card));
  if (!row) return fail(Code::corrupt, "the store has no card of its own; restore a backup");
  TRY(json::Value value, json::parse(row->value));
  const json::Value* envelope = value.find("envelope");
  if (!envelope || !envelope->as_string())
    return fail(Code::corrupt, "the store's own card cannot be read");
  return member::read_card(*envelope->as_string());
}

// A node that cannot sign as its card says must not begin: partners would refuse all of it.
Result<void> check_keys(const Keyring& keyring, const member::SignedCard& card) {
  auto missing = [](std::string_view what) {
    return fail(Code::wrong_state, "keys/node.key lacks the card's key for " + std::string(what) +
                                       "; restore the newest copy of keys/node.key");
  };
  auto keys = keyring.node_keys();
  if (!keys->act.contains(card.hash)) return missing("acts");
  TRY(auto log, ledger::VerifierKey::parse(card.card.checkpoint_key));
  if (log.key != keys->checkpoint_of(card.hash).front().public_key()) return missing("checkpoints");
  TRY(auto witness, ledger::VerifierKey::parse(card.card.cosignature_key));
  if (witness.key != keys->cosignature_of(card.hash).front().public_key())
    return missing("cosignatures");
  crypto::TlsPin shown = keyring.identities(card.card).front().pin;
  if (std::ranges::find(card.card.tls_pins, shown) == card.card.tls_pins.end())
    return missing("TLS");
  return {};
}

member::Card draft_card(const Founding& founding, const Keyring& keyring,
                        const crypto::PublicKey& act_key, const MemberId& id, Instant now) {
  member::Card card;
  card.name = founding.config.name;
  card.jurisdiction = founding.config.jurisdiction;
  if (auto role = member::role_from_name(founding.config.role)) card.role = *role;
  for (const auto& [measure, basis] : founding.mandates)
    card.mandates.push_back({.measure = measure, .legal_basis = basis, .cite = basis});
  card.languages = founding.languages;
  card.endpoints = {founding.config.endpoint};
  card.callback = founding.callback;
  card.office_hours = founding.office_hours;
  card.act_keys = {{.key = act_key, .not_before = now, .revoked_at = {}}};
  card.checkpoint_key =
      ledger::VerifierKey{ledger::origin_of(id.view()), ledger::SignatureType::ed25519,
                          keyring.checkpoint.public_key()}
          .text();
  card.cosignature_key =
      ledger::VerifierKey{node::witness_name(id), ledger::SignatureType::cosignature_v1,
                          keyring.cosignature.public_key()}
          .text();
  card.tls_pins = {keyring.tls.pin};
  card.sealing_key = keyring.sealing.public_key;
  return card;
}

Result<void> write_root(const std::filesystem::path& path, const crypto::SigningKey& key,
                        const Unlocker& unlocker, Random& random) {
  return write_file(path, unlocker.lock(crypto::Secret::copy_of(key.seed()), random),
                    Existing::keep);
}

Result<MemberId> found_in(const Folder& folder, const Founding& founding,
                          const Unlocker& unlocker) {
  crypto::SystemRandom random;
  Instant now = SystemClock().now();
  auto root = crypto::SigningKey::generate(random);
  auto next_root = crypto::SigningKey::generate(random);
  auto act_key = crypto::SigningKey::generate(random);
  Keyring keyring = Keyring::generate(random);
  MemberId id = member::member_id(root.public_key());
  TRY(auto card, member::first_card(draft_card(founding, keyring, act_key.public_key(), id, now),
                                    root, next_root.public_key(), now));
  keyring.act.emplace(card.hash, act_key.clone());

  TRY_VOID(write_root(folder.root_key(), root, unlocker, random));
  TRY_VOID(write_root(folder.next_root_key(), next_root, unlocker, random));
  TRY_VOID(save_keyring(folder, keyring, unlocker, random, Existing::keep));
  TRY(auto store, open_store(folder, keyring, random));
  TRY(node::Context context, context_of(founding.config, keyring, card));
  TRY(auto group, store->begin());
  TRY(node::Step step, node::found(context, *group, now, random));
  TRY_VOID(group->apply(step.plan, now));
  TRY_VOID(group->commit());
  // Last, since its presence says that a node lives here.
  TRY_VOID(write_file(folder.config(), to_toml(founding.config), Existing::keep));
  return id;
}

}  // namespace

Instant SystemClock::now() const {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

Node::Node(Folder folder, Config config, FolderLock lock, Keyring keyring, Unlocker unlocker)
    : folder_(std::move(folder)),
      config_(std::move(config)),
      lock_(std::move(lock)),
      keyring_(std::move(keyring)),
      unlocker_(std::move(unlocker)),
      random_(std::make_unique<crypto::SystemRandom>()) {}

Result<std::unique_ptr<Node>> Node::load(const Folder& folder, const Unlocker& unlocker,
                                         store::Opening opening) {
  TRY(Config config, folder.read_config());
  TRY(FolderLock lock, FolderLock::take(folder));
  TRY(Keyring keyring, load_keyring(folder, unlocker));
  // An empty one in its place would know nobody, and would stand in the way of restoring.
  if (!std::filesystem::exists(folder.store()))
    return fail(Code::not_found,
                "the node's store is missing: put comity.db back (with comity.db-wal, if there was "
                "one), or restore a backup with: comity store restore FOLDER",
                folder.store().string());
  std::unique_ptr<Node> node(new Node(folder, std::move(config), std::move(lock),
                                      std::move(keyring),
                                      {unlocker.secret.clone(), unlocker.is_key}));
  TRY(node->store_, open_store(folder, node->keyring_, *node->random_, opening));
  if (!node->config_.law.empty()) {
    TRY(node->law_stamp_, stamp_of(node->config_.law, ".toml"));
  }
  TRY_VOID(node->take_context());
  return node;
}

Result<std::unique_ptr<Node>> Node::open_to_read(const Folder& folder, const Unlocker& unlocker) {
  return load(folder, unlocker, store::Opening::read);
}

Result<std::unique_ptr<Node>> Node::open_to_mend(const Folder& folder, const Unlocker& unlocker) {
  return load(folder, unlocker, store::Opening::write);
}

Result<std::unique_ptr<Node>> Node::open(const Folder& folder, const Unlocker& unlocker) {
  TRY(auto node, load(folder, unlocker, store::Opening::write));
  TRY(node->warnings_, load_warnings(warnings_wanted(node->config_)));
  node->use_warnings(node->warnings_.lists);
  auto epoch = static_cast<std::uint64_t>(node->clock_.now().time_since_epoch().count());
  bool restored = node->store_->restored_from_backup();
  TRY(auto view, node->store_->snapshot());
  TRY(auto before, view->get(node::Space::self, node::self_epoch));
  // An epoch goes on over ordinary restarts; only a restored store opens a new one.
  if (before && !restored) {
    TRY(json::Value held, json::parse(before->value));
    if (held.as_int()) epoch = static_cast<std::uint64_t>(*held.as_int());
  }
  view.reset();
  node::Turn started = node->turn(std::vector<node::Input>{node::Started{epoch, restored}});
  if (started.replies[0].error) return std::unexpected(*started.replies[0].error);
  if (restored) TRY_VOID(node->store_->clear_restored());
  return node;
}

Result<void> Node::take_context() {
  TRY(auto view, store_->snapshot());
  TRY(auto card, own_card(*view));
  TRY(node::Context context, context_of(config_, keyring_, card));
  TRY(context.card_lineage, own_lineage(*view));
  TRY_VOID(check_keys(keyring_, card));
  note_overlap(card.card, clock_.now());
  driver_ = std::make_unique<node::Driver>(*store_, std::move(context), *random_);
  return {};
}

node::Turn Node::turn(std::span<const node::Input> inputs) {
  Instant now = clock_.now();
  node::Turn turn = driver_->turn(inputs, now);
  card_changed_ |= turn.effects.cards;
  auto done = card_changed_ ? reload_card() : Result<void>();
  if (done) card_changed_ = false;
  if (done && overlap_ends_ && now >= *overlap_ends_) done = end_overlap(now);
  if (!done && turn.effects.cards) turn.replies[0].error = done.error();
  return turn;
}

Result<void> Node::reload_card() {
  TRY(auto view, store_->snapshot());
  TRY(auto card, own_card(*view));
  if (card.hash == context().card) return {};
  TRY(Keyring keyring, load_keyring(folder_, unlocker_));
  TRY_VOID(check_keys(keyring, card));
  keyring_ = std::move(keyring);
  node::Context context = driver_->context();
  context.keys = keyring_.node_keys();
  context.take_card(card, clock_.now());
  TRY(context.card_lineage, own_lineage(*view));
  note_overlap(card.card, clock_.now());
  driver_->replace_context(std::move(context));
  return {};
}

void Node::use_warnings(const WarningsPtr& lists) {
  if (context().warnings == lists) return;
  node::Context context = driver_->context();
  context.warnings = lists;
  driver_->replace_context(std::move(context));
}

void Node::note_overlap(const member::Card& card, Instant now) {
  Instant ends = card.issued_at + limits::key_overlap;
  overlap_ends_ = now < ends ? std::optional(ends) : std::nullopt;
}

Result<void> Node::end_overlap(Instant now) {
  overlap_ends_.reset();
  node::Context context = driver_->context();
  TRY(auto card, member::read_card(context.card_envelope));
  context.take_card(card, now);
  driver_->replace_context(std::move(context));
  return {};
}

Result<MemberId> found_node(const Folder& folder, const Founding& founding,
                            const Unlocker& unlocker) {
  TRY_VOID(member::role_from_name(founding.config.role));
  bool was_there = std::filesystem::exists(folder.root());
  TRY_VOID(folder.create());
  auto made = found_in(folder, founding, unlocker);
  if (!made) {
    std::error_code ignored;
    for (const auto& each :
         {folder.root() / "keys", folder.root() / "officers", folder.store(), folder.config()})
      std::filesystem::remove_all(each, ignored);
    if (!was_there) std::filesystem::remove_all(folder.root(), ignored);
  }
  return made;
}

}  // namespace comity::app
