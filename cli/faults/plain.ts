/** Faults whose counterexamples are plain files: logs for tools that detect, and PEM for verifiers of keys. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectionFaults } from '../../mutants/detection/all.ts';
import { logThatShows } from '../../mutants/detection/shown.ts';
import { keyFaults } from '../../mutants/evidence/keys-attested.ts';
import { pathThatShows, writtenKeys } from '../../mutants/evidence/key-file.ts';
import { print } from '../output.ts';

const root = join(import.meta.dirname, '../../counterexamples');
const seed = 1;

export const plainFaults: readonly { readonly id: string }[] = [...detectionFaults, ...keyFaults];

/** Writes a file for each of the wanted, or for all if none is wanted; gives those that were not found. */
export function detectPlainFaults(wanted: ReadonlySet<string>): readonly string[] {
  const isWanted = ({ id }: { readonly id: string }): boolean => wanted.size === 0 || wanted.has(id);
  const logs = detectionFaults.filter(isWanted).map((fault) => {
    const log = logThatShows(fault, seed);
    return { id: fault.id, path: `detection/${fault.id}.log`, bytes: log };
  });
  const paths = keyFaults.filter(isWanted).map((fault) => {
    const shown = pathThatShows(fault, seed);
    return { id: fault.id, path: `keys/${fault.id}.pem`, bytes: shown && writtenKeys(fault, shown) };
  });
  for (const { id, path, bytes } of [...logs, ...paths]) {
    print(`${id.padEnd(33)}${bytes === undefined ? 'not found' : `counterexamples/${path}`}`);
    if (bytes !== undefined) writeFileSync(join(root, path), bytes);
  }
  return [...logs, ...paths].flatMap(({ id, bytes }) => (bytes === undefined ? [id] : []));
}
