/** The host lends single pages to the hypervisor, and takes them back. */
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import { state } from '../descriptor.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import type { Run } from './locks.ts';

export class HostSharing {
  private readonly hv: Core;

  constructor(hv: Core) {
    this.hv = hv;
  }

  *share(cpu: Cpu, args: Args): Run<Outcome> {
    const { host } = this.hv;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* host.lock.take(cpu.number);
    const bad = this.mayShare(frame);
    if (bad === undefined) {
      host.setHyp(frame, state.SHARED_BORROWED);
      host.setHost(frame, state.SHARED_OWNED);
    }
    host.lock.release();
    return bad ?? done;
  }

  *unshare(cpu: Cpu, args: Args): Run<Outcome> {
    const { host } = this.hv;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* host.lock.take(cpu.number);
    const bad = this.mayUnshare(frame);
    if (bad === undefined) {
      host.setHyp(frame, state.NOPAGE);
      host.setHost(frame, state.OWNED);
    }
    host.lock.release();
    return bad ?? done;
  }

  mayShare(frame: number): Check {
    const { host } = this.hv;
    return (
      host.checkHost(frame, 1, state.OWNED) ??
      host.checkUnreferenced(frame, 1, 'EINVAL') ??
      host.checkHyp(frame, 1, state.NOPAGE)
    );
  }

  /** why: the host's side alone cannot tell with whom the page is shared; only the borrower's side can. */
  mayUnshare(frame: number): Check {
    const { host } = this.hv;
    return (
      host.checkHost(frame, 1, state.SHARED_OWNED) ??
      host.checkHyp(frame, 1, state.SHARED_BORROWED) ??
      host.checkUnreferenced(frame, 1, 'EBUSY')
    );
  }
}
