#include "law/report.h"

#include <algorithm>

#include "crypto/hash.h"
#include "law/provision.h"
#include "law/tables.h"
#include "law/there.h"
#include "law/wording.h"

namespace comity::law {
namespace {

// What a road reaches that does not reach everything, where nobody said which data are asked for.
std::string data_of(const Corpus& corpus, const Question& question, const Route& route) {
  const Tables& t = corpus.tables();
  std::uint64_t reached = t.rules[route.provision.value].data;
  if (reached == 0 || question.data.known()) return {};
  std::string out;
  for (std::size_t i = 0; i < t.words.data.size(); ++i)
    if (reached >> i & 1) out += (out.empty() ? "" : ", ") + t.words.data[i].en;
  return "only for: " + out;
}

// The provision's conditions, and what holds for these two parties on this day.
std::vector<std::string> conditions_of(const Corpus& corpus, const Question& question,
                                       const Route& route) {
  std::vector<std::string> out;
  if (!route.binding) out.push_back("not_binding: a voluntary road; nobody is obliged to answer");
  std::string data = data_of(corpus, question, route);
  if (!data.empty()) out.push_back(data);
  for (const std::string& text : provision(corpus, route.provision).conditions) out.push_back(text);
  for (const Note& note : route.notes) {
    std::string text(corpus.cite(note.text));
    out.push_back(note.confidence == Confidence::confirmed ? text : text + " [unconfirmed]");
  }
  return out;
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

// What the text for people has under words of its own, a machine gets among the conditions.
std::vector<std::string> all_of(const Corpus& corpus, const Question& question,
                                const Route& route) {
  const Provision& p = provision(corpus, route.provision);
  std::vector<std::string> out = conditions_of(corpus, question, route);
  if (!p.required_fields.empty()) out.push_back("must_state: " + list_of(p.required_fields));
  for (const std::string& text : p.handling) out.push_back("handling: " + text);
  for (const std::string& text : p.postponement) out.push_back("may_wait: " + text);
  for (const std::string& text : p.unconfirmed) out.push_back("recalled, not read: " + text);
  return out;
}

json::Array requires_json(const Corpus& corpus, const Route& route) {
  json::Array out;
  for (const Need& need : route.requires_) {
    const FactWord& fact = corpus.tables().words.fact_words[need.fact.value];
    out.push_back(json::Object{{"fact", corpus.word(need.fact).code},
                               {"owner", fact.owner},
                               {"question", fact.question},
                               {"cite", std::string(corpus.cite(need.cite))}});
  }
  return out;
}

json::Array there_json(const Corpus& corpus, const Question& question, const Route& route) {
  json::Array out;
  for (const There& each : there(corpus, question, route))
    out.push_back(json::Object{{"what", std::string(name_of(each.what))},
                               {"text", each.text},
                               {"cite", each.cite},
                               {"confidence", std::string(name_of(each.confidence))}});
  return out;
}

json::Value route_json(const Corpus& corpus, const Question& question, const Route& route) {
  const Provision& p = provision(corpus, route.provision);
  json::Array reasons, risks;
  for (const Reason& reason : route.reasons) reasons.push_back(cited(corpus, reason));
  for (const Reason& reason : route.risks) risks.push_back(cited(corpus, reason));
  return json::Object{{"provision", p.id},
                      {"instrument", p.instrument},
                      {"cite", p.cite},
                      {"confidence", std::string(name_of(route.confidence))},
                      {"state", std::string(name_of(route.state))},
                      {"channel", corpus.word(route.channel).code},
                      {"carriage", std::string(name_of(route.carriage))},
                      {"speed", std::string(name_of(route.speed))},
                      {"deadlines", deadlines_json(p.deadlines)},
                      {"approvals", words(p.approvals)},
                      {"requires", requires_json(corpus, route)},
                      {"conditions", words(all_of(corpus, question, route))},
                      {"there", there_json(corpus, question, route)},
                      {"risks", std::move(risks)},
                      {"reasons", std::move(reasons)}};
}

// ---------------------------------------------------------------- for a terminal
void reasons_text(const Corpus& corpus, const Route& route, std::size_t count, std::string& out) {
  for (std::size_t i = 0; i < count; ++i) {
    paragraph(out, "       - ", cited_text(corpus, route.reasons[i]));
  }
}

std::string risk_list(const Corpus& corpus, const Route& route) {
  std::string out;
  for (const Reason& risk : route.risks) {
    out += (out.empty() ? "" : "; ") + corpus.word(risk.code).en + " (" +
           std::string(corpus.cite(risk.cite)) + ")" + mark(risk.confidence);
  }
  return out;
}

std::string_view words_of(AtHome what) {
  switch (what) {
    case AtHome::authority:
      return "who acts: ";
    case AtHome::preservation:
      return "its own law: ";
    case AtHome::production:
      return "compels data by: ";
    case AtHome::emergency:
      return "in an emergency: ";
    case AtHome::data_protection:
      return "protects data by: ";
  }
  return "";
}

void there_text(const Corpus& corpus, const Question& question, const Route& route,
                std::string& out) {
  for (const There& each : there(corpus, question, route))
    paragraph(out, "     There:      ",
              std::string(words_of(each.what)) + each.text + " (" + each.cite + ")" +
                  mark(each.confidence));
}

void walkable_text(const Corpus& corpus, const Question& question, const Route& route,
                   std::string& out) {
  const Provision& p = provision(corpus, route.provision);
  paragraph(out, "     By:         ",
            corpus.word(route.channel).en + "; an answer takes " +
                std::string(name_of(route.speed)) + " (an estimate); carried by " +
                std::string(name_of(route.carriage)));
  for (const Need& need : route.requires_) {
    const FactWord& fact = corpus.tables().words.fact_words[need.fact.value];
    paragraph(out, "     Needs:      ",
              corpus.word(need.fact).code + " - " + fact.question + " (" + fact.owner + " side; " +
                  std::string(corpus.cite(need.cite)) + ")");
  }
  // What is lacking and no fact can give.
  for (std::size_t i = 0; i < route.lacking; ++i) {
    const Reason& lack = route.reasons[route.closers + i];
    const Word& why = corpus.word(lack.code);
    bool roles = why.code == "other_sender" || why.code == "other_addressee";
    if (roles || why.code.ends_with("_unsaid")) paragraph(out, "     Needs:      ", why.en);
  }
  for (const std::string& code : p.approvals) {
    paragraph(out, "     Approval:   ", corpus.word(*corpus.approval(code)).en);
  }
  for (const Deadline& d : p.deadlines)
    paragraph(out, "     Clock:      ", to_text(d) + mark(d.confidence));
  for (const std::string& text : conditions_of(corpus, question, route))
    paragraph(out, "     Condition:  ", text);
  there_text(corpus, question, route, out);
  if (!p.required_fields.empty()) paragraph(out, "     Must state: ", list_of(p.required_fields));
  for (const std::string& text : p.handling) paragraph(out, "     Handling:   ", text);
  for (const std::string& text : p.postponement) paragraph(out, "     May wait:   ", text);
  for (const std::string& text : p.unconfirmed)
    paragraph(out, "     Recalled:   ", text + " (not read in the text: check it)");
  if (!route.risks.empty()) paragraph(out, "     Risks:      ", risk_list(corpus, route));
  out += "     Why:\n";
  reasons_text(corpus, route, route.reasons.size(), out);
}

void route_text(const Corpus& corpus, const Question& question, const Route& route,
                std::size_t number, std::string& out) {
  const Provision& p = provision(corpus, route.provision);
  std::string state(name_of(route.state));
  for (char& c : state) c = static_cast<char>(c - 'a' + 'A');
  std::string count = std::to_string(number);
  paragraph(out, std::string(count.size() < 2 ? 3 - count.size() : 1, ' ') + count + ". ",
            state + "  " + p.id + ": " + p.title);
  bool closed = route.state == State::blocked;
  paragraph(out, "     ",
            closed ? p.cite : p.cite + " (" + std::string(name_of(route.confidence)) + ")");
  if (closed) {
    out += route.confidence == Confidence::confirmed ? "     Closed for certain:\n"
                                                     : "     Closed, as far as is known:\n";
    reasons_text(corpus, route, route.closers, out);
  } else {
    walkable_text(corpus, question, route, out);
  }
}

std::string_view sentence(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return "A lawful road stands open.";
    case Outcome::needs:
      return "No road stands open yet: something is unknown or still to be done.";
    case Outcome::blocked:
      return "Every road is closed.";
    case Outcome::none:
      return "No provision speaks of this.";
    case Outcome::no_data:
      return "Nobody has researched enough to answer: this is no statement that no road exists.";
  }
  return "";
}

std::string with_name(const Corpus& corpus, Country country) {
  return std::string(corpus.name(country)) + " (" + std::string(country.text()) + ", " +
         std::string(name_of(corpus.coverage(country))) + ")";
}

}  // namespace

json::Value to_json(const Corpus& corpus, const Question& question, const Decision& decision) {
  json::Array routes;
  for (const Route& route : decision.routes) routes.push_back(route_json(corpus, question, route));
  return json::Object{{"on", comity::to_text(question.on)},
                      {"conduct", comity::to_text(question.conduct.value_or(question.on))},
                      {"from", std::string(question.from.text())},
                      {"to", std::string(question.to.text())},
                      {"measure", corpus.word(question.measure).code},
                      {"offence", corpus.word(question.offence).code},
                      {"corpus", to_hex(corpus.hash())},
                      {"decision", std::string(name_of(decision.outcome))},
                      {"routes", std::move(routes)}};
}

std::string to_text(const Corpus& corpus, const Question& question, const Decision& decision) {
  std::string out;
  paragraph(out, "", with_name(corpus, question.from) + " asks " + with_name(corpus, question.to));
  paragraph(out, "",
            corpus.word(question.measure).en + ", for " + corpus.word(question.offence).en);
  std::string conduct = comity::to_text(question.conduct.value_or(question.on));
  paragraph(out, "",
            "on " + comity::to_text(question.on) + ", conduct of " + conduct + "; corpus " +
                to_hex(corpus.hash()).substr(0, 16));
  out += "\n";
  paragraph(out, "",
            "Answer: " + std::string(name_of(decision.outcome)) + ". " +
                std::string(sentence(decision.outcome)));
  std::size_t number = 0;
  for (const Route& route : decision.routes) {
    out += "\n";
    route_text(corpus, question, route, ++number, out);
  }
  if (decision.truncated) out += "\nSome list above was too long and was cut.\n";
  out += "\n";
  paragraph(out, "", disclaimer);
  return out;
}

json::Value to_json(const std::vector<Warning>& warnings) {
  json::Array out;
  for (const Warning& each : warnings)
    out.push_back(json::Object{{"code", each.code},
                               {"text", each.text},
                               {"cite", each.cite},
                               {"confidence", name_of(each.confidence)}});
  return out;
}

std::string to_text(const std::vector<Warning>& warnings) {
  if (warnings.empty()) return {};
  std::string out = "Whoever holds the data over there is warned, or may be barred, by:\n";
  for (const Warning& each : warnings)
    paragraph(out, "  - ", each.text + " (" + each.cite + ")" + mark(each.confidence));
  return out + "\n";
}

Hash commitment(const Corpus& corpus, const Question& question, const Decision& decision) {
  return crypto::sha256(as_bytes(json::write(to_json(corpus, question, decision))));
}

}  // namespace comity::law
