#include "app/law_watch.h"

#include "app/corpus.h"
#include "node/context.h"

namespace comity::app {
namespace {

Result<node::LawRead> read_base(const std::string& folder) {
  TRY(auto files, law_files(folder));
  TRY(law::Corpus corpus, law::Corpus::load(files));
  return node::LawRead{
      .base = std::make_shared<const node::BaseLaw>(std::move(files), std::move(corpus)),
      .trouble = {}};
}

}  // namespace

LawWatch::LawWatch(const Log& log, const std::string& folder, std::string stamp)
    : log_(log),
      folder_(folder),
      watch_(folder, ".toml", std::move(stamp), "law",
             [this](const Result<void>& readable) { read(readable); }) {}

void LawWatch::read(const Result<void>& readable) {
  auto now = readable ? read_base(folder_) : std::unexpected(readable.error());
  if (!now) {
    log_.write(Level::error, "law_unreadable",
               {{"what", now.error().what}, {"where", now.error().where}});
    now = node::LawRead{.base = nullptr, .trouble = now.error().where + ": " + now.error().what};
  }
  const std::lock_guard lock(mutex_);
  read_ = *std::move(now);
}

std::optional<node::LawRead> LawWatch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(read_, std::nullopt);
}

void LawWatch::give_back(node::LawRead read) {
  const std::lock_guard lock(mutex_);
  if (!read_) read_ = std::move(read);
}

}  // namespace comity::app
