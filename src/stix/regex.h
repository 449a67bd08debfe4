#pragma once
// Regular expressions of MATCHES. RE2: linear time whatever the expression, and no back-references
// or look-around, which PCRE has.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace comity::stix {

class Regex {
 public:
  enum class Over { text, bytes };
  Regex(std::string_view expression, Over over);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  // Why it cannot be used, if so: then nothing matches.
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] bool found_in(std::string_view subject) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity::stix
