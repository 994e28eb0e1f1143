import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfigureGlobal } from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { contentDigest } from '../../model/images/apk-digest.ts';
import { writeApk } from '../../model/images/apk-write.ts';
import { appKey, curveKey } from '../../model/images/app-keys.ts';
import type { AppKey } from '../../model/images/app-keys.ts';
import { little } from '../../model/images/reader.ts';
import type { Piece } from '../../model/images/reader.ts';
import { writeZip } from '../../model/images/zip.ts';
import { ascii, concat, hex, unhex } from '../../model/bytes.ts';
import { formatNamed } from '../../properties/images/formats.ts';
import { apkForgeries, apkSamples } from './apk.ts';
import { apexSamples } from './apex.ts';
import { idsigForgeries, idsigSamples } from './idsig.ts';
import type { Sample } from './forgery.ts';

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = little(bytes, at, 1) ^ (1 << (at % 8));
  return copy;
};
const isAccepted = (format: string, piece: Piece): boolean => formatNamed(format).judge(piece).kind === 'accepted';

const none: Sample = { format: 'APK', description: 'nothing', make: () => ({ bytes: new Uint8Array() }) };

/** The bytes of the first sample, at its smallest, that can be others though they are not free. */
function unseenIn([{ format, make } = none]: readonly Sample[]): readonly number[] {
  const piece = make(0);
  const free = formatNamed(format).free(piece);
  return [...piece.bytes.keys()].filter((at) => {
    const isFree = free.some(({ from, to }) => at >= from && at < to);
    return !isFree && isAccepted(format, { ...piece, bytes: flipped(piece.bytes, at) });
  });
}

describe('a bit flipped in the smallest image, in each byte that is not free, is seen', () => {
  test('in an APK', () => expect(unseenIn(apkSamples)).toEqual([]));
  test('in an index', () => expect(unseenIn(idsigSamples)).toEqual([]));
  test('in an APEX', () => expect(unseenIn(apexSamples)).toEqual([]));
});

const vector = (name: string): Uint8Array =>
  Uint8Array.from(readFileSync(new URL(`../../model/vectors/apksigner/${name}`, import.meta.url)));

/** Of the first file, behind its header and its name. */
const firstByte = 30 + 'AndroidManifest.xml'.length;

describe('what apksigner has signed', () => {
  test.each(['v2-v3.apk', 'rotated.apk', 'verity.apk'])('%s is accepted, and refused with a file changed', (name) => {
    const bytes = vector(name);
    expect(formatNamed('APK').judge({ bytes })).toEqual({ kind: 'accepted' });
    const verdict = formatNamed('APK').judge({ bytes: flipped(bytes, firstByte) });
    expect(verdict).toMatchObject({ kind: 'refused', clause: 'APK-DIGEST' });
  });

  test('is the root of its index', () => {
    const [apk, idsig] = [vector('v2-v3.apk'), vector('v2-v3.apk.idsig')];
    expect(formatNamed('idsig').judge({ bytes: idsig, beside: { apk } })).toEqual({ kind: 'accepted' });
    expect(formatNamed('APK').judge({ bytes: apk, beside: { idsig } })).toEqual({ kind: 'accepted' });
    expect(formatNamed('idsig').judge({ bytes: idsig, beside: { apk: flipped(apk, 100) } })).toMatchObject({
      kind: 'refused',
      clause: 'APK-CONTENT',
    });
  });

  test('is digested in as many chunks', () => {
    const known = JSON.parse(new TextDecoder().decode(vector('chunks.json'))) as Chunked;
    const letters = new Uint8Array(known.letters).fill('a'.charCodeAt(0));
    const contents = concat(unhex(known.before), letters, new Uint8Array(known.after));
    const sections = { contents, directory: unhex(known.directory), end: unhex(known.end) };
    expect(hex(contentDigest('chunked SHA-256', sections))).toBe(known.digest);
  });
});

/** What an archive that was signed consists of, and its digest. */
interface Chunked {
  readonly before: string;
  readonly letters: number;
  readonly after: number;
  readonly directory: string;
  readonly end: string;
  readonly digest: string;
}

const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-apk-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasTool = (name: string): boolean => spawnSync(name, ['--version']).error === undefined;

/** Whether apksigner takes the bytes for a signed APK, for the releases up to one that it knows. */
function isSigned(bytes: Uint8Array): boolean {
  const file = join(folder, 'image.apk');
  writeFileSync(file, bytes);
  const { status, stderr } = spawnSync('apksigner', ['verify', '--min-sdk-version', '30', file], { encoding: 'utf8' });
  if (status === null) throw new Error(stderr);
  return status === 0;
}

const signed = (key: AppKey, algorithms: readonly number[]): Uint8Array => {
  const archive = writeZip([{ name: 'AndroidManifest.xml', content: ascii('<manifest/>') }]);
  return writeApk(archive, [{ name: 'v3', signers: [{ key, algorithms }] }]);
};

/** Forgeries that apksigner takes for signed, and why. */
const otherwise: Readonly<Record<string, string>> = {
  'the comment holds another record': 'it looks on for a record that reaches the end',
  'an archive of 64 bits is signed': 'it reads the record at the end and no other',
  'the last pair reaches beyond the block': 'it stops at the pair that it looks for',
  'a stranger’s signature of the same scheme follows': 'it takes the first',
  'more follows the key of the signer': 'it does not read on',
  'more follows the signers': 'it does not read on',
  'there are two signers for one release': 'it verifies each, and lists the last',
  'there are eleven signers': 'this release has no limit; later ones do',
  'the index is that of another APK': 'it does not read the index',
};

/** It starts a Java machine for each: a part of them with every seed. */
const inParts = 8;
const seed = readConfigureGlobal().seed ?? 1;
const asked = apkForgeries.filter(({ options }, place) => options === undefined && place % inParts === seed % inParts);

describe.skipIf(!hasTool('apksigner'))('apksigner', () => {
  test.each([
    ['RSA', appKey, [0x0103, 0x0104]],
    ['ECDSA', curveKey, [0x0201, 0x0202]],
  ] as const)('accepts what is signed by %s', (_, key, algorithms) => {
    const bytes = signed(key, algorithms);
    expect([isSigned(bytes), isAccepted('APK', { bytes })]).toEqual([true, true]);
  });

  test.each(asked)(`$clause › $description, with seed ${seed}`, ({ make, description }) => {
    expect(isSigned(make(0).bytes)).toBe(description in otherwise);
  });
});
if (!hasTool('apksigner')) console.warn('not held against apksigner: it is not installed (Debian: apksigner)');

test('hostile bytes get a verdict: some hundred changes of every sample and forgery', () => {
  for (const { format, make } of [...apkSamples, ...apkForgeries, ...idsigSamples, ...idsigForgeries]) {
    const piece = make(0);
    for (let change = 0; change < 4; change++) {
      const bytes = flipped(
        flipped(piece.bytes, (change * 7919) % piece.bytes.length),
        piece.bytes.length - 1 - change,
      );
      const verdict = formatNamed(format).judge({ ...piece, bytes: bytes.slice(0, bytes.length - (change % 2)) });
      expect(['accepted', 'refused']).toContain(verdict.kind);
    }
  }
});
