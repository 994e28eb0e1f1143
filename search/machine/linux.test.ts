import { expect, test } from 'vitest';
import { machineSequence } from './campaign.ts';
import { TwoRunHarness } from './two-run.ts';
import { linuxModelProfile } from './profile.ts';
import { MachineWalk } from './walk.ts';
import { machineScopes } from './scopes.ts';
import type { MachineScope } from './scope-parts.ts';

const seeds = 30;
const asLinux = (scope: MachineScope): MachineScope => ({
  ...scope,
  options: { ...scope.options, system: 'linux' },
  profile: linuxModelProfile,
});

test.each(machineScopes.filter(({ options }) => options.system === 'mixed'))(
  'as Linux alone the machine breaks nothing in $name',
  (scope) => {
    const walk = new MachineWalk(new TwoRunHarness(asLinux(scope)));
    for (let seed = 1; seed <= seeds; seed++) expect(walk.run(seed, machineSequence)?.violation).toBeUndefined();
  },
);
