import { describe, expect, test } from 'vitest';
import { harnessFor } from '../../search/machine/counterexample.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import { harmless } from './all.ts';

describe('a change that is none for the worse', () => {
  test.each(harmless)('$id is not flagged: $title', (change) => {
    for (const scope of machineScopes) {
      const walk = new MachineWalk(harnessFor(scope, change));
      for (let seed = 1; seed <= 12; seed++) expect(walk.run(seed, machineSequence)?.violation).toBeUndefined();
    }
  });
});

describe('the reference model as it is', () => {
  test.each(machineScopes)('breaks nothing in $name', (scope) => {
    const walk = new MachineWalk(harnessFor(scope, undefined));
    for (let seed = 1; seed <= 20; seed++) expect(walk.run(seed, machineSequence)?.violation).toBeUndefined();
  });
});
