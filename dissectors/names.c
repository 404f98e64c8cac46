#include "dissectors/names.h"

#include <stddef.h>
#include <stdlib.h>

struct name {
	uint16_t    number;
	const char *name;
};

struct group {
	uint16_t    number;
	bool        post_quantum;	/* a KEM that is to outlast quantum computers takes part */
	const char *name;
};

/* Every table is in the order of its numbers. */

static const struct name versions[] = {
	{ 0x0300, "SSLv3" },
	{ 0x0301, "TLSv1" },
	{ 0x0302, "TLSv1.1" },
	{ 0x0303, "TLSv1.2" },
	{ 0x0304, "TLSv1.3" },
};

static const struct name ciphers[] = {
#include "dissectors/names_cipher.inc"
};

/* IANA "TLS Supported Groups". */
static const struct group groups[] = {
	{ 0x0001, false, "sect163k1" },
	{ 0x0002, false, "sect163r1" },
	{ 0x0003, false, "sect163r2" },
	{ 0x0004, false, "sect193r1" },
	{ 0x0005, false, "sect193r2" },
	{ 0x0006, false, "sect233k1" },
	{ 0x0007, false, "sect233r1" },
	{ 0x0008, false, "sect239k1" },
	{ 0x0009, false, "sect283k1" },
	{ 0x000a, false, "sect283r1" },
	{ 0x000b, false, "sect409k1" },
	{ 0x000c, false, "sect409r1" },
	{ 0x000d, false, "sect571k1" },
	{ 0x000e, false, "sect571r1" },
	{ 0x000f, false, "secp160k1" },
	{ 0x0010, false, "secp160r1" },
	{ 0x0011, false, "secp160r2" },
	{ 0x0012, false, "secp192k1" },
	{ 0x0013, false, "secp192r1" },
	{ 0x0014, false, "secp224k1" },
	{ 0x0015, false, "secp224r1" },
	{ 0x0016, false, "secp256k1" },
	{ 0x0017, false, "secp256r1" },
	{ 0x0018, false, "secp384r1" },
	{ 0x0019, false, "secp521r1" },
	{ 0x001a, false, "brainpoolP256r1" },
	{ 0x001b, false, "brainpoolP384r1" },
	{ 0x001c, false, "brainpoolP512r1" },
	{ 0x001d, false, "x25519" },
	{ 0x001e, false, "x448" },
	{ 0x001f, false, "brainpoolP256r1tls13" },
	{ 0x0020, false, "brainpoolP384r1tls13" },
	{ 0x0021, false, "brainpoolP512r1tls13" },
	{ 0x0022, false, "GC256A" },
	{ 0x0023, false, "GC256B" },
	{ 0x0024, false, "GC256C" },
	{ 0x0025, false, "GC256D" },
	{ 0x0026, false, "GC512A" },
	{ 0x0027, false, "GC512B" },
	{ 0x0028, false, "GC512C" },
	{ 0x0029, false, "curveSM2" },
	{ 0x0100, false, "ffdhe2048" },
	{ 0x0101, false, "ffdhe3072" },
	{ 0x0102, false, "ffdhe4096" },
	{ 0x0103, false, "ffdhe6144" },
	{ 0x0104, false, "ffdhe8192" },
	{ 0x0200, true,  "MLKEM512" },
	{ 0x0201, true,  "MLKEM768" },
	{ 0x0202, true,  "MLKEM1024" },
	{ 0x11eb, true,  "SecP256r1MLKEM768" },
	{ 0x11ec, true,  "X25519MLKEM768" },
	{ 0x11ed, true,  "SecP384r1MLKEM1024" },
	{ 0x11ee, true,  "curveSM2MLKEM768" },
	{ 0x6399, true,  "X25519Kyber768Draft00" },
	{ 0x639a, true,  "SecP256r1Kyber768Draft00" },
	{ 0xff01, false, "arbitrary_explicit_prime_curves" },
	{ 0xff02, false, "arbitrary_explicit_char2_curves" },
};

/* IANA "TLS SignatureScheme". */
static const struct name signatures[] = {
	{ 0x0201, "rsa_pkcs1_sha1" },
	{ 0x0203, "ecdsa_sha1" },
	{ 0x0401, "rsa_pkcs1_sha256" },
	{ 0x0403, "ecdsa_secp256r1_sha256" },
	{ 0x0420, "rsa_pkcs1_sha256_legacy" },
	{ 0x0501, "rsa_pkcs1_sha384" },
	{ 0x0503, "ecdsa_secp384r1_sha384" },
	{ 0x0520, "rsa_pkcs1_sha384_legacy" },
	{ 0x0601, "rsa_pkcs1_sha512" },
	{ 0x0603, "ecdsa_secp521r1_sha512" },
	{ 0x0620, "rsa_pkcs1_sha512_legacy" },
	{ 0x0704, "eccsi_sha256" },
	{ 0x0705, "iso_ibs1" },
	{ 0x0706, "iso_ibs2" },
	{ 0x0707, "iso_chinese_ibs" },
	{ 0x0708, "sm2sig_sm3" },
	{ 0x0709, "gostr34102012_256a" },
	{ 0x070a, "gostr34102012_256b" },
	{ 0x070b, "gostr34102012_256c" },
	{ 0x070c, "gostr34102012_256d" },
	{ 0x070d, "gostr34102012_512a" },
	{ 0x070e, "gostr34102012_512b" },
	{ 0x070f, "gostr34102012_512c" },
	{ 0x0804, "rsa_pss_rsae_sha256" },
	{ 0x0805, "rsa_pss_rsae_sha384" },
	{ 0x0806, "rsa_pss_rsae_sha512" },
	{ 0x0807, "ed25519" },
	{ 0x0808, "ed448" },
	{ 0x0809, "rsa_pss_pss_sha256" },
	{ 0x080a, "rsa_pss_pss_sha384" },
	{ 0x080b, "rsa_pss_pss_sha512" },
	{ 0x081a, "ecdsa_brainpoolP256r1tls13_sha256" },
	{ 0x081b, "ecdsa_brainpoolP384r1tls13_sha384" },
	{ 0x081c, "ecdsa_brainpoolP512r1tls13_sha512" },
	{ 0x0904, "mldsa44" },
	{ 0x0905, "mldsa65" },
	{ 0x0906, "mldsa87" },
	{ 0x0911, "slhdsa_sha2_128s" },
	{ 0x0912, "slhdsa_sha2_128f" },
	{ 0x0913, "slhdsa_sha2_192s" },
	{ 0x0914, "slhdsa_sha2_192f" },
	{ 0x0915, "slhdsa_sha2_256s" },
	{ 0x0916, "slhdsa_sha2_256f" },
	{ 0x0917, "slhdsa_shake_128s" },
	{ 0x0918, "slhdsa_shake_128f" },
	{ 0x0919, "slhdsa_shake_192s" },
	{ 0x091a, "slhdsa_shake_192f" },
	{ 0x091b, "slhdsa_shake_256s" },
	{ 0x091c, "slhdsa_shake_256f" },
};

/* IANA "TLS Alerts". */
static const struct name alerts[] = {
	{   0, "close_notify" },
	{  10, "unexpected_message" },
	{  20, "bad_record_mac" },
	{  21, "decryption_failed" },
	{  22, "record_overflow" },
	{  30, "decompression_failure" },
	{  40, "handshake_failure" },
	{  41, "no_certificate" },
	{  42, "bad_certificate" },
	{  43, "unsupported_certificate" },
	{  44, "certificate_revoked" },
	{  45, "certificate_expired" },
	{  46, "certificate_unknown" },
	{  47, "illegal_parameter" },
	{  48, "unknown_ca" },
	{  49, "access_denied" },
	{  50, "decode_error" },
	{  51, "decrypt_error" },
	{  52, "too_many_cids_requested" },
	{  60, "export_restriction" },
	{  70, "protocol_version" },
	{  71, "insufficient_security" },
	{  80, "internal_error" },
	{  86, "inappropriate_fallback" },
	{  90, "user_canceled" },
	{ 100, "no_renegotiation" },
	{ 109, "missing_extension" },
	{ 110, "unsupported_extension" },
	{ 111, "certificate_unobtainable" },
	{ 112, "unrecognized_name" },
	{ 113, "bad_certificate_status_response" },
	{ 114, "bad_certificate_hash_value" },
	{ 115, "unknown_psk_identity" },
	{ 116, "certificate_required" },
	{ 117, "general_error" },
	{ 120, "no_application_protocol" },
	{ 121, "ech_required" },
};

/* Every row of every table begins with its number. */
static int
compare(const void *key, const void *row)
{
	int a = *(const uint16_t *)key, b = *(const uint16_t *)row;

	return a - b;
}

#define FIND(number, table) \
	bsearch(&(number), (table), sizeof (table) / sizeof *(table), sizeof *(table), compare)

static const char *
name_of(const struct name *row)
{
	return row ? row->name : NULL;
}

const char *
tls_version_name(uint16_t version)
{
	return name_of(FIND(version, versions));
}

const char *
tls_cipher_name(uint16_t cipher)
{
	return name_of(FIND(cipher, ciphers));
}

const char *
tls_group_name(uint16_t group)
{
	const struct group *row = FIND(group, groups);

	return row ? row->name : NULL;
}

bool
tls_group_is_post_quantum(uint16_t group)
{
	const struct group *row = FIND(group, groups);

	return row && row->post_quantum;
}

const char *
tls_signature_name(uint16_t scheme)
{
	return name_of(FIND(scheme, signatures));
}

const char *
tls_alert_name(uint8_t description)
{
	uint16_t number = description;

	return name_of(FIND(number, alerts));
}
