/** Faults in what is read, or shown to other CPUs, while no lock is held. */
import { arg, done } from '../../model/hypervisor/call.ts';
import { Vcpu } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import type { Fault } from './fault.ts';

export const unlocked: readonly Fault[] = [
  {
    id: 'vcpu-published-early',
    title: 'a vCPU is in its VM’s list before it is complete',
    loses: 'the host gets the memory of a vCPU that another CPU runs',
    clauses: ['CPU-STATE-INTEGRITY', 'MEM-HYP-PRIVATE'],
    known: 'CVE-2026-46147; Linux 73b9c1e5da84',
    story:
      'A new vCPU is listed first, and made ready afterwards. Another CPU loads and runs it in between. Then its registers are set to where a vCPU begins, under the feet of the guest: what it had computed is gone. And if the host’s structure cannot be pinned, the vCPU’s memory goes back to the host while the vCPU is loaded.',
    alter: publishEarly,
  },
  {
    id: 'memcache-read-twice',
    title: 'the host’s list of table pages is read again after its page was checked',
    loses: 'the host writes to the page tables of a VM',
    clauses: ['MEM-HYP-PRIVATE'],
    known: 'Linux a164c5cf9e7d',
    story:
      'The list of pages for page tables lies in the host’s memory. The hypervisor checks the page on top and takes it, and then reads the top once more to see which page it has got. In between the host writes another page there, from another CPU. The hypervisor makes page tables in a page that the host can still write.',
    alter: readTwice,
  },
  {
    id: 'dying-read-without-lock',
    title: 'a load asks whether the VM is dying before it has the lock',
    loses: 'a vCPU is loaded while its VM is torn down',
    clauses: ['CPU-NO-RUN-DYING', 'TEARDOWN-UNLOADED', 'CPU-ONE-PLACE'],
    known: 'Android 411eca49ef65',
    story:
      'One CPU loads a vCPU: it sees that the VM lives, and waits for the lock. Another CPU ends the VM, which is allowed while no vCPU is loaded. Then the load goes on with what it saw before: a vCPU runs while its VM is taken apart.',
    alter: ({ hv: { vcpus, vms } }) => {
      vcpus.load = function* (cpu, args) {
        if (cpu.loaded !== undefined) return done;
        const vcpu = vcpus.mayLoad(arg(args, 'vm'), arg(args, 'index'));
        yield* vms.lock.take(cpu.number);
        if (vcpu?.loadedOn === -1) vcpus.place(cpu, vcpu);
        vms.lock.release();
        return done;
      };
    },
  },
];

function publishEarly({ hv }: Machine): void {
  const { lifecycle, vms, host, board, config } = hv;
  lifecycle.makeVcpu = function* (cpu, vm, args, structure) {
    const index = arg(args, 'index');
    const hostVcpu = board.frameOf(arg(args, 'hostVcpu'));
    const bad = lifecycle.mayHaveVcpu(vm, index);
    if (bad === undefined) {
      vm.vcpus[index] = new Vcpu(vm, index, hostVcpu, structure, hv.hostLists.empty(vm.slot, index));
      vms.lock.release();
      yield { at: 'listed, not complete' };
      yield* vms.lock.take(cpu.number);
    }
    yield* host.lock.take(cpu.number);
    const unpinned = host.pin(hostVcpu, config.sizes.vcpuPages);
    host.lock.release();
    if (bad === undefined) hv.upkeep.scrub(structure);
    if (unpinned === undefined && bad !== undefined) lifecycle.undoPin(hostVcpu);
    if (unpinned !== undefined && bad === undefined) vm.vcpus[index] = undefined;
    return unpinned === undefined ? bad : 'EBUSY';
  };
}

function readTwice({ hv }: Machine): void {
  const { memcache, host, lists } = hv;
  memcache.refill = function* (cpu, { cache, hostList }) {
    for (const wanted = hostList.length; cache.length < wanted;) {
      yield* host.lock.take(cpu.number);
      const bad = hostList.length === 0 ? 'ENOMEM' : host.donateToHyp(lists.topOf(hostList), 1);
      host.lock.release();
      if (bad !== undefined) return 'ENOMEM';
      yield { at: 'page taken' };
      lists.push(cache, lists.pop(hostList));
    }
    return undefined;
  };
}
