// The predefined extensions of observables that STIX 2.0 and 2.1 do not share, and the lists of
// all.
#include "stix/spec_parts.h"

namespace comity::stix::tables {
namespace {

namespace v = vocabulary;

constexpr auto archive_properties = properties({
    must("contains_refs", list(ref("file directory"))),
    may("comment", text),
});
constexpr Shape archive{"archive-ext", "6.7.2 Archive File Extension", archive_properties};
constexpr auto archive_properties_20 = properties({
    must("contains_refs", list(ref("file"))),
    may("version", text),
    may("comment", text),
});
constexpr Shape archive_20{"archive-ext", "2.0 Part 4, 2.7.2 Archive File Extension",
                           archive_properties_20};

constexpr auto raster_properties = properties({
    may("image_height", integer),
    may("image_width", integer),
    may("bits_per_pixel", integer),
    may("exif_tags", dictionary),
});
constexpr Shape raster{"raster-image-ext", "6.7.5 Raster Image File Extension", raster_properties,
                       rules::at_least_one_property};
constexpr auto raster_properties_20 =
    with(raster_properties, {
                                may("image_compression_algorithm", text),
                            });
constexpr Shape raster_20{"raster-image-ext", "2.0 Part 4, 2.7.5 Raster Image File Extension",
                          raster_properties_20, rules::at_least_one_property};

constexpr auto socket_properties = properties({
    must("address_family", closed(v::socket_address_family)),
    may("is_blocking", boolean),
    may("is_listening", boolean),
    may("options", dictionary),
    may("socket_type", closed(v::socket_type)),
    may("socket_descriptor", integers(0)),
    may("socket_handle", integer),
});
constexpr Shape socket_shape{"socket-ext", "6.12.4 Network Socket Extension", socket_properties,
                             rules::socket};
constexpr auto socket_properties_20 =
    with(socket_properties, {
                                may("protocol_family", closed(v::socket_protocol_family_20)),
                            });
constexpr Shape socket_20{"socket-ext", "2.0 Part 4, 2.12.4 Network Socket Extension",
                          socket_properties_20, rules::socket};

constexpr auto windows_process_properties_20 = properties({
    may("aslr_enabled", boolean),
    may("dep_enabled", boolean),
    may("priority", text),
    may("owner_sid", text),
    may("window_title", text),
    may("startup_info", dictionary),
});
constexpr Shape windows_process_20{"windows-process-ext",
                                   "2.0 Part 4, 2.13.2 Windows Process Extension",
                                   windows_process_properties_20, rules::at_least_one_property};
constexpr auto windows_process_properties = with(
    windows_process_properties_20, {
                                       may("integrity_level", closed(v::windows_integrity_level)),
                                   });
constexpr Shape windows_process{"windows-process-ext", "6.13.2 Windows Process Extension",
                                windows_process_properties, rules::at_least_one_property};

constexpr auto service_details = properties({
    may("descriptions", list(text)),
    may("display_name", text),
    may("group_name", text),
    may("start_type", closed(v::windows_service_start_type)),
    may("service_dll_refs", list(ref("file"))),
    may("service_type", closed(v::windows_service_type)),
    may("service_status", closed(v::windows_service_status)),
});
constexpr auto service_properties = with(service_details, {may("service_name", text)});
constexpr Shape service{"windows-service-ext", "6.13.3 Windows Service Extension",
                        service_properties, rules::at_least_one_property};
constexpr auto service_properties_20 = with(service_details, {must("service_name", text)});
constexpr Shape service_20{"windows-service-ext", "2.0 Part 4, 2.13.3 Windows Service Extension",
                           service_properties_20};

constexpr Extension all[] = {
    {"file", &archive},
    {"file", &ntfs},
    {"file", &pdf},
    {"file", &raster},
    {"file", &pe},
    {"network-traffic", &http},
    {"network-traffic", &icmp},
    {"network-traffic", &socket_shape},
    {"network-traffic", &tcp},
    {"process", &windows_process},
    {"process", &service},
    {"user-account", &unix_account},
};
constexpr Extension all_20[] = {
    {"file", &archive_20},
    {"file", &ntfs},
    {"file", &pdf},
    {"file", &raster_20},
    {"file", &pe},
    {"network-traffic", &http},
    {"network-traffic", &icmp},
    {"network-traffic", &socket_20},
    {"network-traffic", &tcp},
    {"process", &windows_process_20},
    {"process", &service_20},
    {"user-account", &unix_account},
};

}  // namespace

std::span<const Extension> extensions() {
  return all;
}
std::span<const Extension> extensions_20() {
  return all_20;
}

}  // namespace comity::stix::tables
