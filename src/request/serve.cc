#include "request/serve.h"

#include <algorithm>

namespace comity::request {
namespace {

bool is_asked(const TargetMark& mark) {
  return mark.status == TargetStatus::awaiting || mark.status == TargetStatus::preserved;
}

Result<void> check_target(const Target& ordered, const Target& asked, const std::string& where) {
  const char* other = ordered.identifier_type != asked.identifier_type ? "identifier_type"
                      : ordered.identifier != asked.identifier         ? "identifier"
                      : ordered.service != asked.service               ? "service"
                                                                       : nullptr;
  if (other)
    return fail(Code::bad_value, "is not what the request that it serves asks for",
                where + "/" + other);
  if (ordered.period.from > asked.period.from || ordered.period.to < asked.period.to)
    return fail(Code::bad_value,
                "must reach from " + to_text(asked.period.from) + " to " +
                    to_text(asked.period.to) + ", as the request that it serves",
                where + "/period");
  for (const std::string& category : asked.categories)
    if (std::ranges::count(ordered.categories, category) == 0)
      return fail(Code::bad_value, "lacks " + category + ", which the request that it serves asks",
                  where + "/categories");
  return {};
}

}  // namespace

std::vector<Target> still_asked(const Ask& ask, const State& state,
                                const std::vector<Offer>& taken_up) {
  std::vector<Target> asked;
  for (Target target : ask.targets) {
    auto mark = std::ranges::find(state.targets, target.id, &TargetMark::target);
    if (mark == state.targets.end() || !is_asked(*mark)) continue;
    if (!mark->asked.empty()) target.categories = mark->asked;
    for (const Offer& offer : taken_up) {
      if (!offer.period) continue;
      target.period.from = std::max(target.period.from, offer.period->from);
      target.period.to = std::min(target.period.to, offer.period->to);
    }
    asked.push_back(std::move(target));
  }
  return asked;
}

Result<void> check_serves(const Order& order, const std::vector<Target>& asked) {
  for (std::size_t i = 0; i < order.targets.size(); ++i) {
    std::string where = "/targets/" + std::to_string(i);
    auto same = std::ranges::find(asked, order.targets[i].id, &Target::id);
    if (same == asked.end())
      return fail(
          Code::bad_value,
          "the request that it serves asks for no " + order.targets[i].id + ", or no longer does",
          where + "/id");
    TRY_VOID(check_target(order.targets[i], *same, where));
  }
  return {};
}

}  // namespace comity::request
