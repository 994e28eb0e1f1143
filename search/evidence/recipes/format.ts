/** CBOR in words: the diagnostic notation of RFC 8949, with labels by their names. */
import { hex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { isArray, isBytes, isMap } from '../../../model/cbor/decode.ts';
import { coseLabels } from '../../../model/cose/key.ts';
import { headerLabels } from '../../../model/cose/sign1.ts';
import { claims, configFields } from '../../../model/dice/labels.ts';

export type Labels = Readonly<Record<string, number>>;

/** The maps whose labels have names. */
export const labels = { claims, descriptor: configFields, key: coseLabels, header: headerLabels } as const;

/** The name of a label, or the label itself; `subjectKey` reads "subject key". */
export function formatLabel(label: Cbor, names: Labels = {}): string {
  const [name] = Object.entries(names).find(([_, number]) => number === label) ?? [];
  return name?.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) ?? formatCbor(label);
}

/** Byte strings of more than so many bytes are shortened. */
const longest = 20;

export function formatCbor(value: Cbor, most = longest): string {
  if (isBytes(value))
    return value.length > most ? `h'${hex(value.slice(0, most))}…' (${value.length} bytes)` : `h'${hex(value)}'`;
  if (isArray(value)) return `[${value.map((one) => formatCbor(one, most)).join(', ')}]`;
  if (isMap(value))
    return `{${[...value].map(([key, held]) => `${formatCbor(key, most)}: ${formatCbor(held, most)}`).join(', ')}}`;
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
