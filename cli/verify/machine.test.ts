import { expect, test } from 'vitest';
import { faults } from '../../mutants/model/all.ts';
import { labFor, machineWorldNamed } from '../../search/machine/counterexample.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { breached } from './machine.ts';

test('what breaks on the model is told short: calls, what is lost, and the clause', () => {
  const fault = faults.find(({ id }) => id === 'dying-page-not-wiped');
  const named = machineWorldNamed('ending');
  if (fault === undefined || named === undefined) throw new Error('unreachable: the fault and the world are there');
  const walk = new MachineWalk(labFor(named, fault));
  for (let seed = 0; ; seed++) {
    const found = walk.run(seed, machineSequence);
    if (found === undefined) continue;
    const { lines, counterexample } = breached(walk, found);
    expect(counterexample?.breaks).toBe(found.breach.clause);
    expect(counterexample?.calls.length).toBeLessThan(5);
    expect(lines[0]).toBe(`${found.breach.clause} ${found.breach.says}`);
    expect(lines.join('\n')).toContain('reclaim_dying_guest_page');
    return;
  }
});
