#pragma once
// Strict HTTP/1.1 (RFC 9110, RFC 9112) without sockets: bytes to messages and back. Used by the
// server, the client and the simulator alike. What the RFCs allow and nobody needs is refused,
// since leniency is how two parsers come to disagree: other versions, folded lines, bare LF,
// absolute-form targets, chunk extensions, trailers, bytes above 0x7e in a header, and replies that
// end with the connection. `chunked` is read in both directions and never written.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace comity::net {

// In the order received; names in lower case; values trimmed. The headers that frame a message
// (content-length, transfer-encoding) are not among them: the parsers and write() own them.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  // GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
  std::string target;  // origin-form, as received: "/acts?after=7"
  Headers headers;
  std::string body;
  friend bool operator==(const Request&, const Request&) = default;
};

// One text in pieces that somebody else goes on holding, so that they are never copied.
struct Pieces {
  std::vector<std::string_view> views;
  std::vector<std::shared_ptr<const void>> held;  // what they look at
  [[nodiscard]] std::size_t size() const;
};

[[nodiscard]] Pieces pieces_of(std::string text);  // which it holds itself

struct Response {
  int status = 200;  // 200 to 599
  Headers headers;
  std::string body;
  std::shared_ptr<const Pieces> shared{};  // in place of `body`
  friend bool operator==(const Response&, const Response&) = default;
};
[[nodiscard]] std::size_t body_size(const Response& response);
[[nodiscard]] std::string body_of(const Response& response);  // whole

// The first value of the header `name` (lower case), or null.
[[nodiscard]] const std::string* find_header(const Headers& headers, std::string_view name);
// "Connection: close" was said.
[[nodiscard]] bool says_close(const Headers& headers);

// A target taken apart: percent-decoded once, segments that are empty, "." or ".." refused, so are
// an encoded slash and NUL; UTF-8 throughout. "/a/b%20c/?k=v&k2" has segments {"a", "b c"},
// trailing_slash and query {k:v, k2:""}.
struct Target {
  std::vector<std::string> segments;
  bool trailing_slash = false;
  std::vector<std::pair<std::string, std::string>> query;

  [[nodiscard]] const std::string* parameter(std::string_view name) const;  // the first, or null
};
[[nodiscard]] Result<Target> parse_target(std::string_view target);  // Code::malformed, bad_utf8
[[nodiscard]] std::string percent_encode(
    std::string_view text);  // all but RFC 3986's unreserved characters

// Bytes on the wire. Content-Length is added whenever the message may have a body. `Host` is the
// caller's to set.
//   Errors  Code::bad_value when a part could not be read back: a header with CR, a bad status, a
//   body on a 204, ...
[[nodiscard]] Result<std::string> write(const Request& request);
enum class Body {
  sent,
  omitted
};  // omitted: the reply to HEAD, whose Content-Length still tells the size
[[nodiscard]] Result<std::string> write(const Response& response, Body body = Body::sent);
// What stands before the body.
[[nodiscard]] Result<std::string> write_head(const Response& response);

// Called once a request's header is complete and before a byte of its body is taken: how many bytes
// the body may have, or why the request is refused (the code's status in http_status(), so
// not_found gives 404 at once).
using BodyLimit = std::function<Result<std::size_t>(const Request& head)>;

enum class State { header, body, done };

// The part that requests and responses share: a header block, then a body by length or by chunks.
class MessageReader {
 public:
  struct Framing {
    bool chunked = false;
    std::uint64_t length = 0;
    std::size_t body_bytes_max = 0;
  };
  // Reads the complete header block, final empty line included.
  using OnHeader = std::function<Result<Framing>(std::string_view block)>;

  Result<State> feed(std::string_view& bytes, std::string& body, const OnHeader& on_header);
  void restart();
  [[nodiscard]] State state() const;
  [[nodiscard]] bool begun() const { return !block_.empty() || step_ != Step::header; }

 private:
  enum class Step { header, fixed, chunk_size, chunk_data, chunk_end, last_end, done };
  Result<void> take_header(std::string_view& bytes, const OnHeader& on_header);
  Result<void> take_line(std::string_view& bytes, std::string& body);
  Result<void> start_chunk(std::string_view line, std::size_t body_bytes_held);

  Step step_ = Step::header;
  std::string block_;  // header bytes so far, later a chunk's line
  std::uint64_t left_ = 0;
  std::size_t body_bytes_max_ = 0;
};

class RequestParser {
 public:
  explicit RequestParser(BodyLimit body_limit) : body_limit_(std::move(body_limit)) {}

  // Takes from the front of `bytes` what belongs to this request, in pieces of any size; what
  // follows it stays there. An error is final: answer with refusal_status() and close.
  //   Errors  Code::malformed, too_large, bad_value, and whatever the body limit says; `where`
  //   names the header.
  [[nodiscard]] Result<State> feed(std::string_view& bytes);
  [[nodiscard]] bool begun() const { return reader_.begun(); }  // a byte of this request was taken
  [[nodiscard]] bool expects_continue() const {
    return expects_continue_;
  }  // RFC 9110, section 10.1.1
  // Of the request whose body limit is asked: the length that its header names; none: it comes in
  // chunks.
  [[nodiscard]] std::optional<std::uint64_t> announced() const { return announced_; }
  // Once State::done: the request; the parser is then ready for the next one.
  [[nodiscard]] Request take();
  // After an error: 400, 413, 414, 417, 431, 501, 505, or http_status() of the body limit's error.
  [[nodiscard]] int refusal_status() const { return refusal_status_; }
  // What of the request was read when that was: of a body that is too large all but the body.
  [[nodiscard]] const Request& head() const { return request_; }

 private:
  Result<MessageReader::Framing> on_header(std::string_view block);

  BodyLimit body_limit_;
  MessageReader reader_;
  Request request_;
  std::optional<std::uint64_t> announced_;
  bool expects_continue_ = false;
  int refusal_status_ = 0;
};

class ResponseParser {
 public:
  // `method` is that of the request: a reply to HEAD has no body.
  ResponseParser(std::string_view method, std::size_t body_bytes_max)
      : to_head_(method == "HEAD"), body_bytes_max_(body_bytes_max) {}

  // As RequestParser::feed. Interim replies (1xx but 101) are skipped, up to
  // limits::http_interim_max.
  [[nodiscard]] Result<State> feed(std::string_view& bytes);
  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] Response take();

 private:
  Result<MessageReader::Framing> on_header(std::string_view block);

  bool to_head_;
  std::size_t body_bytes_max_;
  MessageReader reader_;
  Response response_;
  bool begun_ = false;
  bool interim_ = false;
  std::size_t interims_ = 0;
};

// The one table from codes to statuses; docs/protocol.md lists it.
[[nodiscard]] int http_status(Code code);
[[nodiscard]] std::string_view reason_phrase(int status);
// RFC 9457: {"code","detail","status","title","type":"about:blank","where"} as
// application/problem+json. `code` is code_name(), `detail` the error's text, `where` its place in
// the input (left out when empty).
[[nodiscard]] Response problem(const Error& error);
[[nodiscard]] Response problem(int status, const Error& error);

}  // namespace comity::net
