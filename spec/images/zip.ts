/** ZIP archives, as those who verify APKs and APEXes read them: from the end. */
import { must } from '../evidence/check.ts';
import type { ImageCheck } from './image.ts';

/** The fields of the record at the end, by their offsets in it. */
export const endFields = { count: 10, directorySize: 12, directoryOffset: 16, commentSize: 20 } as const;
/** What would stand before the record if the archive had sizes of 64 bits. */
const locatorSize = 20;

export interface ZipEnd {
  readonly at: number;
  readonly commentSize: number;
  readonly directoryOffset: number;
  readonly directorySize: number;
  readonly count: number;
  readonly hasLocator: boolean;
  /** What lies behind the comment; `padding`: zeros that fill the last block of a disk. */
  readonly behind: 'nothing' | 'padding' | 'more';
}

export interface ZipFacts {
  readonly size: number;
  /** The last that there is, with room for a whole one behind it. */
  readonly end: ZipEnd | undefined;
}

const commentAt = ({ end }: ZipFacts): number | undefined => end && end.at + endFields.commentSize;

export const zipChecks: readonly ImageCheck<ZipFacts>[] = [
  must(
    'ZIP-END',
    'no record ends the central directory',
    ({ end }) => end !== undefined,
    ({ size }) => size,
  ),
  must('ZIP-END', 'the comment does not end where the file does', ({ end }) => end?.behind !== 'more', commentAt),
  must(
    'ZIP-DIRECTORY',
    'the central directory does not end where the record begins',
    ({ end }) => end === undefined || end.directoryOffset + end.directorySize === end.at,
    ({ end }) => end && end.at + endFields.directorySize,
  ),
  must(
    'ZIP-SMALL',
    'it says that there are sizes of 64 bits',
    ({ end }) => end?.hasLocator !== true,
    ({ end }) => end && end.at - locatorSize,
  ),
];
