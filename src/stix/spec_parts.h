#pragma once
// Parts of observables that STIX 2.0 and 2.1 have in common, and their extensions. STIX 2.1,
// section 6; STIX 2.0, Part 4.
#include "stix/spec_common.h"

namespace comity::stix::tables {

inline constexpr auto mime_part_properties = properties({
    may("body", text),
    may("body_raw_ref", ref("artifact file")),
    may("content_type", text),
    may("content_disposition", text),
});
inline constexpr Shape mime_part{"email-mime-part-type", "6.6.2 Email MIME Component Type",
                                 mime_part_properties, rules::email_mime_part};

inline constexpr auto registry_value_properties = properties({
    may("name", text),
    may("data", text),
    may("data_type", closed(vocabulary::windows_registry_datatype)),
});
inline constexpr Shape registry_value{"windows-registry-value-type",
                                      "6.17.2 Windows Registry Value Type",
                                      registry_value_properties, rules::at_least_one_property};

inline constexpr auto x509_v3_properties = properties({
    may("basic_constraints", text),
    may("name_constraints", text),
    may("policy_constraints", text),
    may("key_usage", text),
    may("extended_key_usage", text),
    may("subject_key_identifier", text),
    may("authority_key_identifier", text),
    may("subject_alternative_name", text),
    may("issuer_alternative_name", text),
    may("subject_directory_attributes", text),
    may("crl_distribution_points", text),
    may("inhibit_any_policy", text),
    may("private_key_usage_period_not_before", timestamp),
    may("private_key_usage_period_not_after", timestamp),
    may("certificate_policies", text),
    may("policy_mappings", text),
});
inline constexpr Shape x509_v3{"x509-v3-extensions-type", "6.18.2 X.509 v3 Extensions Type",
                               x509_v3_properties, rules::at_least_one_property};

inline constexpr auto address_properties = properties({
    must("value", text),
    may("resolves_to_refs", list(ref("mac-addr"))),
    may("belongs_to_refs", list(ref("autonomous-system"))),
});
inline constexpr auto value_properties = properties({must("value", text)});
inline constexpr auto name_properties = properties({must("name", text)});
inline constexpr auto autonomous_system_properties = properties({
    must("number", integer),
    may("name", text),
    may("rir", text),
});
inline constexpr auto domain_name_properties = properties({
    must("value", text),
    may("resolves_to_refs", list(ref("ipv4-addr ipv6-addr domain-name"))),
});
inline constexpr auto email_addr_properties = properties({
    must("value", text),
    may("display_name", text),
    may("belongs_to_ref", ref("user-account")),
});
inline constexpr auto email_message_properties = properties({
    must("is_multipart", boolean),
    may("date", timestamp),
    may("content_type", text),
    may("from_ref", ref("email-addr")),
    may("sender_ref", ref("email-addr")),
    may("to_refs", list(ref("email-addr"))),
    may("cc_refs", list(ref("email-addr"))),
    may("bcc_refs", list(ref("email-addr"))),
    may("subject", text),
    may("received_lines", list(text)),
    may("additional_header_fields", form(Kind::string_lists)),
    may("body", text),
    may("body_multipart", list(a(mime_part))),
    may("raw_email_ref", ref("artifact")),
});
inline constexpr auto network_traffic_properties = properties({
    may("start", timestamp),
    may("end", timestamp),
    may("is_active", boolean),
    may("src_ref", ref("ipv4-addr ipv6-addr mac-addr domain-name")),
    may("dst_ref", ref("ipv4-addr ipv6-addr mac-addr domain-name")),
    may("src_port", integers(0, 65535)),
    may("dst_port", integers(0, 65535)),
    must("protocols", list(text)),
    may("src_byte_count", integers(0)),
    may("dst_byte_count", integers(0)),
    may("src_packets", integers(0)),
    may("dst_packets", integers(0)),
    may("ipfix", dictionary),
    may("src_payload_ref", ref("artifact")),
    may("dst_payload_ref", ref("artifact")),
    may("encapsulates_refs", list(ref("network-traffic"))),
    may("encapsulated_by_ref", ref("network-traffic")),
});
inline constexpr auto software_properties = properties({
    must("name", text),
    may("cpe", text),
    may("languages", list(language)),
    may("vendor", text),
    may("version", text),
});
inline constexpr auto certificate_properties = properties({
    may("is_self_signed", boolean),
    may("hashes", hashes),
    may("version", text),
    may("serial_number", text),
    may("signature_algorithm", text),
    may("issuer", text),
    may("validity_not_before", timestamp),
    may("validity_not_after", timestamp),
    may("subject", text),
    may("subject_public_key_algorithm", text),
    may("subject_public_key_modulus", text),
    may("subject_public_key_exponent", integer),
    may("x509_v3_extensions", a(x509_v3)),
});

// ---- Extensions that both have. Those that differ are in spec_extension.cc.

inline constexpr auto data_stream_properties = properties({
    must("name", text),
    may("hashes", hashes),
    may("size", integers(0)),
});
inline constexpr Shape data_stream{"alternate-data-stream-type",
                                   "6.7.3 NTFS File Extension: Alternate Data Stream Type",
                                   data_stream_properties};
inline constexpr auto ntfs_properties = properties({
    may("sid", text),
    may("alternate_data_streams", list(a(data_stream))),
});
inline constexpr Shape ntfs{"ntfs-ext", "6.7.3 NTFS File Extension", ntfs_properties,
                            rules::at_least_one_property};

inline constexpr auto pdf_properties = properties({
    may("version", text),
    may("is_optimized", boolean),
    may("document_info_dict", form(Kind::strings)),
    may("pdfid0", text),
    may("pdfid1", text),
});
inline constexpr Shape pdf{"pdf-ext", "6.7.4 PDF File Extension", pdf_properties,
                           rules::at_least_one_property};

inline constexpr auto pe_header_properties = properties({
    may("magic_hex", hex),
    may("major_linker_version", integer),
    may("minor_linker_version", integer),
    may("size_of_code", integers(0)),
    may("size_of_initialized_data", integers(0)),
    may("size_of_uninitialized_data", integers(0)),
    may("address_of_entry_point", integer),
    may("base_of_code", integer),
    may("base_of_data", integer),
    may("image_base", integer),
    may("section_alignment", integer),
    may("file_alignment", integer),
    may("major_os_version", integer),
    may("minor_os_version", integer),
    may("major_image_version", integer),
    may("minor_image_version", integer),
    may("major_subsystem_version", integer),
    may("minor_subsystem_version", integer),
    may("win32_version_value_hex", hex),
    may("size_of_image", integers(0)),
    may("size_of_headers", integers(0)),
    may("checksum_hex", hex),
    may("subsystem_hex", hex),
    may("dll_characteristics_hex", hex),
    may("size_of_stack_reserve", integers(0)),
    may("size_of_stack_commit", integers(0)),
    may("size_of_heap_reserve", integers(0)),
    may("size_of_heap_commit", integers(0)),
    may("loader_flags_hex", hex),
    may("number_of_rva_and_sizes", integer),
    may("hashes", hashes),
});
inline constexpr Shape pe_header{"windows-pe-optional-header-type",
                                 "6.7.6 Windows PE Optional Header Type", pe_header_properties,
                                 rules::at_least_one_property};
inline constexpr auto pe_section_properties = properties({
    must("name", text),
    may("size", integers(0)),
    may("entropy", real),
    may("hashes", hashes),
});
inline constexpr Shape pe_section{"windows-pe-section-type", "6.7.6 Windows PE Section Type",
                                  pe_section_properties};
inline constexpr auto pe_properties = properties({
    must("pe_type", open(vocabulary::windows_pebinary_type)),
    may("imphash", text),
    may("machine_hex", hex),
    may("number_of_sections", integers(0)),
    may("time_date_stamp", timestamp),
    may("pointer_to_symbol_table_hex", hex),
    may("number_of_symbols", integers(0)),
    may("size_of_optional_header", integers(0)),
    may("characteristics_hex", hex),
    may("file_header_hashes", hashes),
    may("optional_header", a(pe_header)),
    may("sections", list(a(pe_section))),
});
inline constexpr Shape pe{"windows-pebinary-ext", "6.7.6 Windows PE Binary File Extension",
                          pe_properties};

inline constexpr auto http_properties = properties({
    must("request_method", text),
    must("request_value", text),
    may("request_version", text),
    may("request_header", form(Kind::string_lists)),
    may("message_body_length", integer),
    may("message_body_data_ref", ref("artifact")),
});
inline constexpr Shape http{"http-request-ext", "6.12.2 HTTP Request Extension", http_properties};

inline constexpr auto icmp_properties = properties({
    must("icmp_type_hex", hex),
    must("icmp_code_hex", hex),
});
inline constexpr Shape icmp{"icmp-ext", "6.12.3 ICMP Extension", icmp_properties};

inline constexpr auto tcp_properties = properties({
    may("src_flags_hex", hex),
    may("dst_flags_hex", hex),
});
inline constexpr Shape tcp{"tcp-ext", "6.12.5 TCP Extension", tcp_properties,
                           rules::at_least_one_property};

inline constexpr auto unix_account_properties = properties({
    may("gid", integer),
    may("groups", list(text)),
    may("home_dir", text),
    may("shell", text),
});
inline constexpr Shape unix_account{"unix-account-ext", "6.16.2 UNIX Account Extension",
                                    unix_account_properties, rules::at_least_one_property};

}  // namespace comity::stix::tables
