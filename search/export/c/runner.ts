/** A program that draws states and arguments for the checks, where there is no CBMC. */
export const runnerText = (calls: readonly string[]): string => `\
/* Draws states and arguments: run RUNS SEED. Written by pvm-spec export. */
#include "spec.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Those that are linked: all, unless CHECKS says so. */
#ifndef CHECKS
#define CHECKS ${calls.map((call) => `X(${call})`).join(' ')}
#endif

static jmp_buf next;
static struct { const char *kind, *what; long seen; } reports[1024];
static int count;

void assume(int condition) {
  if (!condition) longjmp(next, 1);
}

int choose(int first, int last) { return first + rand() % (last - first + 1); }

void report(const char *kind, const char *what, int is_seen) {
  int i = 0;
  while (i < count && (strcmp(reports[i].kind, kind) || strcmp(reports[i].what, what))) i++;
  if (i == 1024) abort();
  if (i == count) {
    reports[i].kind = kind;
    reports[i].what = what;
    count++;
  }
  reports[i].seen += is_seen != 0;
}

static void repeat(void (*check)(void), long runs) {
  volatile long left = runs;
  while (left-- > 0)
    if (!setjmp(next)) check();
}

int main(int argc, char **argv) {
  const long runs = argc > 1 ? atol(argv[1]) : 100000;
  int wrong = 0;
  srand(argc > 2 ? (unsigned)atoi(argv[2]) : 1);
#define X(call) repeat(check_##call, runs);
  CHECKS
  for (int i = 0; i < count; i++) {
    const int is_check = !strcmp(reports[i].kind, "check");
    const int is_right = is_check ? !reports[i].seen : reports[i].seen > 0;
    printf("%s %s %s: %ld times\\n", is_right ? "ok" : "WRONG", reports[i].kind, reports[i].what, reports[i].seen);
    wrong |= !is_right;
  }
  return wrong;
}
`;
