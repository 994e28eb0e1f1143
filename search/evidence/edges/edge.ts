/** Evidence on both sides of a boundary, one step apart: on one it is believed, and on the other denied. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Changes, EntryChanges, Plan, RequestChanges } from '../../../model/forge/chain.ts';
import { forgeChainBytes, forgeRequestBytes, soundPlan } from '../../../model/forge/chain.ts';

type Make = (device: string) => Uint8Array;

export interface Edge {
  /** The clause that denies what is beyond the boundary. */
  readonly clause: ClauseId;
  readonly description: string;
  readonly isBelieved: boolean;
  /** The name of the options under which it is so. */
  readonly options: string;
  readonly make: Make;
}

/** What is made of each value, by what is said of it: of some it is believed, of the others not. */
export function edges<T>(
  clause: ClauseId,
  make: (value: T) => Make,
  believed: Readonly<Record<string, T>>,
  denied: Readonly<Record<string, T>>,
  options = 'default',
): readonly Edge[] {
  const side = (isBelieved: boolean, values: Readonly<Record<string, T>>): Edge[] =>
    Object.entries(values).map(([description, value]) => ({
      ...{ clause, description, isBelieved, options },
      make: make(value),
    }));
  return [...side(true, believed), ...side(false, denied)];
}

export const aChain =
  (changes: Changes, plan: Partial<Plan> = {}): Make =>
  (device) =>
    forgeChainBytes({ ...soundPlan, ...plan, device }, changes);

/** A chain with changes in one entry, the one in the middle unless it is said. */
export const anEntry = (changes: EntryChanges, plan: Partial<Plan> = {}, at = 1): Make =>
  aChain({ entries: { [at]: changes } }, plan);

export const aRequest =
  (changes: RequestChanges, plan: Partial<Plan> = {}): Make =>
  (device) =>
    forgeRequestBytes({ ...soundPlan, ...plan, device }, changes);
