// An atlas as JSON, CSV and text.
#include <fmt/format.h>

#include "law/atlas.h"
#include "law/provision.h"
#include "law/wording.h"

namespace comity::law {
namespace {

template <typename Tell>
void each_pair(const Atlas& atlas, const AtlasView& view, Tell tell) {
  for (std::size_t from = 0; from < atlas.countries.size(); ++from) {
    if (view.from && *view.from != atlas.countries[from]) continue;
    for (std::size_t to = 0; to < atlas.countries.size(); ++to) {
      if (from == to || (view.to && *view.to != atlas.countries[to])) continue;
      tell(atlas.countries[from], atlas.countries[to], atlas.at(from, to));
    }
  }
}

std::string offence_code(const Corpus& corpus, const Atlas& atlas) {
  return atlas.question.offence ? corpus.word(*atlas.question.offence).code : "any";
}

// Most of the sixty thousand of a whole atlas are those of which there is nothing to tell.
bool nothing_known(const Cell& cell) {
  return cell.outcome == Outcome::no_data && !cell.best.known();
}

json::Value pair_json(const Corpus& corpus, Country from, Country to, const Cell& cell) {
  if (nothing_known(cell))
    return json::Object{
        {"from", from.text()}, {"to", to.text()}, {"decision", name_of(cell.outcome)}};
  json::Object out{{"from", from.text()},
                   {"to", to.text()},
                   {"decision", name_of(cell.outcome)},
                   {"offences", std::uint64_t{cell.offences}},
                   {"with_road", std::uint64_t{cell.with_road}},
                   {"undecided", cell.undecided}};
  if (cell.best.known()) {
    out["provision"] = provision(corpus, cell.best).id;
    out["binding"] = cell.binding;
    out["channel"] = corpus.word(cell.channel).code;
    out["carriage"] = name_of(cell.carriage);
    out["speed"] = name_of(cell.speed);
    out["confidence"] = name_of(cell.confidence);
  }
  if (cell.why.known()) {
    out["reason"] = corpus.word(cell.why).code;
    out["cite"] = corpus.cite(cell.cite);
  }
  return out;
}

// RFC 4180: quoted when it holds a comma, a quote or a line break.
std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string pair_csv(const Corpus& corpus, Country from, Country to, const Cell& cell) {
  bool road = cell.best.known();
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", from.text(), to.text(),
                     name_of(cell.outcome), cell.offences, cell.with_road,
                     road ? provision(corpus, cell.best).id : "",
                     !road          ? ""
                     : cell.binding ? "yes"
                                    : "no",
                     road ? corpus.word(cell.channel).code : "", road ? name_of(cell.carriage) : "",
                     road ? name_of(cell.speed) : "", road ? name_of(cell.confidence) : "",
                     cell.why.known() ? corpus.word(cell.why).code : "",
                     cell.why.known() ? field(corpus.cite(cell.cite)) : "");
}

std::string with_name(const Corpus& corpus, Country country) {
  return fmt::format("{} {}", country.text(), corpus.name(country));
}

void pair_text(const Corpus& corpus, Country other, const Cell& cell, std::string& out) {
  std::string text;
  bool road = cell.outcome == Outcome::open || cell.outcome == Outcome::needs;
  if (road)
    text = fmt::format(
        "{}, {}, {}{}", provision(corpus, cell.best).cite, corpus.word(cell.channel).en,
        name_of(cell.speed),
        cell.binding     ? fmt::format(", for {} of {} offences", cell.with_road, cell.offences)
        : cell.undecided ? "; voluntary. Whether a treaty binds both, nobody has researched"
                         : "; voluntary, nobody owes an answer");
  else if (cell.why.known())
    text = corpus.word(cell.why).en + ": " + std::string(corpus.cite(cell.cite));
  else if (cell.outcome == Outcome::no_data)
    text = corpus.coverage(other) == Coverage::unresearched
               ? "nobody has researched it"
               : "no road is known, and its law is not researched";
  if (road || cell.why.known()) text += mark(cell.confidence);
  paragraph(out, fmt::format("  {:<8} {:<26} ", name_of(cell.outcome), with_name(corpus, other)),
            text);
}

struct Count {
  std::size_t owed = 0, voluntary = 0, closed = 0;
  void add(const Cell& cell) {
    bool road = cell.outcome == Outcome::open || cell.outcome == Outcome::needs;
    if (road && cell.binding)
      ++owed;
    else if (road)
      ++voluntary;
    else if (cell.outcome != Outcome::no_data)
      ++closed;
  }
};

// One line a jurisdiction: whom it can ask, and who can ask it.
void totals_text(const Corpus& corpus, const Atlas& atlas, std::string& out) {
  out += fmt::format("  {:<30} {:>27}   {:>27}\n  {:<30} {:>7} {:>10} {:>8}   {:>7} {:>10} {:>8}\n",
                     "", "it can ask", "can ask it", "", "binding", "voluntary", "closed",
                     "binding", "voluntary", "closed");
  std::size_t unresearched = 0;
  for (std::size_t i = 0; i < atlas.countries.size(); ++i) {
    Count asks, is_asked;
    for (std::size_t j = 0; j < atlas.countries.size(); ++j) {
      if (i == j) continue;
      asks.add(atlas.at(i, j));
      is_asked.add(atlas.at(j, i));
    }
    if (corpus.coverage(atlas.countries[i]) == Coverage::unresearched) {
      ++unresearched;
      continue;
    }
    out += fmt::format("  {:<30.30} {:>7} {:>10} {:>8}   {:>7} {:>10} {:>8}\n",
                       with_name(corpus, atlas.countries[i]), asks.owed, asks.voluntary,
                       asks.closed, is_asked.owed, is_asked.voluntary, is_asked.closed);
  }
  out += fmt::format("\n  {} more jurisdictions nobody has researched: unknown, not havens.\n",
                     unresearched);
}

}  // namespace

json::Value to_json(const Corpus& corpus, const Atlas& atlas, const AtlasView& view) {
  json::Array pairs;
  each_pair(atlas, view, [&](Country from, Country to, const Cell& cell) {
    pairs.push_back(pair_json(corpus, from, to, cell));
  });
  return json::Object{{"measure", corpus.word(atlas.question.measure).code},
                      {"offence", offence_code(corpus, atlas)},
                      {"on", comity::to_text(atlas.question.on)},
                      {"corpus", to_hex(corpus.hash())},
                      {"pairs", std::move(pairs)}};
}

std::string to_csv(const Corpus& corpus, const Atlas& atlas, const AtlasView& view) {
  std::string out =
      "from,to,decision,offences,with_road,provision,binding,channel,carriage,speed,confidence,"
      "reason,"
      "cite\r\n";
  each_pair(atlas, view, [&](Country from, Country to, const Cell& cell) {
    out += pair_csv(corpus, from, to, cell);
  });
  return out;
}

std::string to_text(const Corpus& corpus, const Atlas& atlas, const AtlasView& view) {
  std::string out;
  paragraph(out, "",
            fmt::format("{}, offence: {}, on {}", corpus.word(atlas.question.measure).en,
                        atlas.question.offence ? corpus.word(*atlas.question.offence).en
                                               : "the best of all",
                        comity::to_text(atlas.question.on)));
  out += "\n";
  if (!view.from && !view.to) {
    totals_text(corpus, atlas, out);
  } else {
    each_pair(atlas, view, [&](Country from, Country to, const Cell& cell) {
      pair_text(corpus, view.from ? to : from, cell, out);
    });
  }
  out += "\n";
  paragraph(out, "",
            "open: a road stands. needs: it stands once the facts it asks for are given. blocked, "
            "none: closed, with the reason. no_data: nobody has researched it.");
  paragraph(out, "", disclaimer);
  return out;
}

}  // namespace comity::law
