import { describe, expect, test } from 'vitest';
import { labFor } from '../../search/machine/counterexample.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { machineWorlds } from '../../search/machine/scopes.ts';
import { harmless } from './all.ts';

describe('a change that is none for the worse', () => {
  test.each(harmless)('$id is not flagged: $title', (change) => {
    for (const named of machineWorlds) {
      const walk = new MachineWalk(labFor(named, change));
      for (let seed = 1; seed <= 12; seed++) expect(walk.run(seed, machineSequence)?.breach).toBeUndefined();
    }
  });
});

describe('the reference model as it is', () => {
  test.each(machineWorlds)('breaks nothing in $name', (named) => {
    const walk = new MachineWalk(labFor(named, undefined));
    for (let seed = 1; seed <= 20; seed++) expect(walk.run(seed, machineSequence)?.breach).toBeUndefined();
  });
});
