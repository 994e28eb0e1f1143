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
    'guards (docs/guards/)',
    '  spec/boot/guest.ts  init_boot: system has the root digest in its description, else INIT_FAILED',
    '                        in avf-15, avf-14, avf-13, avf-2026',
    'counterexamples (told by `pvm-spec explain FILE`)',
    '  counterexamples/boot/no-verity.a-system-runs-that-was-changed-on-its-disk.json  is refused by it, unless the system is mounted as it is',
    '  counterexamples/rules/guest/system-verity.an-unverified-system-runs.json        breaks GUEST-VERIFIED without it',
  ]);
});

test('each third clause has something behind it, in files that are there', () => {
  for (const clause of Object.keys(clauses).filter((_, i) => i % 3 === 0)) {
    const lines = evidenceFor(clause, all).filter((line) => /^ {2}\S/.test(line));
    expect(lines, clause).not.toEqual([]);
    const files = lines.map((line) => line.trim().split(' ')[0] ?? '');
    expect(files.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
  }
});

test('a guard that is not in every profile names those in which it stands, and those which have the call without it', () => {
  expect(evidenceFor('RECLAIM-DYING-OWNED', all).slice(1, 4)).toEqual([
    '  spec/calls/memory/reclaim-dying-guest-page.ts  reclaim_dying_guest_page: the guest view of the entry for gfn in vm is not SHARED_BORROWED, else EPERM',
    '                                                   in linux-7.3, linux-7.4, linux-7.2, ownership, android16-6.12',
    '                                                   without it: android16-6.12-as-shipped',
  ]);
});

test('a guard that releases answer differently names the profiles of each answer', () => {
  const lines = evidenceFor('SHARE-HYP-MEMORY', all).map((line) => line.trim());
  expect(lines.slice(1, 5)).toEqual([
    'spec/calls/memory/host-share-hyp.ts  host_share_hyp: page is memory, else EPERM',
    expect.stringMatching(/^in linux-7\.3, /),
    'spec/calls/memory/host-share-hyp.ts  host_share_hyp: page is memory, or nothing that the host has mapped, else EINVAL',
    'in linux-6.1',
  ]);
});
