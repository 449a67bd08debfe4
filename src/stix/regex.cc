#include "stix/regex.h"

#include <re2/re2.h>

#include "base/limits_stix.h"

namespace comity::stix {
namespace {

// STIX 2.1, 9.6.1: a search, case-sensitive, the point standing for a line's end too.
RE2::Options options_for(Regex::Over over) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_max_mem(limits::pattern_regex_memory_max);
  options.set_encoding(over == Regex::Over::text ? RE2::Options::EncodingUTF8
                                                 : RE2::Options::EncodingLatin1);
  return options;
}

}  // namespace

struct Regex::Impl {
  RE2 expression;
};

Regex::Regex(std::string_view expression, Over over)
    : impl_(new Impl{
          RE2(re2::StringPiece(expression.data(), expression.size()), options_for(over))}) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::optional<std::string> Regex::problem() const {
  if (impl_->expression.ok()) return std::nullopt;
  return impl_->expression.error();
}

bool Regex::found_in(std::string_view subject) const {
  return impl_->expression.ok() &&
         RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), impl_->expression);
}

}  // namespace comity::stix
