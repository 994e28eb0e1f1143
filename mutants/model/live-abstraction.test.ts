import { describe, expect, test } from 'vitest';
import { Abstractor, parts } from '../../model/abstraction.ts';
import type { MachineField } from '../../model/abstraction.ts';
import { LiveAbstraction } from '../../model/live-abstraction.ts';
import type { Machine } from '../../model/machine.ts';
import { harnessFor } from '../../search/machine/counterexample.ts';
import type { Harmless } from './fault.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import type { MachineScope } from '../../search/machine/scope-parts.ts';
import { faults } from './all.ts';

const fieldsRead = Object.values(parts).flat() as readonly MachineField[];

/** The first field that reading again what has changed leaves other than reading afresh finds it. */
function stale(live: LiveAbstraction, machine: Machine): MachineField | undefined {
  live.refresh();
  const fresh = new Abstractor(machine).read();
  for (const name of fieldsRead) {
    const [own, other] = [fresh[name], live.lists[name]];
    for (let i = 0; i < own.length; i++) if (own[i] !== other[i]) return name;
  }
  return undefined;
}

/** Walks go on after a violation, to where the machine makes least sense. */
function firstStale(scope: MachineScope, change: Pick<Harmless, 'alter'>, seeds: number): MachineField | undefined {
  const harness = harnessFor(scope, change, new Set());
  const live = new LiveAbstraction(harness.machine);
  const perform = harness.perform.bind(harness);
  let found: MachineField | undefined;
  harness.perform = (move) => {
    const violation = perform(move);
    found ??= stale(live, harness.machine);
    return violation;
  };
  const walk = new MachineWalk(harness);
  for (let seed = 1; seed <= seeds; seed++) walk.run(seed, machineSequence);
  return found;
}

describe('the abstraction that follows a machine is the one that is read afresh', () => {
  test.each(machineScopes)('in $name', (scope) => {
    expect(firstStale(scope, { alter: () => undefined }, 8)).toBeUndefined();
  });

  /** Each fault in one scope, the scopes in turn. */
  const planted = faults.map((change, i) => {
    const scope = machineScopes[i % machineScopes.length] as MachineScope;
    return { id: change.id, name: scope.name, scope, change };
  });
  test.each(planted)('with $id in $name', ({ scope, change }) => {
    expect(firstStale(scope, change, 2)).toBeUndefined();
  });

  test('and a write that is not seen is told', () => {
    const hide = ({ memory }: Machine): void => {
      memory.write = (frame, word, value) => {
        memory.store(frame, word, value, 0);
        memory.edits[frame] = (memory.edits[frame] ?? 0) - 1;
      };
    };
    expect(machineScopes.some((scope) => firstStale(scope, { alter: hide }, 2) === 'word')).toBe(true);
  });
});
