/** Faults in how VMs and vCPUs are made, placed and ended. */
import { arg, done } from '../../model/hypervisor/call.ts';
import { registers } from '../../model/cpu.ts';
import type { Fault } from './fault.ts';
import { nothing } from './alter.ts';

export const lifecycle: readonly Fault[] = [
  {
    id: 'vcpu-pin-leaks',
    title: 'a vCPU that cannot be made keeps the host’s page pinned',
    loses: 'a vCPU that cannot be made costs the host a page',
    clauses: ['MEM-CONSERVE-PINS'],
    known: 'CVE-2026-46147; Linux 73b9c1e5da84',
    story:
      'To make a vCPU the hypervisor pins the host’s structure for it, and then finds that this vCPU exists already. The way back forgot the pin. The host is refused its own page until the next boot, and can repeat this with every page that it has.',
    alter: ({ hv: { lifecycle: room } }) => {
      room.undoPin = nothing;
    },
  },
  {
    id: 'feature-check-leaks',
    title: 'a vCPU of a kind that is not allowed leaks its pin',
    loses: 'a vCPU of a forbidden kind costs the host a page',
    clauses: ['MEM-CONSERVE-PINS'],
    story:
      'One of several checks of a new vCPU returned at once instead of going back step by step. Anybody who may open /dev/kvm can ask for such a vCPU, and each time a page stays pinned.',
    alter: ({ hv: { lifecycle: room } }) => {
      const may = room.mayHaveVcpu.bind(room);
      const undo = room.undoPin.bind(room);
      let isEarly = false;
      room.mayHaveVcpu = (vm, index) => {
        isEarly = index >= vm.created;
        return may(vm, index);
      };
      room.undoPin = (hostVcpu) => {
        if (!isEarly) undo(hostVcpu);
      };
    },
  },
  {
    id: 'root-count-stays',
    title: 'a VM that cannot be listed gives its root table back in use',
    loses: 'a VM that cannot be listed stops the machine',
    clauses: ['INIT-VM-RESERVED'],
    known: 'Linux 20d2753295b1',
    story:
      'The root table is counted as in use when a VM is built. If the VM then cannot be listed, its memory goes back, and the count is still one: the check that nothing in use is given back stops the machine. One call with a handle that was not reserved is enough. Found by a bot that reads patches.',
    alter: ({ hv: { lifecycle: room } }) => {
      room.releaseRoot = nothing;
    },
  },
  {
    id: 'kvm-pin-leaks',
    title: 'the end of a VM leaves the host’s structure pinned',
    loses: 'a VM that cannot be made costs the host a page',
    clauses: ['MEM-CONSERVE-PINS'],
    story:
      'What the host keeps for a VM is pinned while the VM lives, and the way back forgot the pin: each VM that ends, and each that could not be made, costs the host a page. A host that starts VMs and ends them runs out of memory that it can use.',
    alter: ({ hv: { lifecycle: room } }) => {
      room.unpinKvm = nothing;
    },
  },
  {
    id: 'vcpu-memory-not-wiped',
    title: 'the memory of a vCPU comes back with its registers',
    loses: 'the host reads the last registers of a vCPU',
    clauses: ['LIFE-STATE-WIPE'],
    story:
      'The registers of a vCPU lie in a page that the host has given. When the VM ends the page goes back, and the host reads the last registers of every vCPU.',
    alter: ({ hv: { lifecycle: room } }) => {
      room.scrubBefore = nothing;
    },
  },
  {
    id: 'tables-come-back-full',
    title: 'the page tables of a VM come back as they are',
    loses: 'the host reads the page tables of a VM that has ended',
    clauses: ['LIFE-STATE-WIPE'],
    story:
      'The pages of which the tables of a VM were made go back to the host when the VM ends. What was in them tells which pages the VM had at which addresses, and which it shared: the host reads the layout of a VM from which it could not read a byte.',
    alter: ({ hv }) => {
      const collect = hv.teardown.collectStage2.bind(hv.teardown);
      hv.teardown.collectStage2 = (vm) => {
        const zero = hv.memory.zero.bind(hv.memory);
        hv.memory.zero = nothing;
        const pages = collect(vm);
        hv.memory.zero = zero;
        return pages;
      };
    },
  },
  {
    id: 'early-calls-answered',
    title: 'calls that set EL2 up are still answered',
    loses: 'the host sets EL2 up anew',
    clauses: ['CPU-HOST-EL1'],
    known: 'Android f5aa206cc661',
    story:
      'While EL2 is being set up the host may do anything, for it is trusted then. A band of calls from that time stayed open. With them a host that has been taken over invalidates, maps and hands over as if nothing were protected yet.',
    alter: ({ hv: { lifecycle: room } }) => {
      const early = room.early.bind(room);
      room.early = function* (args) {
        return arg(args, 'id') < 7 ? done : yield* early(args);
      };
    },
  },
  {
    id: 'vcpu-in-two-places',
    title: 'a vCPU can be loaded twice',
    loses: 'two CPUs run one vCPU',
    clauses: ['CPU-ONE-PLACE'],
    story:
      'Two CPUs run the same vCPU and save its registers over each other. What one of them computes is lost or mixed with what the other does.',
    alter: ({ hv: { vcpus, vms } }) => {
      vcpus.mayLoad = (slot, index) => {
        const vm = vms.find(slot);
        return vm === undefined || vm.isDying ? undefined : vm.vcpus[index];
      };
    },
  },
  {
    id: 'reserved-torn-down',
    title: 'a handle that is only reserved can be ended',
    loses: 'a reserved handle is torn down before there is a VM',
    clauses: ['TEARDOWN-LIVE'],
    known: 'Android cb217fbf3609, 0469832be7e8',
    story:
      'A handle that is reserved has no VM behind it yet. Ending it was possible, and worked on what was not there: the handle is free again while the host that has reserved it still counts on it.',
    alter: ({ hv }) => {
      const start = hv.teardown.start.bind(hv.teardown);
      hv.teardown.start = function* (cpu, args) {
        if (hv.vms.at(arg(args, 'vm')) !== 'reserved') return yield* start(cpu, args);
        hv.vms.set(arg(args, 'vm'), undefined);
        return done;
      };
    },
  },
  {
    id: 'loaded-vm-ended',
    title: 'a VM whose vCPU is loaded can be ended',
    loses: 'a VM is torn down while its vCPU is on a CPU',
    clauses: ['TEARDOWN-UNLOADED', 'CPU-NO-RUN-DYING'],
    story: 'The VM is taken apart while one of its vCPUs still sits on a CPU and goes on running.',
    alter: ({ hv: { teardown } }) => {
      teardown.mayDie = (vm) => !vm.isDying;
    },
  },
  {
    id: 'dying-vm-loaded',
    title: 'a vCPU of a dying VM can be loaded',
    loses: 'a VM runs while the host collects its pages',
    clauses: ['CPU-NO-RUN-DYING'],
    story:
      'The host has ended the VM and collects its pages. A vCPU of it is loaded all the same and runs: it finds zeros where its data were, one page after the other, and goes on with them as if it had written them.',
    alter: ({ hv: { vcpus, vms } }) => {
      vcpus.mayLoad = (slot, index) => {
        const vcpu = vms.find(slot)?.vcpus[index];
        return vcpu?.loadedOn === -1 ? vcpu : undefined;
      };
    },
  },
  {
    id: 'live-vm-unreserved',
    title: 'a live VM can be dropped like a reservation',
    loses: 'a live VM vanishes from the VM table',
    clauses: ['CPU-TLB-VMID', 'LIFE-PHASES', 'MEM-LEGAL', 'MEM-CONSERVE-DONATED'],
    story:
      'Dropping a reservation empties an entry of the VM table without asking what stands there. The VM is gone at once, with all that it had; its VMID is given to the next one, together with what the TLBs still know under it.',
    alter: ({ hv: { lifecycle: room, vms } }) => {
      room.unreserve = function* (cpu, args) {
        yield* vms.lock.take(cpu.number);
        if (vms.at(arg(args, 'vm')) !== undefined) vms.set(arg(args, 'vm'), undefined);
        vms.lock.release();
        return done;
      };
    },
  },
  {
    id: 'sync-shows-all',
    title: 'a sync of state copies every register to the host',
    loses: 'the host reads the registers of a protected VM',
    clauses: ['CPU-STATE-PRIVATE'],
    known: 'Linux up to 7.3 for every VM',
    story:
      'Upstream Linux copied the whole register state of a vCPU to the host and back, protected or not, and said so in its documentation. With isolation on, the same copy gives the host what the VM last computed with; here it is made when the host puts the vCPU.',
    alter: ({ hv }) => {
      const { calls } = { calls: hv.vcpus };
      const put = calls.put.bind(calls);
      calls.put = function* (cpu) {
        const { loaded } = cpu;
        if (loaded !== undefined) cpu.registers[registers.x2] = hv.memory.read(loaded.structure, registers.x2);
        return yield* put(cpu);
      };
    },
  },
];
