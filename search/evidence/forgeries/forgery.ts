/** What a forgery is, and the words in which they are written down. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Options } from '../../../spec/evidence/options.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { isArray } from '../../../model/cbor/decode.ts';
import { coseKeyOf } from '../../../model/cose/key.ts';
import type { Changes, EntryChanges, Fields, Plan } from '../../../model/forge/chain.ts';
import { forgeChain, forgeChainBytes, soundPlan } from '../../../model/forge/chain.ts';

export interface Forgery {
  readonly clause: ClauseId;
  readonly description: string;
  /** The entry at which it is denied, where it is one. */
  readonly entry?: number;
  readonly options?: Partial<Options>;
  /** The evidence, made for a device. */
  readonly make: (device: string) => Uint8Array;
}

export const set =
  (label: Cbor, value: Cbor) =>
  (fields: Fields): undefined => {
    fields.set(label, value);
  };
export const drop =
  (label: Cbor) =>
  (fields: Fields): undefined => {
    fields.delete(label);
  };
export const instead = (value: Cbor) => (): Cbor => value;

export function both(...changes: readonly ((fields: Fields) => undefined)[]): (fields: Fields) => undefined {
  return (fields) => {
    for (const change of changes) change(fields);
  };
}

export const chain = (
  clause: ClauseId,
  description: string,
  changes: Changes,
  more: { readonly plan?: Plan; readonly options?: Partial<Options>; readonly entry?: number } = {},
): Forgery => ({
  clause,
  description,
  make: (device) => forgeChainBytes({ ...(more.plan ?? soundPlan), device }, changes),
  ...placed(more),
});

const placed = ({ options, entry }: { readonly options?: Partial<Options>; readonly entry?: number }): object => ({
  ...(options === undefined ? {} : { options }),
  ...(entry === undefined ? {} : { entry }),
});

/** A forgery of the entry in the middle of the chain. */
const middle = 1;
export const inEntry = (
  clause: ClauseId,
  description: string,
  changes: EntryChanges,
  more: { readonly plan?: Plan; readonly options?: Partial<Options>; readonly entry?: number } = {},
): Forgery => {
  const entry = more.entry ?? middle;
  return chain(clause, description, { entries: { [entry]: changes } }, { ...more, entry });
};

export const empty = new Uint8Array();
export const plain: Plan = { ...soundPlan, profile: undefined };
export const named = (profile: string): Plan => ({ ...soundPlan, profile });

export function partsOf(plan: Plan, changes: Changes = {}): readonly Cbor[] {
  const parts = forgeChain(plan, changes);
  if (!isArray(parts)) throw new Error('unreachable: a chain is an array');
  return parts;
}

/** A chain of one certificate, by the root key for the root key. */
export function selfSignedChain(device: string, changes: EntryChanges = {}): Uint8Array {
  const plan: Plan = { ...soundPlan, kinds: ['Ed25519', 'Ed25519'], device };
  const key: EntryChanges['key'] = (_, { keys: [root] }) => root && new Map(coseKeyOf(root, 'with operations'));
  return forgeChainBytes(plan, { entries: { 0: { key, ...changes } } });
}
