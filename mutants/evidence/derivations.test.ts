import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, sameBytes } from '../../model/bytes.ts';
import type { Cdis, Measurement } from '../../model/dice/derive.ts';
import { deriveCdis, kdf } from '../../model/dice/derive.ts';

type Derive = (cdis: Cdis, measured: Measurement) => Cdis;

const all = ({ codeHash, config, authorityHash, mode, hidden }: Measurement): Uint8Array =>
  sha512(concat(codeHash, config, authorityHash, Uint8Array.of(mode), hidden));
const lasting = ({ authorityHash, mode, hidden }: Measurement): Uint8Array =>
  sha512(concat(authorityHash, Uint8Array.of(mode), hidden));

/** Derivations with one flaw each; the name says which. */
const faults: Readonly<Record<string, Derive>> = {
  'sealing-covers-code': (cdis, m) => ({ ...deriveCdis(cdis, m), seal: kdf(32, cdis.seal, all(m), 'CDI_Seal') }),
  'hidden-input-dropped-from-sealing': (cdis, m) => ({
    ...deriveCdis(cdis, m),
    seal: kdf(32, cdis.seal, sha512(concat(m.authorityHash, Uint8Array.of(m.mode))), 'CDI_Seal'),
  }),
  'mode-dropped-from-sealing': (cdis, m) => ({
    ...deriveCdis(cdis, m),
    seal: kdf(32, cdis.seal, sha512(concat(m.authorityHash, m.hidden)), 'CDI_Seal'),
  }),
  'configuration-dropped-from-attestation': (cdis, m) => ({
    ...deriveCdis(cdis, m),
    attest: kdf(
      32,
      cdis.attest,
      sha512(concat(m.codeHash, m.authorityHash, Uint8Array.of(m.mode), m.hidden)),
      'CDI_Attest',
    ),
  }),
  'sealing-fed-from-attestation': (cdis, m) => ({
    ...deriveCdis(cdis, m),
    seal: kdf(32, cdis.attest, lasting(m), 'CDI_Seal'),
  }),
};

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length, size: 'max' });
const measurements: fc.Arbitrary<Measurement> = fc.record({
  codeHash: bytes(64),
  config: bytes(64),
  authorityHash: bytes(64),
  mode: fc.nat({ max: 3 }),
  hidden: bytes(64),
});
const secrets: fc.Arbitrary<Cdis> = fc.record({ attest: bytes(32), seal: bytes(32) });

const inputs = ['codeHash', 'config', 'authorityHash', 'mode', 'hidden'] as const;
const changed = (m: Measurement, input: (typeof inputs)[number]): Measurement =>
  input === 'mode' ? { ...m, mode: (m.mode + 1) % 4 } : { ...m, [input]: sha512(m[input]) };

/** What the clauses of chapter dice ask of a derivation: which inputs and which secrets change which result. */
function keepsItsClauses(derive: Derive): boolean {
  const property = fc.property(secrets, measurements, fc.constantFrom(...inputs), (cdis, m, input) => {
    const [one, other] = [derive(cdis, m), derive(cdis, changed(m, input))];
    const lasts = input === 'codeHash' || input === 'config';
    const elsewhere = derive({ ...cdis, attest: sha512(cdis.attest).slice(0, 32) }, m);
    return (
      !sameBytes(one.attest, other.attest) &&
      sameBytes(one.seal, other.seal) === lasts &&
      // Attestation changes with an update of an earlier stage, and sealing must not.
      sameBytes(one.seal, elsewhere.seal)
    );
  });
  return !fc.check(property, { numRuns: 60, endOnFailure: true }).failed;
}

test('the derivation keeps its clauses', () => {
  expect(keepsItsClauses(deriveCdis)).toBe(true);
});

test.each(Object.keys(faults))('%s is caught', (name) => {
  expect(keepsItsClauses(faults[name] as Derive)).toBe(false);
});
