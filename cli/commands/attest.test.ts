import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { appraise } from '../../properties/evidence/appraise.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { claims, configFields } from '../../model/dice/labels.ts';
import { constraintKinds, writePolicy } from '../../model/evidence/dice-policy.ts';
import { forgeChain, forgeChainBytes, forgeRequestBytes, keysOf, soundPlan } from '../../model/forge/chain.ts';
import { soundPath } from '../../model/forge/uds.ts';
import { asSpecified } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import { pvmSpec } from '../in-process.ts';
import { align, cellsOf } from '../attest/table.ts';

const program = fileURLToPath(new URL('../pvm-spec.mjs', import.meta.url));
const vectors = fileURLToPath(new URL('../../model/vectors/', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const verify = async (...args: readonly string[]): Promise<{ status: number; out: string; err: string }> => {
  const { status, stdout, stderr } = await pvmSpec('attest', 'verify', ...args);
  return { status, out: stdout, err: stderr };
};
const written = (name: string, content: Uint8Array | string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

describe('attest verify', () => {
  test('shows a chain that is believed, and ends with 0', async () => {
    const { status, out } = await verify(`${vectors}hwtrust/dice/valid_p256.chain`);
    expect(status).toBe(0);
    expect(out.replaceAll(vectors, '')).toMatchInlineSnapshot(`
      "hwtrust/dice/valid_p256.chain: chain
        #     component   version  mode    security  profile  code           authority      key
        root                                                                                P-256 43d1e067d061…
        0     Component1  1        normal  –         –        000000000000…  000000000000…  P-256 4128eb1ee67f…
        1     Component2  1        normal  –         –        000000000000…  000000000000…  P-256 280960dd0953…
        2     Component3  1        normal  –         –        000000000000…  000000000000…  P-256 90984744ce9e…
      hwtrust/dice/valid_p256.chain: proper
      "
    `);
  });

  test('shows a chain that is denied, by which clause, and ends with 1', async () => {
    const { status, out } = await verify('--allow-any-mode', `${vectors}hwtrust/dice/bad_final_signature.chain`);
    expect(status).toBe(1);
    expect(out).toContain('denied at entry 7: the signature does not hold');
    expect(out).toContain(
      'COSE-SIGNATURE: A verifier MUST deny a signed item unless its signature is valid for the bytes as received',
    );
  });

  test('reads base64, and factory JSON with the instance that it names', async () => {
    expect((await verify(`${vectors}hwtrust/csr/v3_csr.base64`)).status).toBe(0);
    const factory = `${vectors}hwtrust/factory_csr/v3_avf_valid_with_rkpvm_markers.json`;
    expect((await verify('--allow-any-mode', factory)).status).toBe(0);
    expect((await verify('--allow-any-mode', '--instance', 'default', factory)).out).toContain(
      'CHAIN-MARKERS-RESERVED',
    );
  });

  test('reads base64 in the other alphabet and without padding, and what a pipe gives', async () => {
    const bytes = Buffer.from(forgeChainBytes(soundPlan));
    const url = written('url', bytes.toString('base64url'));
    const padded = written('padded', bytes.toString('base64'));
    const [first, second] = [await verify(url), await verify(padded)];
    expect([first.status, second.status]).toEqual([0, 0]);
    expect(first.out.replaceAll(url, '')).toBe(second.out.replaceAll(padded, ''));
    for (const from of ['-', '/dev/stdin']) {
      const { status, stdout } = spawnSync('sh', ['-c', `cat "$0" | node "$1" attest verify ${from}`, url, program]);
      expect([status, stdout.toString().includes(': proper\n')]).toEqual([0, true]);
    }
  });

  test('waits for a pipe, and gives it up where nobody writes', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const silent = await verify('--patience', '0.2', pipe);
    expect([silent.status, silent.err]).toEqual([2, `pvm-spec: cannot read ${pipe}: nobody wrote to it in 0.2 s\n`]);
    const reading = verify(pipe);
    await writeFile(pipe, forgeChainBytes(soundPlan));
    expect((await reading).status).toBe(0);
    expect(await verify('--patience', 'long', pipe)).toMatchObject({ status: 2, out: '' });
  });

  test('shows certificates for a root key alone, and judges their paths', async () => {
    const [key] = keysOf(soundPlan);
    if (key === undefined) throw new Error('unreachable: a plan has keys');
    const vouching = (path: readonly Uint8Array[]): Uint8Array => encode(new Map([['maker', path]]));
    const sound = written('uds', vouching(soundPath(key)));
    const { status, out } = await verify('--at', '2026-01-31', sound);
    expect(status).toBe(0);
    expect(out.replaceAll(sound, '')).toMatchInlineSnapshot(`
      ": UDS certificates
        signer  certificates  valid from  to
        maker   3             2024-01-01  2049-12-31
      : proper
      "
    `);
    expect((await verify('--at', '2060-01-31', sound)).out).toContain('UDS-VALID');
    expect((await verify(written('short', vouching(soundPath(key).slice(0, 1))))).out).toContain(
      'UDS-TWO-CERTIFICATES',
    );
    expect(await verify('--verifier', 'hwtrust', sound)).toMatchObject({ status: 2, out: '' });
  });

  test('shows a policy, and holds a chain against it', async () => {
    const chain = forgeChain(soundPlan) as readonly Cbor[];
    const root = encode(chain[0] ?? null, { sorted: true });
    const bytes = encode([1, root, ...chain.slice(1)]);
    const path = [claims.configDescriptor, configFields.securityVersion];
    const policyOf = (least: number): Uint8Array =>
      writePolicy([[], [], [], [], [{ kind: constraintKinds.atLeast, path, wanted: least }]]);
    const [met, unmet] = [written('met', policyOf(1)), written('unmet', policyOf(900))];
    const file = written('explicit', bytes);
    const alone = await verify(met);
    expect(alone.status).toBe(0);
    expect(alone.out.replaceAll(met, '')).toMatchInlineSnapshot(`
      ": policy
        part     where                                 constraint   wanted
        entry 2  config descriptor / security version  is at least  1
      : well-formed; --policy holds a chain against it
      "
    `);
    expect((await verify('--policy', met, file)).status).toBe(0);
    const { status, out } = await verify('--policy', unmet, file);
    expect(status).toBe(1);
    expect(out).toContain('denied at entry 2: something is no integer, or less than it was');
    expect((await verify(written('bad policy', encode([1, [[1]]])))).out).toContain('POLICY-FORM');
    expect((await verify('--policy', file, file)).err).toContain('takes a policy of Secretkeeper');
    expect((await verify('--policy', met, `${vectors}avf/dice.dat`)).err).toContain('is no chain');
    expect((await verify('--policy', met, `${vectors}hwtrust/dice/valid_p256.chain`)).out).toContain('POLICY-EXPLICIT');
  });

  test('judges as hwtrust on the day, and at the time that is said', async () => {
    const path = written(
      'vouched',
      forgeRequestBytes(soundPlan, { udsCerts: (key) => new Map([['maker', soundPath(key)]]) }),
    );
    expect((await verify('--verifier', 'hwtrust', path)).status).toBe(0);
    expect((await verify('--verifier', 'hwtrust', '--at', '2060-01-31', path)).out).toContain('UDS-VALID');
    expect((await verify('--at', '2060-01-31T00:00:00+01:00', path)).out).toContain('UDS-VALID');
    expect((await verify('--at', '2026-01-31T00:00:00Z', path)).status).toBe(0);
  });

  test('writes one JSON object for each piece of evidence', async () => {
    const { out } = await verify('--json', `${vectors}avf/dice.dat`);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'handover',
      verdict: { kind: 'proper' },
      entries: [
        { component: 'AVB', mode: 'debug' },
        { component: 'Protected VM firmware', mode: 'normal' },
      ],
    });
  });

  test('ends with 2 and one line for what cannot be read', async () => {
    const cut = readFileSync(`${vectors}hwtrust/dice/valid_p256.chain`).subarray(0, 500);
    const unreadable = [
      [join(folder, 'missing'), 'there is no such file'],
      [written('empty', ''), 'it is empty'],
      [written('object', '{"csr": 1}'), 'line 1 has no "csr" with a request in base64'],
      [written('brace', '{'), 'line 1 is not JSON'],
      [written('name', '{"csr": "hAGg", "name": "vm"}'), 'names the instance vm; there are default, strongbox'],
      [written('number', '{"csr": "hAGg", "name": 1}'), 'line 1 has a "name" that is no text'],
      [folder, 'it is a folder'],
      [written('large', new Uint8Array(2 << 20)), 'it is larger than 1048576 bytes'],
      [folder, 'it is a folder'],
    ] as const;
    const { status, err } = await verify(...unreadable.map(([file]) => file));
    const lines = err.trimEnd().split('\n');
    expect(status).toBe(2);
    expect(lines).toHaveLength(unreadable.length);
    for (const [at, [_, problem]] of unreadable.entries()) expect(lines[at]).toContain(problem);
    expect(await verify(written('cut', cut))).toMatchObject({ status: 2, err: '' });
    expect((await verify(written('text', 'no evidence'))).out).toContain('unreadable');
  });

  test.each([
    [['--instance', 'other'], '--instance takes one of'],
    [['--profiles', 'vsr99'], '--profiles takes'],
    [['--profiles', 'android.16..android.14'], '--profiles takes'],
    [['--markers', 'none'], '--markers takes'],
    ...['never', '1', '2026', '2026-02-30', '2026-13-01', '2026-01-01T00:00', 'Jan 1 2026'].map(
      (text): [string[], string] => [['--at', text], '--at takes a date'],
    ),
  ])('%s is refused', async (args, problem) => {
    const { status, err } = await verify(...args, `${vectors}avf/dice.dat`);
    expect(status).toBe(2);
    expect(err).toContain(problem);
  });
});

describe('hostile evidence', () => {
  const seeds: readonly Uint8Array[] = [
    forgeChainBytes(soundPlan),
    forgeRequestBytes(soundPlan),
    ...['hwtrust/dice/valid_ed25519.chain', 'avf/dice.dat', 'hwtrust/csr/valid_csr.cbor'].map(
      (file) => new Uint8Array(readFileSync(`${vectors}${file}`)),
    ),
    ...['v3_p256_mismatched_uds_certs', 'v3_avf_valid_with_rkpvm_markers'].map((name) => {
      const { csr } = JSON.parse(readFileSync(`${vectors}hwtrust/factory_csr/${name}.json`, 'utf8')) as { csr: string };
      return new Uint8Array(Buffer.from(csr, 'base64'));
    }),
  ];

  const judges = fc.constantFrom(asSpecified, ...appraisers);
  const edits = fc.array(
    fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), how: fc.constantFrom('set', 'insert', 'remove', 'cut') }),
    { minLength: 1, maxLength: 4, size: 'max' },
  );

  const edited = (bytes: Uint8Array, changes: readonly { at: number; byte: number; how: string }[]): Uint8Array =>
    changes.reduce((now, { at, byte, how }) => {
      const place = now.length === 0 ? 0 : at % now.length;
      if (how === 'cut') return now.slice(0, place);
      const rest = now.slice(how === 'insert' ? place : place + 1);
      return Uint8Array.of(...now.slice(0, place), ...(how === 'remove' ? [] : [byte]), ...rest);
    }, bytes);

  test('is answered, shown, and never believed for another', () => {
    const sizes = new Map<string, number>();
    fc.assert(
      fc.property(fc.constantFrom(...seeds), edits, judges, (seed, changes, judge) => {
        const appraisal = appraise(edited(seed, changes), { ...defaultOptions, allowAnyMode: true }, judge);
        sizes.set(appraisal.kind, (sizes.get(appraisal.kind) ?? 0) + 1);
        if (appraisal.kind !== 'unreadable' && appraisal.chain?.isChain) {
          for (const line of align(cellsOf(appraisal.chain))) expect(line).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 400 },
    );
    expect([...sizes.keys()].sort()).toEqual(['chain', 'handover', 'request', 'unreadable']);
  });

  test('of bytes that mean nothing is unreadable or denied', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), judges, (bytes, judge) => {
        const appraisal = appraise(bytes, defaultOptions, judge);
        expect(appraisal.kind === 'unreadable' || appraisal.verdict.kind === 'denied').toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<[string, Uint8Array]>([
    ['nests', new Uint8Array(60_000).fill(0x81)],
    ['announces more than there is', Uint8Array.of(0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['has many keys', manyKeys()],
    ['has many entries', Uint8Array.of(0x99, 0xea, 0x60, 0xa0, ...new Uint8Array(59_999).fill(0x80))],
  ])('that %s costs little', (_, bytes) => {
    for (const judge of [asSpecified, appraisers[0]]) {
      const before = process.cpuUsage().user;
      const appraisal = appraise(bytes, defaultOptions, judge);
      expect(appraisal.kind === 'unreadable' || appraisal.verdict.kind === 'denied').toBe(true);
      expect(process.cpuUsage(undefined).user - before).toBeLessThan(3_000_000);
    }
  });

  function manyKeys(): Uint8Array {
    const count = 20_000;
    const bytes = new Uint8Array(3 + 3 * count);
    bytes.set([0xb9, count >> 8, count & 0xff]);
    for (let i = 0; i < count; i++) bytes.set([0x41, i & 0xff, 0], 3 + 3 * i);
    return bytes;
  }

  test('never shows a stack trace', async () => {
    const files = seeds.map((seed, at) =>
      written(`damaged-${at}`, edited(seed, [{ at: 700, byte: 0xff, how: 'set' }])),
    );
    const { status, out, err } = await verify(...files);
    expect(status).not.toBe(null);
    expect(`${out}${err}`).not.toMatch(/^\s+at .*:\d+/m);
  });
});

test('help names the command', async () => {
  expect((await pvmSpec('attest', '--help')).stdout).toContain('verify');
});
