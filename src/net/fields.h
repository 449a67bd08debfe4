#pragma once
// Rules that reading and writing share, for net/ itself.
#include <string_view>

#include "net/http.h"

namespace comity::net {

[[nodiscard]] bool known_method(std::string_view method);
[[nodiscard]] bool is_token(std::string_view text);
// Origin-form of RFC 9112, section 3.2.1, with well-formed percent-encoding, that does not begin
// with "//".
[[nodiscard]] bool valid_target(std::string_view target);
// RFC 9110, section 7.2: uri-host [ ":" port ], not empty.
[[nodiscard]] bool valid_host(std::string_view host);
// One value only: a second one is how two parsers come to see two messages.
[[nodiscard]] bool is_singleton(std::string_view lower_case_name);
// Code::malformed when a singleton comes twice.
[[nodiscard]] Result<void> no_doubles(const Headers& headers);
// The value of a header whose syntax decides how the connection goes on is well formed; any value
// of other headers is. RFC 9110, section 7.6.1: Connection = #connection-option, each a token.
[[nodiscard]] bool valid_option_list(std::string_view lower_case_name, std::string_view value);
// A reply of this status never has a body (RFC 9110, sections 15.2, 15.3.5 and 15.4.5).
[[nodiscard]] bool bodiless(int status);

}  // namespace comity::net
