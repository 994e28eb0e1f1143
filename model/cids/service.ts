/**
 * Context identifiers as VirtualizationService and the host's kernel have them: the service walks over its range in a
 * circle, and the kernel knows which CID has a VM.
 */
import type { TargetAnswer } from '../../spec/target.ts';

/** In what the releases of the service differ. */
export interface Allocator {
  /** A CID that was granted since the host booted is never granted again. */
  readonly neverAgain: boolean;
  /** Granting is a call of its own, and registering the VM another. */
  readonly inTwoSteps: boolean;
  /** The last CID is kept in a property of the system, and outlives the service. */
  readonly keepsLast: boolean;
  /** It walks in a circle past what it knows to be held; one that does not only counts upwards. */
  readonly looksAtHeld: boolean;
}

export interface Host {
  readonly allocator: Allocator;
  /** How many CIDs there are in the range. */
  readonly range: number;
  /** The CIDs of the VMs that run, as the kernel has them: a CID stands there once for each VM. */
  vms: number[];
  /** What the service believes to be held, and what it has granted since the host booted, in order. */
  held: Set<number>;
  granted: number[];
  /** Grants under which no VM was registered yet. */
  open: number[];
  last: number | undefined;
}

const refused = (error: 'ILLEGAL_STATE' | 'EADDRINUSE'): TargetAnswer => ({ kind: 'refused', error });
const done = (answer = 0): TargetAnswer => ({ kind: 'done', answer });
const without = (all: readonly number[], one: number): number[] => all.toSpliced(all.indexOf(one), 1);

/** The range from behind the last CID on, and then from its start. */
function next({ range, held, last = -1 }: Host): number | undefined {
  for (let step = 1; step <= range; step++) {
    const cid = (last + step) % range;
    if (!held.has(cid)) return cid;
  }
  return undefined;
}

/** Android 13: one more than the last, for as long as there is one. */
function countUpwards(host: Host): TargetAnswer {
  const cid = (host.last ?? -1) + 1;
  if (cid >= host.range) return refused('ILLEGAL_STATE');
  host.last = cid;
  host.granted.push(cid);
  host.vms.push(cid);
  return done(cid);
}

function allocate(host: Host): TargetAnswer {
  if (!host.allocator.looksAtHeld) return countUpwards(host);
  const cid = next(host);
  if (cid === undefined) return refused('ILLEGAL_STATE');
  if (host.allocator.neverAgain && host.granted.includes(cid)) return refused('ILLEGAL_STATE');
  host.granted.push(cid);
  host.last = cid;
  if (host.allocator.inTwoSteps) {
    host.open.push(cid);
    return done(cid);
  }
  if (!host.allocator.neverAgain && host.vms.includes(cid)) return refused('EADDRINUSE');
  start(host, cid);
  return done(cid);
}

function start({ vms, held }: Host, cid: number): void {
  vms.push(cid);
  held.add(cid);
}

function register(host: Host, cid: number): TargetAnswer {
  if (!host.open.includes(cid)) return refused('ILLEGAL_STATE');
  if (host.vms.includes(cid)) return refused('EADDRINUSE');
  host.open = without(host.open, cid);
  start(host, cid);
  return done();
}

function release(host: Host, cid: number): TargetAnswer {
  if (!host.vms.includes(cid)) return refused('ILLEGAL_STATE');
  host.vms = without(host.vms, cid);
  host.held.delete(cid);
  return done();
}

/** The service forgets what it had in memory; VMs run on. */
function restart(host: Host): TargetAnswer {
  host.held = new Set();
  if (!host.allocator.keepsLast) host.last = undefined;
  return done();
}

function reboot(host: Host): TargetAnswer {
  Object.assign(host, { vms: [], held: new Set(), granted: [], open: [], last: undefined } satisfies Partial<Host>);
  return done();
}

const calls: Readonly<Record<string, (host: Host, cid: number) => TargetAnswer>> = {
  allocate_cid: allocate,
  register_cid: register,
  release_cid: release,
  restart_service: restart,
  reboot_host: reboot,
};
export const cidCalls: readonly string[] = Object.keys(calls);

/** Answers a call; the host is changed by it. */
export function answerOfHost(host: Host, call: string, { cid = 0 }: Readonly<Record<string, number>>): TargetAnswer {
  const run = calls[call];
  if (run === undefined) throw new Error(`unreachable: no service has a call ${call}`);
  return run(host, cid);
}
