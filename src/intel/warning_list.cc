#include "intel/warning_list.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <unordered_map>

#include "base/check.h"
#include "base/limits_intel.h"
#include "json/value.h"
#include "stix/regex.h"
#include "sweep/stix_values.h"

namespace comity::intel {
namespace {

using sweep::Item;
using sweep::Kind;
using sweep::Prefix;

using Kinds = std::uint8_t;  // a set of Kind
constexpr Kinds of(Kind kind) {
  return static_cast<Kinds>(1u << static_cast<unsigned>(kind));
}
constexpr Kinds every = 0x7f;

// Which of our kinds MISP's types of attributes are.
Kinds kinds_of(std::string_view type) {
  struct Row {
    std::string_view type;
    Kind kind;
  };
  constexpr std::array<Row, 21> rows{{{"ip-src", Kind::address},
                                      {"ip-dst", Kind::address},
                                      {"ip", Kind::address},
                                      {"domain", Kind::domain},
                                      {"hostname", Kind::domain},
                                      {"url", Kind::url},
                                      {"uri", Kind::url},
                                      {"link", Kind::url},
                                      {"email", Kind::mail},
                                      {"email-src", Kind::mail},
                                      {"email-dst", Kind::mail},
                                      {"md5", Kind::hash},
                                      {"sha1", Kind::hash},
                                      {"sha224", Kind::hash},
                                      {"sha256", Kind::hash},
                                      {"sha384", Kind::hash},
                                      {"sha512", Kind::hash},
                                      {"filename", Kind::file},
                                      {"email-attachment", Kind::file},
                                      {"regkey", Kind::registry},
                                      {"value", Kind::registry}}};
  Kinds found = 0;
  for (const Row& row : rows)
    if (row.type == type) found |= of(row.kind);
  std::size_t bar = type.find('|');
  if (bar == std::string_view::npos) return found;
  return static_cast<Kinds>(kinds_of(type.substr(0, bar)) | kinds_of(type.substr(bar + 1)));
}

struct List {
  std::string name;
  Kinds kinds = every;
};

// Texts in one piece of memory, ordered: a million of them cost little more than their bytes.
class Texts {
 public:
  void add(std::string_view text, std::uint32_t list) {
    rows_.push_back({bytes_.size(), static_cast<std::uint32_t>(text.size()), list});
    bytes_ += text;
    sorted_ = false;
  }
  void settle() {
    std::ranges::sort(rows_, [&](const Row& a, const Row& b) { return text(a) < text(b); });
    sorted_ = true;
  }
  // The first list with a text that begins so, and whose kinds fit.
  const List* find_longer(std::string_view begin, Kinds kinds,
                          const std::vector<List>& lists) const {
    check(sorted_, "asked after finish()");
    auto at = std::ranges::lower_bound(rows_, begin, {}, [&](const Row& row) { return text(row); });
    for (; at != rows_.end() && text(*at).starts_with(begin); ++at)
      if (lists[at->list].kinds & kinds) return &lists[at->list];
    return nullptr;
  }
  // The first list with this text whose kinds fit.
  const List* find(std::string_view wanted, Kinds kinds, const std::vector<List>& lists) const {
    check(sorted_, "asked after finish()");
    auto at =
        std::ranges::lower_bound(rows_, wanted, {}, [&](const Row& row) { return text(row); });
    for (; at != rows_.end() && text(*at) == wanted; ++at)
      if (lists[at->list].kinds & kinds) return &lists[at->list];
    return nullptr;
  }

 private:
  struct Row {
    std::uint64_t at;
    std::uint32_t size, list;
  };
  [[nodiscard]] std::string_view text(const Row& row) const {
    return std::string_view(bytes_).substr(row.at, row.size);
  }
  std::string bytes_;
  std::vector<Row> rows_;
  bool sorted_ = true;
};

class Nets {
 public:
  void add(const Prefix& prefix, std::uint32_t list) {
    rows_.push_back({prefix, list});
    lengths_.set(prefix.length);
    sorted_ = false;
  }
  void settle() {
    std::ranges::sort(rows_, {}, &Row::prefix);
    sorted_ = true;
  }
  // One that holds it, or that it holds.
  const List* find(const Prefix& asked, Kinds kinds, const std::vector<List>& lists) const {
    check(sorted_, "asked after finish()");
    for (unsigned length = 0; length <= asked.length; ++length) {
      if (!lengths_.test(length)) continue;
      Prefix wider = asked.cut(length);
      auto at = std::ranges::lower_bound(rows_, wider, {}, &Row::prefix);
      for (; at != rows_.end() && at->prefix == wider; ++at)
        if (lists[at->list].kinds & kinds) return &lists[at->list];
    }
    auto at = std::ranges::lower_bound(rows_, asked, {}, &Row::prefix);
    for (; at != rows_.end(); ++at) {
      Prefix within = at->prefix.cut(std::min<unsigned>(asked.length, at->prefix.length));
      if (within.high != asked.high || within.low != asked.low) break;
      if (at->prefix.length >= asked.length && lists[at->list].kinds & kinds)
        return &lists[at->list];
    }
    return nullptr;
  }

 private:
  struct Row {
    Prefix prefix;
    std::uint32_t list;
  };
  std::vector<Row> rows_;
  std::bitset<129> lengths_;
  bool sorted_ = true;
};

// Entries by their first four bytes; shorter ones are few and tried one by one.
class Parts {
 public:
  void add(std::string text, std::uint32_t list) {
    auto& row = text.size() < 4 ? short_ : by_start_[text.substr(0, 4)];
    row.push_back({std::move(text), list});
  }
  const List* find(std::string_view text, Kinds kinds, const std::vector<List>& lists) const {
    auto fits = [&](const Row& row) { return (lists[row.list].kinds & kinds) != 0; };
    for (const Row& row : short_)
      if (fits(row) && text.contains(row.text)) return &lists[row.list];
    for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
      auto at = by_start_.find(std::string(text.substr(i, 4)));
      if (at == by_start_.end()) continue;
      for (const Row& row : at->second)
        if (fits(row) && text.substr(i).starts_with(row.text)) return &lists[row.list];
    }
    return nullptr;
  }

 private:
  struct Row {
    std::string text;
    std::uint32_t list;
  };
  std::vector<Row> short_;
  std::unordered_map<std::string, std::vector<Row>> by_start_;
};

std::optional<Prefix> prefix_of(std::string_view text) {
  std::size_t slash = text.find('/');
  auto v4 = sweep::ipv4_from_text(text.substr(0, slash));
  auto address = v4 ? sweep::prefix_of_v4(*v4) : sweep::ipv6_from_text(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) return address;
  unsigned bits = 0, most = v4 ? 32 : 128;
  std::string_view digits = text.substr(slash + 1);
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    bits = bits * 10 + static_cast<unsigned>(c - '0');
  }
  if (bits > most) return std::nullopt;
  return address->cut(v4 ? bits + 96 : bits);  // lists are not strict about the bits behind
}

// The host that a value names; empty when it names none.
std::string_view host_in(const Item& item) {
  if (item.kind == Kind::domain) return item.value;
  if (item.kind == Kind::url) return sweep::host_of(item.value);
  if (item.kind == Kind::mail) {
    std::string_view value = item.value;
    return value.substr(value.rfind('@') + 1);
  }
  return {};
}

}  // namespace

struct WarningLists::Tables {
  std::vector<List> lists;
  std::size_t entries = 0;
  Texts strings, hosts;
  Texts backwards;       // names of hosts, from the last letter to the first: what is below another
  Nets nets, addresses;  // of cidr; of string
  Parts parts;
  struct Expression {
    stix::Regex regex;
    std::uint32_t list;
  };
  std::vector<Expression> expressions;

  Result<void> add(std::string_view type, const std::string& entry, std::uint32_t list);
  void add_name(std::string_view host, std::uint32_t list);
  void add_string(const std::string& entry, std::uint32_t list);
  Result<void> add_expression(std::string_view entry, std::uint32_t list);
};

void WarningLists::Tables::add_name(std::string_view host, std::uint32_t list) {
  backwards.add(std::string(host.rbegin(), host.rend()), list);
}

void WarningLists::Tables::add_string(const std::string& entry, std::uint32_t list) {
  std::string small = sweep::lowered(entry);
  strings.add(small, list);
  if (small.find_first_of("/:@ ") == std::string::npos) add_name(small, list);
  // Addresses and URLs are compared in one form, however they are written; and an address stands
  // for itself in a range.
  std::string url;
  if (auto prefix = prefix_of(small))
    addresses.add(*prefix, list);
  else if (sweep::canonical_url(entry, url) && url != small)
    strings.add(url, list);
}

Result<void> WarningLists::Tables::add_expression(std::string_view entry, std::uint32_t list) {
  if (expressions.size() >= limits::warning_regexes_max)
    return fail(Code::too_large, "more than 10,000 regular expressions");
  std::string text(entry);
  std::size_t end = entry.rfind('/');
  if (entry.starts_with('/') && end > 0 && entry.size() - end <= 4) {
    bool small = entry.substr(end).contains('i');
    text = (small ? "(?i)" : "") + std::string(entry.substr(1, end - 1));
  }
  stix::Regex regex(text, stix::Regex::Over::text);
  if (auto problem = regex.problem()) return fail(Code::bad_value, *problem);
  expressions.push_back({std::move(regex), list});
  return {};
}

Result<void> WarningLists::Tables::add(std::string_view type, const std::string& entry,
                                       std::uint32_t list) {
  if (++entries > limits::warning_entries_max)
    return fail(Code::too_large, "more than 4,000,000 entries of warning lists");
  if (entry.empty()) return fail(Code::bad_value, "an entry is not empty");
  if (type == "cidr") {
    auto prefix = prefix_of(entry);
    if (!prefix) return fail(Code::bad_value, "not an address or a prefix");
    nets.add(*prefix, list);
  } else if (type == "hostname") {
    std::string host = sweep::lowered(entry);
    while (host.starts_with('.')) host.erase(0, 1);
    while (host.ends_with('.')) host.pop_back();
    if (host.empty()) return fail(Code::bad_value, "not a host name");
    hosts.add(host, list);
    add_name(host, list);
  } else if (type == "string") {
    add_string(entry, list);
  } else if (type == "substring") {
    parts.add(sweep::lowered(entry), list);
  } else {
    return add_expression(entry, list);
  }
  return {};
}

WarningLists::WarningLists() : tables_(std::make_unique<Tables>()) {}
WarningLists::~WarningLists() = default;
WarningLists::WarningLists(WarningLists&&) noexcept = default;
WarningLists& WarningLists::operator=(WarningLists&&) noexcept = default;

std::size_t WarningLists::lists() const {
  return tables_->lists.size();
}
std::size_t WarningLists::entries() const {
  return tables_->entries;
}

namespace {

Result<Kinds> matching(const json::Value& file) {
  const json::Value* attributes = file.find("matching_attributes");
  if (!attributes || !attributes->as_array() || attributes->as_array()->empty()) return every;
  Kinds kinds = 0;
  for (const json::Value& each : *attributes->as_array()) {
    if (!each.as_string())
      return fail(Code::bad_value, "types of attributes are texts", "/matching_attributes");
    kinds |= kinds_of(*each.as_string());
  }
  return kinds;  // perhaps none that we have: then it warns of nothing
}

}  // namespace

Result<void> WarningLists::add(std::string_view file, std::string_view text) {
  TRY(json::Value value, json::parse(text, {.bytes_max = limits::warning_list_bytes_max,
                                            .values_max = limits::warning_entries_max + 1'000}));
  const json::Value* type = value.find("type");
  const json::Value* list = value.find("list");
  if (!type || !type->as_string() || !list || !list->as_array())
    return fail(Code::missing_field, "a warning list has a type and a list");
  constexpr std::array<std::string_view, 5> types{"cidr", "hostname", "string", "substring",
                                                  "regex"};
  if (std::ranges::find(types, *type->as_string()) == types.end())
    return fail(Code::bad_value, "cidr, hostname, string, substring or regex", "/type");
  if (tables_->lists.size() >= limits::warning_lists_max)
    return fail(Code::too_large, "more than 1,000 warning lists");
  const json::Value* name = value.find("name");
  bool named = name && name->as_string() && !name->as_string()->empty();
  if (named && name->as_string()->size() > limits::warning_name_bytes_max)
    return fail(Code::too_large, "a list's name has at most 256 bytes", "/name");
  auto number = static_cast<std::uint32_t>(tables_->lists.size());
  TRY(Kinds kinds, matching(value));
  tables_->lists.push_back({named ? *name->as_string() : std::string(file), kinds});
  for (std::size_t i = 0; i < list->as_array()->size(); ++i) {
    const std::string* entry = (*list->as_array())[i].as_string();
    std::string where = json::pointer_to("/list", i);
    if (!entry) return fail(Code::bad_value, "an entry is a text", where);
    auto added = tables_->add(*type->as_string(), *entry, number);
    if (!added) return fail(added.error().code, added.error().what, where);
  }
  return {};
}

void WarningLists::finish() {
  tables_->strings.settle();
  tables_->hosts.settle();
  tables_->backwards.settle();
  tables_->nets.settle();
  tables_->addresses.settle();
}

std::string_view WarningLists::warned(const Item& item) const {
  const Tables& in = *tables_;
  Kinds kinds = of(item.kind);
  auto name = [](const List* found) { return found ? std::string_view(found->name) : ""; };
  std::string_view host = host_in(item);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  bool address = item.kind == Kind::address;
  if (auto net = prefix_of(address ? std::string_view(item.value) : host)) {
    if (const List* found = in.nets.find(*net, kinds, in.lists)) return name(found);
    const List* found = address ? in.addresses.find(*net, kinds, in.lists) : nullptr;
    if (found) return name(found);
  }
  for (std::string_view end = host; !end.empty();) {
    if (const List* found = in.hosts.find(end, kinds, in.lists)) return name(found);
    std::size_t dot = end.find('.');
    end.remove_prefix(dot == std::string_view::npos ? end.size() : dot + 1);
  }
  if (const List* found = in.strings.find(item.value, kinds, in.lists)) return name(found);
  if (const List* found = in.parts.find(sweep::lowered(item.value), kinds, in.lists))
    return name(found);
  for (const Tables::Expression& each : in.expressions)
    if (in.lists[each.list].kinds & kinds && each.regex.found_in(item.value))
      return in.lists[each.list].name;
  return {};
}

std::string_view WarningLists::warned_below(std::string_view domain) const {
  std::string below(domain.rbegin(), domain.rend());
  const List* found = tables_->backwards.find_longer(below + ".", of(Kind::domain), tables_->lists);
  return found ? std::string_view(found->name) : "";
}

std::string_view WarningLists::warned(const stix::Object& indicator) const {
  for (const sweep::StixValue& each : sweep::values_of(indicator))
    if (std::string_view list = warned(each.item); !list.empty()) return list;
  return {};
}

}  // namespace comity::intel
