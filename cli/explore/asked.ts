/** What the explorer is asked for (rules, a scope, what is in one that has no name, a guard left out or a fault planted, calls), and how an address says it. */
import type { Counterexample } from '../../search/counterexamples/file.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { unseen, worldShape } from './world.ts';
import type { World } from './world.ts';

export type Asked = Pick<Counterexample, 'profile' | 'scope' | 'without' | 'fault' | 'calls'> & {
  /** The profile that is shown beside it. */
  readonly beside?: string | undefined;
  /** What there is in the scope of a recording, which no list has. */
  readonly world?: World | undefined;
};

export const usual: Asked = { profile: 'linux-7.3', scope: 'pages', calls: [] };

/** So many calls are read from an address: each is made again whenever one is added. */
export const mostCalls = 1000;
/** An address of so many calls, each with all its arguments, is half as long. */
const mostCharacters = 500_000;
/** No name is half as long: of a profile, a scope, a clause, a call, an argument, or what it is given. */
const longestName = 100;

/** Everything but what is read as it is in the fragment of an address. */
const escaped = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%2B', '+')
    .replace(/[()'!*~]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);

/** The fragment of an address, without its `#`. */
export function fragmentOf({ profile, scope, world, without, fault, beside, calls }: Asked): string {
  const parts = [
    'v=1',
    `profile=${escaped(profile)}`,
    `scope=${escaped(scope)}`,
    ...(world === undefined ? [] : [`world=${escaped(JSON.stringify(world))}`]),
    ...(without ? [`without=${escaped(without.call)}:${escaped(without.clause)}`] : []),
    ...(fault === undefined ? [] : [`fault=${escaped(fault)}`]),
    ...(beside === undefined ? [] : [`beside=${escaped(beside)}`]),
    ...(calls.length > 0 ? [`calls=${calls.map(writtenCall).join(';')}`] : []),
  ];
  return parts.join('&');
}

function writtenCall({ call, cpu, args }: WrittenCall): string {
  const given = Object.entries(args).map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  return `${escaped(call)}${cpu === 0 ? '' : `@${cpu}`}(${given.join(',')})`;
}

/** What a fragment asks for; or in one line why it cannot be read. Nothing is looked up. */
export function askedIn(fragment: string): Asked | string {
  try {
    return read(fragment);
  } catch (error) {
    return `the address cannot be read: ${error instanceof URIError ? 'a % that stands for nothing' : (error as Error).message}`;
  }
}

const keys = ['v', 'profile', 'scope', 'world', 'without', 'fault', 'beside', 'calls'];

function read(fragment: string): Asked {
  if (fragment.length > mostCharacters)
    throw new Error(`it has ${fragment.length} characters, and ${mostCharacters} are the most`);
  const given = new Map<string, string>();
  for (const part of fragment.split('&')) {
    const [key = '', ...value] = part.split('=');
    if (!keys.includes(key)) throw new Error(`it says ${short(key)}, and not one of ${keys.join(', ')}`);
    if (given.has(key)) throw new Error(`it says ${key} twice`);
    given.set(key, value.join('='));
  }
  if (given.get('v') !== '1') throw new Error('it is not of version 1 (v=1)');
  const text = (key: string): string => given.get(key) ?? missing(key);
  const name = (key: string): string => readName(text(key));
  const calls = (given.get('calls') ?? '').split(';').filter((call) => call !== '');
  if (calls.length > mostCalls) throw new Error(`it has ${calls.length} calls, and ${mostCalls} are the most`);
  return {
    profile: name('profile'),
    scope: name('scope'),
    ...(given.has('world') ? { world: readWorld(decodeURIComponent(text('world'))) } : {}),
    ...(given.has('without') ? { without: readGuard(text('without')) } : {}),
    ...(given.has('fault') ? { fault: name('fault') } : {}),
    ...(given.has('beside') ? { beside: name('beside') } : {}),
    calls: calls.map(readCall),
  };
}

function readWorld(text: string): World {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Error('its world is not JSON');
  }
  const read = worldShape.safeParse(given);
  if (read.success) return read.data;
  const { path = [], message = '' } = read.error.issues[0] ?? {};
  throw new Error(`its world is none, at ${short(path.join('.')) || 'its start'}: ${short(message)}`);
}

/** What is said of it later stays in one line: it is short, and all of it can be seen. */
function readName(escapedName: string): string {
  const name = decodeURIComponent(escapedName);
  if (unseen.test(name)) throw new Error(`${short(escapedName)} has a character that cannot be seen`);
  if (name.length > longestName)
    throw new Error(`${short(name)} has ${name.length} characters, and ${longestName} are the most of a name`);
  return name;
}

function missing(key: string): never {
  throw new Error(`it has no ${key}`);
}

function readGuard(text: string): { call: string; clause: string } {
  const [call = '', clause, ...more] = text.split(':');
  if (clause === undefined || more.length > 0) throw new Error(`without=${short(text)} is not without=call:CLAUSE`);
  return { call: readName(call), clause: readName(clause) };
}

function readCall(text: string): WrittenCall {
  const [, call, cpu = '0', list] = /^([^@(]+)(?:@(\d{1,3}))?\((.*)\)$/.exec(text) ?? [];
  if (call === undefined || list === undefined) throw new Error(`${short(text)} is not call@CPU(name=value,…)`);
  const args = new Map<string, string>();
  for (const one of list.split(',').filter((each) => each !== '')) {
    const [name = '', value, ...more] = one.split('=').map(readName);
    if (value === undefined || more.length > 0) throw new Error(`${short(one)} in ${short(text)} is not name=value`);
    if (args.has(name)) throw new Error(`${short(text)} says ${name} twice`);
    args.set(name, value);
  }
  return { call: readName(call), cpu: Number(cpu), args: Object.fromEntries(args) };
}

const short = (text: string): string => {
  const seen = text.slice(0, 60).replaceAll(new RegExp(unseen, 'gu'), '\ufffd');
  return text.length > 60 ? `${seen}…` : seen;
};
