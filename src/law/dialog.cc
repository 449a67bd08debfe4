#include "law/dialog.h"

#include <algorithm>
#include <istream>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "law/ask.h"
#include "law/facts.h"
#include "law/reading.h"
#include "law/tables.h"
#include "law/wording.h"

namespace comity::law {
namespace {

// What the questions say, in each language.
struct Hints {
  Language language;
  std::string_view begin;  // what may be answered, once
  std::string_view who_sends, who_receives, which_data;
  std::string_view yes_no, country, months, word;         // in brackets, behind a question
  std::string_view not_yes_no, not_months;                // what an answer should have been
  std::string_view no_country, no_word, meant, a_number;  // "X is no code"; "; did you mean Y?"
};

constexpr Hints english{
    .language = Language::en,
    .begin = "What is unknown is asked, one thing at a time. An empty line: not known.",
    .who_sends = "Who sends the request?",
    .who_receives = "Who receives the request?",
    .which_data = "Which data are asked for?",
    .yes_no = "yes or no",
    .country = "two letters: PH",
    .months = "a number of months",
    .word = "a number or a word of the list",
    .not_yes_no = "answer yes, no or unknown",
    .not_months = "answer with a number of months from 0 to 1200",
    .no_country = " is no code of ISO 3166-1, nor EU",
    .no_word = " is not on the list",
    .meant = "; did you mean ",
    .a_number = "; answer with its number, or with its word",
};

constexpr Hints french{
    .language = Language::fr,
    .begin = "Ce qui est inconnu est demandé, une chose à la fois. Ligne vide : on ne sait pas.",
    .who_sends = "Qui envoie la demande ?",
    .who_receives = "Qui reçoit la demande ?",
    .which_data = "Quelles données sont demandées ?",
    .yes_no = "oui ou non",
    .country = "deux lettres : PH",
    .months = "un nombre de mois",
    .word = "un numéro ou un mot de la liste",
    .not_yes_no = "répondez oui, non ou inconnu",
    .not_months = "répondez par un nombre de mois, de 0 à 1200",
    .no_country = " n'est pas un code ISO 3166-1, ni EU",
    .no_word = " n'est pas dans la liste",
    .meant = " ; vouliez-vous dire ",
    .a_number = " ; répondez par son numéro ou par son mot",
};

enum class About : std::uint8_t { sender, addressee, data, fact };

struct Thing {
  About about = About::fact;
  FactId fact{};
  CiteId cite{};
  friend bool operator==(const Thing& a, const Thing& b) {
    return a.about == b.about && a.fact == b.fact;
  }
};

std::string trimmed(std::string_view text) {
  std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

class Dialog {
 public:
  Dialog(const Corpus& corpus, QuestionText text, Language language, std::istream& in,
         std::ostream& out)
      : corpus_(corpus),
        text_(std::move(text)),
        say_(language == Language::fr ? french : english),
        in_(in),
        out_(out) {}

  void run(Question& question, Decision& decision) {
    while (decision.outcome == Outcome::needs) {
      std::optional<Thing> thing = next(decision);
      if (!thing) return;
      if (!std::exchange(begun_, true)) out_ << say_.begin << "\n";
      put(*thing);
      std::string line;
      if (!std::getline(in_, line)) return;
      std::optional<QuestionText> with = answered(*thing, trimmed(line));
      if (!with) continue;
      text_ = *std::move(with);
      auto again = law::ask(corpus_, text_);
      check(again.has_value(), "an answer was looked at before it was taken");
      question = *again;
      decide(corpus_, question, decision);
    }
  }

 private:
  // What the best road lacks and was neither answered nor passed over.
  [[nodiscard]] std::optional<Thing> next(const Decision& decision) const {
    for (const Route& route : decision.routes) {
      if (route.state != State::needs) continue;
      for (std::size_t i = 0; i < route.lacking; ++i)
        if (auto thing = unsaid(route.reasons[route.closers + i]); thing && open(*thing))
          return thing;
      for (const Need& need : route.requires_)
        if (Thing thing{About::fact, need.fact, need.cite}; open(thing)) return thing;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Thing> unsaid(const Reason& reason) const {
    const Tables& t = corpus_.tables();
    if (reason.code == t.reason(Why::sender_unsaid)) return Thing{About::sender, {}, reason.cite};
    if (reason.code == t.reason(Why::addressee_unsaid))
      return Thing{About::addressee, {}, reason.cite};
    if (reason.code == t.reason(Why::data_unsaid)) return Thing{About::data, {}, reason.cite};
    return std::nullopt;
  }

  [[nodiscard]] bool open(const Thing& thing) const {
    return std::ranges::find(done_, thing) == done_.end();
  }

  [[nodiscard]] std::span<const Word> choices(About about) const {
    return about == About::data ? corpus_.data_categories() : corpus_.roles();
  }

  void put(const Thing& thing) {
    std::string question(question_of(thing));
    std::string out;
    paragraph(out, "", question);
    paragraph(out, "  ", corpus_.cite(thing.cite));
    if (thing.about != About::fact) {
      std::size_t number = 0;
      for (const Word& word : choices(thing.about)) {
        std::string count = std::to_string(++number);
        paragraph(out, std::string(4 - std::min<std::size_t>(count.size(), 3), ' ') + count + "  ",
                  word.code + ": " + title_in(say_.language, word));
      }
    }
    out_ << out << "  [" << hint(thing) << "] " << std::flush;
  }

  [[nodiscard]] std::string_view question_of(const Thing& thing) const {
    switch (thing.about) {
      case About::sender:
        return say_.who_sends;
      case About::addressee:
        return say_.who_receives;
      case About::data:
        return say_.which_data;
      case About::fact:
        break;
    }
    return question_in(say_.language, corpus_, thing.fact);
  }

  [[nodiscard]] FactKind kind(FactId fact) const {
    return corpus_.tables().words.fact_words[fact.value].kind;
  }

  [[nodiscard]] std::string_view hint(const Thing& thing) const {
    if (thing.about != About::fact) return say_.word;
    switch (kind(thing.fact)) {
      case FactKind::yes_no:
        return say_.yes_no;
      case FactKind::jurisdiction:
        return say_.country;
      case FactKind::months:
        break;
    }
    return say_.months;
  }

  // The question with the answer in it; none when the answer was passed over or is to be given
  // again.
  std::optional<QuestionText> answered(const Thing& thing, const std::string& line) {
    std::string low = small(line);
    bool pass = line.empty() || one_of(low, {"unknown", "inconnu", "?"});
    std::string value = pass ? "" : value_of(thing, line, low);
    if (!pass && value.empty()) return std::nullopt;
    done_.push_back(thing);
    if (pass) return std::nullopt;
    QuestionText with = text_;
    switch (thing.about) {
      case About::sender:
        with.from_role = value;
        break;
      case About::addressee:
        with.to_role = value;
        break;
      case About::data:
        with.data = value;
        break;
      case About::fact:
        with.facts.emplace_back(corpus_.word(thing.fact).code, value);
    }
    if (auto whole = law::ask(corpus_, with))
      return with;
    else
      tell(whole.error().what);
    return std::nullopt;
  }

  // As ask() takes it; empty, and the officer was told, when it is none.
  std::string value_of(const Thing& thing, const std::string& line, const std::string& low) {
    if (thing.about != About::fact) return word_of(choices(thing.about), line, low);
    switch (kind(thing.fact)) {
      case FactKind::yes_no:
        if (one_of(low, {"yes", "y"})) return "yes";
        if (one_of(low, {"no", "n"})) return "no";
        if (say_.language == Language::fr && one_of(low, {"oui", "o"})) return "yes";
        if (say_.language == Language::fr && low == "non") return "no";
        return tell(say_.not_yes_no);
      case FactKind::jurisdiction: {
        if (country_named(corpus_, line)) return line;
        std::string near = country_meant(corpus_, line);
        return tell("\"" + line + "\"" + std::string(say_.no_country) + did_you_mean(near));
      }
      case FactKind::months:
        break;
    }
    bool digits = line.size() <= 4 && line.find_first_not_of("0123456789") == std::string::npos;
    return digits && std::stoi(line) <= 1200 ? line : tell(say_.not_months);
  }

  // By its number, its code or its title.
  std::string word_of(std::span<const Word> words, const std::string& line,
                      const std::string& low) {
    bool digits = line.size() <= 3 && line.find_first_not_of("0123456789") == std::string::npos;
    std::size_t number = digits ? std::stoul(line) : 0;
    if (number > 0 && number <= words.size()) return words[number - 1].code;
    Codes codes;
    for (const Word& word : words) {
      if (one_of(low, {word.code, small(word.en), small(word.fr)})) return word.code;
      codes.emplace(word.code, static_cast<std::uint16_t>(codes.size()));
    }
    std::string near = digits ? std::string() : nearest(codes, low);
    return tell("\"" + line + "\"" + std::string(say_.no_word) +
                (near.empty() ? std::string(say_.a_number) : did_you_mean(near)));
  }

  [[nodiscard]] std::string did_you_mean(const std::string& near) const {
    bool fr = say_.language == Language::fr;
    return near.empty() ? "" : std::string(say_.meant) + near + (fr ? " ?" : "?");
  }

  std::string tell(std::string_view what) {
    out_ << "  " << what << "\n";
    return {};
  }

  const Corpus& corpus_;
  QuestionText text_;
  const Hints& say_;
  std::istream& in_;
  std::ostream& out_;
  std::vector<Thing> done_;  // answered, or passed over
  bool begun_ = false;
};

}  // namespace

void ask_for_the_rest(const Corpus& corpus, QuestionText text, Language language, std::istream& in,
                      std::ostream& out, Question& question, Decision& decision) {
  Dialog(corpus, std::move(text), language, in, out).run(question, decision);
}

}  // namespace comity::law
