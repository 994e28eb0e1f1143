/** Faults in what a guest finds in its registers when it is entered, and in what is kept of them when it traps. */
import { registers } from '../../model/cpu.ts';
import type { Cpu, Register } from '../../model/cpu.ts';
import type { Vcpu } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import type { Fault } from './fault.ts';
import { nothing } from './alter.ts';

export const entriesAndExits: readonly Fault[] = [
  {
    id: 'entry-at-the-hosts-pc',
    title: 'a vCPU is entered at the address that the host’s structure has',
    loses: 'a VM goes on where the host says',
    clauses: ['CPU-ENTRY-SAVED'],
    known: 'Linux up to 7.3 for every VM',
    story:
      'At each entry the program counter is read from the host’s structure of the vCPU, as for a VM that is not protected. Nothing that EL2 keeps has changed, and so nothing looks wrong between two runs. The VM goes on at an address of the host’s choice, in the middle of its own code.',
    alter: (machine) => {
      afterLoading(machine, (cpu, vcpu) => put(cpu, 'pc', machine.cache.read(vcpu.hostVcpu, 0)));
    },
  },
  {
    id: 'entry-loads-nothing',
    title: 'a vCPU is entered with what is in the CPU',
    loses: 'a VM goes on with registers of the host',
    clauses: ['CPU-ENTRY-SAVED'],
    story:
      'EL2 takes the vCPU to have been here last, and does not load its registers. The host has run since: the VM goes on with the host’s values in all of them.',
    alter: ({ hv: { vcpus } }) => {
      vcpus.loadRegisters = nothing;
    },
  },
  {
    id: 'entry-with-data-of-a-sibling',
    title: 'a vCPU gets a register of another vCPU of its VM',
    loses: 'a vCPU goes on with data of its sibling',
    clauses: ['CPU-ENTRY-SAVED'],
    story:
      'A pointer to the last vCPU of the VM is used where the loaded one is meant. One vCPU had computed a key; the other goes on with it, and writes it to where its own result was to go.',
    alter: (machine) => {
      afterLoading(machine, (cpu, vcpu) => {
        const sibling = vcpu.vm.vcpus.find((one) => one !== undefined && one !== vcpu);
        if (sibling !== undefined) put(cpu, 'x2', machine.memory.read(sibling.structure, registers.x2));
      });
    },
  },
  {
    id: 'entry-with-the-hosts-vectors',
    title: 'floating point and vectors are not loaded at an entry',
    loses: 'a VM computes with vectors of the host',
    clauses: ['CPU-ENTRY-SAVED'],
    story:
      'Vectors are switched late, when the guest first uses them, and a flag says whose they are. The flag is wrong, so there is no trap. A guest that encrypts with vector instructions does so with round keys that the host has put there.',
    alter: ({ hv: { vcpus } }) => {
      const load = vcpus.loadRegisters.bind(vcpus);
      vcpus.loadRegisters = (cpu, vcpu) => {
        const left = cpu.registers[registers.fp] ?? 0;
        load(cpu, vcpu);
        put(cpu, 'fp', left);
      };
    },
  },
  {
    id: 'exit-loses-a-register',
    title: 'an exit does not save x3',
    loses: 'an interrupt costs a VM a register',
    clauses: ['CPU-EXIT-SAVED'],
    story:
      'The code at the exit needs a register before it has saved it. Any interrupt will do: when the guest goes on, x3 is what it was at the exit before, and the guest has no way to notice.',
    alter: (machine) => {
      savesAllBut(machine, 'x3');
    },
  },
  {
    id: 'exit-loses-the-timer',
    title: 'an exit leaves the guest’s timer to the host',
    loses: 'the host sets the timer of a VM',
    clauses: ['CPU-EXIT-SAVED'],
    known: 'Linux up to 7.3 for every VM',
    story:
      'The host saves and loads timers, since it has to wake the vCPU when one fires. EL2 keeps no copy. What the guest had set its timer to is gone after the first exit, and the guest that waits for it waits as long as the host likes.',
    alter: (machine) => {
      savesAllBut(machine, 'timer');
    },
  },
  {
    id: 'call-clobbers-a-register',
    title: 'EL2 leaves a value of its own in x3 when it answers a call',
    loses: 'a call of a VM changes more than its result',
    clauses: ['CPU-EXIT-SAVED'],
    story:
      'The guest shares a page. EL2 answers by itself, and saves the registers after that: with the number of the page frame in x3, where the guest had zero. A register changes that the call has no business with, and the VM learns where in memory it lies.',
    alter: ({ hv: { guestCalls } }) => {
      const share = guestCalls.memShare.bind(guestCalls);
      guestCalls.memShare = function* (cpu, vcpu, gfn) {
        const bad = yield* share(cpu, vcpu, gfn);
        if (bad === undefined) put(cpu, 'x3', vcpu.vm.table.frameFor(gfn));
        return bad;
      };
    },
  },
  {
    id: 'answer-in-another-register',
    title: 'the answer to an exit goes into the register that the host names',
    loses: 'the host answers into a register of its choice',
    clauses: ['CPU-STATE-INTEGRITY'],
    story:
      'A guest reads from a device that the host plays, and the answer belongs into the register that the instruction names. EL2 knows it, and keeps it from the host. Here it takes the number from the host’s copy of the syndrome: the answer lands in x1.',
    alter: ({ hv: { vcpus, memory } }) => {
      vcpus.answer = ({ structure }, _name, value) => memory.write(structure, registers.x1, value);
    },
  },
  {
    id: 'debug-set-by-the-host',
    title: 'the host chooses the debug registers of a protected VM and what traps',
    loses: 'the host sets watchpoints in a VM',
    clauses: ['CPU-STATE-INTEGRITY'],
    known: 'Linux up to 7.3 for every VM',
    story:
      'Debug registers and MDCR_EL2 come from the host at every entry, so that it can debug its VMs. It sets a watchpoint on an address of the protected VM, and is told of each access to it.',
    alter: ({ hv: { vcpus } }) => {
      const accepted = vcpus.accepted.bind(vcpus);
      vcpus.accepted = (reason, isProtected) => [...accepted(reason, isProtected), 'debug', 'mdcr'];
    },
  },
  {
    id: 'vectors-left-behind',
    title: 'an exit leaves the guest’s vectors in the CPU',
    loses: 'an exit leaves vectors of a VM in the CPU',
    clauses: ['CPU-EXPOSURE'],
    story:
      'General registers are switched at every exit. Vectors are left until somebody uses them, and the host’s access is not trapped. It reads what the VM was encrypting, and the round keys.',
    alter: ({ hv: { vcpus } }) => {
      const leave = vcpus.leave.bind(vcpus);
      vcpus.leave = (cpu, vcpu, reason, gfn) => {
        const left = cpu.registers[registers.fp] ?? 0;
        leave(cpu, vcpu, reason, gfn);
        put(cpu, 'fp', left);
      };
    },
  },
  {
    id: 'cpu-on-shows-the-context',
    title: 'CPU_ON shows the host all of its arguments',
    loses: 'the host learns what one vCPU passes to another',
    clauses: ['CPU-EXPOSURE'],
    story:
      'To switch a vCPU on, the host has to know which. The entry point and the context id are for the vCPU that begins. Here the host is shown all four registers of the call, as for calls about memory.',
    alter: ({ hv: { vcpus } }) => {
      const shown = vcpus.shown.bind(vcpus);
      vcpus.shown = (reason, isProtected) => [
        ...shown(reason, isProtected),
        ...(reason === 'cpu_on' ? callArguments : []),
      ];
    },
  },
  {
    id: 'secondary-begins-in-firmware',
    title: 'every vCPU begins at the entry of pvmfw',
    loses: 'a vCPU runs the firmware again in a VM that has booted',
    clauses: ['CPU-ENTRY-RESET'],
    story:
      'The first vCPU of a VM begins in its firmware, and all others where the VM says. Here all begin in the firmware: it boots the VM once more beside itself, over the memory of what runs.',
    alter: ({ hv: { vcpus } }) => {
      vcpus.enterSecondary = (cpu, vcpu) => put(cpu, 'pc', vcpus.firstInstruction(vcpu));
    },
  },
  {
    id: 'secondary-without-context',
    title: 'a vCPU that is switched on does not get the context id',
    loses: 'a vCPU begins without what its VM has passed to it',
    clauses: ['CPU-ENTRY-RESET'],
    story:
      'A VM passes one word to the vCPU that it switches on, usually where its stack is. EL2 keeps the entry point and forgets the word. The vCPU begins with zero in x0.',
    alter: ({ hv: { vcpus } }) => {
      vcpus.enterSecondary = (cpu, { start }) => put(cpu, 'pc', start?.pc ?? 0);
    },
  },
  {
    id: 'secondary-not-reset',
    title: 'a vCPU that is switched on begins with what is in the CPU',
    loses: 'a vCPU begins with registers of the host',
    clauses: ['CPU-ENTRY-RESET', 'CPU-ENTRY-SAVED'],
    story:
      'A vCPU that is switched on is to find nothing but where it begins and one word. Its registers are not cleared: it finds what the host has left in the CPU.',
    alter: ({ hv: { vcpus } }) => {
      vcpus.reset = nothing;
    },
  },
];

const callArguments: readonly Register[] = ['x2', 'x3'];

function put(cpu: Cpu, name: Register, value: number): void {
  cpu.registers[registers[name]] = value;
}

function afterLoading({ hv: { vcpus } }: Machine, alter: (cpu: Cpu, vcpu: Vcpu) => void): void {
  const load = vcpus.loadRegisters.bind(vcpus);
  vcpus.loadRegisters = (cpu, vcpu) => {
    load(cpu, vcpu);
    if (vcpu.vm.protected) alter(cpu, vcpu);
  };
}

function savesAllBut({ hv: { vcpus, memory } }: Machine, name: Register): void {
  const save = vcpus.saveRegisters.bind(vcpus);
  vcpus.saveRegisters = (cpu, vcpu) => {
    const before = memory.read(vcpu.structure, registers[name]);
    save(cpu, vcpu);
    memory.write(vcpu.structure, registers[name], before);
  };
}
