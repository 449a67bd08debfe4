#include "sweep/input.h"

#include "base/limits_sweep.h"
#include "sweep/both.h"
#include "sweep/foreign.h"
#include "sweep/json_text.h"
#include "sweep/mail.h"
#include "sweep/mbox.h"

namespace comity::sweep {
namespace {

// What stays the same over all that is packed in one input.
struct Job {
  const Index& index;
  Format format;
  std::function<void(const Hit&)> see;
  Expansion& expansion;
};
using JobRef = std::shared_ptr<const Job>;  // of stages that are made as they are needed

// What is unpacked reaches one of these: a Scanner, or BothReadings.
template <typename Reading>
class TextStage : public Stage {
 public:
  TextStage(const JobRef& job, std::string part)
      : job_(job),
        part_(std::move(part)),
        reading_(job->index, [this](const Found& found) { job_->see({part_, found}); }) {}
  Result<void> feed(std::string_view bytes) override {
    reading_.feed(bytes);
    return {};
  }
  Result<void> finish() override {
    reading_.finish();
    return {};
  }

 private:
  JobRef job_;
  std::string part_;
  Reading reading_;
};

// Of what is JSON throughout, since somebody said so.
class JsonReading {
 public:
  JsonReading(const Index& index, std::function<void(const Found&)> see)
      : scanner_(index, std::move(see)),
        json_([this](std::string_view bytes) { scanner_.feed(bytes); },
              [this](std::uint64_t bytes) { scanner_.skipped(static_cast<std::int64_t>(bytes)); }) {
  }
  void feed(std::string_view bytes) { json_.feed(bytes); }
  void finish() {
    json_.finish();
    scanner_.finish();
  }

 private:
  Scanner scanner_;
  JsonText json_;
};

std::unique_ptr<Stage> detecting(const JobRef& job, std::string part, Format format,
                                 std::size_t depth);

// Swept as it stands, since names in it may be in clear; but that is not all that it holds.
class ForeignStage : public Stage {
 public:
  ForeignStage(std::unique_ptr<Stage> next, std::string_view told)
      : next_(std::move(next)), told_(told) {}
  Result<void> feed(std::string_view bytes) override { return next_->feed(bytes); }
  Result<void> finish() override {
    TRY_VOID(next_->finish());
    return fail(Code::bad_value, std::string(told_));
  }

 private:
  std::unique_ptr<Stage> next_;
  std::string_view told_;  // static
};

// Held in memory: its parts are where its end says. A part that fails keeps no other from being
// swept.
class MailStage : public Stage {
 public:
  MailStage(JobRef job, std::string part, std::size_t depth)
      : job_(std::move(job)), part_(std::move(part)), depth_(depth) {}
  Result<void> feed(std::string_view bytes) override {
    if (message_.size() + bytes.size() > limits::sweep_mail_message_bytes_max) {
      message_ += bytes.substr(0, limits::sweep_mail_message_bytes_max - message_.size());
      (void)finish();
      return fail(Code::too_large,
                  "a message is taken apart up to 64 MiB: sweep it with --format text");
    }
    message_ += bytes;
    return {};
  }
  Result<void> finish() override {
    Result<void> failed;
    auto all = for_each_part(message_, [&](const std::string& name, std::string_view bytes) {
      std::string full = part_.empty() ? name : part_ + "." + name;
      auto swept = part(full, name.ends_with("headers"), bytes);
      if (!swept && failed)
        failed = fail(swept.error().code, "part " + full + ": " + swept.error().what);
      return Result<void>();
    });
    return all ? failed : all;
  }

 private:
  Result<void> part(const std::string& name, bool headers, std::string_view bytes) {
    std::unique_ptr<Stage> stage = std::make_unique<TextStage<Scanner>>(job_, name);
    if (!headers) stage = detecting(job_, name, Format::detect, depth_ + 1);
    TRY_VOID(stage->feed(bytes));
    return stage->finish();
  }

  JobRef job_;
  std::string part_;
  std::size_t depth_;
  std::string message_;
};

// The parts of the seventh message are "m7.headers", "m7.1" …
class MailboxStage : public Stage {
 public:
  MailboxStage(JobRef job, std::string part, std::size_t depth)
      : job_(std::move(job)),
        part_(part.empty() ? "m" : std::move(part) + ".m"),
        depth_(depth),
        mailbox_({.begin = [this] { begin(); },
                  .bytes =
                      [this](std::string_view bytes) {
                        if (message_ && !keep(message_->feed(bytes))) message_.reset();
                      }}) {}
  Result<void> feed(std::string_view bytes) override {
    mailbox_.feed(bytes);
    return {};
  }
  Result<void> finish() override {
    mailbox_.finish();
    if (message_) keep(message_->finish());
    return failed_;
  }

 private:
  void begin() {
    if (message_) keep(message_->finish());
    message_ = std::make_unique<MailStage>(job_, part_ + std::to_string(++number_), depth_);
  }
  bool keep(Result<void> done) {
    if (!done && failed_)
      failed_ =
          fail(done.error().code, "message " + std::to_string(number_) + ": " + done.error().what);
    return bool(done);
  }

  JobRef job_;
  std::string part_;
  std::size_t depth_;
  std::uint64_t number_ = 0;
  std::unique_ptr<Stage> message_;
  Result<void> failed_;
  Mailbox mailbox_;
};

// Waits for enough to know what it is.
class DetectStage : public Stage {
 public:
  DetectStage(JobRef job, std::string part, Format format, std::size_t depth)
      : job_(std::move(job)), part_(std::move(part)), format_(format), depth_(depth) {}

  Result<void> feed(std::string_view bytes) override {
    if (next_) return next_->feed(bytes);
    std::size_t wanted = std::min(bytes.size(), enough - head_.size());
    head_ += bytes.substr(0, wanted);
    if (head_.size() < enough) return {};
    TRY_VOID(decide());
    return next_->feed(bytes.substr(wanted));
  }
  Result<void> finish() override {
    if (!next_) TRY_VOID(decide());
    return next_->finish();
  }

 private:
  static constexpr std::size_t enough = 4096;

  Result<void> decide() {
    std::string_view head(head_);
    bool gzip = head.starts_with("\x1f\x8b\x08");
    // RFC 8878, 3.1: a frame, or one to be skipped, as some tools begin.
    bool zstd =
        head.starts_with("\x28\xb5\x2f\xfd") ||
        (head.size() > 4 && (head[0] & 0xf0) == 0x50 && head.substr(1).starts_with("\x2a\x4d\x18"));
    std::string_view foreign = format_ == Format::text ? "" : foreign_form(head);
    if (gzip || zstd) {
      if (depth_ >= limits::sweep_depth_max)
        return fail(Code::too_large, "packed in packed beyond four times: unpack it by hand");
      auto inner = detecting(job_, part_, format_, depth_ + 1);
      next_ = gzip ? make_gunzip(std::move(inner), job_->expansion)
                   : make_unzstd(std::move(inner), job_->expansion);
    } else if (!foreign.empty()) {
      next_ = std::make_unique<ForeignStage>(std::make_unique<TextStage<BothReadings>>(job_, part_),
                                             foreign);
    } else {
      next_ = unpacked();
    }
    std::string beginning;
    beginning.swap(head_);
    return next_->feed(beginning);
  }

  std::unique_ptr<Stage> unpacked() {
    bool may_be_mail = format_ == Format::mail || format_ == Format::detect;
    if (may_be_mail && depth_ < limits::sweep_depth_max) {
      if (looks_like_mbox(head_)) return std::make_unique<MailboxStage>(job_, part_, depth_);
      if (format_ == Format::mail || looks_like_mail(head_))
        return std::make_unique<MailStage>(job_, part_, depth_);
    }
    if (format_ == Format::json) return std::make_unique<TextStage<JsonReading>>(job_, part_);
    if (format_ == Format::text) return std::make_unique<TextStage<Scanner>>(job_, part_);
    return std::make_unique<TextStage<BothReadings>>(job_, part_);
  }

  JobRef job_;
  std::string part_;
  Format format_;
  std::size_t depth_;
  std::string head_;
  std::unique_ptr<Stage> next_;
};

std::unique_ptr<Stage> detecting(const JobRef& job, std::string part, Format format,
                                 std::size_t depth) {
  return std::make_unique<DetectStage>(job, std::move(part), format, depth);
}

}  // namespace

Input::Input(const Index& index, Format format, std::function<void(const Hit&)> see)
    : first_(detecting(std::make_shared<const Job>(Job{index, format, std::move(see), expansion_}),
                       "", format, 0)) {}

Result<void> Input::feed(std::string_view bytes) {
  expansion_.read += bytes.size();
  return first_->feed(bytes);
}

Result<void> Input::finish() {
  return first_->finish();
}

}  // namespace comity::sweep
