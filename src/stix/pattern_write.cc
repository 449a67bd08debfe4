#include <charconv>
#include <cmath>

#include "base/check.h"
#include "stix/pattern_lex.h"

namespace comity::stix {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// Without an exponent, which the grammar does not have, and always with a point.
std::string real(double d) {
  char digits[400];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, d, std::chars_format::fixed);
  check(error == std::errc() && std::isfinite(d), "a double fits 400 characters");
  std::string out(digits, end);
  return out.contains('.') ? out : out + ".0";
}

std::string_view comparator(Comparator op) {
  static constexpr std::string_view words[] = {
      "=", "!=", "<", "<=", ">", ">=", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET", "EXISTS"};
  return words[static_cast<std::size_t>(op)];
}

std::string write(const Comparison& test) {
  if (test.op == Comparator::exists) return "EXISTS " + write_path(test.path);
  std::string out = write_path(test.path) + (test.negated ? " NOT " : " ");
  out += comparator(test.op);
  if (test.op != Comparator::in) return out + " " + write_constant(test.values.front());
  out += " (";
  for (std::size_t i = 0; i < test.values.size(); ++i)
    out += (i == 0 ? "" : ", ") + write_constant(test.values[i]);
  return out + ")";
}

std::string write(const Condition& node) {
  if (node.kind == Condition::Kind::test) return write(node.test);
  std::string out;
  for (const Condition& part : node.parts) {
    if (!out.empty()) out += node.kind == Condition::Kind::all ? " AND " : " OR ";
    bool looser = node.kind == Condition::Kind::all && part.kind == Condition::Kind::any;
    out += looser ? "(" + write(part) + ")" : write(part);
  }
  return out;
}

std::string write(const Qualifier& qualifier) {
  if (const auto* within = std::get_if<Within>(&qualifier)) {
    bool whole = within->seconds == std::floor(within->seconds) && within->seconds < 1e15;
    return " WITHIN " +
           (whole ? std::to_string(static_cast<std::int64_t>(within->seconds))
                  : real(within->seconds)) +
           " SECONDS";
  }
  if (const auto* repeats = std::get_if<Repeats>(&qualifier))
    return " REPEATS " + std::to_string(repeats->times) + " TIMES";
  const auto& period = std::get<StartStop>(qualifier);
  return " START t'" + to_text(period.start) + "' STOP t'" + to_text(period.stop) + "'";
}

// How loosely a node binds, as it is written.
int looseness(const Observing& node) {
  if (!node.qualifiers.empty() || node.kind == Observing::Kind::condition) return 0;
  if (node.kind == Observing::Kind::all) return 1;
  return node.kind == Observing::Kind::any ? 2 : 3;
}

std::string write(const Observing& node);

std::string write_within(const Observing& part, int most) {
  return looseness(part) > most ? "(" + write(part) + ")" : write(part);
}

std::string write_plain(const Observing& node) {
  switch (node.kind) {
    case Observing::Kind::condition:
      return "[" + write(node.condition) + "]";
    case Observing::Kind::followed:  // associates to the left
      return write_within(node.parts[0], 3) + " FOLLOWEDBY " + write_within(node.parts[1], 2);
    case Observing::Kind::all:
    case Observing::Kind::any:
      break;
  }
  bool all = node.kind == Observing::Kind::all;
  std::string out;
  for (const Observing& part : node.parts)
    out += (out.empty() ? "" : all ? " AND " : " OR ") + write_within(part, all ? 0 : 1);
  return out;
}

std::string write(const Observing& node) {
  std::string out = write_plain(node);
  if (node.qualifiers.empty()) return out;
  if (node.kind != Observing::Kind::condition) out = "(" + out + ")";
  for (const Qualifier& qualifier : node.qualifiers) out += write(qualifier);
  return out;
}

}  // namespace

std::string write_constant(const Constant& constant) {
  if (const auto* n = std::get_if<std::int64_t>(&constant)) return std::to_string(*n);
  if (const auto* d = std::get_if<double>(&constant)) return real(*d);
  if (const auto* s = std::get_if<std::string>(&constant)) return quoted(*s);
  if (const auto* b = std::get_if<bool>(&constant)) return *b ? "true" : "false";
  if (const auto* binary = std::get_if<BinaryConstant>(&constant))
    return "b'" + to_base64(binary->bytes) + "'";
  if (const auto* hex = std::get_if<HexConstant>(&constant)) return "h'" + to_hex(hex->bytes) + "'";
  return "t'" + to_text(std::get<TimeConstant>(constant).at) + "'";
}

std::string write_path(const ObjectPath& path) {
  std::string out = path.type + ":";
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    if (const auto* name = std::get_if<std::string>(&path.steps[i])) {
      if (i > 0) out += '.';
      out += is_bare_name(*name) ? *name : quoted(*name);
    } else if (const auto* index = std::get_if<std::int64_t>(&path.steps[i])) {
      out += "[" + std::to_string(*index) + "]";
    } else {
      out += "[*]";
    }
  }
  return out;
}

std::string write_pattern(const Pattern& pattern) {
  return write(pattern.root);
}

}  // namespace comity::stix
