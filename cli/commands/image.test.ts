import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ascii } from '../../model/bytes.ts';
import { writeChain, writeHash } from '../../model/images/descriptors-write.ts';
import { forgeHandover } from '../../model/forge/handover.ts';
import { writeConfig } from '../../model/images/pvmfw-config.ts';
import { testKeys } from '../../model/images/test-keys.ts';
import { pvmSpecIn } from '../in-process.ts';
import { avbKeyOf, writePartition, writeVbmeta } from '../../model/images/vbmeta-write.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function verify(...args: readonly string[]) {
  const { status, stdout, stderr } = await pvmSpecIn({ folder }, 'image', 'verify', ...args);
  return { status, out: stdout, err: stderr };
}

function written(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const handover = forgeHandover({ kinds: ['Ed25519', 'Ed25519'], profile: 'android.16' });
const config = writeConfig(0, { handover });
const withLongEntry = config.slice();
withLongEntry[22] = 9;

test('shows the parts of an image that is accepted, and ends with 0', async () => {
  expect(await verify(written('sound.bin', config))).toMatchInlineSnapshot(`
    {
      "err": "",
      "out": "sound.bin: pvmfw configuration
      byte  size  part          value
         4     4  version       1.0
         8     4  total size    638
        12     4  flags         0x0
        16     8  handover      606 bytes at 32: 1 certificate
        24     8  debug policy  none
      bytes 4 to 6 are covered by no check: a later minor version is read as the last that is known
      bytes 8 to 16 are covered by no check: sizes are the bootloader’s, and flags are ignored
      bytes 16 to 638 are covered by no check: the bootloader is trusted for where entries lie and what is in them
    sound.bin: accepted
    ",
      "status": 0,
    }
  `);
});

test('says at which byte and by which clause an image is refused, and ends with 1', async () => {
  const { status, out } = await verify(written('forged.bin', withLongEntry));
  expect(status).toBe(1);
  expect(out).toContain('forged.bin: refused at byte 16: an entry does not lie between the table and the end');
  expect(out).toContain('CONFIG-BOUNDS: pvmfw MUST refuse');
});

test('writes one JSON object for each image', async () => {
  const { out } = await verify('--json', written('sound.bin', config), written('forged.bin', withLongEntry));
  const [sound, forged] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(sound).toMatchObject({ file: 'sound.bin', format: 'pvmfw configuration', verdict: { kind: 'accepted' } });
  expect(forged).toMatchObject({ verdict: { kind: 'refused', clause: 'CONFIG-BOUNDS', at: 16 } });
});

test('ends with 2 and one line for what it cannot read', async () => {
  const { status, out, err } = await verify('missing', '.', written('empty', ''), written('text', 'no image'));
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err.trimEnd().split('\n')).toEqual([
    'pvm-spec: cannot read missing: there is no such file',
    'pvm-spec: cannot read .: it is a folder',
    'pvm-spec: cannot read empty: it is empty',
    expect.stringMatching(
      /^pvm-spec: text begins as no image does that is known here \(.*\); --as FORMAT says what it is$/,
    ),
  ]);
});

test('a format that there is not is refused', async () => {
  const { status, err } = await verify('--as', 'elf', written('sound.bin', config));
  expect(status).toBe(2);
  expect(err).toMatch(/^pvm-spec: --as takes one of .*, got elf$/m);
});

test('a kernel is judged with its ramdisk and the keys that are trusted, whatever its first bytes are', async () => {
  const [code, ramdisk] = [ascii('code'), ascii('files')];
  const descriptors = [
    writeHash(code, { partition: 'boot', salt: ascii('salt') }),
    writeHash(ramdisk, { partition: 'initrd_debug', salt: ascii('salt') }),
  ];
  const kernel = written('kernel', writePartition(code, writeVbmeta({ descriptors })));
  const [files, key] = [written('ramdisk', ramdisk), written('key', avbKeyOf(testKeys.maker))];
  const { status, out } = await verify('--key', key, '--ramdisk', files, '--', kernel);
  expect({ status, end: out.trimEnd().split('\n').at(-1) }).toEqual({ status: 0, end: 'kernel: accepted' });
  expect(out).toMatch(/^kernel: signed kernel$/m);
  expect(out).toMatch(/ramdisk +beside it, for debugging$/m);
});

test('a description is judged with the one that it chains to and the indexes that are stored', async () => {
  const chained = written('system', writeVbmeta({ key: testKeys.vendor, rollbackIndex: 4 }));
  const chain = writeChain('vbmeta_system', avbKeyOf(testKeys.vendor), 2);
  const top = written('top', writeVbmeta({ descriptors: [chain] }));
  const { status, out } = await verify('--json', '--chained', chained, '--stored', '2=5', '--', top);
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ format: 'vbmeta', verdict: { clause: 'VBMETA-CHAIN-ROLLBACK' } });
});

test('numbers and digits that are none are refused in one line', async () => {
  expect(await verify('--stored', '2', '--', written('sound.bin', config))).toEqual({
    status: 2,
    out: '',
    err: 'pvm-spec: --stored takes LOCATION=INDEX, two numbers, got 2\n',
  });
  expect(await verify('--root', 'xyz', 'sound.bin')).toMatchObject({
    status: 2,
    err: 'pvm-spec: --root takes hexadecimal digits, got xyz\n',
  });
});
