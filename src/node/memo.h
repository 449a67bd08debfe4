#pragma once
// Members and their cards as last parsed, by the version of their row: a card is some thousand
// bytes of signed JSON, and every act asks for it several times. A memo changes no answer: a row
// that changed is parsed anew.
#include <map>

#include "member/member.h"

namespace comity::node {

struct Memo {
  struct Known {
    std::uint64_t version = 0;
    member::Member member;
    member::Card card;
  };
  std::map<MemberId, Known> members;
};

}  // namespace comity::node
