/**
 * Calls that are left out of a random campaign: they would end it, or the answer would say nothing about the
 * hypervisor. Each is data: what it is, in which profiles, and which call it is.
 */
import type { Outcome } from '../../../spec/transition-system.ts';
import { none } from '../../../spec/config.ts';
import { ffaForeignFragment, ffaStrayFragment } from '../../../spec/ffa-messages.ts';
import { content, pageStates } from '../../../spec/fields.ts';
import type { Question } from '../../../spec/target.ts';
import { isOfOwnership } from '../check.ts';
import type { Setting, TranscriptChecker } from '../check.ts';
import { firstHandle } from '../calls.ts';
import { codeBytes, frameWrap } from '../survey.ts';
import { codeGfn, codePages } from './scope.ts';

export interface KnownCrash {
  readonly name: string;
  readonly description: string;
  /** The finding that shows what happens, where there is one. */
  readonly finding?: string;
  /** Profiles that have it; all where this is left out. */
  readonly profiles?: readonly string[];
  /** Machines that have it; all where this is left out. */
  readonly machines?: RegExp;
  /** Is it this call, here and now? `outcome` is what the spec would answer. */
  is(question: Question, outcome: Outcome, checker: TranscriptChecker): boolean;
}

const numberOf = (question: Question, name: string): number => question.args[name] as number;
const vcpuOf = (question: Question, checker: TranscriptChecker): number =>
  (numberOf(question, 'handle') - firstHandle) * checker.system.config.vcpus + numberOf(question, 'vcpu');
const pageOf = (question: Question, name: string, checker: TranscriptChecker): number =>
  checker.names.pages.get(question.args[name] as string) ?? none;
/** Stores to a page by its name: the secure world's are as good as the host's. */
const isStore = (op: string): boolean => op === 'host_write' || op === 'secure_write';
const hostAccesses = new Set(['host_read', 'host_write', 'host_load_stub']);
const isGuestStep = (op: string): boolean => op.startsWith('guest_');

const specials = new Set(['MMIO0', 'CARVE0', 'AFTER0', 'BEFORE0', 'HUGE0', 'LAST0']);

/** By a guard that is asked before the alignment of the page. */
const isDecidedBeforeAlignment = (outcome: Outcome): boolean =>
  outcome.kind === 'denied' && beforeAlignment.has(outcome.clause);
const beforeAlignment = new Set<string>([
  ...['SHARE-GUEST-LOADED', 'SHARE-GUEST-UNPROTECTED', 'SHARE-GUEST-REFILLED', 'SHARE-GUEST-PROT', 'SHARE-GUEST-PFN'],
  'SHARE-GUEST-GFN-ALIGNED',
]);

const structures = { kvm: 'kvmPages', hostVcpu: 'vcpuPages' } as const;
/** The structure of its own that the host fills before a call that takes it. */
const filled: Readonly<Record<string, keyof typeof structures>> = { init_vm: 'kvm', init_vcpu: 'hostVcpu' };

/** Whether it fills pages in which a structure of a VM or vCPU lies, of whichever kind, or that are on the host's list. */
function fillsUsedPage(question: Question, checker: TranscriptChecker): boolean {
  const { sizes } = checker.system.config;
  const fill = filled[question.op];
  if (fill === undefined) return false;
  const first = pageOf(question, fill, checker);
  const end = first + sizes[structures[fill]];
  if (isListed([first, end - first], checker)) return true;
  return (['kvm', 'hostVcpu'] as const).some((field) => {
    const places = Array.from({ length: checker.system.layout.size[field] }, (_, i) => checker.cell(field, i));
    return places.some((at) => at !== none && at < end && first < at + sizes[structures[field]]);
  });
}

/** The host fills a structure of its own before the calls that take it; some of its pages may no longer be its own. */
function fillsLostPage(question: Question, checker: TranscriptChecker): boolean {
  const { sizes } = checker.system.config;
  const fill = filled[question.op];
  if (fill === undefined) return false;
  const first = pageOf(question, fill, checker);
  const lost = pageStates.indexOf('NOPAGE');
  return Array.from({ length: sizes[structures[fill]] }, (_, i) => checker.cell('host', first + i)).includes(lost);
}

/** Whatever stops the machine, by the spec or by experience. */
export const knownCrashes: readonly KnownCrash[] = [
  {
    name: 'panic',
    description: 'the hypervisor stops the machine, and the spec says so',
    is: (_, outcome) => outcome.kind === 'denied' && outcome.error === 'PANIC',
  },
  {
    name: 'lost-page',
    description: 'the host touches a page that is not its own, and the hypervisor stops the machine',
    finding: 'linux-6.12.a-host-access-stops-the-machine',
    profiles: ['linux-6.12', 'linux-6.1'],
    is: (question, outcome, checker) =>
      (hostAccesses.has(question.op) && outcome.kind === 'denied') || fillsLostPage(question, checker),
  },
  {
    name: 'share-of-the-secure-world',
    description:
      'the host ends a share with the hypervisor that is with the secure world, and the hypervisor stops the machine',
    finding: 'linux-6.12.what-the-secure-world-shares-stops-the-machine',
    profiles: ['linux-6.12'],
    is: ({ op }, outcome) =>
      op === 'host_unshare_hyp' && outcome.kind === 'denied' && outcome.clause === 'UNSHARE-HYP-BORROWED',
  },
  {
    name: 'endpoints-anywhere',
    description: 'the hypervisor reads where a message to the secure world says that its endpoints are described',
    finding: 'linux-6.12.el2-reads-where-a-message-points',
    profiles: ['linux-6.12'],
    is: ({ args }) => String(args['descriptor']).startsWith('endpoints at'),
  },
  {
    name: 'half-of-the-next-page',
    description: 'a page is shared with the secure world from its middle on, and so is half of the next one',
    finding: 'linux-6.12.the-secure-world-gets-half-of-the-next-page',
    profiles: ['linux-6.12'],
    is: ({ op, args }) => (op === 'ffa_share' || op === 'ffa_lend') && args['offset'] !== 0,
  },
  {
    name: 'refused-fragment',
    description: 'a fragment that is refused leaves the pages of those before it shared for ever',
    finding: 'linux-7.3.a-refused-fragment-leaves-pages-shared',
    profiles: ['linux-7.3', 'linux-7.2', 'linux-6.12'],
    is: ({ args }) => args['rest'] === ffaForeignFragment,
  },
  {
    name: 'stray-fragment',
    description: 'a fragment of no message is refused for what it names, and the hypervisor stops the machine',
    finding: 'linux-7.3.a-fragment-of-no-message-stops-the-machine',
    profiles: ['linux-7.3', 'linux-7.2', 'linux-6.12'],
    is: ({ args }) => args['rest'] === ffaStrayFragment,
  },
  {
    name: 'store-to-code',
    description: 'the host stores to the hypervisor’s own code, and the hypervisor lets it try again for ever',
    finding: 'linux-7.3.a-store-to-el2-s-code-never-ends',
    profiles: ['linux-7.3', 'linux-7.2'],
    is: ({ op, args }) => op === 'host_write' && args['page'] === 'TEXT0',
  },
  {
    name: 'used-device',
    description:
      'an address below RAM passes for memory unless the host has used a device there, which the configuration does not say',
    profiles: ['linux-6.1'],
    is: (question) => question.args['page'] === 'BEFORE0',
  },
  {
    name: 'other-vcpu',
    description: 'the hypervisor runs whichever vCPU is loaded, not the one that it was asked to run',
    finding: 'linux-7.2.the-vcpu-argument-is-ignored',
    profiles: ['linux-7.2'],
    is: (question, _, checker) =>
      isGuestStep(question.op) &&
      checker.cell('loaded', 0) !== none &&
      (checker.cell('loaded', 0) !== vcpuOf(question, checker) ||
        numberOf(question, 'vcpu') >= checker.system.config.vcpus),
  },
  {
    name: 'half-executable',
    description:
      'the CPU cannot allow execution at one level alone: to share a page so stops the machine, to relax to it is refused',
    finding: 'linux-7.3.half-executable-stops-a-cortex-a72',
    machines: /cpu cortex-a(53|57|72|73)$/,
    is: ({ op, args }) =>
      (op === 'share_guest' || op === 'relax_perms') && [1, 2].includes((args['prot'] as number) & 3),
  },
  {
    name: 'structure-in-use',
    description: "a structure that serves a VM, or a page on the host's list, is not the host's to fill in for another",
    is: (question, _, checker) => fillsUsedPage(question, checker),
  },
  {
    name: 'no-list',
    description: 'only a vCPU that exists has a list of pages; to fill one is no call of the hypervisor',
    is: (question, outcome, checker) =>
      question.op === 'topup_memcache' &&
      ((outcome.kind === 'denied' && outcome.error !== 'EFAULT') ||
        checker.cell('present', vcpuOf(question, checker)) === 0),
  },
  {
    name: 'listed-page',
    description:
      "a page on the host's list holds the list's link: to give it away, or to list it twice, breaks the host's own list",
    is: (question, _, checker) => {
      const range = givenRange(question, checker);
      return range !== undefined && isListed(range, checker);
    },
  },
  {
    name: 'broken-link',
    description:
      "the first word of a page on the host's list is the list's link: another word leads to no page that the configuration names",
    is: (question, _, checker) =>
      isStore(question.op) &&
      numberOf(question, 'offset') === 0 &&
      isListed([pageOf(question, 'page', checker), 1], checker),
  },
  {
    name: 'unknown-alignment',
    description: 'a transcript does not tell how the pages that are no memory are aligned',
    is: (question, outcome) =>
      question.op === 'share_guest' &&
      question.args['nr'] === 512 &&
      specials.has(question.args['page'] as string) &&
      !isDecidedBeforeAlignment(outcome),
  },
  {
    name: 'no-code',
    description: "at the frame of a guest's code lies nothing but that code: other words would be run",
    is: (question, _, checker) => writesCode(question) || misplacesCode(question, checker),
  },
];

/** The pages that a call would give away or put on a list: the first of them, and how many. */
function givenRange(question: Question, checker: TranscriptChecker): readonly [number, number] | undefined {
  const { op } = question;
  const { sizes, block } = checker.system.config;
  if (op === 'topup_memcache') return [pageOf(question, 'first', checker), numberOf(question, 'pages')];
  if (op === 'init_vm') return [pageOf(question, 'vmMem', checker), sizes.hypVmPages];
  if (op === 'init_vcpu') return [pageOf(question, 'mem', checker), sizes.hypVcpuPages];
  if (op === 'donate_guest') return [pageOf(question, 'page', checker), 1];
  return op === 'share_guest'
    ? [pageOf(question, 'page', checker), Math.min(block, numberOf(question, 'nr'))]
    : undefined;
}

function isListed([first, count]: readonly [number, number], checker: TranscriptChecker): boolean {
  const { size } = checker.system.layout;
  for (let vcpu = 0; vcpu < size.listTop; vcpu++) {
    let page = checker.cell('listTop', vcpu);
    for (let left = checker.cell('listLength', vcpu); left > 0 && page !== none; left--) {
      if (page >= first && page < first + count) return true;
      page = checker.cell('link', page);
    }
  }
  return false;
}

const writesCode = (question: Question): boolean =>
  (question.op === 'guest_write' &&
    numberOf(question, 'gfn') === codeGfn &&
    numberOf(question, 'offset') < codeBytes) ||
  (isStore(question.op) && codePages.includes(question.args['page'] as string));

const maps = new Set(['donate_guest', 'share_guest']);

function misplacesCode(question: Question, checker: TranscriptChecker): boolean {
  if (!maps.has(question.op)) return false;
  const page = question.args['page'] as string;
  const first = numberOf(question, 'gfn') % frameWrap;
  const atCode = first <= codeGfn && codeGfn < first + Number(question.args['nr'] ?? 1);
  if (codePages.includes(page) !== atCode) return true;
  const { words } = checker.system.config;
  return atCode && checker.cell('word', pageOf(question, 'page', checker) * words) !== content.code;
}

/** The cells that decide whether a call is a known crash here, besides those that its rule reads. */
export function crashReads(question: Question | undefined, { system, names }: Setting): number[] {
  if (question === undefined) return [];
  const { op, args } = question;
  const { base } = system.layout;
  const { vcpus, words } = system.config;
  if (op === 'topup_memcache') {
    return [base.present + (Number(args['handle']) - firstHandle) * vcpus + Number(args['vcpu'])];
  }
  const page = maps.has(op) ? names.pages.get(String(args['page'])) : undefined;
  return page === undefined ? [] : [base.word + page * words];
}

/** The known crashes of a hypervisor; those of which no profile is named come with Linux's interface. */
export const knownCrashesOf = ({ system, header }: TranscriptChecker): readonly KnownCrash[] =>
  knownCrashes.filter(
    ({ profiles, machines }) =>
      (profiles?.includes(system.profile.name) ?? !isOfOwnership(system.profile)) &&
      (machines === undefined || machines.test(header.target.machine)),
  );
