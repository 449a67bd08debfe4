#include "sweep/index.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/limits_sweep.h"
#include "sweep/chars.h"

namespace comity::sweep {
namespace {

std::string_view domain_of(std::string_view mail) {
  return mail.substr(mail.rfind('@') + 1);
}

// Ends of a domain, from two labels to the whole.
template <typename See>
void for_each_end(std::string_view domain, const See& see) {
  std::size_t dot = domain.rfind('.');
  while (dot != std::string_view::npos && dot > 0) {
    dot = domain.rfind('.', dot - 1);
    see(domain.substr(dot == std::string_view::npos ? 0 : dot + 1));
  }
}

std::string_view last_two_labels(std::string_view name) {
  std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return name;
  return name.substr(name.rfind('.', dot - 1) + 1);  // npos + 1 is the beginning
}

void set_bit(std::vector<std::uint64_t>& bits, std::size_t bit) {
  bits[bit >> 6] |= std::uint64_t{1} << (bit & 63);
}

Prefix prefix_of(const Indicator& indicator) {
  auto read = addresses_from_text(indicator.value);
  check(read && read->size() == 1, "a canonical address is one prefix");
  return read->front();
}

}  // namespace

Index::Index(const Indicators& indicators, std::uint64_t seed)
    : indicators_(indicators),
      seed_(seed),
      next_(indicators.size(), none),
      endings_(std::size_t{1} << 12),
      beginnings_(std::size_t{1} << 12),
      coarse_beginnings_(std::size_t{1} << 9) {
  std::size_t ends = 0;
  for (std::size_t i = 0; i < indicators.size(); ++i) {
    Indicator one = indicators.at(i);
    ++counts_[static_cast<std::size_t>(one.form)];
    if (one.form == Form::domain)
      ends += static_cast<std::size_t>(std::ranges::count(one.value, '.'));
  }
  filter_ = Filter(indicators.size() + ends);
  anchors_filter_ = Filter(counts_[static_cast<std::size_t>(Form::phrase)]);
  for (std::size_t form = 0; form < form_count; ++form) short_[form] = Filter(counts_[form]);
  short_[static_cast<std::size_t>(Form::domain)] =
      Filter(counts_[static_cast<std::size_t>(Form::domain)] +
             counts_[static_cast<std::size_t>(Form::dotted)]);
  slots_.resize(std::bit_ceil(indicators.size() * 2 + 16));
  for (std::size_t i = 0; i < indicators.size(); ++i) {
    auto index = static_cast<std::uint32_t>(i);
    Indicator one = indicators.at(i);
    if (one.form == Form::phrase && !add_anchor(one.value)) {
      left_out_.push_back(index);
      continue;
    }
    if (one.form == Form::address) add_address(prefix_of(one));
    add_to_filter(one);
    add_short(one);
    insert(index, key_of(one));
  }
}

std::uint64_t Index::hash_prefix(const Prefix& prefix) const {
  std::uint64_t h = mix(prefix.high ^ seed_, hash_a);
  return mix(h ^ prefix.low ^ std::uint64_t{prefix.length} << 56, hash_b);
}

std::uint64_t Index::key_of(const Indicator& one) const {
  if (one.form == Form::address) return hash_prefix(prefix_of(one));
  if (one.form == Form::url) return salted(one.form, hash_exact(one.value));
  if (one.form != Form::registry) return salted(one.form, hash(one.value));
  GrowingHash path = growing();
  for (char c : one.value) path.add(c);
  return salted(one.form, path.value());
}

void Index::insert(std::uint32_t index, std::uint64_t key) {
  Indicator one = indicators_.at(index);
  auto tag = static_cast<std::uint32_t>(key >> 32);
  for (std::size_t i = key & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[i];
    if (slot.at != none) {
      Indicator held = indicators_.at(slot.at);
      if (slot.tag != tag || held.form != one.form || held.value != one.value) continue;
      next_[index] = slot.at;
    }
    slot = {tag, index};
    return;
  }
}

void Index::add_to_filter(const Indicator& one) {
  switch (one.form) {
    case Form::domain:
      for_each_end(one.value, [&](auto end) { filter_.add(salted(one.form, hash(end))); });
      return;
    case Form::url:
      filter_.add(salted(one.form, hash(host_of(one.value))));
      return;
    case Form::mail:
      filter_.add(salted(one.form, hash(domain_of(one.value))));
      return;
    case Form::address:
      return;  // has nets and lengths instead
    case Form::registry:
      registry_longest_ = std::max(registry_longest_, one.value.size());
      filter_.add(key_of(one));
      return;
    case Form::dotted:
      set_bit(endings_, bit_of(one.value.data() + one.value.size() - 4, 4));
      [[fallthrough]];
    default:
      filter_.add(key_of(one));
  }
}

void Index::add_short(const Indicator& one) {
  std::string_view text = one.value;
  Form form = one.form;
  switch (form) {
    case Form::domain:
    case Form::dotted:
      text = last_two_labels(text);
      form = Form::domain;
      break;
    case Form::url:
      text = host_of(text);
      break;
    case Form::mail:
      text = domain_of(text);
      break;
    case Form::hash:
      break;
    default:
      return;
  }
  std::string padded = std::string(8, 0).append(text).append(8, 0);
  auto& filter = short_[static_cast<std::size_t>(form)];
  if (!text.empty()) filter.add(hash_of_ends(padded.data() + 8, text.size(), seed_));
}

void Index::add_address(const Prefix& prefix) {
  auto& lengths = prefix.is_v4() ? v4_lengths_ : v6_lengths_;
  if (std::ranges::find(lengths, prefix.length) == lengths.end()) lengths.push_back(prefix.length);
  if (v4_nets_.empty()) v4_nets_.resize(std::size_t{1} << 18);
  if (!prefix.is_v4()) return;
  auto net = static_cast<std::uint32_t>(prefix.low) >> 8;
  std::uint32_t nets = prefix.length >= 120 ? 1 : 1u << (120 - prefix.length);
  for (std::uint32_t i = net; i < net + nets; ++i) v4_nets_[i >> 6] |= std::uint64_t{1} << (i & 63);
}

// The longest word that not too many other phrases stand around already.
bool Index::add_anchor(std::string_view phrase) {
  struct Word {
    std::size_t at, size;
  };
  std::vector<Word> words;
  for (std::size_t i = 0, from = 0; i <= phrase.size(); ++i) {
    if (i < phrase.size() && is(phrase[i], in_name)) continue;
    if (i - from >= 2 && i - from < 64) words.push_back({from, i - from});
    from = i + 1;
  }
  std::ranges::sort(words, [](const Word& a, const Word& b) {
    return a.size != b.size ? a.size > b.size : a.at < b.at;
  });
  for (const Word& word : words) {
    std::uint64_t key = hash(phrase.substr(word.at, word.size));
    Shape shape{static_cast<std::uint16_t>(word.at), static_cast<std::uint16_t>(phrase.size())};
    std::vector<Shape>& shapes = anchors_[key];
    if (std::ranges::find(shapes, shape) != shapes.end()) return true;
    if (shapes.size() >= limits::sweep_anchor_shapes_max) continue;
    shapes.push_back(shape);
    anchors_filter_.add(key);
    shortest_anchor_ = std::min(shortest_anchor_, word.size);
    std::string four(phrase.substr(word.at, word.size));
    four.resize(std::max<std::size_t>(word.size, 4));
    set_bit(beginnings_, bit_of(four.data(), word.size));
    set_bit(coarse_beginnings_, bit_of(four.data(), word.size) >> 3);
    return true;
  }
  return false;
}

const std::vector<Index::Shape>* Index::shapes_at(std::uint64_t hash) const {
  auto found = anchors_.find(hash);
  return found == anchors_.end() ? nullptr : &found->second;
}

std::uint32_t Index::first(Form form, std::string_view text, std::uint64_t hash) const {
  std::uint64_t key = salted(form, hash);
  auto tag = static_cast<std::uint32_t>(key >> 32);
  for (std::size_t i = key & (slots_.size() - 1); slots_[i].at != none;
       i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i].tag != tag) continue;
    Indicator held = indicators_.at(slots_[i].at);
    bool same = form == Form::url ? held.value == text
                                  : std::ranges::equal(held.value, text, {}, {}, lower);
    if (held.form == form && same) return slots_[i].at;
  }
  return none;
}

std::uint32_t Index::first(const Prefix& prefix) const {
  std::uint64_t key = hash_prefix(prefix);
  auto tag = static_cast<std::uint32_t>(key >> 32);
  for (std::size_t i = key & (slots_.size() - 1); slots_[i].at != none;
       i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i].tag != tag) continue;
    Indicator held = indicators_.at(slots_[i].at);
    if (held.form == Form::address && prefix_of(held) == prefix) return slots_[i].at;
  }
  return none;
}

}  // namespace comity::sweep
