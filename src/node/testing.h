#pragma once
// Invented nodes for the tests of this room and of the rooms above: founded in a store that the
// test opens, staffed with officers, and paired by the real ceremony. Everything follows from a
// seed; time moves when the test says so.
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "law/edition.h"
#include "law/test_law.h"
#include "ledger/note.h"
#include "member/member.h"
#include "member/officer.h"
#include "node/blobs.h"
#include "node/driver.h"
#include "node/overlay.h"
#include "node/pairing.h"
#include "node/rows.h"
#include "node/start.h"
#include "node/witness.h"
#include "request/testing.h"

namespace comity {

inline void PrintTo(Code code, std::ostream* out) {
  *out << code_name(code);
}

}  // namespace comity

namespace comity::node::testing {

inline const Instant noon = request::testing::start;  // 2026-11-21T12:00:00Z

using OpenStore = std::function<std::unique_ptr<Store>(Random&)>;

// The law folder of this source tree, loaded once a process. A test without it gives its nodes a
// corpus of its own, and no files to publish against.
inline std::shared_ptr<const BaseLaw>& loaded_law() {
  static std::shared_ptr<const BaseLaw> held;
  return held;
}
inline const law::Corpus& whole_law(const std::string& source_dir) {
  if (!loaded_law()) {
    auto files = law::testing::law_folder(source_dir);
    law::Corpus corpus = law::testing::corpus_of(files);
    loaded_law() = std::make_shared<const BaseLaw>(std::move(files), std::move(corpus));
  }
  return loaded_law()->corpus;
}

template <typename T>
T must(Result<T> result) {
  check(result.has_value(), result ? "" : to_text(result.error()));
  return *std::move(result);
}
inline void must(const Result<void>& result) {
  check(result.has_value(), result ? "" : to_text(result.error()));
}

inline const json::Value& at(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  check(found != nullptr, name);
  return *found;
}
inline std::string text_at(const json::Value& value, std::string_view name) {
  const std::string* text = at(value, name).as_string();
  check(text != nullptr, name);
  return *text;
}

struct Desk {
  member::Officer officer;
  crypto::SigningKey key;
};

struct Casting {
  std::uint64_t seed = 1;
  std::string nickname;
  std::string jurisdiction;
  std::string endpoint;  // of a documentation network
  member::Role role = member::Role::poc;
};
inline const Casting us_casting{1, "us-poc", "US", "192.0.2.1:7443"};
inline const Casting ph_casting{2, "ph-poc", "PH", "192.0.2.2:7443"};
inline const Casting jp_casting{3, "jp-poc", "JP", "192.0.2.3:7443"};
inline const Casting fr_casting{3, "fr-poc", "FR", "192.0.2.3:7443"};

enum class Staff { hired, none };

class TestNode {
 public:
  TestNode(Casting casting, const law::Corpus& corpus, const OpenStore& open,
           Staff staff = Staff::hired)
      : casting_(std::move(casting)),
        random_(casting_.seed),
        root_(crypto::SigningKey::generate(random_)),
        next_root_(crypto::SigningKey::generate(random_)),
        store_(open(random_)) {
    found_node(corpus);
    Reply started = give(Started{.epoch = 1, .restored = false});
    check(!started.error, "a fresh node starts");
    if (staff == Staff::hired) hire();
  }

  // --- inputs ---
  Reply give(const Input& input) { return std::move(give_all({input}).replies[0]); }
  Turn give_all(const std::vector<Input>& inputs) {
    Turn turn = driver_->turn(inputs, now);
    effects.deliver.insert(turn.effects.deliver.begin(), turn.effects.deliver.end());
    effects.alarms |= turn.effects.alarms;
    effects.warned += turn.effects.warned;
    effects.cards |= turn.effects.cards;
    effects.pairing |= turn.effects.pairing;
    return turn;
  }
  std::string sign_command(const Desk& desk, std::string name, json::Object args) {
    return member::seal(member::Command{.id = make_id<member::CommandId>(now, random_),
                                        .officer = desk.officer.id,
                                        .name = std::move(name),
                                        .args = std::move(args),
                                        .at = now},
                        desk.key);
  }
  Reply command(const Desk& desk, std::string name, json::Object args) {
    return give(CommandGiven{sign_command(desk, std::move(name), std::move(args))});
  }
  Reply command(std::string name, json::Object args) {
    return command(author(), std::move(name), std::move(args));
  }
  json::Value done(std::string name, json::Object args) {
    Reply reply = command(std::move(name), std::move(args));
    check(!reply.error, reply.error ? to_text(*reply.error) : "");
    return std::move(reply.body);
  }
  Reply approve(const Desk& desk, const json::Value& draft,
                std::chrono::minutes good_for = std::chrono::hours{1}) {
    member::Approval approval{.subject = must(hash_from_hex(text_at(draft, "subject"))),
                              .officer = desk.officer.id,
                              .as = *desk.officer.roles.begin(),
                              .gives = desk.officer.gives,
                              .reason = "read, and within our law",
                              .at = now,
                              .expires = now + good_for};
    return command(desk, "request.approve",
                   {{"draft", at(draft, "draft")},
                    {"approval", member::seal(approval, desk.key)},
                    {"acknowledge_unconfirmed", true},
                    {"acknowledge_override", true}});
  }
  // A second person's word for this text as our law from that day on.
  [[nodiscard]] std::string word_for_law(const Desk& desk, const std::string& text,
                                         Date from) const {
    return member::seal(member::Approval{.subject = law::publication_subject(from, text),
                                         .officer = desk.officer.id,
                                         .as = *desk.officer.roles.begin(),
                                         .reason = "read, and our law",
                                         .at = now,
                                         .expires = now + std::chrono::hours{1}},
                        desk.key);
  }
  Reply publish_law(const std::string& text, Date from) {
    return command(counsel(), "law.publish",
                   {{"text", text},
                    {"from", to_text(from)},
                    {"approval", word_for_law(approver(), text, from)}});
  }
  Reply confirm(const Desk& desk, const std::string& change) {
    auto held = row(Space::officer_change, change);
    check(held.has_value(), "a change waits");
    json::Object content{{"what", at(*held, "what")}, {"officer", at(*held, "officer")}};
    return command(
        desk, "user.confirm",
        {{"change", change}, {"subject", to_hex(crypto::sha256(as_bytes(json::write(content))))}});
  }
  // With a file beside the command.
  json::Value done_with(std::string name, json::Object args, const std::string& blob) {
    args["sha256"] = to_hex(crypto::sha256(as_bytes(blob)));
    Reply reply =
        give(CommandGiven{sign_command(author(), std::move(name), std::move(args)), blob});
    check(!reply.error, reply.error ? to_text(*reply.error) : "");
    return std::move(reply.body);
  }
  // What an admin wants done to an officer, and counsel's yes where one is due.
  void staff(std::string name, json::Object args) {
    json::Value answer = done(std::move(name), std::move(args));
    if (!answer.find("change")) return;
    Reply confirmed = confirm(counsel(), text_at(answer, "change"));
    check(!confirmed.error, confirmed.error ? to_text(*confirmed.error) : "");
  }
  // Drafted by the author, approved by the approver, sent. Returns the answer to request.send.
  json::Value send(json::Object draft_args) {
    json::Value draft = done("request.draft", std::move(draft_args));
    Reply approved = approve(approver(), draft);
    check(!approved.error, approved.error ? to_text(*approved.error) : "");
    return done("request.send", {{"draft", at(draft, "draft")}});
  }

  // --- what it holds ---
  [[nodiscard]] std::unique_ptr<View> view() const { return must(store_->snapshot()); }
  [[nodiscard]] std::vector<KeyedRow> rows(Space space, std::string_view prefix = "") const {
    return must(view()->scan(space, prefix, "", 10'000));
  }
  [[nodiscard]] std::optional<json::Value> row(Space space, const std::string& key) const {
    auto held = must(view()->get(space, key));
    if (!held) return std::nullopt;
    return must(json::parse(held->value));
  }
  // "space/key" to value: every row that a rebuild must bring back, byte for byte.
  [[nodiscard]] std::map<std::string, std::string> rebuilt_rows() const {
    std::map<std::string, std::string> all;
    for (std::uint8_t i = 0; i < space_count; ++i) {
      auto space = static_cast<Space>(i);
      if (!is_rebuilt(space)) continue;
      for (KeyedRow& row : rows(space))
        all[std::string(space_name(space)) + "/" + row.key] = std::move(row.row.value);
    }
    return all;
  }
  [[nodiscard]] std::uint64_t size() const { return must(view()->head()).size; }
  [[nodiscard]] bool has_alarm(std::string_view code) const {
    for (const KeyedRow& row : rows(Space::alarm))
      if (at(must(json::parse(row.row.value)), "code") == json::Value(code)) return true;
    return false;
  }
  [[nodiscard]] std::size_t count(EntryType type) const {
    auto held = view();
    std::size_t found = 0;
    for (std::uint64_t i = 0; i < must(held->head()).size; ++i)
      if (auto entry = must(held->entry(i));
          entry && entry->type == static_cast<std::uint8_t>(type))
        ++found;
    return found;
  }
  [[nodiscard]] member::Member partner(const MemberId& id) const {
    auto held = row(Space::member, to_hex(id));
    check(held.has_value(), "a member of this id is held");
    return must(member::member_from_json(*held));
  }
  [[nodiscard]] std::vector<std::string> outbox(const MemberId& to) const {
    std::vector<std::string> envelopes;
    auto held = view();
    for (const KeyedRow& row : rows(Space::outbox, outbox_prefix(to))) {
      auto queued = must(outbox_row_from_json(must(json::parse(row.row.value))));
      envelopes.push_back(must(load_record(*held, queued.position)).bytes);
    }
    return envelopes;
  }

  [[nodiscard]] const Context& context() const { return driver_->context(); }
  [[nodiscard]] const MemberId& id() const { return context().self; }
  [[nodiscard]] crypto::TlsPin pin() const {
    return must(member::read_card(context().card_envelope)).card.tls_pins[0];
  }
  [[nodiscard]] const Casting& casting() const { return casting_; }
  [[nodiscard]] const crypto::SigningKey& root() const { return root_; }
  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] Driver& driver() { return *driver_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] const Desk& author() const { return desks_[0]; }
  [[nodiscard]] const Desk& approver() const { return desks_[1]; }
  [[nodiscard]] const Desk& counsel() const { return desks_[2]; }
  [[nodiscard]] Desk make_desk(std::string name, std::set<member::OfficerRole> roles) {
    crypto::SigningKey key = crypto::SigningKey::generate(random_);
    member::Officer officer{.id = make_id<OfficerId>(now, random_),
                            .name = std::move(name),
                            .key = key.public_key(),
                            .roles = std::move(roles),
                            .enabled = true};
    return {std::move(officer), std::move(key)};
  }

  // Takes over a card that the node holds by now, with the keys that it names; as app/node.cc does.
  void use_card(const member::SignedCard& card, const crypto::SigningKey& key,
                std::optional<LogKeys> log = {}) {
    Context next = context();
    auto keys = std::make_shared<Keys>(Keys{.act = {},
                                            .checkpoint = next.keys->checkpoint.clone(),
                                            .cosignature = next.keys->cosignature.clone(),
                                            .pseudonym = next.keys->pseudonym.clone()});
    for (const auto& [hash, held] : next.keys->act) keys->act.emplace(hash, held.clone());
    keys->act.emplace(card.hash, key.clone());
    if (log) keys->log.emplace(card.hash, *std::move(log));
    next.keys = std::move(keys);
    next.take_card(card, now);
    driver_->replace_context(std::move(next));
  }

  Instant now = noon;
  Effects effects;  // of all turns so far

 private:
  void found_node(const law::Corpus& corpus) {
    MemberId id = member::member_id(root_.public_key());
    auto act_key = crypto::SigningKey::generate(random_);
    Bytes pseudonym(32);
    random_.fill(pseudonym);
    auto keys = std::make_shared<Keys>(Keys{.act = {},
                                            .checkpoint = crypto::SigningKey::generate(random_),
                                            .cosignature = crypto::SigningKey::generate(random_),
                                            .pseudonym = crypto::Secret(std::move(pseudonym))});
    auto card = must(
        member::first_card(draft_card(id, act_key, *keys), root_, next_root_.public_key(), now));
    keys->act.emplace(card.hash, std::move(act_key));
    Context context{
        .self = id,
        .card = card.hash,
        .card_envelope = card.envelope,
        .card_lineage = {},
        .name = card.card.name,
        .jurisdiction = card.card.jurisdiction,
        .role = std::string(member::role_name(card.card.role)),
        .keys = std::move(keys),
        .corpus = corpus,
        .base_law = loaded_law() && loaded_law()->corpus.hash() == corpus.hash()
                        ? loaded_law()
                        : std::make_shared<const BaseLaw>(std::vector<law::SourceFile>{}, corpus)};
    auto group = must(store_->begin());
    Step step = must(found(context, *group, now, random_));
    must(group->apply(step.plan, now));
    must(group->commit());
    driver_ = std::make_unique<Driver>(*store_, std::move(context), random_);
  }

  member::Card draft_card(const MemberId& id, const crypto::SigningKey& act_key, const Keys& keys) {
    member::Card card;
    card.name = "Contact point " + casting_.nickname;
    card.jurisdiction = casting_.jurisdiction;
    card.role = casting_.role;
    card.mandates = {{"preservation", "designated under Art. 35(1) of the Convention on Cybercrime",
                      "https://www.example.org/24-7-list"}};
    card.languages = {"en"};
    card.endpoints = {casting_.endpoint};
    card.callback = "+1 555 0100";
    card.office_hours = "24/7";
    card.act_keys = {{act_key.public_key(), now, std::nullopt}};
    card.checkpoint_key =
        ledger::VerifierKey{"comity/" + to_hex(id), ledger::SignatureType::ed25519,
                            keys.checkpoint.public_key()}
            .text();
    card.cosignature_key =
        ledger::VerifierKey{witness_name(id), ledger::SignatureType::cosignature_v1,
                            keys.cosignature.public_key()}
            .text();
    crypto::TlsPin pin;
    random_.fill(pin.bytes);
    card.tls_pins = {pin};
    card.sealing_key = crypto::SealingKey::generate(random_).public_key;
    return card;
  }

  void hire() {
    using member::OfficerRole;
    desks_.push_back(make_desk("author", {OfficerRole::author, OfficerRole::admin}));
    desks_.push_back(make_desk("approver", {OfficerRole::approver}));
    desks_.back().officer.gives = {"poc_officer"};
    desks_.push_back(make_desk("counsel", {OfficerRole::counsel}));
    for (const Desk& desk : desks_) done("user.add", {{"officer", member::to_json(desk.officer)}});
  }

  Casting casting_;
  crypto::SeededRandom random_;
  crypto::SigningKey root_, next_root_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Driver> driver_;
  std::vector<Desk> desks_;
};

// --- two nodes ---

// Carries what each has pending of its ceremonies to the other until nothing is left.
inline void carry_pairings(TestNode& a, TestNode& b) {
  for (bool moved = true; moved;) {
    moved = false;
    for (auto [from, to] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
      for (const KeyedRow& row : from->rows(Space::pairing)) {
        PairingRow pairing = must(pairing_row_from_json(must(json::parse(row.row.value))));
        if (pairing.pending.empty()) continue;
        Reply answer = to->give(PairingArrived{from->pin(), pairing.pending});
        check(!answer.error, answer.error ? to_text(*answer.error) : "");
        Reply taken = from->give(PairingAnswered{row.key, to->pin(), pairing.pending, answer.text});
        check(!taken.error, taken.error ? to_text(*taken.error) : "");
        moved = true;
      }
    }
  }
}

inline void check_mandate(TestNode& node, const MemberId& partner) {
  node.done("member.check", {{"member", to_hex(partner)},
                             {"measure", "preservation"},
                             {"method", "call_back"},
                             {"date", to_text(date_of(node.now))},
                             {"note", "invented"}});
}

// The whole ceremony, with both officers saying that the words match, and mandates checked on both
// sides.
inline void pair(TestNode& inviter, TestNode& acceptor) {
  json::Value invited = inviter.done("member.invite", {{"nickname", acceptor.casting().nickname},
                                                       {"endpoint", inviter.casting().endpoint},
                                                       {"minutes", 10}});
  acceptor.done("member.accept",
                {{"nickname", inviter.casting().nickname}, {"invitation", at(invited, "text")}});
  carry_pairings(inviter, acceptor);
  json::Object match{{"invitation", at(invited, "invitation")}, {"verdict", "match"}};
  inviter.done("member.confirm", match);
  acceptor.done("member.confirm", match);
  carry_pairings(inviter, acceptor);
  check_mandate(inviter, acceptor.id());
  check_mandate(acceptor, inviter.id());
}

inline json::Value import_into(TestNode& node, const std::string& collection,
                               const std::string& envelope) {
  return node.done_with("alert.import", {{"collection", collection}}, envelope);
}

// What is queued for a member, with the blobs that it names.
inline std::vector<ActArrived> arriving(TestNode& from, const MemberId& to) {
  std::vector<ActArrived> acts;
  auto view = from.view();
  for (const KeyedRow& row : from.rows(Space::outbox, outbox_prefix(to))) {
    auto queued = must(outbox_row_from_json(must(json::parse(row.row.value))));
    std::vector<std::string> blobs;
    for (const Hash& each : queued.blobs) blobs.push_back(must(load_blob(*view, each)));
    std::vector<std::string_view> views(blobs.begin(), blobs.end());
    acts.emplace_back(from.id(), must(load_record(*view, queued.position)).bytes,
                      hash_blobs(views));
  }
  return acts;
}

// Everything in one outbox, once, in order; the receipts back.
inline void deliver(TestNode& from, TestNode& to) {
  for (const ActArrived& act : arriving(from, to.id())) {
    Reply reply = to.give(act);
    check(!reply.error, reply.error ? to_text(*reply.error) : "");
    Reply taken = from.give(ReceiptArrived{to.id(), reply.receipt});
    check(!taken.error, taken.error ? to_text(*taken.error) : "");
  }
}

// Arguments of request.draft: preservation under ETS 185, Art. 29, of one account.
inline json::Object ask_args(const MemberId& to, Instant now = noon) {
  request::Ask ask = request::testing::ask(1);
  ask.date = now;
  return {{"to", to_hex(to)},
          {"lane", "urgent"},
          {"provision", "ets185-29"},
          {"body", request::to_json(ask)}};
}
inline json::Object in_conversation(const MemberId& to, const json::Value& conversation,
                                    json::Object body) {
  return {{"to", to_hex(to)},
          {"lane", "urgent"},
          {"body", std::move(body)},
          {"refs", json::Array{json::Object{{"rel", "conversation"}, {"act", conversation}}}}};
}

// An act as `from` would sign it, made by hand: for saying what the node itself would never say.
inline act::Act hand_made(TestNode& from, const MemberId& to, std::uint64_t seq) {
  request::Ask ask = request::testing::ask(1);
  act::Act act;
  act.id = make_id<ActId>(from.now, from.random());
  act.kind = act::Kind::request;
  act.from = from.id();
  act.to = to;
  act.card = from.context().card;
  act.at = from.now;
  act.lane = act::Lane::urgent;
  act.epoch = 1;
  act.seq = seq;
  act.route = act::Route{from.context().corpus.hash(), "ets185-29", {}};
  act.body = request::to_json(ask);
  return act;
}
inline std::string sealed(const TestNode& from, const act::Act& act) {
  return act::seal(act, from.context().act_key());
}

}  // namespace comity::node::testing
