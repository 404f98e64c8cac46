/*
 * tls_message_test - a handshake message is told whole, however its bytes are
 * shared out among records.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dissectors/tls.h"

/* A server's flight, RFC 5246 7.3: ServerHello, Certificate, ServerKeyExchange,
 * CertificateRequest, ServerHelloDone. ECDHE_ECDSA with x25519. */
#define RANDOM "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define POINT  "pppppppppppppppppppppppppppppppp"
#define HELLO  "\x02\0\0\x26\x03\x03" RANDOM "\0\xc0\x2c\0"
#define CHAIN  "\x0b\0\0\x0b\0\0\x08\0\0\x05" "chain"
#define PARAMETERS "\x03\0\x1d\x20" POINT
#define EXCHANGE   "\x0c\0\0\x30" PARAMETERS "\x04\x03\0\x08" "signatur"
#define REQUEST    "\x0d\0\0\x04\0\0\0\0"
#define DONE       "\x0e\0\0\0"

static const char flight[] = HELLO CHAIN EXCHANGE REQUEST DONE;

#define FLIGHT (sizeof flight - 1)

struct heard {
	uint8_t b[FLIGHT];
	size_t  n, n_messages;
	bool    exchange;
};

static void
on_fact(void *owner, const struct fact *f)
{
	struct heard *h = owner;

	if (f->kind == FACT_TLS_RECORD) {
		assert_int_equal(f->message.n, 0);
		return;
	}
	assert_int_not_equal(f->kind, FACT_ANOMALY);
	assert_true(f->message.n >= TLS_MESSAGE_HEADER && h->n + f->message.n <= FLIGHT);
	memcpy(h->b + h->n, f->message.p, f->message.n);
	h->n += f->message.n;
	h->n_messages++;
	if (f->kind == FACT_TLS_KEY_EXCHANGE) {
		h->exchange = true;
		assert_int_equal(f->u.tls_key_exchange.parameters.n, 36);
		assert_memory_equal(f->u.tls_key_exchange.parameters.p, PARAMETERS, 36);
		assert_int_equal(f->u.tls_key_exchange.scheme, 0x0403);
		assert_int_equal(f->u.tls_key_exchange.signature.n, 8);
		assert_memory_equal(f->u.tls_key_exchange.signature.p, "signatur", 8);
	}
}

/* Every cut of the flight into three records. */
static void
messages_are_whole_whatever_records_they_lie_in(void **state)
{
	(void)state;
	for (size_t first = 1; first < FLIGHT; first++) {
		for (size_t second = first + 1; second < FLIGHT; second++) {
			const size_t cuts[] = { 0, first, second, FLIGHT };
			uint8_t *b = malloc(FLIGHT + 15), *at = b;
			struct heard heard = { .n = 0 };
			const struct port out = { .owner = &heard, .fact = on_fact };
			struct tls_state state_of = { 0 };

			assert_non_null(b);
			for (int i = 0; i < 3; i++) {
				size_t n = cuts[i + 1] - cuts[i];
				const uint8_t header[] = { 22, 3, 3, 0, (uint8_t)n };
				memcpy(at, header, 5);
				memcpy(at + 5, flight + cuts[i], n);
				at += 5 + n;
			}
			for (struct rd r = rd_of(b, FLIGHT + 15); rd_left(&r) > 0;) {
				struct step step = dx_tls.feed(&state_of, SIDE_SERVER, r, &out);
				assert_int_equal(step.verb, STEP_PAST);
				rd_take(&r, (size_t)step.n);
			}
			assert_int_equal(heard.n, FLIGHT);
			assert_memory_equal(heard.b, flight, FLIGHT);
			assert_int_equal(heard.n_messages, 5);
			assert_true(heard.exchange);
			free(b);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_whole_whatever_records_they_lie_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
