import { describe, expect, test } from 'vitest';
import { Machine, wholeDesign } from '../../model/machine.ts';
import { linux, ModelTarget } from '../../model/target.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { machineScopes } from './scopes.ts';

/** What only an attacker does is in no published profile. */
const attacks = ['host_read_uncached', 'host_set_list', 'host_set_register', 'host_cpu_on', 'host_cpu_suspend'];

describe('a machine answers exactly the calls of the profile that it is held to', () => {
  test.each(machineScopes)('in $name', ({ config, options, profile }) => {
    const answered = Object.keys(new Machine(config, options).calls);
    const ruled = [...profile.rules.keys()];
    const where = 'model/hypervisor/hypervisor.ts lists the calls of the host, search/machine/profile.ts their rules';
    const lacking = ruled.filter((call) => !answered.includes(call));
    const unruled = answered.filter((call) => !ruled.includes(call));
    expect(lacking, `calls that the model lacks; ${where}`).toEqual([]);
    expect(unruled, `calls that no rule is about; ${where}`).toEqual([]);
  });

  test.each([
    linux,
    ...(['linux-7.4', 'android', 'android-as-shipped'] as const).map((system) => ({ ...wholeDesign, system })),
  ])('and as a target $system tells them', async (as) => {
    const { profile, calls } = await new ModelTarget(as).describe();
    const published = [...(profiles.get(profile)?.rules.keys() ?? [])];
    expect([...calls].sort()).toEqual([...published, ...attacks].sort());
  });
});
