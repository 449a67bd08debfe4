#include "net/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace comity::net {
namespace {

using testing::HasSubstr;

Result<std::size_t> up_to_100(const Request&) {
  return std::size_t{100};
}

struct Outcome {
  Result<State> state = State::header;
  Request request;
  int status = 0;
  std::string left;
};

// Feeds `text` in pieces of `piece` bytes.
Outcome parse_request(std::string_view text, std::size_t piece,
                      const BodyLimit& limit = up_to_100) {
  RequestParser parser(limit);
  Outcome out;
  while (!text.empty()) {
    auto bytes = text.substr(0, piece);
    const std::size_t given = bytes.size();
    out.state = parser.feed(bytes);
    text.remove_prefix(given - bytes.size());
    if (!out.state) {
      out.status = parser.refusal_status();
      return out;
    }
    if (*out.state == State::done) break;
  }
  out.left = text;
  if (*out.state == State::done) out.request = parser.take();
  return out;
}

struct Answer {
  Result<State> state = State::header;
  Response response;
};
Answer parse_response(std::string_view text, std::size_t piece, std::string_view method = "GET") {
  ResponseParser parser(method, 100);
  Answer out;
  while (!text.empty()) {
    auto bytes = text.substr(0, piece);
    const std::size_t given = bytes.size();
    out.state = parser.feed(bytes);
    text.remove_prefix(given - bytes.size());
    if (!out.state) return out;
    if (*out.state == State::done) break;
  }
  if (*out.state == State::done) out.response = parser.take();
  return out;
}

const std::string host = "Host: a.example\r\n";
std::string get(const std::string& headers) {
  return "GET / HTTP/1.1\r\n" + headers + "\r\n";
}
std::string post(const std::string& headers, const std::string& body) {
  return "POST /acts HTTP/1.1\r\n" + host + headers + "\r\n" + body;
}

struct BadRequest {
  std::string name;
  std::string text;
  int status;
  Code code = Code::malformed;
};

std::vector<BadRequest> bad_requests() {
  const std::string line_end = " HTTP/1.1\r\n" + host + "\r\n";
  return {
      // Request line, RFC 9112, section 3.
      {"an empty line before the request line", "\r\n\r\n" + get(host), 400},
      {"no version", "GET /\r\n" + host + "\r\n", 400},
      {"two spaces", "GET  /" + line_end, 400},
      {"a space in the target", "GET /a b" + line_end, 400},
      {"a tab for a space", "GET\t/ HTTP/1.1\r\n" + host + "\r\n", 400},
      {"a method that is no token", "G(T /" + line_end, 400},
      {"an unknown method", "BREW /" + line_end, 501},
      {"CONNECT", "CONNECT /" + line_end, 501},
      {"TRACE", "TRACE /" + line_end, 501},
      {"a method in lower case", "get /" + line_end, 501},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n" + host + "\r\n", 505},
      {"HTTP/1.0 with chunks",
       "POST / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 505},
      {"HTTP/2.0", "PRI / HTTP/2.0\r\n\r\n", 505},
      {"HTTP/1.10", "GET / HTTP/1.10\r\n" + host + "\r\n", 400},
      {"a version in lower case", "GET / http/1.1\r\n" + host + "\r\n", 400},
      {"a blank after the version", "GET / HTTP/1.1 \r\n" + host + "\r\n", 400},
      // Target, section 3.2.
      {"absolute-form", "GET http://a.example/" + line_end, 400},
      {"authority-form", "GET a.example:80" + line_end, 400},
      {"asterisk-form", "OPTIONS *" + line_end, 400},
      {"a target that begins with two slashes", "GET //b.example/x" + line_end, 400},
      {"a fragment", "GET /a#b" + line_end, 400},
      {"a lone percent sign", "GET /a%" + line_end, 400},
      {"a bad percent-encoding", "GET /a%g0" + line_end, 400},
      {"a backslash in the target", "GET /a\\b" + line_end, 400},
      {"a byte above ASCII in the target", "GET /\xc3\xa9" + line_end, 400},
      {"brackets in the path", "GET /a[0]" + line_end, 400},
      {"a target of 2049 bytes", "GET /" + std::string(2048, 'a') + line_end, 414, Code::too_large},
      // Host, section 3.2.
      {"no Host", get(""), 400},
      {"two Hosts", get(host + host), 400},
      {"two Hosts of other case", get(host + "HOST: a.example\r\n"), 400},
      {"an empty Host", get("Host:\r\n"), 400},
      {"a Host with a path", get("Host: a.example/x\r\n"), 400},
      {"a Host with a user", get("Host: u@a.example\r\n"), 400},
      {"a Host with two values", get("Host: a.example, b.example\r\n"), 400},
      {"a Host with a bad port", get("Host: a.example:65536\r\n"), 400},
      {"a Host with an open bracket", get("Host: [::1\r\n"), 400},
      // Fields, section 5.
      {"a folded header", get(host + "A: 1\r\n 2\r\n"), 400},
      {"a header folded with a tab", get(host + "A: 1\r\n\t2\r\n"), 400},
      {"a first header that is folded", get(" A: 1\r\n" + host), 400},
      {"a blank before the colon", get(host + "A : 1\r\n"), 400},
      {"a header without a colon", get(host + "A\r\n"), 400},
      {"a header without a name", get(host + ": 1\r\n"), 400},
      {"a name that is no token", get(host + "A(b): 1\r\n"), 400},
      {"a NUL in a value", get(host + std::string("A: 1\0002\r\n", 8)), 400},
      {"a bare CR in a value", get(host + "A: 1\r2\r\n"), 400},
      {"a bare LF in a value", get(host + "A: 1\nB: 2\r\n"), 400},
      {"a DEL in a value", get(host + "A: \x7f\r\n"), 400},
      {"a byte above ASCII in a value", get(host + "A: \xff\r\n"), 400},
      {"a Connection that is no list of tokens", get(host + "Connection: [close\r\n"), 400},
      {"two Content-Types", get(host + "Content-Type: a/b\r\nContent-Type: a/b\r\n"), 400},
      {"two Authorizations", get(host + "Authorization: x\r\nAuthorization: y\r\n"), 400},
      {"65 headers",
       get(host +
           [] {
             std::string all;
             for (int i = 0; i < 64; ++i) all += "A: 1\r\n";
             return all;
           }()),
       431, Code::too_large},
      {"a header of more than 16 KiB", get(host + "A: " + std::string(16 << 10, 'a') + "\r\n"), 431,
       Code::too_large},
      {"a header without an end", "GET / HTTP/1.1\r\nA: " + std::string(17 << 10, 'a'), 431,
       Code::too_large},
      // Framing, section 6.
      {"both framings", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
       400},
      {"gzip as a transfer coding", post("Transfer-Encoding: gzip\r\n", ""), 501},
      {"gzip before chunked", post("Transfer-Encoding: gzip, chunked\r\n", ""), 501},
      {"chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", ""), 501},
      {"two Transfer-Encodings",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""), 400},
      {"chunked with a parameter", post("Transfer-Encoding: chunked;a=b\r\n", ""), 501},
      {"identity", post("Transfer-Encoding: identity\r\n", ""), 501},
      {"an empty Transfer-Encoding", post("Transfer-Encoding:\r\n", ""), 501},
      {"two Content-Lengths that agree", post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"),
       400},
      {"a list of lengths", post("Content-Length: 1, 1\r\n", "a"), 400},
      {"a negative length", post("Content-Length: -1\r\n", ""), 400},
      {"a length with a plus", post("Content-Length: +1\r\n", "a"), 400},
      {"a length in hex", post("Content-Length: 0x1\r\n", "a"), 400},
      {"an empty length", post("Content-Length:\r\n", ""), 400},
      {"a length beyond 64 bits", post("Content-Length: 18446744073709551616\r\n", ""), 400},
      {"a body above the route's limit", post("Content-Length: 101\r\n", ""), 413, Code::too_large},
      {"the largest length", post("Content-Length: 9999999999999999999\r\n", ""), 413,
       Code::too_large},
      {"another expectation", post("Expect: tea\r\nContent-Length: 1\r\n", "a"), 417},
      // Chunks, section 7.1.
      {"a chunk without a size", post("Transfer-Encoding: chunked\r\n", "\r\na\r\n"), 400},
      {"a chunk's size that is not hex", post("Transfer-Encoding: chunked\r\n", "g\r\n"), 400},
      {"a chunk's size after a blank",
       post("Transfer-Encoding: chunked\r\n", " 1\r\na\r\n0\r\n\r\n"), 400},
      {"a chunk's size of nine digits", post("Transfer-Encoding: chunked\r\n", "000000001\r\na"),
       400},
      {"a chunk extension", post("Transfer-Encoding: chunked\r\n", "1;a=b\r\na\r\n0\r\n\r\n"), 400},
      {"a chunk that is longer than it says", post("Transfer-Encoding: chunked\r\n", "1\r\nab\r\n"),
       400},
      {"a chunk that ends with LF", post("Transfer-Encoding: chunked\r\n", "1\na\n0\n\n      "),
       400},
      {"trailers", post("Transfer-Encoding: chunked\r\n", "0\r\nA: 1\r\n\r\n"), 400},
      {"a chunk above the route's limit", post("Transfer-Encoding: chunked\r\n", "65\r\n"), 413,
       Code::too_large},
      {"chunks that together are above the limit",
       post("Transfer-Encoding: chunked\r\n", "60\r\n" + std::string(0x60, 'a') + "\r\n5\r\n"), 413,
       Code::too_large},
      {"the largest chunk", post("Transfer-Encoding: chunked\r\n", "ffffffff\r\n"), 413,
       Code::too_large},
  };
}

class Torn : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Pieces, Torn, testing::Values(1, 2, 3, 7, 100'000));

TEST_P(Torn, every_bad_request_is_refused_with_its_status) {
  for (const BadRequest& bad : bad_requests()) {
    SCOPED_TRACE(bad.name);
    const auto out = parse_request(bad.text, GetParam());
    ASSERT_FALSE(out.state);
    EXPECT_EQ(out.status, bad.status) << to_text(out.state.error());
    EXPECT_EQ(out.state.error().code, bad.code);
    EXPECT_FALSE(out.state.error().what.empty());
  }
}

TEST_P(Torn, a_request_is_read_whole_and_what_follows_stays) {
  const auto out = parse_request(
      "POST /acts?after=7 HTTP/1.1\r\nHOST: a.example:8443\r\nX-Note: \t a\tb \r\n"
      "Empty:\r\nContent-Length: 5\r\n\r\nhelloGET",
      GetParam());
  ASSERT_TRUE(out.state) << to_text(out.state.error());
  ASSERT_EQ(*out.state, State::done);
  EXPECT_EQ(out.request.method, "POST");
  EXPECT_EQ(out.request.target, "/acts?after=7");
  EXPECT_EQ(out.request.headers,
            (Headers{{"host", "a.example:8443"}, {"x-note", "a\tb"}, {"empty", ""}}));
  EXPECT_EQ(out.request.body, "hello");
  EXPECT_EQ(out.left, "GET");
}

TEST_P(Torn, a_chunked_request_is_put_together) {
  const auto out = parse_request(
      post("Transfer-Encoding: Chunked\r\n", "5\r\nhello\r\n00A\r\n, 10 bytes\r\n0\r\n\r\n"),
      GetParam());
  ASSERT_TRUE(out.state) << to_text(out.state.error());
  ASSERT_EQ(*out.state, State::done);
  EXPECT_EQ(out.request.body, "hello, 10 bytes");
  EXPECT_EQ(find_header(out.request.headers, "transfer-encoding"), nullptr);
}

TEST_P(Torn, a_body_at_the_limit_is_accepted) {
  const std::string body(100, 'b');
  EXPECT_EQ(parse_request(post("Content-Length: 100\r\n", body), GetParam()).request.body, body);
  EXPECT_EQ(parse_request(post("Transfer-Encoding: chunked\r\n", "64\r\n" + body + "\r\n0\r\n\r\n"),
                          GetParam())
                .request.body,
            body);
}

TEST(Requests, limits_are_met_exactly) {
  std::string headers;
  for (std::size_t i = 1; i < limits::http_headers_max; ++i) headers += "a: 1\r\n";
  EXPECT_EQ(*parse_request(get(host + headers), 1000).state, State::done);

  const std::string target = "/" + std::string(limits::http_target_bytes_max - 1, 'a');
  EXPECT_EQ(*parse_request("GET " + target + " HTTP/1.1\r\n" + host + "\r\n", 1000).state,
            State::done);

  const std::size_t rest = get(host + "a: \r\n").size();
  const std::string filled =
      get(host + "a: " + std::string(limits::http_header_bytes_max - rest, 'x') + "\r\n");
  ASSERT_EQ(filled.size(), limits::http_header_bytes_max);
  EXPECT_EQ(*parse_request(filled, 1000).state, State::done);
}

TEST(Requests, an_unfinished_request_is_neither_done_nor_refused) {
  const std::string whole = post("Content-Length: 5\r\n", "hello");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto out = parse_request(std::string_view(whole).substr(0, size), 64);
    ASSERT_TRUE(out.state) << size;
    EXPECT_EQ(*out.state, size < whole.size() - 5 ? State::header : State::body) << size;
  }
}

TEST(Requests, the_route_refuses_before_the_body_is_read) {
  const BodyLimit by_route = [](const Request& head) -> Result<std::size_t> {
    if (head.target != "/acts") return fail(Code::not_found, "no such resource");
    return head.method == "POST" ? std::size_t{10} : std::size_t{0};
  };
  EXPECT_EQ(parse_request("POST /x HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\n", 9, by_route)
                .status,
            404);
  EXPECT_EQ(
      parse_request("PUT /acts HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\n", 9, by_route)
          .status,
      413);
  EXPECT_EQ(*parse_request("POST /acts HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello", 9,
                           by_route)
                 .state,
            State::done);
}

TEST(Requests, one_parser_reads_requests_one_after_another) {
  RequestParser parser(up_to_100);
  const std::string text = post("Expect: 100-Continue\r\nContent-Length: 2\r\n", "ab") + get(host);
  std::string_view bytes = text;
  ASSERT_EQ(parser.feed(bytes), State::done);
  EXPECT_TRUE(parser.expects_continue());
  EXPECT_EQ(parser.take().body, "ab");
  EXPECT_FALSE(parser.begun());
  ASSERT_EQ(parser.feed(bytes), State::done);
  EXPECT_FALSE(parser.expects_continue());
  EXPECT_EQ(parser.take(), (Request{"GET", "/", {{"host", "a.example"}}, ""}));
  EXPECT_TRUE(bytes.empty());
}

TEST(Requests, hosts_of_every_form_are_accepted) {
  for (const std::string name : {"a.example", "a.example:", "a.example:443", "192.0.2.7:8443",
                                 "[2001:db8::7]", "[::1]:8443"}) {
    EXPECT_EQ(*parse_request(get("Host: " + name + "\r\n"), 5).state, State::done) << name;
  }
}

struct BadResponse {
  std::string name;
  std::string text;
  Code code = Code::malformed;
};

std::vector<BadResponse> bad_responses() {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  return {
      {"another protocol", "ICY 200 OK\r\nContent-Length: 0\r\n\r\n"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
      {"HTTP/1.0 with chunks", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"},
      {"a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"},
      {"a status that is no number", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n"},
      {"status 099", "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n"},
      {"status 600", "HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n"},
      {"no blank after the status", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"},
      {"a NUL in the phrase", std::string("HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n", 39)},
      {"an upgrade that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\n\r\n"},
      {"a body that ends with the connection", ok + "\r\nhello"},
      {"both framings", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"two Content-Lengths", ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
      {"gzip as a transfer coding", ok + "Transfer-Encoding: gzip\r\n\r\n"},
      {"a bad length", ok + "Content-Length: five\r\n\r\nhello"},
      {"a folded header", ok + "A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n"},
      {"a blank before the colon", ok + "Content-Length : 0\r\n\r\n"},
      {"a bare LF", ok + "A: 1\nContent-Length: 0\r\n\r\n"},
      {"204 with a body", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"},
      {"204 with chunks", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"100 with a body", "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello"},
      {"a chunk extension", ok + "Transfer-Encoding: chunked\r\n\r\n1;a\r\na\r\n0\r\n\r\n"},
      {"trailers", ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: 1\r\n\r\n"},
      {"a body above the limit", ok + "Content-Length: 101\r\n\r\n", Code::too_large},
      {"a chunk above the limit", ok + "Transfer-Encoding: chunked\r\n\r\n65\r\n", Code::too_large},
      {"a header of more than 16 KiB", ok + "A: " + std::string(17 << 10, 'a'), Code::too_large},
      {"too many interim replies",
       [] {
         std::string all;
         for (std::size_t i = 0; i <= limits::http_interim_max; ++i)
           all += "HTTP/1.1 103 Early Hints\r\n\r\n";
         return all;
       }(),
       Code::too_large},
  };
}

TEST_P(Torn, every_bad_response_is_refused) {
  for (const BadResponse& bad : bad_responses()) {
    SCOPED_TRACE(bad.name);
    const auto out = parse_response(bad.text, GetParam());
    ASSERT_FALSE(out.state);
    EXPECT_EQ(out.state.error().code, bad.code) << to_text(out.state.error());
  }
}

TEST_P(Torn, responses_of_every_framing_are_read) {
  const auto by_length =
      parse_response("HTTP/1.1 200 \r\nContent-Length: 5\r\nA: b\r\n\r\nhello", GetParam());
  EXPECT_EQ(by_length.response, (Response{200, {{"a", "b"}}, "hello"}));
  const auto by_chunks = parse_response(
      "HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      GetParam());
  EXPECT_EQ(by_chunks.response, (Response{201, {}, "hello"}));
  const auto none = parse_response("HTTP/1.1 204 No Content\r\nA: b\r\n\r\n", GetParam());
  EXPECT_EQ(none.response, (Response{204, {{"a", "b"}}, ""}));
  const auto not_modified =
      parse_response("HTTP/1.1 304 Not Modified\r\nContent-Length: 999\r\n\r\n", GetParam());
  EXPECT_EQ(not_modified.response, (Response{304, {}, ""}));
  const auto to_head =
      parse_response("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", GetParam(), "HEAD");
  EXPECT_EQ(to_head.response, (Response{200, {}, ""}));
  const auto after_interim = parse_response(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 "
      "OK\r\nContent-Length: 2\r\n\r\nok",
      GetParam());
  EXPECT_EQ(after_interim.response, (Response{200, {}, "ok"}));
}

TEST(Writing, what_is_written_is_read_back) {
  const Request request{"PUT",
                        "/a%20b?c=[d]",
                        {{"host", "[::1]:80"}, {"x", "a, b"}, {"x", ""}},
                        std::string(100, '\0')};
  const auto bytes = write(request);
  ASSERT_TRUE(bytes) << to_text(bytes.error());
  EXPECT_EQ(parse_request(*bytes, 3).request, request);

  const Response response{
      404, {{"content-type", "text/plain"}, {"connection", "close"}}, "gone\r\n\r\n"};
  EXPECT_EQ(parse_response(*write(response), 3).response, response);
}

TEST(Writing, lengths_are_declared_where_a_body_may_be) {
  EXPECT_EQ(*write(Request{"GET", "/", {{"host", "a"}}, ""}), "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_EQ(*write(Request{"POST", "/", {{"host", "a"}}, ""}),
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(*write(Response{204, {}, ""}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(*write(Response{200, {}, "four"}, Body::omitted),
            "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n");
}

TEST(Writing, what_could_not_be_read_back_is_refused) {
  const auto request = [](std::string method, std::string target, Headers headers) {
    const auto out = write(Request{std::move(method), std::move(target), std::move(headers), ""});
    return out ? Code::invalid : out.error().code;
  };
  const Headers good = {{"host", "a"}};
  EXPECT_EQ(request("BREW", "/", good), Code::bad_value);
  EXPECT_EQ(request("GET", "", good), Code::bad_value);
  EXPECT_EQ(request("GET", "/a b", good), Code::bad_value);
  EXPECT_EQ(request("GET", "/a\r\nx: y", good), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"host", "b"}}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"x", "1\r\ny: 2"}}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"x", " padded"}}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"X", "upper"}}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"", "nameless"}}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"connection", "a b"}}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"expect", "tea"}}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"content-length", "3"}}), Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"transfer-encoding", "chunked"}}),
            Code::bad_value);
  EXPECT_EQ(request("GET", "/", {{"host", "a"}, {"x", std::string(17 << 10, 'a')}}),
            Code::bad_value);
  Headers many = good;
  many.resize(limits::http_headers_max + 1, {"x", "y"});
  EXPECT_EQ(request("GET", "/", many), Code::bad_value);

  EXPECT_FALSE(write(Response{101, {}, ""}));
  EXPECT_FALSE(write(Response{600, {}, ""}));
  EXPECT_FALSE(write(Response{204, {}, "body"}));
  EXPECT_FALSE(write(Response{304, {}, "body"}));
  EXPECT_FALSE(write(Response{200, {{"x", "\n"}}, ""}));
}

TEST(Closing, the_connection_option_is_found_in_a_list) {
  EXPECT_TRUE(says_close({{"connection", "close"}}));
  EXPECT_TRUE(says_close({{"connection", "Upgrade ,  Close"}}));
  EXPECT_TRUE(says_close({{"connection", "keep-alive"}, {"connection", "close"}}));
  EXPECT_FALSE(says_close({}));
  EXPECT_FALSE(says_close({{"connection", "keep-alive"}}));
  EXPECT_FALSE(says_close({{"connection", "closed"}}));
  EXPECT_FALSE(says_close({{"x", "close"}}));
}

TEST(Targets, are_taken_apart_and_decoded_once) {
  const auto target = parse_target(
      "/taxii2/api%20root/x/"
      "?added_after=2020-01-01T00%3A00%3A00.000Z&match[type]=a,b&flag&&e=%2541");
  ASSERT_TRUE(target) << to_text(target.error());
  EXPECT_THAT(target->segments, testing::ElementsAre("taxii2", "api root", "x"));
  EXPECT_TRUE(target->trailing_slash);
  EXPECT_EQ(*target->parameter("added_after"), "2020-01-01T00:00:00.000Z");
  EXPECT_EQ(*target->parameter("match[type]"), "a,b");
  EXPECT_EQ(*target->parameter("flag"), "");
  EXPECT_EQ(*target->parameter("e"), "%41");
  EXPECT_EQ(target->parameter("none"), nullptr);
  EXPECT_TRUE(parse_target("/")->segments.empty());
  EXPECT_FALSE(parse_target("/a")->trailing_slash);
}

TEST(Targets, that_could_mean_two_things_are_refused) {
  for (const std::string bad : {"", "a", "//", "/a//b", "/.", "/..", "/a/../b", "/%2e%2e/b",
                                "/a%2fb", "/a%00b", "/%ff", "/a?b=%ff", "/a%2", "/a#b", "/a b"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

TEST(Targets, encode_and_decode_are_inverse) {
  const std::string text = "a/b c%?&=#\xc3\xa9~";
  const std::string encoded = percent_encode(text);
  EXPECT_EQ(encoded, "a%2Fb%20c%25%3F%26%3D%23%C3%A9~");
  EXPECT_EQ(*parse_target("/x?k=" + encoded)->parameter("k"), text);
}

TEST(Problems, say_what_where_and_by_which_code) {
  const Response out = problem({Code::not_found, "no \"such\"\n\\ act", "/acts/7"});
  EXPECT_EQ(out.status, 404);
  EXPECT_EQ(*find_header(out.headers, "content-type"), "application/problem+json");
  EXPECT_EQ(
      out.body,
      R"({"code":"not_found","detail":"no \"such\"\u000a\\ act","status":404,"title":"Not Found",)"
      R"("type":"about:blank","where":"/acts/7"})");
  EXPECT_THAT(problem(431, {Code::too_large, "x", ""}).body,
              HasSubstr(R"("status":431,"title":"Request Header Fields Too Large")"));
  EXPECT_THAT(problem({Code::invalid, "\xff", ""}).body, HasSubstr("not UTF-8"));
}

TEST(Problems, every_code_has_a_status_of_its_kind) {
  EXPECT_EQ(http_status(Code::malformed), 400);
  EXPECT_EQ(http_status(Code::too_large), 413);
  EXPECT_EQ(http_status(Code::bad_value), 422);
  EXPECT_EQ(http_status(Code::bad_signature), 403);
  EXPECT_EQ(http_status(Code::wrong_recipient), 421);
  EXPECT_EQ(http_status(Code::id_reused), 409);
  EXPECT_EQ(http_status(Code::expired), 410);
  EXPECT_EQ(http_status(Code::busy), 503);
  EXPECT_EQ(http_status(Code::io), 500);
  for (int code = 0; code <= static_cast<int>(Code::invalid); ++code) {
    const int status = http_status(static_cast<Code>(code));
    EXPECT_GE(status, 400) << code;
    EXPECT_NE(reason_phrase(status), "Status") << status;
  }
}

}  // namespace
}  // namespace comity::net
