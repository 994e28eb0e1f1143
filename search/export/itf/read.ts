/** A state of a trace, of ours or of another tool's run of our rules, as the rules take it. */
import type { Call, TransitionSystem } from '../../../spec/transition-system.ts';
import type { Layout } from '../../../spec/state.ts';
import { fieldsOf, placesOf } from '../cells.ts';
import { cpuKey, identifier, variableOf } from '../names.ts';
import { actionTaken, nondetPicks } from './shape.ts';
import type { ItfState, ItfValue } from './shape.ts';

function numberIn(value: ItfValue | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'object' && '#bigint' in value) return Number(value['#bigint']);
  throw new Error(`expected a number, got ${JSON.stringify(value)}`);
}

/** Every cell; each is expected to be there. */
export function cellsOf(layout: Layout, state: ItfState): number[] {
  return fieldsOf(layout).flatMap((field) => {
    const value = state[identifier(field)] as ItfValue;
    const places = placesOf(layout, field);
    if (places[0]?.length === 0) return [numberIn(value)];
    const found = mapIn(value);
    return places.map((at) => found.get(at.join()) ?? lacking(`${field} at ${at.join()}`));
  });
}

function mapIn(value: ItfValue): ReadonlyMap<string, number> {
  if (typeof value !== 'object' || !('#map' in value)) throw new Error(`expected a map, got ${JSON.stringify(value)}`);
  const pairs = value['#map'] as readonly (readonly [ItfValue, ItfValue])[];
  return new Map(pairs.map(([key, of]) => [placeIn(key).join(), numberIn(of)]));
}

const placeIn = (key: ItfValue): number[] =>
  typeof key === 'object' && '#tup' in key ? (key['#tup'] as readonly ItfValue[]).map(numberIn) : [numberIn(key)];

/** The call that led to the state. */
export function callOf(system: TransitionSystem, state: ItfState): Call {
  const call = state[actionTaken];
  const given = (name: string): number => numberIn(state[nondetPicks][name]?.value);
  const args = system.rule(call).names.map((name) => given(variableOf(name)));
  return { call, cpu: given(variableOf(cpuKey)), args };
}

const lacking = (what: string): never => {
  throw new Error(`expected a number for ${what}`);
};
