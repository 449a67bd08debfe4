#include "app/host.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <list>
#include <map>

#include "app/admin.h"
#include "app/backup.h"
#include "app/bell.h"
#include "app/deliverer.h"
#include "app/law_watch.h"
#include "app/metrics.h"
#include "app/watch.h"
#include "base/limits_alert.h"
#include "base/limits_net.h"
#include "base/limits_push.h"
#include "node/rows.h"
#include "peer/protocol.h"
#include "peer/service.h"
#include "taxii/refusal.h"
#include "taxii/service.h"

namespace comity::app {
namespace {

constexpr std::size_t turn_inputs_max = 256;
constexpr Millis tick_every{1'000};
constexpr std::size_t command_bytes_max =
    2 * limits::act_bytes_max + limits::command_blob_bytes_max;

net::Response json_response(const json::Value& value) {
  return {
      .status = 200, .headers = {{"content-type", "application/json"}}, .body = json::write(value)};
}

bool is_loopback(const net::Endpoint& endpoint) {
  return endpoint.host == "::1" || endpoint.host.starts_with("127.");
}

}  // namespace

// Destroyed in reverse order: first what calls, last what is called.
struct Host::Parts {
  explicit Parts(Host& host)
      : service(ports_of(host)),
        taxii(taxii_ports_of(host)),
        watch([&host] { return host.node().store().snapshot(); }),
        warnings(host.log_, warnings_wanted(host.node().config()), host.node().warnings()),
        law(host.log_, host.node().config().law, host.node().law_stamp()) {}

  peer::Service::Ports ports_of(Host& host) {
    return {.submit = [&host](std::vector<node::Input> inputs,
                              Done done) { host.submit(std::move(inputs), std::move(done)); },
            .snapshot = [&host] { return host.node().store().snapshot(); },
            .directory = [this] { return directory.load(); }};
  }

  taxii::Service::Ports taxii_ports_of(Host& host) {
    return {.submit = [&host](std::vector<node::Input> inputs,
                              Done done) { host.submit(std::move(inputs), std::move(done)); },
            .snapshot = [&host] { return host.node().store().snapshot(); },
            .generation = [&host] { return host.node().store().generation(); },
            .title = host.node().context().name,
            .context = [this] { return context.load(); },
            .tally = [this](const alert::Tally& tally) { metrics.withheld(tally); },
            .refused = [this, &host](std::string_view how) { login_refused(host, how); },
            .now = [] { return SystemClock().now(); }};
  }

  // Who opens connections to be refused fills no log: what is more is in the metrics alone.
  [[nodiscard]] bool may_tell_refusal() {
    auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now());
    const std::lock_guard lock(telling);
    if (now != told_at) told = 0;
    told_at = now;
    return ++told <= limits::refusals_told_per_second_max;
  }
  // A member's connections count together, by whichever of its pins they come. One that several
  // cards list counts by itself: nobody uses up another's.
  [[nodiscard]] crypto::TlsPin seat_of(const crypto::TlsPin& pin) const {
    auto known = directory.load();
    auto listed = known->members_of.find(pin);
    bool one = listed != known->members_of.end() && listed->second.size() == 1;
    return one ? crypto::TlsPin{listed->second.front().bytes} : pin;
  }

  // By the one thread of TAXII. What was shown is told nowhere: it may be nearly right.
  void login_refused(Host& host, std::string_view how) {
    metrics.login_refused(how);
    ++refused_logins;
    Instant now = SystemClock().now();
    if (now < refused_told + std::chrono::minutes{1}) return;
    host.log_.write(Level::warn, "taxii_logins_refused",
                    {{"since_last_told", refused_logins}, {"last", std::string(how)}});
    refused_told = now;
    refused_logins = 0;
  }

  [[nodiscard]] bool is_paired(const crypto::TlsPin& pin) const {
    return directory.load()->members_of.contains(pin);
  }
  [[nodiscard]] Result<net::TlsContext> server_tls() {
    return net::TlsContext::server(*identities.load(), [this](const crypto::TlsPin& pin) {
      return directory.load()->pairing_open || is_paired(pin);
    });
  }

  std::mutex telling;
  std::chrono::time_point<std::chrono::steady_clock, std::chrono::seconds> told_at;
  std::size_t told = 0;
  std::atomic<std::shared_ptr<const peer::Directory>> directory{
      std::make_shared<const peer::Directory>()};
  std::atomic<std::shared_ptr<const node::Context>> context;
  std::atomic<std::shared_ptr<const Deliverer::Identities>> identities;
  CardHash card;  // whose identities these are
  Metrics metrics;
  std::int64_t refused_logins = 0;  // not told yet
  Instant refused_told{};
  peer::Service service;
  taxii::Service taxii;
  net::Runtime runtime{1};
  std::unique_ptr<net::Runtime> taxii_runtime;  // none when TAXII is not served
  std::unique_ptr<net::Server> peers, admin, metrics_page, taxii_server;
  std::unique_ptr<Deliverer> deliverer;
  std::unique_ptr<Bell> bell;  // none without a roster
  Watch watch;
  WarningsWatch warnings;
  LawWatch law;
  net::Timer tick;
  std::thread backup, drill;
  std::atomic<bool> backing_up = false, drilling = false;
};

Host::Host(std::unique_ptr<Node> node, const Log& log, Observer observer)
    : node_(std::move(node)),
      log_(log),
      observer_(std::move(observer)),
      parts_(std::make_unique<Parts>(*this)) {}

Result<std::unique_ptr<Host>> Host::start(std::unique_ptr<Node> node, const Log& log,
                                          Observer observer) {
  std::unique_ptr<Host> host(new Host(std::move(node), log, std::move(observer)));
  TRY_VOID(host->listen());
  return host;
}

Result<void> Host::listen() {
  Parts& parts = *parts_;
  const Config& config = node_->config();
  parts.context.store(std::make_shared<const node::Context>(node_->context()));
  TRY(auto view, node_->store().snapshot());
  TRY(peer::Directory directory, peer::read_directory(*view, SystemClock().now()));
  view.reset();
  parts.directory.store(std::make_shared<const peer::Directory>(std::move(directory)));
  TRY_VOID(show_identities());
  TRY(net::TlsContext tls, parts.server_tls());
  auto refused = [this, &parts](const std::string& remote, const Error& error) {
    if (!parts.may_tell_refusal()) return;
    log_.write(Level::warn, "connection_refused",
               {{"remote", remote}, {"code", std::string(code_name(error.code))}});
  };
  TRY(parts.peers,
      net::Server::open(
          parts.runtime,
          {.listen = config.listen,
           .tls = tls,
           .paired = [&parts](const crypto::TlsPin& pin) { return parts.is_paired(pin); },
           .seat_of = [&parts](const crypto::TlsPin& pin) { return parts.seat_of(pin); },
           .body_limit = peer::body_limit,
           .handler =
               [&parts](net::RequestContext caller, net::Request request, net::Responder respond) {
                 parts.service.handle(caller.pin, request,
                                      [respond](net::Response r) { respond(std::move(r)); });
               },
           .limits = {},
           .refused = refused}));
  TRY(parts.admin,
      net::Server::open(
          parts.runtime,
          {.listen = {.host = "", .port = 0, .unix_path = node_->folder().admin_socket().string()},
           .tls = {},
           .paired = {},
           .body_limit = [](const net::Request&) -> Result<std::size_t> {
             return command_bytes_max;
           },
           .handler = [this](net::RequestContext, net::Request request,
                             net::Responder respond) { answer_admin(request, respond); },
           .limits = {.unpaired_max = limits::connections_unpaired_max + limits::watchers_max},
           .refused = refused}));
  if (config.metrics) {
    TRY(parts.metrics_page,
        net::Server::open(
            parts.runtime,
            {.listen = *config.metrics,
             .tls = {},
             .paired = {},
             .body_limit = [](const net::Request&) -> Result<std::size_t> { return 0; },
             .handler = [this](net::RequestContext, net::Request request,
                               net::Responder respond) { answer_metrics(request, respond); },
             .limits = {},
             .refused = refused}));
  }
  if (config.taxii) TRY_VOID(listen_for_taxii(refused));
  parts.deliverer = std::make_unique<Deliverer>(
      parts.runtime, log_,
      Deliverer::Ports{.submit = [this](std::vector<node::Input> inputs,
                                        Done done) { submit(std::move(inputs), std::move(done)); },
                       .snapshot = [this] { return node_->store().snapshot(); },
                       .directory = [&parts] { return parts.directory.load(); },
                       .context = [&parts] { return parts.context.load(); },
                       .identities = [&parts] { return parts.identities.load(); },
                       .now = [] { return SystemClock().now(); }});
  if (!config.roster.empty())
    parts.bell = std::make_unique<Bell>(
        parts.runtime, log_, node_->context().name, config.roster,
        Bell::Ports{.submit = [this](std::vector<node::Input> inputs,
                                     Done done) { submit(std::move(inputs), std::move(done)); },
                    .snapshot = [this] { return node_->store().snapshot(); },
                    .now = [] { return SystemClock().now(); }});
  writer_ = std::thread([this] { write_loop(); });
  ::pthread_setname_np(writer_.native_handle(), "writer");
  parts.deliverer->refresh();
  schedule_tick();
  log_.write(Level::info, "listening", {{"endpoint", net::to_text(parts.peers->endpoint())}});
  return {};
}

Result<void> Host::listen_for_taxii(const Refused& refused) {
  const Config& config = node_->config();
  std::optional<net::TlsContext> tls;
  if (!config.taxii_certificate.empty()) {
    TRY(std::string certificate, read_file(config.taxii_certificate));
    TRY(std::string key, read_private_file(config.taxii_key));
    TRY(crypto::TlsPin pin, crypto::pin_of_certificate(certificate));
    TRY(tls, net::TlsContext::open_server(
                 {std::move(certificate), crypto::Secret::copy_of(as_bytes(key)), pin}));
  } else if (!is_loopback(*config.taxii)) {
    return fail(Code::bad_value,
                "TAXII without TLS is served on loopback alone, to a proxy on this machine: give "
                "taxii_certificate and taxii_key",
                "taxii");
  }
  // A thread of its own: a page takes milliseconds, and acts of partners must not wait behind it.
  parts_->taxii_runtime = std::make_unique<net::Runtime>(1);
  TRY(parts_->taxii_server,
      net::Server::open(
          *parts_->taxii_runtime,
          {.listen = *config.taxii,
           .tls = std::move(tls),
           .paired = {},
           .body_limit = {},
           .body_limit_for =
               [this](const net::RequestContext& caller, const net::Request& head) {
                 return parts_->taxii.body_limit(head, caller.pin);
               },
           .handler =
               [this](net::RequestContext caller, net::Request request, net::Responder respond) {
                 parts_->taxii.handle(
                     request, [respond](net::Response response) { respond(std::move(response)); },
                     caller.pin);
               },
           .limits = {.unpaired_max = limits::taxii_connections_max},
           .problem = [this](const net::Request& head, int status,
                             const Error& error) { return taxii_problem(head, status, error); },
           .refused = refused}));
  return {};
}

// Whoever is not known learns that first, and not how much those may send who are.
net::Response Host::taxii_problem(const net::Request& head, int status, const Error& error) const {
  net::Response answer = taxii::refusal(status, error);
  if (status != 413) return answer;
  net::Request asked{.method = "GET", .target = "/taxii2/", .headers = head.headers, .body = {}};
  parts_->taxii.handle(asked, [&](net::Response response) {
    if (response.status == 401) answer = std::move(response);
  });
  return answer;
}

Host::~Host() {
  stop();
}

void Host::submit(std::vector<node::Input> inputs, Done done) {
  {
    std::lock_guard lock(mutex_);
    if (!stopping_) {
      queue_.push_back({std::move(inputs), std::move(done)});
      wake_.notify_one();
      return;
    }
  }
  std::vector<node::Reply> replies(inputs.size());
  for (node::Reply& reply : replies)
    reply.error = Error{Code::busy, "the node is stopping; try again later", ""};
  done(std::move(replies));
}

void Host::write_loop() {
  for (;;) {
    std::deque<Waiting> taken;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      for (std::size_t count = 0; !queue_.empty() && count < turn_inputs_max; queue_.pop_front()) {
        count += queue_.front().inputs.size();
        taken.push_back(std::move(queue_.front()));
      }
    }
    std::vector<node::Input> inputs;
    for (Waiting& waiting : taken)
      for (node::Input& input : waiting.inputs) inputs.push_back(std::move(input));

    auto began = std::chrono::steady_clock::now();
    node_->use_warnings(parts_->warnings.lists());
    take_law();
    node::Turn turn = node_->turn(inputs);
    parts_->metrics.turn(
        inputs.size(),
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    for (std::size_t i = 0; i < inputs.size(); ++i) note(inputs[i], turn.replies[i]);

    after_turn(turn.effects);
    auto reply = turn.replies.begin();
    for (Waiting& waiting : taken) {
      auto count = static_cast<std::ptrdiff_t>(waiting.inputs.size());
      std::vector<node::Reply> own(std::make_move_iterator(reply),
                                   std::make_move_iterator(reply + count));
      reply += count;
      waiting.done(std::move(own));
    }
  }
}

// In a turn of its own, before those that wait: they are judged by it.
void Host::take_law() {
  std::optional<node::LawRead> read = parts_->law.take();
  if (!read) return;
  std::vector<node::Input> inputs{*read};
  node::Turn turn = node_->turn(inputs);
  note(inputs[0], turn.replies[0]);
  if (turn.replies[0].error) parts_->law.give_back(*std::move(read));
  after_turn(turn.effects);
}

void Host::note(const node::Input& input, const node::Reply& reply) {
  parts_->metrics.count(input, reply);
  if (observer_) observer_(input, reply);
  if (reply.error && reply.error->code != Code::not_found)
    log_.write(Level::warn, "input_refused",
               {{"input", std::string(input_name(input))},
                {"code", std::string(code_name(reply.error->code))}});
}

void Host::after_turn(const node::Effects& effects) {
  Parts& parts = *parts_;
  auto lapses = parts.directory.load()->lapses;
  bool lapsed = lapses && SystemClock().now() >= *lapses;
  directory_old_ |=
      effects.cards || effects.pairing || lapsed || parts.card != node_->context().card;
  if (directory_old_) directory_old_ = !read_directory();
  if (effects.law || effects.base_law) {
    parts.context.store(std::make_shared<const node::Context>(node_->context()));
    log_.write(Level::info, "law_in_use", {{"corpus", to_hex(node_->context().corpus.hash())}});
  }
  parts.metrics.withheld(effects.withheld);
  parts.metrics.warned(effects.warned);
  if (effects.objects) parts.runtime.post([&parts] { parts.watch.look(); });
  if (effects.alarms) log_.write(Level::warn, "alarm_raised", {});
  if (effects.alarms && parts.bell) parts.bell->wake();
  if (!parts.deliverer) return;
  if (lapsed) parts.deliverer->refresh();
  parts.deliverer->wake(effects);
}

bool Host::read_directory() {
  Parts& parts = *parts_;
  auto view = node_->store().snapshot();
  auto directory =
      view ? peer::read_directory(**view, SystemClock().now()) : std::unexpected(view.error());
  if (directory)
    parts.directory.store(std::make_shared<const peer::Directory>(*std::move(directory)));
  else
    log_.write(Level::error, "directory_unreadable", {{"what", directory.error().what}});
  parts.context.store(std::make_shared<const node::Context>(node_->context()));
  if (parts.card == node_->context().card) return directory.has_value();
  auto shown = show_identities();
  auto tls = shown ? parts.server_tls() : std::unexpected(shown.error());
  if (tls)
    parts.peers->use(*std::move(tls));
  else
    log_.write(Level::error, "identity_unusable", {{"what", tls.error().what}});
  return directory.has_value();
}

// What we show on the wire follows our card.
Result<void> Host::show_identities() {
  Parts& parts = *parts_;
  TRY(auto own, member::read_card(node_->context().card_envelope));
  parts.identities.store(
      std::make_shared<const Deliverer::Identities>(node_->keyring().identities(own.card)));
  parts.card = own.hash;
  return {};
}

void Host::schedule_tick() {
  parts_->tick = parts_->runtime.after(tick_every, [this] {
    submit({node::Ticked{}}, [](const std::vector<node::Reply>&) {});
    parts_->watch.tick(SystemClock().now());
    schedule_tick();
  });
}

void Host::answer_admin(const net::Request& request, const net::Responder& respond) {
  if (request.method == "POST" && request.target == "/command") {
    submit({command_given(request.body)}, [respond](const std::vector<node::Reply>& replies) {
      if (replies[0].error)
        respond(net::problem(*replies[0].error));
      else
        respond(json_response(replies[0].body));
    });
    return;
  }
  if (request.method == "POST" && request.target == "/watch")
    return parts_->watch.ask(request, respond, SystemClock().now());
  if (request.method == "POST" && request.target == "/backup")
    return answer_backup(request, respond);
  if (request.method == "POST" && request.target == "/drill") return answer_drill(respond);
  auto answer = [&]() -> Result<json::Value> {
    if (request.method != "GET")
      return fail(Code::not_allowed, "only POST /command changes anything", "method");
    TRY(net::Target target, net::parse_target(request.target));
    TRY(auto view, node_->store().snapshot());
    return query(*parts_->context.load(), *view, target);
  }();
  respond(answer ? json_response(*answer) : net::problem(answer.error()));
}

// On a thread of its own, since it takes long; one at a time.
void Host::answer_backup(const net::Request& request, const net::Responder& respond) {
  if (parts_->backing_up.exchange(true))
    return respond(net::problem({Code::busy, "a backup is under way; wait for it", ""}));
  if (parts_->backup.joinable()) parts_->backup.join();
  parts_->backup = std::thread([this, wanted = request.body, respond] {
    auto done = run_backup(node_->store(), wanted);
    respond(done ? json_response(*done) : net::problem(done.error()));
    parts_->backing_up = false;
  });
}

// Likewise: it waits for hooks. By the node itself, since what counts is whether the node can wake
// somebody.
void Host::answer_drill(const net::Responder& respond) {
  if (parts_->drilling.exchange(true))
    return respond(net::problem({Code::busy, "a drill is under way; wait for it", ""}));
  if (parts_->drill.joinable()) parts_->drill.join();
  parts_->drill = std::thread([this, respond] {
    auto told = run_drill(parts_->runtime, node_->config().roster, parts_->context.load()->name,
                          SystemClock().now());
    respond(told ? json_response(*told) : net::problem(told.error()));
    parts_->drilling = false;
  });
}

void Host::answer_metrics(const net::Request& request, const net::Responder& respond) {
  auto view = node_->store().snapshot();
  if (!view) return respond(net::problem(view.error()));
  if (request.target == "/metrics")
    return respond({.status = 200,
                    .headers = {{"content-type", "text/plain; version=0.0.4"}},
                    .body = parts_->metrics.page(**view)});
  if (request.target != "/healthz")
    return respond(net::problem({Code::not_found, "see /metrics and /healthz", ""}));
  auto halted = (*view)->get(node::Space::self, node::self_halt);
  bool well = halted && !*halted;
  respond({.status = well ? 200 : 503,
           .headers = {{"content-type", "application/json"}},
           .body = well ? R"({"status":"ok"})" : R"({"status":"not_signing"})"});
}

net::Endpoint Host::peer_endpoint() const {
  return parts_->peers->endpoint();
}

void Host::stop() {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
    wake_.notify_one();
  }
  Parts& parts = *parts_;
  parts.tick.cancel();
  if (parts.peers) parts.peers->stop();
  if (parts.admin) parts.admin->stop();
  if (parts.metrics_page) parts.metrics_page->stop();
  if (parts.taxii_server) parts.taxii_server->stop();
  if (parts.deliverer) parts.deliverer->stop();
  if (parts.bell) parts.bell->stop();
  if (parts.backup.joinable()) parts.backup.join();
  if (parts.drill.joinable()) parts.drill.join();
  if (writer_.joinable()) writer_.join();
  parts.runtime.stop();
  if (parts.taxii_runtime) parts.taxii_runtime->stop();
}

}  // namespace comity::app
