import { expect, test } from 'vitest';
import { answerOfAndroid } from '../../model/cids/android.ts';
import type { Android } from '../../model/cids/android.ts';
import { everySchedule } from './virtmgr.ts';
import type { Event, Setting } from './virtmgr.ts';

const settings: readonly (readonly [string, Setting])[] = [
  [
    'two clients of two VMs',
    {
      keepsContext: 'at once',
      range: 3,
      clients: [
        [0, 0],
        [0, 0],
      ],
      restarts: 1,
      deaths: 1,
    },
  ],
  ['ports that are taken', { keepsContext: 'at once', range: 8, clients: [[4], [1]], restarts: 1, deaths: 1 }],
  ['three clients', { keepsContext: 'at once', range: 4, clients: [[0], [0], [0]], restarts: 2, deaths: 0 }],
  [
    'a service that registers',
    {
      keepsContext: 'when registered',
      range: 3,
      clients: [
        [0, 0],
        [0, 1],
      ],
      restarts: 1,
      deaths: 1,
    },
  ],
];

/** Who has a VM under the CID, and who has a CID that he got from the service and did not give back. */
const holders = ({ clients }: Android, cid: number): number[] =>
  clients.flatMap((one, client) => (one.cid === cid && one.at !== 'nothing' && one.at !== 'looked' ? [client] : []));

/** What is lost by a step: looked at without asking what the service or the kernel thinks of it. */
function lossBy(before: Android, _: Event, after: Android): string | undefined {
  const range = after.guestCidMax - 2047;
  const written = new Set(after.written);
  if (after.written.length <= range && written.size < after.written.length) return 'a CID came back in the first turn';
  for (const client of after.clients) {
    if (client.at !== 'runs' || client.cid === undefined) continue;
    if (after.clients.some((one) => one !== client && one.at === 'runs' && one.cid === client.cid))
      return 'two VMs run under one CID';
  }
  for (const [cid, vm] of before.kernel.guests)
    if (after.kernel.guests.has(cid) && after.kernel.guests.get(cid) !== vm) return 'a VM was replaced';
  return undefined;
}

test.each(settings)('%s: no schedule gives a CID away too early, to two, or from under a VM', (_, setting) => {
  const { states, wrong } = everySchedule(setting, lossBy);
  expect(wrong).toBeUndefined();
  expect(states).toBeGreaterThan(500);
});

const grantedTwice = (before: Android, { call, client }: Event, after: Android): string | undefined => {
  const cid = after.clients[client]?.cid;
  if (call !== 'write_last_cid' || cid === undefined) return undefined;
  const others = holders(before, cid).filter((one) => one !== client);
  return others.length > 0 ? 'a CID was granted that a client has' : undefined;
};

test('a CID that a client has is granted to another: only where registering is late, and after a full turn', () => {
  const clients = [[0], [0, 0, 0]];
  const setting: Setting = { keepsContext: 'at once', range: 3, clients, restarts: 0, deaths: 0 };
  expect(everySchedule(setting, grantedTwice).wrong).toBeUndefined();
  const late = everySchedule({ ...setting, keepsContext: 'when registered' }, grantedTwice);
  const grants = late.wrong?.events.filter(({ call }) => call === 'write_last_cid');
  expect(grants?.map(({ client }) => client)).toEqual([0, 1, 1, 1]);
  // A service that restarts forgets what it held, and the kernel is what is left.
  const { wrong } = everySchedule({ ...setting, restarts: 1 }, grantedTwice);
  expect(wrong?.events.map(({ call }) => call)).toContain('restart_service');
});

/** The kernel does not ask whether a CID has a VM; the service keeps its place in its own memory. */
const unasked: typeof answerOfAndroid = (android, call, args) => {
  const cid = android.clients[args.client ?? 0]?.cid;
  if (call === 'set_guest_cid' && cid !== undefined) android.kernel.guests.delete(cid);
  return answerOfAndroid(android, call, args);
};
const forgetful: typeof answerOfAndroid = (android, call, args) => {
  if (call === 'restart_service') android.properties.clear();
  return answerOfAndroid(android, call, args);
};

test.each([
  ['two VMs run under one CID', unasked],
  ['a CID came back in the first turn', forgetful],
])('the judge can say that %s', (what, answer) => {
  const clients = [[0], [0, 0, 0]];
  const setting: Setting = { keepsContext: 'at once', range: 3, clients, restarts: 1, deaths: 0, answer };
  expect(everySchedule(setting, lossBy).wrong?.what).toBe(what);
});
