/** What VMs and their host do with storage. */
import type { Refusal } from '../../spec/answers.ts';
import type { TargetAnswer } from '../../spec/target.ts';
import type { Bytes } from '../bytes.ts';
import { hex, sameBytes } from '../bytes.ts';
import { readChunk, readMeasured, writeChunk } from './authfs.ts';
import { unformatted } from './crypt.ts';
import type { Disks, Samples } from './disks.ts';
import { knows, open, partOf, seal, secretOf, setPart, startsWith } from './disks.ts';
import { blockIn, digestIn, noDigest, setBlock, shapeOf } from './media.ts';
import { digestOf } from './merkle.ts';
import { readBlock } from './verity.ts';

type Args = Readonly<Record<string, number>>;
type Call = (disks: Disks, args: Args, samples: Samples) => TargetAnswer;
const refused = (error: Refusal): TargetAnswer => ({ kind: 'refused', error });
const done = (answer = 0): TargetAnswer => ({ kind: 'done', answer });

const read: Call = ({ media }, { partition = 0, block = 0 }, samples) => {
  const medium = media[partition]!;
  const found =
    medium.kind === 'verity'
      ? readBlock(medium.trusted, medium, block)
      : medium.kind === 'authfs'
        ? readMeasured(medium.trusted, medium.served, block)
        : blockIn(medium, block)!;
  if (found === 'EIO') return refused('EIO');
  return done(sameBytes(found, samples.block(partition, block, 0)) ? 0 : 1);
};

const writeBlock: Call = ({ media }, { partition = 0, block = 0, content = 0 }, samples) => {
  setBlock(media[partition]!, block, samples.block(partition, block, content));
  return done();
};

/** The digest of a block, as the tree is to have it: that of a content, or of nothing. */
const writeDigest: Call = ({ media }, { partition = 0, block = 0, digest = 0 }, samples) => {
  const medium = media[partition]!;
  const wanted = digest === 2 ? noDigest : digestOf(samples.block(partition, block, digest), shapeOf(medium));
  digestIn(medium, block)?.set(wanted);
  return done();
};

const isNew = ({ sectors }: Disks): boolean => sectors[0] !== undefined && startsWith(sectors[0], unformatted);

const openStore: Call = (disks, { instance = 0 }, { plain, fileSystem }) => {
  if (disks.running !== undefined) return refused('NOT_READY');
  if (isNew(disks)) seal(disks, instance, 0, plain(fileSystem));
  else if (disks.sectors[0] === undefined || !sameBytes(open(disks, instance, 0), plain(fileSystem)))
    return refused('UNKNOWN_RUNTIME_ERROR');
  disks.running = instance;
  return done();
};

const write: Call = (disks, { sector = 0, datum = 0 }, { plain }) => {
  const { running: instance } = disks;
  if (instance === undefined) return refused('NOT_READY');
  seal(disks, instance, sector, plain(datum));
  disks.journal.push({ instance, sector, datum });
  return done();
};

const readStore: Call = (disks, { sector = 0 }, { datumOf }) => {
  if (disks.running === undefined) return refused('NOT_READY');
  const plain = open(disks, disks.running, sector);
  return done(datumOf(partOf(plain, 0), 0) + 16 * datumOf(partOf(plain, 1), 1));
};

const publish: Call = (disks) => {
  if (disks.running === undefined) return refused('NOT_READY');
  disks.hostKeys.add(hex(secretOf(disks, disks.running)));
  return done();
};

const end: Call = (disks) => {
  disks.running = undefined;
  disks.own = undefined;
  return done();
};

const flip: Call = ({ sectors }, { sector = 0, part = 0 }) => {
  const bytes = Uint8Array.from(partOf(sectors[sector]!, part));
  bytes[0] = bytes[0]! ^ 1;
  setPart(sectors, sector, part, bytes);
  return done();
};

const copy: Call = ({ sectors }, { from = 0, to = 0 }) => {
  sectors[to] = sectors[from]!;
  return done();
};

const copyPart: Call = ({ sectors }, { from = 0, to = 0, part = 0 }) => {
  setPart(sectors, to, part, partOf(sectors[from]!, part));
  return done();
};

const mark: Call = ({ sectors }) => {
  if (sectors[0] !== undefined) setPart(sectors, 0, 0, markBytes);
  return done();
};
export const markBytes: Bytes = (() => {
  const bytes = new Uint8Array(32);
  bytes.set(unformatted);
  return bytes;
})();

const createFile: Call = (disks) => {
  if (disks.own !== undefined) return refused('EBUSY');
  if (disks.file !== undefined) return refused('EEXIST');
  disks.file = [];
  disks.own = { leaves: [], wrote: [] };
  return done();
};

const writeFile: Call = (disks, { chunk = 0, datum = 0 }, samples) => {
  if (disks.own === undefined) return refused('EBADF');
  disks.file ??= [];
  writeChunk(disks.own, disks.file, chunk, samples.chunk(datum));
  disks.own.wrote[chunk] = datum;
  return done();
};

const readFile: Call = ({ own, file = [] }, { chunk = 0 }, samples) => {
  if (own === undefined) return refused('EBADF');
  const found = readChunk(own, file, chunk);
  if (found === 'EIO') return refused('EIO');
  return done(samples.chunkNumber(found));
};

const storeFile: Call = (disks, { chunk = 0, datum = 0 }, samples) => {
  disks.file ??= [];
  disks.file[chunk] = samples.chunk(datum);
  return done();
};

const decrypt: Call = (disks, { sector = 0, part = 0 }, { originOf }) => {
  const { key, datum } = originOf(partOf(disks.sectors[sector]!, part), part);
  if (key !== undefined && !knows(disks, key)) return refused('UNKNOWN_KEY');
  disks.hostData.add(datum);
  return done();
};

const calls: Readonly<Record<string, Call>> = {
  read_block: read,
  host_write_block: writeBlock,
  host_write_digest: writeDigest,
  store_open: openStore,
  store_write: write,
  store_read: readStore,
  payload_publish: publish,
  vm_end: end,
  host_flip: flip,
  host_copy: copy,
  host_copy_part: copyPart,
  host_mark: mark,
  host_decrypt: decrypt,
  authfs_create: createFile,
  authfs_write: writeFile,
  authfs_read: readFile,
  host_store_chunk: storeFile,
  host_remove_file: (disks) => {
    disks.file = undefined;
    return done();
  },
};
export const storageCalls: readonly string[] = Object.keys(calls);

/** Answers a call; what is stored, and what the VM has in memory, is changed by it. */
export function answerOfDisks(disks: Disks, samples: Samples, call: string, args: Args): TargetAnswer {
  const run = calls[call];
  if (run === undefined) throw new Error(`unreachable: nobody who stores has a call ${call}`);
  return run(disks, args, samples);
}
