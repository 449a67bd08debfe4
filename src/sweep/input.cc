#include "sweep/input.h"

#include "base/limits_sweep.h"
#include "sweep/both.h"
#include "sweep/json_text.h"
#include "sweep/mail.h"

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

// Held in memory: its parts are where its end says.
class MailStage : public Stage {
 public:
  MailStage(JobRef job, std::string part, std::size_t depth)
      : job_(std::move(job)), part_(std::move(part)), depth_(depth) {}
  Result<void> feed(std::string_view bytes) override {
    if (message_.size() + bytes.size() > limits::sweep_mail_message_bytes_max)
      return fail(Code::too_large,
                  "a message is taken apart up to 64 MiB: sweep it with --format text");
    message_ += bytes;
    return {};
  }
  Result<void> finish() override {
    return for_each_part(message_, [&](const std::string& name, std::string_view bytes) {
      std::string full = part_.empty() ? name : part_ + "." + name;
      bool headers = name.ends_with("headers");
      auto stage = headers ? std::make_unique<TextStage<Scanner>>(job_, full)
                           : detecting(job_, full, Format::detect, depth_ + 1);
      auto fed = stage->feed(bytes);
      return fed ? stage->finish() : fed;
    });
  }

 private:
  JobRef job_;
  std::string part_;
  std::size_t depth_;
  std::string message_;
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
    bool gzip = head_.starts_with("\x1f\x8b\x08"), zstd = head_.starts_with("\x28\xb5\x2f\xfd");
    if (gzip || zstd) {
      if (depth_ >= limits::sweep_depth_max)
        return fail(Code::too_large, "packed in packed beyond four times: unpack it by hand");
      auto inner = detecting(job_, part_, format_, depth_ + 1);
      next_ = gzip ? make_gunzip(std::move(inner), job_->expansion)
                   : make_unzstd(std::move(inner), job_->expansion);
    } else {
      next_ = unpacked();
    }
    std::string head;
    head.swap(head_);
    return next_->feed(head);
  }

  std::unique_ptr<Stage> unpacked() {
    bool mail = format_ == Format::mail || (format_ == Format::detect && looks_like_mail(head_));
    if (mail && depth_ < limits::sweep_depth_max)
      return std::make_unique<MailStage>(job_, part_, depth_);
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
