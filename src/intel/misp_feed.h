#pragma once
// A collection as a MISP feed: one event for each day on which its indicators were created, each
// value an attribute. What an indicator says is there as long as it is held; revoked it is deleted,
// expired it is not for detection any more. Ids never change.
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "intel/warning_list.h"
#include "json/value.h"
#include "stix/tlp.h"

namespace comity::intel {

class MispFeed {
 public:
  struct About {
    std::string collection;  // its id
    std::string title;       // its title
    std::string maker;       // the organisation that serves it
    Instant now{};
  };
  explicit MispFeed(About about) : about_(std::move(about)) {}

  // The last version of an object, as the reader may see it; what is no indicator is passed over.
  //   added  when it was taken, in seconds since 1970: MISP asks again for what is later
  void add(std::string_view object, std::int64_t added, stix::Tlp tlp);

  // {UUID:{"Orgc","Tag","info","date","analysis","threat_level_id","timestamp"}}
  [[nodiscard]] json::Object manifest() const;
  // MD5 of each value and the event that has it, a line each.
  [[nodiscard]] std::string hashes() const;
  // {"Event":{…}}; null: none of this uuid.
  [[nodiscard]] json::Value event(std::string_view uuid) const;

 private:
  struct Event {
    std::string date;
    std::int64_t timestamp = 0;
    stix::Tlp widest = stix::Tlp::red;  // of its attributes: how far the event may go at all
    stix::Tlp strictest =
        stix::Tlp::clear;  // its tag: whoever reads no tag but this is on the safe side
    json::Array attributes;
  };
  [[nodiscard]] json::Object head(const Event& event) const;
  void put(Event& event, json::Object attribute, const std::string& key, stix::Tlp tlp);

  About about_;
  std::map<std::string, Event> events_;  // by uuid
};

}  // namespace comity::intel
