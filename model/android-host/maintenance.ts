/** The database of instance ids, and what happens to it when apps come and go. */
import type { Refusal } from '../../spec/answers.ts';
import { release } from './host.ts';
import type { AndroidHost } from './host.ts';

type Args = Readonly<Record<string, number>>;
type Answer = Refusal | number;

/** The ids of an app, the oldest first. */
const idsOf = ({ instances }: AndroidHost, app: number): number[] =>
  [...instances]
    .filter(([, { owner }]) => owner === app)
    .sort(([one, a], [other, b]) => b.age - a.age || one - other)
    .map(([id]) => id);

/** Stands for 64 random bytes: an id that nobody has and nobody knows. */
function randomId({ config, instances, known }: AndroidHost): number | undefined {
  for (let id = 0; id < config.ids; id++) if (!instances.has(id) && known.every((ids) => !ids.has(id))) return id;
  return undefined;
}

export function allocateId(host: AndroidHost, { app = 0 }: Args): Answer {
  const id = randomId(host);
  if (id === undefined) return 'ILLEGAL_STATE';
  const mine = idsOf(host, app);
  const surplus = mine.slice(0, Math.max(0, mine.length - host.config.idsPerApp + 1));
  for (const old of surplus) host.instances.delete(old);
  for (const row of host.instances.values()) row.age++;
  host.instances.set(id, { owner: app, maker: app, age: 0 });
  host.known[app]?.add(id);
  return id;
}

export function tellId({ known }: AndroidHost, { app = 0, id = 0, to = 0 }: Args): Answer {
  if (known[app]?.has(id) !== true) return 'UNKNOWN_KEY';
  known[to]?.add(id);
  return 0;
}

export function claimId({ known, instances }: AndroidHost, { app = 0, id = 0 }: Args): Answer {
  if (known[app]?.has(id) !== true) return 'UNKNOWN_KEY';
  const row = instances.get(id);
  if (row === undefined) instances.set(id, { owner: app, maker: undefined, age: 0 });
  else row.owner = app;
  return 0;
}

export function removeId({ instances, isCompromised }: AndroidHost, { app = 0, id = 0 }: Args): Answer {
  if (!isCompromised && instances.get(id)?.owner !== app) return 'IGNORED';
  instances.delete(id);
  return 0;
}

/** Uninstalled: its processes are killed, its data is deleted, and the database is told. */
export function removeApp(host: AndroidHost, { app = 0 }: Args): Answer {
  host.permissions[app]?.clear();
  for (const vm of host.vms.keys()) {
    const found = host.vms[vm];
    if (found === undefined) continue;
    for (const list of [found.acquainted, found.seenBy, found.connections, found.lowConnections, found.sockets])
      list.delete(app);
    release(host, app, vm);
  }
  for (const id of idsOf(host, app)) host.instances.delete(id);
  host.known[app]?.clear();
  return 0;
}
