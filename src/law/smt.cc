#include "law/smt.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace comity::law {
namespace {

constexpr std::string_view input_names[] = {
    "from", "to",        "on",      "conduct",    "measure",         "offence",
    "data", "from_role", "to_role", "data_later", "from_role_later", "to_role_later"};
static_assert(std::size(input_names) == inputs_count);
constexpr std::string_view question_mark = "? ";  // before a query's name, in the solver's output

std::string number(std::int32_t value) {
  return value < 0 ? fmt::format("(- {})", -static_cast<std::int64_t>(value))
                   : fmt::format("{}", value);
}

// What the formulas need, themselves included.
std::vector<bool> reached(const Formulas& formulas, const std::vector<Term>& terms) {
  std::vector<bool> out(formulas.size());
  for (Term term : terms) out[term.at] = true;
  for (auto at = static_cast<std::uint32_t>(formulas.size()); at-- > 0;) {
    if (!out[at]) continue;
    for (Term of : formulas.part({at}).of) out[of.at] = true;
  }
  return out;
}

}  // namespace

// ---------------------------------------------------------------- to the solver
SmtScript::SmtScript(const Formulas& formulas, const Tables& tables, int seconds)
    : f_(formulas),
      t_(tables),
      text_(fmt::format("(set-option :timeout {})\n(set-logic QF_LIA)\n", seconds * 1000)) {}

std::string SmtScript::written(Variable variable) const {
  if (variable.at < inputs_count) return std::string(input_names[variable.at]);
  return "value." + t_.words.facts[variable.at - inputs_count].code;
}

std::string SmtScript::written(const Formulas::Part& part) const {
  auto junction = [&](std::string_view word) {
    std::string out = fmt::format("({}", word);
    for (Term of : part.of) out += fmt::format(" t{}", of.at);
    return out + ")";
  };
  using enum Formulas::Kind;
  switch (part.kind) {
    case no:
      return "false";
    case yes:
      return "true";
    case known: {
      bool now = part.number == static_cast<std::int32_t>(Moment::now);
      return (now ? "known." : "later.") + t_.words.facts[part.fact.value].code;
    }
    case at_most:
      return fmt::format("(<= {} {})", written(part.left), number(part.number));
    case is:
      return fmt::format("(= {} {})", written(part.left), number(part.number));
    case same:
      return fmt::format("(= {} {})", written(part.left), written(part.right));
    case negation:
      return junction("not");
    case all:
      return junction("and");
    case any:
      return junction("or");
  }
  return "";
}

// The symbols of one part, declared when they are met first.
void SmtScript::declare(Term term, std::vector<std::string>& symbols) {
  const Formulas::Part& part = f_.part(term);
  auto symbol = [&](std::string name, std::string_view sort) {
    if (declared_.insert(name).second) text_ += fmt::format("(declare-const {} {})\n", name, sort);
    symbols.push_back(std::move(name));
  };
  using enum Formulas::Kind;
  if (part.kind == known) symbol(written(part), "Bool");
  if (part.kind == at_most || part.kind == is || part.kind == same)
    symbol(written(part.left), "Int");
  if (part.kind == same) symbol(written(part.right), "Int");
}

// Shared parts are bound by `let` and not by `define-fun`: z3 makes every definition part of each
// model, which takes longer than to find it.
void SmtScript::can(std::string_view name, const std::vector<Term>& terms, Model model) {
  std::vector<bool> needed = reached(f_, terms);
  std::vector<std::string> symbols;
  std::string formula, closing;
  for (std::uint32_t at = 0; at < needed.size(); ++at) {
    if (!needed[at]) continue;
    declare({at}, symbols);
    formula += fmt::format("(let ((t{} {}))\n", at, written(f_.part({at})));
    closing += ')';
  }
  std::string all;
  for (Term term : terms) all += fmt::format(" t{}", term.at);
  text_ += fmt::format("(echo \"{}{}\")\n(push)\n(assert {}(and{}){})\n(check-sat)\n",
                       question_mark, name, formula, all, closing);
  std::ranges::sort(symbols);
  symbols.erase(std::ranges::unique(symbols).begin(), symbols.end());
  if (model == Model::wanted && !symbols.empty())
    text_ += fmt::format("(get-value ({}))\n", fmt::join(symbols, " "));
  text_ += "(pop)\n";
}

// ---------------------------------------------------------------- from the solver
namespace {

class Reader {
 public:
  explicit Reader(const Tables& tables) : t_(tables) {
    for (std::uint16_t i = 0; i < t_.words.facts.size(); ++i)
      fact_of_.emplace(t_.words.facts[i].code, i);
  }

  // "((from 21843) (known.urgent true) (value.urgent (- 1)))", over several lines: symbol, value.
  Result<void> values(std::string_view text, Point& point) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
      std::size_t from = text.find_first_not_of("() \n");
      if (from == std::string_view::npos) break;
      text.remove_prefix(from);
      std::size_t to = std::min(text.find_first_of("() \n"), text.size());
      words.push_back(text.substr(0, to));
      text.remove_prefix(to);
    }
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      std::string_view symbol = words[i];
      bool negative = words[++i] == "-" && i + 1 < words.size();
      if (negative) ++i;
      if (!value(symbol, words[i], negative, point))
        return fail(Code::invalid, fmt::format("no value of a symbol: {} {}", symbol, words[i]));
    }
    return {};
  }

  [[nodiscard]] Point empty() const {
    std::size_t facts = t_.words.facts.size();
    return {std::vector<std::int32_t>(inputs_count + facts), std::vector<bool>(facts),
            std::vector<bool>(facts)};
  }

 private:
  bool value(std::string_view symbol, std::string_view text, bool negative, Point& point) {
    auto input = std::ranges::find(input_names, symbol);
    if (input != std::end(input_names))
      return whole(text, negative, point.values[static_cast<std::size_t>(input - input_names)]);
    std::size_t dot = symbol.find('.');
    if (dot == std::string_view::npos) return false;
    auto fact = fact_of_.find(symbol.substr(dot + 1));
    if (fact == fact_of_.end()) return false;
    std::string_view kind = symbol.substr(0, dot);
    if (kind == "value") return whole(text, negative, point.values[value_of({fact->second}).at]);
    if ((kind != "known" && kind != "later") || (text != "true" && text != "false")) return false;
    (kind == "known" ? point.known : point.later)[fact->second] = text == "true";
    return true;
  }

  static bool whole(std::string_view text, bool negative, std::int32_t& out) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    if (negative) out = -out;
    return true;
  }

  const Tables& t_;
  std::map<std::string, std::uint16_t, std::less<>> fact_of_;
};

}  // namespace

Result<std::vector<SmtAnswer>> read_answers(const Tables& tables, std::string_view printed) {
  std::vector<SmtAnswer> out;
  Reader reader(tables);
  bool said = true;  // of the query that was named last
  while (!printed.empty()) {
    std::size_t end = std::min(printed.find('\n'), printed.size());
    std::string_view line = printed.substr(0, end);
    printed.remove_prefix(std::min(end + 1, printed.size()));
    if (line.starts_with(question_mark) && said) {
      out.push_back({std::string(line.substr(question_mark.size())), Said::unknown, {}});
      said = false;
    } else if (!said && (line == "sat" || line == "unsat" || line == "unknown")) {
      out.back().said = line == "sat" ? Said::sat : line == "unsat" ? Said::unsat : Said::unknown;
      out.back().point = reader.empty();
      said = true;
    } else if (said && !out.empty() && (line.starts_with("((") || line.starts_with(" ("))) {
      TRY_VOID(reader.values(line, out.back().point));
    } else {
      return fail(Code::invalid, "the solver says: " + std::string(line.substr(0, 200)));
    }
  }
  if (!said) return fail(Code::invalid, "the solver stopped at: " + out.back().name);
  return out;
}

// ---------------------------------------------------------------- a model as a question
namespace {

// Atoms that are reason enough for the terms to come to what they come to: of a conjunction that
// fails one part, of one that holds all; of a disjunction the other way round.
std::vector<bool> grounds_for(const Formulas& f, const std::vector<bool>& is,
                              const std::vector<Term>& terms) {
  std::vector<bool> out(f.size());
  for (Term term : terms) out[term.at] = true;
  for (auto at = static_cast<std::uint32_t>(f.size()); at-- > 0;) {
    if (!out[at]) continue;
    const Formulas::Part& part = f.part({at});
    bool one_is_enough = (part.kind == Formulas::Kind::all && !is[at]) ||
                         (part.kind == Formulas::Kind::any && is[at]);
    for (Term of : part.of) {
      if (one_is_enough && is[of.at] != is[at]) continue;
      out[of.at] = true;
      if (one_is_enough) break;
    }
  }
  return out;
}

Result<Country> country_of(std::int32_t value) {
  std::string letters{static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
  return country_from_text(letters);
}

}  // namespace

Result<Question> question_of(const Formulas& formulas, Point point, const std::vector<Term>& told) {
  Question q;
  auto at = [&](Input input) { return point.values[variable(input).at]; };
  auto word = [&](Input input) {
    return at(input) == nothing ? std::uint16_t{0xffff} : static_cast<std::uint16_t>(at(input));
  };
  TRY(q.from, country_of(at(Input::from)));
  TRY(q.to, country_of(at(Input::to)));
  q.on = Date(std::chrono::days(at(Input::on)));
  q.conduct = Date(std::chrono::days(at(Input::conduct)));
  q.measure = {word(Input::measure)};
  q.offence = {word(Input::offence)};
  q.data = {word(Input::data)};
  q.from_role = {word(Input::from_role)};
  q.to_role = {word(Input::to_role)};

  std::vector<bool> grounds = grounds_for(formulas, evaluate(formulas, point), told);
  std::vector<bool> needed(point.known.size());
  for (std::uint32_t i = 0; i < grounds.size(); ++i) {
    if (!grounds[i]) continue;
    const Formulas::Part& part = formulas.part({i});
    if (part.kind == Formulas::Kind::known) needed[part.fact.value] = true;
    for (Variable side : {part.left, part.right})
      if (side.at >= inputs_count) needed[side.at - inputs_count] = true;
  }
  for (std::uint16_t i = 0; i < needed.size(); ++i) {
    if (!needed[i] || !point.known[i]) continue;
    if (!q.facts.push({{i}, point.values[value_of({i}).at]}))
      return fail(Code::invalid, "more facts than a question may hold");
  }
  return q;
}

}  // namespace comity::law
