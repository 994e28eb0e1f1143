/** The footer at the end of a partition, which says where its description is. */
import { must } from '../evidence/check.ts';
import type { ImageCheck } from './image.ts';
import { mostVbmeta } from './vbmeta.ts';

/** The fields of the footer, by their offsets. */
export const footerFields = {
  magic: 0,
  major: 4,
  minor: 8,
  originalSize: 12,
  offset: 20,
  size: 28,
  reserved: 36,
} as const;
export const footerSize = 64;

export interface FooterFacts {
  /** Where it begins, and the size of the partition that it ends. */
  readonly at: number;
  readonly room: number;
  readonly hasMagic: boolean;
  readonly major: number;
  readonly minor: number;
  readonly originalSize: number;
  /** Of the description. */
  readonly offset: number;
  readonly size: number;
}

const field =
  (name: keyof typeof footerFields) =>
  ({ at }: FooterFacts): number =>
    at + footerFields[name];

export const footerChecks: readonly ImageCheck<FooterFacts>[] = [
  must('FOOTER-THERE', 'the partition does not end with a footer', ({ hasMagic }) => hasMagic, field('magic')),
  must('FOOTER-THERE', 'the footer is of a later version', ({ major }) => major <= 1, field('major')),
  must('FOOTER-BOUNDS', 'the description is larger than any', ({ size }) => size <= mostVbmeta, field('size')),
  must(
    'FOOTER-BOUNDS',
    'the description lies outside the partition',
    ({ offset, size, room }) => offset + size <= room,
    field('offset'),
  ),
];
