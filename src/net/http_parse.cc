// RFC 9112, read strictly. Our own parser and not Beast's: Beast 1.81 unfolds headers and accepts
// double Hosts before one can look, so its input would have to be parsed first to be checked;
// http_fuzz.cc holds it against Beast instead.
#include <algorithm>

#include "base/check.h"
#include "net/chars.h"
#include "net/fields.h"
#include "net/http.h"

namespace comity::net {
namespace {

constexpr std::size_t chunk_line_bytes_max = 10;  // eight hex digits and CRLF

// Cuts the next line off `block`, which is known to end with CRLF.
std::string_view next_line(std::string_view& block) {
  const std::size_t end = block.find("\r\n");
  check(end != std::string_view::npos, "a header block ends with CRLF");
  const auto line = block.substr(0, end);
  block.remove_prefix(end + 2);
  return line;
}

std::string_view trimmed(std::string_view text) {  // OWS, RFC 9110, section 5.6.3
  const auto is_ows = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_ows(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ows(text.back())) text.remove_suffix(1);
  return text;
}

// RFC 9112, section 5: field-line = field-name ":" OWS field-value OWS
Result<std::pair<std::string, std::string>> read_field(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) {
    // Section 5.2: "A server that receives an obs-fold ... MUST either reject the message" or
    // unfold it.
    return fail(Code::malformed, "a header continues on a second line; send it on one");
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return fail(Code::malformed, "a header has no colon");
  // Section 5.1: "No whitespace is allowed between the field name and colon."
  if (!is_token(line.substr(0, colon))) {
    return fail(Code::malformed, "a header's name is not a token (RFC 9110, section 5.6.2)");
  }
  std::string name = lowered(line.substr(0, colon));
  const auto value = trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_field_char)) {
    return fail(Code::malformed, "a header's value may hold visible ASCII, blanks and tabs", name);
  }
  if (!valid_option_list(name, value)) {
    return fail(Code::malformed, "the header is not a list of tokens", name);
  }
  return std::pair{std::move(name), std::string(value)};
}

Result<Headers> read_fields(std::string_view block) {
  Headers headers;
  for (auto line = next_line(block); !line.empty(); line = next_line(block)) {
    if (headers.size() == limits::http_headers_max) {
      return fail(Code::too_large,
                  "more than " + std::to_string(limits::http_headers_max) + " headers");
    }
    TRY(auto field, read_field(line));
    headers.push_back(std::move(field));
  }
  TRY_VOID(no_doubles(headers));
  return headers;
}

// RFC 9112, section 6.3, without its leniency. Takes the framing headers out of `headers`.
struct Declared {
  bool chunked = false;
  std::optional<std::uint64_t> length;
};
Result<Declared> take_framing(Headers& headers) {
  Declared out;
  if (const auto* coding = find_header(headers, "transfer-encoding")) {
    // Section 6.1: an unknown coding "SHOULD" be answered 501; Code::unknown_field says so to
    // refusal_of().
    if (lowered(*coding) != "chunked") {
      return fail(Code::unknown_field, "the only transfer coding understood is chunked",
                  "transfer-encoding");
    }
    out.chunked = true;
  }
  if (const auto* length = find_header(headers, "content-length")) {
    if (out.chunked) {
      return fail(Code::malformed, "both Content-Length and Transfer-Encoding; send one",
                  "content-length");
    }
    if (length->empty() || !std::ranges::all_of(*length, is_digit)) {
      return fail(Code::malformed, "Content-Length must be decimal digits", "content-length");
    }
    std::uint64_t value = 0;
    for (char c : *length) {
      if (value > (UINT64_MAX - 9) / 10) {
        return fail(Code::malformed, "Content-Length is beyond 64 bits", "content-length");
      }
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    out.length = value;
  }
  std::erase_if(headers, [](const auto& header) {
    return header.first == "content-length" || header.first == "transfer-encoding";
  });
  return out;
}

Error body_too_large(std::size_t bytes_max) {
  return {Code::too_large, "the body may have " + std::to_string(bytes_max) + " bytes here",
          "body"};
}

struct Refusal {
  int status;
  Error error;
};
std::unexpected<Error> refuse(int& status_out, Refusal refusal) {
  status_out = refusal.status;
  return std::unexpected(std::move(refusal.error));
}

// RFC 9112, section 3: request-line = method SP request-target SP HTTP-version
Result<void> read_request_line(std::string_view line, Request& request, int& status) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return fail(Code::malformed, "the request line is not: method, target, version",
                "request line");
  }
  const auto method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (!is_token(method)) return fail(Code::malformed, "the method is not a token", "request line");
  if (version != "HTTP/1.1") {
    const bool other = version.size() == 8 && version.starts_with("HTTP/") &&
                       is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
    return refuse(status, {other ? 505 : 400,
                           {Code::malformed, "only HTTP/1.1 is spoken here", "request line"}});
  }
  if (!known_method(method)) {
    return refuse(status, {501, {Code::malformed, "an unknown method", "request line"}});
  }
  if (target.size() > limits::http_target_bytes_max) {
    return refuse(
        status, {414,
                 {Code::too_large,
                  "the target may have " + std::to_string(limits::http_target_bytes_max) + " bytes",
                  "request line"}});
  }
  if (!valid_target(target)) {
    return fail(Code::malformed, "the target is not a path with an optional query", "request line");
  }
  request.method = method;
  request.target = target;
  return {};
}

// RFC 9112, section 4: status-line = HTTP-version SP status-code SP [ reason-phrase ]
Result<int> read_status_line(std::string_view line) {
  if (!line.starts_with("HTTP/1.1 ") || line.size() < 13 || line[12] != ' ' ||
      !std::ranges::all_of(line.substr(9, 3), is_digit) ||
      !std::ranges::all_of(line, is_field_char)) {
    return fail(Code::malformed, "the status line is not: HTTP/1.1, three digits, a phrase",
                "status line");
  }
  const int status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  // No upgrade was asked for, so 101 cannot be meant.
  if (status < 100 || status > 599 || status == 101) {
    return fail(Code::malformed, "a status that nobody asked for", "status line");
  }
  return status;
}

}  // namespace

Result<State> MessageReader::feed(std::string_view& bytes, std::string& body,
                                  const OnHeader& on_header) {
  // Every turn takes a byte, or changes the step without needing one, or returns.
  while (step_ != Step::done) {
    if (step_ == Step::fixed || step_ == Step::chunk_data) {
      const std::size_t count = std::min<std::uint64_t>(left_, bytes.size());
      body.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
      left_ -= count;
      if (left_ > 0) break;
      step_ = step_ == Step::fixed ? Step::done : Step::chunk_end;
    } else if (bytes.empty()) {
      break;
    } else if (step_ == Step::header) {
      TRY_VOID(take_header(bytes, on_header));
      // The server looks at Expect and the client at the status between header and body.
      body.reserve(std::min<std::uint64_t>(left_, limits::act_bytes_max));
    } else {
      TRY_VOID(take_line(bytes, body));
    }
  }
  return state();
}

State MessageReader::state() const {
  if (step_ == Step::header) return State::header;
  return step_ == Step::done ? State::done : State::body;
}

void MessageReader::restart() {
  step_ = Step::header;
  block_.clear();
  left_ = 0;
}

Result<void> MessageReader::take_header(std::string_view& bytes, const OnHeader& on_header) {
  const std::size_t held = block_.size();
  const std::size_t room = limits::http_header_bytes_max + 1 - held;
  block_.append(bytes.substr(0, room));
  const std::size_t end = block_.find("\r\n\r\n", held < 3 ? 0 : held - 3);
  const std::size_t size = end == std::string::npos ? block_.size() : end + 4;
  if (size > limits::http_header_bytes_max) {
    return fail(Code::too_large,
                "the header may have " + std::to_string(limits::http_header_bytes_max) + " bytes",
                "header");
  }
  bytes.remove_prefix(size - held);
  if (end == std::string::npos) return {};
  block_.resize(size);
  TRY(const Framing framing, on_header(block_));
  block_.clear();
  body_bytes_max_ = framing.body_bytes_max;
  left_ = framing.length;
  if (framing.chunked) {
    step_ = Step::chunk_size;
  } else {
    if (left_ > body_bytes_max_) return std::unexpected(body_too_large(body_bytes_max_));
    step_ = left_ > 0 ? Step::fixed : Step::done;
  }
  return {};
}

// RFC 9112, section 7.1, one byte: a chunk's size line, the CRLF after its data, or the empty
// trailer section.
Result<void> MessageReader::take_line(std::string_view& bytes, std::string& body) {
  block_ += bytes.front();
  bytes.remove_prefix(1);
  if (step_ == Step::chunk_size) {
    if (block_.ends_with("\r\n")) {
      TRY_VOID(start_chunk(std::string_view(block_).substr(0, block_.size() - 2), body.size()));
      block_.clear();
    } else if (block_.size() >= chunk_line_bytes_max) {
      return fail(Code::malformed, "a chunk's size is one to eight hex digits, without extensions",
                  "body");
    }
    return {};
  }
  // DEVIATES from section 7.1.2: trailers are refused; nothing here uses them.
  if (!std::string_view("\r\n").starts_with(block_)) {
    return fail(Code::malformed, "a chunk does not end where its size says, or trailers follow",
                "body");
  }
  if (block_.size() == 2) {
    block_.clear();
    step_ = step_ == Step::chunk_end ? Step::chunk_size : Step::done;
  }
  return {};
}

Result<void> MessageReader::start_chunk(std::string_view line, std::size_t body_bytes_held) {
  if (line.empty() || !std::ranges::all_of(line, [](char c) { return hex_value(c) >= 0; })) {
    // DEVIATES from section 7.1.1 ("MUST ignore unrecognized chunk extensions"): they are refused.
    return fail(Code::malformed, "a chunk's size is one to eight hex digits, without extensions",
                "body");
  }
  left_ = 0;
  for (char c : line) left_ = left_ * 16 + static_cast<std::uint64_t>(hex_value(c));
  if (left_ > body_bytes_max_ - body_bytes_held)
    return std::unexpected(body_too_large(body_bytes_max_));
  step_ = left_ == 0 ? Step::last_end : Step::chunk_data;
  return {};
}

Result<State> RequestParser::feed(std::string_view& bytes) {
  auto state = reader_.feed(bytes, request_.body,
                            [this](std::string_view block) { return on_header(block); });
  if (!state && refusal_status_ == 0) {
    const bool large = state.error().code == Code::too_large;
    refusal_status_ = !large ? 400 : state.error().where == "body" ? 413 : 431;
  }
  return state;
}

Result<MessageReader::Framing> RequestParser::on_header(std::string_view block) {
  TRY_VOID(read_request_line(next_line(block), request_, refusal_status_));
  TRY(request_.headers, read_fields(block));
  const auto* host = find_header(request_.headers, "host");
  // RFC 9112, section 3.2: "MUST respond with a 400 ... to any HTTP/1.1 request message that lacks
  // a Host", has several (no_doubles) or an invalid one.
  if (host == nullptr) return fail(Code::malformed, "the Host header is missing", "host");
  if (!valid_host(*host))
    return fail(Code::malformed, "Host is not a name with an optional port", "host");

  auto declared = take_framing(request_.headers);
  if (!declared) {
    const bool unknown_coding = declared.error().code == Code::unknown_field;
    declared.error().code = Code::malformed;
    return refuse(refusal_status_, {unknown_coding ? 501 : 400, std::move(declared).error()});
  }
  if (const auto* expect = find_header(request_.headers, "expect")) {
    if (lowered(*expect) != "100-continue") {
      return refuse(refusal_status_,
                    {417, {Code::malformed, "only 100-continue can be expected", "expect"}});
    }
    expects_continue_ = true;
  }
  announced_ = declared->chunked ? std::nullopt : std::optional(declared->length.value_or(0));
  auto limit = body_limit_(request_);
  if (!limit) {
    return refuse(refusal_status_, {http_status(limit.error().code), std::move(limit).error()});
  }
  return MessageReader::Framing{.chunked = declared->chunked,
                                .length = declared->length.value_or(0),
                                .body_bytes_max = *limit};
}

Request RequestParser::take() {
  check(reader_.state() == State::done, "a request is taken when it is whole");
  reader_.restart();
  expects_continue_ = false;
  return std::exchange(request_, {});
}

Result<State> ResponseParser::feed(std::string_view& bytes) {
  begun_ = begun_ || !bytes.empty();
  const auto on_block = [this](std::string_view block) { return on_header(block); };
  while (true) {
    interim_ = false;
    TRY(const State state, reader_.feed(bytes, response_.body, on_block));
    if (state != State::done || !interim_) return state;
    if (++interims_ > limits::http_interim_max) {
      return fail(Code::too_large,
                  "more than " + std::to_string(limits::http_interim_max) + " interim replies");
    }
    reader_.restart();
    response_ = {};
  }
}

Result<MessageReader::Framing> ResponseParser::on_header(std::string_view block) {
  TRY(response_.status, read_status_line(next_line(block)));
  TRY(response_.headers, read_fields(block));
  auto declared = take_framing(response_.headers);
  if (!declared) {
    declared.error().code = Code::malformed;
    return std::unexpected(std::move(declared).error());
  }
  interim_ = response_.status < 200;
  const MessageReader::Framing none{.body_bytes_max = body_bytes_max_};
  if (to_head_ || response_.status == 304)
    return none;  // their lengths tell what a GET would have brought
  if (bodiless(response_.status)) {
    // RFC 9112, section 6.1: no Transfer-Encoding with 1xx or 204; RFC 9110, section 8.6: no
    // Content-Length either.
    if (declared->chunked || declared->length.value_or(0) != 0) {
      return fail(Code::malformed, "a body where the status allows none", "body");
    }
    return none;
  }
  // DEVIATES from RFC 9112, section 6.3, rule 8: a body that ends with the connection may be cut by
  // anyone.
  if (!declared->chunked && !declared->length) {
    return fail(Code::malformed, "neither Content-Length nor chunked", "content-length");
  }
  return MessageReader::Framing{.chunked = declared->chunked,
                                .length = declared->length.value_or(0),
                                .body_bytes_max = body_bytes_max_};
}

Response ResponseParser::take() {
  check(reader_.state() == State::done, "a response is taken when it is whole");
  reader_.restart();
  begun_ = false;
  interims_ = 0;
  return std::exchange(response_, {});
}

}  // namespace comity::net
