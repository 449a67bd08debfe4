#include "request/body.h"

#include <array>
#include <set>

#include "base/check.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "request/fields.h"

namespace comity::request {
namespace {

using json::Reader;

constexpr std::array<std::string_view, verb_count> names = {
    "ask",           "acknowledge", "query",  "reply",  "accept",    "forward", "refuse",
    "counter_offer", "warn",        "decide", "answer", "notice",    "extend",  "extension_answer",
    "withdraw",      "release",     "expire", "order",  "objection", "comply"};

constexpr std::array<Verb, verb_count> verbs = [] {
  std::array<Verb, verb_count> all{};
  for (std::size_t i = 0; i < verb_count; ++i) all[i] = static_cast<Verb>(i);
  return all;
}();

Urgency urgency(Reader& in) {
  Urgency held;
  held.level = in.one_of("level", {"normal", "urgent", "emergency"});
  held.why = fields::prose_or(in, "why");
  if (in.ok() && held.level != "normal" && held.why.empty())
    in.refuse("why", Code::missing_field, "is required unless the level is \"normal\"");
  return held;
}

Confidentiality confidentiality(Reader& in) {
  Confidentiality held;
  held.requested = in.boolean_or("requested", false);
  held.why = fields::prose_or(in, "why");
  held.user_notice_from = fields::moment_if(in, "user_notice_from");
  if (in.ok() && held.requested && held.why.empty())
    in.refuse("why", Code::missing_field, "is required when confidentiality is requested");
  return held;
}

Offence offence(Reader& in) {
  Offence held{fields::code(in, "code"), fields::line(in, "statute"), fields::line(in, "penalty"),
               std::nullopt};
  if (std::int64_t months = in.integer_or("months_max", -1, 0, 12'000); months >= 0)
    held.months_max = months;
  return held;
}

Custodian custodian(Reader& in) {
  return {fields::line_or(in, "name"), fields::line_or(in, "location"),
          fields::country_or(in, "country")};
}

// Who asks whom, and on which papers: the head of the form.
void read_head(Reader& in, Ask& ask) {
  ask.measure = in.one_of("measure", {"preservation"});
  ask.drill = in.boolean_or("drill", false);
  ask.date = fields::moment(in, "date");
  ask.reference = fields::line(in, "reference");
  ask.status = fields::one_of_or(in, "status", "new", {"new", "extension", "follow_up"});
  ask.requested_authority = fields::line(in, "requested_authority");
  in.object("requesting_authority",
            [&](Reader& who) { ask.requesting_authority = fields::authority(who); });
  in.object("callback", [&](Reader& whom) { ask.callback = fields::callback(whom); });
  in.object_if("investigating_authority",
               [&](Reader& who) { ask.investigating_authority = fields::authority(who); });
  ask.decisions = fields::prose_or(in, "decisions");
  ask.earlier_requests = fields::lines_or_none(in, "earlier_requests");
  ask.earlier_preservation = fields::lines_or_none(in, "earlier_preservation");
}

Ask read_ask(Reader& in) {
  Ask ask;
  read_head(in, ask);
  ask.domestic_legal_basis = fields::prose_or(in, "domestic_legal_basis");
  in.object("offence", [&](Reader& each) { ask.offence = offence(each); });
  ask.facts_summary = fields::prose(in, "facts_summary");
  ask.targets = fields::targets(in, ask.date);
  in.object_if("custodian", [&](Reader& each) { ask.custodian = custodian(each); });
  ask.relationship_to_offence = fields::prose(in, "relationship_to_offence");
  ask.necessity = fields::prose(in, "necessity");
  in.object_if("urgency", [&](Reader& each) { ask.urgency = urgency(each); });
  in.object_if("confidentiality",
               [&](Reader& each) { ask.confidentiality = confidentiality(each); });
  if (!in.has("intent_to_request_mla"))
    in.refuse("intent_to_request_mla", Code::missing_field, "is required: Art. 29(2)(f)");
  ask.intent_to_request_mla = in.boolean_or("intent_to_request_mla", false);
  ask.formal_request_expected = fields::moment_if(in, "formal_request_expected");
  ask.language = fields::language_or_en(in, "language");
  return ask;
}

Acknowledge read_acknowledge(Reader& in) {
  return {fields::line_or(in, "reference"), fields::prose_or(in, "note")};
}

Query read_query(Reader& in) {
  return {in.one_of("code",
                    {"insufficient_facts", "callback", "legal_basis", "scope", "status", "other"}),
          fields::prose(in, "text"), in.boolean_or("pauses_clock", false)};
}

Reply read_reply(Reader& in) {
  return {in.id<ActId>("to"), fields::prose(in, "text")};
}

Accept read_accept(Reader& in) {
  return {fields::line_or(in, "basis"), fields::prose_or(in, "note")};
}

Forward read_forward(Reader& in) {
  Forward said;
  in.object("to", [&](Reader& who) { said.to = fields::authority(who); });
  said.note = fields::prose_or(in, "note");
  return said;
}

Refuse read_refuse(Reader& in) {
  Refuse said;
  in.objects("grounds", limits::request_list_max,
             [&](Reader& each) { said.grounds.push_back(fields::ground(each)); });
  if (in.ok() && said.grounds.empty())
    in.refuse("grounds", Code::bad_value, "must name at least one, with its article");
  in.object_if("offer", [&](Reader& each) { said.offer = fields::offer(each); });
  return said;
}

CounterOffer read_counter_offer(Reader& in) {
  CounterOffer said;
  in.object("offer", [&](Reader& each) { said.offer = fields::offer(each); });
  return said;
}

Warn read_warn(Reader& in) {
  Warn said{fields::codes(in, "risks"), fields::prose(in, "text")};
  for (const std::string& risk : said.risks)
    if (risk != "will_not_secure" && risk != "threatens_confidentiality" &&
        risk != "prejudices_investigation")
      in.refuse("risks", Code::bad_value,
                "Art. 29(6) knows \"will_not_secure\", \"threatens_confidentiality\" and "
                "\"prejudices_investigation\"");
  return said;
}

Decide read_decide(Reader& in) {
  Decide said;
  said.on = in.id<ActId>("on");
  said.choice = in.one_of(
      "choice", {"proceed", "do_not_execute", "take_up", "decline", "maintain", "narrow", "lift"});
  said.targets = fields::target_ids_or_none(in, "targets");
  said.note = fields::prose_or(in, "note");
  if (in.ok() && said.targets.empty() == (said.choice == "narrow"))
    in.refuse("targets", Code::bad_value, "\"narrow\", and it alone, names the targets that stay");
  return said;
}

// What each status of a target needs beside it.
void check_target_answer(Reader& in, const TargetAnswer& said) {
  if (!in.ok()) return;
  bool preserved = said.status == "preserved";
  auto must = [&](std::string_view name, bool filled, bool wanted, std::string_view status) {
    if (filled == wanted) return;
    std::string what = wanted ? "is required of a target that is " : "belongs to a target that is ";
    in.refuse(name, wanted ? Code::missing_field : Code::bad_value, what.append(status));
  };
  must("preserved_at", said.preserved_at.has_value(), preserved, "preserved");
  must("preserved_until", said.preserved_until.has_value(), preserved, "preserved");
  must("categories", !said.categories.empty(), preserved, "preserved");
  must("grounds", !said.grounds.empty(), said.status == "refused", "refused");
  if (!said.reason.empty()) must("reason", true, said.status == "not_available", "not_available");
  if (preserved && said.preserved_until <= said.preserved_at)
    in.refuse("preserved_until", Code::bad_value, "must lie after \"preserved_at\"");
}

TargetAnswer target_answer(Reader& in) {
  TargetAnswer said;
  said.target = fields::target_id(in, "target");
  said.status = in.one_of("status", {"preserved", "not_held", "not_available", "refused"});
  said.preserved_at = fields::moment_if(in, "preserved_at");
  said.preserved_until = fields::moment_if(in, "preserved_until");
  said.categories = fields::codes_or_none(in, "categories");
  said.grounds = fields::grounds_or_none(in, "grounds");
  said.reason = fields::one_of_or(in, "reason", "",
                                  {"wrong_addressee", "de_facto_impossible", "retention_ended"});
  said.note = fields::prose_or(in, "note");
  check_target_answer(in, said);
  return said;
}

std::vector<TargetAnswer> target_answers(Reader& in) {
  std::vector<TargetAnswer> list;
  std::set<std::string> seen;
  in.objects("targets", limits::request_targets_max, [&](Reader& each) {
    list.push_back(target_answer(each));
    if (each.ok() && !seen.insert(list.back().target).second)
      each.refuse("target", Code::bad_value, "is answered twice");
  });
  if (in.ok() && list.empty()) in.refuse("targets", Code::bad_value, "must answer at least one");
  return list;
}

Answer read_answer(Reader& in) {
  return {fields::line_or(in, "reference"), target_answers(in)};
}

Comply read_comply(Reader& in) {
  return {fields::line_or(in, "reference"), target_answers(in)};
}

Notice read_notice(Reader& in) {
  return {fields::line(in, "reference"), fields::line_or(in, "channel"),
          fields::moment_if(in, "received_on")};
}

Extend read_extend(Reader& in) {
  return {fields::target_ids_or_none(in, "targets"), fields::moment(in, "until"),
          fields::prose(in, "why"), fields::moment_if(in, "formal_request_expected")};
}

ExtensionAnswer read_extension_answer(Reader& in) {
  ExtensionAnswer said;
  said.to = in.id<ActId>("to");
  said.outcome = in.one_of("outcome", {"granted", "refused"});
  said.until = fields::moment_if(in, "until");
  said.grounds = fields::grounds_or_none(in, "grounds");
  said.note = fields::prose_or(in, "note");
  bool granted = said.outcome == "granted";
  if (in.ok() && granted && !said.until)
    in.refuse("until", Code::missing_field, "is required of an extension that is granted");
  if (in.ok() && !granted && said.until)
    in.refuse("until", Code::bad_value, "belongs to an extension that is granted");
  if (in.ok() && granted && !said.grounds.empty())
    in.refuse("grounds", Code::bad_value, "belong to an extension that is refused");
  return said;
}

Withdraw read_withdraw(Reader& in) {
  return {fields::prose_or(in, "why")};
}

Release read_release(Reader& in) {
  return {fields::target_ids_or_none(in, "targets"), fields::prose_or(in, "why")};
}

Expire read_expire(Reader& in) {
  return {fields::target_ids_or_none(in, "targets"),
          in.one_of("reason", {"term_ended", "follow_up_decided", "law_ended"})};
}

Instrument instrument(Reader& in) {
  Instrument held{fields::line(in, "name"), fields::line(in, "media_type"), in.hash("sha256"),
                  in.base64("bytes", limits::instrument_bytes_max)};
  if (in.ok() && held.bytes.empty()) in.refuse("bytes", Code::bad_value, "must not be empty");
  if (in.ok() && crypto::sha256(held.bytes) != held.sha256)
    in.refuse("sha256", Code::bad_value, "is not the SHA-256 of \"bytes\"");
  return held;
}

Order read_order(Reader& in) {
  Order order;
  order.measure = in.one_of("measure", {"preservation"});
  order.date = fields::moment(in, "date");
  order.reference = fields::line(in, "reference");
  in.object("issuing_authority",
            [&](Reader& who) { order.issuing_authority = fields::authority(who); });
  order.power = fields::line(in, "power");
  order.legal_entity = fields::line(in, "legal_entity");
  in.object("instrument", [&](Reader& each) { order.instrument = instrument(each); });
  order.targets = fields::targets(in, order.date);
  order.preserve_until = fields::moment(in, "preserve_until");
  if (in.ok() && order.preserve_until <= order.date)
    in.refuse("preserve_until", Code::bad_value, "must lie after the order's date");
  in.object_if("secrecy", [&](Reader& each) {
    order.secrecy = Secrecy{fields::line(each, "basis"), fields::moment_if(each, "until")};
  });
  order.user_notice_on = fields::moment_if(in, "user_notice_on");
  in.object("callback", [&](Reader& whom) { order.callback = fields::callback(whom); });
  order.language = fields::language_or_en(in, "language");
  return order;
}

Objection read_objection(Reader& in) {
  return {in.one_of("code", {"overbroad", "not_competent", "conflict_of_laws", "privilege",
                             "not_ours", "challenge", "other"}),
          fields::prose(in, "text"), fields::target_ids_or_none(in, "targets")};
}

Body read(Verb verb, Reader& in) {
  switch (verb) {
    case Verb::ask:
      return read_ask(in);
    case Verb::acknowledge:
      return read_acknowledge(in);
    case Verb::query:
      return read_query(in);
    case Verb::reply:
      return read_reply(in);
    case Verb::accept:
      return read_accept(in);
    case Verb::forward:
      return read_forward(in);
    case Verb::refuse:
      return read_refuse(in);
    case Verb::counter_offer:
      return read_counter_offer(in);
    case Verb::warn:
      return read_warn(in);
    case Verb::decide:
      return read_decide(in);
    case Verb::answer:
      return read_answer(in);
    case Verb::notice:
      return read_notice(in);
    case Verb::extend:
      return read_extend(in);
    case Verb::extension_answer:
      return read_extension_answer(in);
    case Verb::withdraw:
      return read_withdraw(in);
    case Verb::release:
      return read_release(in);
    case Verb::expire:
      return read_expire(in);
    case Verb::order:
      return read_order(in);
    case Verb::objection:
      return read_objection(in);
    case Verb::comply:
      return read_comply(in);
  }
  check(false, "a verb outside its enumeration");
  return {};
}

}  // namespace

std::span<const Verb> all_verbs() {
  return verbs;
}

std::string_view verb_name(Verb verb) {
  return names.at(static_cast<std::size_t>(verb));
}

Result<Verb> verb_from_name(std::string_view name) {
  for (Verb verb : verbs)
    if (verb_name(verb) == name) return verb;
  return fail(Code::bad_value, "is no verb of a request: docs/schemas/request.json lists them");
}

Result<Body> body_from_json(const json::Value& value) {
  Reader in(value);
  std::string word = in.text("verb", limits::request_line_bytes_max);
  if (!in.ok()) {
    TRY_VOID(in.finish());
  }
  auto verb = verb_from_name(word);
  if (!verb) return fail(verb.error().code, verb.error().what, "/verb");
  Body body = read(*verb, in);
  TRY_VOID(in.finish());
  return body;
}

}  // namespace comity::request
