#pragma once
// A TAXII server of others, as the command line reaches it.
#include <string>

#include "net/http.h"
#include "taxii/client.h"

namespace comity::app {

struct RemoteArgs {
  std::string url, collection, user, password_file, token_file, ca;
};

class Remote {
 public:
  // Reads the credential: from a file that nobody else may read, else from COMITY_TAXII_TOKEN, or
  // COMITY_TAXII_USER and COMITY_TAXII_PASSWORD.
  //   Errors  bad_value: the URL; not_allowed: a credential over plain HTTP to another machine.
  [[nodiscard]] static Result<Remote> open(const RemoteArgs& args);

  enum class Need { read, write };
  // The collection: that of the URL, else the one that was named, else the only one that fits.
  [[nodiscard]] Result<taxii::Url> find_collection(Need need);

  // How long an envelope may be for this collection: what its API root says, within our own limit.
  [[nodiscard]] Result<std::size_t> envelope_max(const taxii::Url& collection);

  // Asks with both forms of Accept, when the first is not acceptable.
  [[nodiscard]] Result<net::Response> get(const taxii::Url& url, std::size_t bytes_max);
  [[nodiscard]] Result<net::Response> post(const taxii::Url& url, std::string envelope);

 private:
  Remote(RemoteArgs args, taxii::Url url) : args_(std::move(args)), url_(std::move(url)) {}
  [[nodiscard]] Result<net::Response> send(const taxii::Url& url, net::Request request,
                                           std::size_t bytes_max);
  RemoteArgs args_;
  taxii::Url url_;
  std::string authorization_;
  bool plain_accept_ = false;
};

}  // namespace comity::app
