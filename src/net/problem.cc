#include "base/bytes.h"
#include "net/http.h"

namespace comity::net {
namespace {

// RFC 8259, section 7. The json room is not linked for five strings.
std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (!is_utf8(text)) text = "(not UTF-8)";
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out += '"';
}

}  // namespace

int http_status(Code code) {
  switch (code) {
    case Code::malformed:
    case Code::bad_utf8:
    case Code::duplicate_key:
    case Code::too_deep:
      return 400;
    case Code::too_large:
      return 413;
    case Code::missing_field:
    case Code::unknown_field:
    case Code::bad_value:
    case Code::unknown_kind:
    case Code::bad_proof:
    case Code::bad_commitment:
    case Code::no_quorum:
    case Code::invalid:
      return 422;
    case Code::bad_signature:
    case Code::unknown_key:
    case Code::revoked_key:
    case Code::wrong_sender:
    case Code::not_paired:
    case Code::frozen:
    case Code::no_permit:
    case Code::over_quota:
    case Code::not_approved:
    case Code::not_allowed:
      return 403;
    case Code::wrong_recipient:
      return 421;
    case Code::gap_in_lane:
    case Code::stale_in_lane:
    case Code::id_reused:
    case Code::conflict:
    case Code::blob_missing:
    case Code::wrong_state:
    case Code::exists:
      return 409;
    case Code::expired:
      return 410;
    case Code::not_found:
      return 404;
    case Code::unreachable:
      return 502;
    case Code::busy:
    case Code::not_signing:
      return 503;
    case Code::io:
    case Code::corrupt:
      return 500;
  }
  return 500;
}

// RFC 9110, section 15; RFC 6585 for 428, 429 and 431.
std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

Response problem(const Error& error) {
  return problem(http_status(error.code), error);
}

// RFC 9457, section 3; `code` and `where` are extension members. Section 4.2.1: with "about:blank"
// the title is the status's phrase.
Response problem(int status, const Error& error) {
  Response out;
  out.status = status;
  out.headers = {{"content-type", "application/problem+json"}};
  out.body = R"({"code":)" + quoted(code_name(error.code)) + R"(,"detail":)" + quoted(error.what) +
             R"(,"status":)" + std::to_string(status) + R"(,"title":)" +
             quoted(reason_phrase(status)) + R"(,"type":"about:blank")";
  if (!error.where.empty()) out.body += R"(,"where":)" + quoted(error.where);
  out.body += '}';
  return out;
}

}  // namespace comity::net
