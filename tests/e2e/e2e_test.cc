// The real binary as people meet it: the tour of the README, what it refuses, and how it survives.
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>

#include "app/corpus.h"
#include "kit.h"
#include "member/card.h"
#include "net/client.h"
#include "node/ports.h"
#include "store/sqlite.h"
#include "store/tables.h"

namespace comity::e2e {
namespace {

namespace fs = std::filesystem;
using json::Object;

// --- the demo and the law
// ------------------------------------------------------------------------------------------

TEST(Demo, every_step_holds) {
  Stage stage;
  Ran ran = comity({"demo", "--json", "--keep", stage.file("kept")});
  ASSERT_EQ(ran.exit, 0) << ran;
  json::Value told = ran.value();
  EXPECT_EQ(at(told, "held"), json::Value(true));
  ASSERT_TRUE(at(told, "steps").as_array());
  EXPECT_GE(at(told, "steps").as_array()->size(), 20u);
  std::map<std::string, std::size_t> steps;
  for (const json::Value& step : *at(told, "steps").as_array()) {
    EXPECT_EQ(at(step, "held"), json::Value(true)) << text(at(step, "step"));
    ++steps[text(at(step, "chapter")).substr(0, 12)];
  }
  EXPECT_EQ(steps["The outbreak"], 6u);
  EXPECT_TRUE(fs::exists(stage.path() / "kept" / "outbreak.svg"));
  for (const char* node : {"us-poc", "ph-poc", "ph-provider"})
    EXPECT_TRUE(fs::exists(stage.path() / "kept" / node / "comity.db")) << node;
  EXPECT_EQ(comity({"demo", "--keep", stage.file("kept")}).exit, 3)
      << "a folder in use is not overwritten";
}

Ran love_bug(const std::vector<std::string>& more) {
  std::vector<std::string> args{
      "--json",    "law",         "routes",    "--from",           "US", "--to", "PH",
      "--measure", "extradition", "--offence", "data_interference"};
  args.insert(args.end(), more.begin(), more.end());
  return comity(args);
}

// Every reason of that code carries where it can be read.
bool blocked_with_cite(const json::Value& decision, std::string_view code) {
  bool found = false;
  for (const json::Value& route : *at(decision, "routes").as_array())
    for (const json::Value& reason : *at(route, "reasons").as_array()) {
      if (at(reason, "code") != json::Value(code)) continue;
      if (text(at(reason, "cite")).empty()) return false;
      found = true;
    }
  return found;
}

TEST(Law, extradition_for_the_love_bug_was_blocked_in_2000_and_is_open_today) {
  Ran then = love_bug({"--on", "2000-05-04"});
  EXPECT_EQ(then.exit, 1) << then;
  EXPECT_EQ(text(at(then.value(), "decision")), "blocked");
  EXPECT_TRUE(blocked_with_cite(then.value(), "dual_criminality_absent")) << then;

  Ran now = love_bug({});
  EXPECT_EQ(now.exit, 0) << now;
  std::string decision = text(at(now.value(), "decision"));
  EXPECT_TRUE(decision == "open" || decision == "needs") << decision;

  std::string today = to_text(date_of(app::SystemClock().now()));
  Ran old_conduct = love_bug({"--on", today, "--conduct", "2000-05-04"});
  EXPECT_EQ(old_conduct.exit, 1) << old_conduct;
  EXPECT_EQ(text(at(old_conduct.value(), "decision")), "blocked");
  EXPECT_TRUE(blocked_with_cite(old_conduct.value(), "dual_criminality_absent"));
}

TEST(Law, the_corpus_that_is_built_in_is_sound_and_passes_its_cases) {
  Ran checked = comity({"--json", "law", "check"});
  EXPECT_EQ(checked.exit, 0) << checked;
  EXPECT_EQ(at(checked.value(), "problems"), json::Value(json::Array{}));
  Ran cases = comity({"--json", "law", "cases"});
  EXPECT_EQ(cases.exit, 0) << cases;
  EXPECT_EQ(at(cases.value(), "failed"), json::Value(0));
  EXPECT_EQ(comity({"law", "show", "ets185-29"}).exit, 0);
  Ran near = comity({"law", "show", "preservatoin"});
  EXPECT_EQ(near.exit, 2) << near;
  EXPECT_TRUE(near.err.contains("did you mean preservation")) << near;
}

TEST(Law, an_officer_is_asked_and_answered_in_french) {
  Ran ran = comity({"law", "routes", "--from", "FR", "--to", "US", "--measure", "spontaneous_info",
                    "--offence", "data_interference", "--ask", "--language", "fr"},
                   "polise\npolice\noui\n");
  EXPECT_EQ(ran.exit, 0) << ran;
  EXPECT_TRUE(ran.err.contains("vouliez-vous dire police ?")) << ran;
  EXPECT_TRUE(ran.err.contains("[oui ou non]")) << ran;
  EXPECT_TRUE(ran.out.starts_with("En français, sauf ce qui vient des fichiers du droit")) << ran;
  EXPECT_TRUE(ran.out.contains("Réponse : ouverte.")) << ran;
}

TEST(ExitCodes, say_done_no_misuse_and_failure_apart) {
  Stage stage;
  struct Case {
    const char* why;
    std::vector<std::string> args;
    int exit;
  };
  const Case cases[] = {
      {"help is an answer", {"--help"}, 0},
      {"no command", {}, 2},
      {"unknown command", {"telepathy"}, 2},
      {"unknown option", {"law", "check", "--quickly"}, 2},
      {"a required option is missing", {"law", "routes", "--from", "US"}, 2},
      {"a verdict outside the two", {"member", "confirm", "ph", "perhaps"}, 2},
      {"the answer is no",
       {"law", "routes", "--from", "US", "--to", "PH", "--measure", "extradition", "--offence",
        "data_interference", "--on", "2000-05-04"},
       1},
      {"a jurisdiction that is none",
       {"law", "routes", "--from", "XX", "--to", "PH", "--measure", "extradition", "--offence",
        "data_interference"},
       2},
      {"a country by its name", {"law", "gaps", "--from", "France"}, 2},
      {"a measure that is none", {"law", "map", "--measure", "preservatoin"}, 2},
      {"a fact that is none",
       {"law", "gaps", "--from", "FR", "--fact", "follow_up_intendet=yes"},
       2},
      {"a day that is none",
       {"law", "routes", "--from", "US", "--to", "PH", "--measure", "extradition", "--offence",
        "data_interference", "--on", "2000-02-30"},
       2},
      {"the history since a day that is none",
       {"law", "history", "--from", "US", "--to", "PH", "--measure", "mla", "--since", "2000"},
       2},
      {"an unknown provision", {"law", "show", "ets185-999"}, 2},
      {"a jurisdiction in small letters", {"law", "show", "ph"}, 0},
      {"no node lives there", {"--dir", stage.file("none"), "status"}, 3},
      {"a proof that is not there", {"ledger", "verify", "/none", "/none", "--policy", "/none"}, 3},
  };
  for (const Case& each : cases) {
    Ran ran = comity(each.args);
    EXPECT_EQ(ran.exit, each.exit) << each.why << "\n" << ran;
    if (each.exit == 3) EXPECT_TRUE(ran.err.contains("code:")) << each.why << "\n" << ran;
  }
}

// --- keys
// ----------------------------------------------------------------------------------------------------------

// A member made at the shell, with officers Ann (admin, author) and Ben (approver).
class Organisation {
 public:
  Organisation(const Stage& stage, const std::string& id, const std::string& jurisdiction,
               const char* option = "--key-file")
      : shell{.folder = stage.path() / id, .unlock = {option, stage.file(id + ".secret")}} {
    write(stage.path() / (id + ".secret"),
          option == std::string("--key-file") ? std::string(32, id[0]) : "correct horse\n");
    auto port = app::free_port();
    EXPECT_TRUE(port);
    Ran made = shell({"init", "--name", "Contact point " + id + " (invented)", "--jurisdiction",
                      jurisdiction, "--role", "poc", "--listen", fmt::format("127.0.0.1:{}", *port),
                      "--callback", "+1 555 0100", "--language", "en", "--mandate",
                      "preservation=Convention on Cybercrime, Art. 35 (invented)"});
    EXPECT_EQ(made.exit, 0) << made;
    EXPECT_EQ(text(at(made.value(), "member")).size(), 64u) << made;
  }
  void hire() const {
    Ran ann = shell({"user", "add", "ann", "--roles", "admin,author"});
    EXPECT_EQ(ann.exit, 0) << ann;
    Ran ben = as("ann", {"user", "add", "ben", "--roles", "approver", "--gives", "poc_officer"});
    EXPECT_EQ(ben.exit, 0) << ben;
  }
  [[nodiscard]] Ran as(const std::string& officer, std::vector<std::string> args) const {
    args.insert(args.begin(), {"--as", officer});
    return shell(args);
  }

  Shell shell;
};

TEST(Keys, a_passphrase_protects_them_and_nobody_else_may_read_the_files) {
  Stage stage;
  Organisation us(stage, "us", "US", "--passphrase-file");
  Ran added = us.shell({"user", "add", "ann", "--roles", "admin,author"});
  ASSERT_EQ(added.exit, 0) << added;
  for (const char* key :
       {"keys/node.key", "keys/root.key", "keys/next-root.key", "officers/ann.key"}) {
    struct stat about{};
    ASSERT_EQ(::stat((us.shell.folder / key).c_str(), &about), 0) << key;
    EXPECT_EQ(about.st_mode & 0777, 0600u) << key;
    EXPECT_FALSE(read(us.shell.folder / key).contains("PRIVATE KEY")) << key;
  }
  struct stat folder{};
  ASSERT_EQ(::stat(us.shell.folder.c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 0777, 0700u);

  write(stage.path() / "wrong", "incorrect horse\n");
  Shell wrong{.folder = us.shell.folder, .unlock = {"--passphrase-file", stage.file("wrong")}};
  Ran refused = wrong({"status"});
  EXPECT_NE(refused.exit, 0) << refused;
  EXPECT_EQ(text(at(at(refused.value(), "error"), "code")), "not_allowed") << refused;

  write(stage.path() / "wrong", "correct horse\n", 0644);
  Ran open_file = wrong({"status"});
  EXPECT_NE(open_file.exit, 0) << "a passphrase file that others may read: " << open_file;
  EXPECT_EQ(at(open_file.value(), "error").as_object() == nullptr, false) << open_file;
  EXPECT_EQ(us.shell({"status"}).exit, 0);

  Ran again = us.shell({"init", "--name", "Second", "--jurisdiction", "US", "--role", "poc"});
  EXPECT_EQ(again.exit, 3) << again;
  EXPECT_EQ(text(at(at(again.value(), "error"), "code")), "exists");
}

TEST(Keys, the_nodes_and_the_officers_may_be_unlocked_by_different_secrets) {
  Stage stage;
  Organisation us(stage, "us", "US");
  write(stage.path() / "ann.secret", "correct horse battery\n");
  Ran added = us.shell({"user", "add", "ann", "--roles", "admin,author", "--new-passphrase-file",
                        stage.file("ann.secret")});
  ASSERT_EQ(added.exit, 0) << added;
  EXPECT_NE(us.as("ann", {"member", "rotate"}).exit, 0) << "the node's key file opens Ann's key";
  for (int round = 0; round < 2; ++round) {  // before serve, and with the new key
    Ran rotated =
        us.as("ann", {"--officer-passphrase-file", stage.file("ann.secret"), "member", "rotate"});
    EXPECT_EQ(rotated.exit, 0) << rotated;
  }
  Ran swapped = us.as("ann", {"--officer-key-file", stage.file("us.secret"), "member", "rotate"});
  EXPECT_NE(swapped.exit, 0) << swapped;
}

TEST(Keys, a_key_file_that_others_may_read_is_refused) {
  Stage stage;
  Organisation us(stage, "us", "US");
  us.hire();
  for (const fs::path& key : {us.shell.folder / "keys" / "node.key", stage.path() / "us.secret"}) {
    ::chmod(key.c_str(), 0644);
    Ran refused = us.shell({"status"});
    EXPECT_NE(refused.exit, 0) << key;
    EXPECT_TRUE(refused.out.contains("chmod 600") || refused.out.contains("0600"))
        << "no remedy: " << refused;
    ::chmod(key.c_str(), 0600);
    EXPECT_EQ(us.shell({"status"}).exit, 0);
  }
  write(stage.path() / "us.secret", "too short");
  EXPECT_EQ(us.shell({"status"}).exit, 3);
}

// --- the tour
// ------------------------------------------------------------------------------------------------------

const char* const filled_form = R"toml(reference = "TOUR-1"
requested_authority = "Contact point ph (invented)"
offence = { code = "data_interference", statute = "18 USC 1030", penalty = "imprisonment" }
facts_summary = "A worm overwrites files."
relationship_to_offence = "the account from which it was sent"
necessity = "logs are kept for days only"
intent_to_request_mla = true
domestic_legal_basis = "18 USC 1030(a)(5)(A)"
urgency = { level = "urgent", why = "it is spreading" }
confidentiality = { requested = true, why = "covert" }
language = "en"
[requesting_authority]
name = "Contact point us (invented)"
country = "US"
kind = "poc_24_7"
office_hours = "24/7"
time_zone = "America/New_York"
contact = "Comity"
[callback]
name = "duty officer"
telephone = "+1 555 0100"
languages = ["en"]
[custodian]
name = "Provider (invented)"
location = "Manila"
country = "PH"
[[targets]]
id = "t1"
identifier_type = "email_address"
identifier = "someone@provider.example"
service = "mail"
categories = ["subscriber", "traffic"]
period = { from = 2026-01-01T00:00:00Z, to = 2026-01-02T00:00:00Z }
)toml";

class Tour : public ::testing::Test {
 protected:
  // Pairs us and ph at their shells, words compared, mandates checked.
  void pair() {
    us.hire();
    ph.hire();
    us_serves = std::make_unique<Serving>(us.shell);
    ph_serves = std::make_unique<Serving>(ph.shell);
    Ran invited = us.as("ann", {"member", "invite", "ph"});
    ASSERT_EQ(invited.exit, 0) << invited;
    Ran accepted = ph.as("ann", {"member", "accept", "us", text(at(invited.value(), "text"))});
    ASSERT_EQ(accepted.exit, 0) << accepted;
    std::string ours, theirs;
    ASSERT_TRUE(eventually([&] {
      ours = text(at(us.shell({"member", "words", "ph"}).value(), "words"));
      theirs = text(at(ph.shell({"member", "words", "us"}).value(), "words"));
      return ours != "null" && theirs != "null";
    }));
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(us.as("ben", {"member", "confirm", "ph", "match"}).exit, 1)
        << "an approver pairs nobody";
    ASSERT_EQ(us.as("ann", {"member", "confirm", "ph", "match"}).exit, 0);
    ASSERT_EQ(ph.as("ann", {"member", "confirm", "us", "match"}).exit, 0);
    std::string today = to_text(date_of(app::SystemClock().now()));
    for (auto [who, whom] : {std::pair{&us, "ph"}, std::pair{&ph, "us"}}) {
      ASSERT_TRUE(eventually([&] {
        return text(at(at(who->shell({"member", "list"}).value(), "members"), 0))
            .contains("\"paired\"");
      })) << whom;
      Ran checked =
          who->as("ann", {"member", "check", whom, "--measure", "preservation", "--method",
                          "call_back", "--date", today, "--note", "invented"});
      ASSERT_EQ(checked.exit, 0) << checked;
    }
  }

  Stage stage;
  Organisation us{stage, "us", "US"}, ph{stage, "ph", "PH"};
  std::unique_ptr<Serving> us_serves, ph_serves;
};

// One byte of each file is flipped in turn; none goes unnoticed.
void flip_and_verify(const fs::path& base) {
  std::vector<fs::path> files{base, base, base};
  files[0] += ".tlog-proof";
  files[1] += ".comity-record";
  files[2] += ".policy";
  auto verify = [&] {
    return comity({"--json", "ledger", "verify", files[0].string(), files[1].string(), "--policy",
                   files[2].string()});
  };
  Ran sound = verify();
  ASSERT_EQ(sound.exit, 0) << sound;
  EXPECT_EQ(at(sound.value(), "verified"), json::Value(true));
  EXPECT_FALSE(at(sound.value(), "cosigners").as_array()->empty()) << "no partner has cosigned";
  for (const fs::path& file : files) {
    std::string whole = read(file);
    for (std::size_t part = 1; part < 8; ++part) {
      std::string forged = whole;
      forged[whole.size() * part / 8] ^= 1;
      write(file, forged);
      Ran caught = verify();
      EXPECT_EQ(caught.exit, 1) << file << " at " << whole.size() * part / 8 << "\n" << caught;
      EXPECT_FALSE(text(at(at(caught.value(), "error"), "code")).empty()) << caught;
    }
    write(file, whole);
  }
  EXPECT_EQ(verify().exit, 0);
}

TEST_F(Tour, from_two_empty_folders_to_a_proof_that_needs_no_node) {
  pair();
  ASSERT_TRUE(us.shell({"request", "form"}).out.contains("facts_summary"));
  write(stage.path() / "ask.toml", filled_form);
  Ran drafted = us.as("ann", {"request", "new", "ph", "--provision", "ets185-29", "--file",
                              stage.file("ask.toml")});
  ASSERT_EQ(drafted.exit, 0) << drafted;
  std::string draft = text(at(drafted.value(), "draft"));

  Ran unapproved = us.as("ann", {"request", "send", draft});
  EXPECT_EQ(unapproved.exit, 1) << "nobody approved: " << unapproved;
  EXPECT_EQ(text(at(at(unapproved.value(), "error"), "code")), "not_approved");
  Ran alone = us.as("ann", {"request", "approve", draft, "--reason", "my own"});
  EXPECT_EQ(alone.exit, 1) << "the author approves: " << alone;

  Ran approved = us.as(
      "ben", {"request", "approve", draft, "--reason", "needed", "--acknowledge-unconfirmed"});
  ASSERT_EQ(approved.exit, 0) << approved;
  Ran sent = us.as("ann", {"request", "send", draft});
  ASSERT_EQ(sent.exit, 0) << sent;
  std::string id = text(at(sent.value(), "conversation"));
  ASSERT_TRUE(eventually([&] { return ph.shell({"request", "show", id}).exit == 0; }));
  Ran form = ph.shell({"request", "form", id});
  EXPECT_TRUE(form.out.contains("someone@provider.example")) << form;
  ASSERT_EQ(ph.as("ann", {"request", "acknowledge", id}).exit, 0);
  ASSERT_TRUE(eventually(
      [&] { return in_phase("acknowledged")(us.shell({"request", "show", id}).value()); }));
  Ran listed = us.shell({"request", "list"});
  EXPECT_EQ(text(at(at(at(listed.value(), "conversations"), 0), "conversation")), id) << listed;
  Ran refused = us.as("ann", {"request", "acknowledge", id});
  EXPECT_EQ(refused.exit, 3) << "who asked cannot acknowledge: " << refused;
  EXPECT_EQ(text(at(at(refused.value(), "error"), "code")), "wrong_state");

  fs::create_directory(stage.path() / "proofs");
  auto proven = [&](const std::string& name, std::vector<std::string> what) {
    std::vector<std::string> command{"ledger", "prove", "--out", stage.file("proofs")};
    command.insert(command.end(), what.begin(), what.end());
    return eventually([&] {
      return us.shell(command).exit == 0 &&
             read(stage.path() / "proofs" / (name + ".tlog-proof")).contains("/witness ");
    });
  };
  ASSERT_TRUE(proven(id, {id}));
  ASSERT_TRUE(proven(id + ".receipt", {id, "--receipt"}));
  ASSERT_TRUE(proven("entry-0", {"--position", "0"}));
  EXPECT_EQ(us.shell({"ledger", "prove"}).exit, 2) << "neither an act nor a position";
  us_serves.reset();
  ph_serves.reset();
  flip_and_verify(stage.path() / "proofs" / id);
  auto said = [&](const std::string& name) {
    std::string base = (stage.path() / "proofs" / name).string();
    return at(comity({"--json", "ledger", "verify", base + ".tlog-proof", base + ".comity-record",
                      "--policy", base + ".policy"})
                  .value(),
              "record");
  };
  json::Value ours = at(said(id), "signed"), theirs = at(said(id + ".receipt"), "signed");
  EXPECT_EQ(text(at(ours, "kind")), "request");
  EXPECT_EQ(text(at(theirs, "what")), "receipt");
  EXPECT_EQ(text(at(theirs, "outcome")), "delivery");
  EXPECT_EQ(text(at(theirs, "from")), text(at(ours, "to"))) << "signed by the other side";
  EXPECT_EQ(text(at(said("entry-0"), "entry")), "genesis");
}

TEST_F(Tour, a_second_officer_confirms_the_third_who_overrides_only_what_may_be) {
  pair();
  Ran added = us.as("ann", {"user", "add", "eve", "--roles", "counsel"});
  ASSERT_EQ(added.exit, 0) << added;
  std::string change = text(at(added.value(), "change"));
  Ran waiting = us.shell({"user", "pending"});
  EXPECT_EQ(text(at(at(waiting.value(), 0), "change")), change) << waiting;
  EXPECT_EQ(us.as("ann", {"user", "confirm", change}).exit, 1) << "who proposes confirms";
  EXPECT_EQ(us.as("eve", {"user", "confirm", change}).exit, 3) << "the newcomer works here already";
  Ran confirmed = us.as("ben", {"user", "confirm", change});
  ASSERT_EQ(confirmed.exit, 0) << confirmed;
  EXPECT_EQ(us.as("ben", {"user", "reject", change}).exit, 3) << "it waits no more";
  Ran changed = us.as(
      "ann", {"user", "change", text(at(confirmed.value(), "officer")), "--gives", "supervisor"});
  EXPECT_EQ(at(changed.value(), "waits"), json::Value(true)) << changed;

  write(stage.path() / "ask.toml", filled_form);
  Ran drafted = us.as(
      "ann", {"request", "new", "ph", "--provision", "uncc-42", "--file", stage.file("ask.toml")});
  ASSERT_EQ(drafted.exit, 0) << drafted;
  EXPECT_EQ(at(drafted.value(), "may_override"), json::Value(false)) << drafted;
  std::string draft = text(at(drafted.value(), "draft"));
  Ran refused = us.as("eve", {"request", "override", draft, "--reason", "it should bind"});
  EXPECT_EQ(refused.exit, 1) << refused;
  EXPECT_EQ(text(at(at(refused.value(), "error"), "code")), "no_permit");

  write(stage.path() / "order.txt", "an order, invented");
  Ran seen = us.as("eve", {"request", "approve", draft, "--reason", "seen", "--instrument",
                           "judge=" + stage.file("order.txt"), "--authority", "Court (invented)",
                           "--dated", "2026-11-20", "--acknowledge-unconfirmed"});
  ASSERT_EQ(seen.exit, 0) << seen;
  json::Value approved = at(at(us.shell({"request", "show", draft}).value(), "approved"), 0);
  EXPECT_EQ(text(at(approved, "as")), "counsel");
  EXPECT_EQ(text(at(at(at(approved, "instruments"), 0), "approval")), "judge");
  Ran alone = us.as("ann", {"request", "send", draft, "--alone", "urgent"});
  EXPECT_EQ(alone.exit, 1) << alone;
  EXPECT_EQ(
      us.as("ben", {"request", "review", draft, "--verdict", "confirmed", "--reason", "x"}).exit, 3)
      << "no review is owed";
}

TEST_F(Tour, a_folder_has_one_node_and_a_stopped_store_is_checked_and_rebuilt) {
  us.hire();
  us_serves = std::make_unique<Serving>(us.shell);
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"serve"}, {"store", "check"}, {"store", "rebuild"}}) {
    Ran second = us.shell(args);
    EXPECT_EQ(second.exit, 3) << args.back() << "\n" << second;
    EXPECT_EQ(text(at(at(second.value(), "error"), "code")), "busy") << second;
  }
  us_serves.reset();
  Ran checked = us.shell({"store", "check"});
  EXPECT_EQ(checked.exit, 0) << checked;
  EXPECT_EQ(at(checked.value(), "sound"), json::Value(true));
  EXPECT_EQ(us.shell({"ledger", "fsck"}).exit, 0);

  // To look at a stopped node changes nothing.
  Ran status = us.shell({"status"});
  ASSERT_EQ(status.exit, 0) << status;
  std::string database = read(us.shell.folder / "comity.db");
  for (const std::vector<std::string>& args : {std::vector<std::string>{"status"},
                                               {"user", "list"},
                                               {"request", "list"},
                                               {"member", "list"},
                                               {"store", "check"},
                                               {"ledger", "fsck"},
                                               {"ledger", "checkpoint"}})
    EXPECT_EQ(us.shell(args).exit, 0) << args.front() << " " << args.back();
  EXPECT_EQ(read(us.shell.folder / "comity.db"), database);
  EXPECT_EQ(at(us.shell({"status"}).value(), "ledger_size"), at(status.value(), "ledger_size"));

  // A view that the journal does not make is named, and a rebuild mends it.
  {
    auto file = store::Connection::open(
        {.path = (us.shell.folder / "comity.db").string(), .access = store::Access::write});
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->run("UPDATE row SET value = '7' WHERE space = 0 AND key = 'epoch'"));
  }
  Ran differs = us.shell({"store", "check"});
  EXPECT_EQ(differs.exit, 1) << differs;
  EXPECT_TRUE(differs.out.contains("row self/epoch")) << differs;
  EXPECT_EQ(us.shell({"store", "rebuild"}).exit, 0);
  EXPECT_EQ(us.shell({"store", "check"}).exit, 0);
}

// --- what a store survives
// -----------------------------------------------------------------------------------------

// Every row that a rebuild makes anew.
std::string rows_of(const app::Player& player) {
  auto unlocker = app::find_unlocker({.key_file = player.key_file(), .passphrase_file = ""},
                                     app::Ask::once, "");
  EXPECT_TRUE(unlocker);
  auto node = app::Node::open(player.folder(), *unlocker);
  EXPECT_TRUE(node) << to_text(node.error());
  auto view = (*node)->store().snapshot();
  std::string all;
  for (std::uint8_t space = 0; space < node::space_count; ++space) {
    if (!node::is_rebuilt(static_cast<node::Space>(space))) continue;
    auto rows = (*view)->scan(static_cast<node::Space>(space), "", "", 10'000);
    EXPECT_TRUE(rows);
    for (const node::KeyedRow& row : *rows) {
      if (row.key == "started" || row.key == "began") continue;  // this very look is a start
      all += fmt::format("{} {} {}\n", node::space_name(static_cast<node::Space>(space)), row.key,
                         row.row.value);
    }
  }
  return all;
}

net::Response get(const std::string& endpoint, const std::string& target) {
  auto where = net::endpoint_from_text(endpoint);
  auto answer =
      net::call(*where, {.method = "GET", .target = target, .headers = {}, .body = {}}, patience);
  EXPECT_TRUE(answer) << to_text(answer.error());
  return answer ? *answer : net::Response{.status = 599, .headers = {}, .body = {}};
}

class Pair : public ::testing::Test {
 protected:
  void SetUp() override {
    auto port = app::free_port();
    ASSERT_TRUE(port);
    metrics = fmt::format("127.0.0.1:{}", *port);
    us = cast(stage, "us-poc", "US", metrics);
    ph = cast(stage, "ph-poc", "PH");
    ASSERT_TRUE(us && ph);
    auto words = app::pair(*us, *ph);
    ASSERT_TRUE(words) << to_text(words.error());
  }
  // Every act of `who` has its receipt.
  static bool drained(app::Player& who) {
    auto outbox = who.get("/outbox");
    return outbox && outbox->as_array() && outbox->as_array()->empty();
  }
  static std::string halted(app::Player& who) {
    auto status = who.get("/status");
    return status ? text(at(at(*status, "halted"), "kind")) : "unreachable";
  }

  Stage stage;
  std::string metrics;
  std::unique_ptr<app::Player> us, ph;
};

TEST_F(Pair, a_rebuild_yields_the_same_rows) {
  MUST(std::string id, ask(*us, *ph));
  MUST(std::string us_at_ph, ph->member_id("us-poc"));
  MUST_VOID(ph->command("request.say", say_draft(us_at_ph, id, {{"verb", "acknowledge"}})));
  MUST_VOID(us->wait("/conversation?id=" + id, in_phase("acknowledged")));
  for (app::Player* player : {us.get(), ph.get()}) {
    player->stop(SIGTERM);
    std::string before = rows_of(*player);
    EXPECT_TRUE(before.contains("conversation " + id));
    Shell shell = shell_of(*player);
    Ran rebuilt = shell({"store", "rebuild"});
    ASSERT_EQ(rebuilt.exit, 0) << rebuilt;
    EXPECT_EQ(rows_of(*player), before) << player->casting().id;
    Ran checked = shell({"store", "check"});
    EXPECT_EQ(checked.exit, 0) << checked;
  }
}

// The bytes of every file of a store.
std::string files_of(const app::Player& player) {
  std::string raw;
  for (const auto& file : fs::directory_iterator(player.folder().root()))
    if (file.path().filename().string().starts_with("comity.db")) raw += read(file.path());
  return raw;
}

// What lies on disk of a conversation's records, each sealed record and each wrapped key, in pieces
// of at most 32 bytes: a long one is spread over pages.
std::vector<std::string> sealed_of(const app::Player& player, const std::string& conversation) {
  auto file = store::Connection::open(
      {.path = player.folder().store().string(), .access = store::Access::read});
  EXPECT_TRUE(file);
  std::vector<std::string> bytes;
  auto scanned = store::scan_entries(**file, 0, [&](const store::EntryRow& entry) {
    if (entry.conversation == conversation)
      for (const auto& each : {entry.sealed, entry.wrapped})
        for (std::size_t from = 0; each && from < each->size(); from += 32)
          bytes.emplace_back(as_text(*each).substr(from, 32));
    return true;
  });
  EXPECT_TRUE(scanned);
  return bytes;
}

TEST_F(Pair, what_two_officers_erase_is_in_no_file_any_more_and_the_ledger_still_holds) {
  MUST(json::Value sent,
       us->draft_approve_send(ask_draft(*us, *ph, "gone@provider.example", "A worm."), "needed"));
  std::string id = text(at(sent, "conversation"));
  std::string subject = text(at(at(sent, "permit"), "subject"));
  MUST_VOID(ph->wait("/conversation?id=" + id, in_phase("asked")));
  MUST(std::string kept, ask(*us, *ph));
  Shell shell = shell_of(*us);
  Ran open = shell({"--as", "author", "request", "erase", id, "--reason", "too early"});
  EXPECT_EQ(text(at(at(open.value(), "error"), "code")), "wrong_state") << open;
  MUST(std::string them, us->member_id("ph-poc"));
  MUST_VOID(
      us->command("request.say", say_draft(them, id, {{"verb", "withdraw"}, {"why", "over"}})));
  MUST_VOID(ph->wait("/conversation?id=" + id, in_phase("withdrawn")));
  ASSERT_TRUE(eventually([&] { return drained(*us); }));

  MUST(json::Value whole, us->get("/conversation?id=" + id));
  const json::Value& first = at(at(whole, "acts"), 0);
  std::vector<std::string> bytes = sealed_of(*us, id);
  std::string before = files_of(*us);
  auto there = [&](const std::string& files) {
    return std::ranges::count_if(bytes, [&](const std::string& piece) {
      return piece.size() == 32 && files.contains(piece);
    });
  };
  ASSERT_GT(bytes.size(), 200u) << "two acts and two receipts, each a record and its key";
  EXPECT_GT(there(before), static_cast<std::ptrdiff_t>(bytes.size() * 8 / 10));
  EXPECT_TRUE(before.contains(subject)) << "a hash of the content keys its approvals";

  Ran early =
      shell({"--as", "approver", "request", "erase", id, "--confirm", "--reason", "nobody asked"});
  EXPECT_EQ(text(at(at(early.value(), "error"), "code")), "not_found") << early;
  Ran asked = shell({"--as", "author", "request", "erase", id, "--reason", "retention ended"});
  ASSERT_EQ(asked.exit, 0) << asked;
  Ran alone = shell({"--as", "author", "request", "erase", id, "--confirm", "--reason", "my own"});
  EXPECT_EQ(alone.exit, 1) << alone;
  Ran erased = shell({"--as", "approver", "request", "erase", id, "--confirm", "--reason", "yes"});
  ASSERT_EQ(erased.exit, 0) << erased;

  Ran proof = shell({"ledger", "prove", text(at(first, "act")), "--out", stage.file("")});
  EXPECT_EQ(text(at(at(proof.value(), "error"), "code")), "not_found") << proof;
  EXPECT_TRUE(proof.out.contains("erased by entry " + text(at(erased.value(), "position"))))
      << proof;
  MUST(json::Value left, us->get("/conversation?id=" + id));
  EXPECT_EQ(text(at(left, "phase")), "withdrawn");
  EXPECT_TRUE(at(left, "acts").is_null());
  EXPECT_EQ(shell({"request", "list"}).exit, 0);

  us->stop(SIGTERM);
  std::string after = files_of(*us);
  EXPECT_EQ(there(after), 0);
  EXPECT_FALSE(after.contains(subject));
  std::string rows = rows_of(*us);
  Ran rebuilt = shell({"store", "rebuild"});
  ASSERT_EQ(rebuilt.exit, 0) << rebuilt;
  EXPECT_EQ(rows_of(*us), rows);
  Ran checked = shell({"store", "check"});
  EXPECT_EQ(checked.exit, 0) << checked;
  EXPECT_EQ(at(checked.value(), "erased"), at(erased.value(), "records"));
  MUST_VOID(us->start());
  MUST(json::Value other, us->get("/conversation?id=" + kept));
  EXPECT_EQ(text(at(other, "phase")), "asked") << "another conversation is untouched";
  MUST_VOID(ask(*us, *ph));
}

TEST_F(Pair, a_backup_of_the_running_node_is_restored_and_waits_for_a_partner) {
  MUST(std::string id, ask(*us, *ph));
  Shell shell = shell_of(*us);
  fs::create_directory(stage.path() / "journal");
  fs::create_directory(stage.path() / "record-keys");
  std::vector<std::string> where{stage.file("journal"), "--keys", stage.file("record-keys")};
  std::vector<std::string> backup{"store", "backup"}, restore{"store", "restore"};
  backup.insert(backup.end(), where.begin(), where.end());
  restore.insert(restore.end(), where.begin(), where.end());
  // The partner may witness the last entries only after the backup was made; the backup must not be
  // behind it.
  ASSERT_TRUE(eventually([&] { return drained(*us) && drained(*ph); }));
  Ran saved = shell(backup);
  ASSERT_EQ(saved.exit, 0) << saved;
  EXPECT_EQ(shell(backup).exit, 3) << "a backup is never overwritten";
  EXPECT_EQ(shell(restore).exit, 3) << "the node runs";
  us->stop(SIGTERM);
  Ran in_the_way = shell(restore);
  EXPECT_EQ(in_the_way.exit, 3) << in_the_way;
  EXPECT_EQ(text(at(at(in_the_way.value(), "error"), "code")), "exists");

  ph->stop(SIGTERM);
  for (const char* name : {"comity.db", "comity.db-wal", "comity.db-shm"})
    fs::remove(us->folder().root() / name);
  Ran restored = shell(restore);
  ASSERT_EQ(restored.exit, 0) << restored;
  MUST_VOID(us->start());
  EXPECT_EQ(halted(*us), "restored");
  Ran status = shell({"status"});
  EXPECT_EQ(status.exit, 1) << status;
  auto blocked =
      us->draft_approve_send(ask_draft(*us, *ph, "a@provider.example", "A worm."), "needed");
  ASSERT_FALSE(blocked) << "a node that waits for its partners has signed";
  EXPECT_EQ(blocked.error().code, Code::not_signing) << to_text(blocked.error());

  MUST_VOID(ph->start());
  ASSERT_TRUE(eventually([&] { return halted(*us) == "null"; })) << halted(*us);
  EXPECT_EQ(shell({"status"}).exit, 0);
  MUST_VOID(us->get("/conversation?id=" + id));
  MUST_VOID(ask(*us, *ph));
  MUST_VOID(ask(*ph, *us));
}

TEST_F(Pair, an_old_copy_of_the_folder_is_noticed_and_stops_signing) {
  MUST_VOID(ask(*us, *ph));
  us->stop(SIGTERM);
  fs::path old = stage.path() / "old";
  fs::copy(us->folder().root(), old, fs::copy_options::recursive);
  MUST_VOID(us->start());
  MUST_VOID(ask(*us, *ph));
  // The partner has witnessed what the copy does not know.
  ASSERT_TRUE(eventually([&] {
    auto shown = us->get("/checkpoint");
    return shown && drained(*us) && text(at(*shown, "checkpoint")).contains("/witness");
  }));
  MUST(json::Value newest, us->get("/status"));
  auto size = *at(newest, "ledger_size").as_int();
  us->stop(SIGTERM);
  fs::remove_all(us->folder().root());
  fs::copy(old, us->folder().root(), fs::copy_options::recursive);
  MUST_VOID(us->start());
  // Once its own entries have reached the size that the partner saw, the same is a fork.
  ASSERT_TRUE(eventually([&] { return halted(*us) == "rollback" || halted(*us) == "fork"; }))
      << halted(*us) << ", the ledger had " << size;
  Ran status = shell_of(*us)({"status"});
  EXPECT_EQ(status.exit, 1) << status;
  EXPECT_TRUE(text(at(at(status.value(), "halted"), "why")).contains("restore the newest backup"))
      << status;
  auto blocked =
      us->draft_approve_send(ask_draft(*us, *ph, "a@provider.example", "A worm."), "needed");
  ASSERT_FALSE(blocked) << "a node that was rolled back has signed";
  EXPECT_EQ(blocked.error().code, Code::not_signing) << to_text(blocked.error());
  EXPECT_EQ(shell_of(*us)({"ledger", "checkpoint"}).exit, 3);
  EXPECT_EQ(get(metrics, "/healthz").status, 503);
  // Nor does it sign a receipt; the partner keeps its act until the node is mended.
  MUST_VOID(ph->draft_approve_send(ask_draft(*ph, *us, "a@provider.example", "A worm."), "needed"));
  MUST(json::Value before, us->get("/status"));
  ASSERT_TRUE(
      eventually([&] { return read(us->folder().root() / "serve.log").contains("not_signing"); }));
  MUST(json::Value after, us->get("/status"));
  EXPECT_EQ(at(after, "ledger_size"), at(before, "ledger_size"));
  EXPECT_FALSE(drained(*ph));
}

// The partner is away: what is said to it waits, and goes out when it is back.
TEST_F(Pair, an_act_waits_for_a_partner_that_is_away) {
  ph->stop(SIGTERM);
  MUST(json::Value sent,
       us->draft_approve_send(ask_draft(*us, *ph, "a@provider.example", "A worm."), "needed"));
  ASSERT_TRUE(eventually(
      [&] { return read(us->folder().root() / "serve.log").contains("delivery_failed"); }));
  EXPECT_FALSE(drained(*us));
  us->stop(SIGTERM);
  MUST_VOID(us->start());
  MUST_VOID(ph->start());
  MUST_VOID(ph->wait("/conversation?id=" + text(at(sent, "conversation")), in_phase("asked")));
  EXPECT_TRUE(eventually([&] { return drained(*us); }));
}

// --- keys that change, partners that go
// ----------------------------------------------------------------------------

TEST_F(Pair, a_rotated_key_is_accepted_and_so_is_the_one_after_a_revocation) {
  Shell shell = shell_of(*us);
  auto card_number = [&]() -> std::int64_t {
    auto members = ph->get("/members");
    const std::int64_t* number = members ? at(at(*members, 0), "card").as_int() : nullptr;
    return number ? *number : 0;
  };
  auto key_of = [&] {
    auto card = us->get("/card");
    auto read = member::read_card(text(at(*card, "card")));
    return to_hex(member::signing_key_of(read->card, app::SystemClock().now()).key);
  };
  std::string first = key_of();
  Ran rotated = shell({"--as", "author", "member", "rotate"});
  ASSERT_EQ(rotated.exit, 0) << rotated;
  ASSERT_TRUE(eventually([&] { return card_number() == 2; }));
  EXPECT_NE(key_of(), first);
  MUST_VOID(ask(*us, *ph));

  std::string second = key_of();
  Ran revoked = shell({"--as", "author", "member", "revoke", second});
  ASSERT_EQ(revoked.exit, 0) << revoked;
  ASSERT_TRUE(eventually([&] { return card_number() == 3; }));
  EXPECT_NE(key_of(), second);
  MUST_VOID(ask(*us, *ph));
  MUST_VOID(ask(*ph, *us));
  EXPECT_EQ(shell({"--as", "approver", "member", "rotate"}).exit, 1)
      << "an approver issues no cards";
  us->stop(SIGTERM);
  MUST_VOID(us->start());
  MUST_VOID(ask(*us, *ph));
}

TEST_F(Pair, an_ended_partner_is_refused_from_the_next_act_on) {
  MUST_VOID(ask(*us, *ph));
  Ran ended = shell_of(*ph)({"--as", "author", "member", "end", "us-poc", "--why", "a test"});
  ASSERT_EQ(ended.exit, 0) << ended;
  MUST(json::Value before, ph->get("/conversations"));
  MUST_VOID(us->draft_approve_send(ask_draft(*us, *ph, "b@provider.example", "A worm."), "needed"));
  ASSERT_TRUE(eventually(
      [&] { return read(us->folder().root() / "serve.log").contains("delivery_failed"); }));
  MUST(json::Value outbox, us->get("/outbox"));
  EXPECT_EQ(outbox.as_array()->size(), 1u) << "the act waits; it was not taken";
  MUST(json::Value after, ph->get("/conversations"));
  EXPECT_EQ(after, before);
  auto to_them = ph->member_id("us-poc");
  if (to_them) {
    auto refused =
        ph->draft_approve_send(ask_draft(*ph, *us, "c@provider.example", "A worm."), "needed");
    EXPECT_FALSE(refused) << "and nothing is sent to it";
  }
}

// --- what shows outside
// --------------------------------------------------------------------------------------------

TEST_F(Pair, metrics_logs_and_the_raw_store_tell_nothing_about_anybody) {
  const std::string identifier = "very.private.person@provider.example",
                    facts = "Zanzibar-blue-heron facts of the case";
  MUST(json::Value sent,
       us->draft_approve_send(ask_draft(*us, *ph, identifier, facts), "Quetzal reasons"));
  std::string id = text(at(sent, "conversation"));
  MUST(json::Value there, ph->wait("/conversation?id=" + id, in_phase("asked")));
  ASSERT_TRUE(json::write(there).contains(identifier)) << "the officers do see it";
  auto wrong =
      us->command("request.draft", ask_draft(*us, *ph, identifier + " ", std::string(70'000, 'x')));
  EXPECT_FALSE(wrong);

  net::Response health = get(metrics, "/healthz"), page = get(metrics, "/metrics");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.body, R"({"status":"ok"})");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.body.contains("comity_ledger_leaves")) << page.body;
  EXPECT_TRUE(page.body.contains("comity_inputs_total{")) << page.body;
  EXPECT_EQ(get(metrics, "/secrets").status, 404);

  us->stop(SIGTERM);
  ph->stop(SIGTERM);
  for (const app::Player* player : {us.get(), ph.get()}) {
    std::string log = read(player->folder().root() / "serve.log");
    std::istringstream lines(log);
    std::size_t events = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.contains(" listens at ")) continue;  // what serve says to its operator
      auto parsed = json::parse(line);
      EXPECT_TRUE(parsed && parsed->as_object()) << line;
      ++events;
    }
    EXPECT_GE(events, 1u);
    std::string raw;
    for (const auto& file : fs::directory_iterator(player->folder().root()))
      if (file.path().filename().string().starts_with("comity.db")) raw += read(file.path());
    ASSERT_GT(raw.size(), 4096u);
    struct Outside {
      const char* what;
      const std::string& text;
    };
    for (const Outside& outside :
         {Outside{"serve.log", log}, {"comity.db", raw}, {"/metrics", page.body}})
      for (const std::string& secret : {identifier, facts, std::string("Quetzal"),
                                        std::string("Zanzibar"), std::string("very.private")})
        EXPECT_FALSE(outside.text.contains(secret))
            << player->casting().id << ": " << outside.what << " tells " << secret;
    for (const std::string& name :
         {us->casting().name, ph->casting().name, std::string("us-poc"), std::string("ph-poc")}) {
      EXPECT_FALSE(page.body.contains(name)) << "/metrics names a member";
    }
  }
}

}  // namespace
}  // namespace comity::e2e
