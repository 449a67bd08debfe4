// gzip (RFC 1952) by zlib, zstd (RFC 8878) by libzstd. Both may be several, one behind the other.
#include <zlib.h>
#include <zstd.h>

#include <new>
#include <vector>

#include "base/limits_sweep.h"
#include "sweep/stage.h"

namespace comity::sweep {

Result<void> Expansion::add(std::uint64_t bytes) {
  made += bytes;
  if (made > limits::sweep_expanded_bytes_max)
    return fail(Code::too_large, "unpacks to more than 256 GiB: unpack it and sweep the parts");
  if (made > limits::sweep_expanded_free && made / limits::sweep_expansion_max > read)
    return fail(Code::too_large,
                "unpacks to more than 1100 times its size: nothing honest does; unpack it by hand");
  return {};
}

namespace {

constexpr std::size_t piece = 256u << 10;

// What came before the damage is swept to its end; what fails then was told already.
template <typename Failed>
Failed after_finishing(Stage& next, Failed failed) {
  (void)next.finish();
  return failed;
}

class Gunzip : public Stage {
 public:
  Gunzip(std::unique_ptr<Stage> next, Expansion& expansion)
      : next_(std::move(next)), expansion_(expansion), out_(piece) {
    if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Gunzip() override { inflateEnd(&stream_); }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  Result<void> feed(std::string_view bytes) override {
    while (!bytes.empty() || more_) {
      if (ended_) {
        // Another member, or what pads a tape: nothing else is swept silently past.
        if (bytes.find_first_not_of('\0') == std::string_view::npos) return {};
        if (inflateReset(&stream_) != Z_OK) return after_finishing(*next_, broken());
        ended_ = false;
      }
      TRY_VOID(step(bytes));
    }
    return {};
  }
  Result<void> finish() override {
    if (!ended_)
      return after_finishing(*next_,
                             fail(Code::corrupt, "the gzip file is cut short: its end is missing"));
    return next_->finish();
  }

 private:
  static std::unexpected<Error> broken() { return fail(Code::corrupt, "damaged gzip data"); }

  Result<void> step(std::string_view& bytes) {
    // zlib takes no const, and changes nothing.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(std::min(bytes.size(), piece));
    stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
    stream_.avail_out = static_cast<uInt>(out_.size());
    std::size_t given = stream_.avail_in;
    int status = inflate(&stream_, Z_NO_FLUSH);
    bool good = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
    bytes.remove_prefix(given - stream_.avail_in);
    std::size_t made = out_.size() - stream_.avail_out;
    ended_ = status == Z_STREAM_END;
    more_ = !ended_ && stream_.avail_out == 0;
    if (auto added = expansion_.add(made); !added) return after_finishing(*next_, added);
    TRY_VOID(next_->feed({out_.data(), made}));
    return good ? Result<void>() : after_finishing(*next_, broken());
  }

  std::unique_ptr<Stage> next_;
  Expansion& expansion_;
  std::vector<char> out_;
  z_stream stream_{};
  bool ended_ = false, more_ = false;
};

class Unzstd : public Stage {
 public:
  Unzstd(std::unique_ptr<Stage> next, Expansion& expansion)
      : next_(std::move(next)), expansion_(expansion), out_(piece), context_(ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, limits::sweep_zstd_window_log_max);
  }

  Result<void> feed(std::string_view bytes) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    bool full = true;
    while (in.pos < in.size || full) {
      ZSTD_outBuffer out{out_.data(), out_.size(), 0};
      std::size_t status = ZSTD_decompressStream(context_.get(), &out, &in);
      bool good = ZSTD_isError(status) == 0;
      full = out.pos == out.size;
      if (out.pos > 0 || in.size > 0) ended_ = status == 0;
      if (auto added = expansion_.add(out.pos); !added) return after_finishing(*next_, added);
      TRY_VOID(next_->feed({out_.data(), out.pos}));
      if (!good)
        return after_finishing(*next_, fail(Code::corrupt, std::string("damaged zstd data: ") +
                                                               ZSTD_getErrorName(status)));
      if (in.pos == in.size && !full) break;
    }
    return {};
  }
  Result<void> finish() override {
    if (!ended_)
      return after_finishing(*next_,
                             fail(Code::corrupt, "the zstd file is cut short: its end is missing"));
    return next_->finish();
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<Stage> next_;
  Expansion& expansion_;
  std::vector<char> out_;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Stage> make_gunzip(std::unique_ptr<Stage> next, Expansion& expansion) {
  return std::make_unique<Gunzip>(std::move(next), expansion);
}
std::unique_ptr<Stage> make_unzstd(std::unique_ptr<Stage> next, Expansion& expansion) {
  return std::make_unique<Unzstd>(std::move(next), expansion);
}

}  // namespace comity::sweep
