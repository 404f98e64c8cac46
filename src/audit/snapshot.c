#include "audit/snapshot.h"

const char *
epmd_how_word(enum epmd_how how)
{
	switch (how) {
	case EPMD_HOW_NONE:   break;
	case EPMD_HOW_ALIVE2: return "alive2";
	case EPMD_HOW_PORT2:  return "port2";
	case EPMD_HOW_NAMES:  return "names";
	}
	return NULL;
}

const char *
epmd_type_word(uint8_t type)
{
	switch (type) {
	case 77: return "normal";
	case 72: return "hidden";
	default: return NULL;
	}
}
