/** The shortest sequence from the start of a scope that two profiles answer differently, in parts that can be left off. */
import type { Profile } from '../../spec/profile.ts';
import { done } from '../../spec/transition-system.ts';
import { formatVm, VmSymmetry } from '../judge/vm-symmetry.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import { begin } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';
import { changesBetween } from './changes.ts';
import type { Change } from './changes.ts';
import { Pair, sides } from './pair.ts';
import type { SharedCall } from './pair.ts';
import { PairSearch } from './pair-search.ts';

export interface FirstDifference {
  /** Pairs of states that were gone through. */
  readonly states: number;
  /** Nothing is left. */
  readonly complete: boolean;
  /** The last of them is answered differently, and no call before it; VMs are named in order of reservation. */
  readonly calls?: readonly WrittenCall[];
  readonly change?: Change;
}

/** Both come to the start of the scope. `states`: how many pairs of states are gone through at the most. */
export function* firstDifference(
  both: readonly [Profile, Profile],
  scope: Scope,
  states: number,
): Generator<number, FirstDifference> {
  const changes = new Set(changesBetween(...both));
  const pair = new Pair(both, scope);
  let first: { readonly change: Change; readonly calls: readonly SharedCall[] } | undefined;
  const wanted = (): ReadonlySet<Change> => (first === undefined ? changes : new Set());
  const searched = yield* new PairSearch(pair, { states, most: {}, alike: true }).running(wanted, (change, calls) => {
    if (first === undefined || calls.length < first.calls.length) first = { change, calls };
  });
  return first === undefined ? searched : { ...searched, ...first, calls: asSequence(pair, first.calls) };
}

/** Calls whose VMs are entries of the VM table, made once more to name them. */
function asSequence(pair: Pair, calls: readonly SharedCall[]): WrittenCall[] {
  const [{ config }] = pair.systems;
  const symmetry = new VmSymmetry(config.slots);
  for (const entry of begin(pair.systems[0], pair.scope).reserved) symmetry.reserve(entry);
  pair.restart();
  return calls.map((call) => {
    const { args, ...written } = pair.write(call);
    const named = Object.entries(args).map(([name, word]) =>
      isVm(pair, call.call, name) ? [name, formatVm(symmetry.toOrdinal(call.args[name] ?? 0))] : [name, word],
    );
    const ends = pair.make(call);
    const side = sides.find((one) => ends[one] === done);
    if (side !== undefined && pair.systems[side].rule(call.call).rule.answer === 'vm')
      symmetry.reserve(pair.states[side].answer);
    for (const state of pair.states) state.settle();
    return { ...written, args: Object.fromEntries(named) as Record<string, string> };
  });
}

const isVm = ({ systems }: Pair, call: string, name: string): boolean =>
  systems.some(({ rules }) => rules.get(call)?.rule.parameters[name]?.kind === 'vm');
