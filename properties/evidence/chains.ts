/** What holds of every chain, and what is permitted. */
import fc from 'fast-check';
import type { ChainFacts, KeyKind } from '../../spec/evidence/facts.ts';
import { appraisePolicy } from '../../spec/evidence/sealing.ts';
import { concat } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { isArray, isBytes, isMap } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { writeChain } from '../../model/dice/handover.ts';
import { claims, configFields } from '../../model/dice/labels.ts';
import { readChain } from '../../model/evidence/chain.ts';
import { forgeChain } from '../../model/forge/chain.ts';
import type { EntryChanges, Plan } from '../../model/forge/chain.ts';
import { twinOf } from '../../model/forge/tamper.ts';
import { boots, kinds, profile, start } from '../dice/boots.ts';
import type { EvidenceLaw } from './law.ts';
import { asSpecified } from './verdicts.ts';
import type { Verdicts } from './verdicts.ts';

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

export const lawsOfChains = ({ verdictOn, isBelieved, isProper }: Verdicts): readonly EvidenceLaw[] => [
  {
    kind: 'always',
    clause: 'ATTEST-EVERY-BYTE',
    statement: 'a chain of either form with one bit flipped is not believed, unless in an unprotected header',
    runs: 60,
    property: fc.property(plans, fc.boolean(), fc.nat(), fc.nat({ max: 7 }), (plan, isExplicit, place, bit) => {
      const [root = null, ...entries] = partsOf(plan);
      const bytes = encode([...(isExplicit ? [1, encode(root, { sorted: true })] : [root]), ...entries]);
      if (!isBelieved(bytes)) return false;
      const at = place % bytes.length;
      const flipped = bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
      // The heads of the empty unprotected headers may become others that hold nothing either.
      return !isBelieved(flipped) || bytes[at] === 0xa0;
    }),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-UNPROTECTED',
    statement: 'whatever an unprotected header says, the chain is proper',
    runs: 20,
    property: fc.property(plans, fc.nat(), fc.string(), (plan, place, text) => {
      const parts = partsOf(plan);
      const at = 1 + (place % (parts.length - 1));
      return isProper(
        withEntry(parts, at, ([a = null, _, c = null, d = null]) => [a, new Map([['note', text]]), c, d]),
      );
    }),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-TWIN',
    statement: 'with the other of the two signatures the chain is proper as well',
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
    statement: 'a chain with an entry left out, moved, or taken from another device is not believed',
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
    statement: 'each beginning of a chain is proper',
    runs: 20,
    property: fc.property(boots(2), fc.nat(), (boot, place) => {
      const { chain } = start(boot);
      return isProper(encode(chain.slice(0, 2 + (place % (chain.length - 2)))));
    }),
  },
  {
    kind: 'permitted',
    clause: 'ATTEST-NAMES-FREE',
    statement: 'a chain whose names are plain words is proper',
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
    statement: 'a chain from a secret that was just made up is proper',
    runs: 20,
    property: fc.property(boots(1), (boot) => isProper(writeChain(start(boot)))),
  },
  {
    kind: 'always',
    clause: 'ATTEST-SELF-SIGNED',
    statement: 'a certificate of the root key for itself is degenerate, in whatever mode',
    runs: 20,
    property: fc.property(kinds, fc.nat({ max: 3 }), (kind, mode) => {
      const bytes = selfSigned(kind, mode);
      return verdictOn(bytes)?.kind === 'degenerate';
    }),
  },
  {
    kind: 'permitted',
    clause: 'CHAIN-ROOT-DESCRIPTOR',
    statement: 'the first descriptor may be any bytes if Android 14 is taken, and not otherwise',
    runs: 15,
    property: fc.property(fc.uint8Array({ maxLength: 40, size: 'max' }), (noise) => {
      const descriptor = concat(Uint8Array.of(0xff), noise);
      const changes = { entries: { 0: { descriptorBytes: () => descriptor } } };
      const bytes = encode(forgeChain({ kinds: ['Ed25519', 'P-256'], profile }, changes));
      return isProper(bytes) && !isBelieved(bytes, { profiles: ['android.15', 'android.16'] });
    }),
  },
  {
    kind: 'permitted',
    clause: 'CHAIN-ROOT-DESCRIPTOR',
    statement: 'the descriptor of a degenerate chain may be any bytes, whichever releases are taken',
    runs: 15,
    property: fc.property(kinds, fc.uint8Array({ maxLength: 40, size: 'max' }), (kind, noise) => {
      const bytes = selfSigned(kind, 1, { descriptorBytes: () => concat(Uint8Array.of(0xff), noise) });
      return verdictOn(bytes, { profiles: ['android.15', 'android.16'] })?.kind === 'degenerate';
    }),
  },
  {
    kind: 'permitted',
    clause: 'POLICY-UNVERSIONED',
    statement: 'what was stored by stages without versions is given to stages of whatever versions',
    runs: 10,
    property: fc.property(kinds, fc.nat(), (kind, version) => {
      const plan: Plan = { kinds: [kind, 'Ed25519', 'Ed25519'], profile: 'android.15' };
      const chainWith = (change: EntryChanges): ChainFacts =>
        readChain(encode(forgeChain(plan, { entries: { 0: change, 1: change } }))).facts;
      const stored = chainWith({ descriptor: () => new Map() });
      const asking = chainWith({ descriptor: () => new Map([[configFields.securityVersion, version]]) });
      return appraisePolicy({ stored, asking }).kind === 'proper';
    }),
  },
  {
    kind: 'always',
    clause: 'ATTEST-ORDER-FREE',
    statement: 'claims in another order give the same verdict',
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
  {
    kind: 'permitted',
    clause: 'CHAIN-PROFILE-AVF',
    statement:
      'an RKP VM names the profile of Android 16 where Android 15 is the last that is taken, and no other does',
    runs: 10,
    property: fc.property(kinds, (kind) => {
      const options = { profiles: ['android.14', 'android.15'] } as const;
      const plan: Plan = { kinds: [kind, 'Ed25519', 'Ed25519', 'Ed25519'], profile };
      const ofRkpVm = encode(forgeChain({ ...plan, markers: [false, true, true] }));
      return isProper(ofRkpVm, { ...options, instance: 'avf' }) && !isBelieved(encode(forgeChain(plan)), options);
    }),
  },
];

export const ofChains: readonly EvidenceLaw[] = lawsOfChains(asSpecified);

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
function selfSigned(kind: KeyKind, mode: number, changes: EntryChanges = {}): Uint8Array {
  const plan: Plan = { kinds: [kind, kind], profile };
  const [root] = partsOf(plan);
  if (!isMap(root)) throw new Error('unreachable: a key is a map');
  const key = (): Cbor => root;
  const inMode = (fields: Map<Cbor, Cbor>): undefined => {
    fields.set(claims.mode, Uint8Array.of(mode));
  };
  return encode(forgeChain(plan, { entries: { 0: { ...changes, key, claims: inMode } } }));
}
