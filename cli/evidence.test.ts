import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clauses } from '../spec/clauses.generated.ts';
import { evidenceFor, readEvidence } from './evidence.ts';

const all = readEvidence();

test('a clause that is checked on evidence has its check, and the faults that break it', () => {
  expect(evidenceFor('CHAIN-LINKED', all)).toEqual([
    'checks (docs/checks.md)',
    '  spec/evidence/chain.ts  appraise chain: denied, for the issuer is not the subject of the entry before',
    'counterexamples (told by `pvm-spec explain FILE`)',
    '  counterexamples/evidence/issuer-unlinked.a-certificate-names-an-issuer-that-has-not-signed-it.json  breaks it: issuers are not compared with subjects',
  ]);
});

test('a clause of boot has its guard, the fault that it would refuse, and what breaks without it', () => {
  expect(evidenceFor('SYSTEM-VERITY', all)).toEqual([
    'guards (docs/guards.md)',
    '  spec/boot/guest.ts  init_boot: the system has the root digest in its description, else INIT_FAILED',
    'counterexamples (told by `pvm-spec explain FILE`)',
    '  counterexamples/boot/no-verity.a-system-runs-that-was-changed-on-its-disk.json  is refused by it, unless the system is mounted as it is',
    '  counterexamples/rules/guest/system-verity.an-unverified-system-runs.json        breaks GUEST-VERIFIED without it',
  ]);
});

test('every clause has something behind it, in files that are there', () => {
  for (const clause of Object.keys(clauses)) {
    const lines = evidenceFor(clause, all).filter((line) => line.startsWith('  '));
    expect(lines, clause).not.toEqual([]);
    const files = lines.map((line) => line.trim().split(' ')[0] ?? '');
    expect(files.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
  }
});
