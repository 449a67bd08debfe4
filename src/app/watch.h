#pragma once
// Who waits for what is new in collections: POST /watch on admin.sock, a long poll. On the network
// thread alone.
#include <functional>
#include <list>
#include <memory>

#include "base/time.h"
#include "json/value.h"
#include "net/http.h"
#include "net/server.h"
#include "node/ports.h"

namespace comity::app {

// What came into collections since. `asked` is {"after":{COLLECTION:ADDED}[,"collection":ID]}: the
// `after` of the answer before, or none, to begin now. The answer is {"after":{…},"objects":[…]}.
[[nodiscard]] Result<json::Value> new_objects(node::View& view, const json::Value& asked);

class Watch {
 public:
  using Snapshot = std::function<Result<std::unique_ptr<node::View>>()>;
  explicit Watch(Snapshot snapshot) : snapshot_(std::move(snapshot)) {}

  // Answers now if something is new, else when it is, or with nothing when the wait is over.
  void ask(const net::Request& request, const net::Responder& respond, Instant now);
  void look();             // something is new
  void tick(Instant now);  // ends waits that are over

 private:
  struct Waiting {
    json::Value asked;
    std::string words;  // of the question: many ask the same, and are answered from one look
    net::Responder respond;
    Instant until;
  };
  Snapshot snapshot_;
  std::list<Waiting> waiting_;
};

}  // namespace comity::app
