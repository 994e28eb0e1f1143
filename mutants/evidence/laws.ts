/** Mistakes that break laws of evidence, one for each law: in how secrets are derived, and in what is believed. */
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, hex } from '../../model/bytes.ts';
import { decode, isArray, isBytes, isMap } from '../../model/cbor/decode.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { nextStage } from '../../model/dice/certificate.ts';
import { keyName } from '../../model/dice/derive.ts';
import { writeChain, writeHandover } from '../../model/dice/handover.ts';
import { claims } from '../../model/dice/labels.ts';
import { lawsOfDerivations } from '../../properties/dice/derivations.ts';
import type { Derivation } from '../../properties/dice/derivations.ts';
import { readEvidence } from '../../model/evidence/evidence.ts';
import { appraise, judge, without } from '../../properties/evidence/appraise.ts';
import { lawsOfChains } from '../../properties/evidence/chains.ts';
import { decisionOf } from '../../properties/evidence/decision.ts';
import type { EvidenceLaw } from '../../properties/evidence/law.ts';
import { verdictsOf } from '../../properties/evidence/verdicts.ts';
import type { Verifier } from '../../properties/evidence/verdicts.ts';
import { lawsOfEvidence } from '../../search/evidence/laws.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { evidenceFaults } from './all.ts';
import { appraiseWith } from './fault.ts';

/** A mistake, and the laws of the same clause as they are with it. */
export interface LawFault {
  readonly id: string;
  readonly clause: ClauseId;
  readonly laws: () => readonly EvidenceLaw[];
}

const nothing = new Uint8Array(64);
const sound: Derivation = { next: nextStage, nameOf: keyName, chain: writeChain, handover: writeHandover };
const derivation = (id: string, clause: ClauseId, wrong: Partial<Derivation>): LawFault => ({
  id,
  clause,
  laws: () => lawsOfDerivations({ ...sound, ...wrong }),
});

let written = 0;
const reversed = (bytes: Uint8Array): Uint8Array => {
  const value = decode(bytes);
  return isMap(value) ? encode(new Map([...value].reverse())) : bytes;
};

const verifier = (clause: ClauseId, id: string, verify: Verifier): LawFault => ({
  id,
  clause,
  laws: () => [
    ...lawsOfChains(verdictsOf(verify)),
    ...lawsOfEvidence((bytes, options = defaultOptions) => decisionOf(verify(bytes, options)).verdict !== 'denied'),
  ],
});

function planted(clause: ClauseId, id: string): LawFault {
  const fault = evidenceFaults.find((one) => one.id === id);
  if (fault === undefined) throw new Error(`unreachable: no fault ${id}`);
  return verifier(clause, id, (bytes, options) => appraiseWith(fault, bytes, options));
}

const asksNoSignature: Verifier = (bytes, options) =>
  judge(readEvidence(bytes), options, without('COSE-SIGNATURE', 'CHAIN-LINKED'));

/** Whether each certificate of a chain names its issuer before all else. */
const beginsWithIssuer = (chain: Cbor | undefined): boolean =>
  isArray(chain) &&
  chain.every((entry) => {
    const payload = isArray(entry) && isBytes(entry[2]) ? decode(entry[2]) : undefined;
    return !isMap(payload) || [...payload.keys()][0] === claims.issuer;
  });

/** A certificate whose claims are in another order than the maker of the verifier has seen is turned away. */
const wantsIssuerFirst: Verifier = (bytes, options) => {
  const appraisal = appraise(bytes, options);
  if (appraisal.kind === 'unreadable') return appraisal;
  const value = decode(bytes);
  const chain = appraisal.kind === 'chain' ? value : isArray(value) ? value[2] : undefined;
  return beginsWithIssuer(chain) ? appraisal : { kind: 'unreadable', fault: undefined, at: 0 };
};

export const lawFaults: readonly LawFault[] = [
  derivation('code-not-covered', 'DICE-ATTEST-COVERS', {
    next: (stage, layer, kind) => nextStage(stage, { ...layer, codeHash: nothing }, kind),
  }),
  derivation('sealed-with-the-code', 'DICE-SEAL-LASTS', {
    next: (stage, layer, kind) => {
      const after = nextStage(stage, layer, kind);
      return { ...after, cdis: { ...after.cdis, seal: after.cdis.attest } };
    },
  }),
  derivation('hidden-input-dropped', 'DICE-INSTANCES-APART', {
    next: (stage, layer, kind) => nextStage(stage, { ...layer, hidden: nothing }, kind),
  }),
  derivation('certified-twice', 'DICE-OWN-KEY', {
    chain: (stage) => writeChain({ ...stage, chain: [...stage.chain, ...stage.chain.slice(-1)] }),
  }),
  derivation('all-160-bits', 'DICE-KEY-NAMES', { nameOf: (raw) => hex(sha512(raw).slice(0, 20)) }),
  derivation('counts-what-it-writes', 'DICE-DETERMINISTIC', {
    handover: (stage) => concat(writeHandover(stage), Uint8Array.of(written++ & 0xff)),
  }),
  derivation('labels-descend', 'DICE-HANDOVER-CANONICAL', { handover: (stage) => reversed(writeHandover(stage)) }),
  verifier('ATTEST-EVERY-BYTE', 'signatures-unasked', asksNoSignature),
  verifier('ATTEST-NO-SPLICE', 'signatures-unasked', asksNoSignature),
  planted('ATTEST-SELF-SIGNED', 'degenerate-for-proper'),
  verifier('ATTEST-ORDER-FREE', 'issuer-comes-first', wantsIssuerFirst),
];
