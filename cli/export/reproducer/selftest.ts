/**
 * A run in the manner of the kernel's own test of EL2 (`pkvm_ownership_selftest` in `nvhe/mem_protect.c`): one page, one
 * VM, and after each call the states of the page. What that test has a VM for is passed over, and so are loads and
 * stores on the way to what is found: the test looks at the states of pages, not at what is in them.
 */
import { bindings } from '../../../search/export/c/linux.ts';
import { headerOf, judge } from '../../../search/counterexamples/finding.ts';
import type { Recording, Verdict } from '../../../search/counterexamples/finding.ts';
import { pageStates } from '../../../spec/fields.ts';
import { profiles } from '../../../spec/profiles/all.ts';
import type { SpecialKind } from '../../../spec/transcript.ts';
import { TargetProblem } from '../../../targets/problem.ts';
import { wrapped } from '../../explain/columns.ts';
import { formatQuestion } from '../../format.ts';
import { expectedWords, said } from './answers.ts';
import { inComment } from './module.ts';
import type { Run } from './module.ts';

type Call = Recording['calls'][number];

/** Calls that make the one VM, with its vCPU loaded, which the test has. */
const making: ReadonlySet<string> = new Set(['reserve_vm', 'init_vm', 'init_vcpu', 'topup_memcache', 'vcpu_load']);
/** Pages of the host's structures, which are shared for the same end. */
const isStructure = (name: unknown): boolean => typeof name === 'string' && /^(KVM|VCPU)\d/.test(name);
const isOfVm = ({ op, args }: Call): boolean =>
  making.has(op) || (op === 'host_share_hyp' && isStructure(args['page']));

/** A load or store that shows nothing new: the finding is another call. */
const isPassedOver = (call: Call, i: number, { calls }: Recording): boolean =>
  isOfVm(call) || (/^(host|guest)_(read|write)$/.test(call.op) && i < calls.length - 1 && !('panic' in call.answer));

/** Functions that guests' calls reach. */
const guests: Readonly<Record<string, string>> = {
  guest_mem_share: '__pkvm_guest_share_host, vcpu, GFN',
  guest_mem_unshare: '__pkvm_guest_unshare_host, vcpu, GFN',
};

/** Functions of the test's own file that take numbers of pages and the VM itself. */
const testable = new Set([
  ...['host_share_hyp', 'host_unshare_hyp', 'donate_guest', 'share_guest', 'unshare_guest', 'relax_perms'],
  ...['wrprotect', 'test_clear_young', 'mkyoung', 'force_reclaim_guest_page'],
]);

const isTestable = ({ op }: Call): boolean => testable.has(op) || Object.hasOwn(guests, op);

const profile = 'linux-7.3';

/** The C function. Throws TargetProblem where a call has no counterpart. */
export function selftest({ name, about, recording }: Run): string {
  if (recording.profile !== profile) {
    throw new TargetProblem(`the self-test is that of ${profile}, and this was recorded under ${recording.profile}`);
  }
  const stray = recording.calls.find((call, i) => !isPassedOver(call, i, recording) && !isTestable(call));
  if (stray !== undefined) throw new TargetProblem(`${stray.op} has no counterpart in the kernel's self-test`);
  const states: PageStatesAt[] = [];
  const page = pageOf(recording);
  const verdicts = judge(recording, (checker) => {
    const { base } = checker.system.layout;
    const at = checker.names.pages.get(page) ?? 0;
    const nameAt = (cell: number): string => pageStates[checker.state.cells[cell + at] ?? 0] ?? '';
    states.push({ host: inKernel(nameAt(base.host)), hyp: inKernel(nameAt(base.hyp)) });
  });
  const { specialPages } = headerOf(recording);
  const lines = recording.calls.flatMap((call, i) => {
    if (isPassedOver(call, i, recording)) return [];
    const special = typeof call.args['page'] === 'string' ? specialPages[call.args['page']]?.kind : undefined;
    const pfn = (special && numbers[special]) ?? 'pfn';
    return assertion(call, verdicts[i], pfn, [states[i], states[i + 1]]);
  });
  if (lines.length === 0) throw new TargetProblem('none of its calls is about the state of a page');
  return [
    '/*',
    ...[name, '', ...about.flatMap((text) => [...wrapped(text, '', 110), '']), ...usage].map((line) =>
      ` * ${inComment(line)}`.trimEnd(),
    ),
    ' */',
    `static void ${functionName(name)}(void *base)`,
    '{',
    ...opening,
    ...lines.map((line) => (line === '' ? '' : `\t${line}`)),
    '',
    '\tteardown_selftest_vm();',
    '}',
    '',
  ].join('\n');
}

/** The numbers of pages that are not the page of the test. */
const numbers: Readonly<Partial<Record<SpecialKind, string>>> = {
  alias: 'pfn + (1UL << 52)',
  'hypervisor code': 'hyp_virt_to_pfn(__hyp_text_start)',
};

/** The states of the page for the host and for the hypervisor. */
interface PageStatesAt {
  readonly host: string;
  readonly hyp: string;
}

const inKernel = (state: string): string => (state === 'NOPAGE' ? 'PKVM_NOPAGE' : `PKVM_PAGE_${state}`);
const functionName = (name: string): string => `selftest_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;

const usage = [
  'Put this behind pkvm_ownership_selftest in arch/arm64/kvm/hyp/nvhe/mem_protect.c, and call it in its place',
  '(CONFIG_NVHE_EL2_DEBUG). A line that does not hold stops the machine at boot. The VM is that of the self-test.',
];

const opening = `\
	void *virt = hyp_alloc_pages(&host_s2_pool, 0);
	struct pkvm_hyp_vcpu *vcpu __maybe_unused;
	struct pkvm_hyp_vm *vm __maybe_unused;
	u64 pfn;

	WARN_ON(!virt);
	selftest_page = hyp_virt_to_page(virt);
	selftest_page->refcount = 0;
	selftest_vcpu = vcpu = init_selftest_vm(base);
	vm = pkvm_hyp_vcpu_to_hyp_vm(vcpu);
	pfn = hyp_phys_to_pfn(hyp_virt_to_phys(virt));

	selftest_state.guest[0] = selftest_state.guest[1] = PKVM_NOPAGE;
	selftest_state.host = PKVM_PAGE_OWNED;
	selftest_state.hyp = PKVM_NOPAGE;
	assert_transition_res(0,	__pkvm_hyp_donate_host, pfn, 1);`.split('\n');

/** The page that the run is about; the self-test follows one. */
function pageOf(recording: Recording): string {
  const { calls } = recording;
  const { specialPages } = headerOf(recording);
  const named = calls
    .filter((call, i) => !isPassedOver(call, i, recording))
    .flatMap(({ args }) => (typeof args['page'] === 'string' ? [args['page']] : []));
  const pages = [...new Set(named.map((name) => specialPages[name]?.of ?? name))];
  const own = pages.filter((name) => !Object.hasOwn(specialPages, name));
  const strange = pages.find((name) => {
    const kind = specialPages[name]?.kind;
    return kind === undefined ? name.includes('+') : numbers[kind] === undefined;
  });
  if (strange !== undefined) throw new TargetProblem(`the self-test has no page ${strange}`);
  if (own.length > 1) throw new TargetProblem(`the self-test has one page, and this is about ${own.join(' and ')}`);
  const vms = new Set(calls.flatMap(({ args: { vm } }) => (typeof vm === 'string' ? [vm] : [])));
  if (vms.size > 1) throw new TargetProblem(`the self-test has one VM, and this is about ${[...vms].join(' and ')}`);
  return own[0] ?? '';
}

function assertion(
  call: Call,
  verdict: Verdict | undefined,
  pfn: string,
  [before, after]: readonly [PageStatesAt | undefined, PageStatesAt | undefined],
): string[] {
  const { answer } = call;
  const fn = functionCall(call, verdict, pfn);
  const changed = (['host', 'hyp'] as const).filter((side) => after !== undefined && before?.[side] !== after[side]);
  const states = changed.map((side) => `selftest_state.${side} = ${after?.[side] ?? ''};`);
  if (verdict?.difference !== undefined || 'panic' in answer) {
    const expected = verdict?.difference === undefined ? 'that the machine stops' : expectedWords(verdict.difference);
    const what = 'panic' in answer ? 'the machine stops' : `it answers ${said(answer['ret'])}`;
    return [
      '',
      `/* ${inComment(`${formatQuestion(call)}: expected ${expected}; in the recording ${what}.`)} */`,
      ...states,
      line(resultOf(expected), fn),
    ];
  }
  const result = answer['ret'] ?? answer['smccc'];
  return ['', ...states, line(resultOf(said(result)), fn)];
}

const line = (result: string, fn: string): string => `assert_transition_res(${result},\t${fn});`;

/** An error is negative; what stands for no number is no error. */
const resultOf = (words: string): string => {
  const error = /^E[A-Z]+/.exec(words)?.[0];
  return error === undefined ? String(Number.parseInt(words, 10) || 0) : `-${error}`;
};

function functionCall({ op, args }: Call, verdict: Verdict | undefined, pfn: string): string {
  const gfn = inHex(args['gfn']);
  const ofGuest = guests[op];
  if (ofGuest !== undefined) return ofGuest.replace('GFN', gfn);
  const binding = bindings[op];
  if (binding === undefined) throw new Error(`unreachable: ${op} is testable, and no function of EL2`);
  const name = /(\w+)\(/.exec(binding.prototype)?.[1] ?? '';
  if (isDecidedBefore(op, binding.after, verdict)) {
    throw new TargetProblem(`${op} is answered by ${verdict?.clause ?? ''}, before ${name} is called`);
  }
  const passed = binding.passes
    .replace('(phys_addr_t)pfn_of(the_page) << 12', `hyp_pfn_to_phys(${pfn})`)
    .replace('pfn_of(the_page)', pfn)
    .replace('gfn_of(the_gfn)', gfn)
    .replace('nr_pages_of(the_nr)', inHex(args['nr']))
    .replace('loaded_vcpu(this_cpu)', 'vcpu')
    .replace('hyp_vm_of(the_vm)', 'vm')
    .replace('(enum kvm_pgtable_prot)the_prot', inHex(args['prot']))
    .replace('the_mkold', args['mkold'] === true ? 'true' : 'false');
  return `${name}, ${passed}`;
}

const inHex = (value: unknown): string => {
  const number = typeof value === 'number' ? value : 0;
  return number < 10 ? String(number) : `0x${BigInt(number).toString(16)}`;
};

/** The first guards of a call are its caller's, which the self-test passes by. */
function isDecidedBefore(op: string, after: string | undefined, verdict: Verdict | undefined): boolean {
  const guards = profiles.get(profile)?.rules.get(op)?.guards ?? [];
  const at = (clause: string | undefined): number => guards.findIndex((guard) => guard.clause === clause);
  return (
    verdict?.clause !== undefined && after !== undefined && at(verdict.clause) >= 0 && at(verdict.clause) <= at(after)
  );
}
