/** Mistakes that break the laws of every image: in what is asked, in where it is looked for, in how it ends. */
import type { Bytes } from '../../model/bytes.ts';
import type { Format } from '../../properties/images/format.ts';
import { ofImages } from '../../properties/images/laws.ts';
import { sounds } from '../../search/images/sounds.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { LawFault } from '../evidence/laws.ts';

const fault = (id: string, clause: ClauseId, wrong: (format: Format) => Partial<Format>): LawFault => ({
  id,
  clause,
  laws: () => ofImages(sounds.map((sound) => ({ ...sound, format: { ...sound.format, ...wrong(sound.format) } }))),
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
];
