/*
 * github - an assertion for GitHub Actions: annotations (workflow commands) and a
 * job summary (Markdown).
 *
 * source     GitHub Docs, "Workflow commands for GitHub Actions".
 * escaping   what came off the wire is escaped for commands and for Markdown: a node's
 *            name can neither end a command nor begin one, nor link anywhere.
 * limits     GitHub shows ten annotations of a kind and takes 1 MiB of summary; what is
 *            left out is counted.
 * failure    false when out cannot be written; errno says why.
 */
#ifndef REPORT_GITHUB_H
#define REPORT_GITHUB_H

#include <stdio.h>

#include "audit/assertion.h"

#define GITHUB_TOKEN_MAX 33u

/*
 * The runner obeys a command wherever in the log it stands, also one that a node has
 * for a name. Between these two it obeys none: for everything else that is written to
 * where annotations go. False also where the system has no random numbers.
 */
bool github_mute(char token[GITHUB_TOKEN_MAX], FILE *out);
bool github_unmute(const char token[GITHUB_TOKEN_MAX], FILE *out);

bool github_annotate(const struct assertion *a, FILE *out);
bool github_summarize(const struct assertion *a, FILE *out);

#endif
