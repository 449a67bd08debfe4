// Two live nodes under load, one of them killed again and again: no act is lost, none is applied
// twice, and both sides agree in the end. COMITY_KILLS: how often (200); COMITY_SEED: the moments.
#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

#include "act/receipt.h"
#include "kit.h"
#include "net/client.h"
#include "node/conversations.h"
#include "node/entry.h"
#include "node/overlay.h"
#include "node/rows.h"
#include "node/work.h"
#include "store/check.h"

namespace comity::e2e {
namespace {

using json::Object;
using Generator = std::mt19937_64;

constexpr std::size_t threads_each = 2;
constexpr Millis give_up_after{60'000};
constexpr Millis quiet_within{120'000};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

// What the nodes have promised, shared by all threads.
class Promises {
 public:
  struct Act {
    std::string id, conversation;
    bool opens = false;
  };
  void add(std::size_t node, Act act) {
    std::lock_guard lock(mutex_);
    if (act.opens) {
      to_acknowledge_[1 - node].push_back(act.conversation);
      to_withdraw_[node].push_back(act.conversation);
    }
    acts_[node].push_back(std::move(act));
    ++count_;
    changed_.notify_all();
  }
  // A conversation that the other side opened, or one of our own to take back; empty when there is
  // none.
  std::string next_to_acknowledge(std::size_t node) { return take(to_acknowledge_[node]); }
  std::string next_to_withdraw(std::size_t node) { return take(to_withdraw_[node]); }
  void again(std::size_t node, std::string conversation) {
    std::lock_guard lock(mutex_);
    to_acknowledge_[node].push_back(std::move(conversation));
  }
  // Waits until so many more were made, or the time is up.
  void wait_for_more(std::size_t more, Millis within) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, within, [&, goal = count_ + more] { return count_ >= goal; });
  }
  [[nodiscard]] std::size_t count() {
    std::lock_guard lock(mutex_);
    return count_;
  }
  [[nodiscard]] const std::vector<Act>& of(std::size_t node) const {
    return acts_[node];
  }  // once all threads ended

 private:
  std::string take(std::deque<std::string>& queue) {
    std::lock_guard lock(mutex_);
    if (queue.empty()) return {};
    std::string front = std::move(queue.front());
    queue.pop_front();
    return front;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Act> acts_[2];
  std::deque<std::string> to_acknowledge_[2], to_withdraw_[2];
  std::size_t count_ = 0;
};

// An officer who is never sure whether a command arrived, and gives the same one again until it is
// answered.
class Officer {
 public:
  Officer(app::Player& at, app::Player& partner, std::size_t node, Promises& promises,
          std::uint64_t seed)
      : at_(at),
        node_(node),
        promises_(promises),
        random_(seed),
        draft_(ask_draft(at, partner, "someone@provider.example", "A worm.")),
        socket_{.host = "", .port = 0, .unix_path = at.folder().admin_socket().string()} {}

  void work(const std::atomic<bool>& stop) {
    while (!stop) {
      std::uint64_t dice = random_() % 10;
      if (dice < 5)
        open_request();
      else if (dice < 9)
        acknowledge();
      else
        withdraw();
    }
  }
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  Result<json::Value> give(const std::string& envelope) {
    auto until = std::chrono::steady_clock::now() + give_up_after;
    for (;;) {
      auto answer = net::call(
          socket_, {.method = "POST", .target = "/command", .headers = {}, .body = envelope},
          give_up_after);
      if (answer && answer->status == 200) return json::parse(answer->body);
      if (answer && answer->status != 503) {
        TRY(json::Value problem, json::parse(answer->body));
        return fail(Code::invalid, text(at(problem, "code")));
      }
      if (std::chrono::steady_clock::now() > until) {
        faults_.push_back("a command was never answered");
        return fail(Code::unreachable, "no answer");
      }
      std::this_thread::sleep_for(Millis{2});
    }
  }

  void open_request() {
    auto drafted = give(at_.author().sign_command("request.draft", draft_));
    if (!drafted) return note("request.draft", drafted.error());
    auto subject = hash_from_hex(text(at(*drafted, "subject")));
    std::string approval = at_.approver().sign_approval(
        {.subject = *subject, .reason = "needed", .gives = {"poc_officer"}});
    auto approved =
        give(at_.approver().sign_command("request.approve", {{"draft", at(*drafted, "draft")},
                                                             {"approval", approval},
                                                             {"acknowledge_unconfirmed", true}}));
    if (!approved) return note("request.approve", approved.error());
    auto sent = give(at_.author().sign_command("request.send", {{"draft", at(*drafted, "draft")}}));
    if (!sent) return note("request.send", sent.error());
    keep(*sent, true);
  }

  void acknowledge() {
    std::string conversation = promises_.next_to_acknowledge(node_);
    if (conversation.empty()) return;
    auto said = say(conversation, {{"verb", "acknowledge"}});
    if (said) return keep(*said, false);
    if (said.error().what == "not_found")
      promises_.again(node_, conversation);  // it is still on its way
    else if (said.error().what != "wrong_state")
      note("acknowledge", said.error());
  }

  void withdraw() {
    std::string conversation = promises_.next_to_withdraw(node_);
    if (conversation.empty()) return;
    auto said = say(conversation, {{"verb", "withdraw"}, {"why", "no longer needed"}});
    if (said)
      keep(*said, false);
    else
      note("withdraw", said.error());
  }

  Result<json::Value> say(const std::string& conversation, Object body) {
    return give(at_.author().sign_command(
        "request.say", say_draft(text(draft_["to"]), conversation, std::move(body))));
  }
  void keep(const json::Value& answer, bool opens) {
    promises_.add(node_, {text(at(answer, "act")), text(at(answer, "conversation")), opens});
  }
  void note(const char* command, const Error& error) {
    faults_.push_back(std::string(command) + ": " + error.what);
  }

  app::Player& at_;
  std::size_t node_;
  Promises& promises_;
  Generator random_;
  Object draft_;
  net::Endpoint socket_;
  std::vector<std::string> faults_;
};

// A stopped node's store, for the reckoning.
class Books {
 public:
  explicit Books(const app::Player& player) {
    auto unlocker = app::find_unlocker({.key_file = player.key_file(), .passphrase_file = ""},
                                       app::Ask::once, "");
    if (!unlocker) throw std::runtime_error(to_text(unlocker.error()));
    auto opened = app::Node::open(player.folder(), *unlocker);
    if (!opened) throw std::runtime_error(to_text(opened.error()));
    node_ = *std::move(opened);
    view_ = std::move(*node_->store().snapshot());
    count_entries();
  }
  [[nodiscard]] node::View& view() { return *view_; }
  [[nodiscard]] app::Node& node() { return *node_; }
  [[nodiscard]] const MemberId& self() const { return node_->context().self; }
  // How often the journal has an act, by its id.
  std::map<std::string, int> in, out;
  int requests_out = 0;

  [[nodiscard]] std::optional<node::ActRow> act(const MemberId& sender, const std::string& id) {
    auto row = view_->get(node::Space::act, node::act_key(sender, *id_from_text<ActId>(id)));
    if (!row || !*row) return std::nullopt;
    return *node::act_row_from_text((*row)->value);
  }
  template <typename Each>
  void each_row(node::Space space, const Each& each) {
    std::string after;
    for (;;) {
      auto rows = view_->scan(space, "", after, 1000);
      ASSERT_TRUE(rows);
      if (rows->empty()) return;
      for (const node::KeyedRow& row : *rows) each(row);
      after = rows->back().key;
    }
  }
  [[nodiscard]] std::map<std::string, std::string> phases() {
    std::map<std::string, std::string> all;
    node::Overlay rows(*view_);
    each_row(node::Space::conversation, [&](const node::KeyedRow& row) {
      auto conversation = node::load_conversation(rows, row.key);
      ASSERT_TRUE(conversation && *conversation);
      all[row.key] = request::phase_name((*conversation)->state.phase);
    });
    return all;
  }

 private:
  void count_entries() {
    auto head = view_->head();
    ASSERT_TRUE(head);
    for (std::uint64_t position = 0; position < head->size; ++position) {
      auto record = node::load_record(*view_, position);
      ASSERT_TRUE(record) << to_text(record.error());
      auto act = record->about.find("act");
      if (act == record->about.end()) continue;
      if (record->type == node::EntryType::act_in) ++in[text(act->second)];
      if (record->type != node::EntryType::act_out) continue;
      ++out[text(act->second)];
      ++requests_out;
    }
  }
  std::unique_ptr<app::Node> node_;
  std::unique_ptr<node::View> view_;
};

// What one side promised and what it holds receipts for, against what the other side recorded.
void reckon(Books& sender, Books& receiver, const std::vector<Promises::Act>& promised) {
  EXPECT_EQ(static_cast<std::size_t>(sender.requests_out), promised.size())
      << "acts sent and acts acknowledged differ";
  for (const Promises::Act& act : promised) {
    EXPECT_EQ(sender.out[act.id], 1) << act.id;
    EXPECT_EQ(receiver.in[act.id], 1)
        << act.id << " was acknowledged to the officer and is not there once";
    auto ours = sender.act(sender.self(), act.id), theirs = receiver.act(sender.self(), act.id);
    ASSERT_TRUE(ours && theirs) << act.id;
    EXPECT_EQ(ours->hash, theirs->hash) << act.id;
    if (act.opens) EXPECT_EQ(theirs->code, "") << act.id;
    ASSERT_TRUE(ours->receipt) << act.id << " has no receipt, and stands as " << ours->standing;
    auto record = node::load_record(sender.view(), *ours->receipt);
    ASSERT_TRUE(record);
    auto envelope = act::parse_envelope(record->bytes);
    ASSERT_TRUE(envelope && act::verify(*envelope));
    auto receipt = act::parse_receipt(envelope->payload);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->position, theirs->position) << act.id;
    EXPECT_EQ(receipt->act_hash, theirs->hash) << act.id;
    EXPECT_EQ(receipt->code, theirs->code) << act.id;
  }
  for (const auto& [id, times] : receiver.in)
    EXPECT_EQ(sender.out[id], 1) << id << " was never sent";
  sender.each_row(node::Space::outbox,
                  [](const node::KeyedRow& row) { ADD_FAILURE() << "still queued: " << row.key; });
}

bool drained(app::Player& player) {
  auto outbox = player.get("/outbox");
  return outbox && outbox->as_array() && outbox->as_array()->empty();
}

void kill_again_and_again(const std::unique_ptr<app::Player> (&nodes)[2], Promises& promises,
                          std::uint64_t kills, Generator& random) {
  auto began = std::chrono::steady_clock::now();
  for (std::uint64_t kill = 1; kill <= kills; ++kill) {
    // At a random point of the work: after some promises, and a little later, in the midst of the
    // next ones.
    promises.wait_for_more(random() % 24, Millis{2'000});
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 8'000));
    app::Player& victim = *nodes[random() % 2];
    victim.stop(SIGKILL);
    auto up = victim.start();
    ASSERT_TRUE(up) << "kill " << kill << ": " << to_text(up.error());
    if (kill % 20 == 0)
      std::cout << fmt::format("{} of {} kills, {} acts acknowledged, {} s\n", kill, kills,
                               promises.count(),
                               std::chrono::duration_cast<std::chrono::seconds>(
                                   std::chrono::steady_clock::now() - began)
                                   .count())
                << std::flush;
  }
}

TEST(Kill, no_acknowledged_act_is_lost_or_applied_twice) {
  std::uint64_t kills = number_from("COMITY_KILLS", 200),
                seed = number_from("COMITY_SEED", std::random_device{}());
  std::cout << fmt::format("COMITY_KILLS={} COMITY_SEED={}\n", kills, seed) << std::flush;
  Generator random(seed);
  Stage stage;
  std::unique_ptr<app::Player> nodes[2] = {cast(stage, "us-poc", "US"),
                                           cast(stage, "ph-poc", "PH")};
  ASSERT_TRUE(nodes[0] && nodes[1]);
  MUST_VOID(app::pair(*nodes[0], *nodes[1]));

  Promises promises;
  std::atomic<bool> stop = false;
  std::deque<Officer> officers;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 2 * threads_each; ++i)
    officers.emplace_back(*nodes[i % 2], *nodes[1 - i % 2], i % 2, promises, random());
  for (Officer& officer : officers) threads.emplace_back([&] { officer.work(stop); });
  kill_again_and_again(nodes, promises, kills, random);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  for (const Officer& officer : officers)
    for (const std::string& fault : officer.faults()) ADD_FAILURE() << fault;
  EXPECT_GE(promises.count(), kills) << "there was hardly any load";

  auto until = std::chrono::steady_clock::now() + quiet_within;
  bool quiet = false;
  while (!quiet && std::chrono::steady_clock::now() < until) {
    quiet = drained(*nodes[0]) && drained(*nodes[1]);
    if (!quiet) std::this_thread::sleep_for(Millis{50});
  }
  EXPECT_TRUE(quiet) << "an outbox does not drain";
  for (auto& node : nodes) EXPECT_EQ(node->stop(SIGTERM), 0) << "serve ends in order";

  Books us(*nodes[0]), ph(*nodes[1]);
  reckon(us, ph, promises.of(0));
  reckon(ph, us, promises.of(1));
  EXPECT_EQ(us.phases(), ph.phases());
  for (Books* books : {&us, &ph}) {
    MUST(store::Report report, store::check_store(books->node().store()));
    EXPECT_TRUE(report.sound()) << report.problems.front();
  }
  std::cout << fmt::format("{} acts acknowledged, each there once\n", promises.count());
}

}  // namespace
}  // namespace comity::e2e
