/** NOT IN SPEC: sequences that bring a machine to where something can be shown, for tests. */
import type { TargetAnswer } from '../spec/target.ts';
import type { Machine } from './machine.ts';
import { smallPages } from './small-config.ts';

/** Call by name on CPU 0, or on another. */
export const ask = (machine: Machine, call: string, args: Record<string, number> = {}, cpu = 0): TargetAnswer =>
  machine.answer({ call, cpu, args });

/** A call that must go through. */
export function must(machine: Machine, call: string, args: Record<string, number> = {}, cpu = 0): number {
  const answer = ask(machine, call, args, cpu);
  if (answer.kind !== 'done') throw new Error(`${call} was answered ${JSON.stringify(answer)}`);
  return answer.answer;
}

/** A live VM in slot 0 with one vCPU, which is loaded on CPU 0, and table pages on its host's list. */
export function makeVm(machine: Machine, isProtected: boolean, vcpus = 1): void {
  const { kvm, hostVcpu, hypVm, hypVcpu, pgd, memcache, second } = smallPages;
  const flags = { protected: isProtected ? 1 : 0, created: vcpus, idRegs: 1, vmMemFault: 0, pgdFault: 0 };
  must(machine, 'reserve_vm');
  must(machine, 'host_share_hyp', { page: kvm });
  must(machine, 'host_share_hyp', { page: hostVcpu });
  must(machine, 'init_vm', { vm: 0, kvm, vmMem: hypVm, pgd, ...flags });
  must(machine, 'init_vcpu', { vm: 0, hostVcpu, index: 0, mem: hypVcpu, memFault: 0 });
  if (vcpus > 1) {
    must(machine, 'host_share_hyp', { page: second });
    must(machine, 'init_vcpu', { vm: 0, hostVcpu: second, index: 1, mem: second + 1, memFault: 0 });
  }
  must(machine, 'topup_memcache', { vm: 0, vcpu: 0, first: memcache, pages: 6 });
  must(machine, 'vcpu_load', { vm: 0, index: 0 });
}
