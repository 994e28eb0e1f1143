/** A sequence in the explorer, made and judged: what the page shows is read from this. */
import { allProperties } from '../../properties/chapters.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { State } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { worldsOf } from '../../search/export/world.ts';
import { VmSymmetry } from '../../search/judge/vm-symmetry.ts';
import { begin } from '../../search/scopes/linux.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { scenesOf } from '../explain/scenes.ts';
import type { Scenes } from '../explain/scenes.ts';
import { faultIn } from '../explain/planted.ts';
import { callsAt, placeOf, runAt } from '../explain/story.ts';
import type { Place, Ran } from '../explain/story.ts';
import { whereOf } from '../explain/where.ts';
import type { Asked } from './asked.ts';
import { recordedScope, scopeOfWorld } from './world.ts';

export interface Opened {
  readonly asked: Asked;
  readonly place: Place;
  readonly ran: Ran;
  readonly scenes: Scenes;
  /** The state after all calls. */
  readonly state: State;
  /** How its VMs are called. */
  readonly symmetry: VmSymmetry;
  readonly broken: Broken | undefined;
}

/** The first law that a call breaks. */
export interface Broken {
  readonly step: number;
  readonly clause: string;
  readonly loss: string;
  readonly statement: string;
}

/** Rules are made ready once for each profile, scope, guard and fault. */
const places = new Map<string, Place>();

function placeFor({ profile, scope, world, without, fault: id }: Asked): Place | string {
  const key = JSON.stringify([profile, scope, world, without?.call, without?.clause, id]);
  const known = places.get(key);
  if (known !== undefined) return known;
  const fault = id === undefined ? undefined : faultIn(profile, id);
  if (typeof fault === 'string') return fault;
  const place = placeOf({ profile, scope, without }, fault?.differences, scopeGiven({ profile, scope, world }));
  if (typeof place !== 'string') places.set(key, place);
  return place;
}

/** The scope that is in no list, if it is asked for. */
export const scopeGiven = ({ profile, scope, world }: Pick<Asked, 'profile' | 'scope' | 'world'>): Scope | undefined =>
  scope === recordedScope && world !== undefined ? scopeOfWorld(world, profile).scope : undefined;

/** A state of a page has so many numbers at most, and all that are kept, one behind each call, so many together. */
const [mostCells, mostNumbers] = [250_000, 50_000_000];

function tooLarge({ layout }: TransitionSystem, calls: number): string | undefined {
  const kept = layout.length * (1 + calls);
  if (layout.length > mostCells)
    return `the world is too large: its state has ${layout.length} numbers, and ${mostCells} are the most`;
  if (kept > mostNumbers)
    return `the world is too large for ${calls} calls: ${kept} numbers are to be kept, and ${mostNumbers} are the most`;
  return undefined;
}

/** Makes the calls; or says in one line what there is not. */
export function opened(asked: Asked): Opened | string {
  const place = placeFor(asked);
  if (typeof place === 'string') return place;
  const large = tooLarge(place.system, asked.calls.length);
  if (large !== undefined) return large;
  const calls = callsAt(place, asked.calls);
  if (typeof calls === 'string') return calls;
  const { system } = place;
  if (!isStart(place)) return notStarted(place);
  const ran = runAt(place, calls, allProperties(system));
  const state = new State(system.layout, (ran.steps.at(-1)?.state.cells ?? ran.start).slice());
  return { asked, place, ran, scenes: scenesOf(ran), state, symmetry: symmetryOf(ran), broken: brokenIn(ran) };
}

/** Whether the rules come to the start of the scope: a profile can lack a call of its prelude, or refuse it. */
export function isStart({ system, scope }: Place): boolean {
  try {
    begin(system, scope);
    return true;
  } catch {
    return false;
  }
}

export const notStarted = ({ profile, scope }: Place): string =>
  `${profile.name} does not come to the start of the scope ${scope.name}`;

/** VMs are called by the order in which they were reserved. */
function symmetryOf({ system, reserved, steps }: Ran): VmSymmetry {
  const symmetry = new VmSymmetry(system.config.slots);
  for (const entry of reserved) symmetry.reserve(entry);
  for (const { call, outcome } of steps) {
    if (outcome.kind === 'done' && system.rule(call.call).rule.answer === 'vm') symmetry.reserve(outcome.answer);
  }
  return symmetry;
}

function brokenIn(ran: Ran): Broken | undefined {
  if (ran.broken === undefined) return undefined;
  const { length, violation } = ran.broken;
  const { clause, statement, loss } = violation.property;
  return { step: length, clause, statement, loss: `${loss}${whereOf(ran)}` };
}

/** The scopes of a profile, by their names. */
export const scopesOf = (profile: string): readonly string[] => [
  ...new Set(worldsOf(profile).map(({ scope }) => scope.name)),
];

export const profileNames = (): readonly string[] => [...profiles.keys()];

/**
 * The same calls under something else: another profile in its first scope if it does not have this one. A guard that is
 * left out, a fault and calls that are not there are dropped, and that is said.
 */
export function changed(asked: Asked, change: Partial<Asked>): { readonly asked: Asked; readonly note: string } {
  const given: Asked = { ...asked, ...change };
  const wanted = given.beside === given.profile ? { ...given, beside: undefined } : given;
  const isRecorded = wanted.scope === recordedScope && wanted.world !== undefined;
  const scopes = scopesOf(wanted.profile);
  const scope =
    isRecorded || scopes.includes(wanted.scope) || change.scope !== undefined
      ? wanted.scope
      : (scopes[0] ?? wanted.scope);
  const whole = { ...wanted, scope, world: isRecorded ? wanted.world : undefined };
  const sound = { ...whole, without: undefined, fault: undefined };
  const start = { ...sound, calls: [] };
  const all = [whole, sound, { ...whole, calls: [] }, start];
  const kept = all.find((one) => typeof opened(one) !== 'string');
  if (kept === undefined) return { asked, note: `${wanted.profile} cannot be shown in the scope ${scope}` };
  const isSound = kept.without === undefined && kept.fault === undefined;
  const wasSound = wanted.without === undefined && wanted.fault === undefined;
  const lost = [
    ...(kept.calls.length < asked.calls.length ? ['the calls, which cannot be made there, are gone'] : []),
    ...(isSound && !wasSound ? ['what was wrong with the rules is not there'] : []),
  ];
  return { asked: kept, note: lost.join('; ') };
}
