/** Availability: what the host always keeps, and what it may deny. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { fieldNames } from '../../spec/fields.ts';
import { State } from '../../spec/state.ts';
import { argsLength } from '../../spec/language/run.ts';
import type { AlwaysInCode, Each, Permitted, Property } from '../property.ts';
import { GhostState } from '../ghost.ts';
import { Recovery } from './recovery.ts';
import type { NamedArgs } from './recovery.ts';
import { PAGE, View } from '../view.ts';

/** The state after the host has tried to get every page back. */
class Recovered {
  private readonly system: TransitionSystem;
  private readonly state: State;
  private readonly recovery: Recovery;
  private readonly args = new Int32Array(argsLength);

  constructor(system: TransitionSystem) {
    this.system = system;
    this.state = new State(system.layout, new Int32Array(system.layout.length));
    const view = new View(system.layout, this.state.cells, new GhostState(system.layout));
    this.recovery = new Recovery(view, (call, cpu, args) => this.call(call, cpu, args));
  }

  /** The state given is left as it is. */
  after(state: State): State {
    this.state.cells.set(state.cells);
    this.recovery.run();
    return this.state;
  }

  private call(call: string, cpu: number, args: NamedArgs): void {
    const rule = this.system.rules.get(call);
    if (rule === undefined) return;
    this.system.bind(rule, { call, cpu, args: rule.names.map((name) => args[name] ?? 0) }, this.args);
    this.system.apply(this.state, rule, this.args);
    this.state.settle();
  }
}

/** Judged on the machine itself, since it needs calls and not only a state. */
const hostCanReclaim = (system: TransitionSystem): AlwaysInCode => {
  const { host, secure } = system.layout.base;
  const recovered = new Recovered(system);
  return {
    kind: 'always',
    because: 'calls',
    clause: 'AVAIL-RECLAIM',
    statement:
      'the host has calls that give it back every page, but those that are stranded or in use by the secure world',
    loss: 'the host loses a page for good',
    over: 'machine',
    sampled: true,
    holds: (view, _index, state) => {
      const after = recovered.after(state);
      return system.config.pages.every(
        (page, number) =>
          page.kind !== 'memory' ||
          after.at(host + number) === PAGE.OWNED ||
          view.ghost.isStranded(number) ||
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
  statement: 'a step of a guest changes no phase, moves no vCPU between CPUs, and pins nothing',
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
  statement: 'a VM lives, and none of its vCPUs is loaded',
  on: ['vcpu_put'],
  seen: (step) => step.isDone,
};

const aPageIsMissing: Permitted = {
  kind: 'permitted',
  clause: 'AVAIL-WITHHOLD',
  statement: 'a VM reaches for a frame for which the host gave no page',
  on: ['guest_read', 'guest_write'],
  seen: (step) => step.rule.guards[step.guard]?.clause === 'GUEST-MAPPED',
};

export const availability = (system: TransitionSystem): readonly Property[] => [
  hostCanReclaim(system),
  guestsBlockNothing,
  aVmWaits,
  aPageIsMissing,
];
