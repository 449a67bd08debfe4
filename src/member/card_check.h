#pragma once
// The rules that one card must keep by itself, whoever made it.
#include "member/card.h"

namespace comity::member {

// Code::bad_value or too_large with the JSON pointer of the member that breaks a rule.
[[nodiscard]] Result<void> check_card(const Card& card);

}  // namespace comity::member
