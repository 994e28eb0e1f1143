/** What kind of evidence some bytes are. */
import type { Reading } from '../../spec/evidence/appraiser.ts';
import type { EncodingFault } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { isArray, isBytes, isInteger, isMap } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/reader.ts';
import { Reader } from '../cbor/reader.ts';
import { readKey } from '../cose/key.ts';
import type { ReadChain } from './chain.ts';
import { chainOf, linksOf } from './chain.ts';
import type { ReadHandover } from './handover.ts';
import { handoverOf } from './handover.ts';
import type { ReadRequest } from './request.ts';
import { requestOf } from './request.ts';

export type Evidence =
  | { readonly kind: 'chain'; readonly read: ReadChain }
  | { readonly kind: 'handover'; readonly read: ReadHandover }
  | { readonly kind: 'request'; readonly read: ReadRequest }
  | { readonly kind: 'unreadable'; readonly fault: EncodingFault | undefined; readonly at: number };

/** The kind shows in the outermost item: a map is a handover, an array that begins with a map is a chain. */
export function readEvidence(bytes: Bytes, { trailing = [], ...rules }: Reading = {}): Evidence {
  try {
    const reader = new Reader(bytes, { ...rules, followed: trailing.length > 0 });
    const evidence = evidenceOf(reader.whole(), rules);
    const isWhole = reader.at === bytes.length || trailing.some((kind) => kind === evidence.kind);
    return isWhole ? evidence : { kind: 'unreadable', fault: 'trailing bytes', at: reader.at };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { kind: 'unreadable', fault: error.fault, at: error.at };
  }
}

const noEvidence = { kind: 'unreadable', fault: undefined, at: 0 } as const;

function evidenceOf(value: Cbor, rules: Rules): Evidence {
  if (isMap(value)) return rules.noHandover ? noEvidence : { kind: 'handover', read: handoverOf(value, rules) };
  const [first, second, ...entries] = isArray(value) ? value : [];
  if (isMap(first)) return { kind: 'chain', read: chainOf(value, rules) };
  if (first === 1 && isBytes(second)) {
    // why: the key has to be sorted there.
    const root = readKey(second, { ...rules, sorted: true });
    return rules.bareRootKey ? noEvidence : { kind: 'chain', read: linksOf(root, entries, rules) };
  }
  const isRequest = isArray(first) || (isInteger(first) && first >= 0);
  return isRequest ? { kind: 'request', read: requestOf(value, rules) } : noEvidence;
}
