/** What the host does to storage, which is all its own: it writes what it likes, where it likes. */
import { compute, either, forEach, quantity, value } from '../language/build.ts';
import { none } from '../config.ts';
import { call, must } from '../rule.ts';
import {
  chunkStored,
  content,
  copyPart,
  digest,
  fileThere,
  forEachChunk,
  knownDatum,
  knownKey,
  setMark,
  storedDatum,
  storedFlip,
  storedKey,
} from '../vocabulary/storage.ts';
import {
  anySector,
  block,
  blockContent,
  blockDigest,
  chunk,
  datum,
  firstSector,
  hashedPartition,
  part,
  partition,
} from './parameters.ts';

export const hostWriteBlock = call(
  'host',
  'host_write_block',
  { partition, block, content: blockContent },
  { guards: [], effects: [content('partition', 'block').becomes(value('content'))] },
);

/** Another digest in the tree, so that the block above it has another digest as well. */
export const hostWriteDigest = call(
  'host',
  'host_write_digest',
  { partition: hashedPartition, block, digest: blockDigest },
  { guards: [], effects: [digest('partition', 'block').becomes(value('digest'))] },
);

/** A bit of a sector changes; the same again changes it back. */
export const hostFlip = call(
  'host',
  'host_flip',
  { sector: anySector, part },
  { guards: [], effects: [storedFlip('sector', 'part').becomes(compute(1, '-', storedFlip('sector', 'part').value))] },
);

/** A sector, kept for later, or put in place of another. */
export const hostCopy = call(
  'host',
  'host_copy',
  { from: anySector, to: anySector },
  {
    guards: [],
    effects: [forEach(0, quantity('parts'), 'each part', copyPart('from', 'to', 'each part'))],
  },
);

/** The same with a part of it. */
export const hostCopyPart = call(
  'host',
  'host_copy_part',
  { from: anySector, to: anySector, part },
  { guards: [], effects: [copyPart('from', 'to', 'part')] },
);

/** The mark that says to the guest that there is no store yet. */
export const hostMark = call(
  'host',
  'host_mark',
  { sector: firstSector },
  { guards: [], effects: [setMark('sector')] },
);

const key = storedKey('sector', 'part');
/** The host reads a part of a sector: it needs the key, and all of the sector, and has tried its own flips. */
export const hostDecrypt = call(
  'host',
  'host_decrypt',
  { sector: anySector, part },
  {
    guards: [must('STORE-NEEDS-KEY', either(key.is(none), knownKey(key.value).is(1)), 'UNKNOWN_KEY')],
    effects: [knownDatum(storedDatum('sector', 'part').value).becomes(1)],
  },
);

export const hostStoreChunk = call(
  'host',
  'host_store_chunk',
  { chunk, datum },
  { guards: [], effects: [fileThere.becomes(1), chunkStored('chunk').becomes(value('datum'))] },
);

export const hostRemoveFile = call(
  'host',
  'host_remove_file',
  {},
  { guards: [], effects: [fileThere.becomes(0), forEachChunk(chunkStored('each chunk').becomes(none))] },
);
