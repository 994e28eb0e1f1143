/** What storage is for, and what it does not promise: each has to be seen. */
import { none } from '../../spec/config.ts';
import { answerBase, contents, firstDatum, noStorage, parts, purposes } from '../../spec/storage/config.ts';
import type { StorageConfig } from '../../spec/storage/config.ts';
import { field } from '../boot/laws.ts';
import type { Permitted, Sometimes, Step } from '../property.ts';
import type { View } from '../view.ts';

const storageOf = (view: View): StorageConfig => view.config.storage ?? noStorage;
const protectionOf = (step: Step): string =>
  storageOf(step.now).partitions[step.arg('partition')]?.protection ?? 'none';
const partsRead = ({ answer }: Step): readonly [number, number] => [
  answer % answerBase,
  Math.floor(answer / answerBase),
];
const writtenBy = (step: Step, sector: number): number =>
  field(step.was, 'lastWritten', field(step.was, 'storeOpenBy') * (storageOf(step.was).sectors + 1) + sector);
const inPart = (
  view: View,
  sector: number,
  name: 'storedKey' | 'storedPlace' | 'storedDatum' | 'storedFlip',
): number[] => Array.from({ length: parts }, (_, part) => field(view, name, sector * parts + part));

const aBlockIsRead: Sometimes = {
  kind: 'sometimes',
  clause: 'IMAGE-SIGNED',
  statement: 'a block of a signed image is read while another one is changed',
  on: ['read_block'],
  seen: (step) => {
    const { blocks } = storageOf(step.now);
    const first = step.arg('partition') * blocks;
    const isChanged = (_: unknown, block: number): boolean => field(step.now, 'blockContent', first + block) !== 0;
    return step.isDone && protectionOf(step) === 'verity' && Array.from({ length: blocks }).some(isChanged);
  },
};

const aStoreIsRead: Sometimes = {
  kind: 'sometimes',
  clause: 'STORE-INSTANCE',
  statement: 'a VM reads what it wrote before it ended',
  on: ['store_read'],
  seen: (step) => step.isDone && partsRead(step).every((datum) => datum >= firstDatum),
};

const theKeyIsNotThePayloads: Sometimes = {
  kind: 'sometimes',
  clause: 'STORE-PURPOSE',
  statement: 'the host has the secret of a payload, and cannot read the store of its VM',
  on: ['host_decrypt'],
  seen: (step) => {
    const key = field(step.now, 'storedKey', step.arg('sector') * parts + step.arg('part'));
    return !step.isDone && key % purposes.length === 1 && field(step.now, 'knownKey', key - 1) === 1;
  },
};

const aChunkIsRead: Sometimes = {
  kind: 'sometimes',
  clause: 'AUTHFS-WRITTEN',
  statement: 'a VM reads what it wrote to a file',
  on: ['authfs_read'],
  seen: ({ isDone }) => isDone,
};

const aFileIsRead: Sometimes = {
  kind: 'sometimes',
  clause: 'AUTHFS-MEASURED',
  statement: 'a block of a measured file is read',
  on: ['read_block'],
  seen: (step) => step.isDone && protectionOf(step) === 'authfs',
};

const otherStorageIsChanged: Permitted = {
  kind: 'permitted',
  clause: 'STORAGE-OTHER-MEANS',
  statement: 'a VM reads what the host has written to a partition that nothing protects',
  on: ['read_block'],
  seen: (step) => step.isDone && protectionOf(step) === 'none' && step.answer !== 0,
};

const aChunkIsWithheld: Permitted = {
  kind: 'permitted',
  clause: 'AUTHFS-WITHHELD',
  statement: 'a VM gets an error where it has written',
  on: ['authfs_read'],
  seen: (step) => !step.isDone && field(step.was, 'chunkWritten', step.arg('chunk')) !== none,
};

const aFileIsLost: Permitted = {
  kind: 'permitted',
  clause: 'AUTHFS-NOT-KEPT',
  statement: 'a file that is there cannot be opened again',
  on: ['authfs_create'],
  seen: (step) => step.rule.guards[step.guard]?.clause === 'AUTHFS-NEW',
};

const equalWritesAreEqual: Permitted = {
  kind: 'permitted',
  clause: 'STORE-EQUAL',
  statement: 'the same content in the same sector is the same ciphertext',
  on: ['store_write'],
  seen: (step) => {
    const sector = step.arg('sector');
    const isSame = (name: Parameters<typeof inPart>[2]): boolean =>
      String(inPart(step.was, sector, name)) === String(inPart(step.now, sector, name));
    return step.isDone && (['storedKey', 'storedPlace', 'storedDatum', 'storedFlip'] as const).every(isSame);
  },
};

const anOlderSectorIsRead: Permitted = {
  kind: 'permitted',
  clause: 'STORE-ROLLBACK',
  statement: 'a VM reads in a sector what it wrote there, but not last',
  on: ['store_read'],
  seen: (step) => {
    const last = writtenBy(step, step.arg('sector'));
    return step.isDone && partsRead(step).every((datum) => datum >= firstDatum && datum !== last);
  },
};

const aStoreIsMadeAnew: Permitted = {
  kind: 'permitted',
  clause: 'STORE-REFORMAT',
  statement: 'a VM sets up its store anew, although it has written to it',
  on: ['store_open'],
  seen: (step) => {
    const { sectors } = storageOf(step.was);
    const first = step.arg('instance') * (sectors + 1);
    const hasWritten = Array.from({ length: sectors }).some(
      (_, i) => field(step.was, 'lastWritten', first + i) !== none,
    );
    return step.isDone && hasWritten && inPart(step.was, 0, 'storedDatum')[0] === contents.indexOf('MARK');
  },
};

const partsAreReadAlone: Permitted = {
  kind: 'permitted',
  clause: 'STORE-NARROW',
  statement: 'a VM reads a sector of which a part is not what it wrote with the rest',
  on: ['store_read'],
  seen: (step) => {
    const [start, rest] = partsRead(step);
    return step.isDone && start !== rest && rest >= firstDatum;
  },
};

export const imageWitnesses = [aBlockIsRead, aFileIsRead, otherStorageIsChanged];
export const fileWitnesses = [aChunkIsRead, aChunkIsWithheld, aFileIsLost];
export const storeWitnesses = [
  aStoreIsRead,
  theKeyIsNotThePayloads,
  equalWritesAreEqual,
  anOlderSectorIsRead,
  aStoreIsMadeAnew,
];
export const ofNarrowCiphers = [partsAreReadAlone];
