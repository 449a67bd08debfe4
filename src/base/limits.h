#pragma once
// Every bound on what comes from outside, by name. docs/protocol.md lists them; each has a test
// that meets it.
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace comity::limits {

inline constexpr std::size_t act_bytes_max = 1u << 20;         // a DSSE envelope, as sent
inline constexpr std::size_t alert_act_bytes_max = 16u << 20;  // the same, of kind alert
inline constexpr std::size_t batch_bytes_max = 4u << 20;       // one POST of acts
inline constexpr std::size_t batch_acts_max = 256;
inline constexpr std::size_t http_header_bytes_max = 16u << 10;
inline constexpr std::size_t http_headers_max = 64;
inline constexpr std::size_t http_target_bytes_max = 2u << 10;
inline constexpr std::size_t json_depth_max = 64;
inline constexpr std::size_t json_string_bytes_max = 256u << 10;
inline constexpr std::size_t json_members_max = 4096;
inline constexpr std::size_t json_values_max =
    1u << 20;  // in one text: a value takes up to 130 bytes of memory
inline constexpr std::size_t card_bytes_max = 64u << 10;
inline constexpr std::size_t keyfile_bytes_max = 64u << 10;
inline constexpr std::uint64_t kdf_passes_max =
    10;  // Argon2id's t and m, as a key file may ask for them
inline constexpr std::uint64_t kdf_memory_kib_max = 1u << 20;  // 1 GiB
inline constexpr std::size_t certificate_bytes_max = 16u << 10;
inline constexpr std::size_t checkpoint_bytes_max =
    16u << 10;  // C2SP signed-note implementations bound notes too
inline constexpr std::size_t proof_hashes_max = 64;
inline constexpr std::size_t note_signatures_max = 64;
inline constexpr std::size_t note_key_name_bytes_max = 256;
inline constexpr std::uint64_t tree_size_max =
    (1ull << 62) - 1;  // leaves in one log; other verifiers count in int64
inline constexpr std::size_t log_entry_bytes_max = 65'535;  // tlog-tiles: 16-bit lengths
inline constexpr std::size_t witness_proof_lines_max = 63;  // tlog-witness, add-checkpoint
inline constexpr std::size_t witness_request_bytes_max = 32u << 10;
inline constexpr std::size_t log_proof_bytes_max = 32u << 10;  // a tlog-proof file
inline constexpr std::size_t record_file_bytes_max = alert_act_bytes_max + 4096;
inline constexpr std::size_t policy_bytes_max = 64u << 10;
inline constexpr std::size_t policy_names_max = 256;  // logs, witnesses and groups of one policy
inline constexpr std::size_t split_view_bytes_max = 2 * checkpoint_bytes_max + 4096;
inline constexpr std::size_t law_file_bytes_max = 1u << 20;
inline constexpr std::size_t law_files_max = 1024;
inline constexpr std::size_t toml_pointer_bytes_max =
    1024;  // the keys down to one value, as a JSON pointer
inline constexpr std::size_t toml_values_max = 100'000;  // in one file

inline constexpr std::size_t card_act_keys_max = 16;
inline constexpr std::size_t card_mandates_max = 64;
inline constexpr std::size_t card_languages_max = 16;
inline constexpr std::size_t card_endpoints_max = 8;
inline constexpr std::size_t card_tls_pins_max = 8;
inline constexpr std::size_t card_retiring_max = 8;      // keys replaced and still in their overlap
inline constexpr std::size_t card_name_bytes_max = 200;  // also an officer's name
inline constexpr std::size_t card_text_bytes_max = 1000;  // any other text of a card
inline constexpr std::size_t card_endpoint_bytes_max = 260;
inline constexpr std::size_t card_lineage_max = 8;  // root keys before the present one
inline constexpr std::uint64_t card_number_max = 1'000'000;
inline constexpr std::size_t known_cards_max = 256;    // kept of one member
inline constexpr std::size_t revoked_keys_max = 1024;  // remembered of one member
inline constexpr std::size_t equivocations_max = 4;    // proofs kept of one member
inline constexpr std::size_t nickname_bytes_max = 32;
inline constexpr std::chrono::hours key_overlap{
    24 * 30};  // a replaced act key stays good, from the new card's record
inline constexpr std::size_t invitation_bytes_max = 2048;  // as text
inline constexpr std::chrono::hours invitation_life_max{24 * 7};
inline constexpr std::chrono::hours pairing_confirm_grace{
    24 * 7};  // for the partner's confirm, once ours is given
inline constexpr std::size_t pairing_message_bytes_max = 1u << 20;
inline constexpr std::size_t command_bytes_max = 1u << 20;
inline constexpr std::size_t command_name_bytes_max = 64;
inline constexpr std::chrono::hours command_skew_max{24};
inline constexpr std::size_t approval_bytes_max = 16u << 10;
inline constexpr std::size_t approval_reason_bytes_max = 4000;
inline constexpr std::chrono::hours approval_life_max{24 * 30};
inline constexpr std::size_t approval_gives_max = 16;  // named approvals an officer may give
inline constexpr std::size_t code_bytes_max = 64;      // a word of the law's vocabulary
inline constexpr std::chrono::hours officer_change_life{24 * 7};  // waiting to be confirmed
// One officer alone sends what must not wait: another reviews it, warned before it is late.
inline constexpr std::chrono::hours review_within{24};
inline constexpr std::chrono::hours review_warning{18};

inline constexpr std::size_t connections_per_peer_max = 32;
inline constexpr std::size_t connections_unpaired_max = 8;
inline constexpr std::size_t connections_max =
    1024;  // of one listening address, handshakes included
inline constexpr std::size_t http_requests_waiting_max =
    1024;  // of one client, not yet on a connection
inline constexpr std::size_t http_drain_bytes_max = 32u
                                                    << 20;  // read and thrown away after a refusal
inline constexpr std::size_t tls_certificates_bytes_max = 16u
                                                          << 10;  // a peer's certificate message
inline constexpr std::size_t http_interim_max = 4;  // 1xx replies before the one that counts
inline constexpr std::size_t http_read_bytes =
    64u << 10;  // one read of a socket, and what may wait unparsed
inline constexpr std::uint64_t backlog_acts_per_peer_max = 1'000'000;
inline constexpr std::size_t request_targets_max = 256;
inline constexpr std::size_t request_line_bytes_max =
    1024;  // one box of a form that holds a line: a name, a statute
inline constexpr std::size_t request_text_bytes_max =
    16u << 10;  // one box that holds prose: facts, necessity
inline constexpr std::size_t request_list_max =
    32;  // entries of a list in a body other than targets
inline constexpr std::size_t instrument_bytes_max = 180u << 10;  // a signed order, before base64
inline constexpr std::size_t conversation_acts_max = 256;  // acts of one side in one conversation
inline constexpr std::size_t conversation_closing_acts_max =
    16;  // beside those: withdraw, refuse, release, expire
inline constexpr std::size_t text_bytes_max = 64u << 10;  // one field of free text in a body
inline constexpr std::size_t refs_max = 32;
inline constexpr std::size_t check_problems_max = 100;  // that one check of a store names

inline constexpr std::chrono::milliseconds http_header_wait_max{10'000};
inline constexpr std::chrono::milliseconds http_body_wait_max{60'000};
inline constexpr std::chrono::milliseconds http_idle_max{120'000};
inline constexpr std::chrono::milliseconds http_client_idle_max{
    60'000};  // below the server's: the client lets go first
inline constexpr std::chrono::milliseconds http_respond_wait_max{
    60'000};  // for our own answer to a request
inline constexpr std::chrono::milliseconds tls_handshake_wait_max{10'000};
inline constexpr std::chrono::milliseconds tls_shutdown_wait_max{2'000};
inline constexpr std::chrono::milliseconds retry_min{500};
inline constexpr std::chrono::milliseconds retry_max{300'000};
inline constexpr std::chrono::hours ledger_proof_wait{
    24};  // a partner that owes a proof of its ledger for longer is complained about
inline constexpr std::chrono::hours clock_skew_flagged{
    1};  // an `at` further off is flagged, never refused
inline constexpr std::chrono::hours clock_skew_believed{
    72};  // a request dated further ahead is refused

}  // namespace comity::limits
