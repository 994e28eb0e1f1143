/** What holds of every chain and every derivation, and what is permitted: drawn, not picked. */
import fc from 'fast-check';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Verdict } from '../../spec/attestation/chain.ts';
import type { KeyKind } from '../../spec/attestation/facts.ts';
import type { Options } from '../../spec/attestation/options.ts';
import { defaultOptions } from '../../spec/attestation/options.ts';
import { concat, hex, sameBytes } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { decode, isArray, isBytes, isMap } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import type { Layer, Stage } from '../../model/dice/certificate.ts';
import { firstStage, nextStage } from '../../model/dice/certificate.ts';
import { componentDescriptor } from '../../model/dice/config.ts';
import { keyId, keyName, keySeed } from '../../model/dice/derive.ts';
import { writeChain, writeExplicitKeyChain, writeHandover } from '../../model/dice/handover.ts';
import { claims, modes } from '../../model/dice/labels.ts';
import { appraise } from './appraise.ts';
import { drawnLaws } from './drawn-laws.ts';
import { forgeChain } from './forge.ts';
import type { Plan } from './forge.ts';
import { twinOf } from './tamper.ts';

/** A statement about evidence, with the draws on which it is tried. */
export interface EvidenceLaw {
  readonly kind: 'always' | 'permitted';
  readonly clause: ClauseId;
  readonly says: string;
  readonly property: fc.IProperty<unknown[]>;
  readonly runs: number;
}

const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length, size: 'max' });
const hashes = bytesOf(64);
// P-384 is several times slower than the others, so it is drawn less often.
const kinds = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<KeyKind>('Ed25519', 'P-256') },
  { weight: 1, arbitrary: fc.constant<KeyKind>('P-384') },
);

const layers: fc.Arbitrary<Layer> = fc.record({
  codeHash: hashes,
  config: fc
    .record({ name: fc.string({ maxLength: 20 }), securityVersion: fc.nat(), resettable: fc.boolean() })
    .map((component) => ({ descriptor: componentDescriptor(component) })),
  authorityHash: hashes,
  mode: fc.constant(modes.normal),
  hidden: hashes,
});

const profile = 'android.16';

/** A boot: a device, and what each of its stages measured of the next. */
interface Boot {
  readonly uds: Uint8Array;
  readonly rootKind: KeyKind;
  readonly stages: readonly { readonly layer: Layer; readonly kind: KeyKind }[];
}

const boots = (least: number): fc.Arbitrary<Boot> =>
  fc.record({
    uds: bytesOf(32),
    rootKind: kinds,
    stages: fc.array(fc.record({ layer: layers, kind: kinds }), { minLength: least, maxLength: 4, size: 'max' }),
  });

const start = ({ uds, rootKind, stages }: Boot): Stage =>
  stages.reduce((stage, { layer, kind }) => nextStage(stage, layer, kind, profile), firstStage(uds, rootKind));

const verdictOn = (bytes: Uint8Array, options: Partial<Options> = {}): Verdict | undefined => {
  const appraisal = appraise(bytes, { ...defaultOptions, ...options });
  return appraisal.kind === 'unreadable' ? undefined : appraisal.verdict;
};
const isBelieved = (bytes: Uint8Array, options: Partial<Options> = {}): boolean => {
  const kind = verdictOn(bytes, options)?.kind;
  return kind === 'proper' || kind === 'degenerate';
};
const isProper = (bytes: Uint8Array, options: Partial<Options> = {}): boolean =>
  verdictOn(bytes, options)?.kind === 'proper';

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

const derivations: readonly EvidenceLaw[] = [
  {
    kind: 'always',
    clause: 'DICE-ATTEST-COVERS',
    says: 'a change of any one input gives another attestation secret',
    runs: 50,
    property: fc.property(bytesOf(32), layers, fc.constantFrom(...inputs), (uds, layer, input) => {
      const [one, other] = [layer, changed(layer, input)].map((each) => nextStage(firstStage(uds), each).cdis.attest);
      return one !== undefined && other !== undefined && !sameBytes(one, other);
    }),
  },
  {
    kind: 'always',
    clause: 'DICE-SEAL-LASTS',
    says: 'another code or configuration gives the same sealing secret',
    runs: 50,
    property: fc.property(bytesOf(32), layers, fc.constantFrom<Input>('codeHash', 'config'), (uds, layer, input) =>
      sameSeal(uds, layer, changed(layer, input)),
    ),
  },
  {
    kind: 'always',
    clause: 'DICE-INSTANCES-APART',
    says: 'another authority, mode or hidden input gives another sealing secret',
    runs: 50,
    property: fc.property(
      bytesOf(32),
      layers,
      fc.constantFrom(...sealed),
      (uds, layer, input) => !sameSeal(uds, layer, changed(layer, input)),
    ),
  },
  {
    kind: 'permitted',
    clause: 'DICE-KEY-CHANGES',
    says: 'after an update of the code the stage has another key',
    runs: 20,
    property: fc.property(bytesOf(32), layers, kinds, (uds, layer, kind) => {
      const [one, other] = [layer, changed(layer, 'codeHash')].map((each) => nextStage(firstStage(uds), each, kind));
      return one !== undefined && other !== undefined && !sameBytes(one.key.raw, other.key.raw);
    }),
  },
  {
    kind: 'permitted',
    clause: 'DICE-CHAIN-PUBLIC',
    says: 'a chain holds no secret, no seed and no hidden input of any of its stages',
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
    says: 'each certificate is for a key of its own, and the chain is proper',
    runs: 15,
    property: fc.property(boots(1), (boot) => {
      const stage = start(boot);
      return isProper(writeChain(stage)) && isProper(writeExplicitKeyChain(stage));
    }),
  },
  {
    kind: 'always',
    clause: 'DICE-KEY-NAMES',
    says: 'the name of a key is 40 digits of a number of 159 bits',
    runs: 200,
    property: fc.property(
      fc.uint8Array({ maxLength: 100, size: 'max' }),
      (raw) => /^[0-7][0-9a-f]{39}$/.test(keyName(raw)) && keyId(raw).length === 20,
    ),
  },
  {
    kind: 'always',
    clause: 'DICE-DETERMINISTIC',
    says: 'the same device and the same images give the same chain and the same secrets',
    runs: 15,
    property: fc.property(boots(1), (boot) => sameBytes(writeHandover(start(boot)), writeHandover(start(boot)))),
  },
  {
    kind: 'always',
    clause: 'DICE-HANDOVER-CANONICAL',
    says: 'the labels of a handover ascend, and it is the shortest encoding of what it holds',
    runs: 20,
    property: fc.property(boots(0), (boot) => {
      const bytes = writeHandover(start(boot));
      const value = decode(bytes);
      const ascends = isMap(value) && [...value.keys()].every((label, at) => label === at + 1);
      return ascends && sameBytes(encode(value), bytes);
    }),
  },
];

function sameSeal(uds: Uint8Array, ...both: readonly Layer[]): boolean {
  const [one, other] = both.map((layer) => nextStage(firstStage(uds), layer).cdis.seal);
  return one !== undefined && other !== undefined && sameBytes(one, other);
}

const plans: fc.Arbitrary<Plan> = fc.record({
  kinds: fc.array(kinds, { minLength: 3, maxLength: 5, size: 'max' }),
  profile: fc.constantFrom('android.14', 'android.15', 'android.16'),
});

const partsOf = (plan: Plan): readonly Cbor[] => {
  const chain = forgeChain(plan);
  if (!isArray(chain)) throw new Error('unreachable: a chain is an array');
  return chain;
};

/** The parts of one entry of a chain, changed. */
function withEntry(
  parts: readonly Cbor[],
  at: number,
  change: (entry: readonly Cbor[]) => readonly Cbor[],
): Uint8Array {
  return encode(parts.map((part, index) => (index === at && isArray(part) ? change(part) : part)));
}

const verdicts: readonly EvidenceLaw[] = [
  {
    kind: 'always',
    clause: 'ATTEST-EVERY-BYTE',
    says: 'a chain with one bit flipped is not believed, unless in an unprotected header',
    runs: 60,
    property: fc.property(plans, fc.nat(), fc.nat({ max: 7 }), (plan, place, bit) => {
      const bytes = encode(partsOf(plan));
      const at = place % bytes.length;
      const flipped = bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
      // The heads of the empty unprotected headers may become others that hold nothing either.
      return !isBelieved(flipped) || (bytes[at] === 0xa0 && isBelieved(bytes));
    }),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-UNPROTECTED',
    says: 'whatever an unprotected header says, the chain is proper',
    runs: 20,
    property: fc.property(plans, fc.nat(), fc.string(), (plan, place, text) => {
      const parts = partsOf(plan);
      const at = 1 + (place % (parts.length - 1));
      return isProper(withEntry(parts, at, ([a = null, , c = null, d = null]) => [a, new Map([['note', text]]), c, d]));
    }),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-TWIN',
    says: 'with the other of the two signatures the chain is proper as well',
    runs: 20,
    property: fc.property(fc.constantFrom<KeyKind>('P-256', 'P-384'), (kind) => {
      const parts = partsOf({ kinds: [kind, 'Ed25519'], profile });
      return isProper(
        withEntry(parts, 1, ([a = null, b = null, c = null, d]) => [a, b, c, isBytes(d) ? twinOf(kind, d) : null]),
      );
    }),
  },
  {
    kind: 'always',
    clause: 'ATTEST-NO-SPLICE',
    says: 'a chain with an entry left out, moved, or taken from another device is not believed',
    runs: 20,
    property: fc.property(
      boots(2),
      boots(2),
      fc.nat(),
      fc.constantFrom('out', 'swap', 'mix'),
      (boot, other, place, how) => {
        const [root = null, ...entries] = start(boot).chain;
        const at = place % (entries.length - 1);
        const [here = null, next = null] = entries.slice(at, at + 2);
        const foreign = start(other).chain[1] ?? null;
        const middle = { out: [next], swap: [next, here], mix: [foreign, next] }[how];
        const spliced = [root, ...entries.slice(0, at), ...middle, ...entries.slice(at + 2)];
        return !isBelieved(encode(spliced));
      },
    ),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-PREFIX',
    says: 'each beginning of a chain is proper',
    runs: 20,
    property: fc.property(boots(2), fc.nat(), (boot, place) => {
      const { chain } = start(boot);
      return isProper(encode(chain.slice(0, 2 + (place % (chain.length - 2)))));
    }),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-NAMES-FREE',
    says: 'a chain whose names are plain words is proper',
    runs: 10,
    property: fc.property(kinds, (kind) =>
      isProper(
        encode(
          forgeChain(
            { kinds: [kind, 'Ed25519', 'Ed25519'], profile },
            {
              entries: {
                0: { claims: rename('the maker', 'the loader') },
                1: { claims: rename('the loader', 'the payload') },
              },
            },
          ),
        ),
      ),
    ),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-ROOT-UNKNOWN',
    says: 'a chain from a secret that was just made up is proper',
    runs: 20,
    property: fc.property(boots(1), (boot) => isProper(writeChain(start(boot)))),
  },
  {
    kind: 'always',
    clause: 'ATTEST-SELF-SIGNED',
    says: 'a certificate of the root key for itself is degenerate, in whatever mode',
    runs: 20,
    property: fc.property(kinds, fc.nat({ max: 3 }), (kind, mode) => {
      const bytes = selfSigned(kind, mode);
      return verdictOn(bytes)?.kind === 'degenerate';
    }),
  },
  {
    kind: 'permitted',
    clause: 'CHAIN-ROOT-DESCRIPTOR',
    says: 'the first descriptor may be any bytes if Android 14 is taken, and not otherwise',
    runs: 15,
    property: fc.property(fc.uint8Array({ maxLength: 40, size: 'max' }), (noise) => {
      const descriptor = concat(Uint8Array.of(0xff), noise);
      const changes = { entries: { 0: { descriptorBytes: () => descriptor } } };
      const bytes = encode(forgeChain({ kinds: ['Ed25519', 'P-256'], profile }, changes));
      return isProper(bytes) && !isBelieved(bytes, { profiles: ['android.15', 'android.16'] });
    }),
  },
  {
    kind: 'always',
    clause: 'ATTEST-ORDER-FREE',
    says: 'claims in another order give the same verdict',
    runs: 20,
    property: fc.property(plans, fc.infiniteStream(fc.nat()), (plan, choices) => {
      const entries = Object.fromEntries(
        plan.kinds.map((_, at) => [
          at,
          { claims: (fields: Map<Cbor, Cbor>) => new Map(shuffled([...fields], choices)) },
        ]),
      );
      return isProper(encode(forgeChain(plan, { entries })));
    }),
  },
];

const rename =
  (issuer: string, subject: string) =>
  (fields: Map<Cbor, Cbor>): undefined => {
    fields.set(claims.issuer, issuer);
    fields.set(claims.subject, subject);
  };

function shuffled<T>(items: readonly T[], choices: Iterator<number>): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice((choices.next().value as number) % left.length, 1));
}

/** A chain of one certificate, by the root key for the root key. */
function selfSigned(kind: KeyKind, mode: number): Uint8Array {
  const plan: Plan = { kinds: [kind, kind], profile };
  const [root] = partsOf(plan);
  if (!isMap(root)) throw new Error('unreachable: a key is a map');
  const key = (): Cbor => root;
  const inMode = (fields: Map<Cbor, Cbor>): undefined => {
    fields.set(claims.mode, Uint8Array.of(mode));
  };
  return encode(forgeChain(plan, { entries: { 0: { key, claims: inMode } } }));
}

/** All of them, in the order of the chapters. */
export const evidenceLaws: readonly EvidenceLaw[] = [...derivations, ...verdicts, ...drawnLaws];
