/** `pvm-spec image verify FILE…`: would this boot, and if not, at which byte and by which clause? */
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import type { ImageOptions, ImageVerdict } from '../../spec/images/image.ts';
import { hex } from '../../model/bytes.ts';
import { companions } from '../../model/images/reader.ts';
import type { Companion, Piece } from '../../model/images/reader.ts';
import { formats } from '../../properties/images/formats.ts';
import type { Format } from '../../properties/images/format.ts';
import { readBytes } from '../input.ts';
import { linesOfFree, tableOf } from '../image/table.ts';
import { imageReport } from '../image/shape.ts';
import { fileInReport, jsonReport } from '../json-report.ts';
import { exitStatus, fail, print, warn } from '../output.ts';

interface Flags extends Partial<Record<Companion, string>> {
  readonly as?: string;
  readonly key?: readonly string[];
  readonly stored?: readonly string[];
  readonly root?: string;
  readonly sdk?: string;
  readonly json?: true;
}

/** Larger than any image that a VM boots from. */
const largestImage = 1 << 28;

const names = formats.map(({ name }) => name).join(', ');

export function imageCommand(image: Command): void {
  image
    .command('verify')
    .description('read images that a VM boots from, and decide whether they would be accepted')
    .argument('<file...>', `images: ${names}`)
    .option('--as <format>', 'take it for an image of this format; by default the first bytes tell')
    .option('--key <file...>', 'public keys that are trusted; without them any key is')
    .option('--stored <location=index...>', 'rollback indexes that the device has stored; where none is given, 0')
    .option('--root <digest>', 'the root digest of a tree of hashes; without it any is')
    .option('--ramdisk <file>', 'the ramdisk that is loaded with a kernel')
    .option('--idsig <file>', 'the signature file of an APK')
    .option('--apk <file>', 'the APK that an idsig is an index of')
    .option('--sdk <number>', 'the release of Android that signatures count for; by default the latest')
    .option('--hashes <file>', 'the hash tree of an image, where it is a file of its own')
    .option('--data <file>', 'the data of a tree of hashes')
    .option('--chained <file>', 'the description that a top-level one chains to, vbmeta_system or the first')
    .option('--reference <file>', 'the reference tree, for the device tree of a host')
    .option('--overlay <file>', 'the overlay of assigned devices, for the device tree of a host')
    .option('--json', 'one JSON object for each image')
    .action(async (files: string[], flags: Flags) => {
      const format = formats.find(({ name }) => name === flags.as);
      if (flags.as !== undefined && format === undefined) fail(`--as takes one of ${names}, got ${flags.as}`);
      const [options, beside] = [await optionsOf(flags), await besideOf(flags)];
      let status: number = exitStatus.holds;
      for (const file of files) status = Math.max(status, await verifyFile(file, { format, options, beside }, flags));
      process.exitCode = status;
    });
}

interface Asked {
  readonly format: Format | undefined;
  readonly options: ImageOptions;
  readonly beside: NonNullable<Piece['beside']>;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const bytes = await readBytes(file, largestImage);
  return typeof bytes === 'string' ? fail(bytes) : bytes;
}

async function optionsOf({ key, stored, root, sdk }: Flags): Promise<ImageOptions> {
  if (sdk !== undefined && !/^[1-9][0-9]{0,3}$/.test(sdk)) fail(`--sdk takes a number such as 36, got ${sdk}`);
  return {
    ...(key === undefined ? {} : { keys: (await Promise.all(key.map(bytesOf))).map(hex) }),
    ...(stored === undefined ? {} : { stored: Object.fromEntries(stored.map(indexOf)) }),
    ...(root === undefined ? {} : { root: digestOf(root) }),
    ...(sdk === undefined ? {} : { sdk: Number(sdk) }),
  };
}

function indexOf(given: string): readonly [location: string, index: string] {
  const [, location, index] = /^([0-9]+)=([0-9]+)$/.exec(given) ?? [];
  if (location === undefined || index === undefined) fail(`--stored takes LOCATION=INDEX, two numbers, got ${given}`);
  return [String(BigInt(location)), index];
}

const digestOf = (given: string): string =>
  /^(?:[0-9a-f]{2})+$/i.test(given) ? given.toLowerCase() : fail(`--root takes hexadecimal digits, got ${given}`);

async function besideOf(flags: Flags): Promise<Asked['beside']> {
  const beside: Partial<Record<Companion, Uint8Array>> = {};
  for (const one of companions) {
    const file = flags[one];
    if (file !== undefined) beside[one] = await bytesOf(file);
  }
  return beside;
}

async function verifyFile(file: string, { format, options, beside }: Asked, { json }: Flags): Promise<number> {
  const bytes = await readBytes(file, largestImage);
  if (typeof bytes === 'string') {
    warn(bytes);
    return exitStatus.usage;
  }
  const found = format ?? formats.find(({ isMeant }) => isMeant(bytes));
  if (found === undefined) {
    warn(`${file} begins as no image does that is known here (${names}); --as FORMAT says what it is`);
    return exitStatus.usage;
  }
  const piece: Piece = { bytes, beside };
  const verdict = found.judge(piece, options);
  const [rows, free] = [found.rows(piece), found.free(piece, options)];
  const report = { file: fileInReport(file), format: found.name, verdict, parts: rows, free };
  if (json) print(JSON.stringify(jsonReport(imageReport, report)));
  else print(describe(file, found, verdict, [...tableOf(rows), ...linesOfFree(free)]).join('\n'));
  return verdict.kind === 'accepted' ? exitStatus.holds : exitStatus.violated;
}

const describe = (
  file: string,
  { name }: Format,
  verdict: ImageVerdict,
  lines: readonly string[],
): readonly string[] => [`${file}: ${name}`, ...lines.map((line) => `  ${line}`), `${file}: ${inWords(verdict)}`];

function inWords(verdict: ImageVerdict): string {
  if (verdict.kind === 'accepted') return 'accepted';
  const { clause, reason, at } = verdict;
  const where = at === undefined ? '' : ` at byte ${at}`;
  return `refused${where}: ${reason}\n  ${clause}: ${clauses[clause].text}`;
}
