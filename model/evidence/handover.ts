/** Handovers, as facts. */
import type { HandoverFacts } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import { decode, isBytes } from '../cbor/decode.ts';
import { EncodingError } from '../cbor/faults.ts';
import type { Rules } from '../cbor/scan.ts';
import { entriesOf } from '../cbor/scan.ts';
import { keyPairFrom, sizes } from '../dice/derive.ts';
import { handoverLabels } from '../dice/handover.ts';
import type { ReadChain } from './chain.ts';
import { readChain } from './chain.ts';

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
    const entries = entriesOf(bytes, rules) ?? [];
    const labels = entries.map(([key]) => decode(key, rules));
    const wanted = Object.values(handoverLabels).slice(0, Math.max(entries.length, 2));
    const isHandover = labels.length === wanted.length && wanted.every((label, at) => labels[at] === label);
    if (!isHandover) return { facts: none, chain: undefined };
    return partsOf(
      entries.map(([_, value]) => value),
      { ...rules, followed: false },
    );
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { facts: { ...none, fault: error.fault }, chain: undefined };
  }
}

function partsOf([attestBytes, sealBytes, chainBytes]: readonly Bytes[], rules: Rules): ReadHandover {
  const secrets = [attestBytes, sealBytes].map((bytes) => bytes && decode(bytes, rules));
  const hasSecrets = secrets.every((secret) => isBytes(secret) && secret.length === sizes.cdi);
  const chain = chainBytes && readChain(chainBytes, rules);
  const leaf = chain?.leafKey;
  const [attest] = secrets;
  return {
    facts: {
      fault: undefined,
      isHandover: true,
      hasSecrets,
      chain: chain?.facts,
      leafKeyIsDerived:
        leaf !== undefined &&
        !rules.formAlone &&
        isBytes(attest) &&
        sameBytes(keyPairFrom(leaf.keyKind, attest).raw, leaf.raw),
    },
    chain,
  };
}
