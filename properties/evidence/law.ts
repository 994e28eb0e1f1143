import type fc from 'fast-check';
import type { ClauseId } from '../../spec/clauses.generated.ts';

/** A statement about evidence, with the draws on which it is tried. */
export interface EvidenceLaw {
  readonly kind: 'always' | 'permitted';
  readonly clause: ClauseId;
  readonly statement: string;
  readonly property: fc.IProperty<unknown[]>;
  readonly runs: number;
}
