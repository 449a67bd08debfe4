#pragma once
// A node of the tests (node/testing.h) with its server's side, reached by direct calls instead of
// sockets.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/testing.h"
#include "peer/courier.h"
#include "peer/directory.h"
#include "peer/service.h"

namespace comity::peer::testing {

using namespace node::testing;

class WireNode : public TestNode {
 public:
  WireNode(Casting casting, const law::Corpus& corpus, const OpenStore& open)
      : TestNode(std::move(casting), corpus, open),
        service_({.submit =
                      [this](const std::vector<node::Input>& inputs,
                             const std::function<void(std::vector<node::Reply>)>& then) {
                        then(give_all(inputs).replies);
                      },
                  .snapshot = [this] { return store().snapshot(); },
                  .directory =
                      [this] {
                        return std::make_shared<const Directory>(
                            must(read_directory(*view(), now)));
                      }}) {}

  net::Response handle(const std::optional<crypto::TlsPin>& caller,
                       const net::Request& request) const {
    net::Response given;
    int answers = 0;
    service_.handle(caller, request, [&](net::Response response) {
      given = std::move(response);
      ++answers;
    });
    check(answers == 1, "a request is answered exactly once");
    return given;
  }

 private:
  Service service_;
};

inline net::Request get(std::string target) {
  return {.method = "GET", .target = std::move(target), .headers = {}, .body = {}};
}
inline net::Request post(std::string_view target, std::string body) {
  return {.method = "POST", .target = std::string(target), .headers = {}, .body = std::move(body)};
}
inline std::string problem_code(const net::Response& response) {
  return text_at(must(json::parse(response.body)), "code");
}

}  // namespace comity::peer::testing
