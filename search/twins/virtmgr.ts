/**
 * virtmgr as a program over the steps of the service and the kernel: up to five contexts until one has its port, then
 * the VM. Several run beside each other on every schedule, while the service restarts and clients die at any step.
 */
import { answerOfAndroid, guestCidMin } from '../../model/cids/android.ts';
import type { Android } from '../../model/cids/android.ts';

/** Contexts that are tried until the port of one is free. */
const most = 5;

/** A client: the VMs that it still wants, each by how many of its first ports are taken, and its next step. */
interface Client {
  wanted: number[];
  tried: number;
  next: string | undefined;
}
export interface Setting {
  readonly keepsContext: Android['keepsContext'];
  readonly range: number;
  /** For each client its VMs, one after the other. */
  readonly clients: readonly (readonly number[])[];
  /** How often the service restarts at the most, and how many clients die. */
  readonly restarts: number;
  readonly deaths: number;
  /** The answers of an Android in which something is wrong. */
  readonly answer?: typeof answerOfAndroid;
}
interface World {
  readonly android: Android;
  readonly clients: Client[];
  restarts: number;
  deaths: number;
}
export interface Event {
  readonly call: string;
  readonly client: number;
}

const booted = ({ keepsContext, range, clients, restarts, deaths }: Setting): World => ({
  android: {
    keepsContext,
    guestCidMax: guestCidMin + range - 1,
    properties: new Map(),
    service: { contexts: new Map() },
    clients: clients.map(() => ({ at: 'nothing' })),
    kernel: { guests: new Map() },
    written: [],
    earlyStarts: [],
  },
  clients: clients.map((wanted) => ({ wanted: [...wanted], tried: 0, next: 'pick_cid' })),
  restarts,
  deaths,
});

/** What a client does after its step; nothing once it has had all its VMs. */
function goOn(client: Client, keepsContext: Android['keepsContext'], error: string | undefined): void {
  const [taken = 0] = client.wanted;
  const isBound = (): string => (client.tried++ < taken ? 'drop_context' : 'set_guest_cid');
  switch (client.next) {
    case 'pick_cid':
      if (error === 'EAGAIN') return;
      client.next = error === undefined ? 'write_last_cid' : undefined;
      return;
    case 'write_last_cid':
      // Its request is gone where the service has restarted.
      client.next = error !== undefined ? undefined : keepsContext === 'at once' ? 'hold_cid' : isBound();
      return;
    case 'hold_cid':
      client.next = error === undefined ? isBound() : undefined;
      return;
    case 'set_guest_cid':
      client.next = error === undefined && keepsContext === 'when registered' ? 'register_vm' : 'drop_context';
      return;
    case 'register_vm':
      client.next = 'drop_context';
      return;
    default: {
      const again = client.tried > 0 && client.tried <= taken && client.tried < most;
      if (!again) Object.assign(client, { wanted: client.wanted.slice(1), tried: 0 });
      client.next = client.wanted.length > 0 ? 'pick_cid' : undefined;
    }
  }
}

function make(world: World, { call, client }: Event, answerOf: typeof answerOfAndroid): void {
  const answer = answerOf(world.android, call, { client });
  const error = answer.kind === 'refused' ? answer.error : undefined;
  const one = world.clients[client];
  if (one === undefined) world.restarts--;
  else if (one.next === call) goOn(one, world.android.keepsContext, error);
  else {
    one.next = undefined;
    world.deaths--;
  }
}

/** All that can happen next: a step of a client, its death where it has something to lose, a restart. */
function eventsIn({ clients, restarts, deaths, android }: World): Event[] {
  const steps = clients.flatMap(({ next }, client) => (next === undefined ? [] : [{ call: next, client }]));
  const holding = clients.flatMap(({ next }, client) => {
    const { at } = android.clients[client] as Android['clients'][number];
    return deaths > 0 && next !== 'drop_context' && (at === 'answered' || at === 'runs') ? [client] : [];
  });
  return [
    ...steps,
    ...holding.map((client) => ({ call: 'drop_context', client })),
    ...(restarts > 0 ? [{ call: 'restart_service', client: clients.length }] : []),
  ];
}

const keyOf = ({ android, ...rest }: World): string => {
  const { properties, service, kernel, clients, written } = android;
  return JSON.stringify([[...properties], [...service.contexts], [...kernel.guests], clients, written, rest]);
};

export interface Searched {
  readonly states: number;
  readonly steps: number;
  readonly wrong?: { readonly what: string; readonly events: readonly Event[] };
}

/** Every schedule, breadth first; `judge` sees each step, and says what is wrong with it, if anything. */
export function everySchedule(
  setting: Setting,
  judge: (before: Android, event: Event, after: Android) => string | undefined,
): Searched {
  const start = booted(setting);
  const seen = new Set([keyOf(start)]);
  const open: { world: World; events: readonly Event[] }[] = [{ world: start, events: [] }];
  let steps = 0;
  for (const { world, events } of open) {
    for (const event of eventsIn(world)) {
      const after = structuredClone(world);
      make(after, event, setting.answer ?? answerOfAndroid);
      steps++;
      const what = judge(world.android, event, after.android);
      if (what !== undefined) return { states: seen.size, steps, wrong: { what, events: [...events, event] } };
      const key = keyOf(after);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push({ world: after, events: [...events, event] });
    }
  }
  return { states: seen.size, steps };
}
