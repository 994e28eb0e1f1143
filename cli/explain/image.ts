/** How a fault of a verifier of images reads: how the image is made, what is decided on it, and its parts. */
import { clauses } from '../../spec/clauses.generated.ts';
import { imageFaults } from '../../mutants/images/all.ts';
import type { ImageCounterexample } from '../../mutants/images/file.ts';
import { formatVerdict, imageBrokenBy, optionsOf, pieceOf } from '../../mutants/images/fault.ts';
import { formatNamed } from '../../properties/images/formats.ts';
import { tableOf } from '../image/table.ts';
import type { VerifierReport } from './evidence.ts';

/** Judges it again, with the fault and as specified. */
export function reportImage(counterexample: ImageCounterexample): VerifierReport | string {
  const fault = imageFaults.find(({ id }) => id === counterexample.fault);
  if (fault === undefined) return `no fault ${counterexample.fault} of a verifier of images`;
  const [piece, options, format] = [pieceOf(counterexample), optionsOf(counterexample), formatNamed(fault.format)];
  const [decided, specified] = [fault.judge(piece, options), format.judge(piece, options)];
  const broken = imageBrokenBy(decided, specified);
  const why = broken === undefined ? [] : ['', `${broken}: ${clauses[broken].text}`];
  return {
    title: fault.loses,
    mistake: fault.title,
    known: fault.known,
    broken,
    lines: [
      `${fault.format}: ${counterexample.made}`,
      '',
      `with the fault  ${formatVerdict(decided)}`,
      `as specified    ${formatVerdict(specified)}`,
      ...why,
    ],
    details: [...tableOf(format.rows(piece)), '', ...counterexample.image],
  };
}
