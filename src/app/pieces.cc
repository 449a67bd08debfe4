#include "app/pieces.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/limits_stix.h"
#include "crypto/hash.h"

namespace comity::app {
namespace {

constexpr std::size_t piece_bytes = 1u << 20;  // of objects given in one command

}  // namespace

Pieces::Pieces(Session& session, const Desk& desk, std::string collection, std::string name)
    : client_(Folder(session.dir), session.unlock),
      desk_(desk),
      collection_(std::move(collection)),
      name_(std::move(name)),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Result<void> Pieces::give(std::string_view object) {
  if (object.size() > limits::stix_object_bytes_max) {
    ++sum_.given;
    sum_.refused.push_back(
        json::Object{{"id", fmt::format("object {}", sum_.given)},
                     {"message", fmt::format("it has {} bytes; an object has at most {}",
                                             object.size(), limits::stix_object_bytes_max)}});
    return {};
  }
  if (!piece_.empty() && piece_.size() + object.size() > piece_bytes) TRY_VOID(flush());
  piece_ += piece_.empty() ? R"({"objects":[)" : ",";
  piece_ += object;
  ++sum_.given;
  return {};
}

Result<void> Pieces::flush() {
  if (piece_.empty()) return {};
  piece_ += "]}";
  Hash sha256 = crypto::sha256(as_bytes(piece_));
  TRY(json::Value answer,
      client_.command(desk_.sign_command("alert.import",
                                         {{"collection", collection_}, {"sha256", to_hex(sha256)}}),
                      piece_));
  piece_.clear();
  sum_.added += static_cast<std::uint64_t>(*answer.find("added")->as_int());
  sum_.present += static_cast<std::uint64_t>(*answer.find("present")->as_int());
  sum_.acts += static_cast<std::uint64_t>(*answer.find("pushed")->find("acts")->as_int());
  for (const json::Value& each : *answer.find("refused")->as_array()) sum_.refused.push_back(each);
  if (terminal_)
    std::cerr << fmt::format("\r{}: {} objects given", name_, sum_.given) << std::flush;
  return {};
}

Result<Imported> Pieces::finish() {
  TRY_VOID(flush());
  if (terminal_ && sum_.given > 0) std::cerr << "\n";
  return std::move(sum_);
}

}  // namespace comity::app
