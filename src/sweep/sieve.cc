#include "sweep/sieve.h"

#include <algorithm>
#include <bit>

#include "sweep/chars.h"

// Compiled for the processor of the build and, on x86-64, for one that counts bits by itself.
#define COMITY_INLINE [[gnu::always_inline]] inline

namespace comity::sweep {
namespace {

// Appends the positions of set bits. `usual` of them are written whatever there are.
template <int usual>
COMITY_INLINE void append(std::uint64_t bits, std::size_t block, Places& to) {
  auto base = static_cast<std::uint32_t>(block * 64);
  auto count = static_cast<std::size_t>(std::popcount(bits));
  std::uint32_t* at = to.list.data() + to.size;
  to.size += count;
  for (int i = 0; i < usual; ++i, bits &= bits - 1)
    *at++ = base + static_cast<std::uint32_t>(std::countr_zero(bits));
  for (; bits != 0; bits &= bits - 1)
    *at++ = base + static_cast<std::uint32_t>(std::countr_zero(bits));
}

// Where at least `size` ones begin, of up to 64.
COMITY_INLINE std::uint64_t runs_of(std::size_t size, std::uint64_t bits, std::uint64_t next) {
  unsigned __int128 runs = static_cast<unsigned __int128>(next) << 64 | bits;
  for (std::size_t have = 1; have < size; have *= 2) runs &= runs >> std::min(have, size - have);
  return static_cast<std::uint64_t>(runs);
}

// Adding a dot to its run of ones carries out of the run's end: so each run with such a dot sets
// the bit behind it, however many dots it has.
COMITY_INLINE std::uint64_t dotted_ends(const Masks* masks, unsigned long long& carry) {
  std::uint64_t run = masks->name | masks->dot;
  std::uint64_t inner = masks->dot & (masks->name >> 1 | masks[1].name << 63);
  return __builtin_addcll(run, inner, carry, &carry) & ~run;
}

COMITY_INLINE void list_colons(const Masks* masks, std::size_t block, bool links, bool v6,
                               Candidates& out) {
  std::uint64_t colons = masks->colon, slash = masks->slash;
  std::uint64_t after = slash >> 1 | masks[1].slash << 63,
                second = slash >> 2 | masks[1].slash << 62;
  if (links) append<1>(colons & after & second, block, out.links);
  if (!v6) return;
  // RFC 4291, 2.2: eight groups have seven colons, or six before an IPv4 address; else "::".
  bool many = std::popcount(colons) + std::popcount(masks[1].colon) >= 6;
  std::uint64_t doubled = colons & (colons >> 1 | masks[1].colon << 63);
  append<1>(many ? colons : doubled, block, out.v6);
}

COMITY_INLINE void list_here(const Index& index, const Stretch& s, Candidates& out) {
  for (Places* one : {&out.dotted, &out.long_dotted, &out.hashes, &out.mails, &out.brackets,
                      &out.links, &out.v6, &out.registries, &out.words})
    one->size = 0;
  const bool hashes = index.wants(Form::hash), mails = index.wants(Form::mail),
             links = index.wants(Form::url), v6 = index.wants(Form::address),
             registries = index.wants(Form::registry), words = index.wants(Form::phrase);
  const std::size_t shortest = std::min<std::size_t>(index.shortest_anchor(), 16);
  unsigned long long carry = 0;
  (void)dotted_ends(s.masks + s.first - 1, carry);
  for (std::size_t block = s.first; block < s.last; ++block) {
    const Masks* masks = s.masks + block;
    append<3>(dotted_ends(masks, carry), block, out.dotted);
    if (words) {
      std::uint64_t begins = masks->name & ~(masks->name << 1 | masks[-1].name >> 63);
      append<8>(begins & runs_of(shortest, masks->name, masks[1].name), block, out.words);
    }
    list_colons(masks, block, links, v6, out);
    // A run of 32 has 16 or more in one block.
    std::uint64_t runs = masks->alnum;
    for (int n = 1; n < 16; n *= 2) runs &= runs >> n;
    if (hashes) append<1>(runs & ~(runs << 1), block, out.hashes);
    if (mails) append<1>(masks->at, block, out.mails);
    if (std::uint64_t bits = masks->bracket & (masks->dot >> 1 | masks[1].dot << 63))
      append<1>(bits, block, out.brackets);
    if (registries) append<2>(masks->backslash, block, out.registries);
  }
}

// ---- What is struck out

// Writes whatever comes, and moves on if it is wanted.
template <typename T>
struct Writer {
  T* at;
  COMITY_INLINE void add_if(bool wanted, const T& one) {
    *at = one;
    at += wanted;
  }
};
COMITY_INLINE void end_at(Places& places, const std::uint32_t* end) {
  places.size = static_cast<std::size_t>(end - places.list.data());
}

// Keeps of a list what `may` says.
template <typename May>
COMITY_INLINE void strike(Places& places, May may) {
  Writer<std::uint32_t> kept{places.list.data()};
  for (const std::uint32_t *one = places.begin(), *end = places.end(); one != end; ++one)
    kept.add_if(may(*one), *one);
  end_at(places, kept.at);
}

// A run of names and dots, without one dot at its end.
struct Run {
  const char* end;
  std::uint64_t
      dots;  // of the 64 bytes before `end`, those of the run; the highest bit is the last
  std::uint32_t place, size;
};
using Runs = std::array<Run, sieve_blocks * 32 + 64>;  // one has three bytes at least

struct Parted {
  Runs quads, names;
  std::size_t quads_size, names_size;
};

// Apart go what may be an IPv4 address, what may be any other name, and what has to be looked at
// whatever it says: ports behind dots, addresses between '-', other alphabets, "%2F" before a name.
COMITY_INLINE void part_dotted(const Stretch& s, bool wants_v4, Candidates& out, Parted& parted) {
  const Masks* masks = s.masks;
  const char* window = s.window;
  Writer<std::uint32_t> longs{out.long_dotted.list.data()}, kept{out.dotted.list.data()};
  Writer<Run> quads{parted.quads.data()}, names{parted.names.data()};
  for (const std::uint32_t *one = out.dotted.begin(), *last = out.dotted.end(); one != last;
       ++one) {
    const std::uint32_t place = *one;
    std::uint64_t dots = bits_before(masks, &Masks::dot, place);
    auto size =
        static_cast<unsigned>(std::countl_one(dots | bits_before(masks, &Masks::name, place)));
    const bool longer = size == 64;
    const auto trailing = static_cast<unsigned>(dots >> 63);
    size -= trailing;
    const std::uint64_t within = ~(~std::uint64_t{0} >> (size & 63));
    auto of_run = [&] [[gnu::always_inline]] (std::uint64_t Masks::* mask) {
      return bits_before(masks, mask, place) << trailing & within;
    };
    dots = dots << trailing & within;
    const std::uint64_t high = of_run(&Masks::high);
    const char *end = window + place - trailing, *begin = end - size;
    const int count = std::popcount(dots);
    const bool digits = (of_run(&Masks::digit) | dots) == within;
    const bool others = (of_run(&Masks::alnum) | dots | high) != within;
    const bool odd = (dots >> 63 != 0) | (high != 0) | (begin[0] == '.') | (begin[-1] == '%') |
                     (wants_v4 & ((digits & (count > 3)) | (others & (count > 2))));
    const bool quad = wants_v4 & digits & (count == 3);
    const Run run{end, dots, place, size};
    longs.add_if(longer, place);
    kept.add_if(!longer & odd, place);
    quads.add_if(!longer & !odd & quad, run);
    names.add_if(!longer & !odd & !quad, run);
  }
  end_at(out.long_dotted, longs.at);
  end_at(out.dotted, kept.at);
  parted.quads_size = static_cast<std::size_t>(quads.at - parted.quads.data());
  parted.names_size = static_cast<std::size_t>(names.at - parted.names.data());
}

// The number that ends before `end` and has `size` digits; above 255 when it is none of an address.
COMITY_INLINE std::uint32_t octet(const char* end, unsigned size) {
  constexpr std::array<std::uint32_t, 4> keep{0, 0xff000000, 0xffff0000, 0xffffff00};
  constexpr std::array<std::uint32_t, 4> least{256, 0, 10, 100};  // no leading zeros
  std::uint32_t x = static_cast<std::uint32_t>(load4(end - 4)) & keep[size & 3] & 0x0f0f0f0f;
  std::uint32_t value = (x >> 8 & 15) * 100 + (x >> 16 & 15) * 10 + (x >> 24);
  bool wrong = (size > 3) | (value < least[size & 3]);
  return wrong ? 256 : value;
}

// What may be no address after all stays: its bits above 32 are set.
COMITY_INLINE std::uint64_t address_of(const Run& run) {
  const char* end = run.end;
  std::uint64_t dots = run.dots, address = 0, wrong = 0;
  unsigned left = run.size;
  for (unsigned part = 0; part < 3; ++part) {
    auto size = static_cast<unsigned>(std::countl_zero(dots));
    std::uint32_t number = octet(end, size);
    wrong |= number >> 8;
    address |= std::uint64_t{number & 255} << 8 * part;
    end -= size + 1;
    left -= size + 1;
    dots = dots << (size & 63) << 1;
  }
  std::uint32_t number = octet(end, left);
  return (wrong | number >> 8) << 32 | std::uint64_t{number & 255} << 24 | address;
}

// In two rounds, so that one waits for the memory of many at a time.
COMITY_INLINE void sift_quads(const Index& index, const Parted& parted, Candidates& out) {
  std::array<std::uint64_t, sieve_blocks * 32 + 64> addresses;
  for (std::size_t i = 0; i < parted.quads_size; ++i) {
    addresses[i] = address_of(parted.quads[i]);
    index.prefetch_v4(static_cast<std::uint32_t>(addresses[i]));
  }
  Writer<std::uint32_t> kept{out.dotted.list.data() + out.dotted.size};
  for (std::size_t i = 0; i < parted.quads_size; ++i) {
    bool may = index.may_have_v4(static_cast<std::uint32_t>(addresses[i]));
    kept.add_if(may | (addresses[i] >> 32 != 0), parted.quads[i].place);
  }
  end_at(out.dotted, kept.at);
}

// By the last two labels, which a domain and a file's name share.
COMITY_INLINE void sift_names(const Index& index, const Parted& parted, Candidates& out) {
  std::array<std::uint64_t, sieve_blocks * 32 + 64> keys;
  for (std::size_t i = 0; i < parted.names_size; ++i) {
    const Run& run = parted.names[i];
    std::uint64_t last = std::uint64_t{1} << 63 >> std::countl_zero(run.dots);
    auto size = std::min(static_cast<unsigned>(std::countl_zero(run.dots & ~last)), run.size);
    keys[i] = index.short_hash(run.end - size, size);
    index.prefetch_short(Form::domain, keys[i]);
  }
  Writer<std::uint32_t> kept{out.dotted.list.data() + out.dotted.size};
  for (std::size_t i = 0; i < parted.names_size; ++i)
    kept.add_if(index.may_have_short(Form::domain, keys[i]), parted.names[i].place);
  end_at(out.dotted, kept.at);
}

COMITY_INLINE void sift_words(const Index& index, const Stretch& s, Places& words) {
  const Masks* masks = s.masks;
  const char* window = s.window;
  auto size = [=] [[gnu::always_inline]] (std::uint32_t at) {
    return static_cast<unsigned>(std::countr_one(bits_from(masks, &Masks::name, at)));
  };
  strike(words, [&] [[gnu::always_inline]] (std::uint32_t at) {
    return index.may_begin_anchor_coarsely(window + at, size(at));
  });
  strike(words, [&] [[gnu::always_inline]] (std::uint32_t at) {
    return index.may_begin_anchor(window + at, size(at));
  });
}

// By the name behind `skip` bytes. What is not plain stays.
template <typename Plain>
COMITY_INLINE void sift_hosts(const Index& index, const Stretch& s, Form form, unsigned skip,
                              Places& places, Plain plain) {
  const Masks* masks = s.masks;
  const char* window = s.window;
  std::array<std::uint64_t, Places::room> keys;
  std::uint64_t* key = keys.data();
  strike(places, [&] [[gnu::always_inline]] (std::uint32_t at) {
    const char* host = window + at + skip;
    int run = std::countr_one(bits_from(masks, &Masks::name, at + skip) |
                              bits_from(masks, &Masks::dot, at + skip));
    auto size = static_cast<std::size_t>(std::max(run, 1));
    bool odd = (run == 64) | (host[size - 1] == '.') | !plain(host + size, at);
    *key = odd ? 0 : index.short_hash(host, size);
    index.prefetch_short(form, *key++);
    return true;
  });
  key = keys.data();
  strike(places, [&] [[gnu::always_inline]] (std::uint32_t) {
    bool may = (*key == 0) | index.may_have_short(form, *key);
    ++key;
    return may;
  });
}

// RFC 4291, 2.2: "::", or six colons at least, among hex digits. Long runs stay.
COMITY_INLINE void sift_v6(const Stretch& s, Places& places) {
  const Masks* masks = s.masks;
  strike(places, [&] [[gnu::always_inline]] (std::uint32_t at) {
    int behind = std::countr_one(bits_from(masks, &Masks::in_v6, at));
    int before = std::countl_one(bits_before(masks, &Masks::in_v6, at));
    std::uint64_t later =
        bits_from(masks, &Masks::colon, at) & ~(~std::uint64_t{1} << (behind - 1));
    std::uint64_t earlier =
        bits_before(masks, &Masks::colon, at) & ~(~std::uint64_t{0} >> (before & 63));
    bool many = std::popcount(later) + std::popcount(earlier) >= 6;
    return many | ((later & 2) != 0) | (behind >= 48) | (before >= 48);
  });
}

// What the last two letters of a registry's root can be.
constexpr std::array<std::uint32_t, 32> root_ends = [] {
  std::array<std::uint32_t, 32> made{};
  for (const char* end : {"lm", "cu", "cr", "cc", "ne", "er", "ot", "rs", "ig", "ku"})
    made[end[0] & 31] |= 1u << (end[1] & 31);
  return made;
}();

COMITY_INLINE void sift_registries(const Stretch& s, Places& places) {
  strike(places, [&] [[gnu::always_inline]] (std::uint32_t at) {
    const char* end = s.window + at;
    end -= end[-1] == ':';
    return (root_ends[end[-2] & 31] >> (end[-1] & 31) & 1) != 0;
  });
}

COMITY_INLINE void sift_here(const Index& index, const Stretch& s, Candidates& out) {
  list_here(index, s, out);
  Parted parted;
  part_dotted(s, index.wants(Form::address), out, parted);
  sift_quads(index, parted, out);
  sift_names(index, parted, out);
  sift_words(index, s, out.words);
  sift_hosts(index, s, Form::mail, 1, out.mails, [&](const char*, std::uint32_t at) {
    return bits_from(s.masks, &Masks::high, at) == 0;
  });
  sift_hosts(index, s, Form::url, 3, out.links, [](const char* behind, std::uint32_t) {
    return (*behind == '/') | is(*behind, ends_url);
  });
  sift_v6(s, out.v6);
  sift_registries(s, out.registries);
}

void sift_plainly(const Index& index, const Stretch& s, Candidates& out) {
  sift_here(index, s, out);
}
#if defined(__x86_64__)
[[gnu::target("bmi,bmi2,lzcnt,popcnt")]] void sift_counting(const Index& index, const Stretch& s,
                                                            Candidates& out) {
  sift_here(index, s, out);
}
#endif

// A run that goes on behind the stretch is looked at as far as it is here, once it is too long to
// be looked at as a whole.
void end_long_runs(const Stretch& s, Candidates& out) {
  std::size_t end = s.last * 64;
  std::uint64_t run =
      bits_before(s.masks, &Masks::name, end) | bits_before(s.masks, &Masks::dot, end);
  if (~run == 0) out.long_dotted.list[out.long_dotted.size++] = static_cast<std::uint32_t>(end);
}

}  // namespace

void sift(const Index& index, const Stretch& stretch, Candidates& out) {
#if defined(__x86_64__)
  static const bool counts = __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt");
  counts ? sift_counting(index, stretch, out) : sift_plainly(index, stretch, out);
#else
  sift_plainly(index, stretch, out);
#endif
  end_long_runs(stretch, out);
}

void list_all(const Index& index, const Stretch& s, Candidates& out) {
  list_here(index, s, out);
  strike(out.dotted, [&](std::uint32_t at) {
    std::uint64_t run =
        bits_before(s.masks, &Masks::name, at) | bits_before(s.masks, &Masks::dot, at);
    if (~run == 0) out.long_dotted.list[out.long_dotted.size++] = at;
    return ~run != 0;
  });
  end_long_runs(s, out);
}

}  // namespace comity::sweep
