/** The formats of all files that others can have: which shape, who writes them, who reads them. */
import type { z } from 'zod';
import { evidenceFormat } from '../../mutants/evidence/file.ts';
import { imageFormat } from '../../mutants/images/file.ts';
import { counterexampleFormat } from '../../search/counterexamples/file.ts';
import { findingFormat } from '../../search/counterexamples/finding.ts';
import { corpusFormat } from '../hunt/corpus.ts';
import { sequenceFormat } from '../../search/counterexamples/sequence-file.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { pairFormat } from '../../search/pairs/pair-file.ts';
import { itfShape } from '../../search/export/itf/shape.ts';
import { lineShape } from '../../targets/transcript/read.ts';
import { attestReport } from '../attest/shape.ts';
import { clausesReport } from '../clauses/shape.ts';
import { detectReport } from '../detect/shape.ts';
import { diffReport } from '../diff/shape.ts';
import { huntReport, huntsReport } from '../hunt/shape.ts';
import { imageReport } from '../image/shape.ts';
import { shardFormat } from '../shards/file.ts';
import { traceReport } from '../trace-shape.ts';
import { verifyReport } from '../verify/shape.ts';

export interface Schema {
  readonly format: Omit<FileFormat<unknown>, 'upgrade' | 'shape'> & { readonly shape: z.ZodType };
  /** A file may name its schema, a report does; of others the shape is all. */
  readonly kind: 'file' | 'report' | 'other';
  readonly writtenBy: string;
  readonly readBy: string;
}

const pipelines = 'pipelines';

const file = (format: Schema['format'], writtenBy: string, readBy = '`explain`, `replay`'): Schema => ({
  ...{ format, kind: 'file', writtenBy, readBy },
});
const report = (format: Schema['format'], writtenBy: string): Schema => ({
  ...{ format, kind: 'report', writtenBy, readBy: pipelines },
});

export const schemas: readonly Schema[] = [
  file(
    counterexampleFormat,
    '`verify`, `npm run necessity`, `npm run faults`',
    '`explain`, `replay`, `export --format itf`',
  ),
  file(evidenceFormat, '`npm run faults`'),
  file(imageFormat, '`npm run faults`'),
  file(findingFormat, 'people', '`explain`, `replay`, `export --format itf`'),
  file(sequenceFormat, '`hunt --save`, `merge`', '`explain`, `replay`, `export --format itf`'),
  file(corpusFormat, '`hunt --corpus`', '`hunt --corpus`'),
  file(pairFormat, '`hunt --cpus 2 --save`'),
  file(shardFormat, '`--shard I/N --out FILE`', '`merge`'),
  {
    format: { name: 'pvm-trace', what: 'a line of a recording', version: 1, shape: lineShape },
    ...{ kind: 'other', writtenBy: '`trace record`', readBy: '`trace check`, `trace repeat`, `export --format itf`' },
  },
  {
    format: { name: 'itf', what: 'a trace of states in the Informal Trace Format', version: 1, shape: itfShape },
    ...{ kind: 'other', writtenBy: '`export --format itf`', readBy: 'other tools' },
  },
  report(verifyReport, '`verify --json`, `merge --json`'),
  report(huntReport, '`hunt --json`'),
  report(huntsReport, '`merge --json`'),
  report(diffReport, '`diff --json`'),
  report(clausesReport, '`clauses --json`'),
  report(traceReport, '`trace check --json`'),
  report(attestReport, '`attest verify --json`'),
  report(imageReport, '`image verify --json`'),
  report(detectReport, '`detect --json`'),
];
