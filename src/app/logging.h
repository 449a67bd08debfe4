#pragma once
// The process' log: JSON lines on standard error, written by spdlog, which serialises the threads.
#include "base/log.h"

namespace comity::app {

// The least level comes from COMITY_LOG: debug, info (the default), warn or error.
[[nodiscard]] Log make_log(const Clock& clock);

}  // namespace comity::app
