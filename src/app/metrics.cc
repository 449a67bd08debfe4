#include "app/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <fstream>

namespace comity::app {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<node::Input>> input_names = {
    "act",         "receipt",          "refusal",
    "delivery",    "command",          "tick",
    "pairing",     "pairing_answer",   "checkpoint_offered",
    "cosignature", "checkpoint_shown", "start",
    "ring",        "objects",          "deletion",
    "law"};

std::uint64_t count_rows(node::View& view, node::Space space) {
  std::uint64_t total = 0;
  std::string after;
  for (;;) {
    auto rows = view.scan(space, "", after, 1000);
    if (!rows || rows->empty()) return total;
    total += rows->size();
    after = rows->back().key;
  }
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * 4096.0;
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& inputs =
      prometheus::BuildCounter()
          .Name("comity_inputs_total")
          .Help("Inputs taken, by kind and outcome code")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& rings =
      prometheus::BuildCounter()
          .Name("comity_alarm_rings_total")
          .Help("Steps of the roster run for alarms, drills apart, by outcome: ok or failed")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& objects =
      prometheus::BuildCounter()
          .Name("comity_taxii_objects_total")
          .Help("Objects that TAXII readers asked for, by what was said: shown, or why not")
          .Register(registry);
  prometheus::Counter& warned =
      prometheus::BuildCounter()
          .Name("comity_push_warned_total")
          .Help("Indicators that did not go to partners, since a warning list names a value")
          .Register(registry)
          .Add({});
  prometheus::Family<prometheus::Counter>& logins =
      prometheus::BuildCounter()
          .Name("comity_taxii_logins_refused_total")
          .Help("TAXII logins that failed, by what was shown: basic, bearer, certificate, other")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& gauges = prometheus::BuildGauge()
                                                      .Name("comity_rows")
                                                      .Help("Rows standing, by what they are")
                                                      .Register(registry);
  prometheus::Gauge& leaves = prometheus::BuildGauge()
                                  .Name("comity_ledger_leaves")
                                  .Help("Leaves in this node's ledger")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& resident = prometheus::BuildGauge()
                                    .Name("comity_resident_bytes")
                                    .Help("Resident memory of the process")
                                    .Register(registry)
                                    .Add({});
  prometheus::Histogram& turns =
      prometheus::BuildHistogram()
          .Name("comity_turn_seconds")
          .Help("Time from taking a group of inputs to its being durable")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{.001, .002, .005, .01, .02, .05, .1, .5,
                                                           1, 5});
  prometheus::Counter& grouped =
      prometheus::BuildCounter()
          .Name("comity_turn_inputs_total")
          .Help(
              "Inputs that shared a turn; divided by comity_turn_seconds_count, the mean "
              "size of a group")
          .Register(registry)
          .Add({});
};

std::string_view input_name(const node::Input& input) {
  return input_names[input.index()];
}

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count(const node::Input& input, const node::Reply& reply) {
  std::string outcome = reply.error ? std::string(code_name(reply.error->code)) : "ok";
  families_->inputs.Add({{"kind", std::string(input_name(input))}, {"outcome", outcome}})
      .Increment();
  if (const auto* ring = std::get_if<node::AlarmRung>(&input))
    families_->rings.Add({{"outcome", ring->outcome.empty() ? "ok" : "failed"}}).Increment();
}

void Metrics::turn(std::size_t inputs, double seconds) {
  families_->turns.Observe(seconds);
  families_->grouped.Increment(static_cast<double>(inputs));
}

void Metrics::withheld(const alert::Tally& tally) {
  for (std::size_t i = 0; i < tally.of.size(); ++i) {
    if (tally.of[i] == 0) continue;
    std::string name(alert::verdict_name(static_cast<alert::Verdict>(i)));
    families_->objects.Add({{"verdict", name}}).Increment(static_cast<double>(tally.of[i]));
  }
}

void Metrics::warned(std::uint64_t indicators) {
  families_->warned.Increment(static_cast<double>(indicators));
}

void Metrics::login_refused(std::string_view how) {
  families_->logins.Add({{"how", std::string(how)}}).Increment();
}

std::string Metrics::page(node::View& view) {
  using node::Space;
  for (Space space : {Space::outbox, Space::conversation, Space::timer, Space::draft, Space::alarm,
                      Space::member})
    families_->gauges.Add({{"what", std::string(node::space_name(space))}})
        .Set(static_cast<double>(count_rows(view, space)));
  if (auto head = view.head()) families_->leaves.Set(static_cast<double>(head->size));
  families_->resident.Set(resident_bytes());
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace comity::app
