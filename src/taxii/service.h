#pragma once
// The TAXII 2.1 server without sockets: requests in, responses out. Reads see a snapshot; writes go
// through the node, and are answered once they are on disk. For one thread: it remembers.
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits_taxii.h"
#include "crypto/certificate.h"
#include "net/http.h"
#include "node/block_cache.h"
#include "node/collections.h"
#include "node/context.h"
#include "node/input.h"
#include "node/ports.h"
#include "taxii/resources.h"
#include "taxii/route.h"

namespace comity::taxii {

class Service {
 public:
  using Done = std::function<void(std::vector<node::Reply>)>;
  using Answer = std::function<void(net::Response)>;
  struct Ports {
    std::function<void(std::vector<node::Input>, Done)> submit;
    std::function<Result<std::unique_ptr<node::View>>()> snapshot;
    // node::Store::generation: while it stands still, what was answered is answered again. None:
    // every request is worked out anew.
    std::function<std::uint64_t()> generation{};
    std::string title;  // of the server: the node's name
    std::function<std::shared_ptr<const node::Context>()> context;  // the law may change
    // Told of what a reader was not shown, so that the operator can count it.
    std::function<void(const alert::Tally&)> tally;
    // Told of a login that failed, by its kind: "basic", "bearer", "certificate", "other".
    std::function<void(std::string_view how)> refused{};
    std::function<Instant()> now;
  };
  using Pin = std::optional<crypto::TlsPin>;
  explicit Service(Ports ports) : ports_(std::move(ports)) {}

  // How large a body may be, from the header alone: a stranger's is small, since it is held in
  // memory before handle() can say 401.
  [[nodiscard]] Result<std::size_t> body_limit(const net::Request& head, const Pin& pin = {}) const;

  // Answers exactly once, now or when what was posted is on disk.
  //   pin  of the certificate that the caller showed; counts where there is no Authorization
  void handle(const net::Request& request, Answer answer, const Pin& pin = {}) const;

 private:
  struct Caller {
    std::string key;  // of Space::taxii_user
    node::TaxiiUser user;
    alert::Reader reader;
  };
  struct Asked {
    const net::Request& request;
    net::Target target;
    Route route;
    Caller caller;
  };
  using Answered = std::expected<net::Response, Problem>;
  // What holds as long as nothing is committed: who has which credential, and the pages given last,
  // by audience and target. Pollers ask for the newest page again and again.
  struct Page {
    std::string collection;
    net::Response response;
    alert::Tally tally;
  };
  struct Memory {
    std::uint64_t generation = 0;
    Date day{};                                           // the law's answers are those of one day
    CorpusHash law;                                       //   "                   of one corpus
    std::map<std::string, Caller> callers;                // by key
    std::map<std::string, node::Collection> collections;  // by key of the caller, and path
    std::map<std::string, Page> pages;
    std::size_t bytes = 0;
  };
  void look_whether_anything_changed() const;
  [[nodiscard]] std::expected<Caller, Problem> known_caller(node::View& view,
                                                            const net::Request& request,
                                                            const Pin& pin) const;
  void tell_of_refused_login(const net::Request& request, const Pin& pin) const;
  [[nodiscard]] std::expected<node::Collection, Problem> known_collection(node::View& view,
                                                                          const Asked& asked) const;
  [[nodiscard]] const Page* remembered(const Caller& caller, const net::Request& request) const;
  void remember(const Asked& asked, Page page, std::size_t held) const;

  [[nodiscard]] std::expected<Caller, Problem> caller_of(node::View& view,
                                                         const std::string& key) const;
  // What it is to this collection: where personal data may not go, the law says for each.
  [[nodiscard]] std::expected<alert::Reader, Problem> reader_for(
      node::View& view, const Caller& caller, const node::Collection& collection) const;
  [[nodiscard]] Answered read(node::View& view, const Asked& asked) const;
  [[nodiscard]] Answered list_collections(node::View& view, const Asked& asked) const;
  [[nodiscard]] Answered status(node::View& view, const Asked& asked) const;
  [[nodiscard]] Answered feed(node::View& view, const net::Request& request,
                              const Caller& caller) const;
  [[nodiscard]] Answered page(node::View& view, const Asked& asked,
                              const node::Collection& collection) const;
  void post(const Asked& asked, const node::Collection& collection, Answer answer) const;
  void remove(node::View& view, const Asked& asked, const node::Collection& collection,
              Answer answer) const;

  Ports ports_;
  mutable Memory memory_;
  mutable node::BlockCache blocks_{limits::taxii_blocks_bytes_max};
};

}  // namespace comity::taxii
