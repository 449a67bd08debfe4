// Properties of the parsers on any bytes:
//  - in two pieces they say what they say of the whole, and take the same bytes;
//  - what they accept, write() writes, and that is read back as the same message, for ever;
//  - what they accept, Beast accepts too, and sees the same method, target, headers and body: so
//  the strict parser
//    never disagrees with a lenient one about a message, which is how requests are smuggled.
#include <algorithm>
#include <boost/beast/core/buffers_cat.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "net/chars.h"
#include "net/http.h"

namespace {

using namespace comity;
using namespace comity::net;
namespace http = boost::beast::http;

constexpr std::size_t body_bytes_max = 1 << 20;

struct Request1 {
  using Message = Request;
  RequestParser parser{[](const Request&) -> Result<std::size_t> { return body_bytes_max; }};
};
struct Response1 {
  using Message = Response;
  ResponseParser parser{"GET", body_bytes_max};
};

template <typename Kind>
struct Outcome {
  Result<State> state = State::header;
  typename Kind::Message message;
  std::size_t taken = 0;
};

template <typename Kind>
Outcome<Kind> run(std::string_view first, std::string_view second) {
  Kind kind;
  Outcome<Kind> out;
  for (std::string_view piece : {first, second}) {
    if (piece.empty()) continue;
    auto left = piece;
    out.state = kind.parser.feed(left);
    if (!out.state) return out;
    out.taken += piece.size() - left.size();
    check(*out.state == State::done || left.empty(), "a parser that is not done takes everything");
    if (*out.state == State::done) break;
  }
  if (*out.state == State::done) out.message = kind.parser.take();
  return out;
}

template <bool is_request, typename Message>
void agrees_with_beast(std::string_view bytes, const Message& message) {
  http::parser<is_request, http::string_body> beast;
  beast.eager(true);
  beast.header_limit(limits::http_header_bytes_max + 1);
  beast.body_limit(body_bytes_max);
  boost::system::error_code error;
  std::size_t at = 0;
  while (at < bytes.size() && !beast.is_done()) {
    at += beast.put(boost::asio::buffer(bytes.substr(at)), error);
    check(!error || error == http::error::need_more, "Beast refuses what we accept");
    if (error) break;
  }
  check(beast.is_done() && at == bytes.size(), "Beast sees another end");
  const auto& theirs = beast.get();
  check(theirs.body() == message.body, "Beast sees another body");
  if constexpr (is_request) {
    check(theirs.method_string() == message.method && theirs.target() == message.target,
          "Beast sees another request");
  } else {
    check(static_cast<int>(theirs.result_int()) == message.status, "Beast sees another status");
  }
  std::size_t count = 0;
  for (const auto& field : theirs) {
    const std::string name = lowered(field.name_string());
    if (name == "content-length" || name == "transfer-encoding") continue;
    const auto found =
        std::ranges::find(message.headers, std::pair{name, std::string(field.value())});
    check(found != message.headers.end(), "Beast sees another header");
    ++count;
  }
  check(count == message.headers.size(), "Beast sees fewer headers");
}

template <typename Kind>
void hold(std::string_view bytes, std::size_t cut) {
  const auto whole = run<Kind>(bytes, {});
  const auto torn = run<Kind>(bytes.substr(0, cut), bytes.substr(cut));
  check(whole.state.has_value() == torn.state.has_value(),
        "torn and whole differ in their verdict");
  if (!whole.state) {
    check(whole.state.error().code == torn.state.error().code &&
              whole.state.error().what == torn.state.error().what,
          "torn and whole differ in their error");
    return;
  }
  check(*whole.state == *torn.state && whole.taken == torn.taken,
        "torn and whole differ in their state");
  check(whole.message == torn.message, "torn and whole differ in the message");
  if (*whole.state != State::done) return;

  const auto written = write(whole.message);
  check(written.has_value() || written.error().what.contains("too"),
        "what was read can be written");
  if (!written) return;  // Content-Length stood for nothing and there is no room for it
  const auto again = run<Kind>(*written, {});
  check(again.state == State::done && again.taken == written->size(),
        "what was written is not one message");
  check(again.message == whole.message, "what was written is another message");
  if constexpr (std::is_same_v<Kind, Request1>) {
    agrees_with_beast<true>(bytes.substr(0, whole.taken), whole.message);
    (void)parse_target(whole.message.target);
  } else if (!bytes.starts_with("HTTP/1.1 1")) {  // Beast leaves interim replies to its caller
    agrees_with_beast<false>(bytes.substr(0, whole.taken), whole.message);
  }
}

}  // namespace

// The first byte says where to cut, the second request or response.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t cut = bytes.size() * data[0] / 255;
  if (data[1] % 2 == 0) {
    hold<Request1>(bytes, cut);
  } else {
    hold<Response1>(bytes, cut);
  }
  return 0;
}
