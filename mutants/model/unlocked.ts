/** Faults in what is read, or shown to other CPUs, while no lock is held. */
import { owner, state } from '../../model/descriptor.ts';
import { arg, done } from '../../model/hypervisor/call.ts';
import { Vcpu } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import { nothing } from './alter.ts';
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
  {
    id: 'list-checked-as-a-whole',
    title: 'the pages of the host’s list are checked before the first of them is taken',
    loses: 'a page that is listed twice becomes two page tables',
    clauses: ['MEM-CONSERVE-DONATED', 'MEM-OWN-TABLES'],
    story:
      'The host offers pages for page tables on a list, and puts one page on it twice. Each of them is the host’s as long as none has been taken, so both pass the check. EL2 takes the page twice, and makes two tables of a VM in it: an entry that is written to one of them is an entry of the other.',
    alter: checkAllFirst,
  },
  {
    id: 'load-trusts-the-handle',
    title: 'a load asks again whether the handle has a vCPU, and takes the one that it found before',
    loses: 'a CPU loads a vCPU whose memory is the host’s again',
    clauses: ['CPU-ONE-PLACE', 'CPU-NO-RUN-DYING', 'MEM-HYP-PRIVATE', 'CPU-RUN-LOADED'],
    story:
      'One CPU loads a vCPU: it finds it, and waits for the lock. Others end the VM, take its handle for a new one, and make a vCPU with the same number. The load asks once more whether there is such a vCPU, which there is, and goes on with the one that it had found: its registers lie in memory that is the host’s by now.',
    alter: ({ hv: { vcpus, vms } }) => {
      vcpus.load = function* (cpu, args) {
        if (cpu.loaded !== undefined) return done;
        const vcpu = vcpus.mayLoad(arg(args, 'vm'), arg(args, 'index'));
        yield* vms.lock.take(cpu.number);
        const isThere = vcpus.mayLoad(arg(args, 'vm'), arg(args, 'index')) !== undefined;
        if (vcpu !== undefined && isThere) vcpus.place(cpu, vcpu);
        vms.lock.release();
        return done;
      };
    },
  },
  {
    id: 'iommu-tlb-told-late',
    title: 'a page is no longer pinned before the device has forgotten it',
    loses: 'a device reaches a donated page until its TLB is told',
    clauses: ['DMA-FOLLOWS-OWNER'],
    story:
      'The mapping is out of the table and off the count, the lock is released, and only then is the device told to forget it. Between these steps another CPU donates the page: for a moment the device still writes to memory of the VM.',
    alter: tellsLate,
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

function checkAllFirst({ hv }: Machine): void {
  const { memcache, host, lists, pages } = hv;
  const isFree = (frame: number): boolean =>
    host.checkHost(frame, 1, state.OWNED) === undefined && pages.refs[frame] === 0;
  memcache.refill = function* (cpu, vcpu) {
    const offered = memcache.snapshot(vcpu);
    const wanted = offered.length;
    yield* host.lock.take(cpu.number);
    const checked = new Set(lists.framesOf(offered).filter(isFree));
    while (vcpu.cache.length < wanted && offered.length > 0 && checked.has(lists.topOf(offered))) {
      const frame = lists.pop(offered);
      host.setHyp(frame, state.OWNED);
      host.giveTo(frame, owner.HYP);
      lists.push(vcpu.cache, frame);
    }
    host.lock.release();
    vcpu.hostList.top = offered.top;
    vcpu.hostList.length = offered.length;
    return vcpu.cache.length < wanted ? 'ENOMEM' : undefined;
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

function tellsLate({ hv: { dma, iommu } }: Machine): void {
  const tell = iommu.invalidate.bind(iommu);
  const unmap = dma.unmap.bind(dma);
  iommu.invalidate = nothing;
  dma.unmap = function* (cpu, args) {
    const outcome = yield* unmap(cpu, args);
    yield { at: 'unpinned, device not told' };
    tell(arg(args, 'device'), arg(args, 'iova'), 1);
    return outcome;
  };
}
