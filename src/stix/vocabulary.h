#pragma once
// The vocabularies and enumerations of STIX 2.1, section 10, each as its words with spaces between.
// Where STIX 2.0 differs its own list stands beside it, ending in _20.
#include <string_view>

namespace comity::stix::vocabulary {

inline constexpr std::string_view
    account_type =
        "facebook ldap nis openid radius skype tacacs twitter unix windows-local windows-domain",
    attack_motivation =
        "accidental coercion dominance ideology notoriety organizational-gain personal-gain "
        "personal-satisfaction revenge unpredictable",
    attack_resource_level = "individual club contest team organization government",
    encryption_algorithm = "AES-256-GCM ChaCha20-Poly1305 mime-type-indicated",
    extension_type = "new-sdo new-sco new-sro property-extension toplevel-property-extension",
    grouping_context = "suspicious-activity malware-analysis unspecified",
    hash_algorithm = "MD5 SHA-1 SHA-256 SHA-512 SHA3-256 SHA3-512 SSDEEP TLSH",
    hash_algorithm_20 =
        "MD5 MD6 RIPEMD-160 SHA-1 SHA-224 SHA-256 SHA-384 SHA-512 SHA3-224 SHA3-256 SHA3-384 "
        "SHA3-512 ssdeep WHIRLPOOL",
    identity_class = "individual group system organization class unknown",
    identity_class_20 = "individual group organization class unknown",
    implementation_language =
        "applescript bash c c++ c# go java javascript lua objective-c perl php powershell python "
        "ruby scala swift typescript visual-basic x86-32 x86-64",
    indicator_type =
        "anomalous-activity anonymization benign compromised malicious-activity attribution "
        "unknown",
    indicator_label_20 =
        "anomalous-activity anonymization benign compromised malicious-activity attribution",
    industry_sector =
        "agriculture aerospace automotive chemical commercial communications construction defense "
        "education energy entertainment financial-services government emergency-services "
        "government-local government-national government-public-services government-regional "
        "healthcare hospitality-leisure infrastructure dams nuclear water insurance manufacturing "
        "mining non-profit pharmaceuticals retail technology telecommunications transportation "
        "utilities",
    industry_sector_20 =
        "agriculture aerospace automotive communications construction defence education energy "
        "entertainment financial-services government-national government-regional "
        "government-local government-public-services healthcare hospitality-leisure "
        "infrastructure insurance manufacturing mining non-profit pharmaceuticals retail "
        "technology telecommunications transportation utilities",
    infrastructure_type =
        "amplification anonymization botnet command-and-control control-system exfiltration "
        "firewall hosting-malware hosting-target-lists phishing reconnaissance routers-switches "
        "staging workstation unknown",
    malware_result = "malicious suspicious benign unknown",
    malware_capabilities =
        "accesses-remote-machines anti-debugging anti-disassembly anti-emulation "
        "anti-memory-forensics anti-sandbox anti-vm captures-input-peripherals "
        "captures-output-peripherals captures-system-state-data cleans-traces-of-infection "
        "commits-fraud communicates-with-c2 compromises-data-availability "
        "compromises-data-integrity compromises-system-availability controls-local-machine "
        "degrades-security-software degrades-system-updates determines-c2-server emails-spam "
        "escalates-privileges evades-av exfiltrates-data fingerprints-host hides-artifacts "
        "hides-executing-code infects-files infects-remote-machines installs-other-components "
        "persists-after-system-reboot prevents-artifact-access prevents-artifact-deletion "
        "probes-network-environment self-modifies steals-authentication-credentials "
        "violates-system-operational-integrity",
    malware_type =
        "adware backdoor bot bootkit ddos downloader dropper exploit-kit keylogger ransomware "
        "remote-access-trojan resource-exploitation rogue-security-software rootkit "
        "screen-capture spyware trojan unknown virus webshell wiper worm",
    malware_label_20 =
        "adware backdoor bot ddos dropper exploit-kit keylogger ransomware remote-access-trojan "
        "resource-exploitation rogue-security-software rootkit screen-capture spyware trojan "
        "virus worm",
    opinion = "strongly-disagree disagree neutral agree strongly-agree",
    pattern_type = "stix pcre sigma snort suricata yara",
    processor_architecture = "alpha arm ia-64 mips powerpc sparc x86 x86-64",
    region =
        "africa eastern-africa middle-africa northern-africa southern-africa western-africa "
        "americas latin-america-caribbean south-america caribbean central-america "
        "northern-america asia central-asia eastern-asia southern-asia south-eastern-asia "
        "western-asia europe eastern-europe northern-europe southern-europe western-europe "
        "oceania antarctica australia-new-zealand melanesia micronesia polynesia",
    report_type =
        "attack-pattern campaign identity indicator intrusion-set malware observed-data "
        "threat-actor threat-report tool vulnerability",
    socket_address_family =
        "AF_UNSPEC AF_INET AF_IPX AF_APPLETALK AF_NETBIOS AF_INET6 AF_IRDA AF_BTH",
    socket_protocol_family_20 = "PF_INET PF_AX25 PF_IPX PF_INET6 PF_APPLETALK PF_NETROM",
    socket_type = "SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET",
    threat_actor_type =
        "activist competitor crime-syndicate criminal hacker insider-accidental "
        "insider-disgruntled nation-state sensationalist spy terrorist unknown",
    threat_actor_label_20 =
        "activist competitor crime-syndicate criminal hacker insider-accidental "
        "insider-disgruntled nation-state sensationalist spy terrorist",
    threat_actor_role =
        "agent director independent infrastructure-architect infrastructure-operator "
        "malware-author sponsor",
    threat_actor_sophistication = "none minimal intermediate advanced expert innovator strategic",
    tlp = "white green amber red",
    tool_type =
        "denial-of-service exploitation information-gathering network-capture "
        "credential-exploitation remote-access vulnerability-scanning unknown",
    tool_label_20 =
        "denial-of-service exploitation information-gathering network-capture "
        "credential-exploitation remote-access vulnerability-scanning",
    windows_integrity_level = "low medium high system", windows_pebinary_type = "dll exe sys",
    windows_registry_datatype =
        "REG_NONE REG_SZ REG_EXPAND_SZ REG_BINARY REG_DWORD REG_DWORD_BIG_ENDIAN "
        "REG_DWORD_LITTLE_ENDIAN REG_LINK REG_MULTI_SZ REG_RESOURCE_LIST "
        "REG_FULL_RESOURCE_DESCRIPTION REG_RESOURCE_REQUIREMENTS_LIST REG_QWORD REG_INVALID_TYPE",
    windows_service_start_type =
        "SERVICE_AUTO_START SERVICE_BOOT_START SERVICE_DEMAND_START SERVICE_DISABLED "
        "SERVICE_SYSTEM_ALERT",
    windows_service_type =
        "SERVICE_KERNEL_DRIVER SERVICE_FILE_SYSTEM_DRIVER SERVICE_WIN32_OWN_PROCESS "
        "SERVICE_WIN32_SHARE_PROCESS",
    windows_service_status =
        "SERVICE_CONTINUE_PENDING SERVICE_PAUSE_PENDING SERVICE_PAUSED SERVICE_RUNNING "
        "SERVICE_START_PENDING SERVICE_STOP_PENDING SERVICE_STOPPED";

}  // namespace comity::stix::vocabulary
