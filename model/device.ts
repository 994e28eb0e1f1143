/** Devices of the host read and write memory by themselves: through the IOMMU, or past it where the SoC lets some. */
import type { Cache } from './cache.ts';
import { prots } from './descriptor.ts';
import { arg, done, type Args, type Call, type Outcome } from './hypervisor/call.ts';
import type { Hypervisor } from './hypervisor/hypervisor.ts';
import type { Run } from './hypervisor/locks.ts';
import type { Mmu } from './mmu.ts';
import { deviceRegime } from './tlb.ts';

export class Devices {
  private readonly hv: Hypervisor;
  private readonly mmu: Mmu;
  private readonly cache: Cache;

  constructor(hv: Hypervisor, mmu: Mmu, cache: Cache) {
    this.hv = hv;
    this.mmu = mmu;
    this.cache = cache;
  }

  /** The frame that the device reaches, or -1. */
  private reach(args: Args, needs: number): number {
    const device = arg(args, 'device');
    if (this.hv.iommu.attached[device] !== 1) return -1;
    const regime = { observer: this.hv.config.cpus + device, vmid: deviceRegime + device, vcpu: -1 };
    const found = this.mmu.translate(regime, this.hv.iommu.tables[device]!, arg(args, 'iova'), needs);
    return typeof found === 'number' ? found : -1;
  }

  /** A device that no IOMMU stands before names the page itself, and reaches any; -1 where there is no such device. */
  private bypass(args: Args): number {
    const frame = this.hv.board.frameOf(arg(args, 'page'));
    return this.hv.config.socCoversDma === false && this.hv.board.isRam(frame) ? frame : -1;
  }

  private *read(frame: number, args: Args): Run<Outcome> {
    // why: a device need not look into the caches of the CPUs.
    return frame < 0 ? 'FAULT' : this.cache.readUncached(frame, arg(args, 'word'));
  }

  private *write(frame: number, args: Args): Run<Outcome> {
    if (frame < 0) return 'FAULT';
    this.cache.write(frame, arg(args, 'word'), arg(args, 'value'));
    return done;
  }

  calls(): Record<string, Call> {
    return {
      device_read: (_cpu, args) => this.read(this.reach(args, prots.R), args),
      device_write: (_cpu, args) => this.write(this.reach(args, prots.W), args),
      device_bypass_read: (_cpu, args) => this.read(this.bypass(args), args),
      device_bypass_write: (_cpu, args) => this.write(this.bypass(args), args),
    };
  }
}
