/** Words about storage: images and their trees, sectors and their keys, files whose digests a VM keeps. */
import { none } from '../config.ts';
import {
  all,
  answers,
  attribute,
  both,
  cell,
  choose,
  compute,
  condition,
  either,
  effect,
  equals,
  every,
  forEach,
  number,
  quantity,
  theAnswer,
  value,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';
import { answerBase, contents, purposes } from '../storage/config.ts';

export const content = (partition: Ref, block: Ref): Cell<'blockContent'> => cell('blockContent', partition, block);
export const digest = (partition: Ref, block: Ref): Cell<'blockDigest'> => cell('blockDigest', partition, block);
export const protection = (partition: Ref): ReturnType<typeof attribute> => attribute('protection', partition);

const isHashed = condition(['partition'], '{partition} [is] read against a digest', (partition) =>
  protection(partition).isNot('none'),
);
/** All digests of one block of the tree are those that were signed: else its own digest is another. */
const isTreeSigned = condition(['partition'], 'the tree of {partition} [hangs] from the trusted digest', (partition) =>
  every(0, quantity('blocks'), 'each block', digest(partition, 'each block').is('OF_SIGNED')),
);
const isInTree = condition(
  ['partition', 'block'],
  '{block} of {partition} [has] its digest in the tree',
  (partition, block) => equals(digest(partition, block).value, content(partition, block).value),
);
export const hangsFromDigest: Bool = either(protection('partition').is('none'), isTreeSigned('partition'));
export const hasItsDigest: Bool = either(protection('partition').is('none'), isInTree('partition', 'block'));
export const isRead = isHashed;

export const storedKey = (sector: Ref, part: Ref): Cell<'storedKey'> => cell('storedKey', sector, part);
const storedPlace = (sector: Ref, part: Ref): Cell<'storedPlace'> => cell('storedPlace', sector, part);
export const storedDatum = (sector: Ref, part: Ref): Cell<'storedDatum'> => cell('storedDatum', sector, part);
export const storedFlip = (sector: Ref, part: Ref): Cell<'storedFlip'> => cell('storedFlip', sector, part);
export const running = cell('storeOpenBy');
export const knownKey = (key: Ref): Cell<'knownKey'> => cell('knownKey', key);
export const knownDatum = (datum: Ref): Cell<'knownDatum'> => cell('knownDatum', datum);
export const written = (instance: Ref, sector: Ref, datum: Ref): Cell<'written'> =>
  cell('written', instance, sector, datum);
export const lastWritten = (instance: Ref, sector: Ref): Cell<'lastWritten'> => cell('lastWritten', instance, sector);
export const contentNumber = (name: (typeof contents)[number]): number => contents.indexOf(name);

/** Of the two secrets that are derived for an instance. */
const derivedFor = (purpose: (typeof purposes)[number], phrase: string): ((instance: Ref) => Num) =>
  number(['instance'], phrase, (instance) =>
    compute(compute(instance, '*', purposes.length), '+', purposes.indexOf(purpose)),
  );
export const payloadSecretOf = derivedFor('PAYLOAD', "the secret of {instance}'s payload");
export const storeKeyOf = derivedFor('STORE', 'the key of the store of {instance}');

/** What lies there is what was sealed under that key for that sector, bit for bit. */
const isWhole = condition(
  ['sector', 'part', 'key'],
  '{part} of {sector} [is] as it was sealed under {key} for {sector}',
  (sector, part, key) =>
    both(
      equals(storedKey(sector, part).value, key),
      equals(storedPlace(sector, part).value, sector),
      storedFlip(sector, part).is(0),
    ),
);
/** Every part is, and all of the same sealing. */
export const isOneSector = condition(
  ['sector', 'key'],
  '{sector} [is] as it was sealed under {key} for {sector}',
  (sector, key) =>
    both(
      every(0, quantity('parts'), 'each part', isWhole(sector, 'each part', key)),
      every(
        0,
        quantity('parts'),
        'each part',
        equals(storedDatum(sector, 'each part').value, storedDatum(sector, 0).value),
      ),
    ),
);

/** A sector as a cipher opens it that mixes all of it: what was sealed, or garbage, which is said as 0. */
export const wideDatum = number(['sector', 'key'], 'what {sector} opens to under {key}', (sector, key) =>
  choose(isOneSector(sector, key), storedDatum(sector, 0).value, 0),
);
/** A part of it as a cipher opens it that goes block by block. */
export const narrowDatum = number(
  ['sector', 'part', 'key'],
  'what {part} of {sector} opens to under {key}',
  (sector, part, key) => choose(isWhole(sector, part, key), storedDatum(sector, part).value, 0),
);
/** What a read answers: a digit for each part. */
export const answersParts = (first: Num, rest: Num): Effect =>
  answers(compute(first, '+', compute(rest, '*', answerBase)));
const startOf = number(['read'], 'the start of {read}', (read) => compute(read, 'mod', answerBase));
const restOf = number(['read'], 'the rest of {read}', (read) => compute(read, 'div', answerBase));
export const firstRead = startOf(theAnswer);
export const restRead = restOf(theAnswer);

export const holdsMark = condition([], 'the first sector [holds] the mark of a new store', () =>
  both(storedDatum(0, 0).is(contentNumber('MARK')), storedFlip(0, 0).is(0)),
)();
/** A file system begins in the first sector, as the cipher of the release opens it. */
export const holdsFileSystem = condition(
  ['instance'],
  'the first sector [opens] to a file system under the key of {instance}',
  (instance) => equals(wideDatum(0, storeKeyOf(instance)), contentNumber('FILE_SYSTEM')),
);
/** In parts: the root of a file system lies in the rest as well, and both are needed. */
export const holdsFileSystemInParts = condition(
  ['instance'],
  'each part of the first sector [opens] to a file system under the key of {instance}',
  (instance) =>
    every(
      0,
      quantity('parts'),
      'each part',
      equals(narrowDatum(0, 'each part', storeKeyOf(instance)), contentNumber('FILE_SYSTEM')),
    ),
);

const setPart = (sector: Ref, part: Ref, of: { key: Ref; place: Ref; datum: Ref; flip: Ref }): Effect =>
  all(
    cell('storedKey', sector, part).becomes(value(of.key)),
    cell('storedPlace', sector, part).becomes(value(of.place)),
    cell('storedDatum', sector, part).becomes(value(of.datum)),
    cell('storedFlip', sector, part).becomes(value(of.flip)),
  );

export const seal = effect(
  ['sector', 'key', 'place', 'datum'],
  'seal {datum} under {key} for {place} into {sector}',
  (sector, key, place, datum) =>
    forEach(0, quantity('parts'), 'each part', setPart(sector, 'each part', { key, place, datum, flip: 0 })),
);
export const copyPart = effect(['from', 'to', 'part'], 'copy {part} of {from} to {to}', (from, to, part) =>
  setPart(to, part, {
    key: storedKey(from, part).value,
    place: storedPlace(from, part).value,
    datum: storedDatum(from, part).value,
    flip: storedFlip(from, part).value,
  }),
);
/** Bytes of the host's, which are no ciphertext. */
export const setMark = (sector: Ref): Effect =>
  setPart(sector, 0, { key: none, place: none, datum: contentNumber('MARK'), flip: 0 });

export const fileOpen = cell('fileOpen');
export const fileThere = cell('fileThere');
export const chunkStored = (chunk: Ref): Cell<'chunkStored'> => cell('chunkStored', chunk);
export const chunkLeaf = (chunk: Ref): Cell<'chunkLeaf'> => cell('chunkLeaf', chunk);
export const chunkWritten = (chunk: Ref): Cell<'chunkWritten'> => cell('chunkWritten', chunk);
export const forEachChunk = (change: Effect): Effect => forEach(0, quantity('chunks'), 'each chunk', change);
