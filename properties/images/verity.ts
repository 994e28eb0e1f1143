/** A tree of hashes as a format. */
import { verityChecks, verityFields, veritySuperblockSize } from '../../spec/images/verity.ts';
import type { VerityFacts } from '../../spec/images/verity.ts';
import { ascii, sameBytes } from '../../model/bytes.ts';
import { readVerity } from '../../model/images/verity.ts';
import type { Free, Reader, Row } from './format.ts';

const magic = ascii('verity');
const bytesOfDigits = (digits: string): number => digits.length / 2;

function rows({ superblock, end, root, isData }: VerityFacts): readonly Row[] {
  if (superblock === undefined) return [];
  const { dataBlock, hashBlock, dataBlocks, salt } = superblock;
  return [
    { at: verityFields.dataBlock, size: 8, part: 'block sizes', value: `${dataBlock} of data, ${hashBlock} of hashes` },
    { at: verityFields.dataBlocks, size: 8, part: 'data blocks', value: String(dataBlocks) },
    { at: verityFields.salt, size: bytesOfDigits(salt), part: 'salt', value: salt },
    ...(end <= hashBlock
      ? []
      : [{ at: hashBlock, size: end - hashBlock, part: 'tree', value: `root ${root ?? 'unknown'}` }]),
    ...(isData === undefined
      ? []
      : [{ at: end, size: 0, part: 'data', value: isData ? 'as the tree has it' : 'other' }]),
  ];
}

function free({ superblock, room, end, isData }: VerityFacts): readonly Free[] {
  if (superblock === undefined) return [];
  const salted = verityFields.salt + bytesOfDigits(superblock.salt);
  const unknown = 'they are about the data, which is not there';
  return [
    { from: verityFields.uuid, to: verityFields.algorithm, why: 'the UUID is a name and no more' },
    ...(isData === undefined ? [{ from: verityFields.dataBlock, to: verityFields.hashBlock, why: unknown }] : []),
    ...(isData === undefined ? [{ from: verityFields.dataBlocks, to: verityFields.saltSize, why: unknown }] : []),
    { from: verityFields.saltSize + 2, to: verityFields.salt, why: 'it fills up the superblock' },
    { from: salted, to: Math.max(veritySuperblockSize, superblock.hashBlock), why: 'it fills up the superblock' },
    ...(end < room ? [{ from: end, to: room, why: 'it lies behind the tree' }] : []),
  ];
}

export const verity: Reader<VerityFacts> = {
  name: 'verity tree',
  isMeant: (bytes) => sameBytes(bytes.subarray(0, magic.length), magic),
  read: readVerity,
  checks: verityChecks,
  rows,
  free,
};
