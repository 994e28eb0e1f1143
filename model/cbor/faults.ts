/** What can be wrong with an encoding; the clause that forbids it is the spec's to name. */
import type { EncodingFault } from '../../spec/evidence/facts.ts';

/** Thrown while bytes are read, and caught where the facts about them are put together. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
  readonly fault: EncodingFault;
  readonly at: number;
  constructor(fault: EncodingFault, at: number) {
    super(`${fault} at byte ${at}`);
    this.fault = fault;
    this.at = at;
  }
}
