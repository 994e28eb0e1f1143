/** Faults in what devices reach, and in what exits show. */
import { registerNames, registers } from '../../model/cpu.ts';
import type { Fault } from './fault.ts';
import { nothing } from './alter.ts';

export const devicesAndRegisters: readonly Fault[] = [
  {
    id: 'device-number-unchecked',
    title: 'the number of a device is not checked',
    loses: 'the host writes behind the table of devices',
    clauses: ['IOMMU-ATTACH-DEVICE'],
    known: 'CVE-2025-48624 (the mechanism is not public)',
    story:
      'The number of a device indexes a table of the hypervisor. The host names the device after the last one, and writes behind the end of that table. In December 2025 Android rated an elevation of privilege in the SMMU driver at EL2 critical.',
    alter: ({ hv: { dma, iommu } }) => {
      dma.mayAttach = (device) => (iommu.attached[device] === 1 ? 'EBUSY' : undefined);
    },
  },
  {
    id: 'dma-not-pinned',
    title: 'a page that a device has mapped can be donated',
    loses: 'a device reads a page that was donated',
    clauses: ['DMA-PRIVATE'],
    known: 'Android 3a677e78d635, 8bbac4213792',
    story:
      'The host maps a page for its device first and donates the page afterwards. The mapping was not counted, so nothing stands in the way, and the device reads the VM’s memory.',
    alter: ({ hv: { dma } }) => {
      dma.use = nothing;
      dma.unuse = nothing;
    },
  },
  {
    id: 'dma-owner-unchecked',
    title: 'a device can be given any page of memory',
    loses: 'a device reads a page that the host does not own',
    clauses: ['DMA-PRIVATE'],
    known: 'Android 21ec4c574057',
    story:
      'The host cannot read a page of a VM. Its device can: the hypervisor maps the page for it without asking whose it is.',
    alter: ({ hv: { dma, host } }) => {
      dma.mayUse = (frame) => host.isAllowed(frame, 1);
    },
  },
  {
    id: 'iommu-tlb-not-told',
    title: 'a device keeps a translation that was unmapped',
    loses: 'a device reaches a page after it was unmapped',
    clauses: ['DMA-FOLLOWS-OWNER'],
    story:
      'The mapping is out of the table and off the count. The device still has it in its own TLB, and the page has a new owner.',
    alter: ({ hv: { iommu } }) => {
      iommu.invalidate = nothing;
    },
  },
  {
    id: 'unmap-counts-twice',
    title: 'an unmapping is counted twice',
    loses: 'a page has fewer pins than device mappings',
    clauses: ['MEM-CONSERVE-PINS'],
    story:
      'A page that two addresses of a device lead to loses both of its pins with the first of them. It can be donated while the device still reaches it.',
    alter: ({ hv: { dma, pages } }) => {
      dma.unuse = (frame) => {
        pages.refs[frame] = Math.max(0, (pages.refs[frame] ?? 0) - 2);
      };
    },
  },
  {
    id: 'exit-shows-all',
    title: 'every exit shows every register',
    loses: 'an exit shows the host every register',
    clauses: ['CPU-EXPOSURE'],
    known: 'Linux up to 7.3 for every VM',
    story: 'An interrupt arrives, and the host finds in the CPU everything that the VM was computing with.',
    alter: ({ hv: { vcpus } }) => {
      vcpus.shown = () => registerNames;
    },
  },
  {
    id: 'abort-shows-the-data',
    title: 'a fault on ordinary memory shows what was to be written',
    loses: 'a fault shows the host what a VM was about to write',
    clauses: ['CPU-EXPOSURE'],
    story:
      'For a device that the host plays, the value that the guest writes has to go out. For ordinary memory it must not: the host takes a page away by force, waits for the guest to write there, and is handed what it wanted to write.',
    alter: ({ hv: { vcpus } }) => {
      const shown = vcpus.shown.bind(vcpus);
      vcpus.shown = (reason, isProtected) => (reason === 'data_abort' ? ['x2'] : shown(reason, isProtected));
    },
  },
  {
    id: 'registers-left-behind',
    title: 'an exit leaves the guest’s registers in the CPU',
    loses: 'an exit leaves registers of a VM in the CPU',
    clauses: ['CPU-EXPOSURE'],
    known: 'Android 5ae433639585 and others of its kind',
    story:
      'What the matrix lists is copied for the host, and the rest is simply left in the registers of the CPU. The host reads it with its next instruction.',
    alter: ({ hv: { vcpus } }) => {
      const leave = vcpus.leave.bind(vcpus);
      vcpus.leave = (cpu, vcpu, reason, gfn) => {
        const left = cpu.registers[registers.x2] ?? 0;
        leave(cpu, vcpu, reason, gfn);
        cpu.registers[registers.x2] = left;
      };
    },
  },
  {
    id: 'host-sets-any-register',
    title: 'the host can set any register of a vCPU',
    loses: 'the host sets a register that it was not asked for',
    clauses: ['CPU-STATE-INTEGRITY'],
    known: 'Linux up to 7.3 for every VM',
    story:
      'The host sets the program counter. From then on the VM reads its memory out to the host with its own instructions. Here it is x0, after an exit that asked the host for nothing.',
    alter: ({ hv: { vcpus } }) => {
      vcpus.accepted = () => registerNames;
    },
  },
  {
    id: 'runs-another-vcpu',
    title: 'a CPU enters the loaded vCPU whatever vCPU was named',
    loses: 'another vCPU runs than the one that was named',
    clauses: ['RUN-LOADED'],
    known: 'Linux up to 7.2',
    story:
      'The host names one vCPU and the CPU runs another, the one that is loaded. Whoever keeps books about who ran, the host’s scheduler or a debugger, is wrong.',
    alter: ({ hv: { vcpus } }) => {
      vcpus.mayRun = (cpu) => cpu.loaded;
    },
  },
];
