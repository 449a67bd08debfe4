#pragma once
// One road, being judged: what closes it, what it lacks, what speaks for it, and what may be
// refused.
#include <algorithm>
#include <bit>
#include <span>

#include "law/asked.h"

namespace comity::law {

// Reasons that wait until it is known what they amount to.
struct Scratch {
  Bounded<Reason, 24> lacks, supports;
};

// One road, being judged.
class Judged {
 public:
  Judged(Asked& asked, Route& route, Scratch& scratch, const Speaking& speaking, bool& truncated)
      : a(asked),
        t(asked.t),
        r(route),
        scratch_(scratch),
        speaking_(speaking),
        truncated_(truncated) {}

  // Returns the key by which routes are ordered.
  std::uint64_t run(ProvisionId id);
  [[nodiscard]] bool unresearched() const { return unresearched_; }

 private:
  void reset(ProvisionId id, const Rule& rule);
  void parties(const Rule& rule);
  void in_force(const Instrument& instrument);
  void party(InstrumentId id, Side side);
  void period(const Rule& rule);
  void roles(const Rule& rule);
  void data(const Rule& rule);
  void other_treaty(const Rule& rule);
  template <typename Each>
  void between(std::int16_t of, InstrumentId except, Among among, Each each);
  void other_treaty_in_doubt(const Rule& rule, const Instrument& other);
  void condition(const Rule& rule);
  void missing(std::uint32_t at, Confidence asking);
  void contrary(std::uint32_t at, Confidence asking);
  void dual_criminality(const Rule& rule);
  void dual_criminality_required(const Rule& rule, const Punished& mine, const Punished& theirs);
  void threshold(const Rule& rule);
  void threshold_of(const Rule& rule, const Threshold& threshold, Side side);
  bool applies(const Reservation& reservation, Side side);
  template <typename Each>
  void each_reservation(Side side, Each each);
  void reservations(Side side);
  void reservation(const Reservation& reservation);
  void only_with(const Reservation& reservation, Confidence sure);
  void asks(const Reservation& reservation, Why why, Confidence sure);
  void nationals(const Rule& rule);
  void grounds(const Rule& rule);
  void statutes(Side side);
  void forbids(const Statute& statute);
  void articles(const Rule& rule);
  void article(const Article& article, const Rule& rule, Tri concerns);
  void in_doubt(const Article& article);
  void preservation(const Rule& rule);
  void another_power(CiteId gone, Confidence confidence);
  [[nodiscard]] Confidence as_of(const Profile& law, const Period& period,
                                 Confidence confidence) const;
  [[nodiscard]] Confidence as_of(const Reservation& reservation) const;
  void finish();

  void closes(Why why, CiteId cite, Confidence confidence) {
    closes(t.reason(why), cite, confidence);
  }
  void closes(ReasonId code, CiteId cite, Confidence confidence);
  void supports(Why why, CiteId cite, Confidence confidence);
  void lacks(Why why, CiteId cite, Confidence confidence);  // unknown or unmet
  void needs(FactId fact, CiteId cite);
  void risk(ReasonId code, CiteId cite, Confidence confidence);
  void risks(const Risks& more);
  [[nodiscard]] std::span<const Reason> said(const Risks& risks) const {
    return {t.risks.data() + risks.range.first, risks.range.count};
  }
  void note(CiteId text, Confidence confidence);
  // Whatever `say` says rests on this side's own law.
  template <typename Say>
  void of(Side side, Say say) {
    Whose before = whose_;
    whose_ = side == Side::requesting ? Whose::requesting : Whose::requested;
    say();
    whose_ = before;
  }
  // Whether something of this clause may have been said before.
  static bool seen(std::uint64_t& clauses, CiteId cite) {
    std::uint64_t bit = clause_bit(cite);
    bool before = (clauses & bit) != 0;
    clauses |= bit;
    return before;
  }
  void truncate_if(bool full) { truncated_ = truncated_ || full; }

  Asked& a;
  const Tables& t;
  Route& r;
  Scratch& scratch_;
  const Speaking& speaking_;
  bool& truncated_;
  bool blocked_ = false, lacking_ = false, unresearched_ = false, unbound_ = false;
  bool others_ = false;  // somebody else must send or receive
  bool closed_by_confirmed_ = false;
  std::uint64_t risked_ = 0, closed_ = 0;  // see seen()
  Whose whose_ = Whose::common;
  Confidence weakest_ = Confidence::confirmed;
};

// What a side has reserved or declared on this road, as far as it applies to what is asked.
template <typename Each>
void Judged::each_reservation(Side side, Each each) {
  std::size_t word = a.slot(side) * t.words_ + r.provision.value / 64;
  if (!(t.reserved[word] >> r.provision.value % 64 & 1)) return;
  Range uses = t.jurisdictions[a.slot(side)].reservations;
  const ReservationUse* end = t.reservation_uses.data() + uses.first + uses.count;
  const ReservationUse* use = std::lower_bound(
      end - uses.count, end, r.provision,
      [](const ReservationUse& one, ProvisionId id) { return one.provision < id; });
  for (; use != end && use->provision == r.provision; ++use) {
    const Reservation& one = t.reservations[use->reservation];
    if (applies(one, side)) each(one);
  }
}

// Every instrument of a class, save one, that stands between the two on this day (yes) or may
// (unknown).
template <typename Each>
void Judged::between(std::int16_t of, InstrumentId except, Among among, Each each) {
  const std::uint64_t* of_class =
      t.of_class.data() + static_cast<std::size_t>(of) * t.instrument_words;
  const std::uint64_t* of_measure = t.of_measure.data() + a.q.measure.value * t.instrument_words;
  for (std::size_t w = 0; w < t.instrument_words; ++w) {
    std::size_t from = a.from * t.instrument_words + w, to = a.to * t.instrument_words + w;
    std::uint64_t both =
        of_class[w] & ((t.row_one[from] & t.row_other[to]) | (t.row_other[from] & t.row_one[to]));
    if (among == Among::of_the_measure) both &= of_measure[w];
    for (; both; both &= both - 1) {
      InstrumentId other{
          static_cast<std::uint16_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(both)))};
      if (other == except) continue;
      Tri is = a.stands_between(other);
      if (is != Tri::no) each(other, is);
    }
  }
}

}  // namespace comity::law
