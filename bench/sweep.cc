// Logs swept for a million indicators, beside what the memory gives; and the program beside grep.
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstring>
#include <fstream>
#include <random>

#include "base/check.h"
#include "figures.h"
#include "sweep/scanner.h"

namespace comity::bench {
namespace {

using Dice = std::mt19937_64;

std::string word(Dice& dice, std::size_t min, std::size_t max) {
  std::string out;
  for (std::size_t n = min + dice() % (max - min + 1); out.size() < n;)
    out += static_cast<char>('a' + dice() % 26);
  return out;
}
std::string digits(Dice& dice, std::size_t n) {
  std::string out;
  while (out.size() < n) out += "0123456789abcdef"[dice() % 16];
  return out;
}
std::string address(Dice& dice) {
  std::string out = std::to_string(1 + dice() % 223);
  for (int i = 0; i < 3; ++i) out += "." + std::to_string(dice() % 256);
  return out;
}
std::string domain(Dice& dice) {
  constexpr const char* ends[] = {".com", ".net", ".org", ".example", ".co.uk", ".info", ".xyz"};
  return word(dice, 4, 14) + ends[dice() % 7];
}

// What feeds of indicators are made of, invented.
std::string indicator(Dice& dice) {
  switch (std::uint64_t kind = dice() % 1000; kind) {
    case 0 ... 299:
      return address(dice);
    case 300 ... 579:
      return dice() % 3 == 0 ? word(dice, 3, 9) + "." + domain(dice) : domain(dice);
    case 580 ... 729:
      return "http://" + domain(dice) + "/" + word(dice, 3, 12) + "/" + word(dice, 3, 9) + ".php";
    case 730 ... 939: {
      constexpr std::size_t sizes[] = {32, 40, 64};
      return digits(dice, sizes[dice() % 3]);
    }
    case 940 ... 959:
      return word(dice, 4, 9) + "@" + domain(dice);
    case 960 ... 984:
      return "file:" + word(dice, 5, 12) + ".exe";
    case 985 ... 989:
      return "file:" + word(dice, 5, 9) + " (" + std::to_string(dice() % 10) + ").pdf";
    case 990 ... 994:
      return "HKLM\\Software\\" + word(dice, 4, 9) + "\\" + word(dice, 4, 9);
    default:
      return address(dice).append("/32");
  }
}

// A web server's, a mail server's, a firewall's and an endpoint's lines, in turn.
std::string line(Dice& dice) {
  std::string time = "2026-11-22T0" + std::to_string(dice() % 10) + ":" +
                     std::to_string(10 + dice() % 50) + ":" + std::to_string(10 + dice() % 50);
  switch (dice() % 4) {
    case 0:
      return address(dice) + " - - [" + time + " +0000] \"GET /" + word(dice, 3, 9) + "/" +
             word(dice, 3, 9) + ".html?id=" + std::to_string(dice() % 100'000) +
             " HTTP/1.1\" 200 " + std::to_string(dice() % 90'000) + " \"https://www." +
             domain(dice) + "/" + word(dice, 3, 9) +
             "\" \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"\n";
    case 1:
      return time + " mx1 postfix/smtp[" + std::to_string(dice() % 30'000) +
             "]: " + digits(dice, 10) + ": to=<" + word(dice, 4, 9) + "@" + domain(dice) +
             ">, relay=mail." + domain(dice) + "[" + address(dice) +
             "]:25, delay=0.4, status=sent (250 2.0.0 OK)\n";
    case 2:
      return time + " fw1 kernel: DROP IN=eth0 OUT= MAC=00:11:22:33:44:55 SRC=" + address(dice) +
             " DST=" + address(dice) + " LEN=60 TTL=52 ID=" + std::to_string(dice() % 60'000) +
             " DF PROTO=TCP SPT=" + std::to_string(dice() % 60'000) + " DPT=443 SYN\n";
    default:
      return time + " ws7 process created: C:\\Program Files\\" + word(dice, 4, 9) + "\\" +
             word(dice, 4, 9) + ".exe sha256=" + digits(dice, 64) +
             " parent=explorer.exe user=" + word(dice, 4, 9) + "\n";
  }
}

std::string list_of(Dice& dice, std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += indicator(dice) + "\n";
  return list;
}

std::string text_of(Dice& dice, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += line(dice);
  return text;
}

template <typename T>
T value_of(Result<T> result) {
  check(result.has_value(), result ? "" : to_text(result.error()));
  return *std::move(result);
}

double processor_seconds(int who) {
  rusage used{};
  ::getrusage(who, &used);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Processor time, the best of five: other work on the machine only ever slows.
template <typename Work>
double best_seconds(const Work& work, int who = RUSAGE_SELF) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    double before = processor_seconds(who);
    work();
    best = std::min(best, processor_seconds(who) - before);
  }
  return best;
}

void scan_with(const std::string& list, const std::string& text, const char* name, double wanted) {
  sweep::Loader loader{stix::Moment{1'790'000'000, 0}};
  check(loader.add_list("bench", list).has_value(), "a list");
  sweep::Indicators indicators = value_of(loader.finish());
  Stopwatch building;
  sweep::Index index(indicators, 0x5eed);
  std::fprintf(stderr, "%s: index of %zu values in %.2f s\n", name, indicators.size(),
               building.seconds());
  std::size_t hits = 0;
  double seconds = best_seconds([&] {
    sweep::Scanner scanner(index, [&](const sweep::Found&) { ++hits; });
    for (std::size_t at = 0; at < text.size(); at += 1u << 20)
      scanner.feed(std::string_view(text).substr(at, 1u << 20));
    scanner.finish();
  });
  double newlines = best_seconds([&] {
    std::size_t lines = 0;
    for (const char *at = text.data(), *end = at + text.size();
         (at = static_cast<const char*>(
              std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr;
         ++at)
      ++lines;
    check(lines > 0, "lines");
  });
  double size = static_cast<double>(text.size()) / 1e9;
  std::fprintf(stderr, "%s: %zu hits in five rounds\n", name, hits);
  print({name, size / seconds, "GB/s", 0.5, "target of the project, on one core", wanted, false});
  print({std::string(name) + "_beside_lines", size / seconds, "GB/s", size / newlines,
         "finding the ends of lines in the same text with memchr, nothing else", 0.1, false});
}

void run(const std::string& command) {
  int status = std::system(command.c_str());
  check(WIFEXITED(status) && WEXITSTATUS(status) <= 1, command);
}

void beside_grep(const char* comity, Dice& dice, const std::string& text) {
  Scratch scratch;
  std::string list = list_of(dice, 1000), words;
  // grep takes them as they stand, without what says their kind.
  for (std::size_t at = 0; at < list.size();) {
    std::size_t end = list.find('\n', at) + 1;
    std::string one = list.substr(at, end - at);
    words += one.starts_with("file:") ? one.substr(5) : one;
    at = end;
  }
  auto file = [&](const char* name, const std::string& bytes) {
    std::ofstream(scratch.path() / name, std::ios::binary) << bytes;
    return (scratch.path() / name).string();
  };
  std::string log = file("log", text), wanted = file("list", list), fixed = file("words", words);
  run("cat '" + log + "' > /dev/null");
  std::string swept = std::string("'") + comity + "' sweep --alerts '" + wanted + "' '" + log;
  double ours = best_seconds([&] { run(swept + "' > /dev/null 2>&1"); }, RUSAGE_CHILDREN);
  // Into a file: with /dev/null behind it grep stops at the first line that matches.
  std::string count = (scratch.path() / "count").string();
  double theirs = best_seconds(
      [&] { run("LC_ALL=C grep -c -F -f '" + fixed + "' '" + log + "' > '" + count + "'"); },
      RUSAGE_CHILDREN);
  print({"sweep_1000_beside_grep", ours, "s of processor", theirs,
         "LC_ALL=C grep -c -F -f with the same 1,000 indicators on the same file", 1, true});
}

}  // namespace

void sweep(const char* comity) {
  Dice dice(20261122);
  std::string text = text_of(dice, 192u << 20);
  scan_with(list_of(dice, 1'000'000), text, "sweep_million", 1);
  scan_with(list_of(dice, 1000), text, "sweep_thousand", 1);
  beside_grep(comity, dice, text);
}

}  // namespace comity::bench
