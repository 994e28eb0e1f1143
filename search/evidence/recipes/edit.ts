/** One thing that an attester or a carrier of evidence does otherwise. */
import type { Cbor } from '../../../model/cbor/decode.ts';
import type { Changes, EntryChanges, Fields, RequestChanges } from '../../../model/forge/chain.ts';

export interface Edit {
  readonly description: string;
  /** In one signed message: a certificate, or what signs a request. */
  readonly message?: EntryChanges;
  /** In every certificate alike. */
  readonly everywhere?: EntryChanges;
  readonly chain?: Omit<Changes, 'entries'>;
  readonly request?: Omit<RequestChanges, 'chain' | 'signing'>;
  /** In the labels and parts of a handover. */
  readonly handover?: (parts: readonly HandoverPart[]) => readonly HandoverPart[];
}

export type HandoverPart = readonly [label: Cbor, part: Cbor];

export type MapChange = (fields: Fields) => undefined;

export const setting =
  (label: Cbor, value: Cbor): MapChange =>
  (fields) => {
    fields.set(label, value);
  };
export const dropping =
  (label: Cbor): MapChange =>
  (fields) => {
    fields.delete(label);
  };

export const zeros = (length: number): Uint8Array => new Uint8Array(length);

/**
 * For each label values that are right at another place, wrong, or of the wrong type; some labels are usually not
 * there.
 */
export type Values = readonly (readonly [label: Cbor, choices: readonly Cbor[], usually?: 'absent'])[];

/** Each label set to each of its values, and dropped. */
export const editsOf = (
  values: Values,
  edit: (label: Cbor, change: MapChange, value?: Cbor) => Edit,
): readonly Edit[] =>
  values.flatMap(([label, choices, usually]) => [
    ...choices.map((value) => edit(label, setting(label, value), value)),
    ...(usually === 'absent' ? [] : [edit(label, dropping(label))]),
  ]);
