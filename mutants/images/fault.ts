/** Faults of verifiers of images: what each does otherwise than the specification, and the smallest image that shows it. */
import fc from 'fast-check';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { ImageOptions, ImageVerdict } from '../../spec/images/image.ts';
import { verdictOn } from '../../spec/images/image.ts';
import { hex, unhex } from '../../model/bytes.ts';
import { companions } from '../../model/images/reader.ts';
import type { Piece } from '../../model/images/reader.ts';
import type { Reader } from '../../properties/images/format.ts';
import { formatNamed } from '../../properties/images/formats.ts';
import { check } from '../../search/engine/check.ts';
import { imageForgeries, samples } from '../../search/images/all.ts';
import type { Sample } from '../../search/images/forgery.ts';
import { largestScale } from '../../search/images/sounds.ts';
import { kebab } from '../../search/judge/counterexample.ts';
import type { NamedFault } from '../fault.ts';
import type { ImageCounterexample } from './file.ts';

type Judge = (piece: Piece, options: ImageOptions) => ImageVerdict;

export interface ImageFault extends NamedFault {
  readonly format: string;
  readonly judge: Judge;
}

interface Otherwise<F> {
  readonly unasked?: readonly ClauseId[];
  /** How the image is read instead. */
  readonly reads?: (piece: Piece, read: (piece: Piece) => F) => F;
}

/** A fault of the verifier of one format: checks that it does not make, or bytes that it takes for others. */
export const faultOf =
  <F>(reader: Reader<F>) =>
  ({ unasked = [], reads = (piece, read) => read(piece), ...named }: NamedFault & Otherwise<F>): ImageFault => ({
    ...named,
    format: reader.name,
    judge: (piece, options) => verdictOn(reader.checks, reads(piece, reader.read), options, new Set(unasked)),
  });

const bytesInLine = 64;
const toLines = (bytes: Uint8Array): readonly string[] =>
  Array.from({ length: Math.ceil(bytes.length / bytesInLine) }, (_, line) =>
    hex(bytes.subarray(line * bytesInLine, (line + 1) * bytesInLine)),
  );

export function pieceOf({ image, beside = {} }: ImageCounterexample): Piece {
  const given = companions.flatMap((one) => {
    const lines = beside[one];
    return lines === undefined ? [] : [[one, unhex(lines.join(''))] as const];
  });
  return { bytes: unhex(image.join('')), beside: Object.fromEntries(given) };
}

type Options = { readonly [K in keyof ImageOptions]: ImageOptions[K] | undefined };
export const optionsOf = ({ keys, stored, root, sdk }: Options): ImageOptions => ({
  ...(keys === undefined ? {} : { keys }),
  ...(stored === undefined ? {} : { stored }),
  ...(root === undefined ? {} : { root }),
  ...(sdk === undefined ? {} : { sdk }),
});

export const formatVerdict = (verdict: ImageVerdict): string => {
  if (verdict.kind === 'accepted') return 'accepted';
  return `${verdict.clause}${verdict.at === undefined ? '' : ` at byte ${verdict.at}`}`;
};

/** The clause that a verifier breaks which decides so where the specification decides otherwise, if it does. */
export function imageBrokenBy(decided: ImageVerdict, specified: ImageVerdict): ClauseId | undefined {
  if (decided.kind === specified.kind) return undefined;
  if (specified.kind === 'refused') return specified.clause;
  return decided.kind === 'refused' ? decided.clause : undefined;
}

interface Drawn {
  readonly sample: Sample;
  readonly scale: number;
}

const drawnOf = (format: string): fc.Arbitrary<Drawn> =>
  fc.record({
    sample: fc.constantFrom(...[...imageForgeries, ...samples].filter((one) => one.format === format)),
    scale: fc.nat({ max: largestScale }),
  });

function decidedOn({ judge, format }: ImageFault, piece: Piece, options: ImageOptions) {
  const [decided, specified] = [judge(piece, options), formatNamed(format).judge(piece, options)];
  return { decided, specified, breaks: imageBrokenBy(decided, specified) };
}

export interface DetectedImage {
  /** Images that were drawn until one showed the fault. */
  readonly draws: number;
  readonly counterexample: ImageCounterexample;
}

/** Looks for the fault in so many drawn images at the most, and shrinks what shows it. */
export async function detectImageFault(
  fault: ImageFault,
  seed: number,
  most: number,
): Promise<DetectedImage | undefined> {
  const holds = ({ sample: { make, options = {} }, scale }: Drawn): boolean => {
    const { breaks } = decidedOn(fault, make(scale), options);
    return breaks === undefined || !fault.clauses.includes(breaks);
  };
  const { runs, failure } = await check(drawnOf(fault.format), holds, { seed, runs: most });
  return failure && { draws: runs, counterexample: write(fault, failure.value) };
}

function write(fault: ImageFault, { sample, scale }: Drawn): ImageCounterexample {
  const { options = {} } = sample;
  const piece = sample.make(scale);
  const { decided, specified, breaks } = decidedOn(fault, piece, options);
  const beside = Object.entries(piece.beside ?? {}).map(([name, bytes]) => [name, toLines(bytes)] as const);
  return {
    name: `${fault.id}.${kebab(fault.loses)}`,
    fault: fault.id,
    format: fault.format,
    breaks: breaks ?? '',
    decided: formatVerdict(decided),
    specified: formatVerdict(specified),
    made: sample.description,
    ...options,
    image: toLines(piece.bytes),
    ...(beside.length === 0 ? {} : { beside: Object.fromEntries(beside) }),
    story: fault.story,
  };
}

/** What is wrong with a counterexample that is to show the fault; nothing if it does. */
export function flawOfImage(fault: ImageFault, counterexample: ImageCounterexample): string | undefined {
  const { decided, specified, breaks } = decidedOn(fault, pieceOf(counterexample), optionsOf(counterexample));
  if (breaks !== counterexample.breaks) return `it breaks ${breaks ?? 'nothing'}, not ${counterexample.breaks}`;
  const [now, said] = [[decided, specified].map(formatVerdict), [counterexample.decided, counterexample.specified]];
  return now.join() === said.join() ? undefined : `decided and specified are ${now.join(' and ')}`;
}
