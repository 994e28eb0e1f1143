/** A run of calls on Linux as a kernel module: the text of its C file. */
import { headerOf, judge } from '../../../search/counterexamples/finding.ts';
import type { Recording, Verdict } from '../../../search/counterexamples/finding.ts';
import { clauses } from '../../../spec/clauses.generated.ts';
import { hypercalls } from '../../../spec/profiles/hypercalls-7.3.ts';
import { profiles } from '../../../spec/profiles/all.ts';
import type { TranscriptHeader } from '../../../spec/transcript.ts';
import { TargetProblem } from '../../../targets/problem.ts';
import { citationOf } from '../../clauses/place.ts';
import { formatQuestion } from '../../format.ts';
import { wrapped } from '../../explain/columns.ts';
import { expectedWords, said, wordsOf } from './answers.ts';
import { specialInC } from './special.ts';
import { Statements, nameInC } from './statements.ts';

/** What is reproduced, and what is said of it. */
export interface Run {
  readonly name: string;
  readonly about: readonly string[];
  readonly recording: Recording;
  /** Numbers of pages that a user would have to tell, by their names, where they are known. */
  readonly places?: ReadonlyMap<string, bigint>;
}

/** Text from a file, for a comment or a string: nothing in it ends either. */
export const inComment = (text: string): string => text.replaceAll('*/', '* /').replaceAll('/*', '/ *');
const inString = (text: string): string => JSON.stringify(text.replace(/[^\x20-\x7e]/g, '?'));

const tabs = (lines: readonly string[], by = '\t'): string =>
  lines.map((line) => (line === '' ? '' : by + line)).join('\n');

/** The C file. Throws TargetProblem where a call cannot be made by a module. */
export function moduleText(run: Run): string {
  const { recording } = run;
  const header = headerOf(recording);
  const verdicts = judge(recording);
  const statements = new Statements(namesOf(recording, header));
  const steps = recording.calls.map((call, i) => step(call, verdicts[i], statements));
  const byNumber = steps.some((lines) => lines.some((line) => line.includes('HVC_NUMBER(')));
  const pages = pagesIn(statements.pages, header, run.places ?? new Map<string, bigint>());
  const variables = [...pages.taken, ...declared(statements.vms)];
  return [
    opening(run, pages, byNumber),
    macros(recording, header),
    '',
    '#include "host.h"',
    '#include "report.h"',
    ...pages.parameters,
    '',
    'static int __init reproduce(void)',
    '{',
    ...variables.map((line) => `\t${line}`),
    ...(variables.length > 0 ? [''] : []),
    tabs([...pages.checks, 'if (host_setup())', '\treturn -ENOMEM;', '']),
    tabs(['/* vCPUs are loaded on one CPU: the calls stay on it. */', 'migrate_disable();', '']),
    tabs(steps.flat()),
    '',
    tabs([
      'migrate_enable();',
      'conclude();',
      '/* It stays: what the hypervisor has taken does not come back. */',
      'return 0;',
    ]),
    '}',
    'module_init(reproduce);',
    'MODULE_LICENSE("Dual BSD/GPL");',
    `MODULE_DESCRIPTION(${inString(run.name)});`,
    '',
  ].join('\n');
}

const declared = (vms: readonly string[]): string[] =>
  vms.length === 0 ? [] : [`u64 ${vms.map((vm) => `${nameInC(vm)} = 0`).join(', ')};`];

function step(call: Recording['calls'][number], verdict: Verdict | undefined, statements: Statements): string[] {
  const { answer } = call;
  if ('problem' in answer) throw new TargetProblem(`${call.op} was not answered: ${said(answer['problem'])}`);
  const expression = statements.expression(call, answer);
  const text = inString(formatQuestion(call));
  const differs = verdict?.difference && expectedWords(verdict.difference);
  if ('panic' in answer) {
    const expected = differs ?? `that the machine stops${verdict?.clause === undefined ? '' : ` (${verdict.clause})`}`;
    return ['', `announce(${text}, ${inString(expected)});`, `${expression};`, 'goes_on();'];
  }
  const check = [`check(${text}, ${inString(wordsOf(answer))},`, `      ${expression});`];
  return differs === undefined ? check : ['', `expects = ${inString(differs)};`, ...check];
}

function namesOf({ profile }: Recording, header: TranscriptHeader): ConstructorParameters<typeof Statements>[0] {
  return {
    hasPage: (name) => {
      const [block = '', page] = name.split('+');
      const size = header.blocks[block];
      if (size !== undefined) return page === undefined || Number(page) < size;
      return page === undefined && (header.pages.includes(block) || Object.hasOwn(header.specialPages, block));
    },
    // Only of this release is the list at hand.
    hypercall: (id) => (profile === 'linux-7.3' ? hypercalls[id]?.name : undefined),
    codeGfn: header.guestStubGfn ?? 0,
  };
}

function rulesOf(profile: string): ReadonlyMap<string, unknown> {
  const rules = profiles.get(profile)?.rules;
  if (rules === undefined || !profile.startsWith('linux-')) {
    throw new TargetProblem(`a module asks Linux, and ${profile} is another hypervisor's profile`);
  }
  return rules;
}

/** Which hypercalls the kernel has decides which fields its structures have. */
function macros({ profile }: Recording, { guestStubGfn }: TranscriptHeader): string {
  const rules = rulesOf(profile);
  const has = ['init_vm', 'reserve_vm', 'vcpu_load'].filter((call) => rules.has(call));
  return [
    ...has.map((call) => `#define HAVE___pkvm_${call} 1`),
    ...(guestStubGfn === undefined ? [] : [`#define GUEST_CODE (${guestStubGfn}UL << 12)`]),
    ...(rules.has('vcpu_sync_state') ? ['#define SYNC ID(__pkvm_vcpu_sync_state)'] : []),
  ].join('\n');
}

/** The pages of a run: how they are declared, told and checked. */
interface Pages {
  readonly parameters: readonly string[];
  readonly taken: readonly string[];
  readonly checks: readonly string[];
  readonly told: readonly string[];
}

function pagesIn(used: readonly string[], header: TranscriptHeader, places: ReadonlyMap<string, bigint>): Pages {
  const direct = [...new Set(used.map((name) => name.split('+')[0] ?? ''))];
  const of = direct.flatMap((name) => header.specialPages[name]?.of ?? []);
  const own = [...new Set([...direct, ...of])].filter((name) => !Object.hasOwn(header.specialPages, name));
  const taken = own.map((name) => {
    const order = Math.ceil(Math.log2(header.blocks[name] ?? 1));
    return `u64 ${nameInC(name)} = alloc_block(${order});`;
  });
  const parameters: string[] = [];
  const told: string[] = [];
  const checks =
    own.length === 0 ? [] : [`if (${own.map((name) => `!${nameInC(name)}`).join(' || ')})`, '\treturn -ENOMEM;'];
  for (const name of direct) {
    const page = header.specialPages[name];
    if (page === undefined) continue;
    const special = specialInC(page, nameInC(page.of ?? ''));
    const variable = nameInC(name);
    if ('is' in special) {
      taken.push(`u64 ${variable} = ${special.is};`);
      continue;
    }
    told.push(`${variable}=NUMBER`);
    const known = places.get(name);
    parameters.push(
      '',
      `static ulong ${variable}${known === undefined ? '' : ` = 0x${known.toString(16)}`};`,
      `module_param(${variable}, ulong, 0);`,
      `MODULE_PARM_DESC(${variable}, ${inString(`the page number of ${special.told}`)});`,
    );
    checks.push(
      `if (!${variable}) {`,
      `\tSAY(${inString(`say ${variable}=NUMBER, the page number of ${special.told}`)} "\\n");`,
      '\treturn -EINVAL;',
      '}',
    );
  }
  return { parameters, taken, checks, told };
}

/** What the file is, and how it is used. */
function opening({ name, about, recording }: Run, { told }: Pages, byNumber: boolean): string {
  const { hypervisor, release, machine, mode } = recording.target;
  const load = ['insmod pvm_reproducer.ko', ...told].join(' ');
  const lines = [
    name,
    '',
    ...about.flatMap((text) => [...wrapped(text, '', 110), '']),
    `Recorded on ${hypervisor} ${release}, ${mode}, ${machine}.`,
    '',
    'Build:  make KDIR=/lib/modules/$(uname -r)/build      (cross: ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-)',
    `Load:   ${load}      (kvm-arm.mode=protected on the command line)`,
    'Read:   dmesg | grep reproducer:                      (on a serial port, where the machine stops)',
    '',
    'Each call is printed with the answer that was expected and the one that was got. No VM should run meanwhile. Reboot',
    'afterwards: pages that the hypervisor has taken stay with it.',
    ...(byNumber
      ? ['', `Calls of HVC_NUMBER are made by their numbers in ${release}: other releases have others.`]
      : []),
  ];
  return [
    '// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0',
    '/*',
    ...lines.map((line) => ` * ${inComment(line)}`.trimEnd()),
    ' */',
  ].join('\n');
}

/** A clause in one paragraph, with its place. */
export function clauseInWords(id: string): string {
  const clause = Object.hasOwn(clauses, id)
    ? (clauses as Readonly<Record<string, (typeof clauses)[keyof typeof clauses]>>)[id]
    : undefined;
  return clause === undefined ? id : `${clause.id}: ${clause.text} (${citationOf(clause)})`;
}

/** The file by which both C files and the guest's code are built. */
export const makefile = `# make KDIR=FOLDER: the build tree of the kernel that is to load the module.
obj-m := pvm_reproducer.o
pvm_reproducer-y := reproducer.o stub.o
# Not traced: older compilers do not align functions as the kernel's tracer wants it.
ccflags-remove-y := $(CC_FLAGS_FTRACE)

KDIR ?= /lib/modules/$(shell uname -r)/build
all:
\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules
clean:
\t$(MAKE) -C $(KDIR) M=$(CURDIR) clean
`;
