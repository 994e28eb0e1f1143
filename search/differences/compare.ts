/** Two profiles compared: their changes, each with the shortest sequence of calls found that they answer differently. */
import type { Profile } from '../../spec/profile.ts';
import { worldsOf } from '../export/world.ts';
import type { World } from '../export/world.ts';
import type { Answered } from '../judge/answered.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import { systemOf } from '../rules/systems.ts';
import { startOf } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';
import { changesBetween } from './changes.ts';
import type { Change } from './changes.ts';
import { Pair } from './pair.ts';
import type { SharedCall } from './pair.ts';
import { PairSearch } from './pair-search.ts';

/** One call of a sequence, with what the first profile answers, and the second. */
export interface AnsweredCall {
  readonly call: WrittenCall;
  readonly answers: readonly [Answered, Answered];
}

/** A sequence from the start of a scope, whose last call shows a change. */
export interface Witness {
  readonly scope: string;
  /** The calls that lead to the start of the scope; both profiles do them all. */
  readonly prelude: readonly WrittenCall[];
  readonly calls: readonly AnsweredCall[];
  /** All calls but the last are answered alike. */
  readonly alike: boolean;
}

export interface Compared {
  readonly changes: readonly { readonly change: Change; readonly witness?: Witness }[];
  /** Pairs of states that were gone through for those that have none. */
  readonly states: number;
  readonly scopes: readonly string[];
  /** Nothing was left in any scope. */
  readonly complete: boolean;
}

type Profiles = readonly [Profile, Profile];

/** `states`: how many pairs of states are gone through in each scope. */
export function compare(from: Profile, to: Profile, states: number): Compared {
  const changes = changesBetween(from, to);
  const both: Profiles = [from, to];
  const worlds = changes.length === 0 ? [] : worldsFor(both);
  const witnesses = new Map<Change, Witness>();
  let [total, complete] = [0, true];
  // Sequences from the very start come first, and those that are answered alike up to their last call.
  for (const alike of [true, false]) {
    for (const starts of [true, false]) {
      const open = new Set(changes.filter((change) => !witnesses.has(change)));
      for (const { scope, most } of worlds.filter((world) => (world.scope.prelude.length === 0) === starts)) {
        const pair = new Pair(both, scope);
        const wanted = (length: number): ReadonlySet<Change> =>
          new Set([...open].filter((one) => (witnesses.get(one)?.calls.length ?? Infinity) > length));
        const searched = new PairSearch(pair, { states, most, alike }).run(wanted, (change, calls) => {
          witnesses.set(change, told(new Pair(both, scope), calls, alike));
        });
        total += searched.states;
        complete &&= searched.complete;
      }
    }
  }
  const withWitness = changes.map((change) => {
    const witness = witnesses.get(change);
    return witness === undefined ? { change } : { change, witness };
  });
  return { changes: withWitness, states: total, scopes: worlds.map(({ scope }) => scope.name), complete };
}

/** The scopes of either profile whose start both can reach. */
function worldsFor(both: Profiles): readonly World[] {
  const all = both.flatMap(({ name }) => worldsOf(name));
  const first = all.filter((world, i) => all.findIndex((one) => one.scope.name === world.scope.name) === i);
  return first.filter(({ scope }) => canBegin(both, scope));
}

function canBegin(both: Profiles, scope: Scope): boolean {
  const systems = both.map((profile) => systemOf(profile, scope.config));
  try {
    for (const system of systems) startOf(system, scope);
    return true;
  } catch {
    // The prelude has a call, or an argument, that one of the two lacks or refuses.
    return false;
  }
}

/** The calls again, each with both answers. */
function told(pair: Pair, calls: readonly SharedCall[], alike: boolean): Witness {
  const answered = calls.map((call): AnsweredCall => {
    const ends = pair.make(call);
    const answers = [pair.answer(0, call, ends[0]), pair.answer(1, call, ends[1])] as const;
    for (const state of pair.states) state.settle();
    return { call: pair.write(call), answers };
  });
  return { scope: pair.scope.name, prelude: pair.scope.prelude, calls: answered, alike };
}
