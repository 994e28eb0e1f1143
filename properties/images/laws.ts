/** What holds of every verifier of images, tried on sound images of every format. */
import fc from 'fast-check';
import type { ImageOptions } from '../../spec/images/image.ts';
import type { Piece } from '../../model/images/reader.ts';
import type { EvidenceLaw } from '../evidence/law.ts';
import type { Format, Free } from './format.ts';

/** A sound image, and how it is judged. */
export interface Sound {
  readonly format: Format;
  readonly piece: Piece;
  readonly options: ImageOptions;
}

const isAccepted = ({ format, piece, options }: Sound): boolean => format.judge(piece, options).kind === 'accepted';

const isWithin = (at: number, { from, to }: Free): boolean => at >= from && at < to;

const flipped = (bytes: Uint8Array, at: number, bit: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
};

/** The bytes in the middle of others, as they lie in the memory of a VM. */
function surrounded(bytes: Uint8Array, fill: number): Uint8Array {
  const margin = 64;
  const memory = new Uint8Array(bytes.length + 2 * margin).fill(fill);
  memory.set(bytes, margin);
  return memory.subarray(margin, margin + bytes.length);
}

type Edit = readonly [how: string, at: number, byte: number];

const changed = (bytes: Uint8Array, edits: readonly Edit[]): Uint8Array =>
  edits.reduce((now, [how, place, byte]) => {
    const at = place % (now.length + 1);
    if (how === 'cut') return now.slice(0, at);
    if (how === 'grow') return Uint8Array.of(...now.slice(0, at), byte, byte, ...now.slice(at));
    const copy = now.slice();
    copy.fill(byte, at, at + (how === 'word' ? 4 : 1));
    return copy;
  }, bytes);

const bit = fc.nat({ max: 7 });
const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.tuple(fc.constantFrom('cut', 'grow', 'word', 'byte'), fc.nat(), fc.nat({ max: 255 })),
  {
    minLength: 1,
    maxLength: 4,
  },
);

export function ofImages(sounds: fc.Arbitrary<Sound>): readonly EvidenceLaw[] {
  return [
    {
      kind: 'always',
      clause: 'IMAGE-EVERY-BYTE',
      statement: 'a sound image is accepted, and with one bit flipped that is not free it is refused',
      runs: 200,
      property: fc.property(sounds, fc.nat(), bit, (sound, place, number) => {
        const { format, piece, options } = sound;
        const at = place % piece.bytes.length;
        const isFree = format.free(piece, options).some((free) => isWithin(at, free));
        const other = { ...sound, piece: { ...piece, bytes: flipped(piece.bytes, at, number) } };
        return isAccepted(sound) && (isFree || !isAccepted(other));
      }),
    },
    {
      kind: 'always',
      clause: 'IMAGE-BOUNDED',
      statement: 'an image, sound or changed, is judged alike whatever lies around it',
      runs: 200,
      property: fc.property(sounds, edits, fc.boolean(), ({ format, piece, options }, change, isChanged) => {
        const bytes = isChanged ? changed(piece.bytes, change) : piece.bytes;
        const verdicts = [bytes, surrounded(bytes, 0), surrounded(bytes, 0xff)].map((lying) =>
          JSON.stringify(format.judge({ ...piece, bytes: lying }, options)),
        );
        return new Set(verdicts).size === 1;
      }),
    },
    {
      kind: 'always',
      clause: 'IMAGE-VERDICT',
      statement: 'an image that was changed anywhere gets a verdict, at a byte that it has',
      runs: 300,
      property: fc.property(sounds, edits, ({ format, piece, options }, change) => {
        const bytes = changed(piece.bytes, change);
        const verdict = format.judge({ ...piece, bytes }, options);
        format.rows({ ...piece, bytes });
        return verdict.kind === 'accepted' || verdict.at === undefined || verdict.at <= bytes.length;
      }),
    },
    {
      kind: 'permitted',
      clause: 'IMAGE-FREE-BYTES',
      statement: 'with a bit flipped among the bytes that no check covers, an image can be accepted',
      runs: 20,
      property: fc.property(
        sounds.filter(({ format, piece, options }) => format.free(piece, options).length > 0),
        bit,
        (sound, number) => {
          const { format, piece, options } = sound;
          const places = format.free(piece, options).flatMap(({ from, to }) => [from, to - 1]);
          return places.some((at) =>
            isAccepted({ ...sound, piece: { ...piece, bytes: flipped(piece.bytes, at, number) } }),
          );
        },
      ),
    },
  ];
}
