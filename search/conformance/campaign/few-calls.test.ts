import { expect, test } from 'vitest';
import { profiles } from '../../../spec/profiles/all.ts';
import { linux73 } from '../../../spec/profiles/linux-7.3.ts';
import type { Profile } from '../../../spec/profile.ts';
import type { EventTargetDescription } from '../../../spec/target.ts';
import { byTheRules, describedAs } from './by-the-rules.ts';
import { Campaign } from './campaign.ts';
import type { FuzzReport } from './campaign.ts';

const about = describedAs(linux73);
const without = (...left: string[]): EventTargetDescription => ({
  ...about,
  calls: about.calls.filter((call) => !left.includes(call)),
});
const only = (...calls: string[]): EventTargetDescription => ({ ...about, calls });

const [runs, length] = [1, 300];

async function huntOn(description: EventTargetDescription, profile: Profile = linux73): Promise<FuzzReport> {
  const campaign = new Campaign([byTheRules(profile, description)], description, {
    profile,
    length,
    statesEvery: length / 2,
  });
  return campaign.fuzz({ seed: 5, runs, until: Infinity });
}

const unprotected = ['share_guest', 'unshare_guest', 'relax_perms', 'wrprotect', 'test_clear_young', 'mkyoung'];
const guests = about.calls.filter((call) => call.startsWith('guest_'));
const sets: readonly (readonly [string, EventTargetDescription])[] = [
  ...about.calls.map((call): [string, EventTargetDescription] => [`all but ${call}`, without(call)]),
  ...about.calls.map((call): [string, EventTargetDescription] => [
    `${call} and reads of the host`,
    only(call, 'host_read'),
  ]),
  ['share and unshare', only('host_share_hyp', 'host_unshare_hyp')],
  ['protected VMs only', without(...unprotected)],
  ['no memcache', without('topup_memcache')],
  ['no guest that runs', without(...guests)],
  ['no guest that runs, and no code', without(...guests, 'host_load_stub')],
  ['no code, no reservation, no donation', without('host_load_stub', 'reserve_vm', 'donate_guest')],
  ['no end of a VM', without('start_teardown_vm', 'finalize_teardown_vm', 'reclaim_dying_guest_page')],
  ['one vCPU for each VM', { ...about, vcpus: 1 }],
  ['VMs without vCPUs', without('init_vcpu', 'vcpu_load', 'vcpu_put')],
];

test.each(sets)('a hypervisor that has %s is asked what it has, and not accused', async (_, description) => {
  const { steps, divergence } = await huntOn(description);
  expect(divergence?.met.difference).toBeUndefined();
  expect(steps).toBe(runs * length);
});

test('one that is without sizes is asked as long as it makes no VMs', async () => {
  expect((await huntOn({ ...without('init_vm'), sizes: undefined })).steps).toBe(runs * length);
});

test.each([1, 2, 8])('structures of %i pages each', async (pages) => {
  const sizes = Object.fromEntries(Object.keys(about.sizes ?? {}).map((name) => [name, pages]));
  expect(await huntOn({ ...about, sizes })).toMatchObject({ steps: runs * length, divergence: undefined });
});

test.each(
  [...profiles.values()].filter((profile) => profile.rules.has('host_share_hyp')).map((one) => [one.name, one]),
)('a hypervisor of %s is asked for the calls that transcripts have words for', async (_, profile) => {
  const { steps, divergence } = await huntOn(describedAs(profile), profile);
  expect(divergence?.met.difference).toBeUndefined();
  expect(steps).toBe(runs * length);
});

test.each<[string, EventTargetDescription, RegExp]>([
  [
    'has calls that nobody knows',
    only('host_share_hyp', 'make_coffee', 'brew'),
    /no profile has the calls brew, make_coffee; linux-7.3 has /,
  ],
  ['has no call', only(), /has none of the calls that linux-7.3 can be asked: donate_guest, /],
  ['has only calls of another kind of profile', only('reboot_host'), /no profile has the calls|none of the calls/],
  [
    'has nothing but what needs something else',
    only('topup_memcache'),
    /no other calls than topup_memcache there is nothing to ask/,
  ],
  ['makes VMs and says no sizes', { ...about, sizes: undefined }, /says its sizes: kvmPages, vcpuPages, /],
  [
    'makes VMs and leaves a size out',
    { ...about, sizes: { ...about.sizes, pgdPages: undefined } as never },
    /says its sizes: pgdPages/,
  ],
  [
    'has structures of no page',
    { ...about, sizes: { ...about.sizes, kvmPages: 0 } },
    /kvmPages is a number of pages from 1 to 512/,
  ],
  [
    'has structures larger than memory',
    { ...about, sizes: { ...about.sizes, pgdPages: 1e15 } },
    /pgdPages is a number of pages/,
  ],
])('one that %s is refused', async (_, description, problem) => {
  await expect(huntOn(description)).rejects.toThrow(problem);
});
