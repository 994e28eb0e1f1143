/** Availability: what the host always keeps, and what it may deny. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { fieldNames, powers } from '../../spec/fields.ts';
import { cell, stays } from '../../spec/language/build.ts';
import type { Num } from '../../spec/language/term.ts';
import { State } from '../../spec/state.ts';
import { argsLength } from '../../spec/language/run.ts';
import { pins } from '../../spec/vocabulary/pages.ts';
import { lifeOf, loadedOn } from '../../spec/vocabulary/vms.ts';
import type { AlwaysInCode, Each, Permitted, Property } from '../property.ts';
import { GhostState } from '../ghost.ts';
import { Recovery } from './recovery.ts';
import type { NamedArgs } from './recovery.ts';
import { LIFE, MAILBOX, PAGE, View } from '../view.ts';

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
  const { host, hyp, secure, mailbox } = system.layout.base;
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
          after.at(secure + number) !== 0 ||
          // why: it was with the secure world, and without two pages for a mailbox it stays there.
          (after.at(mailbox) === MAILBOX.NONE && after.at(hyp + number) === PAGE.NOPAGE),
      );
    },
  };
};

/** What a step of a guest leaves as it is, of each member of a family. */
const keptFromGuests = (over: Each['over'], statement: string, what: Num): Each => ({
  kind: 'each',
  clause: 'AVAIL-GUEST-CANNOT-BLOCK',
  statement,
  loss: 'a guest holds up the host',
  over,
  by: 'guest',
  holds: stays(what),
});
const guestsBlockNothing: readonly Each[] = [
  keptFromGuests('vm', 'a step of a guest changes the phase of no VM', lifeOf('vm').value),
  keptFromGuests('vcpu', 'a step of a guest moves no vCPU between CPUs', loadedOn('vcpu').value),
  keptFromGuests('cpu', 'a step of a guest loads no vCPU, and puts none', cell('loaded', 'cpu').value),
  keptFromGuests('page', 'a step of a guest pins nothing, and unpins nothing', pins('page').value),
];

const off = powers.indexOf('OFF');

/** What the host did once more changed nothing, so that it can go on like that for ever; nobody else loads a vCPU. */
const aVmWaits = (system: TransitionSystem): Permitted => {
  const { base, size } = system.layout;
  const canBeOff = system.rules.has('guest_cpu_off');
  return {
    kind: 'permitted',
    clause: 'AVAIL-STARVE',
    statement: 'a VM that has memory and a vCPU that is on is on no CPU, and the host does what leaves all as it is',
    on: ['vcpu_put', 'vcpu_sync_state'],
    seen: ({ state, now }) => {
      if (state.written > 0) return false;
      const isReady = (vcpu: number): boolean =>
        now.present(vcpu) === 1 &&
        now.life(now.vmOfVcpu(vcpu)) === LIFE.LIVE &&
        !(canBeOff && now.at(base.power + vcpu) === off) &&
        hasMemory(now, now.vmOfVcpu(vcpu));
      const loaded = new Set(Array.from({ length: size.loaded }, (_, cpu) => now.vmOfVcpu(now.loaded(cpu))));
      for (let vcpu = 0; vcpu < size.present; vcpu++) if (isReady(vcpu) && !loaded.has(now.vmOfVcpu(vcpu))) return true;
      return false;
    },
  };
};

const hasMemory = (view: View, vm: number): boolean => {
  for (let gfn = 0; gfn < view.frames; gfn++) if (view.mapped(vm * view.frames + gfn) !== none) return true;
  return false;
};

/** Nothing is written but why the vCPU has stopped. */
const aPageIsMissing: Permitted = {
  kind: 'permitted',
  clause: 'AVAIL-WITHHOLD',
  statement:
    'a VM reaches for a frame for which the host gave no page though it has one, and no page, mapping or word changes',
  on: ['guest_read', 'guest_write'],
  seen: ({ rule, guard, state, now }) => {
    if (rule.guards[guard]?.clause !== 'GUEST-MAPPED') return false;
    const isOfFault = (cell: number): boolean => fieldNames[now.fieldOf[cell] as number] === 'fault';
    for (let i = 0; i < state.written; i += 2) if (!isOfFault(state.journal[i] as number)) return false;
    return now.config.pages.some((_, page) => now.isMemory(page) && now.host(page) === PAGE.OWNED);
  },
};

export const availability = (system: TransitionSystem): readonly Property[] => [
  hostCanReclaim(system),
  ...guestsBlockNothing,
  aVmWaits(system),
  aPageIsMissing,
];
