#pragma once
// A client of TAXII 2.1 without sockets: what to ask next, and what an answer says. Everything that
// a server sends is hostile: it may lie, loop and never end.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "net/endpoint.h"
#include "net/http.h"

namespace comity::taxii {

struct Url {
  bool tls = true;
  net::Endpoint endpoint;
  std::string target = "/";  // path and query
};
// "https://host[:port]/path". No user, no fragment.  Errors: bad_value.
[[nodiscard]] Result<Url> url_from_text(std::string_view text);
[[nodiscard]] std::string to_text(const Url& url);
// An absolute URL of the same server, or a path: a discovery may name its roots either way.
//   Errors  bad_value; not_allowed: it leads to another server, which must not get the credential.
[[nodiscard]] Result<Url> resolve(const Url& base, std::string_view reference);

// ---- What resources say. Unknown members are passed over.

struct RemoteCollection {
  std::string id, title, alias;
  bool can_read = false, can_write = false;
};
// Of a discovery: its API roots, the default first. Empty: it is no discovery.
[[nodiscard]] Result<std::vector<std::string>> roots_of(std::string_view body);
[[nodiscard]] Result<std::vector<RemoteCollection>> collections_of(std::string_view body);
// How long an envelope may be that an API root takes.
[[nodiscard]] Result<std::size_t> content_max_of(std::string_view body);

// Why an answer is not what was asked for: a status, a redirect, another media type.
[[nodiscard]] Result<void> check_answer(const net::Response& response, int wanted);

struct Posted {
  std::string id;  // of its status resource; empty: none that can be asked for
  std::uint64_t total = 0, success = 0, failure = 0, pending = 0;
  struct Failure {
    std::string id, message;
  };
  std::vector<Failure> failures;
};
[[nodiscard]] Result<Posted> posted_of(std::string_view body);
// The status resource (4.3) of what was posted to a collection: of the API root that it is in.
[[nodiscard]] Result<Url> status_url(const Url& collection, std::string_view id);

// ---- Following a collection (sections 3.4, 5.4).

// Where we are; kept between runs.
struct Place {
  std::string added_after;  // of every request of this round; empty: from the beginning
  std::string next;         // of the next page of the round; empty: its first
  std::string last;         // X-TAXII-Date-Added-Last of the round so far
};
[[nodiscard]] json::Value to_json(const Place& place);
[[nodiscard]] Result<Place> place_from_json(const json::Value& value);

class Follower {
 public:
  explicit Follower(Place place) : place_(std::move(place)) {}

  // The query of the next page: "limit=…&added_after=…&next=…".
  [[nodiscard]] std::string query() const;
  // A page, and what it holds, cut from its body.
  //   Errors  of stix::split_objects; corrupt: the server loops, goes backwards or says that more
  //           follows without saying how to get it; too_large: limits::taxii_pull_pages_max.
  [[nodiscard]] Result<std::vector<std::string_view>> take(const net::Response& response);
  // The page was too large: asks for fewer objects. False: not even for one.
  [[nodiscard]] bool ask_for_less();
  // The server does not know `next` any more: the round begins anew. False: there was none.
  [[nodiscard]] bool begin_again();
  [[nodiscard]] bool done() const { return done_; }
  // To be kept once the page's objects are safe.
  [[nodiscard]] const Place& place() const { return place_; }

 private:
  void end_round();
  Place place_;
  std::set<std::string> seen_;  // what was asked in this round
  std::size_t limit_ = 0;       // 0: as many as the server likes
  std::size_t pages_ = 0;
  bool done_ = false;
};

}  // namespace comity::taxii
