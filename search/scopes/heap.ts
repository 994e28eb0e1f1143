/** The scopes of Linux where the hypervisor's structures lie in its own heap, and a vCPU is made switched on or off. */
import { bare, full, inherited, lifecycle, nonProtected, ownCode, pages, reused, single } from './linux.ts';
import type { Scope } from './linux.ts';
import type { WrittenCall } from '../judge/written-call.ts';

const given = ['vmMem', 'vmMemFault', 'mem', 'memFault'];

function madeInHeap(written: WrittenCall): WrittenCall {
  if (written.call !== 'init_vm' && written.call !== 'init_vcpu') return written;
  const args = Object.fromEntries(Object.entries(written.args).filter(([name]) => !given.includes(name)));
  return { ...written, args: written.call === 'init_vcpu' ? { ...args, mpState: 'RUNNABLE' } : args };
}

const inHeap = (scopes: readonly Scope[]): Scope[] =>
  scopes.map(({ config, ...scope }) => ({
    ...scope,
    name: `${scope.name}-heap`,
    config: { ...config, sizes: { ...config.sizes, hypVmPages: 0, hypVcpuPages: 0 } },
    prelude: scope.prelude.map(madeInHeap),
  }));

export const heapScopes = {
  memory: inHeap([pages, bare, reused, inherited, full, ownCode]),
  lifecycle: inHeap([single, lifecycle]),
  cpu: inHeap([nonProtected]),
};
