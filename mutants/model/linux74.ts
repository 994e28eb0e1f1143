/** Faults in what Linux has from 7.4 on: the host makes one vCPU of a protected VM runnable. */
import { arg } from '../../model/hypervisor/call.ts';
import { beginnings } from '../../model/hypervisor/heap-lifecycle.ts';
import type { Fault } from './fault.ts';

export const linux74: readonly Fault[] = [
  {
    id: 'second-vcpu-runnable',
    title: 'the host makes a second vCPU of a protected VM runnable',
    loses: 'the host chooses where a second vCPU begins',
    clauses: ['INIT-VCPU-FIRST'],
    story:
      'The host says where the first vCPU of a protected VM begins, before there is anything in the VM; it switches its other vCPUs on itself, each at an entry of its own. The hypervisor does not look whether there has been a first one. Once the VM has its secrets the host makes another vCPU runnable, and it begins in the middle of any code of the VM, with a register of the host’s choice.',
    alter: ({ hv: { lifecycle } }) => {
      const may = lifecycle.mayStart.bind(lifecycle);
      lifecycle.mayStart = (vm, args) => {
        const { primary } = vm;
        vm.primary = undefined;
        const bad = may(vm, args);
        vm.primary = primary;
        return bad;
      };
    },
  },
  {
    id: 'refused-vcpu-stays-first',
    title: 'a vCPU that is refused stays the first of its VM',
    loses: 'a VM can never have a vCPU that runs',
    clauses: ['MEM-DENIED'],
    story:
      'The hypervisor notes which vCPU is the first of a protected VM, and then goes on with its checks. Where one of them fails, all is undone but the note. No vCPU of the VM can be made runnable any more, and none is there that could switch another on.',
    alter: ({ hv: { lifecycle } }) => {
      const may = lifecycle.mayStart.bind(lifecycle);
      lifecycle.mayStart = (vm, args) => {
        const bad = may(vm, args);
        const isFirst = vm.protected && beginnings[arg(args, 'mpState')] === 'PENDING';
        if (bad === undefined && isFirst) vm.primary = arg(args, 'index');
        return bad;
      };
    },
  },
  {
    id: 'failed-cpu-on-stops-what-runs',
    title: 'a failed CPU_ON stops a vCPU that runs',
    loses: 'the host stops a vCPU of a protected VM, which begins anew at the next CPU_ON',
    clauses: ['CPU-ON-FAILED'],
    story:
      'The host may answer CPU_ON with a failure, and the hypervisor switches the vCPU off again. It does not look whether that vCPU has begun meanwhile. The host runs it first, lets it get to wherever it likes, and fails the CPU_ON then. The VM is told that nothing has come of it, switches the vCPU on once more, and that begins at its entry for the second time, with locks that it has taken and never let go.',
    alter: ({ hv: { vcpus } }) => {
      const refuse = vcpus.refuse.bind(vcpus);
      vcpus.refuse = (vcpu) => {
        const target = vcpu.asked === undefined ? undefined : vcpu.vm.vcpus[vcpu.asked];
        if (target?.power === 'ON') target.power = 'PENDING';
        return refuse(vcpu);
      };
    },
  },
];
