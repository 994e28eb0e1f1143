/** How the rounds of a loop stand to each other: each has cells of its own, or all of them only add to cells. */
import type { FieldName } from '../../spec/fields.ts';
import type { Effect, Term } from '../../spec/language/term.ts';
import { touchesOf } from '../../spec/language/touches.ts';

export interface Access {
  readonly field: FieldName;
  readonly at: readonly string[];
}

/** Where a member stands in the numbers of a cell: by itself, or as the index of a vCPU. */
export interface Place {
  readonly at: number;
  readonly of?: string;
}
export const replaced = (text: string, member: string, by: string): string =>
  text.replace(new RegExp(`\\b${member}\\b`, 'g'), by);

function placeOf(member: string, at: readonly string[]): Place | undefined {
  const direct = at.indexOf(member);
  if (direct >= 0) return { at: direct };
  const ofVcpu = at.findIndex((one) => one.startsWith('(vcpu_of ') && one.endsWith(` ${member})`));
  const text = at[ofVcpu];
  return text === undefined || text.split(member).length > 2 ? undefined : { at: ofVcpu, of: text };
}

/** At which place of each field written the member stands; undefined if a round reaches cells of other rounds. */
export function placesOf(
  member: string,
  reads: readonly Access[],
  writes: readonly Access[],
): ReadonlyMap<FieldName, Place> | undefined {
  const places = new Map<FieldName, Place>();
  const isSame = (one: Place | undefined, other: Place | undefined): boolean =>
    one !== undefined && one.at === other?.at && one.of === other.of;
  for (const { field, at } of writes) {
    const place = placeOf(member, at);
    if (place === undefined || !isSame(places.get(field) ?? place, place)) return undefined;
    places.set(field, place);
  }
  const reaches = reads.some(({ field, at }) => places.has(field) && !isSame(placeOf(member, at), places.get(field)));
  return reaches ? undefined : places;
}

/** Every write adds to, or takes from, its cell a number that no other write changes: rounds may come in any order. */
export function onlyAdds(effect: Effect): boolean {
  const { writes } = touchesOf(effect);
  const isApart = (term: Term): boolean => [...touchesOf(term).reads].every((field) => !writes.has(field));
  const look = (one: Effect): boolean => {
    switch (one.kind) {
      case 'sequence':
        return one.effects.every(look);
      case 'when':
        return isApart(one.condition) && look(one.then) && (one.otherwise === undefined || look(one.otherwise));
      case 'for each':
        return isApart(one.range.from) && isApart(one.range.count) && look(one.effect);
      case 'set': {
        const { cell, to } = one;
        if (to.kind !== 'arithmetic' || (to.how !== '+' && to.how !== '-')) return false;
        return JSON.stringify(to.left) === JSON.stringify(cell) && [to.right, ...cell.at].every(isApart);
      }
      default:
        return false;
    }
  };
  return look(effect);
}
