#include "intel/said.h"

#include "base/limits_intel.h"

namespace comity::intel {

void Told::add(std::string where, std::string what) {
  ++count;
  if (list.size() < limits::intel_said_max) list.push_back({std::move(where), std::move(what)});
}

}  // namespace comity::intel
