#pragma once
// Which checkpoints to believe: whose logs, and how many witnesses of which must have cosigned.
// Source: C2SP tlog-policy.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/note.h"

namespace comity::ledger {

// A tlog-policy file: which logs are accepted, and the quorum of witnesses.
class Policy {
 public:
  struct Log {
    VerifierKey key;
    std::string url;  // may be empty
  };
  struct Witness {
    std::string name;  // within this file
    VerifierKey key;
    std::string url;
  };

  //   Errors   Code::malformed with the line; Code::too_large; Code::missing_field without a quorum
  //            line; Code::bad_value: an undefined or reused name, a key listed twice or of the
  //            wrong type, a threshold out of range.
  [[nodiscard]] static Result<Policy> parse(std::string_view text);

  [[nodiscard]] const std::vector<Log>& logs() const { return logs_; }
  [[nodiscard]] const std::vector<Witness>& witnesses() const { return witnesses_; }
  // `cosigned` has one place for each of witnesses().
  [[nodiscard]] bool quorum(const std::vector<bool>& cosigned) const;

 private:
  friend class PolicyParser;
  struct Member {
    enum class Kind : std::uint8_t { witness, group };
    Kind kind = Kind::witness;
    std::size_t index = 0;  // into witnesses_, or into groups_: always a group defined earlier
  };
  struct Group {
    std::size_t threshold = 0;
    std::vector<Member> members;
  };
  [[nodiscard]] bool has_witnessed(const Member& member, const std::vector<bool>& cosigned) const;

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Group> groups_;
  std::optional<Member> quorum_;  // absent: "quorum none"
};

// The text of a policy: these logs, and `threshold` of these witnesses (0: "quorum none").
//   Errors   Code::bad_value when threshold exceeds the witnesses; those of Policy::parse.
[[nodiscard]] Result<std::string> make_policy(std::span<const VerifierKey> logs,
                                              std::span<const VerifierKey> witnesses,
                                              std::size_t threshold);

}  // namespace comity::ledger
