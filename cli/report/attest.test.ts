/** Pages of evidence: the verdict first, every check with what became of it, and no way in for what evidence says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inquire } from '../../properties/evidence/appraise.ts';
import { readEvidence } from '../../model/evidence/evidence.ts';
import { forgeChainBytes, forgeRequestBytes, soundPlan } from '../../model/forge/chain.ts';
import type { Changes } from '../../model/forge/chain.ts';
import { forgeKeyPath } from '../../model/forge/key.ts';
import { concat } from '../../model/bytes.ts';
import { claims, configFields } from '../../model/dice/labels.ts';
import { asSpecified } from '../../spec/evidence/appraiser.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { answersOf, decide } from '../../spec/evidence/verdict.ts';
import { pvmSpec } from '../in-process.ts';
import { problemsOf } from './problems.ts';

const vectors = fileURLToPath(new URL('../../model/vectors/', import.meta.url));
const hostile = '<img src=x onerror=alert(1)>';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, content: Uint8Array | string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const renamed: Changes = { entries: { 1: { descriptor: (map) => map.set(configFields.componentName, hostile) } } };
const debugged: Changes = { entries: { 1: { claims: (map) => map.set(claims.mode, Uint8Array.of(2)) } } };

/** The page of these words of the command line, its status, and what is wrong with it as HTML. */
async function page(...words: readonly string[]): Promise<{ status: number; text: string }> {
  const file = join(folder, 'page.html');
  const { status } = await pvmSpec('attest', 'verify', ...words, '--html', file);
  const text = readFileSync(file, 'utf8');
  expect(problemsOf(text)).toEqual([]);
  expect(text.length).toBeLessThan(2_000_000);
  return { status, text };
}

const counted = (text: string, verdict: string): number =>
  text.match(new RegExp(`class="guard-${verdict}"`, 'g'))?.length ?? 0;

test('of a chain that is believed: its certificates, and every check held', async () => {
  const { status, text } = await page(`${vectors}hwtrust/dice/valid_p256.chain`);
  expect(status).toBe(0);
  expect(text).toContain('✓ no evidence is denied');
  for (const part of ['Component2', 'P-256 280960dd0953…', 'npx pvm-spec attest verify ', 'valid_p256.chain: chain'])
    expect(text).toContain(part);
  expect([counted(text, 'refused'), counted(text, 'not-asked')]).toEqual([0, 0]);
  expect(counted(text, 'held')).toBeGreaterThan(150);
});

test('of a key attestation: the certificates on the way to the root, and what was decided of each', async () => {
  const path = forgeKeyPath();
  const root = written('root.der', path.at(-1) ?? new Uint8Array());
  const { status, text } = await page(written('key.der', concat(...path)), '--root', root);
  expect(status).toBe(0);
  const [table = ''] =
    text
      .split('<table>')
      .find((one) => one.includes('What it says'))
      ?.split('</table>') ?? [];
  expect(text).toMatch(/<caption>\s*What it says, keys and hashes by their first digits\s*<\/caption>/);
  expect(table.match(/<th scope="row">/g)).toHaveLength(path.length);
  expect(table).toMatch(/<td>CN=batch<\/td>\s*<td>CN=middle<\/td>\s*<td>P-256 \w{12}…<\/td>\s*<td>2024-01-01<\/td>/);
  expect(table).toContain('✓ signed by itself, a root that is known');
});

test('of one that is denied: one check refuses, those before it held, and none after it was asked', async () => {
  const file = written('debug.chain', forgeChainBytes(soundPlan, debugged));
  const { status, text } = await page(file, '--profiles', 'vsr16');
  expect(status).toBe(1);
  expect(text).toContain('✗ 1 of 1 denied');
  expect(text).toContain('denied at entry 1: the mode is not normal');
  expect(text).toMatch(/Again: <code>npx pvm-spec attest verify debug.chain --profiles vsr16<\/code>/);
  expect(counted(text, 'refused')).toBe(1);
  expect(text).toMatch(/guard-refused"[^]*?CHAIN-MODE-NORMAL/);
  expect(text).toMatch(/<dt id="clause-CHAIN-MODE-NORMAL">/);
  const [before = '', after = ''] = text.split('class="guard-refused"');
  expect([counted(before, 'not-asked'), counted(after, 'held')]).toEqual([0, 0]);
  expect(counted(after, 'not-asked')).toBeGreaterThan(50);
});

test('shows what each verifier decides, and which checks the one that judges leaves out', async () => {
  const file = written('other.chain', forgeChainBytes(soundPlan, debugged));
  const { status, text } = await page(file, '--verifier', 'dice-policy');
  expect(status).toBe(0);
  expect(text).toContain('Judged as dice-policy does.');
  expect(counted(text, 'left-out')).toBeGreaterThan(50);
  expect(text).toMatch(/dice-policy \(judges here\)[^]*?proper[^]*?otherwise/);
  expect(text).toMatch(/hwtrust<\/th>\s*<td>denied at entry 1: the mode is not normal<\/td>[^]*?the same/);
});

test('what evidence and files are called is text, whatever they are called', async () => {
  const named = written(`${hostile.replace('src=x ', '')}.chain`, forgeChainBytes(soundPlan, renamed));
  const factory = written('factory.json', JSON.stringify({ csr: 'hAGg', name: hostile }));
  const { status, text } = await page(named, factory, join(folder, 'absent'));
  expect(status).toBe(2);
  expect(text).not.toContain('<img');
  expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(text).toContain('✗ 2 not read');
  expect(text).not.toContain(folder);
});

test('of much evidence: it stays small, and says what is left out', async () => {
  const short = { ...soundPlan, kinds: soundPlan.kinds.slice(0, 2) };
  const request = Buffer.from(forgeRequestBytes(short)).toString('base64');
  const lines = Array.from({ length: 102 }, () => JSON.stringify({ csr: request }));
  const { status, text } = await page(written('many.json', lines.join('\n')));
  expect(status).toBe(0);
  expect(text).toContain('2 more pieces of evidence.');
  expect(text).toContain('parts, whose checks are not shown.');
});

test('answers come from the checks that decide: the one that refuses is the one of the verdict', () => {
  for (const changes of [{}, debugged, renamed, { rootKey: () => 1 }]) {
    const evidence = readEvidence(forgeRequestBytes(soundPlan, { chain: changes }));
    if (evidence.kind === 'unreadable') throw new Error('unreachable: a request is forged');
    const inquiry = inquire(evidence, defaultOptions, asSpecified);
    const answers = answersOf(inquiry.questions);
    const verdict = decide(inquiry);
    const refusals = answers.flat().filter((answer) => answer.verdict === 'refused');
    expect(refusals.map(({ clause }) => clause)).toEqual(verdict.kind === 'denied' ? [verdict.clause] : []);
    expect(answers.flat()).toHaveLength(inquiry.questions.flatMap(({ checks }) => checks).length);
  }
});
