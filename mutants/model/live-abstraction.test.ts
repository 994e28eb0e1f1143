import { describe, expect, test } from 'vitest';
import { Abstractor } from '../../model/abstraction.ts';
import type { MachineField } from '../../model/abstraction.ts';
import { LiveAbstraction } from '../../model/live-abstraction.ts';
import type { Machine } from '../../model/machine.ts';
import { labFor } from '../../search/machine/counterexample.ts';
import type { Harmless } from './fault.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { machineWorlds } from '../../search/machine/scopes.ts';
import type { MachineWorld } from '../../search/machine/scopes.ts';
import { faults } from './all.ts';

/** The first field that reading again what has changed leaves other than reading afresh finds it. */
function stale(live: LiveAbstraction, machine: Machine): MachineField | undefined {
  live.refresh();
  const fresh = new Abstractor(machine).read();
  const names = Object.keys(fresh) as MachineField[];
  return names.find((name) => fresh[name].some((cell, i) => cell !== live.lists[name][i]));
}

/** Walks go on after a breach, to where the machine makes least sense. */
function firstStale(named: MachineWorld, change: Pick<Harmless, 'alter'>, seeds: number): MachineField | undefined {
  const lab = labFor(named, change, new Set());
  const live = new LiveAbstraction(lab.machine);
  const perform = lab.perform.bind(lab);
  let found: MachineField | undefined;
  lab.perform = (move) => {
    const breach = perform(move);
    found ??= stale(live, lab.machine);
    return breach;
  };
  const walk = new MachineWalk(lab);
  for (let seed = 1; seed <= seeds; seed++) walk.run(seed, machineSequence);
  return found;
}

describe('the abstraction that follows a machine is the one that is read afresh', () => {
  test.each(machineWorlds)('in $name', (named) => {
    expect(firstStale(named, { alter: () => undefined }, 20)).toBeUndefined();
  });

  test.each(faults)('with $id', (change) => {
    for (const named of machineWorlds) expect(firstStale(named, change, 1)).toBeUndefined();
  });

  test('and a write that is not seen is told', () => {
    const hide = ({ memory }: Machine): void => {
      memory.write = (frame, word, value) => {
        memory.store(frame, word, value, 0);
        memory.edits[frame] = (memory.edits[frame] ?? 0) - 1;
      };
    };
    expect(machineWorlds.some((named) => firstStale(named, { alter: hide }, 2) === 'word')).toBe(true);
  });
});
