/** What kind of evidence some bytes are. */
import type { Reading } from '../../spec/evidence/appraiser.ts';
import type { EncodingFault } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import { decode, isBytes } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/scan.ts';
import { itemsOf, major, scan } from '../cbor/scan.ts';
import { readKey } from '../cose/key.ts';
import type { ReadChain } from './chain.ts';
import { readChain, readLinks } from './chain.ts';
import type { ReadHandover } from './handover.ts';
import { readHandover } from './handover.ts';
import type { ReadRequest } from './request.ts';
import { readRequest } from './request.ts';

export type Evidence =
  | { readonly kind: 'chain'; readonly read: ReadChain }
  | { readonly kind: 'handover'; readonly read: ReadHandover }
  | { readonly kind: 'request'; readonly read: ReadRequest }
  | { readonly kind: 'unreadable'; readonly fault: EncodingFault | undefined; readonly at: number };

/** The kind shows in the outermost item: a map is a handover, an array that begins with a map is a chain. */
export function readEvidence(bytes: Bytes, { trailing = [], ...rules }: Reading = {}): Evidence {
  const followed = (kind: 'request' | 'handover'): Rules => ({ ...rules, followed: trailing.includes(kind) });
  try {
    const isHandover = (bytes[0] ?? 0) >> 5 === major.map;
    const outermost = followed(isHandover ? 'handover' : 'request');
    if (isHandover) {
      scan(bytes, outermost);
      return { kind: 'handover', read: readHandover(bytes, outermost) };
    }
    const ofAny = { ...outermost, anyKind: rules.anyFifthPart === true };
    const [first, second, ...entries] = itemsOf(bytes, ofAny) ?? [];
    if (first === undefined) return { kind: 'unreadable', fault: undefined, at: 0 };
    const kind = first[0]! >> 5;
    if (kind === major.map) return { kind: 'chain', read: readChain(bytes, rules) };
    if (second && first[0] === 1 && second[0]! >> 5 === major.bytes) {
      if (rules.bareRootKey) return { kind: 'unreadable', fault: undefined, at: 0 };
      return readExplicitKeyChain(second, entries, rules);
    }
    const isRequest = kind === major.unsigned || kind === major.array;
    return isRequest
      ? { kind: 'request', read: readRequest(bytes, outermost) }
      : { kind: 'unreadable', fault: undefined, at: 0 };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { kind: 'unreadable', fault: error.fault, at: error.at };
  }
}

/** The form with the root key in a byte string, which has to be sorted there. */
function readExplicitKeyChain(key: Bytes, entries: readonly Bytes[], rules: Rules): Evidence {
  const root = decode(key, rules);
  if (!isBytes(root)) throw new Error('unreachable: a byte string was looked for');
  return { kind: 'chain', read: readLinks(readKey(root, { ...rules, sorted: true }), entries, rules) };
}
