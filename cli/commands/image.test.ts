import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgeHandover } from '../../model/forge/handover.ts';
import { writeConfig } from '../../model/images/pvmfw-config.ts';

const program = fileURLToPath(new URL('../pvm-spec.mjs', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function verify(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('node', [program, 'image', 'verify', ...args], {
    encoding: 'utf8',
    timeout: 20_000,
    cwd: folder,
  });
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

test('shows the parts of an image that is accepted, and ends with 0', () => {
  expect(verify(written('sound.bin', config))).toMatchInlineSnapshot(`
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

test('says at which byte and by which clause an image is refused, and ends with 1', () => {
  const { status, out } = verify(written('forged.bin', withLongEntry));
  expect(status).toBe(1);
  expect(out).toContain('forged.bin: refused at byte 16: an entry does not lie between the table and the end');
  expect(out).toContain('CONFIG-BOUNDS: pvmfw MUST refuse');
});

test('writes one JSON object for each image', () => {
  const { out } = verify('--json', written('sound.bin', config), written('forged.bin', withLongEntry));
  const [sound, forged] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(sound).toMatchObject({ file: 'sound.bin', format: 'pvmfw configuration', verdict: { kind: 'accepted' } });
  expect(forged).toMatchObject({ verdict: { kind: 'refused', clause: 'CONFIG-BOUNDS', at: 16 } });
});

test('ends with 2 and one line for what it cannot read', () => {
  const { status, out, err } = verify('missing', '.', written('empty', ''), written('text', 'no image'));
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

test('a format that there is not is refused', () => {
  const { status, err } = verify('--as', 'elf', written('sound.bin', config));
  expect(status).toBe(2);
  expect(err).toMatch(/^pvm-spec: --as takes one of .*, got elf$/m);
});
