#include "request/form.h"

#include <cstddef>

namespace comity::request {
namespace {

constexpr std::size_t columns = 78;
constexpr std::string_view not_stated = "(not stated)";

// Letters, not bytes: continuation bytes of UTF-8 take no room.
std::size_t width(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

// Breaks at spaces; a word longer than a line stands alone. Every line of content is indented, so
// that none can pass for a box's title.
void wrap(std::string& out, std::string_view text, std::size_t indent) {
  std::size_t used = 0;
  while (!text.empty()) {
    std::size_t end = text.find_first_of(" \t");
    std::string_view word = text.substr(0, end);
    if (used != 0 && used + 1 + width(word) > columns) {
      out += '\n';
      used = 0;
    }
    if (used == 0) out.append(indent, ' ');
    if (used != 0) out += ' ';
    used = (used == 0 ? indent : used + 1) + width(word);
    out += word;
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  out += '\n';
}

class Page {
 public:
  explicit Page(std::string_view title) {
    out_.append(title);
    out_ += '\n';
    out_.append(width(title), '=');
    out_ += '\n';
  }

  void box(std::string_view title, std::string_view content) {
    out_ += '\n' + std::to_string(++number_) + ". ";
    out_.append(title);
    out_ += '\n';
    add(content.empty() ? not_stated : content);
  }
  void add(std::string_view content, std::size_t indent = 4) {
    while (true) {
      std::size_t end = content.find('\n');
      wrap(out_, content.substr(0, end), indent);
      if (end == std::string_view::npos) return;
      content.remove_prefix(end + 1);
    }
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
  int number_ = 0;
};

std::string joined(const std::vector<std::string>& list, std::string_view between = ", ") {
  std::string out;
  for (const std::string& each : list) {
    if (!out.empty()) out += between;
    out += each;
  }
  return out;
}

std::string with(std::string text, std::string_view label, const std::string& value) {
  if (!value.empty()) text.append("\n").append(label).append(": ").append(value);
  return text;
}

std::string describe(const Authority& who) {
  std::string text = who.name + " (" + who.country + ", " + who.kind + ")";
  text = with(text, "office hours", who.office_hours);
  text = with(text, "time zone", who.time_zone);
  return with(text, "preferred means", who.contact);
}

std::string describe(const Callback& whom) {
  return with(whom.name + ", " + whom.telephone, "languages", joined(whom.languages));
}

std::string describe(const Offence& offence) {
  std::string text =
      offence.code + "\nstatute: " + offence.statute + "\npenalty: " + offence.penalty;
  if (offence.months_max) text += " (at most " + std::to_string(*offence.months_max) + " months)";
  return text;
}

std::string describe(const Target& target) {
  return target.id + ": " + target.identifier_type + " " + target.identifier + " at " +
         target.service + "\ndata: " + joined(target.categories) +
         with("\nfrom " + to_text(target.period.from) + " to " + to_text(target.period.to),
              "the requester reads these times in", target.period.time_zone);
}

std::string describe(const Custodian& held) {
  std::string text = held.name;
  if (!held.location.empty()) text += (text.empty() ? "" : "\n") + ("location: " + held.location);
  if (!held.country.empty()) text += (text.empty() ? "" : "\n") + ("country: " + held.country);
  return text;
}

std::string describe(const Urgency& urgency) {
  return with(urgency.level, "because", urgency.why);
}

std::string describe(const Confidentiality& held) {
  std::string text = with(held.requested ? "requested" : "not requested", "because", held.why);
  return with(text, "the user may be told from",
              held.user_notice_from ? to_text(*held.user_notice_from) : "");
}

std::string describe(const Ground& ground) {
  return "ground: " + ground.code + " (" + ground.article + ")" +
         (ground.explanation.empty() ? "" : "\n" + ground.explanation);
}

std::string status_title(const Ask& ask) {
  if (ask.status == "extension") return "extension";
  return ask.status == "follow_up" ? "follow-up of a preservation" : "new";
}

void parties(Page& page, const Ask& ask, const FormHead& head) {
  page.add("from " + head.from + " to " + head.to, 0);
  page.add("under " + head.cite + " (" + head.provision + ")", 0);
  if (ask.drill) page.add("DRILL: an exercise. Touch no provider.", 0);
}

std::string describe(const TargetAnswer& said) {
  std::string text = said.status;
  if (said.preserved_at) text += "\npreserved at " + to_text(*said.preserved_at);
  if (said.preserved_until) text += "\npreserved until " + to_text(*said.preserved_until);
  text = with(text, "data", joined(said.categories));
  text = with(text, "reason", said.reason);
  for (const Ground& ground : said.grounds) text += "\n" + describe(ground);
  return with(text, "note", said.note);
}

}  // namespace

std::string render(const Ask& ask, const FormHead& head) {
  Page page("Request for expedited preservation of stored computer data");
  parties(page, ask, head);
  page.box("Date", to_text(ask.date));
  page.box("Reference", ask.reference);
  page.box("Status of the request", status_title(ask));
  page.box("Requested authority", ask.requested_authority);
  page.box("Requesting authority", describe(ask.requesting_authority));
  page.box("Whom to call back to confirm", describe(ask.callback));
  page.box("Investigating authority",
           ask.investigating_authority ? describe(*ask.investigating_authority) : "");
  page.box("Prosecutor or court, decisions", ask.decisions);
  page.box("Earlier requests", joined(ask.earlier_requests, "\n"));
  page.box("Earlier preservation", joined(ask.earlier_preservation, "\n"));
  page.box("Domestic legal basis", ask.domestic_legal_basis);
  page.box("Offence, statute, penalty", describe(ask.offence));
  page.box("Summary of the facts", ask.facts_summary);
  page.box("Data sought", std::to_string(ask.targets.size()) + " target(s)");
  for (const Target& target : ask.targets) page.add(describe(target));
  page.box("Custodian or location", describe(ask.custodian));
  page.box("Link to the offence", ask.relationship_to_offence);
  page.box("Necessity", ask.necessity);
  page.box("Urgency", describe(ask.urgency));
  page.box("Confidentiality and user notice", describe(ask.confidentiality));
  std::string formal = ask.intent_to_request_mla ? "yes" : "no";
  page.box("Intention to send a formal request",
           with(formal, "expected by",
                ask.formal_request_expected ? to_text(*ask.formal_request_expected) : ""));
  return page.take();
}

std::string render(const Answer& answer, const Ask& ask, const FormHead& head) {
  Page page("Answer to a request for expedited preservation");
  parties(page, ask, head);
  page.box("Reference of the request", ask.reference);
  page.box("Reference of the answer", answer.reference);
  for (const TargetAnswer& each : answer.targets) {
    // By its number alone where the answer does not say whether an account exists.
    page.box("Target " + each.target, describe(each));
  }
  std::string open;
  for (const Target& target : ask.targets) {
    bool answered = false;
    for (const TargetAnswer& each : answer.targets) answered |= each.target == target.id;
    if (!answered) open += (open.empty() ? "" : ", ") + target.id;
  }
  if (!open.empty()) page.box("Still to be answered", open);
  return page.take();
}

}  // namespace comity::request
