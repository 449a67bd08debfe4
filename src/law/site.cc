#include "law/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "law/atlas.h"
#include "law/html.h"
#include "toml/parse.h"

namespace comity::law {
namespace {

// In which order a reader wants the parts of a file, and the facts of an entry; the rest follows.
constexpr std::string_view parts[] = {"authorities", "preservation", "production", "emergency",
                                      "extradition", "offence",      "absent",     "statute",
                                      "provision",   "reservation",  "party"};
constexpr std::string_view facts_first[] = {"cite", "confidence", "source", "from", "until"};

std::string text_of(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  return found && found->as_string() ? *found->as_string() : "";
}

class Site {
 public:
  Site(const Corpus& corpus, std::vector<toml::Document> documents, Date on)
      : corpus_(corpus), documents_(std::move(documents)), on_(on), hash_(to_hex(corpus.hash())) {
    learn_words();
    learn_cases();
  }
  std::vector<Page> pages();

 private:
  struct Case {
    std::string name, where, html;
    std::string mentions;  // every id and code it names, each between blanks
  };
  void learn_words();
  void learn_cases();
  void learn_case(const toml::Document& document, std::size_t number, const json::Value& one);
  [[nodiscard]] std::string meaning(const std::string& code) const;
  [[nodiscard]] std::string value_html(const json::Value& value) const;
  [[nodiscard]] std::string text_html(const std::string& text) const;
  [[nodiscard]] std::string fact_html(std::string_view name, const json::Value& value,
                                      const json::Value& root) const;
  [[nodiscard]] std::string entry_html(const json::Value& entry, const json::Value& root) const;
  [[nodiscard]] std::string parties_html(const json::Array& parties) const;
  [[nodiscard]] std::string part_html(const std::string& name, const json::Value& value,
                                      const json::Value& root) const;
  [[nodiscard]] std::string cases_html(const std::vector<std::string>& names) const;
  [[nodiscard]] Page file_page(const toml::Document& document) const;
  [[nodiscard]] std::string memberships_html(const std::string& code) const;
  [[nodiscard]] Page place_page(Country country) const;
  [[nodiscard]] Page vocabulary_page(const toml::Document& document) const;
  [[nodiscard]] Page index_page() const;

  const Corpus& corpus_;
  std::vector<toml::Document> documents_;
  Date on_;
  std::string hash_;
  std::map<std::string, std::string, std::less<>> words_;  // code -> "English / French"
  std::vector<Case> cases_;
};

std::string html_path(const std::string& file) {
  return file.substr(0, file.size() - std::string_view(".toml").size()) + ".html";
}

std::string place_path(Country country) {
  return fmt::format("places/{}.html", country.text());
}

void Site::learn_words() {
  auto add = [&](std::span<const Word> words) {
    for (const Word& word : words)
      words_.emplace(word.code, word.fr.empty() ? word.en : word.en + " / " + word.fr);
  };
  for (auto words :
       {corpus_.measures(), corpus_.offences(), corpus_.data_categories(), corpus_.roles(),
        corpus_.channels(), corpus_.grounds(), corpus_.approvals(), corpus_.facts()})
    add(words);
}

void collect(const json::Value& value, std::string& out) {
  if (value.as_string()) out += *value.as_string() + " ";
  if (value.as_array())
    for (const json::Value& each : *value.as_array()) collect(each, out);
  if (!value.as_object()) return;
  for (const auto& [name, member] : *value.as_object()) {
    out += name + " ";
    collect(member, out);
  }
}

void Site::learn_case(const toml::Document& document, std::size_t number, const json::Value& one) {
  const json::Value* ask = one.find("ask");
  const json::Value* expect = one.find("expect");
  if (!ask || !expect) return;
  Case made{.name = text_of(one, "name"),
            .where = toml::place(document, "/case/" + std::to_string(number)),
            .html = "",
            .mentions = " "};
  collect(*ask, made.mentions);
  collect(*expect, made.mentions);
  made.html = fmt::format(
      "<h3>{}</h3><p><code>{}</code></p><table><tr><th>asked</th><td>{}</td></tr>"
      "<tr><th>expected</th><td>{}</td></tr></table>\n",
      escaped(made.name), escaped(made.where), value_html(*ask), value_html(*expect));
  cases_.push_back(std::move(made));
}

void Site::learn_cases() {
  for (const toml::Document& document : documents_) {
    if (!document.name.starts_with("cases/")) continue;
    const json::Value* list = document.root.find("case");
    if (!list || !list->as_array()) continue;
    for (std::size_t i = 0; i < list->as_array()->size(); ++i)
      learn_case(document, i, (*list->as_array())[i]);
  }
}

std::string Site::meaning(const std::string& code) const {
  auto found = words_.find(code);
  return found == words_.end() ? "" : found->second;
}

// A code is told with its titles, an address as a link.
std::string Site::text_html(const std::string& text) const {
  if (text.starts_with("https://") || text.starts_with("http://"))
    return fmt::format("<a href=\"{0}\" rel=\"noreferrer\">{0}</a>", escaped(text));
  std::string said = meaning(text);
  if (said.empty()) return escaped(text);
  return fmt::format("{} <code>{}</code>", escaped(said), escaped(text));
}

std::string Site::value_html(const json::Value& value) const {
  if (value.as_string()) return text_html(*value.as_string());
  if (value.as_array()) {
    std::string out;
    for (const json::Value& each : *value.as_array())
      out += (out.empty() ? "" : "<br>") + value_html(each);
    return out;
  }
  if (!value.as_object()) return escaped(json::write(value));
  std::string out;
  for (const auto& [name, member] : *value.as_object())
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", escaped(name), value_html(member));
  return out;
}

// A source may be a name from the file's own [sources].
std::string Site::fact_html(std::string_view name, const json::Value& value,
                            const json::Value& root) const {
  std::string text = value.as_string() ? *value.as_string() : "";
  if (name.ends_with("confidence"))
    return fmt::format("<span class=\"{0}\">{0}</span>", escaped(text));
  if (name == "source") {
    const json::Value* sources = root.find("sources");
    const json::Value* named = sources ? sources->find(text) : nullptr;
    if (named) return value_html(*named);
  }
  return value_html(value);
}

std::string Site::entry_html(const json::Value& entry, const json::Value& root) const {
  std::string rows;
  auto row = [&](std::string_view name, const json::Value& value) {
    rows += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", escaped(name),
                        fact_html(name, value, root));
  };
  for (std::string_view name : facts_first)
    if (const json::Value* value = entry.find(name)) row(name, *value);
  for (const auto& [name, value] : *entry.as_object())
    if (std::ranges::find(facts_first, name) == std::end(facts_first)) row(name, value);
  return "<table>" + rows + "</table>\n";
}

std::string Site::parties_html(const json::Array& list) const {
  std::string out =
      "<table><tr><th>jurisdiction</th><th>status</th><th>since</th><th>until</th>"
      "<th>confidence</th><th>note</th></tr>\n";
  for (const json::Value& party : list) {
    std::string code = text_of(party, "of");
    auto country = country_from_text(code);
    std::string name(country ? corpus_.name(*country) : "");
    out += fmt::format(
        "<tr><td>{} {}</td><td>{}</td><td>{}</td><td>{}</td><td><span class=\"{}\">{}</span></td>"
        "<td>{}</td></tr>\n",
        escaped(code), escaped(name), escaped(text_of(party, "status")),
        escaped(text_of(party, "since")), escaped(text_of(party, "until")),
        escaped(text_of(party, "confidence")), escaped(text_of(party, "confidence")),
        escaped(text_of(party, "note")));
  }
  return out + "</table>\n";
}

std::string entry_title(const json::Value& entry) {
  std::string title;
  for (const char* name : {"id", "code", "party", "article", "title", "statute"}) {
    std::string text = text_of(entry, name);
    if (!text.empty() && title.find(text) == std::string::npos)
      title += (title.empty() ? "" : ", ") + text;
  }
  return title;
}

std::string Site::part_html(const std::string& name, const json::Value& value,
                            const json::Value& root) const {
  std::string out = element("h2", "", name);
  const json::Array* list = value.as_array();
  if (!list) return out + (value.as_object() ? entry_html(value, root) : value_html(value));
  if (name == "party") return out + parties_html(*list);
  for (const json::Value& entry : *list) {
    if (!entry.as_object()) return out + "<p>" + value_html(value) + "</p>\n";
    out += element("h3", "", entry_title(entry)) + entry_html(entry, root);
  }
  return out;
}

std::string Site::cases_html(const std::vector<std::string>& names) const {
  std::string out;
  std::size_t count = 0;
  for (const Case& one : cases_) {
    bool named = std::ranges::any_of(names, [&](const std::string& name) {
      return one.mentions.find(" " + name + " ") != std::string::npos;
    });
    if (!named) continue;
    ++count;
    out += one.html;
  }
  return element("h2", "", fmt::format("Cases that rest on it: {}", count)) + out;
}

// What it is a party to, and what it has reserved: the instruments' files have it.
std::string Site::memberships_html(const std::string& code) const {
  std::string memberships, reserved;
  for (const toml::Document& document : documents_) {
    const json::Value* instrument = document.root.find("instrument");
    if (!instrument) continue;
    std::string link = fmt::format("<a href=\"../{}\">{}</a>", escaped(html_path(document.name)),
                                   escaped(text_of(*instrument, "name")));
    if (const json::Value* list = document.root.find("party"))
      for (const json::Value& party : *list->as_array())
        if (text_of(party, "of") == code)
          memberships += fmt::format(
              "<tr><td>{0}</td><td>{1}</td><td>{2}</td><td>{3}</td><td><span "
              "class=\"{4}\">{4}</span>"
              "</td></tr>\n",
              link, escaped(text_of(party, "status")), escaped(text_of(party, "since")),
              escaped(text_of(party, "until")), escaped(text_of(party, "confidence")));
    if (const json::Value* list = document.root.find("reservation"))
      for (const json::Value& one : *list->as_array())
        if (text_of(one, "party") == code)
          reserved += element("h3", "", entry_title(one)) + entry_html(one, document.root);
  }
  std::string out;
  if (!memberships.empty())
    out += element("h2", "", "Memberships") +
           "<table><tr><th>instrument</th><th>status</th><th>since</th><th>until</th>"
           "<th>confidence</th></tr>\n" +
           memberships + "</table>\n";
  if (!reserved.empty()) out += element("h2", "", "Reservations and declarations") + reserved;
  return out;
}

// A jurisdiction of which memberships alone are known.
Page Site::place_page(Country country) const {
  std::string code(country.text());
  std::string body =
      "<p>Its own law has not been researched: what is known of it are the instruments that it is "
      "a "
      "party to, or is not.</p>\n" +
      memberships_html(code) + cases_html({code});
  return {place_path(country),
          html_page(std::string(corpus_.name(country)) + " (" + code + ")", "../", body, hash_)};
}

Page Site::file_page(const toml::Document& document) const {
  const json::Value& root = document.root;
  std::vector<std::string> names;
  std::string title = document.name, body;
  for (const char* head : {"instrument", "jurisdiction"}) {
    const json::Value* about = root.find(head);
    if (!about) continue;
    std::string id = text_of(*about, "id") + text_of(*about, "of");
    title = text_of(*about, "name") + " (" + id + ")";
    names.push_back(id);
    body += entry_html(*about, root);
  }
  body += fmt::format("<p>File: <code>law/{}</code></p>\n", escaped(document.name));
  if (const json::Value* list = root.find("provision"))
    for (const json::Value& each : *list->as_array()) names.push_back(text_of(each, "id"));
  for (std::string_view name : parts)
    if (const json::Value* value = root.find(name))
      body += part_html(std::string(name), *value, root);
  for (const auto& [name, value] : *root.as_object())
    if (std::ranges::find(parts, name) == std::end(parts) && name != "instrument" &&
        name != "jurisdiction")
      body += part_html(name, value, root);
  if (const json::Value* place = root.find("jurisdiction"))
    body += memberships_html(text_of(*place, "of"));
  body += cases_html(names);
  return {html_path(document.name), html_page(title, "../", body, hash_)};
}

Page Site::vocabulary_page(const toml::Document& document) const {
  std::string body;
  for (const auto& [name, value] : *document.root.as_object()) {
    const json::Array* list = value.as_array();
    if (!list) continue;
    body +=
        element("h2", "", name) + "<table><tr><th>code</th><th>English</th><th>French</th></tr>\n";
    for (const json::Value& word : *list)
      body += fmt::format("<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                          escaped(text_of(word, "code")),
                          escaped(text_of(word, "en") + text_of(word, "question")),
                          escaped(text_of(word, "fr")));
    body += "</table>\n";
  }
  return {"vocabulary.html", html_page("The words of the law", "", body, hash_)};
}

Page Site::index_page() const {
  std::map<std::string, std::string> lists;  // folder -> items
  for (const toml::Document& document : documents_) {
    std::size_t slash = document.name.find('/');
    if (slash == std::string::npos || document.name.starts_with("cases/")) continue;
    const json::Value* head = document.root.find("instrument");
    if (!head) head = document.root.find("jurisdiction");
    std::string name = head ? text_of(*head, "name") : document.name;
    lists[document.name.substr(0, slash)] += fmt::format(
        "<li><a href=\"{}\">{}</a></li>\n", escaped(html_path(document.name)), escaped(name));
  }
  std::string body;
  for (const char* code : {"preservation", "extradition"}) {
    auto measure = corpus_.measure(code);
    if (!measure) continue;
    Atlas atlas = draw_atlas(corpus_, {.measure = *measure, .offence = {}, .on = on_});
    body += to_svg(corpus_, atlas, {});
  }
  for (const auto& [folder, items] : lists)
    body += element("h2", "", folder) + "<ul>" + items + "</ul>\n";
  std::string places;
  for (Country country : corpus_.countries())
    if (corpus_.coverage(country) == Coverage::memberships)
      places += fmt::format("<li><a href=\"{}\">{}</a></li>\n", place_path(country),
                            escaped(corpus_.name(country)));
  body += element("h2", "", "jurisdictions known by their memberships alone") + "<ul>" + places +
          "</ul>\n";
  body += fmt::format("<p>{} cases.</p>\n", cases_.size());
  return {"index.html", html_page("The law as Comity knows it", "", body, hash_)};
}

std::vector<Page> Site::pages() {
  std::vector<Page> out{index_page()};
  for (const toml::Document& document : documents_) {
    if (document.name == "vocabulary.toml")
      out.push_back(vocabulary_page(document));
    else if (!document.name.starts_with("cases/"))
      out.push_back(file_page(document));
  }
  for (Country country : corpus_.countries())
    if (corpus_.coverage(country) == Coverage::memberships) out.push_back(place_page(country));
  return out;
}

}  // namespace

Result<std::vector<Page>> make_site(const std::vector<SourceFile>& files, Date on) {
  TRY(Corpus corpus, Corpus::load(files));
  std::vector<toml::Document> documents;
  for (const SourceFile& file : files) {
    TRY(toml::Document document, toml::parse(file.text, file.name));
    documents.push_back(std::move(document));
  }
  std::ranges::sort(documents, {}, &toml::Document::name);
  return Site(corpus, std::move(documents), on).pages();
}

}  // namespace comity::law
