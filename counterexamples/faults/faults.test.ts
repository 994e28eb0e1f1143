import { describe, expect, test } from 'vitest';
import { labFor } from '../../properties/machine/fault.ts';
import { machineSequence } from '../../properties/machine/hunt.ts';
import { MachineWalk } from '../../properties/machine/walk.ts';
import { machineWorlds } from '../../properties/machine/worlds.ts';
import { harmless } from './all.ts';

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
