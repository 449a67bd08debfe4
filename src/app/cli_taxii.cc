// comity alert pull, push: between a collection here and one of a TAXII server elsewhere.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "app/cli_alert.h"
#include "app/pieces.h"
#include "app/remote.h"
#include "app/tell.h"
#include "base/limits_taxii_client.h"
#include "crypto/hash.h"

namespace comity::app {
namespace {

struct TaxiiArgs {
  RemoteArgs remote;
  std::string collection, reader;
  bool again = false, ours = false, despite_warnings = false;
};

// Where a transfer stands, in a file of the node's folder: DIR/taxii/….json.
class Kept {
 public:
  Kept(const Session& session, std::string_view way, const taxii::Url& url,
       const std::string& collection)
      : file_(Folder(session.dir).root() / "taxii" /
              (to_hex(crypto::sha256(
                          as_bytes(std::string(way) + "\n" + to_text(url) + "\n" + collection)))
                   .substr(0, 32) +
               ".json")),
        url_(to_text(url)) {}

  // Null when there is none.
  [[nodiscard]] Result<json::Value> load(bool again) const {
    std::error_code error;
    if (again || !std::filesystem::exists(file_, error)) return json::Value();
    TRY(std::string text, read_file(file_, 65'536));
    TRY(json::Value value, json::parse(text));
    const json::Value* place = value.find("place");
    return place ? *place : json::Value();
  }
  [[nodiscard]] Result<void> save(json::Value place) const {
    std::error_code error;
    std::filesystem::create_directories(file_.parent_path(), error);
    if (!error)
      std::filesystem::permissions(file_.parent_path(), std::filesystem::perms::owner_all, error);
    if (error) return fail(Code::io, "the folder cannot be made: " + error.message(), file_);
    return write_file(file_, json::write(json::Object{{"url", url_}, {"place", std::move(place)}}),
                      Existing::replace);
  }

 private:
  std::filesystem::path file_;
  std::string url_;
};

// ---- From there to here.

class Pulling {
 public:
  Pulling(Remote& remote, taxii::Url url, Pieces& pieces, const Kept& kept, taxii::Place place)
      : remote_(remote),
        url_(std::move(url)),
        pieces_(pieces),
        kept_(kept),
        follower_(std::move(place)) {}

  Result<void> run() {
    while (!follower_.done()) TRY_VOID(page());
    return {};
  }
  [[nodiscard]] std::uint64_t pages() const { return pages_; }

 private:
  Result<void> page() {
    TRY(taxii::Url asked, taxii::resolve(url_, "objects/"));
    if (std::string query = follower_.query(); !query.empty()) asked.target += "?" + query;
    auto response = remote_.get(asked, limits::taxii_pull_bytes_max);
    if (!response) {
      if (response.error().code == Code::too_large && follower_.ask_for_less()) return {};
      return std::unexpected(response.error());
    }
    // A `next` that was kept over a pause may have been forgotten by the server.
    bool forgotten = response->status == 400 || response->status == 404;
    if (pages_ == 0 && forgotten && follower_.begin_again()) return {};
    TRY(auto objects, follower_.take(*response));
    for (std::string_view object : objects) TRY_VOID(pieces_.give(object));
    // What is kept must not be ahead of what the node has.
    TRY_VOID(pieces_.flush());
    ++pages_;
    return kept_.save(taxii::to_json(follower_.place()));
  }

  Remote& remote_;
  taxii::Url url_;
  Pieces& pieces_;
  const Kept& kept_;
  taxii::Follower follower_;
  std::uint64_t pages_ = 0;
};

Result<void> pull(Session& session, const TaxiiArgs& args) {
  TRY(json::Value collection, find_collection(session, args.collection));
  TRY(Desk desk, Desk::open(Folder(session.dir), session.officer, session.for_officer()));
  TRY(Remote remote, Remote::open(args.remote));
  TRY(taxii::Url url, remote.find_collection(Remote::Need::read));
  const std::string& id = *collection.find("id")->as_string();
  Kept kept(session, "pull", url, id);
  TRY(json::Value held, kept.load(args.again));
  taxii::Place place;
  if (!held.is_null()) {
    TRY(place, taxii::place_from_json(held));
  }
  Pieces pieces(session, desk, id, to_text(url));
  pieces.from_elsewhere(!args.ours);
  Pulling pulling(remote, url, pieces, kept, std::move(place));
  TRY_VOID(pulling.run());
  TRY(Imported sum, pieces.finish());
  if (!sum.refused.empty()) session.exit = Exit::no;
  json::Object report = to_json(sum);
  report["url"] = to_text(url);
  report["collection"] = id;
  report["pages"] = pulling.pages();
  json::Value value = std::move(report);
  session.print(value, [&] {
    return fmt::format("{}: {} objects in {} pages: {} new, {} here already, {} refused\n",
                       to_text(url), sum.given, pulling.pages(), sum.added, sum.present,
                       sum.refused.size()) +
           tell_rest(value);
  });
  return {};
}

// ---- From here to there.

// Where a push stands, between runs.
struct Given {
  std::int64_t after = 0;             // all up to here was given, or withheld
  std::optional<std::int64_t> since;  // behind this something waits for a road; given once it opens
  std::vector<std::string> pending;   // statuses that the server had not finished

  static Given from(const json::Value& held) {
    Given given;
    if (const json::Value* after = held.find("after"); after && after->as_int())
      given.after = *after->as_int();
    if (const json::Value* since = held.find("since"); since && since->as_int())
      given.since = *since->as_int();
    if (const json::Value* pending = held.find("pending"); pending && pending->as_array())
      for (const json::Value& each : *pending->as_array())
        if (each.as_string()) given.pending.push_back(*each.as_string());
    return given;
  }
  [[nodiscard]] json::Value to_json() const {
    json::Object out{{"after", after}};
    if (since) out["since"] = *since;
    if (!pending.empty()) out["pending"] = json::Array(pending.begin(), pending.end());
    return out;
  }
};

// What became of the objects, as far as the server has said it.
struct Outcome {
  std::uint64_t success = 0, failure = 0, pending = 0;
  std::vector<taxii::Posted::Failure> failures;

  // `told`: what an earlier answer about the same objects said.
  void add(taxii::Posted posted, const taxii::Posted& told = {}) {
    auto grow = [](std::uint64_t& sum, std::uint64_t now, std::uint64_t before) {
      sum = sum + now >= before ? sum + now - before : 0;
    };
    grow(success, posted.success, told.success);
    grow(failure, posted.failure, told.failure);
    grow(pending, posted.pending, told.pending);
    for (taxii::Posted::Failure& each : posted.failures)
      if (std::ranges::find(told.failures, each.id, &taxii::Posted::Failure::id) ==
          told.failures.end())
        failures.push_back(std::move(each));
  }
};

// What a server takes and has not looked at yet: asked for again, for some seconds, and by the next
// run.
class Statuses {
 public:
  Statuses(Remote& remote, const taxii::Url& url) : remote_(remote), url_(url) {}

  // `told`: what the server said when it took the envelope.
  void expect(taxii::Posted told) {
    if (waiting_.size() < limits::taxii_statuses_max) waiting_.push_back(std::move(told));
  }
  void settle(Outcome& outcome) {
    for (int round = 0; round < limits::taxii_status_rounds && !waiting_.empty(); ++round) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100 << round));
      for (auto each = waiting_.begin(); each != waiting_.end();) {
        auto done = ask(*each, outcome);
        // The objects are there; that nobody says more of them is no reason to give them again.
        if (!done) return outcome.failures.push_back({each->id, done.error().what});
        each = *done ? waiting_.erase(each) : each + 1;
      }
    }
  }
  // Of those that are still pending.
  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const taxii::Posted& each : waiting_) ids.push_back(each.id);
    return ids;
  }

 private:
  Result<bool> ask(const taxii::Posted& told, Outcome& outcome) {
    TRY(taxii::Url url, taxii::status_url(url_, told.id));
    TRY(net::Response response, remote_.get(url, limits::taxii_resource_bytes_max));
    taxii::Posted now = told;
    if (response.status == 404) {  // 4.3: a status is kept for a while alone
      now.pending = 0;
      now.failures.push_back({told.id, "the server has forgotten what became of this"});
    } else {
      TRY_VOID(taxii::check_answer(response, 200));
      TRY(now, taxii::posted_of(response.body));
      if (now.pending > 0) return false;
    }
    outcome.add(std::move(now), told);
    return true;
  }

  Remote& remote_;
  const taxii::Url& url_;
  std::vector<taxii::Posted> waiting_;
};

class Pushing {
 public:
  // `warnings`: what they name is not given.
  Pushing(Remote& remote, taxii::Url url, const Kept& kept, std::size_t bytes_max,
          intel::WarningLists warnings, Given given)
      : remote_(remote),
        url_(std::move(url)),
        kept_(kept),
        bytes_max_(bytes_max),
        warnings_(std::move(warnings)),
        given_(std::move(given)),
        statuses_(remote_, url_) {
    for (std::string& each : given_.pending) {
      taxii::Posted told;
      told.id = std::move(each);
      statuses_.expect(std::move(told));
    }
    given_.pending.clear();
  }

  Result<void> give(const json::Value& object) {
    const std::string& bytes = *object.find("bytes")->as_string();
    if (auto row = warned_row(warnings_, object)) {
      warned.add(*std::move(row));
      return {};
    }
    bool full =
        envelope_.size() + bytes.size() + 3 > bytes_max_ || count_ >= limits::taxii_push_objects;
    if (count_ > 0 && full) TRY_VOID(flush());
    envelope_ += count_++ == 0 ? R"({"objects":[)" : ",";
    envelope_ += bytes;
    after_ = *object.find("added")->as_int();
    return {};
  }

  // `since`: where what waits for a road begins; none: nothing does.
  Result<void> finish(std::optional<std::int64_t> since) {
    TRY_VOID(flush());
    given_.since = since;
    statuses_.settle(outcome);
    given_.pending = statuses_.ids();
    return kept_.save(given_.to_json());
  }

  Outcome outcome;
  WarnedRows warned;
  std::uint64_t total = 0;

 private:
  Result<void> flush() {
    if (count_ == 0) return {};
    TRY(taxii::Url objects, taxii::resolve(url_, "objects/"));
    TRY(net::Response response, remote_.post(objects, envelope_ + "]}"));
    TRY_VOID(taxii::check_answer(response, 202));
    TRY(taxii::Posted posted, taxii::posted_of(response.body));
    total += count_;
    if (posted.pending > 0 && !posted.id.empty()) statuses_.expect(posted);
    outcome.add(std::move(posted));
    envelope_.clear();
    count_ = 0;
    given_.after = std::max(given_.after, after_);
    given_.pending = statuses_.ids();
    return kept_.save(given_.to_json());
  }

  Remote& remote_;
  taxii::Url url_;
  const Kept& kept_;
  std::size_t bytes_max_;
  intel::WarningLists warnings_;
  Given given_;
  Statuses statuses_;
  std::string envelope_;
  std::size_t count_ = 0;
  std::int64_t after_ = 0;
};

// Whether personal data may go to the partner whose server it is; of others, nothing waits for a
// road.
Result<bool> is_road_open(Session& session, const Asked& asked) {
  if (asked.member.empty()) return true;
  TRY(json::Value roads, ask_node(session, "/roads?collection=" + asked.collection));
  for (const json::Value& each : *roads.as_array())
    if (*each.find("member") == json::Value(asked.member)) {
      std::string state = text_at(each, "road");
      return state == "open" || state == "home";
    }
  return false;
}

void tell_pushed(Session& session, const taxii::Url& url, const Pushing& pushing,
                 const Withheld& withheld) {
  const Outcome& sum = pushing.outcome;
  json::Array failures;
  std::string told =
      fmt::format("{}: {} objects given: {} taken, {} refused, {} pending\n", to_text(url),
                  pushing.total, sum.success, sum.failure, sum.pending);
  for (const taxii::Posted::Failure& each : sum.failures) {
    told += fmt::format("  refused {}: {}\n", for_terminal(each.id), for_terminal(each.message));
    failures.push_back(json::Object{{"id", each.id}, {"message", each.message}});
  }
  if (sum.pending > 0)
    told += "  what is pending the server had not looked at yet: the next push asks again\n";
  json::Object unseen;
  for (const auto& [verdict, count] : withheld.of) {
    told += fmt::format("  {} objects not shown: {}\n", count, verdict);
    unseen[verdict] = count;
  }
  if (withheld.of.contains("no_road"))
    told +=
        "  what lacks a road is given by the next push after counsel has opened it (comity "
        "alert roads)\n";
  if (!sum.failures.empty() || sum.failure > 0 || sum.pending > 0) session.exit = Exit::no;
  json::Value value = json::Object{{"url", to_text(url)},
                                   {"given", pushing.total},
                                   {"success", sum.success},
                                   {"failure", sum.failure},
                                   {"pending", sum.pending},
                                   {"failures", std::move(failures)},
                                   {"withheld", std::move(unseen)},
                                   {"warned", pushing.warned.rows},
                                   {"warned_count", pushing.warned.count}};
  session.print(value, [&] {
    return told + warned_text(value) +
           (pushing.warned.count > 0 ? "  to give them too: --again --despite-warnings\n" : "");
  });
}

Result<void> push(Session& session, const TaxiiArgs& args) {
  TRY(json::Value collection, find_collection(session, args.collection));
  TRY(Asked asked, asked_for(session, args.reader, collection));
  TRY(Remote remote, Remote::open(args.remote));
  TRY(taxii::Url url, remote.find_collection(Remote::Need::write));
  Kept kept(session, "push " + args.reader, url, asked.collection);
  TRY(json::Value held, kept.load(args.again));
  Given given = Given::from(held);
  TRY(bool open, is_road_open(session, asked));
  // What waited for the road is behind `since`; what was given meanwhile is given twice, which
  // changes nothing there.
  std::int64_t begin = open && given.since ? *given.since : given.after;
  if (begin > 0) asked.after = std::to_string(begin);
  TRY(std::size_t bytes_max, remote.envelope_max(url));
  intel::WarningLists warnings;
  if (!args.despite_warnings) {
    TRY(warnings, configured_warnings(session));
  }
  std::optional<std::int64_t> since = open ? std::nullopt : given.since;
  Pushing pushing(remote, url, kept, bytes_max, std::move(warnings), std::move(given));
  TRY(Withheld withheld,
      each_object(session, asked, [&](const json::Value& each) { return pushing.give(each); }));
  if (!since && withheld.of.contains("no_road")) since = begin;
  TRY_VOID(pushing.finish(since));
  tell_pushed(session, url, pushing, withheld);
  return {};
}

void add_remote_options(CLI::App* made, TaxiiArgs& args) {
  made->add_option("url", args.remote.url, "of its discovery, an API root or a collection")
      ->required();
  made->add_option("--remote", args.remote.collection, "its collection: id, alias or title");
  made->add_option("--user", args.remote.user, "for Basic; else COMITY_TAXII_USER");
  made->add_option("--password-file", args.remote.password_file,
                   "(mode 0600); else COMITY_TAXII_PASSWORD");
  made->add_option("--token-file", args.remote.token_file, "(mode 0600); else COMITY_TAXII_TOKEN");
  made->add_option("--ca", args.remote.ca, "CA certificates (PEM); default: the system's");
  made->add_flag("--again", args.again, "from the beginning, not from where the last one ended");
}

}  // namespace

void add_taxii_commands(CLI::App& alert, Session& session) {
  auto in = std::make_shared<TaxiiArgs>();
  CLI::App* made = alert.add_subcommand(
      "pull", "takes what is new at a TAXII server into a collection; goes on where it ended");
  add_remote_options(made, *in);
  made->add_option("--into", in->collection, "the collection here: id, alias or title")->required();
  made->add_flag("--ours", in->ours,
                 "this organisation made what is there; else only GREEN and CLEAR go on");
  made->callback([&session, in] { attempt(session, [&] { return pull(session, *in); }); });

  auto out = std::make_shared<TaxiiArgs>();
  made = alert.add_subcommand(
      "push", "gives what is new in a collection to a TAXII server; goes on where it ended");
  add_remote_options(made, *out);
  made->add_option("--from", out->collection, "the collection here: id, alias or title")
      ->required();
  made->add_option("--for", out->reader,
                   "whose server it is: own, client, or a partner; it gets no more than they see")
      ->required();
  made->add_flag("--despite-warnings", out->despite_warnings,
                 "also indicators that a warning list names");
  made->callback([&session, out] { attempt(session, [&] { return push(session, *out); }); });
}

}  // namespace comity::app
