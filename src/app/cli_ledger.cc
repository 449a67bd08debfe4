// comity ledger and comity store: proofs, and the care of what is on disk.
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <iostream>

#include "app/cli.h"
#include "app/proved.h"
#include "app/tell.h"
#include "ledger/proof.h"
#include "node/rebuild.h"
#include "store/backup.h"
#include "store/check.h"

namespace comity::app {
namespace {

struct LedgerArgs {
  std::string act, proof, record, policy, out = ".", folder, keys_folder, to, reason;
  std::int64_t keys_days = 0, position = -1;
  bool receipt = false;
};

// One line on the terminal, rewritten in place; silent elsewhere.
void show_progress(std::string_view stage, std::uint64_t done, std::uint64_t total) {
  if (!::isatty(STDERR_FILENO)) return;
  std::cerr << fmt::format("\r{:<12} {} of {}   ", stage, done, total) << std::flush;
  if (done == total) std::cerr << "\n";
}

Result<void> checkpoint(Session& session, const LedgerArgs&) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value answer, client.get("/checkpoint"));
  session.print(answer, [&] { return *answer.find("checkpoint")->as_string(); });
  return {};
}

Result<void> resume(Session& session, const LedgerArgs& args) {
  return signed_command(session, "ledger.resume", {{"reason", args.reason}},
                        "Signing goes on. The reason stands in the journal.");
}

Result<void> prove(Session& session, const LedgerArgs& args) {
  if (args.act.empty() == (args.position < 0) || (args.receipt && args.act.empty())) {
    session.fail_with({Code::bad_value,
                       "give an act, with --receipt or without, or --position with the number of "
                       "an entry",
                       ""});
    session.exit = Exit::usage;
    return {};
  }
  Client client(Folder(session.dir), session.unlock);
  std::string wanted = args.act.empty() ? "position=" + std::to_string(args.position)
                                        : "act=" + net::percent_encode(args.act) +
                                              (args.receipt ? "&receipt=1" : "");
  TRY(json::Value answer, client.get("/proof?" + wanted));
  TRY(json::Value policy, client.get("/policy"));
  std::string name = args.act.empty() ? "entry-" + std::to_string(args.position)
                                      : args.act + (args.receipt ? ".receipt" : "");
  std::filesystem::path base = std::filesystem::path(args.out) / name;
  auto write = [&](const char* ending, const json::Value& text) {
    return write_file(base.string() + ending, *text.as_string(), Existing::replace);
  };
  TRY_VOID(write(".tlog-proof", *answer.find("proof")));
  TRY_VOID(write(".comity-record", *answer.find("record")));
  TRY_VOID(write(".policy", *policy.find("policy")));
  session.print(json::Object{{"position", *answer.find("position")},
                             {"proof", base.string() + ".tlog-proof"},
                             {"record", base.string() + ".comity-record"},
                             {"policy", base.string() + ".policy"}},
                [&] {
                  return fmt::format(
                      "Three files prove this {1}, without this node:\n  {0}.tlog-proof\n  "
                      "{0}.comity-record\n"
                      "  {0}.policy   (whose keys count: have it from a second source too)\n"
                      "Check them with: comity ledger verify PROOF RECORD --policy POLICY\n",
                      base.string(),
                      args.act.empty() ? "entry"
                      : args.receipt   ? "receipt, which the other side signed"
                                       : "act");
                });
  return {};
}

// The error, if there is one, naming the file that it is of.
template <typename T>
Result<T> in_file(Result<T> read, const std::string& path) {
  if (read) return read;
  const Error& error = read.error();
  return fail(error.code, error.what, error.where.empty() ? path : path + ": " + error.where);
}

// Offline, from three files and nothing else.
Result<void> verify(Session& session, const LedgerArgs& args) {
  TRY(std::string proof, read_file(args.proof));
  TRY(std::string record_text, read_file(args.record));
  TRY(std::string policy_text, read_file(args.policy));
  json::Object said;
  auto checked = [&]() -> Result<ledger::Verified> {
    TRY(auto policy, in_file(ledger::Policy::parse(policy_text), args.policy));
    TRY(auto record, in_file(ledger::Record::parse(record_text), args.record));
    TRY(auto verified, in_file(ledger::verify_proof(proof, record, policy), args.proof));
    TRY(said, in_file(tell_proved(as_text(record.bytes)), args.record));
    return verified;
  }();
  if (!checked) {
    session.fail_with(checked.error());
    session.exit = Exit::no;
    return {};
  }
  json::Array cosigners;
  for (const auto& cosigner : checked->cosigners)
    cosigners.push_back(
        json::Object{{"name", cosigner.name}, {"time", to_text(Instant{cosigner.time})}});
  json::Object out{{"verified", true},
                   {"origin", checked->origin},
                   {"index", checked->index},
                   {"recorded", to_text(Instant{checked->leaf.at})},
                   {"tree_size", checked->head.size},
                   {"cosigners", cosigners}};
  bool is_signed = said.contains("signed");
  out["record"] = std::move(said);
  session.print(out, [&] {
    return std::string("The record is in the ledger, unchanged.\n") +
           (is_signed ? "What it holds bears a good signature of the key below: whose key that is, "
                        "the card named beside it says.\n"
                      : "Nobody but this ledger answers for what it holds.\n") +
           details(out);
  });
  return {};
}

// Sound pages, records, tree and tiles; and views that are what the journal makes.
Result<store::Report> check_all(Node& node) {
  TRY(store::Report report, store::check_store(node.store(), show_progress));
  if (!report.sound()) return report;
  TRY(auto view, node.store().snapshot());
  TRY(auto differ, node::compare_with_rebuild(*view, [](std::uint64_t done, std::uint64_t total) {
        show_progress("views", done, total);
      }));
  report.problems = std::move(differ);
  return report;
}

Result<void> check(Session& session, const LedgerArgs&) {
  TRY(Unlocker unlocker, find_unlocker(session.unlock, Ask::once, "this node"));
  TRY(auto node, Node::open_to_read(Folder(session.dir), unlocker));
  TRY(store::Report report, check_all(*node));
  json::Object out{{"sound", report.sound()},
                   {"rows", report.rows},
                   {"entries", report.entries},
                   {"erased", report.erased},
                   {"tiles", report.tiles},
                   {"ledger_size", report.head.size},
                   {"problems", json::Array(report.problems.begin(), report.problems.end())}};
  session.print(out, [&] {
    return (report.sound() ? std::string("The store is sound.\n")
                           : "The store is damaged. Where only rows differ: comity store rebuild; "
                             "else restore the newest backup.\n") +
           details(out);
  });
  if (!report.sound()) session.exit = Exit::no;
  return {};
}

Result<void> rebuild(Session& session, const LedgerArgs&) {
  TRY(Unlocker unlocker, find_unlocker(session.unlock, Ask::once, "this node"));
  TRY(auto node, Node::open_to_mend(Folder(session.dir), unlocker));
  auto progress = [](std::uint64_t done, std::uint64_t total) {
    show_progress("rebuild", done, total);
  };
  TRY(node::Rebuilt rebuilt, node::rebuild(node->store(), SystemClock().now(), progress));
  session.print(json::Object{{"entries", rebuilt.entries}, {"erased", rebuilt.erased}}, [&] {
    return fmt::format("Every view was made anew from {} journal entries.\n", rebuilt.entries);
  });
  return {};
}

Result<void> backup(Session& session, const LedgerArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  namespace fs = std::filesystem;
  std::string keys_folder = args.keys_folder.empty() ? args.folder : args.keys_folder;
  json::Object wanted{{"folder", fs::absolute(args.folder).string()},
                      {"keys_folder", fs::absolute(keys_folder).string()},
                      {"keys_days", args.keys_days}};
  TRY(json::Value answer, client.backup(wanted));
  session.print(answer, [&] {
    return fmt::format("{} entries backed up. Keep {}/{} and {}/{} in two places{}.\n",
                       json::write(*answer.find("entries")), args.folder,
                       store::backup_journal_name, keys_folder, store::backup_keys_name,
                       wanted["folder"] == wanted["keys_folder"]
                           ? ": now they lie in one, where whoever takes both can read all of it "
                             "(--keys puts the keys elsewhere)"
                           : "");
  });
  return {};
}

Result<void> restore(Session& session, const LedgerArgs& args) {
  Folder folder(session.dir);
  TRY(FolderLock lock, FolderLock::take(folder));
  TRY(auto report,
      store::restore({.folder = args.folder,
                      .keys_folder = args.keys_folder.empty() ? args.folder : args.keys_folder,
                      .path = folder.store().string(),
                      .now = SystemClock().now()},
                     show_progress));
  session.print(json::Object{{"entries", report.entries}, {"ledger_size", report.head.size}}, [&] {
    return fmt::format(
        "{} entries restored. The node signs nothing until a partner has confirmed the last "
        "checkpoint "
        "that it saw: start it with comity serve, and watch comity status.\n",
        report.entries);
  });
  return {};
}

}  // namespace

void add_ledger_commands(CLI::App& app, Session& session) {
  auto args = std::make_shared<LedgerArgs>();
  auto command = [&](CLI::App* group, const char* name, const char* about,
                     Result<void> (*run)(Session&, const LedgerArgs&)) {
    CLI::App* made = group->add_subcommand(name, about);
    made->callback(
        [&session, args, run] { attempt(session, [&] { return run(session, *args); }); });
    return made;
  };
  CLI::App* ledger =
      app.add_subcommand("ledger", "what this node did, provable to anyone")->require_subcommand(1);
  command(ledger, "checkpoint", "the newest checkpoint, with partners' cosignatures", checkpoint);
  CLI::App* proving = command(ledger, "prove", "write the files that prove an act", prove);
  proving->add_option("act", args->act, "its id");
  proving->add_flag("--receipt", args->receipt,
                    "the receipt that the other side signed for it, not the act");
  proving->add_option("--position", args->position, "any entry of the ledger, by its number")
      ->check(CLI::NonNegativeNumber);
  proving->add_option("--out", args->out, "the folder to write to");
  CLI::App* verifying = command(ledger, "verify", "check a proof, offline; needs no node", verify);
  verifying->add_option("proof", args->proof)->required();
  verifying->add_option("record", args->record)->required();
  verifying->add_option("--policy", args->policy, "whose keys count")->required();
  command(ledger, "fsck", "recompute the whole ledger from the journal (the node must be stopped)",
          check);

  CLI::App* resuming = command(
      ledger, "resume", "sign again after a restore, though a partner cannot confirm it", resume);
  resuming->add_option("--reason", args->reason, "for the record")->required();

  CLI::App* store = app.add_subcommand("store", "what is on disk")->require_subcommand(1);
  command(store, "check", "read everything and prove it sound (the node must be stopped)", check);
  command(store, "rebuild", "make every view anew from the journal (the node must be stopped)",
          rebuild);
  CLI::App* saving = command(store, "backup", "copy the store while the node runs", backup);
  saving->add_option("folder", args->folder, "where the journal goes; must exist")->required();
  saving->add_option("--keys", args->keys_folder, "where the record keys go: better another disk");
  saving->add_option("--keys-days", args->keys_days, "after so many days the keys are refused");
  CLI::App* restoring =
      command(store, "restore", "put a backup in the place of a lost store", restore);
  restoring->add_option("folder", args->folder)->required();
  restoring->add_option("--keys", args->keys_folder);
}

}  // namespace comity::app
