/** Availability: what the host always keeps, and what it may deny. */
import type { Machine } from '../spec/machine.ts';
import { State, fieldNames, none } from '../spec/state.ts';
import { argsLength } from '../spec/term.ts';
import type { Always, Each, Permitted, Property } from './property.ts';
import { Ledger } from './ledger.ts';
import { LIFE, PAGE, View } from './view.ts';

/** What the host does to get everything back; calls that the profile does not have are passed over. */
class Recovery {
  private readonly machine: Machine;
  private readonly state: State;
  private readonly view: View;
  private readonly args = new Int32Array(argsLength);

  constructor(machine: Machine) {
    this.machine = machine;
    this.state = new State(machine.layout, new Int32Array(machine.layout.length));
    this.view = new View(machine.layout, this.state.cells, new Ledger(machine.layout));
  }

  /** The state after the host has tried to get every page back; the state given is left as it is. */
  after(state: State): State {
    this.state.cells.set(state.cells);
    this.run();
    return this.state;
  }

  /** Make a call with its arguments by name; what a profile's form of it does not take is not passed. */
  private call(call: string, cpu: number, args: Readonly<Record<string, number>> = {}): void {
    const rule = this.machine.rules.get(call);
    if (rule === undefined) return;
    this.machine.bind(rule, { call, cpu, args: rule.names.map((name) => args[name] ?? 0) }, this.args);
    this.machine.apply(this.state, rule, this.args);
    this.state.settle();
  }

  private run(): void {
    const { world } = this.machine;
    for (let cpu = 0; cpu < world.cpus; cpu++) if (this.view.loaded(cpu) !== none) this.call('vcpu_put', cpu);
    for (let vm = 0; vm < world.slots; vm++) this.endVm(vm);
    for (let device = 0; device < world.devices; device++) {
      for (let iova = 0; iova < world.iovas; iova++) this.call('iommu_unmap', 0, { device, iova });
    }
    for (let page = 0; page < world.pages.length; page++) {
      if (this.view.hyp(page) === PAGE.SHARED_BORROWED) this.call('host_unshare_hyp', 0, { page });
      if (this.view.host(page) !== PAGE.OWNED) this.call('ffa_reclaim', 0, { page });
    }
  }

  private endVm(vm: number): void {
    const { view } = this;
    if (view.life(vm) === LIFE.NONE) return;
    if (view.life(vm) === LIFE.RESERVED) {
      this.call('unreserve_vm', 0, { vm });
      return;
    }
    if (view.life(vm) === LIFE.LIVE) this.call('start_teardown_vm', 0, { vm });
    for (let gfn = 0; gfn < view.frames; gfn++) {
      const mapping = vm * view.frames + gfn;
      const page = view.mapped(mapping);
      if (page === none) continue;
      if (view.isProtected(vm)) this.call('reclaim_dying_guest_page', 0, { vm, gfn, page });
      else this.call('unshare_guest', 0, { vm, gfn, nr: view.span(mapping) });
    }
    this.call('finalize_teardown_vm', 0, { vm });
    // Older releases do all of this in one step.
    this.call('teardown_vm', 0, { vm });
  }
}

/** Judged on the machine itself, since it needs calls and not only a state. */
const hostCanReclaim = (machine: Machine): Always => {
  const { host, secure } = machine.layout.base;
  const recovery = new Recovery(machine);
  return {
    kind: 'always',
    clause: 'AVAIL-RECLAIM',
    says: 'the host has calls that give it back every page, but those that are stranded or in use by the secure world',
    loss: 'the host loses a page for good',
    over: 'machine',
    sampled: true,
    holds: (view, _index, state) => {
      const after = recovery.after(state);
      return machine.world.pages.every(
        (page, number) =>
          page.kind !== 'memory' ||
          after.at(host + number) === PAGE.OWNED ||
          view.ledger.isStranded(number) ||
          after.at(secure + number) !== 0,
      );
    },
  };
};

/** By the number of the field: 1 where a step of a guest changes nothing. */
const keptFromGuests = Uint8Array.from(fieldNames, (field) =>
  ['life', 'loaded', 'loadedOn', 'pins'].includes(field) ? 1 : 0,
);

const guestsBlockNothing: Each = {
  kind: 'each',
  clause: 'AVAIL-GUEST-CANNOT-BLOCK',
  says: 'a step of a guest changes no phase, moves no vCPU between CPUs, and pins nothing',
  loss: 'a guest holds up the host',
  over: 'call',
  by: 'guest',
  holds: ({ state, was, now }) => {
    const { journal, written } = state;
    for (let i = 0; i < written; i += 2) {
      const cell = journal[i] as number;
      if (keptFromGuests[now.fieldOf[cell] as number] === 1 && was.cells[cell] !== now.cells[cell]) return false;
    }
    return true;
  },
};

const aVmWaits: Permitted = {
  kind: 'permitted',
  clause: 'AVAIL-STARVE',
  says: 'a VM lives, and none of its vCPUs is loaded',
  on: ['vcpu_put'],
  seen: (step) => step.isDone,
};

const aPageIsMissing: Permitted = {
  kind: 'permitted',
  clause: 'AVAIL-WITHHOLD',
  says: 'a VM reaches for a frame for which the host gave no page',
  seen: (step) => step.rule.guards[step.guard]?.clause === 'GUEST-MAPPED',
};

export const availability = (machine: Machine): readonly Property[] => [
  hostCanReclaim(machine),
  guestsBlockNothing,
  aVmWaits,
  aPageIsMissing,
];
