/** What holds of every key attestation. */
import fc from 'fast-check';
import { hex } from '../../model/bytes.ts';
import { readKeyCertificate, rootKeyOf } from '../../model/evidence/key-certificate.ts';
import { bootKeyOf, forgeKeyPath, soundDescription } from '../../model/forge/key.ts';
import { phoneAtBoot } from '../../model/phone/attest.ts';
import type { KeyCertificateFacts, KeyPolicy } from '../../spec/evidence/key.ts';
import { appraiseKey, bootStates } from '../../spec/evidence/key.ts';
import { images } from '../../model/phone/memory.ts';
import type { Verdict } from '../../spec/evidence/verdict.ts';
import type { EvidenceLaw } from './law.ts';

const vendor = bootKeyOf('the vendor');
const owner = bootKeyOf('an owner');
const sound = forgeKeyPath();
const policy: KeyPolicy = {
  rootKeys: [rootKeyOf(sound.at(-1) ?? new Uint8Array()) ?? ''],
  revoked: [],
  challenge: hex(soundDescription.challenge),
  bootKeys: [],
};

/** How somebody decides about a path. */
export type KeyVerifier = (path: readonly Uint8Array[], policy: KeyPolicy) => Verdict;
const asSpecified: KeyVerifier = (path, demanded) => appraiseKey(readKeyCertificate(path), demanded);
/** The same with facts that are seen otherwise. */
export const seeing =
  (sees: (facts: KeyCertificateFacts) => KeyCertificateFacts): KeyVerifier =>
  (path, demanded) =>
    appraiseKey(sees(readKeyCertificate(path)), demanded);

const hardwareFirst = ['TrustedEnvironment', 'StrongBox', 'Software'] as const;
/** Most of what could be wrong is right in most of them. */
const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.constantFrom(usual, usual, usual, ...others);
const statements = fc.record({
  level: mostly(...hardwareFirst),
  keyMintLevel: mostly(...hardwareFirst),
  isLocked: mostly(true, false),
  state: fc.constantFrom(...bootStates),
  bootKey: fc.constantFrom(vendor, owner),
  isPinned: fc.boolean(),
  isSoftware: mostly(false, true),
});

export const lawsOfKeys = (verify: KeyVerifier): readonly EvidenceLaw[] => [
  {
    kind: 'always',
    clause: 'KEY-ATTEST-SIGNED',
    statement: 'a path with one bit flipped in any certificate is not believed',
    runs: 60,
    property: fc.property(fc.nat({ max: sound.length - 1 }), fc.nat(), fc.nat({ max: 7 }), (which, place, bit) => {
      const path = sound.map((der, number) => {
        const at = place % der.length;
        return number === which ? der.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)) : der;
      });
      return verify(path, policy).kind === 'denied';
    }),
  },
  {
    kind: 'always',
    clause: 'KEY-ATTEST-LOCKED',
    statement:
      'a path is believed exactly of hardware, on a locked device, with a system of the vendor or of a pinned key',
    runs: 40,
    property: fc.property(statements, ({ isPinned, isSoftware, level, keyMintLevel, ...trust }) => {
      const described = { level, keyMintLevel, ...(isSoftware ? { isSoftware } : {}) };
      const path = forgeKeyPath({ described, trust });
      const pinned = isPinned && trust.bootKey === owner;
      const isGood = trust.state === 'Verified' || (trust.state === 'SelfSigned' && pinned);
      const isHardware = level !== 'Software' && keyMintLevel !== 'Software' && !isSoftware;
      const verdict = verify(path, { ...policy, bootKeys: isPinned ? [hex(owner)] : [] });
      return (verdict.kind === 'proper') === (isGood && isHardware && trust.isLocked);
    }),
  },
  {
    kind: 'always',
    clause: 'KEY-ATTEST-CHALLENGE',
    statement: 'a path is believed for its own challenge, and for no other',
    runs: 12,
    property: fc.property(fc.uint8Array({ maxLength: 32 }), fc.uint8Array({ maxLength: 32 }), (one, other) => {
      const path = forgeKeyPath({ described: { challenge: one } });
      const isTaken = (challenge: Uint8Array): boolean =>
        verify(path, { ...policy, challenge: hex(challenge) }).kind === 'proper';
      return isTaken(one) && isTaken(other) === (hex(one) === hex(other));
    }),
  },
  {
    kind: 'always',
    clause: 'DEVICE-ATTESTED',
    statement:
      'what a device certifies of itself is believed exactly if it is locked and runs the system of its vendor',
    runs: 30,
    property: fc.property(fc.constantFrom(...images), fc.boolean(), fc.boolean(), (image, isLocked, hasDebugger) => {
      const trust = phoneAtBoot(image, isLocked, hasDebugger);
      if (trust === undefined) return isLocked && image === 'UNSIGNED';
      return (verify(forgeKeyPath({ trust }), policy).kind === 'proper') === (isLocked && image === 'VENDOR');
    }),
  },
];

export const ofKeys: readonly EvidenceLaw[] = lawsOfKeys(asSpecified);
