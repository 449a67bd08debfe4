#pragma once
// Members as people here know them: by the nicknames that this node gave them.
#include <map>
#include <string>

#include "app/cli.h"

namespace comity::app {

class Nicknames {
 public:
  [[nodiscard]] static Result<Nicknames> load(Session& session);
  // By a client that has asked the node already: on a stopped node it holds the folder.
  [[nodiscard]] static Result<Nicknames> load(Client& client);

  // The id of a member that has none, or is not known here.
  [[nodiscard]] std::string of(const std::string& id) const;
  // A list of ids.
  [[nodiscard]] json::Array of_all(const json::Value& ids) const;
  // Adds to `object`, or to each object of a list, the nickname of the member whose id is under
  // `field`, as `as`.
  void name(json::Value& value, std::string_view field, std::string_view as) const;

 private:
  std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace comity::app
