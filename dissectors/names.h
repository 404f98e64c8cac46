/*
 * names - what numbers on the wire are called.
 *
 * source     IANA registries "TLS Parameters", "TLS ExtensionType Values";
 *            RFC 8446, RFC 5246. Spelled as the registries spell them.
 * failure    NULL for a number without a name here.
 */
#ifndef DISSECTORS_NAMES_H
#define DISSECTORS_NAMES_H

#include <stdbool.h>
#include <stdint.h>

const char *tls_version_name(uint16_t version);		/* 0x0303: "TLSv1.2" */
const char *tls_cipher_name(uint16_t cipher);		/* "TLS_AES_128_GCM_SHA256" */
const char *tls_group_name(uint16_t group);		/* "x25519", "X25519MLKEM768" */
bool        tls_group_is_post_quantum(uint16_t group);
const char *tls_signature_name(uint16_t scheme);	/* "ecdsa_secp256r1_sha256" */
const char *tls_alert_name(uint8_t description);	/* "certificate_expired" */

#endif
