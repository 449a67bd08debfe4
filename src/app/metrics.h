#pragma once
// What a node counts, in Prometheus' text form. Numbers only: no member's name, no act's id.
#include <memory>
#include <string>

#include "alert/audience.h"
#include "node/input.h"
#include "node/ports.h"

namespace prometheus {
class Registry;
}

namespace comity::app {

// As metrics and the log name its kind: "act", "command", "tick".
[[nodiscard]] std::string_view input_name(const node::Input& input);

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void count(const node::Input& input, const node::Reply& reply);
  void turn(std::size_t inputs, double seconds);
  void withheld(const alert::Tally& tally);  // from TAXII readers, and from partners of a push
  void warned(std::uint64_t indicators);     // held back from a push for a warning list
  void login_refused(std::string_view how);  // over TAXII
  // Gauges are read from the view when the page is asked for.
  [[nodiscard]] std::string page(node::View& view);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace comity::app
