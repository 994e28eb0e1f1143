/** DMA (Android): the host maps its own pages for devices, through the hypervisor, and each such page is pinned. */
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import { outputFrame, prots, state } from '../descriptor.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import { expect, type Run } from './locks.ts';

export class Dma {
  /** Devices may reach registers of others. */
  readonly reachesRegisters: boolean = false;
  protected readonly hv: Core;

  constructor(hv: Core) {
    this.hv = hv;
  }

  *attach(cpu: Cpu, args: Args): Run<Outcome> {
    const device = arg(args, 'device');
    yield* this.hv.host.lock.take(cpu.number);
    const bad = this.mayAttach(device);
    if (bad === undefined) this.hv.iommu.attached[device] = 1;
    this.hv.host.lock.release();
    return bad ?? done;
  }

  mayAttach(device: number): Check {
    if (!this.isDevice(device)) return 'EINVAL';
    return this.hv.iommu.attached[device] === 1 ? 'EBUSY' : undefined;
  }

  *detach(cpu: Cpu, args: Args): Run<Outcome> {
    const device = arg(args, 'device');
    yield* this.hv.host.lock.take(cpu.number);
    const isAttached = this.isDevice(device) && this.hv.iommu.attached[device] === 1;
    if (isAttached) {
      this.hv.iommu.attached[device] = 0;
      this.hv.iommu.flush(device);
    }
    this.hv.host.lock.release();
    if (!this.isDevice(device)) return 'ENODEV';
    return isAttached ? done : 'EINVAL';
  }

  *map(cpu: Cpu, args: Args): Run<Outcome> {
    const device = arg(args, 'device');
    const iova = arg(args, 'iova');
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* this.hv.host.lock.take(cpu.number);
    const bad = this.mayMap(device, iova, frame);
    if (bad === undefined) {
      this.use(frame);
      expect(this.hv.iommu.tables[device]!.map(iova, 0, frame, prots.R | prots.W, 0), 'IOMMU table memory ran out');
    }
    this.hv.host.lock.release();
    return bad ?? done;
  }

  mayMap(device: number, iova: number, frame: number): Check {
    if (!this.isDevice(device)) return 'ENOENT';
    const bad = this.mayUse(frame);
    if (bad !== undefined) return bad;
    const table = this.hv.iommu.tables[device]!;
    if (!table.find(iova)) return 'ERANGE';
    return table.isEmpty ? undefined : 'EEXIST';
  }

  /** Devices of the host use what the host has for itself. */
  mayUse(frame: number): Check {
    const { host } = this.hv;
    return host.isAllowed(frame, 1) ?? host.checkHost(frame, 1, state.OWNED);
  }

  /** A page that a device may reach stays with the host until the device has lost it. */
  use(frame: number): void {
    expect(this.hv.pages.refs[frame]! < 0xffff, 'too many DMA mappings');
    this.hv.pages.refs[frame] = this.hv.pages.refs[frame]! + 1;
  }

  unuse(frame: number): void {
    this.hv.pages.refs[frame] = this.hv.pages.refs[frame]! - 1;
  }

  *unmap(cpu: Cpu, args: Args): Run<Outcome> {
    const device = arg(args, 'device');
    const iova = arg(args, 'iova');
    yield* this.hv.host.lock.take(cpu.number);
    const table = this.isDevice(device) ? this.hv.iommu.tables[device] : undefined;
    const isMapped = table !== undefined && table.find(iova) && table.isValid;
    if (isMapped) {
      const frame = outputFrame(table.low, table.high);
      table.remove(iova);
      this.unuse(frame);
    }
    this.hv.host.lock.release();
    return isMapped ? done : 'ENOENT';
  }

  isDevice(device: number): boolean {
    return device >= 0 && device < this.hv.iommu.tables.length;
  }
}
