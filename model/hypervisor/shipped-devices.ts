/** Devices and the secure world in Android 16 as shipped (`iommu.c`, `mem_protect.c`, `ffa.c`). */
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import { state } from '../descriptor.ts';
import { done, type Args, type Outcome } from './call.ts';
import { Dma } from './dma.ts';
import { FfaProxy } from './ffa.ts';
import type { Check } from './host-memory.ts';
import { expect, type Run } from './locks.ts';

/** Of a page, in bytes. */
const granule = 4096;

export class ShippedDma extends Dma {
  override readonly reachesRegisters = true;

  /** That an address does not overflow is looked at before all else. */
  override mayMap(device: number, iova: number, frame: number): Check {
    return frame + 1 >= frameWrap ? 'E2BIG' : super.mayMap(device, iova, frame);
  }

  /** What is not memory has no record, and the host's table says of it that nobody else has it. */
  override mayUse(frame: number): Check {
    const { board, pages } = this.hv;
    if (board.isRam(frame)) return pages.host[frame] === state.OWNED ? undefined : 'EPERM';
    return frame < board.limit ? undefined : 'ERANGE';
  }

  override use(frame: number): void {
    if (this.hv.board.isRam(frame)) super.use(frame);
  }

  override unuse(frame: number): void {
    if (this.hv.board.isRam(frame)) super.unuse(frame);
  }

  /** The answer is how much was unmapped. */
  override *unmap(cpu: Cpu, args: Args): Run<Outcome> {
    return (yield* super.unmap(cpu, args)) === done ? granule : 0;
  }
}

export class ShippedFfaProxy extends FfaProxy {
  /** Whether the hypervisor borrows the page, the host's view has to tell. */
  override mayPass(frame: number): Check {
    const { host } = this.hv;
    return host.checkHost(frame, 1, state.OWNED) ?? host.checkUnreferenced(frame, 1, 'EINVAL');
  }

  /** The secure world is believed in which page it has had; the host's view only says in which way. */
  override mayReclaim(frame: number): Check {
    const { host } = this.hv;
    const isGone = host.checkHost(frame, 1, state.NOPAGE) === undefined;
    const isShared = host.checkHost(frame, 1, state.SHARED_OWNED) === undefined;
    expect(isGone || isShared, 'the secure world returns what the host has not given');
    return undefined;
  }
}
