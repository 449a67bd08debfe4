#include "law/report.h"

#include <algorithm>

#include "crypto/hash.h"
#include "law/facts.h"
#include "law/phrases.h"
#include "law/provision.h"
#include "law/tables.h"
#include "law/there.h"
#include "law/wording.h"

namespace comity::law {
namespace {

// What a road reaches that does not reach everything, where nobody said which data are asked for.
std::string data_of(const Phrases& say, const Corpus& corpus, const Question& question,
                    const Route& route) {
  const Tables& t = corpus.tables();
  std::uint64_t reached = t.rules[route.provision.value].data;
  if (reached == 0 || question.data.known()) return {};
  std::string out;
  for (std::size_t i = 0; i < t.words.data.size(); ++i)
    if (reached >> i & 1)
      out += (out.empty() ? "" : ", ") + title_in(say.language, t.words.data[i]);
  return std::string(say.only_for) + out;
}

// The provision's conditions, and what holds for these two parties on this day.
std::vector<std::string> conditions_of(const Phrases& say, const Corpus& corpus,
                                       const Question& question, const Route& route) {
  std::vector<std::string> out;
  if (!route.binding) out.emplace_back(say.voluntary);
  std::string data = data_of(say, corpus, question, route);
  if (!data.empty()) out.push_back(data);
  for (const std::string& text : provision(corpus, route.provision).conditions) out.push_back(text);
  for (const Note& note : route.notes) {
    std::string text(corpus.cite(note.text));
    out.push_back(text + mark_in(say, note.confidence));
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
  std::vector<std::string> out = conditions_of(phrases_in(Language::en), corpus, question, route);
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
// One answer in one language.
class Telling {
 public:
  Telling(Language language, const Corpus& corpus) : say_(phrases_in(language)), corpus_(corpus) {}

  std::string run(const Question& question, const Decision& decision) {
    head(question);
    paragraph(out_, "",
              joined(say_.answer, word_for(say_, decision.outcome), ". ",
                     sentence_for(say_, decision.outcome)));
    std::size_t number = 0;
    for (const Route& route : decision.routes) {
      out_ += "\n";
      road(question, route, ++number);
    }
    if (decision.truncated) out_ += joined("\n", say_.cut, "\n");
    out_ += "\n";
    paragraph(out_, "", say_.not_advice);
    return std::move(out_);
  }

 private:
  template <typename... Parts>
  static std::string joined(const Parts&... parts) {
    std::string out;
    ((out += parts), ...);
    return out;
  }
  [[nodiscard]] const std::string& title(const Word& word) const {
    return title_in(say_.language, word);
  }
  [[nodiscard]] std::string with_name(Country country) const {
    return joined(corpus_.name(country), " (", country.text(), ", ",
                  word_for(say_, corpus_.coverage(country)), ")");
  }

  void head(const Question& question) {
    paragraph(out_, "", joined(with_name(question.from), say_.asks, with_name(question.to)));
    paragraph(out_, "",
              joined(title(corpus_.word(question.measure)), say_.about,
                     title(corpus_.word(question.offence))));
    std::string conduct = comity::to_text(question.conduct.value_or(question.on));
    paragraph(out_, "",
              joined(say_.on, comity::to_text(question.on), say_.conduct, conduct, say_.corpus,
                     to_hex(corpus_.hash()).substr(0, 16)));
    out_ += "\n";
  }

  void road(const Question& question, const Route& route, std::size_t number) {
    const Provision& p = provision(corpus_, route.provision);
    std::string count = std::to_string(number);
    paragraph(out_, joined(std::string(count.size() < 2 ? 3 - count.size() : 1, ' '), count, ". "),
              joined(in_capitals(word_for(say_, route.state)), "  ", p.id, say_.colon, p.title));
    bool closed = route.state == State::blocked;
    paragraph(out_, "     ",
              closed ? p.cite : joined(p.cite, " (", word_for(say_, route.confidence), ")"));
    if (closed) {
      out_ += route.confidence == Confidence::confirmed ? say_.closed_surely : say_.closed_as_known;
      reasons(route, route.closers);
    } else {
      walkable(question, route);
    }
  }

  // Of letters that French words of state have, too.
  static std::string in_capitals(std::string_view word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
      auto c = static_cast<unsigned char>(word[i]);
      bool accented = i > 0 && static_cast<unsigned char>(word[i - 1]) == 0xc3 && c >= 0xa0;
      bool small = c >= 'a' && c <= 'z';
      out += static_cast<char>(small || accented ? c - 0x20 : c);
    }
    return out;
  }

  [[nodiscard]] std::string_view words_for(AtHome what) const {
    switch (what) {
      case AtHome::authority:
        return say_.who_acts;
      case AtHome::preservation:
        return say_.own_law;
      case AtHome::production:
        return say_.compels_by;
      case AtHome::emergency:
        return say_.in_emergency;
      case AtHome::data_protection:
        return say_.protects_by;
    }
    return "";
  }

  void walkable(const Question& question, const Route& route) {
    const Provision& p = provision(corpus_, route.provision);
    paragraph(out_, say_.by,
              joined(title(corpus_.word(route.channel)), say_.takes, word_for(say_, route.speed),
                     say_.estimate, say_.carried, word_for(say_, route.carriage)));
    needs(route);
    for (const std::string& code : p.approvals)
      paragraph(out_, say_.approval, title(corpus_.word(*corpus_.approval(code))));
    for (const Deadline& d : p.deadlines)
      paragraph(out_, say_.clock, deadline_in(say_, d) + mark_in(say_, d.confidence));
    for (const std::string& text : conditions_of(say_, corpus_, question, route))
      paragraph(out_, say_.condition, text);
    for (const There& each : there(corpus_, question, route))
      paragraph(out_, say_.there,
                joined(words_for(each.what), each.text, " (", each.cite, ")",
                       mark_in(say_, each.confidence)));
    if (!p.required_fields.empty()) paragraph(out_, say_.must_state, list_of(p.required_fields));
    for (const std::string& text : p.handling) paragraph(out_, say_.handling, text);
    for (const std::string& text : p.postponement) paragraph(out_, say_.may_wait, text);
    for (const std::string& text : p.unconfirmed)
      paragraph(out_, say_.recalled, joined(text, say_.not_read));
    if (!route.risks.empty()) paragraph(out_, say_.risks, risks(route));
    out_ += say_.why;
    reasons(route, route.reasons.size());
  }

  void needs(const Route& route) {
    for (const Need& need : route.requires_) {
      const FactWord& fact = corpus_.tables().words.fact_words[need.fact.value];
      paragraph(out_, say_.lacks,
                joined(corpus_.word(need.fact).code, " - ",
                       question_in(say_.language, corpus_, need.fact), " (",
                       side_for(say_, fact.owner), say_.semicolon, corpus_.cite(need.cite), ")"));
    }
    // What is lacking and no fact can give; once, though several rules turn on it.
    std::uint64_t told = 0;
    for (std::size_t i = 0; i < route.lacking; ++i) {
      const Reason& lack = route.reasons[route.closers + i];
      const Word& why = corpus_.word(lack.code);
      bool roles = why.code == "other_sender" || why.code == "other_addressee";
      std::uint64_t bit = std::uint64_t{1} << lack.code.value % 64;
      if ((told & bit) != 0 || (!roles && !why.code.ends_with("_unsaid"))) continue;
      told |= bit;
      paragraph(out_, say_.lacks, title(why));
    }
  }

  void reasons(const Route& route, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const Reason& reason = route.reasons[i];
      paragraph(out_, "       - ",
                joined(title(corpus_.word(reason.code)), say_.colon, corpus_.cite(reason.cite),
                       mark_in(say_, reason.confidence)));
    }
  }

  [[nodiscard]] std::string risks(const Route& route) const {
    std::string out;
    for (const Reason& risk : route.risks)
      out += joined(out.empty() ? "" : say_.semicolon, title(corpus_.word(risk.code)), " (",
                    corpus_.cite(risk.cite), ")", mark_in(say_, risk.confidence));
    return out;
  }

  const Phrases& say_;
  const Corpus& corpus_;
  std::string out_;
};

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

std::string notice(Language language) {
  std::string_view text = phrases_in(language).first_line;
  std::string out;
  if (!text.empty()) paragraph(out, "", text);
  return text.empty() ? out : out + "\n";
}

std::string to_text(const Corpus& corpus, const Question& question, const Decision& decision,
                    Language language) {
  return Telling(language, corpus).run(question, decision);
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

std::string to_text(const std::vector<Warning>& warnings, Language language) {
  if (warnings.empty()) return {};
  const Phrases& say = phrases_in(language);
  std::string out = std::string(say.holder_warned) + "\n";
  for (const Warning& each : warnings)
    paragraph(out, "  - ", each.text + " (" + each.cite + ")" + mark_in(say, each.confidence));
  return out + "\n";
}

Hash commitment(const Corpus& corpus, const Question& question, const Decision& decision) {
  return crypto::sha256(as_bytes(json::write(to_json(corpus, question, decision))));
}

}  // namespace comity::law
