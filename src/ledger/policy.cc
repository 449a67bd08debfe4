#include "ledger/policy.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "ledger/lines.h"

namespace comity::ledger {
namespace {

using Items = std::vector<std::string_view>;

// tlog-policy, "Structure": "sequences of ASCII space and tab characters *only*".
Items split_items(std::string_view line) {
  constexpr std::string_view white = " \t";
  Items out;
  for (std::size_t at = line.find_first_not_of(white); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(white, at), line.size());
    out.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(white, end);
  }
  return out;
}

// "Character set": 0x09, 0x0A, 0x20-0x7E and 0x80-0xFF; the newline is gone from a line.
bool is_policy_text(std::string_view line) {
  return std::ranges::all_of(line, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

}  // namespace

// One pass over the lines: "a line defining a group can only reference names [...] defined on
// preceding lines".
class PolicyParser {
 public:
  explicit PolicyParser(std::string_view text) : lines_(text) {}

  Result<Policy> parse() {
    while (!lines_.done()) {
      TRY(const std::string_view line, lines_.next());
      if (!is_policy_text(line)) return refuse(Code::malformed, "a control character");
      const Items items = split_items(line);
      if (items.empty() || items[0].starts_with('#')) continue;
      TRY_VOID(take(items));
    }
    // "A policy file must include exactly one quorum line."
    if (!has_quorum_) return fail(Code::missing_field, "a policy must have a quorum line");
    return std::move(out_);
  }

 private:
  using Member = Policy::Member;

  [[nodiscard]] std::unexpected<Error> refuse(Code code, std::string what) const {
    return fail(code, std::move(what), lines_.where());
  }

  Result<void> take(const Items& items) {
    if (items[0] == "log") return take_log(items);
    if (items[0] == "witness") return take_witness(items);
    if (items[0] == "group") return take_group(items);
    if (items[0] == "quorum") return take_quorum(items);
    return refuse(Code::malformed, "a line begins with log, witness, group or quorum");
  }

  // "log <vkey> [<url>]"
  Result<void> take_log(const Items& items) {
    if (items.size() < 2 || items.size() > 3)
      return refuse(Code::malformed, "must be: log <key> [<url>]");
    TRY(VerifierKey key, parse_key(items[1]));
    if (std::ranges::any_of(out_.logs_, [&](const auto& log) { return log.key.key == key.key; })) {
      return refuse(Code::bad_value, "this log's key is listed twice");
    }
    if (out_.logs_.size() == limits::policy_names_max)
      return refuse(Code::too_large, "beyond policy_names_max");
    out_.logs_.push_back({std::move(key), std::string(items.size() == 3 ? items[2] : "")});
    return {};
  }

  // "witness <name> <vkey> [<url>]"
  Result<void> take_witness(const Items& items) {
    if (items.size() < 3 || items.size() > 4) {
      return refuse(Code::malformed, "must be: witness <name> <key> [<url>]");
    }
    TRY(VerifierKey key, parse_key(items[2]));
    if (key.type != SignatureType::cosignature_v1) {
      return refuse(Code::bad_value, "a witness's key must be of signature type 4, cosignature/v1");
    }
    if (std::ranges::any_of(out_.witnesses_, [&](const auto& w) { return w.key.key == key.key; })) {
      return refuse(Code::bad_value, "this witness's key is listed twice");
    }
    TRY_VOID(define(items[1], {Member::Kind::witness, out_.witnesses_.size()}));
    out_.witnesses_.push_back(
        {std::string(items[1]), std::move(key), std::string(items.size() == 4 ? items[3] : "")});
    return {};
  }

  // "group <name> all|any|<k> <name>..."
  Result<void> take_group(const Items& items) {
    if (items.size() < 4)
      return refuse(Code::malformed, "must be: group <name> all|any|<k> <name>...");
    Policy::Group group;
    for (const std::string_view name : Items(items.begin() + 3, items.end())) {
      TRY(const Member member, use(name));
      group.members.push_back(member);
    }
    const auto count = items[2] == "all"   ? group.members.size()
                       : items[2] == "any" ? std::uint64_t{1}
                                           : parse_decimal(items[2]);
    if (!count || *count < 1 || *count > group.members.size()) {
      return refuse(Code::bad_value,
                    "the threshold must be all, any, or 1 to the number of members");
    }
    group.threshold = static_cast<std::size_t>(*count);
    TRY_VOID(define(items[1], {Member::Kind::group, out_.groups_.size()}));
    out_.groups_.push_back(std::move(group));
    return {};
  }

  // "quorum <name>"
  Result<void> take_quorum(const Items& items) {
    if (items.size() != 2) return refuse(Code::malformed, "must be: quorum <name>");
    if (has_quorum_) return refuse(Code::bad_value, "a policy has one quorum line");
    has_quorum_ = true;
    if (items[1] == "none") return {};
    const auto found = names_.find(items[1]);
    if (found == names_.end())
      return refuse(Code::bad_value, "the quorum's name is not defined above");
    out_.quorum_ = found->second.member;
    return {};
  }

  Result<VerifierKey> parse_key(std::string_view text) const {
    auto key = VerifierKey::parse(text);
    if (!key) key.error().where = lines_.where();
    return key;
  }

  // "Witnesses and groups share a single namespace. The special name none is predefined".
  Result<void> define(std::string_view name, Member member) {
    if (name == "none") return refuse(Code::bad_value, "the name none is taken");
    if (names_.size() == limits::policy_names_max)
      return refuse(Code::too_large, "beyond policy_names_max");
    if (!names_.try_emplace(std::string(name), Name{member}).second) {
      return refuse(Code::bad_value, "this name is defined twice");
    }
    return {};
  }

  // "Each defined name can be listed as a group member at most once."
  Result<Member> use(std::string_view name) {
    const auto found = names_.find(name);
    if (found == names_.end())
      return refuse(Code::bad_value, "a group member is not defined above");
    if (found->second.used) return refuse(Code::bad_value, "a name is a group member twice");
    found->second.used = true;
    return found->second.member;
  }

  struct Name {
    Member member;
    bool used = false;
  };

  Lines lines_;
  Policy out_;
  std::map<std::string, Name, std::less<>> names_;
  bool has_quorum_ = false;
};

Result<Policy> Policy::parse(std::string_view text) {
  if (text.size() > limits::policy_bytes_max)
    return fail(Code::too_large, "a policy beyond policy_bytes_max");
  return PolicyParser(text).parse();
}

bool Policy::quorum(const std::vector<bool>& cosigned) const {
  return !quorum_ || has_witnessed(*quorum_, cosigned);
}

// "if and only if at least k of its n members have witnessed". Every name is a member once, so this
// ends, and is linear.
bool Policy::has_witnessed(const Member& member, const std::vector<bool>& cosigned) const {
  if (member.kind == Member::Kind::witness) return cosigned.at(member.index);
  const Group& group = groups_[member.index];
  const auto count = std::ranges::count_if(
      group.members, [&](const Member& m) { return has_witnessed(m, cosigned); });
  return static_cast<std::size_t>(count) >= group.threshold;
}

Result<std::string> make_policy(std::span<const VerifierKey> logs,
                                std::span<const VerifierKey> witnesses, std::size_t threshold) {
  std::string out;
  for (const VerifierKey& log : logs) out += "log " + log.text() + "\n";
  std::string members;
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    const std::string name = "w" + std::to_string(i + 1);
    out += "witness " + name + " " + witnesses[i].text() + "\n";
    members += " " + name;
  }
  if (threshold == 0) {
    out += "quorum none\n";
  } else {
    if (threshold > witnesses.size())
      return fail(Code::bad_value, "the threshold exceeds the witnesses");
    out += "group witnesses " + std::to_string(threshold) + members + "\nquorum witnesses\n";
  }
  TRY_VOID(Policy::parse(out));
  return out;
}

}  // namespace comity::ledger
