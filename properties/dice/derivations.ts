/** What holds of every derivation, and what is permitted. */
import fc from 'fast-check';
import { hex, sameBytes } from '../../model/bytes.ts';
import { decode, isMap } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import type { Layer } from '../../model/dice/certificate.ts';
import { firstStage, nextStage } from '../../model/dice/certificate.ts';
import { componentDescriptor } from '../../model/dice/config.ts';
import { keyId, keyName, keySeed } from '../../model/dice/derive.ts';
import { writeChain, writeExplicitKeyChain, writeHandover } from '../../model/dice/handover.ts';
import { modes } from '../../model/dice/labels.ts';
import { boots, bytesOf, kinds, layers, start } from './boots.ts';
import type { EvidenceLaw } from '../evidence/law.ts';
import { isProper } from '../evidence/verdicts.ts';

type Input = 'codeHash' | 'config' | 'authorityHash' | 'mode' | 'hidden';
const inputs = ['codeHash', 'config', 'authorityHash', 'mode', 'hidden'] as const;
const sealed: readonly Input[] = ['authorityHash', 'mode', 'hidden'];

/** The same layer with one input changed. */
function changed(layer: Layer, input: Input): Layer {
  const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
  if (input === 'mode') return { ...layer, mode: modes.debug };
  if (input === 'config') return { ...layer, config: { descriptor: componentDescriptor({ name: 'another' }) } };
  return { ...layer, [input]: flipped(layer[input]) };
}

/** What the laws are about: how secrets go on from stage to stage, and what is written of them. */
export interface Derivation {
  readonly next: typeof nextStage;
  readonly nameOf: typeof keyName;
  readonly chain: typeof writeChain;
  readonly handover: typeof writeHandover;
}
const sound: Derivation = { next: nextStage, nameOf: keyName, chain: writeChain, handover: writeHandover };

export const lawsOfDerivations = ({ next, nameOf, chain, handover }: Derivation = sound): readonly EvidenceLaw[] => [
  {
    kind: 'always',
    clause: 'DICE-ATTEST-COVERS',
    statement: 'a change of any one input gives another attestation secret',
    runs: 50,
    property: fc.property(bytesOf(32), layers, fc.constantFrom(...inputs), (uds, layer, input) => {
      const [one, other] = [layer, changed(layer, input)].map((each) => next(firstStage(uds), each).cdis.attest);
      return one !== undefined && other !== undefined && !sameBytes(one, other);
    }),
  },
  {
    kind: 'always',
    clause: 'DICE-SEAL-LASTS',
    statement: 'another code or configuration gives the same sealing secret',
    runs: 50,
    property: fc.property(bytesOf(32), layers, fc.constantFrom<Input>('codeHash', 'config'), (uds, layer, input) =>
      sameSeal(next, uds, layer, changed(layer, input)),
    ),
  },
  {
    kind: 'always',
    clause: 'DICE-INSTANCES-APART',
    statement: 'another authority, mode or hidden input gives another sealing secret',
    runs: 50,
    property: fc.property(
      bytesOf(32),
      layers,
      fc.constantFrom(...sealed),
      (uds, layer, input) => !sameSeal(next, uds, layer, changed(layer, input)),
    ),
  },
  {
    kind: 'permitted',
    clause: 'DICE-KEY-CHANGES',
    statement: 'after an update of the code the stage has another key',
    runs: 20,
    property: fc.property(bytesOf(32), layers, kinds, (uds, layer, kind) => {
      const [one, other] = [layer, changed(layer, 'codeHash')].map((each) => next(firstStage(uds), each, kind));
      return one !== undefined && other !== undefined && !sameBytes(one.key.raw, other.key.raw);
    }),
  },
  {
    kind: 'permitted',
    clause: 'DICE-CHAIN-PUBLIC',
    statement: 'a chain holds no secret, no seed and no hidden input of any of its stages',
    runs: 20,
    property: fc.property(boots(1), (boot) => {
      const chain = hex(writeChain(start(boot)));
      const stages = boot.stages.map((_, at) => start({ ...boot, stages: boot.stages.slice(0, at + 1) }));
      const secrets = [firstStage(boot.uds), ...stages].flatMap(({ cdis, key }) => [
        cdis.attest,
        cdis.seal,
        keySeed(cdis.attest),
        key.secret,
      ]);
      const hidden = boot.stages.map(({ layer }) => layer.hidden);
      return [...secrets, ...hidden].every((secret) => !chain.includes(hex(secret)));
    }),
  },
  {
    kind: 'always',
    clause: 'DICE-OWN-KEY',
    statement: 'each certificate is for a key of its own, and the chain is proper',
    runs: 15,
    property: fc.property(boots(1), (boot) => {
      const stage = start(boot);
      return isProper(chain(stage)) && isProper(writeExplicitKeyChain(stage));
    }),
  },
  {
    kind: 'always',
    clause: 'DICE-KEY-NAMES',
    statement: 'the name of a key is 40 digits of a number of 159 bits',
    runs: 200,
    property: fc.property(
      fc.uint8Array({ maxLength: 100, size: 'max' }),
      (raw) => /^[0-7][0-9a-f]{39}$/.test(nameOf(raw)) && keyId(raw).length === 20,
    ),
  },
  {
    kind: 'always',
    clause: 'DICE-DETERMINISTIC',
    statement: 'the same device and the same images give the same chain and the same secrets',
    runs: 15,
    property: fc.property(boots(1), (boot) => sameBytes(handover(start(boot)), handover(start(boot)))),
  },
  {
    kind: 'always',
    clause: 'DICE-HANDOVER-CANONICAL',
    statement: 'the labels of a handover ascend, and it is the shortest encoding of what it holds',
    runs: 20,
    property: fc.property(boots(0), (boot) => {
      const bytes = handover(start(boot));
      const value = decode(bytes);
      const ascends = isMap(value) && [...value.keys()].every((label, at) => label === at + 1);
      return ascends && sameBytes(encode(value), bytes);
    }),
  },
];

export const ofDerivations: readonly EvidenceLaw[] = lawsOfDerivations();

function sameSeal(next: Derivation['next'], uds: Uint8Array, ...both: readonly Layer[]): boolean {
  const [one, other] = both.map((layer) => next(firstStage(uds), layer).cdis.seal);
  return one !== undefined && other !== undefined && sameBytes(one, other);
}
