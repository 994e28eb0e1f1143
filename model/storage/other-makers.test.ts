import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Bytes } from '../bytes.ts';
import { ascii, hex, unhex } from '../bytes.ts';
import { writeHashtree } from '../images/descriptors-write.ts';
import { readPartition } from '../images/partition.ts';
import { writePartition, writeVbmeta } from '../images/vbmeta-write.ts';
import { measure } from './fs-verity.ts';
import { formatImage } from './verity.ts';

const [uuid, salt] = ['00112233445566778899aabbccddeeff', '0011223344556677'].map(unhex) as [Bytes, Bytes];

/** The path of a tool, if this machine has it. */
function tool(name: string): string | undefined {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8', env: { PATH: path } }).trim();
  } catch {
    return undefined;
  }
}

describe('other makers of the same formats', () => {
  const [veritysetup, fsverity] = [tool('veritysetup'), tool('fsverity')];
  const folder = mkdtempSync(join(tmpdir(), 'verity-'));
  const at = (name: string): string => join(folder, name);
  const written = (name: string, bytes: Bytes): string => {
    writeFileSync(at(name), bytes);
    return at(name);
  };
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.skipIf(veritysetup === undefined)(
    'veritysetup verifies our images, and refuses changed ones (skipped: no cryptsetup-bin)',
    () => {
      for (const [blocks, block] of [
        [1, 4096],
        [2, 512],
        [130, 4096],
        [300, 1024],
      ] as const) {
        const data = new Uint8Array(blocks * block).map((_, i) => (i * 7 + (i >> 9)) % 256);
        const image = formatImage(data, { uuid, salt, dataBlock: block, hashBlock: block });
        const hashes = written('hashes', image.hashes);
        const verify = (bytes: Bytes): unknown =>
          execFileSync(veritysetup!, ['verify', written('data', bytes), hashes, hex(image.root)], { stdio: 'pipe' });
        expect(() => verify(image.data)).not.toThrow();
        expect(() => verify(image.data.with(5, image.data[5]! ^ 1))).toThrow();
      }
    },
  );

  test.skipIf(veritysetup === undefined)(
    'veritysetup verifies our trees where their descriptors have them, and refuses changed ones (skipped: no cryptsetup-bin)',
    () => {
      const files = new Uint8Array(512 * 20).map((_, place) => place % 251);
      const { descriptor, tree } = writeHashtree(files, { partition: 'system', salt: ascii('salt'), block: 512 });
      const bytes = writePartition(files, writeVbmeta({ descriptors: [descriptor] }), tree);
      const [found] = readPartition(bytes).described;
      if (found?.kind !== 'hash tree') throw new Error('unreachable: no tree');
      const verify = (partition: Bytes): unknown => {
        const [path, sizes] = [
          written('partition', partition),
          ['data-block-size', 'hash-block-size'].map((one) => `--${one}=512`),
        ];
        const place = [`--salt=${found.salt}`, '--data-blocks=20', `--hash-offset=${found.treeOffset}`];
        return execFileSync(
          veritysetup!,
          ['--no-superblock', '--format=1', '--hash=sha256', ...sizes, ...place, 'verify', path, path, found.digest],
          { stdio: 'pipe' },
        );
      };
      expect(() => verify(bytes)).not.toThrow();
      expect(() => verify(bytes.with(600, 0xff))).toThrow();
      expect(readPartition(bytes).isDescribed).toBe(true);
      expect(readPartition(bytes.with(600, 0xff)).isDescribed).toBe(false);
    },
  );

  test.skipIf(fsverity === undefined)('fsverity measures files as we do (skipped: no fsverity)', () => {
    for (const length of [5, 8192, 4096 * 129]) {
      const file = new Uint8Array(length).map((_, i) => (i * 13) % 256);
      expect(execFileSync(fsverity!, ['digest', '--compact', written('file', file)], { encoding: 'utf8' }).trim()).toBe(
        hex(measure(file)),
      );
    }
  });
});
