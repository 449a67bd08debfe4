#include "law/wording.h"

#include <algorithm>

namespace comity::law {
namespace {

constexpr std::size_t columns_max = 100;

// How many columns a text takes: one for each code point is near enough for the scripts that law/
// uses.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

json::Value cited(const Corpus& corpus, const Reason& reason) {
  return json::Object{{"code", corpus.word(reason.code).code},
                      {"cite", std::string(corpus.cite(reason.cite))},
                      {"confidence", std::string(name_of(reason.confidence))}};
}

std::string mark(Confidence confidence) {
  return confidence == Confidence::confirmed ? "" : " [unconfirmed]";
}

std::string cited_text(const Corpus& corpus, const Reason& reason) {
  return corpus.word(reason.code).en + ": " + std::string(corpus.cite(reason.cite)) +
         mark(reason.confidence);
}

void paragraph(std::string& out, std::string_view first, std::string_view text) {
  std::string indent(columns(first), ' ');
  std::string line(first);
  bool fresh = true;
  while (!text.empty()) {
    std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!fresh && columns(line) + 1 + columns(word) > columns_max) {
      out += line + "\n";
      line = indent;
      fresh = true;
    }
    if (!fresh) line += " ";
    line += word;
    fresh = false;
  }
  out += line + "\n";
}

json::Array words(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

std::string offences_text(const Corpus& corpus, const std::vector<OffenceId>& offences) {
  if (offences.size() == corpus.offences().size()) return "every offence";
  std::string text;
  for (OffenceId offence : offences) text += (text.empty() ? "" : ", ") + corpus.word(offence).code;
  return text;
}

json::Array deadlines_json(const std::vector<Deadline>& deadlines) {
  json::Array out;
  for (const Deadline& d : deadlines) {
    out.push_back(json::Object{{"code", d.code},
                               {"what", d.what},
                               {"value", d.value},
                               {"unit", std::string(name_of(d.unit))},
                               {"kind", std::string(name_of(d.bound))},
                               {"confidence", std::string(name_of(d.confidence))}});
  }
  return out;
}

}  // namespace comity::law
