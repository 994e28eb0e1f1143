/** The same calls under another profile, answer beside answer. */
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { readCall } from '../../search/judge/written-call.ts';
import { answered } from '../../search/judge/answered.ts';
import type { Answered } from '../../search/judge/answered.ts';
import { translate, VmSymmetry } from '../../search/judge/vm-symmetry.ts';
import { firstDifference } from '../../search/differences/first.ts';
import type { FirstDifference } from '../../search/differences/first.ts';
import { begin } from '../../search/scopes/linux.ts';
import { placeOf } from '../explain/story.ts';
import type { Place } from '../explain/story.ts';
import type { Asked } from './asked.ts';
import { isStart, notStarted, scopeGiven, scopesOf } from './opened.ts';
import type { Opened } from './opened.ts';

export interface Beside {
  readonly profile: string;
  /** For each call both answers: that of the profile, and that of the one beside it. */
  readonly answers: readonly (readonly [Answered, Answered])[];
  /** The first call that they answer differently, from 1. */
  readonly first: number | undefined;
}

/** Both profiles as they are, whatever is wrong with the rules in the explorer; or in one line why not. */
export function besideOf({ asked }: Opened, profile: string): Beside | string {
  const both = bothPlaces(asked, profile);
  if (typeof both === 'string') return both;
  const [own, other] = both.map((place) => answersOf(place, asked.calls)) as [Answered[], Answered[]];
  const answers = own.map((one, i) => [one, other[i] as Answered] as const);
  const first = answers.findIndex(([one, two]) => one.answer !== two.answer);
  return { profile, answers, first: first < 0 ? undefined : first + 1 };
}

function bothPlaces(asked: Asked, other: string): [Place, Place] | string {
  const { profile: own, scope, world } = asked;
  const places = [own, other].map((profile) => placeOf({ profile, scope }, [], scopeGiven({ profile, scope, world })));
  for (const place of places) {
    if (typeof place === 'string') return place;
    if (!isStart(place)) return `${notStarted(place)}; ${commonScopes(own, other)}`;
  }
  return places as [Place, Place];
}

/** Where both can be looked at. */
function commonScopes(own: string, other: string): string {
  const both = [...new Set([own, other].flatMap(scopesOf))].filter((scope) =>
    [own, other].every((profile) => {
      const place = placeOf({ profile, scope });
      return typeof place !== 'string' && isStart(place);
    }),
  );
  return both.length === 0 ? 'no scope is common to both' : `both come to that of ${both.join(', ')}`;
}

/** Each call with the arguments that the profile knows; one that it cannot make changes nothing. */
function answersOf({ system, scope }: Place, calls: readonly WrittenCall[]): Answered[] {
  const start = begin(system, scope);
  const symmetry = new VmSymmetry(system.config.slots);
  for (const entry of start.reserved) symmetry.reserve(entry);
  let { state } = start;
  return calls.map((written) => {
    const rule = system.rules.get(written.call);
    if (rule === undefined) return { answer: 'no such call' };
    const known = Object.entries(written.args).filter(([name]) => rule.names.includes(name));
    const call = readCall(system, { ...written, args: Object.fromEntries(known) });
    const next = system.step(
      state,
      translate(system, call, (vm) => symmetry.toEntry(vm)),
    );
    state = next.state;
    if (next.outcome.kind === 'done' && rule.rule.answer === 'vm') symmetry.reserve(next.outcome.answer);
    return answered(system, call.call, next.outcome);
  });
}

/** Pairs of states that are gone through in search of a difference. */
const mostPairs = 5000;

/** The shortest calls from the start of the scope that both answer differently; or in one line why none are looked for. */
export function differenceFrom({ asked }: Opened, profile: string): Generator<number, FirstDifference> | string {
  const both = bothPlaces(asked, profile);
  if (typeof both === 'string') return both;
  return firstDifference([both[0].profile, both[1].profile], both[0].scope, mostPairs);
}
