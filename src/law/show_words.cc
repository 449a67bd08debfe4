// law show, of a word of the vocabulary.
#include <algorithm>

#include "law/facts.h"
#include "law/provision.h"
#include "law/show_parts.h"
#include "law/wording.h"

namespace comity::law {
namespace {

bool names(const std::vector<std::string>& codes, const std::string& code) {
  return std::ranges::find(codes, code) != codes.end();
}

bool has(std::uint64_t set, std::uint16_t number) {
  return number < 64 && (set >> number & 1) != 0;
}

// Which rules speak of a word, by id: provisions, articles, reservations, statutes.
class Uses {
 public:
  Uses(const Corpus& corpus, WordKind kind, std::uint16_t number, const std::string& code)
      : t_(corpus.tables()), kind_(kind), number_(number), code_(code) {}

  json::Array run() {
    for (std::size_t i = 0; i < t_.provisions.size(); ++i)
      if (used(t_.provisions[i], i)) out_.emplace_back(t_.provisions[i].id);
    for (const Article& a : t_.articles)
      if (used(a)) out_.emplace_back(a.rule.id);
    for (const Reservation& r : t_.reservations)
      if (used(r)) out_.emplace_back(r.id);
    for (const Statute& s : t_.statutes)
      if (kind_ == WordKind::measure && has(s.measures, number_)) out_.emplace_back(s.id);
    return std::move(out_);
  }

 private:
  // A provision that is for every offence names none.
  [[nodiscard]] bool names_offence(std::size_t provision) const {
    auto of = [&](std::size_t offence) {
      return (t_.by_offence[offence * t_.words_ + provision / 64] >> provision % 64 & 1) != 0;
    };
    bool every = true;
    for (std::size_t o = 0; o < t_.words.offences.size(); ++o) every = every && of(o);
    return !every && of(number_);
  }

  [[nodiscard]] bool used(const Provision& p, std::size_t i) const {
    auto of_ground = [&](const Ground& ground) { return ground.code == code_; };
    switch (kind_) {
      case WordKind::measure:
        return names(p.measures, code_);
      case WordKind::offence:
        return names_offence(i);
      case WordKind::data_category:
        return has(t_.rules[i].data, number_);
      case WordKind::role:
        return names(p.requesters, code_) || names(p.recipients, code_);
      case WordKind::channel:
        return names(p.channels, code_);
      case WordKind::ground:
        return std::ranges::any_of(p.grounds, of_ground);
      case WordKind::approval:
        return names(p.approvals, code_);
      default:
        return false;
    }
  }

  [[nodiscard]] bool used(const Article& a) const {
    switch (kind_) {
      case WordKind::measure:
        return has(a.rule.measures, number_);
      case WordKind::offence:
        return has(a.offences, number_);
      case WordKind::data_category:
        return has(a.data, number_);
      case WordKind::role:
        return has(a.from_roles | a.to_roles, number_);
      case WordKind::channel:
        return has(a.channels, number_);
      default:
        return false;
    }
  }

  [[nodiscard]] bool used(const Reservation& r) const {
    return (kind_ == WordKind::offence && has(r.offences, number_)) ||
           (kind_ == WordKind::role && has(r.to_roles, number_)) ||
           (kind_ == WordKind::channel && r.channel.known() && r.channel.value == number_);
  }

  const Tables& t_;
  WordKind kind_;
  std::uint16_t number_;
  const std::string& code_;
  json::Array out_;
};

// What each profile says of an offence: the statutes that make it one, and cited absences.
void put_offence(const Corpus& corpus, std::uint16_t offence, json::Object& out) {
  const Tables& t = corpus.tables();
  json::Array statutes, absences;
  for (const Jurisdiction& one : t.jurisdictions) {
    if (!one.profiled) continue;
    const Range& rows = t.offence_ranges[one.profile * t.words.offences.size() + offence];
    for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
      const OffenceRow& row = t.offence_rows[i];
      statutes.emplace_back(std::string(corpus.cite(row.cite)) + mark(row.confidence));
    }
    for (std::uint32_t i = one.absents.first; i < one.absents.first + one.absents.count; ++i)
      if (t.absents[i].offence == offence) absences.emplace_back(t.absents[i].id);
  }
  const std::string& article = t.words.offence_articles[offence];
  if (!article.empty()) out["article"] = article;
  out["statutes"] = std::move(statutes);
  out["absences"] = std::move(absences);
}

void put_fact(const Corpus& corpus, std::uint16_t number, json::Object& out) {
  json::Value facts = facts_json(corpus);
  const json::Object& fact = *(*facts.as_array())[number].as_object();
  for (const char* name : {"question", "question_fr", "values", "owner"})
    out[name] = fact.find(name)->second;
  out["used_by"] = fact.find("asked_by")->second;
}

// A ground of a jurisdiction's own law stands in its profile.
json::Array whose_own_law_says(const Corpus& corpus, const std::string& code) {
  json::Array out;
  for (const Jurisdiction& one : corpus.tables().jurisdictions) {
    auto shown = jurisdiction_json(corpus, one.country);
    const json::Value* profile = shown ? shown->find("profile") : nullptr;
    const json::Value* head = profile ? profile->find("jurisdiction") : nullptr;
    const json::Value* grounds = head ? head->find("grounds") : nullptr;
    if (!grounds || !grounds->as_array()) continue;
    for (const json::Value& ground : *grounds->as_array()) {
      const json::Value* got = ground.find("code");
      if (got && *got == json::Value(code)) out.emplace_back(std::string(one.country.text()));
    }
  }
  return out;
}

const Word& word_of(const Vocabulary& v, WordKind kind, std::uint16_t number) {
  switch (kind) {
    case WordKind::measure:
      return v.measures[number];
    case WordKind::offence:
      return v.offences[number];
    case WordKind::data_category:
      return v.data[number];
    case WordKind::personal_data:
      return v.personal_data[number];
    case WordKind::role:
      return v.roles[number];
    case WordKind::channel:
      return v.channels[number];
    case WordKind::ground:
    case WordKind::outcome:
      return v.grounds[number];
    case WordKind::approval:
      return v.approvals[number];
    case WordKind::fact:
      return v.facts[number];
    case WordKind::reason:
      break;
  }
  return v.reasons[number];
}

}  // namespace

std::string_view name_of(WordKind kind) {
  constexpr std::string_view names[] = {"measure",  "offence", "data_category", "personal_data",
                                        "role",     "channel", "ground",        "outcome",
                                        "approval", "fact",    "reason"};
  return names[static_cast<std::size_t>(kind)];
}

json::Value word_json(const Corpus& corpus, WordKind kind, std::uint16_t number) {
  const Vocabulary& v = corpus.tables().words;
  const Word& word = word_of(v, kind, number);
  json::Object out{{std::string(name_of(kind)), word.code},
                   {"en", word.en},
                   {"fr", word.fr},
                   {"used_by", Uses(corpus, kind, number, word.code).run()}};
  if (kind == WordKind::offence) put_offence(corpus, number, out);
  if (kind == WordKind::fact) put_fact(corpus, number, out);
  if (kind == WordKind::ground) out["own_law_of"] = whose_own_law_says(corpus, word.code);
  if (kind == WordKind::approval) out["on_paper"] = has(v.on_paper, number);
  if (kind == WordKind::measure) out["surrenders"] = has(v.surrenders, number);
  if (kind == WordKind::channel) {
    out["speed"] = std::string(name_of(v.channel_speed[number]));
    out["carriage"] = std::string(name_of(v.channel_carriage[number]));
  }
  return json::Value(std::move(out));
}

}  // namespace comity::law
