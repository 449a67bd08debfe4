#include "app/deliverer.h"

#include <algorithm>
#include <future>

#include "base/check.h"
#include "member/pairing.h"
#include "node/overlay.h"
#include "node/pairing.h"
#include "peer/protocol.h"

namespace comity::app {
namespace {

constexpr Millis answer_within{30'000};
constexpr Millis look_again{60'000};  // a look without a reason, should a wake ever be missed
constexpr Millis pairing_again{2'000};

// Where a pending pairing message goes: the acceptor to the invitation's endpoint, the inviter to
// the partner's card's.
struct Knock {
  std::string endpoint;
  crypto::TlsPin pin;
};

Result<Knock> knock_for(const member::Ceremony& ceremony) {
  if (ceremony.side == member::Side::acceptor)
    return Knock{ceremony.invitation.endpoint, ceremony.invitation.tls_pin};
  if (!ceremony.partner) return fail(Code::wrong_state, "the partner is not known yet");
  TRY(auto card, member::read_card(ceremony.partner->card));
  if (card.card.endpoints.empty() || card.card.tls_pins.empty())
    return fail(Code::bad_value, "the partner's card has no endpoint");
  return Knock{card.card.endpoints[0], card.card.tls_pins.back()};
}

}  // namespace

struct Deliverer::Route {
  Route(const MemberId& self, const MemberId& to) : peer(to), courier(self, to) {}
  [[nodiscard]] std::size_t ways() const { return address.endpoints.size() * identities->size(); }

  MemberId peer;
  peer::Address address;
  std::shared_ptr<const Identities> identities;
  peer::Courier courier;
  std::size_t way = 0;  // endpoint by endpoint under the first identity, then under the next
  std::map<std::size_t, std::unique_ptr<net::Client>> clients;  // by way, once it was taken
  net::Timer timer;
};

Deliverer::Deliverer(net::Runtime& runtime, const Log& log, Ports ports)
    : runtime_(runtime), log_(log), ports_(std::move(ports)) {}

Deliverer::~Deliverer() {
  stop();
}

void Deliverer::stop() {
  std::map<MemberId, std::shared_ptr<Route>> routes;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
    routes.swap(routes_);
  }
  // What runs on the network thread now is over when it has come to this, and what runs there later
  // sees that we stop: so timers and clients are ours alone.
  std::promise<void> passed;
  runtime_.post([&passed] { passed.set_value(); });
  passed.get_future().wait();
  pairing_retry_.cancel();
  for (auto& [peer, route] : routes) {
    route->timer.cancel();
    for (auto& [way, client] : route->clients) client->stop();
  }
  if (pairing_client_) pairing_client_->stop();
  for (auto& client : retired_) client->stop();
  std::lock_guard lock(mutex_);
  for (auto& [peer, route] : routes) gone_.push_back(std::move(route));
}

std::shared_ptr<Deliverer::Route> Deliverer::make_route(const MemberId& peer,
                                                        const peer::Address& address) {
  auto route = std::make_shared<Route>(ports_.context()->self, peer);
  route->address = address;
  route->identities = ports_.identities();
  return route;
}

// On the network thread. Null when the partner's card leads nowhere.
net::Client* Deliverer::client_of(Route& route) {
  if (auto held = route.clients.find(route.way); held != route.clients.end())
    return held->second.get();
  if (route.ways() == 0) return nullptr;
  std::size_t count = route.address.endpoints.size();
  auto endpoint = net::endpoint_from_text(route.address.endpoints[route.way % count]);
  auto expects = [pins = route.address.pins](const crypto::TlsPin& pin) {
    return std::ranges::find(pins, pin) != pins.end();
  };
  auto tls = net::TlsContext::client((*route.identities)[route.way / count], expects,
                                     route.address.pins.front());
  if (!endpoint || !tls) {
    log_.write(Level::error, "partner_unreachable_by_card", {{"peer", to_hex(route.peer)}});
    return nullptr;
  }
  auto& made = route.clients[route.way];
  made = std::make_unique<net::Client>(
      runtime_, net::ClientOptions{.peer = *endpoint, .tls = *tls, .repeat = net::Repeat::all});
  return made.get();
}

void Deliverer::refresh() {
  auto directory = ports_.directory();
  auto identities = ports_.identities();
  std::vector<std::shared_ptr<Route>> fresh, gone;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    for (auto at = routes_.begin(); at != routes_.end();) {
      auto known = directory->address_of.find(at->first);
      bool same = known != directory->address_of.end() &&
                  known->second.endpoints == at->second->address.endpoints &&
                  known->second.pins == at->second->address.pins &&
                  identities == at->second->identities;
      if (same) {
        ++at;
        continue;
      }
      gone.push_back(at->second);
      at = routes_.erase(at);
    }
    for (const auto& [peer, address] : directory->address_of) {
      if (routes_.contains(peer)) continue;
      auto route = make_route(peer, address);
      routes_[peer] = route;
      fresh.push_back(route);
    }
  }
  for (auto& route : fresh) runtime_.post([this, route] { look(route); });
  check(!runtime_.on_own_thread(),
        "clients are stopped and destroyed from outside the network thread");
  for (auto& route : gone)
    for (auto& [way, client] : route->clients) client->stop();
  {
    std::lock_guard lock(mutex_);
    std::erase_if(gone_, [](const auto& route) { return route.use_count() == 1; });
    gone_.insert(gone_.end(), gone.begin(), gone.end());
  }
  runtime_.post([this] { look_at_pairings(); });
}

void Deliverer::wake(const node::Effects& effects) {
  if (effects.cards || effects.pairing) refresh();
  std::vector<std::shared_ptr<Route>> routes;
  {
    std::lock_guard lock(mutex_);
    for (const MemberId& peer : effects.deliver)
      if (auto at = routes_.find(peer); at != routes_.end()) routes.push_back(at->second);
  }
  for (auto& route : routes) runtime_.post([this, route] { look(route); });
}

// On the network thread, as is everything below; the runtime has one.
void Deliverer::look(const std::shared_ptr<Route>& route) {
  {
    std::lock_guard lock(mutex_);
    auto at = routes_.find(route->peer);
    if (stopping_ || at == routes_.end() || at->second != route) return;
  }
  auto view = ports_.snapshot();
  if (!view) return;
  while (send_next(route, **view)) {
  }
}

bool Deliverer::send_next(const std::shared_ptr<Route>& route, node::View& view) {
  auto next = route->courier.next(*ports_.context(), view, ports_.now());
  if (!next) {
    log_.write(Level::error, "courier_failed",
               {{"peer", to_hex(route->peer)}, {"what", next.error().what}});
    return false;
  }
  if (!*next) {
    sleep(route, view);
    return false;
  }
  net::Client* client = client_of(*route);
  if (!client) {
    route->courier.settled(**next);
    return false;
  }
  client->request((*next)->request, answer_within,
                  [this, route, sent = **next, way = route->way](Result<net::Response> response) {
                    // No answer there, or it does not know us by this key.
                    bool no_way = !response || response->status == 403;
                    if (no_way && route->way == way) route->way = (way + 1) % route->ways();
                    answered(route, sent, response);
                  });
  return true;
}

void Deliverer::answered(const std::shared_ptr<Route>& route, const peer::Outgoing& sent,
                         const Result<net::Response>& response) {
  auto inputs = route->courier.answered(sent, response, ports_.now());
  if (!response)
    log_.write(
        Level::info, "delivery_failed",
        {{"peer", to_hex(route->peer)}, {"code", std::string(code_name(response.error().code))}});
  ports_.submit(std::move(inputs), [this, route, sent](const std::vector<node::Reply>&) {
    runtime_.post([this, route, sent] {
      route->courier.settled(sent);
      look(route);
    });
  });
}

void Deliverer::sleep(const std::shared_ptr<Route>& route, node::View& view) {
  Instant now = ports_.now();
  auto at = route->courier.wake(view, now);
  Millis wait = at && *at ? std::clamp<Millis>(**at - now, Millis{10}, look_again) : look_again;
  route->timer = runtime_.after(wait, [this, route] { look(route); });
}

void Deliverer::look_at_pairings() {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || pairing_busy_) return;
  }
  auto view = ports_.snapshot();
  if (!view) return;
  node::Overlay rows(**view);
  auto done =
      rows.scan(node::Space::pairing, "",
                [&](const std::string& key, const json::Value& row) -> Result<node::Overlay::Walk> {
                  TRY(auto pairing, node::pairing_row_from_json(row));
                  if (pairing.pending.empty()) return node::Overlay::Walk::on;
                  auto knock = knock_for(pairing.ceremony);
                  if (!knock) return node::Overlay::Walk::on;
                  send_pairing(key, pairing.pending, knock->endpoint, knock->pin);
                  return node::Overlay::Walk::stop;
                });
  if (!done) log_.write(Level::error, "pairing_unreadable", {{"what", done.error().what}});
}

void Deliverer::send_pairing(const std::string& invitation, const std::string& message,
                             const std::string& endpoint, const crypto::TlsPin& pin) {
  auto address = net::endpoint_from_text(endpoint);
  auto tls = net::TlsContext::client(ports_.identities()->front(), net::only(pin), pin);
  if (!address || !tls) return;
  pairing_busy_ = true;
  std::string with = endpoint + "/" + to_hex(pin);
  if (!pairing_client_ || pairing_with_ != with) {
    // The last client is idle: one message is under way at a time. It must not be stopped on this
    // thread, and waits.
    if (pairing_client_) retired_.push_back(std::move(pairing_client_));
    pairing_client_ = std::make_unique<net::Client>(
        runtime_, net::ClientOptions{.peer = *address, .tls = *tls, .repeat = net::Repeat::all});
    pairing_with_ = with;
  }
  net::Request request{.method = "POST",
                       .target = std::string(peer::pairing_path),
                       .headers = {{"content-type", "application/json"}},
                       .body = message};
  pairing_client_->request(
      request, answer_within, [this, invitation, message, pin](Result<net::Response> response) {
        auto retry = [this] {
          pairing_busy_ = false;
          {
            std::lock_guard lock(mutex_);
            if (stopping_) return;
          }
          pairing_retry_ = runtime_.after(pairing_again, [this] { look_at_pairings(); });
        };
        if (!response || response->status != 200) {
          log_.write(Level::info, "pairing_not_taken",
                     {{"status", static_cast<std::int64_t>(response ? response->status : 0)}});
          return retry();
        }
        ports_.submit({node::PairingAnswered{invitation, pin, message, response->body}},
                      [this](const std::vector<node::Reply>&) {
                        runtime_.post([this] {
                          pairing_busy_ = false;
                          look_at_pairings();
                        });
                      });
      });
}

}  // namespace comity::app
