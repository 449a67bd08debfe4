#include "request/body.h"

namespace comity::request {
namespace {

using json::Array;
using json::Object;
using json::Value;

// Empty optional members are left out, so that what is read back is what was written.
struct Writer {
  Object out;
  void text(const char* name, const std::string& value) { out[name] = value; }
  void text_if(const char* name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  }
  void flag_if(const char* name, bool value) {
    if (value) out[name] = true;
  }
  void at(const char* name, Instant value) { out[name] = to_text(value); }
  void at_if(const char* name, const std::optional<Instant>& value) {
    if (value) at(name, *value);
  }
  void texts_if(const char* name, const std::vector<std::string>& list) {
    if (!list.empty()) out[name] = Array(list.begin(), list.end());
  }
  template <typename T>
  void objects(const char* name, const std::vector<T>& list) {
    Array all;
    for (const T& each : list) all.push_back(write(each));
    out[name] = std::move(all);
  }
  template <typename T>
  void objects_if(const char* name, const std::vector<T>& list) {
    if (!list.empty()) objects(name, list);
  }

  static Value write(const Authority& who);
  static Value write(const Callback& whom);
  static Value write(const Offence& held);
  static Value write(const Period& span);
  static Value write(const Target& one);
  static Value write(const Custodian& held);
  static Value write(const Urgency& held);
  static Value write(const Confidentiality& held);
  static Value write(const Ground& held);
  static Value write(const Offer& made);
  static Value write(const TargetAnswer& said);
  static Value write(const Instrument& held);
  static Value write(const Secrecy& held);
};

Value Writer::write(const Authority& who) {
  Writer w;
  w.text("name", who.name);
  w.text("country", who.country);
  w.text("kind", who.kind);
  w.text_if("office_hours", who.office_hours);
  w.text_if("time_zone", who.time_zone);
  w.text_if("contact", who.contact);
  return w.out;
}

Value Writer::write(const Callback& whom) {
  Writer w;
  w.text("name", whom.name);
  w.text("telephone", whom.telephone);
  w.texts_if("languages", whom.languages);
  return w.out;
}

Value Writer::write(const Offence& held) {
  Writer w;
  w.text("code", held.code);
  w.text("statute", held.statute);
  w.text("penalty", held.penalty);
  if (held.months_max) w.out["months_max"] = *held.months_max;
  return w.out;
}

Value Writer::write(const Period& span) {
  Writer w;
  w.at("from", span.from);
  w.at("to", span.to);
  w.text_if("time_zone", span.time_zone);
  return w.out;
}

Value Writer::write(const Target& one) {
  Writer w;
  w.text("id", one.id);
  w.text("identifier_type", one.identifier_type);
  w.text("identifier", one.identifier);
  w.text("service", one.service);
  w.texts_if("categories", one.categories);
  w.out["period"] = write(one.period);
  return w.out;
}

Value Writer::write(const Custodian& held) {
  Writer w;
  w.text_if("name", held.name);
  w.text_if("location", held.location);
  w.text_if("country", held.country);
  return w.out;
}

Value Writer::write(const Urgency& held) {
  Writer w;
  w.text("level", held.level);
  w.text_if("why", held.why);
  return w.out;
}

Value Writer::write(const Confidentiality& held) {
  Writer w;
  w.out["requested"] = held.requested;
  w.text_if("why", held.why);
  w.at_if("user_notice_from", held.user_notice_from);
  return w.out;
}

Value Writer::write(const Ground& held) {
  Writer w;
  w.text("code", held.code);
  w.text("article", held.article);
  w.text_if("explanation", held.explanation);
  return w.out;
}

Value Writer::write(const Offer& made) {
  Writer w;
  w.text("kind", made.kind);
  w.text("text", made.text);
  w.texts_if("targets", made.targets);
  w.texts_if("categories", made.categories);
  if (made.period) w.out["period"] = write(*made.period);
  w.text_if("provision", made.provision);
  w.text_if("addressee", made.addressee);
  w.at_if("answer_by", made.answer_by);
  return w.out;
}

Value Writer::write(const TargetAnswer& said) {
  Writer w;
  w.text("target", said.target);
  w.text("status", said.status);
  w.at_if("preserved_at", said.preserved_at);
  w.at_if("preserved_until", said.preserved_until);
  w.texts_if("categories", said.categories);
  w.objects_if("grounds", said.grounds);
  w.text_if("reason", said.reason);
  w.text_if("note", said.note);
  return w.out;
}

Value Writer::write(const Instrument& held) {
  Writer w;
  w.text("name", held.name);
  w.text("media_type", held.media_type);
  w.text("sha256", to_hex(held.sha256));
  w.text("bytes", to_base64(held.bytes));
  return w.out;
}

Value Writer::write(const Secrecy& held) {
  Writer w;
  w.text("basis", held.basis);
  w.at_if("until", held.until);
  return w.out;
}

void fill(Writer& w, const Ask& ask) {
  w.text("measure", ask.measure);
  w.flag_if("drill", ask.drill);
  w.at("date", ask.date);
  w.text("reference", ask.reference);
  w.text("status", ask.status);
  w.text("requested_authority", ask.requested_authority);
  w.out["requesting_authority"] = Writer::write(ask.requesting_authority);
  w.out["callback"] = Writer::write(ask.callback);
  if (ask.investigating_authority)
    w.out["investigating_authority"] = Writer::write(*ask.investigating_authority);
  w.text_if("decisions", ask.decisions);
  w.texts_if("earlier_requests", ask.earlier_requests);
  w.texts_if("earlier_preservation", ask.earlier_preservation);
  w.text_if("domestic_legal_basis", ask.domestic_legal_basis);
  w.out["offence"] = Writer::write(ask.offence);
  w.text("facts_summary", ask.facts_summary);
  w.objects("targets", ask.targets);
  if (ask.custodian != Custodian{}) w.out["custodian"] = Writer::write(ask.custodian);
  w.text("relationship_to_offence", ask.relationship_to_offence);
  w.text("necessity", ask.necessity);
  w.out["urgency"] = Writer::write(ask.urgency);
  w.out["confidentiality"] = Writer::write(ask.confidentiality);
  w.out["intent_to_request_mla"] = ask.intent_to_request_mla;
  w.at_if("formal_request_expected", ask.formal_request_expected);
  w.text("language", ask.language);
}

void fill(Writer& w, const Acknowledge& said) {
  w.text_if("reference", said.reference);
  w.text_if("note", said.note);
}

void fill(Writer& w, const Query& said) {
  w.text("code", said.code);
  w.text("text", said.text);
  w.flag_if("pauses_clock", said.pauses_clock);
}

void fill(Writer& w, const Reply& said) {
  w.text("to", to_text(said.to));
  w.text("text", said.text);
}

void fill(Writer& w, const Accept& said) {
  w.text_if("basis", said.basis);
  w.text_if("note", said.note);
}

void fill(Writer& w, const Forward& said) {
  w.out["to"] = Writer::write(said.to);
  w.text_if("note", said.note);
}

void fill(Writer& w, const Refuse& said) {
  w.objects("grounds", said.grounds);
  if (said.offer) w.out["offer"] = Writer::write(*said.offer);
}

void fill(Writer& w, const CounterOffer& said) {
  w.out["offer"] = Writer::write(said.offer);
}

void fill(Writer& w, const Warn& said) {
  w.texts_if("risks", said.risks);
  w.text("text", said.text);
}

void fill(Writer& w, const Decide& said) {
  w.text("on", to_text(said.on));
  w.text("choice", said.choice);
  w.texts_if("targets", said.targets);
  w.text_if("note", said.note);
}

void fill(Writer& w, const Answer& said) {
  w.text_if("reference", said.reference);
  w.objects("targets", said.targets);
}

void fill(Writer& w, const Notice& said) {
  w.text("reference", said.reference);
  w.text_if("channel", said.channel);
  w.at_if("received_on", said.received_on);
}

void fill(Writer& w, const Extend& said) {
  w.texts_if("targets", said.targets);
  w.at("until", said.until);
  w.text("why", said.why);
  w.at_if("formal_request_expected", said.formal_request_expected);
}

void fill(Writer& w, const ExtensionAnswer& said) {
  w.text("to", to_text(said.to));
  w.text("outcome", said.outcome);
  w.at_if("until", said.until);
  w.objects_if("grounds", said.grounds);
  w.text_if("note", said.note);
}

void fill(Writer& w, const Withdraw& said) {
  w.text_if("why", said.why);
}

void fill(Writer& w, const Release& said) {
  w.texts_if("targets", said.targets);
  w.text_if("why", said.why);
}

void fill(Writer& w, const Expire& said) {
  w.texts_if("targets", said.targets);
  w.text("reason", said.reason);
}

void fill(Writer& w, const Order& order) {
  w.text("measure", order.measure);
  w.at("date", order.date);
  w.text("reference", order.reference);
  w.out["issuing_authority"] = Writer::write(order.issuing_authority);
  w.text("power", order.power);
  w.text("legal_entity", order.legal_entity);
  w.out["instrument"] = Writer::write(order.instrument);
  w.objects("targets", order.targets);
  w.at("preserve_until", order.preserve_until);
  if (order.secrecy) w.out["secrecy"] = Writer::write(*order.secrecy);
  w.at_if("user_notice_on", order.user_notice_on);
  w.out["callback"] = Writer::write(order.callback);
  w.text("language", order.language);
}

void fill(Writer& w, const Objection& said) {
  w.text("code", said.code);
  w.text("text", said.text);
  w.texts_if("targets", said.targets);
}

void fill(Writer& w, const Comply& said) {
  w.text_if("reference", said.reference);
  w.objects("targets", said.targets);
}

}  // namespace

json::Value to_json(const Body& body) {
  Writer w;
  w.text("verb", std::string(verb_name(verb_of(body))));
  std::visit([&](const auto& said) { fill(w, said); }, body);
  return w.out;
}

}  // namespace comity::request
