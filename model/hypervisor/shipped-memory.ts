/** The memory of VMs in Android 16 as shipped (`mem_protect.c`, `hyp-main.c`). */
import type { Errno } from '../../spec/answers.ts';
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import { outputFrame, prots, state, stateOf, type PageState } from '../descriptor.ts';
import { AndroidGuestMemory, AndroidReclaim } from './android-memory.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import { GuestCalls, wiped } from './guest-calls.ts';
import type { Check } from './host-memory.ts';
import { expect, type Run } from './locks.ts';
import { type Vcpu, type Vm, vmidOf } from './vm.ts';

export class ShippedGuestMemory extends AndroidGuestMemory {
  /** A dying VM is not found. */
  private live(args: Args): Vm | undefined {
    const vm = this.hv.vms.named(arg(args, 'vm'));
    return vm?.isDying === false ? vm : undefined;
  }

  override nonProtected(args: Args): Vm | undefined {
    const vm = this.live(args);
    return vm?.protected === false ? vm : undefined;
  }

  override toWriteProtect(args: Args): Vm | Errno {
    const vm = this.live(args);
    expect(vm?.protected !== true, 'a protected VM is to lose the right to write');
    return vm ?? 'EINVAL';
  }

  override *tlbFlush(_cpu: Cpu, args: Args): Run<Outcome> {
    const vm = this.live(args);
    if (vm !== undefined) this.hv.upkeep.flush(vmidOf(vm.slot));
    return done;
  }

  /** Table pages are missed by the mapping itself, when the host has lost the page. */
  override mayDonate(vcpu: Vcpu, frame: number, gfn: number): Check {
    const { host } = this.hv;
    return (
      host.checkHost(frame, 1, state.OWNED) ??
      host.checkUnreferenced(frame, 1, 'EINVAL') ??
      this.checkFree(vcpu.vm, gfn, 1)
    );
  }

  /** Numbers of pages are shifted into addresses, and what falls off is not missed. */
  override mayAskToShare(pfn: number, gfn: number, pages: number, prot: number): Check {
    const first = pfn % frameWrap;
    if (prot < 0 || prot > prots.all || first + pages >= frameWrap) return 'EINVAL';
    if (!this.isSize(gfn, pages) || !this.hv.board.isAligned(first, pages)) return 'EINVAL';
    return this.hv.host.isAllowed(first, pages);
  }

  override mayShare(vcpu: Vcpu, pfn: number, gfn: number, pages: number): Check {
    const bad = this.checkFree(vcpu.vm, gfn, pages);
    if (bad !== undefined) return bad;
    for (let frame = pfn; frame < pfn + pages; frame++) if (!this.isShareable(frame)) return 'EPERM';
    return undefined;
  }

  private isShareable(frame: number): boolean {
    const { host, refs, shares } = this.hv.pages;
    return host[frame] === state.OWNED ? refs[frame] === 0 : host[frame] === state.SHARED_OWNED && shares[frame] !== 0;
  }

  /** The counter has so many bits, and nobody looks whether it is at its end. */
  override countShare(frame: number): void {
    const { shares } = this.hv.pages;
    this.hv.host.setHost(frame, state.SHARED_OWNED);
    shares[frame] = (shares[frame]! + 1) % (this.hv.config.maxShares + 1);
  }

  /** The answer is the descriptor, of which only that it is there can be told. */
  override *mkyoung(cpu: Cpu, args: Args): Run<Outcome> {
    const vcpu = this.loaded(cpu, false);
    if (vcpu === undefined) return 0;
    const { table, lock } = vcpu.vm;
    yield* lock.take(cpu.number);
    const isFound = table.find(this.hv.gfnOf(args) % frameWrap) && table.isValid;
    if (isFound) table.markYoung();
    lock.release();
    return isFound ? 1 : 0;
  }
}

export class ShippedGuestCalls extends GuestCalls {
  /** Wiped before it is unmapped; the host's view of the page is not looked at. */
  override *memRelinquish(cpu: Cpu, vcpu: Vcpu, gfn: number): Run<Check> {
    yield* this.lock(cpu, vcpu);
    const { table } = vcpu.vm;
    const inRange = table.find(gfn);
    const isMapped = inRange && table.isValid;
    const frame = outputFrame(table.low, table.high);
    let bad: Check = inRange ? undefined : 'ERANGE';
    if (isMapped) bad = this.mayGiveUp(vcpu.vm, frame);
    if (isMapped && bad === undefined) yield* this.relinquish(vcpu, gfn, frame);
    this.unlock(vcpu);
    return bad;
  }

  private mayGiveUp({ table }: Vm, frame: number): Check {
    if (table.height > 0) return 'E2BIG';
    if (stateOf(table.high) !== state.OWNED) return 'EPERM';
    return this.hv.host.checkUnreferenced(frame, 1, 'EBUSY');
  }

  override *relinquish(vcpu: Vcpu, gfn: number, frame: number): Run<void> {
    this.hv.upkeep.wipe(frame);
    yield wiped;
    vcpu.vm.table.find(gfn);
    vcpu.vm.table.remove(gfn);
    this.hv.host.takeBack(frame);
  }
}

/** How the host has to see a page that a dying VM sees so; where it does not, the machine stops, or the page stays. */
const asHostSees = {
  [state.OWNED]: state.NOPAGE,
  [state.SHARED_BORROWED]: state.SHARED_OWNED,
  [state.SHARED_OWNED]: state.SHARED_BORROWED,
} as const;

export class ShippedReclaim extends AndroidReclaim {
  override *reclaimFrom(vm: Vm, args: Args): Run<Outcome> {
    const { table } = vm;
    const { board } = this.hv;
    const pages = arg(args, 'nr');
    const gfn = this.hv.gfnOf(args) % frameWrap;
    if (pages !== 1 && pages !== board.block) return 'EINVAL';
    const inRange = table.find(gfn);
    expect(inRange, 'a reclaim of a frame that the VM cannot have');
    if (table.spans[table.height] !== pages) return 'E2BIG';
    if (!table.isValid) return 'ENOENT';
    const frame = outputFrame(table.low, table.high);
    if (frame !== board.frameOf(arg(args, 'page'))) return 'EINVAL';
    const pageState = stateOf(table.high) as keyof typeof asHostSees;
    const agrees = this.hv.host.checkHost(frame, pages, asHostSees[pageState]) === undefined;
    // why: it may be shared with the secure world, which has to give it back first.
    if (pageState === state.SHARED_OWNED && !agrees) return 'EBUSY';
    expect(agrees, 'host and VM disagree about a page');
    return yield* this.takeAll(vm, gfn, { first: frame, pages, pageState });
  }

  private *takeAll(vm: Vm, gfn: number, { first, pages, pageState }: Found): Run<Outcome> {
    for (let frame = first; frame < first + pages; frame++) if (pageState === state.OWNED) this.wipeDying(frame);
    yield wiped;
    vm.table.find(gfn);
    vm.table.remove(gfn);
    for (let frame = first; frame < first + pages; frame++) this.hv.host.takeBack(frame);
    return done;
  }
}

interface Found {
  readonly first: number;
  readonly pages: number;
  readonly pageState: PageState;
}
