#include "party.h"

#include <algorithm>

#include "audit.h"
#include "base/check.h"
#include "json/reader.h"
#include "ledger/checkpoint.h"
#include "net/http.h"
#include "node/rows.h"
#include "node/start.h"
#include "node/witness.h"
#include "peer/protocol.h"
#include "torn.h"

namespace comity::sim {
namespace {

constexpr std::size_t turn_inputs_max = 256;  // as app::Host
constexpr Millis look_again{60'000};          // as app::Deliverer
constexpr Millis tick_every{5'000};  // slower than app::Host's second: idle time costs nothing here
constexpr Millis give_again{8'000};
constexpr unsigned give_times_max = 40;
constexpr const char* file_name = "/comity.db";

crypto::Secret secret(Random& random) {
  Bytes bytes(32);
  random.fill(bytes);
  return crypto::Secret(std::move(bytes));
}

}  // namespace

Party::Party(World world, std::size_t index, Profile profile)
    : world_(world),
      index_(index),
      profile_(std::move(profile)),
      random_(world.stage.dice.u64()),
      disk_(world.stage.dice),
      path_("/" + profile_.name + file_name) {}

Party::~Party() = default;

void Party::found() {
  auto root = crypto::SigningKey::generate(random_),
       next_root = crypto::SigningKey::generate(random_);
  auto act_key = crypto::SigningKey::generate(random_);
  checkpoint_key_ = crypto::SigningKey::generate(random_);
  cosignature_key_ = crypto::SigningKey::generate(random_);
  pseudonym_ = secret(random_);
  kek_ = secret(random_);
  random_.fill(pin_.bytes);
  id_ = member::member_id(root.public_key());

  member::Card draft;
  draft.name = "Desk " + profile_.name;
  draft.jurisdiction = profile_.jurisdiction;
  draft.role = profile_.role;
  draft.mandates = {
      {"preservation", "by law of " + profile_.jurisdiction, "https://law.example/preservation"}};
  draft.languages = {"en"};
  draft.endpoints = {profile_.name + ".example:7443"};
  draft.act_keys = {{act_key.public_key(), clock(), std::nullopt}};
  draft.checkpoint_key =
      ledger::VerifierKey{ledger::origin_of(id_.view()), ledger::SignatureType::ed25519,
                          checkpoint_key_->public_key()}
          .text();
  draft.cosignature_key =
      ledger::VerifierKey{node::witness_name(id_), ledger::SignatureType::cosignature_v1,
                          cosignature_key_->public_key()}
          .text();
  draft.tls_pins = {pin_};
  draft.sealing_key = crypto::SealingKey::generate(random_).public_key;
  auto card = member::first_card(draft, root, next_root.public_key(), clock());
  check(card.has_value(), card ? "" : to_text(card.error()));
  card_ = *card;
  act_keys_.emplace(card_.hash, std::move(act_key));
  root_ = std::move(root);

  auto opened = store::open_sqlite(
      {.path = path_, .kek = kek_.clone(), .random = random_, .vfs = FileSystem::name});
  check(opened.has_value(), opened ? "" : to_text(opened.error()));
  {
    auto group = (*opened)->begin();
    auto step = node::found(make_context(card_), **group, clock(), random_);
    check(step && (*group)->apply(step->plan, clock()) && (*group)->commit(), "a node is founded");
  }
  opened->reset();
  start();
  check(up(), "a new node starts");

  static constexpr std::pair<const char*, member::OfficerRole> wanted[desks] = {
      {"Admin", member::OfficerRole::admin},
      {"Author", member::OfficerRole::author},
      {"Approver", member::OfficerRole::approver},
      {"Counsel", member::OfficerRole::counsel}};
  for (const auto& [name, role] : wanted) {
    officers_.push_back(
        {make_id<OfficerId>(clock(), random_), crypto::SigningKey::generate(random_)});
    member::Officer officer{.id = officers_.back().id,
                            .name = name,
                            .key = officers_.back().key.public_key(),
                            .roles = {role},
                            .enabled = true};
    // Whoever drafts may be an approver too; it must not count for what it drafted itself.
    if (role == member::OfficerRole::author || role == member::OfficerRole::counsel)
      officer.roles.insert(member::OfficerRole::approver);
    if (officer.roles.contains(member::OfficerRole::approver)) officer.gives = {"poc_officer"};
    auto done = turn({node::CommandGiven{
        sign_command(Desk::admin, "user.add", {{"officer", member::to_json(officer)}})}});
    check(!done.replies[0].error, done.replies[0].error ? to_text(*done.replies[0].error) : "");
  }
}

node::Context Party::make_context(const member::SignedCard& card) const {
  auto keys = std::make_shared<node::Keys>(node::Keys{.act = {},
                                                      .checkpoint = checkpoint_key_->clone(),
                                                      .cosignature = cosignature_key_->clone(),
                                                      .pseudonym = pseudonym_.clone()});
  for (const auto& [hash, key] : act_keys_) keys->act.emplace(hash, key.clone());
  node::Context context{.self = id_,
                        .card = card.hash,
                        .card_envelope = card.envelope,
                        .card_lineage = {},
                        .name = card.card.name,
                        .jurisdiction = profile_.jurisdiction,
                        .role = std::string(member::role_name(profile_.role)),
                        .keys = std::move(keys),
                        .corpus = world_.stage.law->corpus,
                        .base_law = world_.stage.law};
  context.take_card(card, clock());
  return context;
}

std::string Party::next_card(member::Overlap overlap) {
  auto key = crypto::SigningKey::generate(random_);
  auto draft = member::with_fresh_keys(card_.card, {.act = key.public_key()}, overlap, clock());
  if (!draft) return {};
  auto next = member::next_card(card_, *draft, *root_, std::max(clock(), card_.card.issued_at));
  if (!next) return {};
  act_keys_.emplace(next->hash, std::move(key));
  return next->envelope;
}

Instant Party::clock() const {
  auto now = world_.stage.now();
  return now + skew_ + Millis(now.time_since_epoch().count() % 86'400'000 * drift_ppm_ / 1'000'000);
}

// ---- the process

Result<void> Party::take_context(Process& process) {
  TRY(auto view, process.store->snapshot());
  TRY(auto row, view->get(node::Space::self, node::self_card));
  if (!row) return fail(Code::corrupt, "no card of our own");
  TRY(json::Value value, json::parse(row->value));
  const json::Value* envelope = value.find("envelope");
  check(envelope && envelope->as_string(), "the row of our card has its envelope");
  TRY(card_, member::read_card(*envelope->as_string()));
  check(act_keys_.contains(card_.hash), "a key for every card that was recorded");
  if (process.driver) {
    node::Context next = make_context(card_);
    next.corpus = process.driver->context().corpus;
    process.driver->replace_context(std::move(next));
  } else
    process.driver = std::make_unique<node::Driver>(*process.store, make_context(card_), random_);
  return {};
}

// As app::Node::open.
Result<void> Party::open() {
  auto process = std::make_unique<Process>();
  TRY(process->store,
      store::open_sqlite(
          {.path = path_, .kek = kek_.clone(), .random = random_, .vfs = FileSystem::name}));
  TRY_VOID(take_context(*process));
  bool restored = process->store->restored_from_backup();
  auto epoch = static_cast<std::uint64_t>(clock().time_since_epoch().count());
  TRY(auto view, process->store->snapshot());
  TRY(auto before, view->get(node::Space::self, node::self_epoch));
  if (before && !restored) {
    TRY(json::Value held, json::parse(before->value));
    if (held.as_int()) epoch = static_cast<std::uint64_t>(*held.as_int());
  }
  view.reset();
  node::Turn started =
      process->driver->turn(std::vector<node::Input>{node::Started{epoch, restored}}, clock());
  if (started.replies[0].error) return std::unexpected(*started.replies[0].error);
  if (restored) TRY_VOID(process->store->clear_restored());
  if (restored && !rolled_back)
    world_.stage.fault(profile_.name + ": a store that nobody put back says that it was restored");
  TRY(view, process->store->snapshot());
  TRY(auto directory, peer::read_directory(*view, clock()));
  process->directory = std::make_shared<const peer::Directory>(std::move(directory));
  process_ = std::move(process);
  return {};
}

void Party::start() {
  if (up()) return;
  if (stay_down_) return world_.stage.after(Millis{5'000}, [this] { start(); });
  if (power_failed_) disk_.settle();
  power_failed_ = false;
  if (put_back_) {
    disk_.put_back(put_back_->first, put_back_->second ? "" : path_ + "-incarnation");
    put_back_.reset();
  }
  ++generation_;
  auto opened = open();
  if (!opened) {
    world_.stage.trace(profile_.name + " cannot start: " + to_text(opened.error()));
    ++world_.stage.counts["start failed"];
    if (disk_.crashed())
      power_failed_ = true;
    else if (disk_.ailment() == Ailment::none)
      world_.stage.fault(profile_.name +
                         " cannot start on a well disk: " + to_text(opened.error()));
    world_.stage.after(world_.stage.dice.between(Millis{500}, Millis{15'000}), [this] { start(); });
    return;
  }
  process_->service = std::make_unique<peer::Service>(peer::Service::Ports{
      .submit = [this](std::vector<node::Input> inputs,
                       Done done) { submit(std::move(inputs), std::move(done)); },
      .snapshot = [this] { return process_->store->snapshot(); },
      .directory = [this] { return process_->directory; }});
  ++restarts;
  world_.stage.trace(profile_.name + " starts");
  world_.audit.started(*this);
  if (disk_.crashed()) return die();
  refresh();
  later(world_.stage.dice.between(Millis{100}, tick_every), [this] { tick(); });
}

void Party::die() {
  world_.stage.trace(profile_.name + " dies");
  ++world_.stage.counts["crash"];
  process_.reset();
  ++generation_;
  power_failed_ = true;
  world_.stage.after(world_.stage.dice.between(Millis{50}, Millis{30'000}), [this] { start(); });
}

void Party::crash() {
  if (!up()) return;
  world_.stage.trace(profile_.name + " is killed");
  ++world_.stage.counts["kill"];
  // What a process wrote stays with the system when it is killed; a handle that closes would tidy
  // up, so nothing more may be written.
  Disk::Copy as_it_is = disk_.copy();
  disk_.crash_now();
  process_.reset();
  disk_.settle();
  disk_.put_back(as_it_is, "");
  ++generation_;
  world_.stage.after(world_.stage.dice.between(Millis{50}, Millis{5'000}), [this] { start(); });
}

void Party::power_off() {
  if (!up()) return;
  disk_.crash_now();
  die();
}

void Party::put_back(const Disk::Copy& copy, bool whole) {
  put_back_ = {copy, whole};
  rolled_back = true;
}

void Party::later(Millis wait, std::function<void()> what) {
  world_.stage.after(wait, [this, born = generation_, what = std::move(what)] {
    if (born == generation_ && up()) what();
  });
}

Result<std::unique_ptr<node::View>> Party::view() const {
  if (!process_) return fail(Code::unreachable, "the process is down");
  return process_->store->snapshot();
}

// ---- turns

void Party::submit(std::vector<node::Input> inputs, Done done) {
  if (!up()) return;
  process_->queue.push_back({std::move(inputs), std::move(done)});
  if (process_->turn_due) return;
  process_->turn_due = true;
  later(world_.stage.dice.between(Millis{0}, Millis{3}), [this] { take_turn(); });
}

void Party::take_turn() {
  process_->turn_due = false;
  std::vector<Waiting> taken;
  std::vector<node::Input> inputs;
  auto& queue = process_->queue;
  std::size_t count = 0;
  for (; count < queue.size() && inputs.size() < turn_inputs_max; ++count) {
    for (node::Input& input : queue[count].inputs) inputs.push_back(std::move(input));
    taken.push_back(std::move(queue[count]));
  }
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
  if (!queue.empty()) {
    process_->turn_due = true;
    later(Millis{1}, [this] { take_turn(); });
  }
  auto born = generation_;
  node::Turn done = turn(inputs);
  if (born != generation_) return;
  auto reply = done.replies.begin();
  for (Waiting& waiting : taken) {
    auto size = static_cast<std::ptrdiff_t>(waiting.inputs.size());
    std::vector<node::Reply> own(reply, reply + size);
    reply += size;
    waiting.done(std::move(own));
    if (born != generation_) return;
  }
}

node::Turn Party::turn(std::vector<node::Input> inputs) {
  node::Turn none;
  none.replies.resize(inputs.size());
  for (node::Reply& reply : none.replies)
    reply.error = Error{Code::unreachable, "the process is down", ""};
  if (!up()) return none;
  world_.audit.before_turn(*this);
  world_.audit.keep_law(process_->driver->context().corpus);
  node::Turn done = process_->driver->turn(inputs, clock());
  ++world_.stage.counts["turn"];
  if (disk_.crashed()) {
    die();
    return none;
  }
  observe(inputs, done);
  after_turn(done.effects);
  if (!up()) return none;
  return done;
}

void Party::observe(const std::vector<node::Input>& inputs, const node::Turn& turn) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const node::Reply& reply = turn.replies[i];
    if (reply.error) {
      std::string code(code_name(reply.error->code));
      ++world_.stage.counts["refused " + code];
      world_.stage.trace(profile_.name + " refuses input " + std::to_string(inputs[i].index()) +
                         ": " + to_text(*reply.error));
      continue;
    }
    if (const auto* act = std::get_if<node::ActArrived>(&inputs[i]))
      world_.audit.receipt_given(*this, act->sealed.bytes(), reply.receipt);
    if (const auto* receipt = std::get_if<node::ReceiptArrived>(&inputs[i]))
      world_.audit.receipt_held(*this, receipt->sealed.bytes());
  }
  world_.stage.trace_bytes(to_hex(turn.head.root));
}

void Party::after_turn(const node::Effects& effects) {
  if (effects.cards) read_card();
  if (effects.cards || effects.pairing) refresh();
  if (!up()) return;
  for (const MemberId& peer : effects.deliver) later(Millis{0}, [this, peer] { look(peer); });
}

// Again later, while the disk is ill: nothing can be signed until the card that is recorded is in
// use.
void Party::read_card() {
  auto done = take_context(*process_);
  if (done) return;
  world_.stage.trace(profile_.name + " cannot read its card: " + to_text(done.error()));
  later(Millis{1'000}, [this] { read_card(); });
}

// ---- the deliverer

void Party::refresh() {
  auto view = process_->store->snapshot();
  auto directory = view ? peer::read_directory(**view, clock()) : std::unexpected(view.error());
  if (!directory) {
    // The disk is ill: what was known serves until it can be read.
    later(Millis{1'000}, [this] { refresh(); });
    return;
  }
  process_->directory = std::make_shared<const peer::Directory>(*std::move(directory));
  for (auto at = process_->routes.begin(); at != process_->routes.end();) {
    bool known = process_->directory->address_of.contains(at->first);
    at = known ? std::next(at) : process_->routes.erase(at);
  }
  for (const auto& [peer, address] : process_->directory->address_of) {
    if (process_->routes.contains(peer)) continue;
    process_->routes[peer] = std::make_shared<Route>(id_, peer);
    later(Millis{0}, [this, to = peer] { look(to); });
  }
}

void Party::look_at_all() {
  if (!up()) return;
  for (auto& [peer, route] : process_->routes) later(Millis{0}, [this, to = peer] { look(to); });
}

void Party::look(const MemberId& peer) {
  auto at = process_->routes.find(peer);
  if (at == process_->routes.end() || !addresses) return;
  auto view = process_->store->snapshot();
  if (!view) return sleep(peer, *at->second, Millis{1'000});
  while (send_next(peer, at->second, **view)) {
  }
}

bool Party::send_next(const MemberId& peer, const std::shared_ptr<Route>& route, node::View& view) {
  auto next = route->courier.next(process_->driver->context(), view, clock());
  if (!next || !*next) {
    auto wake =
        next ? route->courier.wake(view, clock()) : Result<std::optional<Instant>>(std::nullopt);
    if (!next && disk_.ailment() == Ailment::none && !disk_.crashed())
      world_.stage.fault(profile_.name + ": courier failed: " + to_text(next.error()));
    Millis wait =
        wake && *wake ? std::clamp<Millis>(**wake - clock(), Millis{10}, look_again) : look_again;
    sleep(peer, *route, wait);
    return false;
  }
  peer::Outgoing sent = **next;
  world_.audit.sends(*this, sent);
  sent.request.headers.emplace_back("host", "peer.example");
  auto bytes = net::write(sent.request);
  check(bytes.has_value(), "a request can be written");
  world_.stage.trace_bytes(*bytes);
  auto answered = [this, born = generation_, peer, route, sent](Result<std::string> answer) {
    if (born != generation_ || !up()) return;
    Result<net::Response> response = fail(Code::unreachable, "no answer");
    if (answer) {
      net::ResponseParser parser(sent.request.method, limits::batch_bytes_max * 4);
      response = parse_torn(parser, *answer, world_.stage.dice);
    }
    submit(route->courier.answered(sent, response, clock()),
           [this, peer, route, sent](const std::vector<node::Reply>&) {
             route->courier.settled(sent);
             look(peer);
           });
  };
  world_.network.request(index_, addresses->at(peer), *bytes, answered);
  return true;
}

void Party::sleep(const MemberId& peer, Route& route, Millis wait) {
  std::uint64_t number = ++route.timer;
  later(wait, [this, peer, number] {
    auto at = process_->routes.find(peer);
    if (at != process_->routes.end() && at->second->timer == number) look(peer);
  });
}

void Party::tick() {
  submit({node::Ticked{}}, [](const std::vector<node::Reply>&) {});
  later(tick_every, [this] { tick(); });
}

void Party::serve(const std::optional<crypto::TlsPin>& pin, const std::string& bytes,
                  Network::Answer answer) {
  if (!up()) return;
  net::RequestParser parser(peer::body_limit);
  auto reply = [this, answer](const net::Response& response) {
    auto written = net::write(response);
    check(written.has_value(), "a response can be written");
    world_.stage.trace_bytes(*written);
    answer(*written);
  };
  auto request = parse_torn(parser, bytes, world_.stage.dice);
  if (!request) {
    if (request.error().code != Code::unreachable)
      reply(net::problem(parser.refusal_status(), request.error()));
    return;
  }
  process_->service->handle(pin, *request,
                            [this, reply, request = *request](net::Response response) {
                              reply(bend ? bend(request, std::move(response)) : response);
                            });
}

// ---- the desk

std::string Party::sign_command(Desk who, std::string name, json::Object args) {
  const auto& key = officer(who);
  member::Command command{.id = make_id<member::CommandId>(clock(), random_),
                          .officer = key.id,
                          .name = std::move(name),
                          .args = std::move(args),
                          .at = clock()};
  return member::seal(command, key.key);
}

std::string Party::sign_approval(Desk who, const Hash& subject, Millis good_for) {
  const auto& key = officer(who);
  return member::seal(member::Approval{.subject = subject,
                                       .officer = key.id,
                                       .as = who == Desk::counsel ? member::OfficerRole::counsel
                                                                  : member::OfficerRole::approver,
                                       .gives = {"poc_officer"},
                                       .reason = "read and agreed",
                                       .at = clock(),
                                       .expires = clock() + good_for},
                      key.key);
}

void Party::give(Desk who, std::string name, json::Object args, Then then, std::string blob) {
  struct Errand {
    std::string bytes, blob;
    Then then;
    unsigned times = 0;
    bool answered = false;
  };
  // Shared by the attempts, of which the first that is answered ends it.
  auto errand = std::make_shared<Errand>(Errand{sign_command(who, std::move(name), std::move(args)),
                                                std::move(blob), std::move(then)});
  auto attempt = std::make_shared<std::function<void()>>();
  *attempt = [this, errand, weak = std::weak_ptr(attempt)] {
    auto self = weak.lock();
    if (errand->answered || !self || ++errand->times > give_times_max) return;
    world_.stage.after(give_again, [self] { (*self)(); });
    if (!up()) return;
    submit({node::CommandGiven{errand->bytes, errand->blob}},
           [errand](const std::vector<node::Reply>& replies) {
             const auto& error = replies[0].error;
             bool passing = error && (error->code == Code::io || error->code == Code::busy ||
                                      error->code == Code::conflict);
             if (errand->answered || passing) return;
             errand->answered = true;
             if (error)
               errand->then(std::unexpected(*error));
             else
               errand->then(replies[0].body);
           });
  };
  (*attempt)();
}

}  // namespace comity::sim
