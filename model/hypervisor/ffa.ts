/** The FF-A proxy: memory that the host shares with, or lends to, the secure world, checked and recorded first. */
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import { owner, state } from '../descriptor.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import type { Hypervisor } from './hypervisor.ts';
import type { Run } from './locks.ts';

export class FfaProxy {
  private readonly hv: Hypervisor;

  constructor(hv: Hypervisor) {
    this.hv = hv;
  }

  *share(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.pass(cpu, args, (frame) => this.hv.host.setHost(frame, state.SHARED_OWNED));
  }

  *lend(cpu: Cpu, args: Args): Run<Outcome> {
    return yield* this.pass(cpu, args, (frame) => this.hv.host.giveTo(frame, owner.SECURE));
  }

  private *pass(cpu: Cpu, args: Args, record: (frame: number) => void): Run<Outcome> {
    const { host } = this.hv;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* host.lock.take(cpu.number);
    const bad = arg(args, 'argFault') === 0 ? this.mayPass(frame) : 'EINVAL';
    if (bad === undefined) {
      record(frame);
      this.hv.secureWorld.add(frame);
    }
    host.lock.release();
    return bad === undefined ? done : 'DENIED';
  }

  mayPass(frame: number): Check {
    const { host } = this.hv;
    return (
      host.checkHost(frame, 1, state.OWNED) ??
      host.checkHyp(frame, 1, state.NOPAGE) ??
      host.checkUnreferenced(frame, 1, 'EINVAL')
    );
  }

  /** The secure world gives back only what it was given. */
  *reclaim(cpu: Cpu, args: Args): Run<Outcome> {
    const { host } = this.hv;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* host.lock.take(cpu.number);
    const isThere = this.hv.secureWorld.delete(frame);
    if (isThere && this.hv.pages.host[frame] === state.NOPAGE) host.takeBack(frame);
    else if (isThere) host.setHost(frame, state.OWNED);
    host.lock.release();
    return isThere ? done : 'INVALID_PARAMETER';
  }
}
