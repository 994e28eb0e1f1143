/** The FF-A proxy: memory that the host shares with, or lends to, the secure world, checked and recorded first. */
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import { owner, ownerOf, state } from '../descriptor.ts';
import { holds, type Hold } from '../secure-world.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import type { HostSharing } from './host-sharing.ts';
import { expect, Lock, type Pause, type Run } from './locks.ts';

/** The host's two buffers, by their frames; `elsewhere`: in memory of which nobody keeps a record here. */
interface Buffers {
  readonly tx: number;
  readonly rx: number;
}
export type Mailbox = 'elsewhere' | Buffers | undefined;

const recorded: Pause = { at: 'recorded, not passed on' };

export class FfaProxy {
  /** One call to the secure world at a time: between record and message no other call may undo the record. */
  readonly lock = new Lock('FF-A');
  /** From the start on the host has one. */
  mailbox: Mailbox = 'elsewhere';
  protected readonly hv: Core;
  private readonly sharing: HostSharing;

  constructor(hv: Core, sharing: HostSharing) {
    this.hv = hv;
    this.sharing = sharing;
  }

  private frameOf(args: Args, name: string): number {
    return this.hv.board.pfnOf(arg(args, name)) % frameWrap;
  }

  /** FFA_RXTX_MAP: each buffer is lent by the host as any page is, and pinned once both are. */
  *map(cpu: Cpu, args: Args): Run<Outcome> {
    if (arg(args, 'countFault') !== 0) return 'INVALID_PARAMETERS';
    if (arg(args, 'txFault') !== 0 || arg(args, 'rxFault') !== 0) return 'INVALID_PARAMETERS';
    yield* this.lock.take(cpu.number);
    const outcome = this.mailbox === undefined ? yield* this.lendBoth(cpu, args) : 'DENIED';
    this.lock.release();
    return outcome;
  }

  private *lendBoth(cpu: Cpu, args: Args): Run<Outcome> {
    const [tx, rx] = [{ page: arg(args, 'tx') }, { page: arg(args, 'rx') }];
    const mailbox = { tx: this.frameOf(tx, 'page'), rx: this.frameOf(rx, 'page') };
    if ((yield* this.sharing.share(cpu, tx)) !== done) return 'INVALID_PARAMETERS';
    if ((yield* this.sharing.share(cpu, rx)) !== done) {
      yield* this.takeBack(cpu, tx);
      return 'INVALID_PARAMETERS';
    }
    if (!(yield* this.pinBoth(cpu, mailbox))) {
      yield* this.takeBack(cpu, rx);
      yield* this.takeBack(cpu, tx);
      return 'INVALID_PARAMETERS';
    }
    this.mailbox = mailbox;
    return done;
  }

  /** Of a mailbox that is not made after all. */
  *takeBack(cpu: Cpu, page: Args): Run<void> {
    yield* this.sharing.unshare(cpu, page);
  }

  /** why: on another CPU the host may have taken a buffer back by now. */
  private *pinBoth(cpu: Cpu, { tx, rx }: Buffers): Run<boolean> {
    if (!(yield* this.pin(cpu, tx))) return false;
    if (yield* this.pin(cpu, rx)) return true;
    yield* this.unpin(cpu, tx);
    return false;
  }

  *pin(cpu: Cpu, frame: number): Run<boolean> {
    yield* this.hv.host.lock.take(cpu.number);
    const bad = this.hv.host.pin(frame, 1);
    this.hv.host.lock.release();
    return bad === undefined;
  }

  *unpin(cpu: Cpu, frame: number): Run<void> {
    yield* this.hv.host.lock.take(cpu.number);
    this.hv.host.unpin(frame, 1);
    this.hv.host.lock.release();
  }

  /** FFA_RXTX_UNMAP: a buffer that the host cannot have back although it is pinned no longer is a warning at EL2. */
  *unmap(cpu: Cpu, args: Args): Run<Outcome> {
    if (arg(args, 'callerFault') !== 0) return 'INVALID_PARAMETERS';
    yield* this.lock.take(cpu.number);
    const { mailbox } = this;
    if (typeof mailbox === 'object') {
      yield* this.giveBack(cpu, mailbox.tx);
      yield* this.giveBack(cpu, mailbox.rx);
    }
    this.mailbox = undefined;
    this.lock.release();
    return mailbox === undefined ? 'INVALID_PARAMETERS' : done;
  }

  private *giveBack(cpu: Cpu, frame: number): Run<void> {
    yield* this.unpin(cpu, frame);
    const back = yield* this.sharing.unshare(cpu, { page: this.hv.board.pageAt(frame) });
    expect(back === done, 'a buffer of the mailbox is in use');
  }

  *share(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.pass(cpu, args, holds.SHARED);
  }

  *lend(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.pass(cpu, args, holds.LENT);
  }

  /** FFA_MEM_SHARE and FFA_MEM_LEND of Linux, to which both are a share, and of a secure world that may refuse. */
  *shareOrNot(cpu: Cpu, args: Args): Run<Outcome> {
    // why: how long a message is said to be is looked at before, and the rest of it later; the answer is the same.
    if (this.mailbox === undefined) return 'INVALID_PARAMETERS';
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
    // why: with the host's mailbox goes that of the hypervisor, in which the secure world would say which page it was.
    const isKnown = this.mailbox !== undefined && this.mayReclaim(frame) === undefined;
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
