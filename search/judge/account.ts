/** The account of the ghost state: how what is counted beside a state follows it from step to step. */
import { none } from '../../spec/config.ts';
import type { CountedGhost } from '../../properties/ghost-counting.ts';
import { LIFE, MAPPING } from '../../properties/view.ts';
import type { View } from '../../properties/view.ts';
import type { DirtySet } from './dirty-set.ts';

/** Move the ghost state from one state to the next, marking what stands in relation to what was written. */
export function moveAccount(dirty: DirtySet, ghost: CountedGhost, from: View, to: View): void {
  const { page, mapping, vm, vcpu, cpu } = dirty;
  for (let i = 0; i < page.count; i++) {
    const at = page.at(i);
    ghost.countUse(from, at, -1);
    ghost.countUse(to, at, 1);
    dirty.addAnnotationOf(from, at);
    dirty.addAnnotationOf(to, at);
    if (from.use(at) !== to.use(at) || from.useVm(at) !== to.useVm(at)) {
      vm.add(from.useVm(at));
      vm.add(to.useVm(at));
    }
  }
  for (let i = 0; i < vm.count; i++) {
    ghost.countVm(from, vm.at(i), -1);
    ghost.countVm(to, vm.at(i), 1);
    dirty.addStructure(from.kvm(vm.at(i)), to.kvm(vm.at(i)), from.config.sizes.kvmPages);
  }
  for (let i = 0; i < vcpu.count; i++) {
    const at = vcpu.at(i);
    ghost.countVcpu(from, at, -1);
    ghost.countVcpu(to, at, 1);
    dirty.addStructure(from.hostVcpu(at), to.hostVcpu(at), from.config.sizes.vcpuPages);
    cpu.add(from.loadedOn(at));
    cpu.add(to.loadedOn(at));
  }
  for (let i = 0; i < cpu.count; i++) {
    vcpu.add(from.loaded(cpu.at(i)));
    vcpu.add(to.loaded(cpu.at(i)));
  }
  for (let i = 0; i < mapping.count; i++) {
    const at = mapping.at(i);
    ghost.countMapping(from, at, -1);
    ghost.countMapping(to, at, 1);
    dirty.addPagesOf(from, at);
    dirty.addPagesOf(to, at);
  }
}

/** Mappings that went together with their VM are stranded, unless their pages went back with it. */
export function strandMappings(dirty: DirtySet, ghost: CountedGhost, was: View, now: View, by: 1 | -1): void {
  for (let i = 0; i < dirty.vm.count; i++) {
    const vm = dirty.vm.at(i);
    if (now.life(vm) !== LIFE.NONE || was.life(vm) === LIFE.NONE) continue;
    for (let at = vm * now.frames; at < (vm + 1) * now.frames; at++) {
      if (!wentBack(was, now, was.mapped(at), was.mapping(at))) ghost.strand(was, at, by);
    }
  }
}

/** The record says that the VM has the page no longer. */
const wentBack = (was: View, now: View, page: number, mapping: number): boolean =>
  page !== none &&
  (mapping === MAPPING.SHARED_BORROWED ? now.shares(page) < was.shares(page) : now.ownerVm(page) === none);
