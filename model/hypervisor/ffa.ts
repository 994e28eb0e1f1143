/** The FF-A proxy: memory that the host shares with, or lends to, the secure world, checked and recorded first. */
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import { owner, ownerOf, state } from '../descriptor.ts';
import { holds, type Hold } from '../secure-world.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import { Lock, type Pause, type Run } from './locks.ts';

const recorded: Pause = { at: 'recorded, not passed on' };

export class FfaProxy {
  /** One call to the secure world at a time: between record and message no other call may undo the record. */
  readonly lock = new Lock('FF-A');
  protected readonly hv: Core;

  constructor(hv: Core) {
    this.hv = hv;
  }

  *share(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.pass(cpu, args, holds.SHARED);
  }

  *lend(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.pass(cpu, args, holds.LENT);
  }

  /** FFA_MEM_SHARE and FFA_MEM_LEND of Linux, to which both are a share, and of a secure world that may refuse. */
  *shareOrNot(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.pass(cpu, args, holds.SHARED, arg(args, 'refused') !== 0);
  }

  private *pass(cpu: Cpu, args: Args, hold: Hold, isRefused = false): Run<Outcome> {
    if (arg(args, 'descFault') !== 0) return 'INVALID_PARAMETERS';
    const { host, secureWorld } = this.hv;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* this.lock.take(cpu.number);
    yield* host.lock.take(cpu.number);
    let bad = arg(args, 'addrFault') === 0 ? this.mayPass(frame) : 'EINVAL';
    if (bad === undefined) this.record(frame, hold);
    // Of the ranges behind the first the model knows whether they pass, and no more.
    if (bad === undefined && arg(args, 'rest') !== 0) {
      host.setHost(frame, state.OWNED);
      bad = 'EPERM';
    }
    host.lock.release();
    if (bad === undefined) {
      yield recorded;
      if (isRefused) yield* this.undo(cpu, frame);
      else secureWorld.receive(frame, hold);
    }
    this.lock.release();
    if (bad !== undefined) return 'DENIED';
    return isRefused ? 'INVALID_PARAMETERS' : done;
  }

  /** Of a page that was recorded as shared, and that the secure world does not take. */
  private *undo(cpu: Cpu, frame: number): Run<void> {
    const { host } = this.hv;
    yield* host.lock.take(cpu.number);
    host.setHost(frame, state.OWNED);
    host.lock.release();
  }

  /** FFA_MEM_RECLAIM of Linux: the secure world says which page the handle stands for, and there is one for each share. */
  *reclaimByHandle(cpu: Cpu, args: Args): Run<Outcome> {
    const { host, secureWorld } = this.hv;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* this.lock.take(cpu.number);
    yield* host.lock.take(cpu.number);
    const isKnown = this.mayReclaim(frame) === undefined;
    const isBack = secureWorld.holdOf(frame) === holds.NONE;
    if (isKnown && isBack) host.setHost(frame, state.OWNED);
    host.lock.release();
    this.lock.release();
    if (!isKnown) return 'INVALID_PARAMETERS';
    return isBack ? done : 'DENIED';
  }

  /** Nobody but the host has the page, and no device. */
  mayPass(frame: number): Check {
    const { host } = this.hv;
    return (
      host.checkHost(frame, 1, state.OWNED) ??
      host.checkHyp(frame, 1, state.NOPAGE) ??
      host.checkUnreferenced(frame, 1, 'EINVAL')
    );
  }

  private record(frame: number, hold: Hold): void {
    if (hold === holds.LENT) this.hv.host.giveTo(frame, owner.SECURE);
    else this.hv.host.setHost(frame, state.SHARED_OWNED);
  }

  /** The secure world is asked first; what it then says that it has given back must be what the host gave. */
  *reclaim(cpu: Cpu, args: Args): Run<Outcome> {
    if (arg(args, 'descFault') !== 0) return 'INVALID_PARAMETERS';
    const { host, secureWorld, pages } = this.hv;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* this.lock.take(cpu.number);
    const isBack = secureWorld.holdOf(frame) === holds.NONE;
    yield* host.lock.take(cpu.number);
    const bad = isBack ? this.mayReclaim(frame) : 'EBUSY';
    if (bad === undefined && pages.host[frame] === state.NOPAGE) host.takeBack(frame);
    else if (bad === undefined) host.setHost(frame, state.OWNED);
    host.lock.release();
    this.lock.release();
    return bad === undefined ? done : 'DENIED';
  }

  /** why: neither of the host's two views tells by itself to whom the page went. */
  mayReclaim(frame: number): Check {
    const { host, pages } = this.hv;
    const bad = host.isAllowed(frame, 1);
    if (bad !== undefined) return bad;
    if (pages.host[frame] === state.NOPAGE) return this.isLent(frame) ? undefined : 'EPERM';
    if (pages.host[frame] !== state.SHARED_OWNED || pages.shares[frame] !== 0) return 'EPERM';
    return host.checkHyp(frame, 1, state.NOPAGE);
  }

  private isLent(frame: number): boolean {
    const { table } = this.hv.host;
    return table.find(frame) && ownerOf(table.low) === owner.SECURE;
  }
}
