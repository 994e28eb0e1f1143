/** The header that all checks share: how a check speaks, how the state is read, what is called. */
import { fields } from '../../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../../spec/fields.ts';
import { families } from '../../../spec/fields.ts';
import type { TransitionSystem } from '../../../spec/transition-system.ts';
import { identifier } from '../names.ts';
import { conversions, types } from './linux.ts';

export function headerText(
  calls: readonly string[],
  prototypes: readonly string[],
  read: readonly FieldName[],
  system: TransitionSystem,
): string {
  const { config, profile } = system;
  return `${[
    `/* Checks of ${profile.name}, written by pvm-spec export: see docs/c-harness.md. */`,
    '#ifndef PVM_SPEC_H\n#define PVM_SPEC_H\n#include <errno.h>\n#include <stdbool.h>\n#include <stddef.h>',
    speech,
    '/* With KERNEL_HEADERS, nvhe/mem_protect.h and nvhe/pkvm.h are included instead. */',
    '#ifdef KERNEL_HEADERS\n#include <nvhe/mem_protect.h>\n#include <nvhe/pkvm.h>\n#else',
    types,
    prototypes.map((one) => `${one};`).join('\n'),
    '#endif',
    '/* How large everything is. Pages, frames, VMs and CPUs are numbered from 0, and -1 is none. */',
    [
      ['PAGES', config.pages.length],
      ['GFNS', config.gfns.length],
      ['SLOTS', config.slots],
      ['VCPUS', config.vcpus],
      ['CPUS', config.cpus],
      ['PAGES_OF_BLOCK', config.block],
      ['MOST_SHARES', config.maxShares],
      ...Object.entries(config.sizes).map(([name, size]) => [identifier(name).toUpperCase(), size] as const),
    ]
      .map(([name, size]) => `#define ${name} ${size}`)
      .join('\n'),
    `/* Pages:\n${config.pages.map(({ name, kind }, i) => `     ${i}  ${name}: ${kind}`).join('\n')}\n   Frames:\n${config.gfns.map(({ name }, i) => `     ${i}  ${name}`).join('\n')} */`,
    '/* From these numbers to arguments, and back from the state of the hypervisor: you write the functions below. */',
    [...conversions.map(([prototype, words]) => `/* ${words} */\n${prototype};`)].join('\n'),
    '/* Any state that the hypervisor can be in, or more. */\nvoid arbitrary_state(void);',
    read.map(accessor).join('\n'),
    calls.map((call) => `void check_${call}(void);`).join('\n'),
    '#endif',
  ].join('\n\n')}\n`;
}

/** A function that reads one field, with what it says in words and by its values. */
function accessor(field: FieldName): string {
  const shape: FieldShape = fields[field];
  const places: readonly string[] = families[shape.over];
  const words = 'flag' in shape ? `1 where ${shape.flag.replace(/\[([^|\]]*)[^\]]*\]/, '$1')}, else 0` : shape.name;
  const values = shape.values === undefined ? '' : `: ${shape.values.map((name, i) => `${i} ${name}`).join(', ')}`;
  const given = places.length === 0 ? 'void' : places.map((place) => `int ${place}`).join(', ');
  return `/* ${words.replaceAll(/[{}]/g, '')}${values} */\nint read_${identifier(field)}(${given});`;
}

/** For CBMC, and for a program that draws. */
const speech = `\
enum { DONE = -1 };

#ifdef __CPROVER__
int nondet_int(void);
#define ASSUME(condition) __CPROVER_assume(condition)
#define CHECK(condition, what) __CPROVER_assert(condition, what)
#ifdef COVERAGE
#define COVER(condition, what) __CPROVER_cover(condition)
#else
#define COVER(condition, what)
#endif
#define EXPECT_FAILURE(condition, what) __CPROVER_assert(condition, "expected to fail: " what)
static inline int choose(int first, int last) {
  const int chosen = nondet_int();
  ASSUME(first <= chosen && chosen <= last);
  return chosen;
}
#else
void assume(int condition);
void report(const char *kind, const char *what, int is_seen);
int choose(int first, int last);
#define ASSUME(condition) assume(condition)
#define CHECK(condition, what) report("check", what, !(condition))
#define COVER(condition, what) report("cover", what, condition)
#define EXPECT_FAILURE(condition, what) report("expected failure", what, !(condition))
#endif
/* The specification is wrong. */
#define fail(why) CHECK(0, why)`;
