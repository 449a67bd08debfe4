#include <algorithm>
#include <array>

#include "base/limits.h"
#include "json/reader.h"
#include "request/facts.h"
#include "request/fields.h"

namespace comity::request {
namespace {

using json::Array;
using json::Object;
using json::Reader;
using json::Value;

constexpr std::size_t links_max = 64;  // orders, links and forwardings of one request

template <typename T>
Array list_of(const std::vector<T>& each, Value (*write)(const T&)) {
  Array out;
  for (const T& one : each) out.push_back(write(one));
  return out;
}

Value write_mark(const TargetMark& mark) {
  Object out{{"target", mark.target}, {"status", status_name(mark.status)}};
  if (mark.preserved_at) out["preserved_at"] = to_text(*mark.preserved_at);
  if (mark.preserved_until) out["preserved_until"] = to_text(*mark.preserved_until);
  if (!mark.categories.empty())
    out["categories"] = Array(mark.categories.begin(), mark.categories.end());
  if (!mark.asked.empty()) out["asked"] = Array(mark.asked.begin(), mark.asked.end());
  return out;
}

Value write_agreed_event(const Event& event) {
  Object out{{"act", to_text(event.act)}, {"verb", verb_name(event.verb)}};
  if (event.on) out["on"] = to_text(*event.on);
  if (!event.word.empty()) out["word"] = event.word;
  if (!event.marks.empty()) out["marks"] = list_of(event.marks, write_mark);
  if (!event.codes.empty()) out["codes"] = Array(event.codes.begin(), event.codes.end());
  if (event.until) out["until"] = to_text(*event.until);
  if (event.flag) out["flag"] = true;
  return out;
}

Value write_event(const Event& event) {
  Value out = write_agreed_event(event);
  (*out.as_object())["recorded_at"] = to_text(event.recorded_at);
  return out;
}

Value write_order(const DomesticOrder& order) {
  return Object{{"authority_kind", order.authority_kind},
                {"instrument", to_hex(order.instrument)},
                {"decision", order.decision},
                {"recorded_at", to_text(order.recorded_at)}};
}

Value write_link(const Link& link) {
  return Object{{"conversation", to_text(link.conversation)},
                {"relation", link.relation},
                {"marks", list_of(link.marks, write_mark)}};
}

Value write_times(const std::map<std::string, Instant>& times) {
  Object out;
  for (const auto& [name, at] : times) out[name] = to_text(at);
  return out;
}

constexpr std::array<std::string_view, 2> track_names = {"request", "order"};
constexpr std::array<std::string_view, 3> role_names = {"requester", "requested", "custodian"};

template <std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, auto value) {
  return names.at(static_cast<std::size_t>(value));
}

// ---- reading

template <typename Enum>
Enum read_enum(Reader& in, std::string_view name, std::size_t count, auto name_of) {
  std::string word = in.text(name, limits::request_line_bytes_max);
  for (std::size_t i = 0; i < count; ++i)
    if (name_of(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
  in.refuse(name, Code::bad_value, "is no word of this state machine");
  return {};
}

TargetMark read_mark(Reader& in) {
  TargetMark mark;
  mark.target = fields::target_id(in, "target");
  mark.status = read_enum<TargetStatus>(in, "status", 8, status_name);
  mark.preserved_at = in.instant_if("preserved_at");
  mark.preserved_until = in.instant_if("preserved_until");
  mark.categories = fields::codes_or_none(in, "categories");
  mark.asked = fields::codes_or_none(in, "asked");
  if (mark.status == TargetStatus::preserved && (!mark.preserved_at || !mark.preserved_until))
    in.refuse("preserved_until", Code::missing_field, "is required of what is preserved");
  return mark;
}

std::vector<TargetMark> read_marks(Reader& in, std::string_view name) {
  std::vector<TargetMark> marks;
  in.objects_or_none(name, limits::request_targets_max,
                     [&](Reader& each) { marks.push_back(read_mark(each)); });
  return marks;
}

Event read_event(Reader& in) {
  Event event;
  event.act = in.id<ActId>("act");
  event.verb = read_enum<Verb>(in, "verb", verb_count, verb_name);
  event.recorded_at = in.instant("recorded_at");
  if (in.has("on")) event.on = in.id<ActId>("on");
  event.word = in.text_or("word", "");
  event.marks = read_marks(in, "marks");
  event.codes = in.texts_or_none("codes", limits::request_targets_max * limits::request_list_max);
  event.until = in.instant_if("until");
  event.flag = in.boolean_or("flag", false);
  return event;
}

std::vector<Event> read_half(Reader& in, std::string_view name) {
  std::vector<Event> half;
  in.objects(name, limits::conversation_acts_max + limits::conversation_closing_acts_max,
             [&](Reader& each) { half.push_back(read_event(each)); });
  return half;
}

std::map<std::string, Instant> read_times(Reader& in, std::string_view name) {
  std::map<std::string, Instant> times;
  Value held = in.any(name);
  const Object* object = held.as_object();
  if (!object) {
    in.refuse(name, Code::bad_value, "must be an object of times");
    return times;
  }
  for (const auto& [timer, value] : *object) {
    auto at = instant_from_text(value.as_string() ? *value.as_string() : "");
    if (!at) in.refuse(name, Code::bad_value, at.error().what);
    times[timer] = at.value_or(Instant{});
  }
  return times;
}

DomesticOrder read_order(Reader& in) {
  return {in.text("authority_kind"), in.hash("instrument"),
          in.one_of("decision", {"granted", "limited", "refused"}), in.instant("recorded_at")};
}

Link read_link(Reader& in) {
  return {in.id<ConversationId>("conversation"), in.one_of("relation", {"served_by", "serves"}),
          read_marks(in, "marks")};
}

void read_ours(Reader& in, State& state) {
  state.forwarded_to = in.texts_or_none("forwarded_to", links_max);
  in.objects_or_none("orders", links_max,
                     [&](Reader& each) { state.orders.push_back(read_order(each)); });
  in.objects_or_none("links", links_max,
                     [&](Reader& each) { state.links.push_back(read_link(each)); });
  state.lapsed = in.texts_or_none("lapsed", limits::request_targets_max);
  state.extension_ends = in.instant_if("extension_ends");
  state.answer_due = in.instant_if("answer_due");
  in.object_if("pause", [&](Reader& each) {
    state.pause = Pause{each.id<ActId>("query"), each.instant("from")};
  });
  state.timers = read_times(in, "timers");
  state.fired = read_times(in, "fired");
}

}  // namespace

json::Value to_json(const State& state) {
  Object out{{"conversation", to_text(state.conversation)},
             {"track", name_in(track_names, state.track)},
             {"role", name_in(role_names, state.role)},
             {"counterpart", to_hex(state.counterpart)},
             {"provision", state.provision},
             {"opener", list_of(state.opener, write_event)},
             {"other", list_of(state.other, write_event)},
             {"phase", phase_name(state.phase)},
             {"targets", list_of(state.targets, write_mark)},
             {"forwarded_to", Array(state.forwarded_to.begin(), state.forwarded_to.end())},
             {"orders", list_of(state.orders, write_order)},
             {"links", list_of(state.links, write_link)},
             {"lapsed", Array(state.lapsed.begin(), state.lapsed.end())},
             {"timers", write_times(state.timers)},
             {"fired", write_times(state.fired)}};
  if (state.drill) out["drill"] = true;
  if (state.extension_ends) out["extension_ends"] = to_text(*state.extension_ends);
  if (state.answer_due) out["answer_due"] = to_text(*state.answer_due);
  if (state.pause)
    out["pause"] =
        Object{{"query", to_text(state.pause->query)}, {"from", to_text(state.pause->from)}};
  return out;
}

Result<State> state_from_json(const json::Value& value) {
  Reader in(value);
  State state;
  state.conversation = in.id<ConversationId>("conversation");
  state.track = read_enum<Track>(in, "track", track_names.size(),
                                 [](Track t) { return name_in(track_names, t); });
  state.role =
      read_enum<Role>(in, "role", role_names.size(), [](Role r) { return name_in(role_names, r); });
  state.counterpart = in.fixed<MemberTag>("counterpart");
  state.provision = in.text("provision");
  state.drill = in.boolean_or("drill", false);
  state.opener = read_half(in, "opener");
  state.other = read_half(in, "other");
  state.phase = read_enum<Phase>(in, "phase", phase_count, phase_name);
  state.targets = read_marks(in, "targets");
  read_ours(in, state);
  TRY_VOID(in.finish());

  // What is computed must be what was stored, or the row is not what this code wrote.
  Facts facts = facts_of(state);
  if (facts.phase != state.phase || facts.targets != state.targets)
    return fail(Code::corrupt, "phase and targets do not follow from the two halves", "/phase");
  return state;
}

json::Value agreed_part(const State& state) {
  return Object{{"conversation", to_text(state.conversation)},
                {"track", name_in(track_names, state.track)},
                {"opener", list_of(state.opener, write_agreed_event)},
                {"other", list_of(state.other, write_agreed_event)},
                {"phase", phase_name(state.phase)},
                {"targets", list_of(state.targets, write_mark)}};
}

}  // namespace comity::request
