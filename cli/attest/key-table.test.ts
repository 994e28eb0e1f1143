/** What the table of a key attestation says of each certificate, beside what the checks of the whole path decide. */
import { describe, expect, test } from 'vitest';
import { ascii, hex } from '../../model/bytes.ts';
import { rootKeyOf } from '../../model/evidence/key-certificate.ts';
import { forgeKeyPath, soundDescription } from '../../model/forge/key.ts';
import type { KeyChanges } from '../../model/forge/key.ts';
import { manufacturerKey } from '../../model/forge/uds.ts';
import { keyDescription } from '../../model/x509/key-description.ts';
import type { KeyPolicy } from '../../spec/evidence/key.ts';
import { decide } from '../../spec/evidence/verdict.ts';
import { appraiseKeyPath } from './key.ts';
import { rowsOfKeyPath } from './key-table.ts';

const sound = forgeKeyPath();
const policy: KeyPolicy = {
  rootKeys: [rootKeyOf(sound.at(-1) ?? new Uint8Array()) ?? ''],
  revoked: [],
  bootKeys: [],
  at: Date.UTC(2026, 0, 1),
};
const decidedOn = (path: readonly Uint8Array[], by = policy): readonly string[] =>
  rowsOfKeyPath(path, by)
    .slice(1)
    .map((row) => row.at(-1) ?? '');
const clauseOn = (path: readonly Uint8Array[], by = policy): string => {
  const verdict = decide(appraiseKeyPath(path, by).inquiry);
  return verdict.kind === 'denied' ? verdict.clause : verdict.kind;
};

test('a path that is believed: names, keys, dates, and who has signed each', () => {
  const [heading, key, ...others] = rowsOfKeyPath(sound, policy);
  expect(heading).toEqual(['#', 'subject', 'issuer', 'key', 'valid from', 'to', 'decided']);
  expect(key?.slice(0, 3)).toEqual(['key', 'CN=Android Keystore Key', 'CN=batch']);
  expect(key?.[3]).toMatch(/^P-256 [0-9a-f]{12}…$/);
  expect(key?.slice(4)).toEqual(['2024-01-01', '2049-12-31', '✓ signed by certificate 1, describes the key']);
  expect(others.map(([number, subject, , , , , decided]) => [number, subject, decided])).toEqual([
    ['1', 'CN=batch', '✓ signed by certificate 2, may issue'],
    ['2', 'CN=middle', '✓ signed by the root, may issue'],
    ['root', 'CN=root', '✓ signed by itself, a root that is known'],
  ]);
  expect(clauseOn(sound)).toBe('proper');
  expect(decidedOn(sound, { ...policy, at: undefined } as never)[0]).toMatch(/, dates not judged$/);
});

const expired = { notBefore: '240101000000Z', notAfter: '250101000000Z' };
const later = { notBefore: '270101000000Z', notAfter: '280101000000Z' };
const faults: readonly (readonly [what: string, changes: KeyChanges, row: number, says: string, clause: string])[] = [
  [
    'a certificate that has expired',
    { certificates: { 1: { validity: expired } } },
    1,
    'expired',
    'KEY-ATTEST-CURRENT',
  ],
  ['one that is not valid yet', { certificates: { 0: { validity: later } } }, 0, 'not valid yet', 'KEY-ATTEST-CURRENT'],
  [
    'one that another has signed',
    { certificates: { 1: { signer: manufacturerKey('another') } } },
    1,
    'not signed with the key of the next',
    'KEY-ATTEST-SIGNED',
  ],
  [
    'an issuer that is none',
    { certificates: { 1: { authority: undefined } } },
    1,
    'may not issue what follows',
    'KEY-ATTEST-ISSUERS',
  ],
  [
    'an issuer of too long a path',
    { certificates: { 2: { authority: { pathLength: 0 } } } },
    2,
    'may not issue what follows',
    'KEY-ATTEST-ISSUERS',
  ],
  [
    'an issuer that describes a key',
    { certificates: { 1: { more: [keyDescription(soundDescription)] } } },
    1,
    'describes a key itself',
    'KEY-ATTEST-ONCE',
  ],
  ['a key that is not described', { extensions: [] }, 0, 'describes no key', 'KEY-ATTEST-EXTENSION'],
];

describe('a fault is said of the certificate that has it, and of no other', () => {
  test.each(faults)('%s', (_, changes, row, says, clause) => {
    const path = forgeKeyPath(changes);
    const decided = decidedOn(path);
    expect(decided[row]).toBe(`✗ ${says}`);
    expect(decided.filter((one) => one.startsWith('✗'))).toHaveLength(1);
    expect(clauseOn(path)).toBe(clause);
  });

  test('another root, one that was revoked, and bytes that are no certificate', () => {
    const another = { ...policy, rootKeys: [] };
    expect(decidedOn(sound, another)).toEqual([...decidedOn(sound).slice(0, 3), '✗ another root']);
    expect(clauseOn(sound, another)).toBe('KEY-ATTEST-ROOT');
    expect(decidedOn(sound, { ...policy, revoked: ['01'] })).toEqual(Array(4).fill('✗ revoked'));
    const broken = [...sound.slice(0, 2), ascii('no certificate'), ...sound.slice(3)];
    expect(decidedOn(broken)[2]).toBe('✗ it is no X.509 certificate in DER');
    expect(decidedOn(broken)[1]).toBe('✗ not signed with the key of the next');
    expect(clauseOn(broken)).toBe('KEY-ATTEST-FORM');
  });
});

test('any bit that is flipped is a fault of some certificate, wherever it is', () => {
  for (const [which, der] of sound.entries()) {
    for (const at of [0, 1, 2, 3].map((part) => Math.floor((der.length * (part + 0.5)) / 4))) {
      const path = sound.map((one, i) => (i === which ? one.map((byte, j) => (j === at ? byte ^ 1 : byte)) : one));
      expect(
        decidedOn(path).some((one) => one.startsWith('✗')),
        `${which} ${at} ${hex(path[which] ?? der)}`,
      ).toBe(true);
    }
  }
});

test('names are the text of their sender, and short', () => {
  const subject = `\u0007evil ${'x'.repeat(100)}`;
  const [, key] = rowsOfKeyPath(forgeKeyPath({ certificates: { 0: { subject, inUtf8: true } } }), policy);
  expect(key?.[1]).toMatch(/^CN=\ufffdevil x+…$/);
});
