/** Mistakes that break the laws of every image: in what is asked, in where it is looked for, in how it ends. */
import { ascii, hex } from '../../model/bytes.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { Format } from '../../properties/images/format.ts';
import { ofImages } from '../../properties/images/laws.ts';
import { fixedName, lawsOfTrees, pvmfw } from '../../properties/images/trees.ts';
import type { Line, Pvmfw } from '../../properties/images/trees.ts';
import { sounds } from '../../search/images/sounds.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { LawFault } from '../evidence/laws.ts';

const fault = (id: string, clause: ClauseId, wrong: (format: Format) => Partial<Format>): LawFault => ({
  id,
  clause,
  laws: () => ofImages(sounds.map((sound) => ({ ...sound, format: { ...sound.format, ...wrong(sound.format) } }))),
});

/** A pvmfw that writes or reads otherwise. */
const inTrees = (id: string, clause: ClauseId, wrong: Partial<Pvmfw>): LawFault => ({
  id,
  clause,
  laws: () => lawsOfTrees({ ...pvmfw, ...wrong }),
});
/** One property of the guest's tree has another value, or is there besides. */
const writes = (id: string, clause: ClauseId, path: string, value: string): LawFault =>
  inTrees(id, clause, {
    written: (facts) => {
      const lines = pvmfw.written(facts).filter(([one]) => one !== path);
      return [...lines, [path, value] satisfies Line];
    },
  });

/** The memory in which an image lies, from where it begins. */
const onward = ({ buffer, byteOffset }: Bytes): Bytes => new Uint8Array(buffer, byteOffset);

export const imageLawFaults: readonly LawFault[] = [
  fault('first-byte-unread', 'IMAGE-EVERY-BYTE', ({ judge }) => ({
    judge: (piece, ...others) => judge({ ...piece, bytes: Uint8Array.of(0x70, ...piece.bytes.subarray(1)) }, ...others),
  })),
  fault('end-unknown', 'IMAGE-BOUNDED', ({ judge }) => ({
    judge: (piece, ...others) => judge({ ...piece, bytes: onward(piece.bytes) }, ...others),
  })),
  fault('place-behind-the-end', 'IMAGE-VERDICT', ({ judge }) => ({
    judge: (piece, ...others) => {
      const verdict = judge(piece, ...others);
      return verdict.kind === 'accepted' ? verdict : { ...verdict, at: piece.bytes.length + 1 };
    },
  })),
  writes('node-of-the-host', 'TREE-OWN', '/firmware/host', 'ff'),
  writes('memory-elsewhere', 'BOOT-TREE-CONFINED', '/memory/reg', '0'.repeat(32)),
  writes('fixed-value-of-the-host', 'BOOT-TREE-FIXED', `/avf/${fixedName}`, 'ff'),
  writes('arguments-of-the-host', 'BOOT-TREE-ARGUMENTS', '/chosen/bootargs', hex(ascii('init=/bin/sh\0'))),
  inTrees('written-twice', 'FDT-FIRST', { written: (facts) => pvmfw.written(facts).flatMap((line) => [line, line]) }),
  inTrees('whole-list-is-a-key', 'CONFIG-KEYS', { keys: (list) => [list] }),
];
