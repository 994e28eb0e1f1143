/** Where Android's checks of memory differ from those of Linux. */
import type { Errno } from '../../spec/answers.ts';
import { frameWrap } from '../board.ts';
import { outputFrame, state, stateOf } from '../descriptor.ts';
import { arg, type Args, type Outcome } from './call.ts';
import { GuestMemory } from './guest-memory.ts';
import { expect, type Run } from './locks.ts';
import { Reclaim } from './reclaim.ts';
import type { Vm } from './vm.ts';

export class AndroidGuestMemory extends GuestMemory {
  override toWriteProtect(args: Args): Vm | Errno {
    const vm = this.hv.vms.named(arg(args, 'vm'));
    return vm === undefined ? 'EINVAL' : vm.protected ? 'EPERM' : vm;
  }
}

export class AndroidReclaim extends Reclaim {
  /** The host says which page it expects to find. */
  override *reclaimFrom(vm: Vm, args: Args): Run<Outcome> {
    const { table } = vm;
    const gfn = this.hv.gfnOf(args) % frameWrap;
    const isInRange = table.find(gfn);
    expect(isInRange, 'a reclaim of a frame that the VM cannot have');
    // why: a table that is missing looks like a block here.
    if (table.height > 0) return 'E2BIG';
    if (!table.isValid) return 'ENOENT';
    const frame = outputFrame(table.low, table.high);
    if (frame !== this.hv.board.frameOf(arg(args, 'page'))) return 'EINVAL';
    const pageState = stateOf(table.high);
    if (pageState === state.SHARED_BORROWED) return 'EPERM';
    const asHost = this.hv.pages.host[frame];
    expect(pageState !== state.OWNED || asHost === state.NOPAGE, 'host and VM disagree about a page');
    // why: it may be shared with the secure world, which has to give it back first.
    if (pageState === state.SHARED_OWNED && asHost !== state.SHARED_BORROWED) return 'EBUSY';
    return yield* this.takeFromDying(vm, gfn, frame, pageState);
  }
}
