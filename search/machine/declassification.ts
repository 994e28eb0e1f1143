/**
 * Declassification, or what a protected VM lets others see: the frames that it has asked to be shared, and those that
 * it means as devices. Told by the calls that the VM makes, never by what the machine has made of them.
 */
import { frameWrap } from '../../model/board.ts';

import type { Vm } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import type { Performed } from './performed.ts';

/** The frame that a VM's own table gives for one of its frames, or -1; blocks are not for protected VMs. */
export function pageOf(machine: Machine, vm: Vm, gfn: number): number {
  const shape = machine.config.gfns[gfn];
  if (shape === undefined || !vm.table.find(shape.frame % frameWrap) || !vm.table.isValid) return -1;
  return vm.table.frameFor(shape.frame % frameWrap);
}

/** The secret is that of the VM in the first entry, if it is protected, or of all VMs that are not. */
export type SecretIs = 'protected' | 'not protected';

export class Declassification {
  private readonly machine: Machine;
  private readonly second: Machine;
  private readonly isProtected: boolean;
  private readonly shared = new Set<number>();
  private readonly devices = new Set<number>();
  private readonly writes = new Set<Performed>();
  /** Calls of guests that are under way. */
  private readonly acting = new Set<Performed>();
  /** Shares that were asked for and are not answered yet, and frames of which one was granted. */
  private readonly pending = new Set<Performed>();
  private readonly granted = new Set<number>();
  /** What was declassified before a run begins. */
  private start: readonly (readonly number[])[] = [];

  constructor(machine: Machine, second: Machine, secretIs: SecretIs = 'protected') {
    this.machine = machine;
    this.second = second;
    this.isProtected = secretIs === 'protected';
  }

  /** Runs begin from here. */
  keep(): void {
    this.start = this.frames.map((set) => [...set]);
  }

  reset(): void {
    for (const set of [this.acting, this.writes, this.pending, ...this.frames]) set.clear();
    this.frames.forEach((set, i) => this.start[i]?.forEach((key) => set.add(key)));
  }

  private get frames(): readonly Set<number>[] {
    return [this.shared, this.devices, this.granted];
  }

  private key(slot: number, gfn: number): number {
    const { gfns } = this.machine.config;
    return slot * gfns.length + (gfns[gfn]?.of ?? gfn);
  }

  isShared(slot: number, gfn: number): boolean {
    return this.shared.has(this.key(slot, gfn));
  }

  /** Its secret differs between the machines. */
  isSecretVm(slot: number): boolean {
    return (slot === 0 || !this.isProtected) && this.machine.hv.vms.find(slot)?.protected === this.isProtected;
  }

  /** What this VM writes there is for nobody else. */
  isSecret(slot: number, gfn: number): boolean {
    return this.isSecretVm(slot) && !this.isShared(slot, gfn) && !this.devices.has(this.key(slot, gfn));
  }

  /** The VM itself is doing something about this frame. */
  isActing(slot: number, gfn: number): boolean {
    for (const one of this.acting) {
      if (one.values['vm'] === slot && this.isAbout(one, this.key(slot, gfn))) return true;
    }
    return false;
  }

  begin(one: Performed): void {
    if (one.rule.rule.actor === 'guest') this.acting.add(one);
    if (one.call === 'guest_write') this.writes.add(one);
    const { vm: slot = 0, gfn = 0 } = one.values;
    const key = this.key(slot, gfn);
    if (one.call === 'guest_mem_share') {
      this.pending.add(one);
      this.shared.add(key);
    }
    if (one.call === 'guest_mmio_guard_map') {
      this.devices.add(key);
      this.reveal(key);
    }
  }

  end(one: Performed): void {
    this.acting.delete(one);
    this.writes.delete(one);
    const { vm: slot = 0, gfn = 0 } = one.values;
    const key = this.key(slot, gfn);
    const isDone = one.answer?.kind === 'done';
    if (isDone && (one.call === 'guest_mem_unshare' || one.call === 'guest_mem_relinquish')) this.granted.delete(key);
    if (this.pending.delete(one) && isDone) {
      this.granted.add(key);
      this.publish(slot, gfn);
    }
    // why: what is asked for and not answered yet may be shared already.
    if (!this.granted.has(key) && !this.isPending(key)) this.shared.delete(key);
    if (isDone && one.call === 'finalize_teardown_vm') this.forget(slot);
    // why: Android's answers the handle, and takes none.
    if (one.answer?.kind === 'done' && one.call === 'init_vm')
      this.forget('vm' in one.values ? slot : one.answer.answer);
  }

  private isPending(key: number): boolean {
    for (const one of this.pending) if (this.isAbout(one, key)) return true;
    return false;
  }

  private isAbout({ values }: Performed, key: number): boolean {
    return this.key(values['vm'] ?? 0, values['gfn'] ?? 0) === key;
  }

  private forget(slot: number): void {
    const { length } = this.machine.config.gfns;
    for (const set of this.frames) {
      for (const key of set) if (Math.floor(key / length) === slot) set.delete(key);
    }
  }

  /** What the page holds is no secret any more: from here on both machines hold the same in it. */
  private publish(slot: number, gfn: number): void {
    const vm = this.machine.hv.vms.find(slot);
    const frame = vm === undefined ? -1 : pageOf(this.machine, vm, gfn);
    if (frame < 0 || !this.machine.board.isRam(frame)) return;
    for (let word = 0; word < this.machine.board.pageWords; word++) {
      this.second.memory.write(frame, word, this.machine.memory.read(frame, word));
    }
    this.reveal(this.key(slot, gfn));
  }

  /** What is about to be written there is no secret any more either. */
  private reveal(key: number): void {
    for (const write of this.writes) {
      if (this.isAbout(write, key)) write.secondValues['value'] = write.values['value'] ?? 0;
    }
  }
}
