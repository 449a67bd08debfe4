#pragma once
// Structured logs: one JSON object a line. Only edges and app/ log; the core returns what happened.
// Never a secret, never personal data: names of members, ids of acts, codes, counts, durations.
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/time.h"

namespace comity {

enum class Level { debug, info, warn, error };

struct Field {
  std::string_view name;
  std::variant<std::string, std::int64_t, double> value;
};

class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;  // must be safe to call from any thread
  Log(const Clock& clock, Level least, Sink sink)
      : clock_(clock), least_(least), sink_(std::move(sink)) {}

  // {"at":"...Z","level":"info","event":"act_received","peer":"…"}; `event` is one snake_case word.
  void write(Level level, std::string_view event, std::initializer_list<Field> fields = {}) const;

 private:
  const Clock& clock_;
  Level least_;
  Sink sink_;
};

}  // namespace comity
