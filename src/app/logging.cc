#include "app/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

namespace comity::app {
namespace {

Level least_level() {
  std::string_view word = std::getenv("COMITY_LOG") ? std::getenv("COMITY_LOG") : "info";
  if (word == "debug") return Level::debug;
  if (word == "warn") return Level::warn;
  if (word == "error") return Level::error;
  return Level::info;
}

}  // namespace

Log make_log(const Clock& clock) {
  // Shared with the log's own copies of the sink.
  auto logger =
      std::make_shared<spdlog::logger>("comity", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  return Log(clock, least_level(), [logger](std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    logger->log(spdlog::level::critical, "{}", line);  // our own level decided already
    logger->flush();
  });
}

}  // namespace comity::app
