/** Packs files as an initramfs: a cpio archive in the "newc" form, compressed. */
import { gzipSync } from 'node:zlib';

interface File {
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
  /** Major and minor number, for a device. */
  readonly device?: readonly [number, number];
}

const executable = 0o100755;
const plain = 0o100644;
const folder = 0o040755;
const characterDevice = 0o020600;

const hex = (value: number): string => value.toString(16).padStart(8, '0');
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

function entry({ path, mode, content, device }: File, number: number): Buffer {
  const [major, minor] = device ?? [0, 0];
  const name = Buffer.from(`${path}\0`);
  const fields = [number, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0];
  const header = Buffer.from(`070701${fields.map(hex).join('')}`);
  return Buffer.concat([padded(Buffer.concat([header, name])), padded(content)]);
}

/** An initramfs whose first process is `init`, with a console to complain to, and the modules that it loads in order. */
export function packInitramfs(init: Buffer, modules: readonly Buffer[]): Buffer {
  const nothing = Buffer.alloc(0);
  const files: File[] = [
    { path: 'dev', mode: folder, content: nothing },
    { path: 'dev/console', mode: characterDevice, content: nothing, device: [5, 1] },
    { path: 'init', mode: executable, content: init },
    ...modules.map((content, number): File => ({ path: `${number}.ko`, mode: plain, content })),
    { path: 'TRAILER!!!', mode: 0, content: nothing },
  ];
  return gzipSync(Buffer.concat(files.map(entry)), { level: 1 });
}
