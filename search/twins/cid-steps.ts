/** The Android that a state of CIDs with clients stands for, with the real numbers of CIDs. */
import {
  answerOfAndroid,
  earlyPartitionAt,
  guestCidMin,
  isRunning,
  lastCidProperty,
} from '../../model/cids/android.ts';
import { putEarly, putRunning, stepCalls } from '../../model/cids/android.ts';
import type { Android, ClientThread, Partition } from '../../model/cids/android.ts';
import { earlyPartitions } from '../../spec/config.ts';
import type { Config } from '../../spec/config.ts';
import { clientPhases } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

const places: Readonly<Record<(typeof clientPhases)[number], ClientThread['at']>> = {
  NONE: 'nothing',
  PICKED: 'looked',
  GRANTED: 'wrote',
  HELD: 'answered',
  STARTED: 'runs',
};

export function cidStepTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  if (!profile.rules.has('pick_cid')) return undefined;
  const start = initialState(layout).cells;
  const keepsContext = profile.rules.has('hold_cid') ? 'at once' : 'when registered';
  return twin<Android>({
    name: 'cid steps',
    calls: stepCalls.filter((call) => profile.rules.has(call)),
    read: (cells) => androidOf(new Cells(layout, cells), config, keepsContext),
    write: (android, cells) => {
      cells.set(start);
      writeAndroid(new Cells(layout, cells), config, android);
    },
    answer: (android, call, { client = 0, early = 0, partition = 1 }) =>
      answerOfAndroid(android, call, {
        client,
        early: earlyNumber(config, early),
        partition: earlyPartitions[partition - 1] ?? 'system',
      }),
  });
}

/** The real number of a fixed CID: any of the range of its partition, and each its own. */
const earlyNumber = ({ earlyCids = [] }: Config, early: number): number =>
  (earlyCids[early] === 'system' ? 100 : 200) + early;
const times = (count: number, value: number): number[] => Array.from({ length: Math.max(0, count) }, () => value);

function androidOf(cells: Cells, config: Config, keepsContext: Android['keepsContext']): Android | undefined {
  const last = cells.maybe('lastCid');
  const numbered = (cid: number): number => guestCidMin + cid;
  const android: Android = {
    keepsContext,
    guestCidMax: numbered(config.cids - 1),
    properties: new Map(last === undefined ? [] : [[lastCidProperty, String(numbered(last))]]),
    service: { contexts: new Map() },
    clients: cells.each('clientPhase', (client) => {
      const cid = cells.maybe('clientCid', client);
      const at = places[clientPhases[cells.get('clientPhase', client)] ?? 'NONE'];
      return { at, ...(cid === undefined ? {} : { cid: numbered(cid) }) };
    }),
    kernel: { guests: new Map() },
    written: cells.each('cidGranted', (cid) => times(cells.get('cidGranted', cid), numbered(cid))).flat(),
    earlyStarts: cells
      .each('earlyStarts', (early) => times(cells.get('earlyStarts', early), earlyNumber(config, early)))
      .flat(),
  };
  const isInRange = last === undefined || last < config.cids;
  const isPossible = isInRange && android.clients.every((client, number) => put(android, client, number, cells));
  cells.each('earlyFrom', (early) => {
    const from = cells.get('earlyFrom', early);
    if (from > 0) putEarly(android, earlyNumber(config, early), earlyPartitions[from - 1] as Partition);
  });
  return isPossible && !heldByAnother(android) ? android : undefined;
}

/** A CID is granted of which the service has noted the context of another client: its next note would replace that one. */
const heldByAnother = ({ clients, keepsContext, service: { contexts } }: Android): boolean =>
  keepsContext === 'at once' && clients.some(({ at, cid }) => at === 'wrote' && cid !== undefined && contexts.has(cid));

/** Where a client is, its CID is; two clients have neither one context nor one VM. */
function put(android: Android, { at, cid }: ClientThread, client: number, cells: Cells): boolean {
  const isKnown = cells.flag('clientKnown', client);
  const { contexts } = android.service;
  if ((at === 'nothing') !== (cid === undefined)) return false;
  if (cid === undefined) return !isKnown;
  if (cid > android.guestCidMax || (isKnown && (contexts.has(cid) || !['answered', 'runs'].includes(at)))) return false;
  if (at === 'answered' && android.keepsContext !== 'at once') return false;
  if (isKnown) contexts.set(cid, client);
  if (at !== 'runs') return true;
  if (android.kernel.guests.has(cid)) return false;
  putRunning(android, client, cid);
  return true;
}

function writeAndroid(cells: Cells, config: Config, android: Android): void {
  const { clients, properties, service, written, earlyStarts } = android;
  const among = (all: readonly number[], one: number): number => all.filter((other) => other === one).length;
  const last = properties.get(lastCidProperty);
  cells.set('lastCid', last === undefined ? undefined : Number(last) - guestCidMin);
  clients.forEach(({ at, cid }, client) => {
    const phase = clientPhases.findIndex((one) => places[one] === at);
    cells.set('clientPhase', phase, client);
    cells.set('clientCid', cid === undefined ? undefined : cid - guestCidMin, client);
    cells.set('clientKnown', cid !== undefined && service.contexts.get(cid) === client, client);
  });
  for (let cid = 0; cid < config.cids; cid++) {
    const running = clients.filter((_, client) => isRunning(android, client, guestCidMin + cid)).length;
    cells.set('cidHeld', running, cid);
    cells.set('cidGranted', among(written, guestCidMin + cid), cid);
  }
  for (let early = 0; early < (config.earlyCids?.length ?? 0); early++) {
    const number = earlyNumber(config, early);
    const from = earlyPartitionAt(android, number);
    cells.set('earlyHeld', from !== undefined, early);
    cells.set('earlyStarts', among(earlyStarts, number), early);
    cells.set('earlyFrom', from === undefined ? 0 : 1 + earlyPartitions.indexOf(from), early);
  }
}
