/** How pages come back from VMs: from a dying one, by force, and what the VM is told of it. */
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import {
  gfnOf,
  handleOf,
  annotation,
  annotationHigh,
  annotationOf,
  owner,
  ownerOf,
  state,
  stateOf,
  type PageState,
} from '../descriptor.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Core } from './core.ts';
import type { GuestMemory } from './guest-memory.ts';
import { expect, type Pause, type Run } from './locks.ts';
import { firstHandle, type Vm } from './vm.ts';

const guestLostIt: Pause = { at: 'guest lost the page' };
const wiped: Pause = { at: 'page wiped' };

export class Reclaim {
  protected readonly hv: Core;
  protected readonly guests: GuestMemory;

  constructor(hv: Core, guests: GuestMemory) {
    this.hv = hv;
    this.guests = guests;
  }

  *reclaimDying(cpu: Cpu, args: Args): Run<Outcome> {
    const { vms, host } = this.hv;
    yield* vms.lock.take(cpu.number);
    const vm = this.dying(arg(args, 'vm'));
    let outcome: Outcome = 'EINVAL';
    if (vm !== undefined) {
      yield* host.lock.take(cpu.number);
      yield* vm.lock.take(cpu.number);
      outcome = yield* this.reclaimFrom(vm, args);
      vm.lock.release();
      host.lock.release();
    }
    vms.lock.release();
    return outcome;
  }

  dying(slot: number): Vm | undefined {
    const vm = this.hv.vms.named(slot);
    return vm?.isDying === true ? vm : undefined;
  }

  *reclaimFrom(vm: Vm, args: Args): Run<Outcome> {
    const gfn = this.hv.gfnOf(args) % frameWrap;
    const frame = this.guests.pageOf(vm, gfn);
    if (frame === 'EHWPOISON') return done;
    if (typeof frame === 'string') return frame;
    const pageState = stateOf(vm.table.high);
    if (pageState === state.SHARED_BORROWED) return 'EPERM';
    const asHost = pageState === state.OWNED ? state.NOPAGE : state.SHARED_BORROWED;
    expect(this.hv.pages.host[frame] === asHost, 'host and VM disagree about a page');
    return yield* this.takeFromDying(vm, gfn, frame, pageState);
  }

  /** why: here the wipe may come first, for no vCPU of a dying VM can run. */
  *takeFromDying(vm: Vm, gfn: number, frame: number, pageState: PageState): Run<Outcome> {
    // why: what the VM shared, the host has seen already.
    if (pageState === state.OWNED) this.wipeDying(frame);
    yield wiped;
    vm.table.find(gfn);
    vm.table.remove(gfn);
    this.hv.host.takeBack(frame);
    return done;
  }

  wipeDying(frame: number): void {
    this.hv.upkeep.wipe(frame);
  }

  *forceReclaim(cpu: Cpu, args: Args): Run<Outcome> {
    const { vms, host } = this.hv;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    yield* vms.lock.take(cpu.number);
    yield* host.lock.take(cpu.number);
    const found = this.ownerOfFrame(frame);
    let outcome: Outcome;
    if (typeof found === 'string') outcome = found;
    else {
      yield* found.vm.lock.take(cpu.number);
      outcome = yield* this.takeByForce(found.vm, found.gfn, frame);
      found.vm.lock.release();
    }
    host.lock.release();
    vms.lock.release();
    return outcome;
  }

  /** Which VM the annotation in the host's table names. */
  ownerOfFrame(frame: number): { vm: Vm; gfn: number } | 'EFAULT' | 'EAGAIN' | 'EPERM' {
    const { host, pages } = this.hv;
    if (!host.isMemory(frame)) return 'EFAULT';
    if (pages.host[frame] !== state.NOPAGE) return 'EAGAIN';
    host.table.find(frame);
    const { low, high } = host.table;
    expect(!host.table.isValid, 'what the host has lost is mapped for it all the same');
    if (ownerOf(low) !== owner.GUEST) return 'EPERM';
    const vm = this.hv.vms.find(handleOf(low) - firstHandle);
    return vm === undefined ? 'EAGAIN' : { vm, gfn: gfnOf(low, high) };
  }

  /** The VM loses the page before it is wiped, and what it finds there from then on is poison. */
  *takeByForce(vm: Vm, gfn: number, frame: number): Run<Outcome> {
    const found = this.guests.pageOf(vm, gfn);
    if (typeof found === 'string') return found;
    expect(found === frame, 'the recorded owner of a page has another page there');
    if (stateOf(vm.table.high) !== state.OWNED) return 'EPERM';
    vm.table.annotate(gfn, 0, annotationHigh(annotation.poisoned));
    yield guestLostIt;
    this.hv.upkeep.wipe(frame);
    yield wiped;
    this.hv.host.takeBack(frame);
    return done;
  }

  *inPoisonFault(cpu: Cpu): Run<Outcome> {
    const vcpu = cpu.loaded;
    // why: the frame comes from the hypervisor's own record, or the host could ask about any frame it likes.
    if (vcpu?.trap === undefined || vcpu.trap.gfn < 0) return 'EINVAL';
    const { table, lock } = vcpu.vm;
    yield* lock.take(cpu.number);
    const inRange = table.find(vcpu.trap.gfn);
    const poisoned = annotationOf(table.low, table.high) === annotation.poisoned;
    lock.release();
    if (!inRange) return 'ERANGE';
    return table.height > 0 ? 'EINVAL' : poisoned ? 1 : 0;
  }
}
