// comity_sim: runs seeds, and says which one failed and how to run it again.
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "world.h"

namespace {

using namespace comity;

struct Arguments {
  std::uint64_t seeds = 200, from = 1, twice = 0;
  bool one = false, trace = false, counts = false;
  std::string law = COMITY_SOURCE_DIR "/law";
};

constexpr const char* usage =
    "usage: comity_sim [--seeds N] [--from S] [--seed S] [--twice N] [--law FOLDER] [--trace] "
    "[--counts]\n"
    "  --seeds N    run N seeds (200), from --from S (1) on\n"
    "  --seed S     run this one alone\n"
    "  --twice N    run the first N seeds twice: both runs must leave one trace\n"
    "  --trace      write what happens to stderr\n"
    "  --counts     say at the end what happened how often\n";

bool read_number(const char* text, std::uint64_t& out) {
  char* end = nullptr;
  out = std::strtoull(text, &end, 10);
  return *text != 0 && *end == 0;
}

bool read_arguments(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    std::string name = argv[i];
    if (name == "--trace")
      out.trace = true;
    else if (name == "--counts")
      out.counts = true;
    else if (i + 1 == argc)
      return false;
    else if (name == "--law")
      out.law = argv[++i];
    else if (name == "--seeds" && read_number(argv[i + 1], out.seeds))
      ++i;
    else if (name == "--from" && read_number(argv[i + 1], out.from))
      ++i;
    else if (name == "--twice" && read_number(argv[i + 1], out.twice))
      ++i;
    else if (name == "--seed" && read_number(argv[i + 1], out.from))
      ++i, out.one = true;
    else
      return false;
  }
  if (out.one) out.seeds = 1;
  return true;
}

Result<std::shared_ptr<const node::BaseLaw>> load_law(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<law::SourceFile> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() != ".toml") continue;
    std::ifstream in(at->path(), std::ios::binary);
    files.push_back({fs::relative(at->path(), folder).generic_string(),
                     std::string(std::istreambuf_iterator<char>(in), {})});
  }
  if (files.empty())
    return fail(Code::not_found, "no law there; name the folder with --law", folder);
  TRY(law::Corpus corpus, law::Corpus::load(files));
  return std::make_shared<const node::BaseLaw>(std::move(files), corpus);
}

// The seed that runs, for the handler of a check() that fails: it may do little more than write.
char running[160];
extern "C" void on_abort(int) {
  (void)!write(STDERR_FILENO, running, __builtin_strlen(running));
  std::signal(SIGABRT, SIG_DFL);
}

bool run_seed(const Arguments& args, const std::shared_ptr<const node::BaseLaw>& law,
              std::uint64_t seed, bool twice, std::map<std::string, std::uint64_t>& counts) {
  std::snprintf(running, sizeof running,
                "\nseed %llu aborted; run it again with: comity_sim --seed %llu --trace\n",
                static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed));
  sim::RunOptions options{.seed = seed, .law = law, .show_trace = args.trace};
  sim::Verdict verdict = sim::run(options);
  if (twice) {
    options.show_trace = false;
    auto again = sim::run(options).trace_hash;
    if (again != verdict.trace_hash)
      verdict.faults.push_back("two runs of this seed leave different traces");
  }
  for (const auto& [what, count] : verdict.counts) counts[what] += count;
  if (verdict.faults.empty()) return true;
  auto number = static_cast<unsigned long long>(seed);
  std::fprintf(stderr, "\nseed %llu FAILED:\n", number);
  for (const std::string& fault : verdict.faults) std::fprintf(stderr, "  %s\n", fault.c_str());
  std::fprintf(stderr, "  run it again with: comity_sim --seed %llu --trace\n", number);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments args;
  if (!read_arguments(argc, argv, args)) {
    std::fputs(usage, stderr);
    return 2;
  }
  auto law = load_law(args.law);
  if (!law) {
    std::fprintf(stderr, "comity_sim: %s\n", to_text(law.error()).c_str());
    return 3;
  }
  std::signal(SIGABRT, on_abort);
  bool live = isatty(STDERR_FILENO) != 0 && !args.trace;
  std::map<std::string, std::uint64_t> counts;
  std::uint64_t passed = 0, failed = 0;
  for (std::uint64_t i = 0; i < args.seeds; ++i) {
    bool held = run_seed(args, *law, args.from + i, i < args.twice, counts);
    ++(held ? passed : failed);
    if (live)
      std::fprintf(stderr, "\r%llu of %llu seeds", static_cast<unsigned long long>(i + 1),
                   static_cast<unsigned long long>(args.seeds));
    else if ((i + 1) % 50 == 0)
      std::fprintf(
          stderr, "%llu of %llu seeds, %llu failed\n", static_cast<unsigned long long>(i + 1),
          static_cast<unsigned long long>(args.seeds), static_cast<unsigned long long>(failed));
  }
  if (live) std::fputs("\n", stderr);
  if (args.counts)
    for (const auto& [what, count] : counts)
      std::printf("%10llu  %s\n", static_cast<unsigned long long>(count), what.c_str());
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(passed),
              static_cast<unsigned long long>(failed));
  return failed == 0 && passed > 0 ? 0 : 1;
}
