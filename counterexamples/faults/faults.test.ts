import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCounterexample } from '../file.ts';
import { flawOfFault, labFor } from '../../properties/machine/fault.ts';
import type { FaultCounterexample } from '../../properties/machine/fault.ts';
import { machineSequence } from '../../properties/machine/hunt.ts';
import { MachineWalk } from '../../properties/machine/walk.ts';
import { machineWorlds } from '../../properties/machine/worlds.ts';
import { faults, harmless } from './all.ts';

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'));

describe('a fault of the reference model', () => {
  test('has one counterexample, and the other way round', () => {
    const found = files.map(
      (file) => (JSON.parse(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')) as FaultCounterexample).fault,
    );
    expect(found.sort()).toEqual(faults.map(({ id }) => id).sort());
  });

  test.each(files)('%s shows what it says', (file) => {
    const counterexample = parseCounterexample(readFileSync(`${import.meta.dirname}/${file}`, 'utf8'));
    if (typeof counterexample === 'string') throw new Error(counterexample);
    const fault = faults.find(({ id }) => id === counterexample.fault);
    if (fault === undefined) throw new Error(`no fault ${counterexample.fault ?? ''}`);
    expect(`${counterexample.name}.json`).toBe(file);
    expect(counterexample.story).toBe(fault.story);
    expect(flawOfFault(fault, counterexample)).toBeUndefined();
  });
});

describe('a change that is none for the worse', () => {
  test.each(harmless)('$id is not flagged: $title', (change) => {
    for (const named of machineWorlds) {
      const walk = new MachineWalk(labFor(named, change));
      for (let seed = 1; seed <= 12; seed++) expect(walk.run(seed, machineSequence)).toBeUndefined();
    }
  });
});

describe('the reference model as it is', () => {
  test.each(machineWorlds)('breaks nothing in $name', (named) => {
    const walk = new MachineWalk(labFor(named, undefined));
    for (let seed = 1; seed <= 20; seed++) expect(walk.run(seed, machineSequence)).toBeUndefined();
  });
});
