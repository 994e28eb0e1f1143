/** What one profile says otherwise than another, call by call: read from their rules, without running them. */
import type { Profile } from '../../spec/profile.ts';
import { wordsOf } from '../../spec/language/words.ts';
import type { Guard, Rule } from '../../spec/rule.ts';
import { done } from '../../spec/transition-system.ts';
import { moved, pairs } from './order.ts';
import type { Paired } from './order.ts';

/** The first of two profiles, or the second. */
export type Side = 0 | 1;

/**
 * An end of the call that shows a change if the other side answers otherwise: `done`, or the number of the guard that
 * refuses. `other`: the ends of the other side that count; any, where nothing is said.
 */
export interface End {
  readonly side: Side;
  readonly end: number;
  readonly other?: readonly number[];
  /** The end of the other side at which the change is not to be seen. */
  readonly not?: number;
}

export type ChangeKind =
  | 'call added'
  | 'call removed'
  | 'arguments changed'
  | 'guard added'
  | 'guard removed'
  | 'guard moved'
  | 'condition changed'
  | 'error changed'
  | 'effects on failure changed'
  | 'effects changed';

export interface Change {
  readonly kind: ChangeKind;
  readonly call: string;
  readonly clause?: string;
  /** What is different, in words. */
  readonly says: string;
  /** Where it shows; none for effects, which are looked for in what comes after them. */
  readonly ends: readonly End[];
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** All changes from one profile to another: calls that only one has, then those of the calls that both have. */
export function changesBetween(from: Profile, to: Profile): readonly Change[] {
  const lost = [...from.rules.keys()].filter((call) => !to.rules.has(call));
  const gained = [...to.rules.keys()].filter((call) => !from.rules.has(call));
  const only =
    (kind: ChangeKind, { name }: Profile) =>
    (call: string): Change => ({
      ...{ kind, call, says: `only ${name} has it` },
      ends: [],
    });
  return [
    ...lost.map(only('call removed', from)),
    ...gained.map(only('call added', to)),
    ...[...from.rules.values()].flatMap((rule) => {
      const other = to.rules.get(rule.call);
      return other === undefined || other === rule ? [] : ofCall(rule, other);
    }),
  ];
}

const guardsOf = (rule: Rule): readonly Guard[] => rule.guards.filter((step) => step.kind === 'must');

function ofCall(from: Rule, to: Rule): Change[] {
  const [before, after] = [guardsOf(from), guardsOf(to)];
  const paired = pairs(before, after);
  const kept = paired.filter(({ at }) => at[0] >= 0 && at[1] >= 0);
  return [
    ...ofArguments(from, to),
    ...paired.flatMap(({ at }) => ofLone(from.call, at, before[at[0]], after[at[1]])),
    ...kept.flatMap(({ at }) => ofKept(from.call, at, before[at[0]] as Guard, after[at[1]] as Guard)),
    ...ofOrder(from.call, kept, before),
    ...ofFailure(from, to, kept),
    ...ofEffects(from, to),
  ];
}

function ofArguments(from: Rule, to: Rule): Change[] {
  const [before, after] = [from, to].map(({ parameters }) => Object.keys(parameters)) as [string[], string[]];
  const lost = before.filter((name) => !after.includes(name));
  const gained = after.filter((name) => !before.includes(name));
  if (lost.length + gained.length === 0) return [];
  const says = [
    ...(lost.length > 0 ? [`no longer takes ${lost.join(', ')}`] : []),
    ...(gained.length > 0 ? [`takes ${gained.join(', ')}`] : []),
  ].join('; ');
  const ends: End[] = [
    { side: 0, end: done },
    { side: 1, end: done },
  ];
  return [{ kind: 'arguments changed', call: from.call, says, ends }];
}

/** A guard that only one of the two has. */
function ofLone(call: string, at: Paired['at'], before: Guard | undefined, after: Guard | undefined): Change[] {
  if (before !== undefined && after !== undefined) return [];
  const side: Side = before === undefined ? 1 : 0;
  const { clause, condition, error } = (before ?? after) as Guard;
  const kind = side === 0 ? 'guard removed' : 'guard added';
  return [{ kind, call, clause, says: `${wordsOf(condition)}, else ${error}`, ends: [{ side, end: at[side] }] }];
}

function ofKept(call: string, [i, j]: Paired['at'], before: Guard, after: Guard): Change[] {
  const { clause } = before;
  const changes: Change[] = [];
  if (!same(before.condition, after.condition)) {
    const says = `${wordsOf(before.condition)} → ${wordsOf(after.condition)}`;
    const ends: End[] = [
      { side: 0, end: i, not: j },
      { side: 1, end: j, not: i },
    ];
    changes.push({ kind: 'condition changed', call, clause, says, ends });
  }
  if (before.error !== after.error) {
    const says = `${before.error} → ${after.error}`;
    changes.push({ kind: 'error changed', call, clause, says, ends: [{ side: 0, end: i, other: [j] }] });
  }
  return changes;
}

/** The guards that have changed places, each with those that it is now on the other side of. */
function ofOrder(call: string, kept: readonly Paired[], before: readonly Guard[]): Change[] {
  return moved(kept.map(({ at }) => at)).map(({ at, later, earlier }) => {
    const names = (all: typeof later): string => all.map(([i]) => before[i]?.clause ?? '').join(', ');
    const says = [
      ...(later.length > 0 ? [`after ${names(later)}`] : []),
      ...(earlier.length > 0 ? [`before ${names(earlier)}`] : []),
    ].join(', ');
    // It decided before them, and now they do; or the other way round.
    const ends: End[] = [
      { side: 0, end: at[0], other: later.map(([, j]) => j) },
      { side: 1, end: at[1], other: earlier.map(([i]) => i) },
    ];
    const { clause } = before[at[0]] as Guard;
    return { kind: 'guard moved', call, clause, says: `checked ${says}`, ends: ends.filter(isSeen) };
  });
}

const isSeen = ({ other }: End): boolean => other === undefined || other.length > 0;

/** What stands even if the call is refused, and between which guards that both have it comes. */
function ofFailure(from: Rule, to: Rule, kept: readonly Paired[]): Change[] {
  const [before, after] = [keptOnFailure(from, kept, 0), keptOnFailure(to, kept, 1)];
  if (same(before, after)) return [];
  const words = (steps: typeof before): string[] => steps.map(({ step }) => wordsOf(step.effect));
  return [{ kind: 'effects on failure changed', call: from.call, says: listed(words(before), words(after)), ends: [] }];
}

/** Each with the number of guards before it that both have. */
const keptOnFailure = (rule: Rule, kept: readonly Paired[], side: Side) =>
  rule.guards.flatMap((step, place) => {
    if (step.kind !== 'onFailure') return [];
    const before = rule.guards.slice(0, place).filter(({ kind }) => kind === 'must').length;
    return [{ step, behind: kept.filter(({ at }) => at[side] < before).length }];
  });

function ofEffects(from: Rule, to: Rule): Change[] {
  if (same(from.effects, to.effects) && from.answer === to.answer) return [];
  return [
    {
      kind: 'effects changed',
      call: from.call,
      says: listed(from.effects.map(wordsOf), to.effects.map(wordsOf)),
      ends: [],
    },
  ];
}

/** What is no longer done, and what is done instead. */
function listed(before: readonly string[], after: readonly string[]): string {
  const lost = before.filter((words) => !after.includes(words));
  const gained = after.filter((words) => !before.includes(words));
  if (lost.length + gained.length === 0) return 'the same at another place or in another form';
  return [...lost.map((words) => `no longer ${words}`), ...gained.map((words) => `now ${words}`)].join('; ');
}
