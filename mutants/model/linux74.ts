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
      'The host says where the first vCPU of a protected VM begins, before there is anything in the VM; it switches its other vCPUs on itself, each at an entry of its own. The hypervisor forgets that there has been a first one. Once the VM has its secrets the host makes another vCPU runnable, and it begins in the middle of any code of the VM, with a register of the host’s choice.',
    alter: ({ hv: { lifecycle } }) => {
      const register = lifecycle.register.bind(lifecycle);
      lifecycle.register = (vm, vcpu) => {
        register(vm, vcpu);
        vm.primary = undefined;
      };
    },
  },
  {
    id: 'refused-vcpu-stays-first',
    title: 'a vCPU that is refused stays the first of its VM',
    loses: 'a VM can never have a vCPU that runs',
    clauses: ['INIT-VCPU-VACANT'],
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
];
