/** Which guards of two lists are the same guard, and which of them have changed places. */
import type { Guard } from '../../spec/rule.ts';

/** Where a guard stands in each of two lists, and -1 where it is missing. */
export interface Paired {
  readonly at: readonly [number, number];
}

/** Guards of one clause belong together: first those with the same condition, then the rest in their order. */
export function pairs(before: readonly Guard[], after: readonly Guard[]): Paired[] {
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  const match = (fits: (one: Guard, other: Guard) => boolean): void => {
    before.forEach((one, i) => {
      const j = after.findIndex((other, place) => !taken.has(place) && fits(one, other));
      if (partner.has(i) || j < 0) return;
      partner.set(i, j);
      taken.add(j);
    });
  };
  const isOfClause = (one: Guard, other: Guard): boolean => one.clause === other.clause;
  const asks = ({ condition }: Guard): string => JSON.stringify(condition);
  match((one, other) => isOfClause(one, other) && asks(one) === asks(other));
  match(isOfClause);
  const added = after.flatMap((_, j) => (taken.has(j) ? [] : [{ at: [-1, j] as const }]));
  return [...before.map((_, i) => ({ at: [i, partner.get(i) ?? -1] as const })), ...added];
}

type Place = readonly [number, number];

interface Moved {
  readonly at: Place;
  /** Those that came after it in the first list, and come before it in the second; and the other way round. */
  readonly later: readonly Place[];
  readonly earlier: readonly Place[];
}

/** The fewest places that have to be taken out so that both lists are in one order. */
export function moved(places: readonly Place[]): Moved[] {
  const stay = new Set(longestRising([...places].sort(([a], [b]) => a - b)));
  return places
    .filter((at) => !stay.has(at))
    .map((at) => ({
      at,
      later: places.filter(([i, j]) => i > at[0] && j < at[1]),
      earlier: places.filter(([i, j]) => i < at[0] && j > at[1]),
    }));
}

/** The longest part of a list, already in its first order, that is in its second order too. */
function longestRising(places: readonly Place[]): readonly Place[] {
  const best: (readonly Place[])[] = [];
  for (const place of places) {
    const before = best.filter((one) => (one.at(-1)?.[1] ?? -1) < place[1]);
    const longest = before.reduce<readonly Place[]>((long, one) => (one.length > long.length ? one : long), []);
    best.push([...longest, place]);
  }
  return best.reduce<readonly Place[]>((long, one) => (one.length > long.length ? one : long), []);
}
