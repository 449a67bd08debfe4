#include "member/officer.h"

#include <algorithm>

#include "act/envelope.h"
#include "base/check.h"
#include "json/reader.h"
#include "member/plain.h"

namespace comity::member {
namespace {

using enum OfficerRole;

constexpr std::pair<OfficerRole, std::string_view> role_names[] = {
    {author, "author"}, {approver, "approver"}, {counsel, "counsel"}, {admin, "admin"}};

constexpr unsigned bit(OfficerRole role) {
  return 1U << static_cast<unsigned>(role);
}

// Who may give which command; an exact name stands above its group. No role includes another: an
// organisation that lets one person do two things gives that person two roles, and sees that it
// did.
constexpr unsigned judges = bit(approver) | bit(counsel);
constexpr std::pair<std::string_view, unsigned> command_rules[] = {
    {"request.*", bit(author)},
    {"request.approve", judges},
    {"request.review", judges},
    {"request.override", bit(counsel)},
    {"request.erase", bit(author) | judges | bit(admin)},
    {"request.erase_confirm", judges},
    {"alert.*", bit(author)},
    {"alert.collection", bit(admin)},
    {"alert.basis", bit(counsel)},
    {"alert.subscribe", bit(admin)},
    {"alert.user", bit(admin)},
    {"alert.user_change", bit(admin)},
    {"alert.user_remove", bit(admin)},
    {"alert.approve", judges},
    {"match.*", bit(author)},
    {"match.approve", judges},
    {"consult.*", bit(author)},
    {"consult.approve", judges},
    {"evidence.*", bit(author)},
    {"evidence.approve", judges},
    {"approval.*", judges},
    {"law.*", bit(counsel) | bit(admin)},
    {"member.*", bit(admin)},
    {"member.check", bit(admin) | judges},
    {"user.*", bit(admin)},
    {"user.confirm", bit(author) | judges | bit(admin)},
    {"user.reject", bit(author) | judges | bit(admin)},
    {"ledger.*", bit(admin)},
    {"store.*", bit(admin)},
    {"alarm.*", bit(author) | judges | bit(admin)},
};

std::optional<unsigned> rule_named(std::string_view name) {
  const auto* found =
      std::ranges::find(command_rules, name, &std::pair<std::string_view, unsigned>::first);
  if (found == std::end(command_rules)) return std::nullopt;
  return found->second;
}

// Words of lower-case letters, digits and underscores with dots between, at least two of them.
bool is_command_name(std::string_view name) {
  if (name.size() > limits::command_name_bytes_max || name.find('.') == std::string_view::npos)
    return false;
  for (std::size_t from = 0;;) {
    std::size_t dot = name.find('.', from);
    if (!check_word(name.substr(from, dot - from), "")) return false;
    if (dot == std::string_view::npos) return true;
    from = dot + 1;
  }
}

OfficerRole read_role(json::Reader& in, std::string_view name) {
  auto role = officer_role_from_name(in.text(name, 16));
  if (role) return *role;
  in.refuse(name, Code::bad_value, role.error().what);
  return author;
}

// Words of the law's vocabulary; which of them are approvals, only a corpus knows.
std::set<std::string> read_gives(json::Reader& in) {
  std::set<std::string> gives;
  if (!in.has("gives")) return gives;
  for (std::string& word : in.texts("gives", limits::approval_gives_max, limits::code_bytes_max)) {
    if (auto plain = check_word(word, "/gives"); !plain)
      in.refuse("gives", plain.error().code, plain.error().what);
    else if (!gives.insert(std::move(word)).second)
      in.refuse("gives", Code::bad_value, "an approval is there twice");
  }
  return gives;
}

json::Array array_of(const std::set<std::string>& words) {
  return {words.begin(), words.end()};
}

std::vector<Instrument> read_instruments(json::Reader& in) {
  std::vector<Instrument> instruments;
  in.objects_or_none("instruments", limits::approval_gives_max, [&](json::Reader& each) {
    Instrument instrument;
    instrument.approval = each.text("approval", limits::code_bytes_max);
    if (auto plain = check_word(instrument.approval, ""); !plain)
      each.refuse("approval", plain.error().code, plain.error().what);
    instrument.authority = each.text("authority", limits::card_name_bytes_max);
    if (auto date = date_from_text(each.text("date", 10)))
      instrument.date = *date;
    else
      each.refuse("date", date.error().code, date.error().what);
    instrument.document = each.hash("document");
    instruments.push_back(std::move(instrument));
  });
  return instruments;
}

Result<void> check_type(const act::Envelope& opened, std::string_view type) {
  if (opened.payload_type == type) return {};
  return fail(Code::bad_value, "must be of type " + std::string(type), "/payloadType");
}

Result<act::Envelope> open_envelope(std::string_view envelope, std::string_view type,
                                    std::size_t bytes_max, From from) {
  TRY(act::Envelope opened, act::parse_envelope(envelope, bytes_max));
  TRY_VOID(check_type(opened, type));
  if (from == From::outside) TRY_VOID(act::verify(opened));
  return opened;
}

Result<void> check_officer(const Officer& officer) {
  if (officer.roles.empty())
    return fail(Code::bad_value, "an officer has at least one role", "/roles");
  bool judging = officer.roles.contains(approver) || officer.roles.contains(counsel);
  if (!officer.gives.empty() && !judging)
    return fail(Code::bad_value, "only an approver or counsel gives approvals", "/gives");
  return check_plain(officer.name, "/name", limits::card_name_bytes_max);
}

Result<void> check_approval(const Approval& approval) {
  if ((bit(approval.as) & judges) == 0)
    return fail(Code::bad_value, "approvals are given as approver or counsel", "/as");
  TRY_VOID(check_plain(approval.reason, "/reason", limits::approval_reason_bytes_max));
  for (const Instrument& instrument : approval.instruments) {
    TRY_VOID(check_plain(instrument.authority, "/instruments", limits::card_name_bytes_max));
    if (std::ranges::count(approval.instruments, instrument.approval, &Instrument::approval) > 1)
      return fail(Code::bad_value, "one instrument an approval", "/instruments");
  }
  if (approval.expires <= approval.at || approval.expires - approval.at > limits::approval_life_max)
    return fail(Code::bad_value, "an approval expires after it is given, within 30 days",
                "/expires");
  return {};
}

}  // namespace

std::string_view officer_role_name(OfficerRole role) {
  for (const auto& [each, name] : role_names)
    if (each == role) return name;
  check(false, "a role that has a name");
  return {};
}

Result<OfficerRole> officer_role_from_name(std::string_view name) {
  for (const auto& [each, text] : role_names)
    if (text == name) return each;
  return fail(Code::bad_value, "must be author, approver, counsel or admin");
}

json::Value to_json(const Officer& officer) {
  json::Array roles;
  for (OfficerRole role : officer.roles) roles.emplace_back(officer_role_name(role));
  json::Object out{{"id", to_text(officer.id)},
                   {"name", officer.name},
                   {"key", to_hex(officer.key)},
                   {"roles", std::move(roles)},
                   {"enabled", officer.enabled}};
  if (!officer.gives.empty()) out["gives"] = array_of(officer.gives);
  return out;
}

Result<Officer> officer_from_json(const json::Value& value) {
  Officer officer;
  json::Reader in(value);
  officer.id = in.id<OfficerId>("id");
  officer.name = in.text("name", limits::card_name_bytes_max);
  officer.key = in.fixed<crypto::PublicKeyTag>("key");
  for (const std::string& text : in.texts("roles", std::size(role_names), 16)) {
    auto role = officer_role_from_name(text);
    if (!role)
      in.refuse("roles", Code::bad_value, role.error().what);
    else if (!officer.roles.insert(*role).second)
      in.refuse("roles", Code::bad_value, "a role is there twice");
  }
  officer.gives = read_gives(in);
  if (!in.has("enabled")) in.refuse("enabled", Code::missing_field, "is required");
  officer.enabled = in.boolean_or("enabled", false);
  TRY_VOID(in.finish());
  TRY_VOID(check_officer(officer));
  return officer;
}

crypto::Secret to_secret(const OfficerKey& key) {
  Bytes bytes(key.id.bytes.begin(), key.id.bytes.end());
  bytes.reserve(48);  // at once, so that no copy of the seed stays behind
  BytesView seed = key.key.seed();
  bytes.insert(bytes.end(), seed.begin(), seed.end());
  return crypto::Secret(std::move(bytes));
}

Result<OfficerKey> officer_key_from_secret(const crypto::Secret& secret) {
  BytesView bytes = secret.view();
  auto bad = [] { return fail(Code::malformed, "is not an officer's key"); };
  if (bytes.size() != 48) return bad();
  OfficerId id;
  std::copy_n(bytes.begin(), 16, id.bytes.begin());
  if (!id_from_text<OfficerId>(to_text(id))) return bad();
  TRY(auto key, crypto::SigningKey::from_seed(bytes.subspan(16)));
  return OfficerKey{id, std::move(key)};
}

// --- Commands ---

json::Value to_json(const Command& command) {
  return json::Object{{"id", to_text(command.id)},
                      {"officer", to_text(command.officer)},
                      {"name", command.name},
                      {"args", command.args},
                      {"at", to_text(command.at)}};
}

std::string seal(const Command& command, const crypto::SigningKey& key) {
  return act::seal(act::command_type, json::write(to_json(command)), key);
}

namespace {

Result<SignedCommand> command_in(const act::Envelope& opened) {
  TRY(json::Value value, json::parse(opened.payload, {.bytes_max = limits::command_bytes_max}));
  Command command;
  json::Reader in(std::move(value));
  command.id = in.id<CommandId>("id");
  command.officer = in.id<OfficerId>("officer");
  command.name = in.text("name", limits::command_name_bytes_max);
  if (in.ok() && !is_command_name(command.name))
    in.refuse("name", Code::bad_value, "a command is named like \"request.send\"");
  if (!in.has("args")) in.refuse("args", Code::missing_field, "is required");
  command.args = in.any("args");
  if (!command.args.as_object()) in.refuse("args", Code::bad_value, "must be an object");
  command.at = in.instant("at");
  TRY_VOID(in.finish());
  return SignedCommand{std::move(command), opened.key};
}

}  // namespace

Result<SignedCommand> read_command(std::string_view envelope, From from) {
  TRY(act::Envelope opened,
      open_envelope(envelope, act::command_type, limits::command_bytes_max, from));
  return command_in(opened);
}

Result<SignedCommand> read_command(const act::Sealed& sealed) {
  if (!sealed.envelope()) return std::unexpected(sealed.envelope().error());
  TRY_VOID(check_type(*sealed.envelope(), act::command_type));
  TRY_VOID(sealed.signature());
  return command_in(*sealed.envelope());
}

Result<std::set<OfficerRole>> roles_for(std::string_view command_name) {
  std::optional<unsigned> rule;
  if (is_command_name(command_name)) {
    rule = rule_named(command_name);
    std::string group(command_name.substr(0, command_name.find('.')));
    if (!rule) rule = rule_named(group + ".*");
  }
  if (!rule) return fail(Code::not_found, "there is no such command", "/name");
  std::set<OfficerRole> roles;
  for (const auto& [role, name] : role_names)
    if ((*rule & bit(role)) != 0) roles.insert(role);
  return roles;
}

Result<void> check_command(const SignedCommand& signed_command, const Officer& officer,
                           Instant now) {
  const Command& command = signed_command.command;
  if (command.officer != officer.id || signed_command.key != officer.key)
    return fail(Code::unknown_key, "the command is not signed with this officer's key");
  if (!officer.enabled) return fail(Code::not_allowed, "the officer is disabled", "/officer");
  TRY(std::set<OfficerRole> roles, roles_for(command.name));
  if (std::ranges::none_of(roles, [&](OfficerRole r) { return officer.roles.contains(r); })) {
    std::string what = "this command needs the role";
    std::string_view join = " ";
    for (OfficerRole role : roles) {
      what.append(join).append(officer_role_name(role));
      join = " or ";
    }
    return fail(Code::not_allowed, std::move(what), "/officer");
  }
  if (command.at < now - limits::command_skew_max || command.at > now + limits::command_skew_max)
    return fail(Code::expired,
                "the command was signed too long ago, or the clocks differ: sign anew", "/at");
  return {};
}

// --- Approvals ---

json::Value to_json(const Instrument& instrument) {
  return json::Object{{"approval", instrument.approval},
                      {"authority", instrument.authority},
                      {"date", to_text(instrument.date)},
                      {"document", to_hex(instrument.document)}};
}

json::Value to_json(const Approval& approval) {
  json::Object out{{"subject", to_hex(approval.subject)},  {"officer", to_text(approval.officer)},
                   {"as", officer_role_name(approval.as)}, {"reason", approval.reason},
                   {"at", to_text(approval.at)},           {"expires", to_text(approval.expires)}};
  if (!approval.gives.empty()) out["gives"] = array_of(approval.gives);
  json::Array instruments;
  for (const Instrument& each : approval.instruments) instruments.push_back(to_json(each));
  if (!instruments.empty()) out["instruments"] = std::move(instruments);
  return out;
}

std::string seal(const Approval& approval, const crypto::SigningKey& key) {
  return act::seal(approval_type, json::write(to_json(approval)), key);
}

Result<SignedApproval> read_approval(std::string_view envelope, From from) {
  TRY(act::Envelope opened,
      open_envelope(envelope, approval_type, limits::approval_bytes_max, from));
  TRY(json::Value value,
      json::parse(opened.payload, {.bytes_max = limits::approval_bytes_max, .depth_max = 3}));
  Approval approval;
  json::Reader in(value);
  approval.subject = in.hash("subject");
  approval.officer = in.id<OfficerId>("officer");
  approval.as = read_role(in, "as");
  approval.gives = read_gives(in);
  approval.instruments = read_instruments(in);
  approval.reason = in.text("reason", limits::approval_reason_bytes_max);
  approval.at = in.instant("at");
  approval.expires = in.instant("expires");
  TRY_VOID(in.finish());
  TRY_VOID(check_approval(approval));
  return SignedApproval{std::move(approval), opened.key, std::string(envelope)};
}

namespace {

// Why an approval does not count for `subject`; empty when it does.
std::string_view flaw_of(const SignedApproval& given, const Hash& subject,
                         const std::map<OfficerId, Officer>& officers, const OfficerId& author_id,
                         Instant now) {
  const Approval& approval = given.approval;
  if (approval.subject != subject) return "is for other content";
  if (approval.officer == author_id) return "is the author's own";
  auto found = officers.find(approval.officer);
  if (found == officers.end()) return "is by nobody who is an officer here";
  const Officer& officer = found->second;
  if (officer.key != given.key) return "is not signed with the officer's key";
  // The author stays the author under a second account with the same key.
  auto wrote = officers.find(author_id);
  if (wrote != officers.end() && wrote->second.key == given.key) return "is the author's own";
  if (!officer.enabled) return "is by an officer who is disabled";
  if (!officer.roles.contains(approval.as)) return "is in a role that the officer does not have";
  if (approval.expires <= now) return "has expired";
  return {};
}

// Seats, each wanting one role, and people who may take them: each person sits once. Augmenting
// paths (Kuhn).
class Seating {
 public:
  Seating(std::span<const Need> needs, const std::map<OfficerId, unsigned>& people)
      : people_(people) {
    for (const Need& need : needs) seats_.insert(seats_.end(), need.count, need.as);
  }

  // The role of the first seat that stays empty, if any.
  std::optional<OfficerRole> fill() {
    for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
      std::set<OfficerId> tried;
      if (!fill(seat, tried)) return seats_[seat];
    }
    return std::nullopt;
  }

  std::vector<OfficerId> seated() const {
    std::vector<OfficerId> out;
    for (const auto& [person, seat] : seat_of_) out.push_back(person);
    return out;
  }

 private:
  bool fill(std::size_t seat, std::set<OfficerId>& tried) {
    for (const auto& [person, roles] : people_) {
      if ((roles & bit(seats_[seat])) == 0 || !tried.insert(person).second) continue;
      auto held = seat_of_.find(person);
      if (held != seat_of_.end() && !fill(held->second, tried)) continue;
      seat_of_[person] = seat;
      return true;
    }
    return false;
  }

  const std::map<OfficerId, unsigned>& people_;
  std::vector<OfficerRole> seats_;
  std::map<OfficerId, std::size_t> seat_of_;
};

using Counts = std::vector<const SignedApproval*>;

// The first of those who count that gives this approval: on an instrument, or because its officer
// holds it. `why` collects those who gave what is not theirs to give.
std::optional<Given> giver_of(const std::string& wanted, const Counts& counting,
                              const std::map<OfficerId, Officer>& officers, std::string& why) {
  for (const SignedApproval* each : counting) {
    const Approval& approval = each->approval;
    auto paper = std::ranges::find(approval.instruments, wanted, &Instrument::approval);
    if (paper != approval.instruments.end()) return Given{wanted, approval.officer, &*paper};
    if (!approval.gives.contains(wanted)) continue;
    if (officers.at(approval.officer).gives.contains(wanted))
      return Given{wanted, approval.officer, nullptr};
    why.append("; ").append(to_text(approval.officer)).append(" gave it and does not hold it");
  }
  return std::nullopt;
}

std::unexpected<Error> lacks_named(const std::string& wanted, const std::string& why) {
  return fail(Code::not_approved,
              "the law asks for the approval \"" + wanted +
                  "\", which nobody has given: an officer who holds it (comity user list; comity "
                  "user change) approves with --gives " +
                  wanted + ", or an officer approves on the document with --instrument " + wanted +
                  "=FILE" + why);
}

}  // namespace

Result<Counted> approved(const Hash& subject, std::span<const SignedApproval> approvals,
                         const std::map<OfficerId, Officer>& officers, const OfficerId& author_id,
                         const Wanted& wanted, Instant now) {
  std::map<OfficerId, unsigned> people;  // who counts, and in which roles
  std::map<crypto::PublicKey, OfficerId> by_key;
  Counts counting;
  std::string flaws;
  for (const SignedApproval& each : approvals) {
    std::string_view flaw = flaw_of(each, subject, officers, author_id, now);
    // One key is one person, however many accounts it has.
    if (flaw.empty() &&
        by_key.emplace(each.key, each.approval.officer).first->second != each.approval.officer)
      flaw = "is by a key that approved under another account";
    if (flaw.empty()) {
      people[each.approval.officer] |= bit(each.approval.as);
      counting.push_back(&each);
    } else {
      flaws.append("; the approval of ")
          .append(to_text(each.approval.officer))
          .append(" ")
          .append(flaw);
    }
  }
  Seating seating(wanted.needs, people);
  if (auto missing = seating.fill())
    return fail(Code::not_approved, "needs another person's approval as " +
                                        std::string(officer_role_name(*missing)) + flaws);
  Counted counted{.officers = seating.seated(), .given = {}};
  for (const std::string& name : wanted.named) {
    auto given = giver_of(name, counting, officers, flaws);
    if (!given) return lacks_named(name, flaws);
    counted.given.push_back(*std::move(given));
  }
  return counted;
}

}  // namespace comity::member
