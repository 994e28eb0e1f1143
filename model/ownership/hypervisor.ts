/** A hypervisor without an interface of its own: whose each page is, to whom it is lent, and which VM has it where. */
import type { Config } from '../../spec/config.ts';
import type { TargetAnswer } from '../../spec/target.ts';
import type { Errno } from '../../spec/answers.ts';

/** The host's alone, or the host's and lent to others; a VM's alone, or a VM's and lent to the host. */
export type Tenure =
  | { readonly by: 'host'; readonly lentTo: 'nobody' | 'hypervisor' }
  | { readonly by: 'host'; readonly lentTo: 'VMs'; readonly times: number }
  | { readonly by: 'VM'; readonly vm: number; readonly gfn: number; readonly isLent: boolean }
  | { readonly by: 'hypervisor' };

export interface Page {
  tenure: Tenure;
  isWiped: boolean;
}
export interface Vm {
  isDying: boolean;
  readonly isProtected: boolean;
  /** The pages that it has, by frame: its own, or borrowed. */
  readonly frames: Map<number, number>;
}
export interface Hypervisor {
  readonly config: Config;
  readonly pages: Page[];
  readonly vms: (Vm | undefined)[];
}

type Args = Readonly<Record<string, number>>;
type Refused = Errno | undefined;
const hostAlone: Tenure = { by: 'host', lentTo: 'nobody' };

/** Numbers that wrap reach what they wrap to. */
const pageOf = ({ config }: Hypervisor, { page = 0 }: Args): number => config.pages[page]?.of ?? page;
const frameOf = ({ config }: Hypervisor, { gfn = 0 }: Args): number => config.gfns[gfn]?.of ?? gfn;
const isFrame = ({ config }: Hypervisor, gfn: number): boolean => config.gfns[gfn]?.inRange === true;
const isMemory = ({ config }: Hypervisor, page: number): boolean => config.pages[page]?.kind === 'memory';

function create({ vms }: Hypervisor, { vm = 0, protected: isProtected }: Args): Refused {
  if (vm < 0 || vm >= vms.length || vms[vm] !== undefined) return 'EINVAL';
  vms[vm] = { isDying: false, isProtected: isProtected === 1, frames: new Map() };
  return undefined;
}

function donate(hypervisor: Hypervisor, args: Args): Refused {
  const { vms, pages } = hypervisor;
  const { vm = 0 } = args;
  const [to, page, gfn] = [vms[vm], pageOf(hypervisor, args), frameOf(hypervisor, args)];
  if (to?.isProtected !== true) return 'EINVAL';
  const tenure = pages[page]?.tenure;
  if (!isMemory(hypervisor, page) || tenure?.by !== 'host' || tenure.lentTo !== 'nobody') return 'EPERM';
  if (!isFrame(hypervisor, gfn)) return 'ERANGE';
  if (to.frames.has(gfn)) return 'EPERM';
  (pages[page] as Page).tenure = { by: 'VM', vm, gfn, isLent: false };
  to.frames.set(gfn, page);
  return undefined;
}

function lend(hypervisor: Hypervisor, args: Args): Refused {
  const { vms, pages, config } = hypervisor;
  const [to, page, gfn] = [vms[args['vm'] ?? 0], pageOf(hypervisor, args), frameOf(hypervisor, args)];
  if (to?.isProtected !== false) return 'EINVAL';
  if (!isMemory(hypervisor, page)) return 'EPERM';
  if (!isFrame(hypervisor, gfn)) return 'ERANGE';
  const tenure = pages[page]?.tenure;
  if (to.frames.has(gfn) || tenure?.by !== 'host' || tenure.lentTo === 'hypervisor') return 'EPERM';
  const times = tenure.lentTo === 'VMs' ? tenure.times : 0;
  if (times >= config.maxShares) return 'EBUSY';
  (pages[page] as Page).tenure = { by: 'host', lentTo: 'VMs', times: times + 1 };
  to.frames.set(gfn, page);
  return undefined;
}

/** A VM that borrows a page does so no more. */
function giveBack({ pages }: Hypervisor, page: number): void {
  const one = pages[page] as Page;
  const times = one.tenure.by === 'host' && one.tenure.lentTo === 'VMs' ? one.tenure.times - 1 : 0;
  one.tenure = times > 0 ? { by: 'host', lentTo: 'VMs', times } : hostAlone;
}

function takeBackLoan(hypervisor: Hypervisor, args: Args): Refused {
  const [from, gfn] = [hypervisor.vms[args['vm'] ?? 0], frameOf(hypervisor, args)];
  if (from?.isProtected !== false) return 'EINVAL';
  if (!isFrame(hypervisor, gfn)) return 'ERANGE';
  const page = from.frames.get(gfn);
  if (page === undefined) return 'ENOENT';
  giveBack(hypervisor, page);
  from.frames.delete(gfn);
  return undefined;
}

function startEnd({ vms }: Hypervisor, { vm = 0 }: Args): Refused {
  const one = vms[vm];
  if (one?.isDying !== false) return 'EINVAL';
  one.isDying = true;
  return undefined;
}

/** What a VM had alone is wiped before the host has it; what it has let the host see is not. */
function reclaim(page: Page): void {
  if (page.tenure.by === 'VM' && !page.tenure.isLent) page.isWiped = true;
  page.tenure = hostAlone;
}

function reclaimOne(hypervisor: Hypervisor, args: Args): Refused {
  const { vms, pages } = hypervisor;
  const [from, gfn] = [vms[args['vm'] ?? 0], frameOf(hypervisor, args)];
  if (from?.isDying !== true) return 'EINVAL';
  if (!isFrame(hypervisor, gfn)) return 'ERANGE';
  const page = pages[from.frames.get(gfn) ?? -1];
  if (page === undefined) return 'ENOENT';
  if (page.tenure.by !== 'VM') return 'EPERM';
  reclaim(page);
  from.frames.delete(gfn);
  return undefined;
}

function end(hypervisor: Hypervisor, { vm = 0 }: Args): Refused {
  const { vms, pages } = hypervisor;
  const one = vms[vm];
  if (one?.isDying !== true) return 'EINVAL';
  for (const number of one.frames.values()) {
    const page = pages[number] as Page;
    if (page.tenure.by === 'VM') reclaim(page);
    else giveBack(hypervisor, number);
  }
  vms[vm] = undefined;
  return undefined;
}

const calls: Readonly<Record<string, (hypervisor: Hypervisor, args: Args) => Refused>> = {
  init_vm: create,
  donate_guest: donate,
  share_guest: lend,
  unshare_guest: takeBackLoan,
  start_teardown_vm: startEnd,
  reclaim_dying_guest_page: reclaimOne,
  finalize_teardown_vm: end,
};
export const ownershipCalls: readonly string[] = Object.keys(calls);

/** Answers a call; the hypervisor is changed by it. */
export function answerOfHypervisor(hypervisor: Hypervisor, call: string, args: Args): TargetAnswer {
  const run = calls[call];
  if (run === undefined) throw new Error(`unreachable: the hypervisor has no call ${call}`);
  const refused = run(hypervisor, args);
  return refused === undefined ? { kind: 'done', answer: 0 } : { kind: 'refused', error: refused };
}
