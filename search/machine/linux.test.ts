import { expect, test } from 'vitest';
import { machineSequence } from './campaign.ts';
import { Lab } from './two-run.ts';
import { linuxModelProfile } from './profile.ts';
import { MachineWalk } from './walk.ts';
import { machineWorlds } from './scopes.ts';
import type { MachineWorld } from './scopes.ts';

const seeds = 30;
const asLinux = (named: MachineWorld): MachineWorld => ({
  ...named,
  options: { ...named.options, system: 'linux' },
  profile: linuxModelProfile,
});

test.each(machineWorlds.filter(({ options }) => options.system === 'mixed'))(
  'as Linux alone the machine breaks nothing in $name',
  (named) => {
    const walk = new MachineWalk(new Lab(asLinux(named)));
    for (let seed = 1; seed <= seeds; seed++) expect(walk.run(seed, machineSequence)?.breach).toBeUndefined();
  },
);
