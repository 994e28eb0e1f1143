/** Handovers, as facts. */
import type { HandoverFacts } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { decode, isBytes, isMap } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/reader.ts';
import { keyPairFrom, sizes } from '../dice/derive.ts';
import { handoverLabels } from '../dice/handover.ts';
import type { ReadChain } from './chain.ts';
import { chainOf } from './chain.ts';

export interface ReadHandover {
  readonly facts: HandoverFacts;
  readonly chain: ReadChain | undefined;
}

const none: HandoverFacts = {
  fault: undefined,
  isHandover: false,
  hasSecrets: false,
  chain: undefined,
  leafKeyIsDerived: false,
};

/** Reads a handover. Never throws. Its labels stand in order, and none but the three is known. */
export function readHandover(bytes: Bytes, rules: Rules = {}): ReadHandover {
  try {
    return handoverOf(decode(bytes, rules), { ...rules, followed: false });
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { facts: { ...none, fault: error.fault }, chain: undefined };
  }
}

/** The same of a value that was decoded already. */
export function handoverOf(value: Cbor, rules: Rules): ReadHandover {
  const map: CborMap = isMap(value) ? value : new Map();
  const wanted = Object.values(handoverLabels).slice(0, Math.max(map.size, 2));
  const isHandover = map.size === wanted.length && [...map.keys()].every((label, at) => label === wanted[at]);
  if (!isHandover) return { facts: none, chain: undefined };
  const [attest, seal, links] = map.values();
  const hasSecrets = [attest, seal].every((secret) => isBytes(secret) && secret.length === sizes.cdi);
  const chain = links === undefined ? undefined : chainOf(links, rules);
  const leaf = chain?.leafKey;
  return {
    facts: {
      fault: undefined,
      isHandover: true,
      hasSecrets,
      chain: chain?.facts,
      // why: it is dear, and whoever asks for the form alone has no need of it.
      get leafKeyIsDerived() {
        return leaf !== undefined && isBytes(attest) && sameBytes(keyPairFrom(leaf.keyKind, attest).raw, leaf.raw);
      },
    },
    chain,
  };
}
