/** Modules and self-tests of findings: every call is in them, nothing in a file is C, and the compiler takes them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFinding } from '../../../search/counterexamples/finding.ts';
import type { Finding } from '../../../search/counterexamples/finding.ts';
import { cacheFolder, findInstalled, treeOf } from '../../../targets/linux-pkvm/installed.ts';
import { selftestUnit } from '../../../targets/linux-pkvm/reproducer/boot.ts';
import { requestFor } from '../../../targets/linux-pkvm/protocol.ts';
import { TargetProblem } from '../../../targets/problem.ts';
import { pvmSpec } from '../../in-process.ts';
import { moduleText } from './module.ts';
import type { Run } from './module.ts';
import { runOf } from './run.ts';
import { selftest } from './selftest.ts';
import { piecesInC } from './statements.ts';
import { reproducer } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
afterAll(() => rmSync(folder, { recursive: true }));

const findingIn = (file: string): Finding => {
  const read = parseFinding(readFileSync(join('counterexamples/findings', file), 'utf8'));
  if (typeof read === 'string') throw new Error(`unreachable: ${file}: ${read}`);
  return read;
};
const findings = readdirSync('counterexamples/findings').map(findingIn);
const runUnder = (finding: Finding, profile: string): Run => {
  const run = runOf(finding, profile);
  return typeof run === 'string' ? expect.fail(run) : run;
};
/** Of each finding the run of each release that the command takes. */
const runs = findings.flatMap((finding) =>
  [...new Set(finding.recordings.map(({ profile }) => profile))].map((profile) => runUnder(finding, profile)),
);
const named = (name: string): Run => runs.find((run) => run.name === name) ?? expect.fail(`no finding ${name}`);

/** The C statements of a function, one a line. */
const bodyOf = (text: string): string[] =>
  text
    .slice(text.indexOf('migrate_disable();'), text.indexOf('migrate_enable();'))
    .split('\n')
    .map((line) => line.trim());

test('each call of each recording is one statement', () => {
  expect(runs.length).toBeGreaterThan(25);
  for (const run of runs) {
    const body = bodyOf(moduleText(run)).join('\n');
    const { calls } = run.recording;
    expect(body.match(/^(?:check|announce)\(/gm)).toHaveLength(calls.length);
    expect(body.match(/^announce\(/gm)?.length ?? 0).toBe(calls.filter(({ answer }) => 'panic' in answer).length);
  }
});

test('calls, places and answers have names', () => {
  const body = (name: string): string => bodyOf(moduleText(named(name))).join('\n');
  expect(body('linux-7.3.wild-pointers-stop-the-machine')).toContain(
    'announce("hypercall(id 13, args 0)", "an answer");\nret(HVC(__kvm_tlb_flush_vmid, 0));\ngoes_on();',
  );
  const shared = body('linux-7.3.shared-pages-return-as-they-are');
  expect(shared).toContain('"a handle",\nhandle(&vm0, HVC(__pkvm_reserve_vm)));');
  expect(shared).toContain('RUN(vm0, 0, GUEST_CALL, .x0 = 0xc6000003, .x1 = 0x100000, .x22 = 0x100000)');
  expect(shared).toContain('check("host_read(P0, offset 8)", "0xbeef",\nword(p0, 8));');
  const written = body('linux-7.2.el2-writes-where-the-host-points');
  expect(written).toContain('HVC_NUMBER(25, SEEN_AT(hvm0) + 0xeac)');
  expect(written).toContain(
    'expects = "EINVAL (SHARE-GUEST-UNPROTECTED)";\ncheck("share_guest(P0, gfn 300, nr 1, prot 15)", "0",',
  );
  expect(moduleText(named('linux-7.3.reclaiming-el2-s-code-stops-the-machine'))).toContain(
    'module_param(text0, ulong, 0);',
  );
});

test('what a file says ends neither a comment nor a string', () => {
  const { recording } = named('linux-7.3.reclaiming-el2-s-code-stops-the-machine');
  const [call] = recording.calls;
  const calls = call === undefined ? [] : [{ ...call, answer: { value: '*/ "); evil();\n// \\' } }];
  const text = moduleText({
    name: 'a */ evil(); /* "\n\\',
    about: ['*/ #include "/etc/passwd"'],
    recording: { ...recording, calls },
  });
  expect(text.slice(0, text.indexOf('#define')).match(/\*\/|\/\*/g)).toEqual(['/*', '*/']);
  expect(text).not.toMatch(/^[^*"]*evil/m);
  expect(text).toContain('"*/ \\"); evil();?// \\\\"');
});

const refused: readonly (readonly [string, Parameters<typeof moduleText>[0]['recording']['calls'][number], string])[] =
  [
    [
      'a call that the target cannot make',
      { op: 'host_smc', args: { smc: 'REBOOT' }, answer: { ret: 0 } },
      'not a call to the firmware',
    ],
    [
      'a call without an answer',
      { op: 'host_read', args: { page: 'P0', offset: 0 }, answer: { problem: 'no' } },
      'was not answered: no',
    ],
    ['a page that nobody has', { op: 'host_share_hyp', args: { page: 'Q0' }, answer: { ret: 0 } }, 'no page Q0'],
  ];
test.each(refused)('%s is refused', (_, call, problem) => {
  const { recording } = named('linux-7.3.numbers-alias');
  expect(() => moduleText({ name: 'x', about: [], recording: { ...recording, calls: [call] } })).toThrow(problem);
});

const age = 'linux-7.3.an-age-beyond-the-range-stops-the-machine';
const exported = (format: string, ...args: string[]): ReturnType<typeof pvmSpec> =>
  pvmSpec('export', '--format', format, ...args);

test.each([
  [['c-reproducer'], '--format c-reproducer needs the name of a finding, or a file that hunt --save wrote'],
  [['c-reproducer', age, '--scope', 'pages'], '--format c-reproducer takes no --scope: its run names its scope'],
  [
    ['c-reproducer', age, '--profile', 'linux-6.1'],
    'was not recorded under linux-6.1; it was under linux-7.3, linux-7.2',
  ],
  [
    ['selftest', age, '--profile', 'linux-7.2'],
    'the self-test is that of linux-7.3, and this was recorded under linux-7.2',
  ],
  [['selftest', 'linux-7.3.wild-pointers-stop-the-machine'], "hypercall has no counterpart in the kernel's self-test"],
  [['selftest', 'qemu-7.2.wipes-are-lost'], 'no single sequence shows it'],
  [
    ['c-reproducer', 'donate-free.a-page-has-no-owner'],
    'is no run on a real hypervisor: findings are, and what hunt --save writes',
  ],
])('in one line: %j', async ([format = '', ...args], problem) => {
  const { status, stdout, stderr } = await exported(format, ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^pvm-spec: [^\n]*\n$/);
  expect(stderr).toContain(problem);
});

test('a run about one page is a self-test, with the states of the page', () => {
  const { recording } = named('linux-7.3.numbers-alias');
  const share = (op: string, ret: number | string) => ({ op, args: { page: 'P0' }, answer: { ret } });
  const text = selftest({
    name: 'shared twice',
    about: [],
    recording: { ...recording, calls: [share('host_share_hyp', 0), share('host_share_hyp', 0)] },
  });
  expect(text.slice(text.indexOf('__pkvm_hyp_donate_host'))).toBe(`\
__pkvm_hyp_donate_host, pfn, 1);

	selftest_state.host = PKVM_PAGE_SHARED_OWNED;
	selftest_state.hyp = PKVM_PAGE_SHARED_BORROWED;
	assert_transition_res(0,	__pkvm_host_share_hyp, pfn);

	/* host_share_hyp(P0): expected EPERM (SHARE-HYP-OWNED); in the recording it answers 0. */
	assert_transition_res(-EPERM,	__pkvm_host_share_hyp, pfn);

	teardown_selftest_vm();
}
`);
  expect(selftest(named(age))).toContain('__pkvm_host_test_clear_young_guest, 0x10000000000, 1, false, vm);');
});

test('a self-test has one page, one VM, and no answer of a caller', () => {
  const { recording } = named('linux-7.3.shared-pages-return-as-they-are');
  const [first, ...others] = recording.calls.slice(0, 9);
  const donate = { op: 'donate_guest', args: { page: 'P0', gfn: 256 }, answer: { ret: 'EINVAL' } };
  const of = (...calls: (typeof donate)[]) =>
    selftest({
      name: 'x',
      about: [],
      recording: { ...recording, calls: [...(first ? [first] : []), ...others, ...calls] as typeof recording.calls },
    });
  expect(() => of(donate)).toThrow(
    'donate_guest is answered by DONATE-LOADED, before __pkvm_host_donate_guest is called',
  );
  expect(() => of(donate, { ...donate, args: { page: 'P1', gfn: 256 } })).toThrow('the self-test has one page');
  expect(() => of()).toThrow(TargetProblem);
});

test('loads and stores on the way are passed over; a page of code, and a number that wraps, have theirs', () => {
  const alias = selftest(named('linux-7.3.numbers-alias'));
  expect(alias).toContain('__pkvm_host_donate_guest, pfn + (1UL << 52), 0x10000000000100, vcpu);');
  expect(alias).toContain('assert_transition_res(0,\t__pkvm_host_force_reclaim_page_guest, hyp_pfn_to_phys(pfn));');
  expect(alias).not.toContain('host_read');
  expect(selftest(named('linux-7.3.reclaiming-el2-s-code-stops-the-machine'))).toContain(
    '__pkvm_host_force_reclaim_page_guest, hyp_pfn_to_phys(hyp_virt_to_pfn(__hyp_text_start)));',
  );
  // What is found is a load: no other call of the run shows it.
  const { recording } = named('linux-7.3.numbers-alias');
  const short = { ...recording, calls: recording.calls.slice(0, -1) };
  expect(() => selftest({ name: 'x', about: [], recording: short })).toThrow('host_read has no counterpart');
});

/** The self-tests of the release that has them, or why a finding has none. */
const selftests = findings.flatMap((finding): (readonly [string, string | TargetProblem])[] => {
  const { name, recordings } = finding;
  if (!recordings.some(({ profile }) => profile === 'linux-7.3')) return [];
  try {
    return [[name, selftest(runUnder(finding, 'linux-7.3'))]];
  } catch (error) {
    if (error instanceof TargetProblem) return [[name, error]];
    throw error;
  }
});

test('the page about reproducers says which findings have no self-test, and why', () => {
  const page = readFileSync('docs/reproducers.md', 'utf8');
  const rows = [...page.matchAll(/^\| `(linux-7\.3\.[\w.-]+)` *\| (.*) \|$/gm)].map(([, name, why]) => [
    name,
    why?.trim(),
  ]);
  expect(rows).toEqual(selftests.map(([name, it]) => [name, typeof it === 'string' ? 'yes' : `no: ${it.message}`]));
  expect(rows.filter(([, why]) => why === 'yes').length).toBeGreaterThan(3);
});

test('what a module knows of guests and errors is what the target knows', () => {
  const report = readFileSync('targets/linux-pkvm/reproducer/report.h', 'utf8');
  const inC = [...report.matchAll(/^\t(GUEST_\w+) = (0x[0-9a-f]+),$/gm)].map(([, name, at]) => [Number(at), name]);
  const ends = ['GUEST_END', 'GUEST_EXCEPTION'];
  expect(inC.filter(([, name]) => !ends.includes(String(name)))).toEqual([...piecesInC]);
  const places = { page: () => 0n, call: () => 0, maybe: () => 0, codeGfn: 0 };
  const reserve = requestFor({ op: 'reserve_vm', args: {} }, places);
  const errors = Array.from(
    { length: 200 },
    (_, i) => reserve.read(['0', BigInt.asUintN(64, BigInt(-i - 1)).toString(16)])['ret'],
  );
  expect([...report.matchAll(/^\tNAME\((\w+)\);$/gm)].map(([, name]) => name)).toEqual(
    errors.filter((name) => typeof name === 'string' && name.startsWith('E')),
  );
});

const installed = findInstalled(cacheFolder(), '7.3');
const tree = installed && treeOf(installed);
const compiler = 'aarch64-linux-gnu-gcc';
const whyNot =
  spawnSync(compiler, ['--version']).status !== 0
    ? `${compiler} is not installed`
    : tree === undefined && 'no release 7.3 of linux-pkvm is set up with its headers';

describe.runIf(whyNot === false)(whyNot === false ? 'with a kernel' : `left out: ${whyNot}`, () => {
  /** All modules of a release as one file: its headers are read once. */
  function unity(): string {
    const all = runs.filter(({ recording }) => recording.profile === 'linux-7.3').map((run) => reproducer(run));
    const parts = all.map((files, i) => {
      mkdirSync(join(folder, `run${i}`));
      for (const [file, text] of files) writeFileSync(join(folder, `run${i}`, file), text);
      const own = ['reproduce', ...(files.get('reproducer.c') ?? '').matchAll(/^module_param\((\w+)/gm)].map(
        ([, name = 'reproduce']) => name,
      );
      const define = ['reproduce', ...own].map((name) => `#define ${name} ${name}_${i}`);
      const drop = ['reproduce', ...own].map((name) => `#undef ${name}`);
      const usual = `#undef module_init\n#define module_init(it) static int (*const used_${i})(void) __maybe_unused = it;`;
      return [...new Set(define), i === 0 ? '' : usual, `#include "run${i}/reproducer.c"`, ...new Set(drop)].join('\n');
    });
    expect(parts.length).toBeGreaterThan(12);
    return parts.join('\n');
  }

  /** What the compiler says of a file in the folder, which is kept in no object. */
  function compiled(file: string, ...own: readonly string[]): { status: number | null; stderr: string } {
    const common = join(
      tree ?? '',
      '..',
      readFileSync(join(tree ?? '', 'Makefile'), 'utf8').match(/linux-headers-\S+-common/)?.[0] ?? '',
    );
    const below = ['arch/arm64/include', 'arch/arm64/include/generated', 'include', 'arch/arm64/include/uapi'];
    const more = ['arch/arm64/include/generated/uapi', 'include/uapi', 'include/generated/uapi'];
    const from = [...below, ...more].flatMap((name) =>
      [tree ?? '', common].flatMap((root) => ['-isystem', join(root, name)]),
    );
    const first = ['compiler-version.h', 'kconfig.h', 'compiler_types.h'].flatMap((name) => [
      '-include',
      join(common, 'include/linux', name),
    ]);
    const macros = [
      '-D__KERNEL__',
      '-DMODULE',
      '-DKBUILD_MODNAME="x"',
      '-DKBUILD_BASENAME="x"',
      '-D__KBUILD_MODNAME=x',
      '-DKASAN_SHADOW_SCALE_SHIFT=',
    ];
    const flags = [
      '-fsyntax-only',
      '-std=gnu11',
      '-O2',
      '-Wall',
      '-Werror',
      '-nostdinc',
      '-fshort-wchar',
      '-fms-extensions',
      '-mgeneral-regs-only',
    ];
    const hypervisor = ['-isystem', join(common, 'arch/arm64/kvm/hyp/include')];
    const { status, stderr } = spawnSync(
      compiler,
      [...flags, ...from, ...hypervisor, ...first, ...macros, ...own, file],
      { cwd: folder, encoding: 'utf8' },
    );
    return { status, stderr };
  }

  test('every module of 7.3 is C without a warning', () => {
    writeFileSync(join(folder, 'all.c'), unity());
    expect(compiled('all.c')).toEqual({ status: 0, stderr: '' });
  });

  test('so is every self-test, beside the declarations of the hypervisor', () => {
    const texts = selftests.flatMap(([, it]) => (typeof it === 'string' ? [it] : []));
    writeFileSync(join(folder, 'selftest.h'), readFileSync('targets/linux-pkvm/reproducer/selftest.h'));
    writeFileSync(join(folder, 'selftests.c'), selftestUnit(texts.join('\n')));
    expect(compiled('selftests.c', '-D__KVM_NVHE_HYPERVISOR__', '-D__DISABLE_EXPORTS')).toEqual({
      status: 0,
      stderr: '',
    });
  });
});
