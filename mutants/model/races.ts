/** Faults that show when another CPU comes in at the wrong moment. */
import { frameWrap } from '../../model/board.ts';
import { owner, ownerHigh, ownerLow, prots, state } from '../../model/descriptor.ts';
import { arg, done } from '../../model/hypervisor/call.ts';
import { expect } from '../../model/hypervisor/locks.ts';
import { firstHandle } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import type { Fault } from './fault.ts';

export const races: readonly Fault[] = [
  {
    id: 'relinquish-wipes-first',
    title: 'a page that a VM gives up is wiped before it is unmapped',
    loses: 'a write after the wipe goes back to the host',
    clauses: ['MEM-WIPE-UNMAPPED'],
    known: 'Android 5a224663b147',
    story:
      'One vCPU gives a page up, and the hypervisor wipes it. Before the page is unmapped, another vCPU of the same VM, which knows nothing of this, writes to it. The page goes back to the host with what was written after the wipe. Android shipped this order before it was turned round.',
    alter: ({ hv }) => {
      hv.guestCalls.relinquish = function* (vcpu, gfn, frame) {
        hv.upkeep.wipe(frame);
        yield { at: 'page wiped' };
        vcpu.vm.table.find(gfn);
        vcpu.vm.table.remove(gfn);
        yield { at: 'guest lost the page' };
        hv.host.takeBack(frame);
      };
    },
  },
  {
    id: 'deadlock-of-reclaim',
    title: 'a reclaim by force takes its locks in another order',
    loses: 'two CPUs wait at EL2 for each other’s lock',
    clauses: ['AVAIL-RECLAIM'],
    story:
      'Everybody takes the host’s lock before a VM’s. One call does it the other way round: it holds the VM and waits for the host, while a guest’s call holds the host and waits for the VM. Both CPUs spin at EL2 for ever.',
    alter: reversedLocks,
  },
  {
    id: 'lock-kept-on-refusal',
    title: 'a refusal leaves the host’s lock taken',
    loses: 'a CPU waits at EL2 for a lock that nobody gives back',
    clauses: ['AVAIL-RECLAIM'],
    story:
      'One way out of a call forgets to let go of the host’s lock. The host is refused a page that it has not shared, as it should be. The next call that needs the lock spins at EL2 for ever, on whichever CPU it is made.',
    alter: ({ hv }) => {
      const unshare = hv.sharing.unshare.bind(hv.sharing);
      hv.sharing.unshare = function* (cpu, args) {
        const outcome = yield* unshare(cpu, args);
        if (outcome !== done) hv.host.lock.holder = cpu.number;
        return outcome;
      };
    },
  },
  {
    id: 'racing-fault-stops-the-machine',
    title: 'two CPUs that fault on one page stop the machine',
    loses: 'two faults on one page stop the machine',
    clauses: ['HOST-READ-REACHES', 'HOST-WRITE-REACHES', 'MEM-HYPERCALL-ONLY', 'HOST-LOAD-REACHES'],
    known: 'found by the authors of the pKVM ghost specification',
    story:
      'Two CPUs touch the same page for the first time. One of them maps it, the other waits for the lock, finds the page mapped, and takes that for a mistake of its own: EL2 stops. It needs no attacker, only a busy machine.',
    alter: ({ hv: { host } }) => {
      const resolve = host.resolve.bind(host);
      host.resolve = (frame) => {
        expect(
          !(host.isMemory(frame) && host.table.find(frame) && host.table.isValid),
          'a fault on a page that is mapped',
        );
        return resolve(frame);
      };
    },
  },
  {
    id: 'donation-maps-first',
    title: 'a donated page is mapped for the VM before the host has lost it',
    loses: 'host and VM reach a donated page at once',
    clauses: ['MEM-UNMAP-FIRST'],
    story:
      'Between two steps of a donation other CPUs act. If the VM has the page before the host has lost it, the VM writes its first secret into a page that the host is reading on another CPU.',
    alter: mapFirst,
  },
];

function reversedLocks({ hv }: Machine): void {
  hv.reclaim.forceReclaim = function* (cpu, args) {
    const frame = hv.board.frameOf(args['page'] ?? 0);
    yield* hv.vms.lock.take(cpu.number);
    const found = hv.reclaim.ownerOfFrame(frame);
    if (typeof found === 'string') {
      hv.vms.lock.release();
      return found;
    }
    yield* found.vm.lock.take(cpu.number);
    yield* hv.host.lock.take(cpu.number);
    const outcome = yield* hv.reclaim.takeByForce(found.vm, found.gfn, frame);
    hv.host.lock.release();
    found.vm.lock.release();
    hv.vms.lock.release();
    return outcome;
  };
}

function mapFirst({ hv }: Machine): void {
  hv.guests.donate = function* (cpu, args) {
    const { host } = hv;
    const vcpu = hv.guests.loaded(cpu, true);
    if (vcpu === undefined) return 'EINVAL';
    const short = yield* hv.memcache.refill(cpu, vcpu);
    if (short !== undefined) return short;
    const frame = hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    const gfn = hv.gfnOf(args) % frameWrap;
    yield* host.lock.take(cpu.number);
    yield* vcpu.vm.lock.take(cpu.number);
    const bad = hv.guests.mayDonate(vcpu, frame, gfn);
    if (bad === undefined) {
      hv.guests.map(vcpu, gfn, 0, frame, prots.all, state.OWNED);
      yield { at: 'guest has the page' };
      host.table.annotate(frame, ownerLow(owner.GUEST, vcpu.vm.slot + firstHandle, gfn), ownerHigh(gfn));
      host.setHost(frame, state.NOPAGE);
    }
    vcpu.vm.lock.release();
    host.lock.release();
    return bad ?? done;
  };
}
