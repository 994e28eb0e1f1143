/** What a VM does with storage: it reads images, has an encrypted store, and writes a file through AuthFS. */
import { answers, both, cell, compare, either, equals, value, when } from '../language/build.ts';
import { none } from '../config.ts';
import { call, must, noSubject } from '../rule.ts';
import {
  answersParts,
  chunkLeaf,
  chunkStored,
  chunkWritten,
  content,
  contentNumber,
  fileOpen,
  fileThere,
  forEachChunk,
  hangsFromDigest,
  hasItsDigest,
  holdsFileSystem,
  holdsFileSystemInParts,
  holdsMark,
  knownKey,
  lastWritten,
  narrowDatum,
  payloadSecretOf,
  running,
  seal,
  storeKeyOf,
  wideDatum,
  written,
} from '../vocabulary/storage.ts';
import { block, chunk, datum, fileSector, instanceOf, partition } from './parameters.ts';

/** The guest reads a block of an image, or of a file that was measured before. */
export const readBlock = call(
  'guest',
  'read_block',
  { partition, block },
  {
    guards: [must('HASHED-TREE', hangsFromDigest, 'EIO'), must('HASHED-BLOCK', hasItsDigest, 'EIO')],
    effects: [answers(content('partition', 'block').value)],
    answer: 'number',
  },
);

/** A VM starts, and opens its store; one that carries the mark is made anew. */
export const storeOpen = call(
  'guest',
  'store_open',
  { instance: instanceOf },
  {
    guards: [
      must('STORE-ALONE', running.is(none), 'NOT_READY', noSubject),
      must('STORE-OPENS', either(holdsMark, holdsFileSystem('instance')), 'UNKNOWN_RUNTIME_ERROR', {
        waiver: 'without it the VM finds garbage where its files should be, and nobody else gains by it',
      }),
    ],
    effects: [
      when(holdsMark, seal(0, storeKeyOf('instance'), 0, contentNumber('FILE_SYSTEM'))),
      running.becomes(value('instance')),
    ],
  },
);

const isOpen = must('STORE-READY', running.isNot(none), 'NOT_READY', noSubject);
const ownKey = storeKeyOf(running.value);

/** The VM writes a sector of its store. */
export const storeWrite = call(
  'guest',
  'store_write',
  { sector: fileSector, datum },
  {
    guards: [isOpen],
    effects: [
      seal('sector', ownKey, 'sector', 'datum'),
      written(running.value, 'sector', 'datum').becomes(1),
      lastWritten(running.value, 'sector').becomes(value('datum')),
    ],
  },
);

/** The VM reads a sector of its store: there is nothing that could refuse. */
export const storeRead = call(
  'guest',
  'store_read',
  { sector: fileSector },
  {
    guards: [isOpen],
    effects: [answersParts(wideDatum('sector', ownKey), wideDatum('sector', ownKey))],
    answer: 'number',
  },
);

/** The same with a cipher that goes block by block. */
export const storeReadInParts = call(
  'guest',
  'store_read',
  { sector: fileSector },
  {
    guards: [isOpen],
    effects: [answersParts(narrowDatum('sector', 0, ownKey), narrowDatum('sector', 1, ownKey))],
    answer: 'number',
  },
);
export const opensInParts = either(holdsMark, holdsFileSystemInParts('instance'));

/** The payload gives away the secret that it was given. */
export const payloadPublish = call(
  'guest',
  'payload_publish',
  {},
  { guards: [isOpen], effects: [knownKey(payloadSecretOf(running.value)).becomes(1)] },
);

/** The VM ends: another may open the store. */
export const vmEnd = call('guest', 'vm_end', {}, { guards: [], effects: [running.becomes(none)] });

/** A VM opens a file for writing: what it keeps of it are the digests of the chunks that are there. */
export const authfsCreate = call(
  'guest',
  'authfs_create',
  {},
  {
    guards: [
      must('AUTHFS-OPEN-ONCE', fileOpen.is('CLOSED'), 'EBUSY', noSubject),
      must('AUTHFS-NEW', fileThere.is(0), 'EEXIST'),
    ],
    effects: [
      fileOpen.becomes('OPEN'),
      fileThere.becomes(1),
      forEachChunk(cell('chunkLeaf', 'each chunk').becomes(chunkStored('each chunk').value)),
    ],
  },
);

const isFileOpen = must('AUTHFS-OPEN', fileOpen.is('OPEN'), 'EBADF', noSubject);

export const authfsWrite = call(
  'guest',
  'authfs_write',
  { chunk, datum },
  {
    guards: [isFileOpen],
    effects: [
      fileThere.becomes(1),
      chunkStored('chunk').becomes(value('datum')),
      chunkLeaf('chunk').becomes(value('datum')),
      chunkWritten('chunk').becomes(value('datum')),
    ],
  },
);

export const authfsRead = call(
  'guest',
  'authfs_read',
  { chunk },
  {
    guards: [
      isFileOpen,
      must(
        'AUTHFS-CHUNK',
        both(
          compare(chunkLeaf('chunk').value, '≠', none),
          equals(chunkLeaf('chunk').value, chunkStored('chunk').value),
        ),
        'EIO',
      ),
    ],
    effects: [answers(chunkStored('chunk').value)],
    answer: 'number',
  },
);

/** The VM ends, and what it had in memory is gone. */
export const fileClose = call(
  'guest',
  'vm_end',
  {},
  {
    guards: [],
    effects: [
      fileOpen.becomes('CLOSED'),
      forEachChunk(chunkLeaf('each chunk').becomes(none)),
      forEachChunk(chunkWritten('each chunk').becomes(none)),
    ],
  },
);
