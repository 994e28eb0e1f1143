/**
 * `npm run faults [-- FAULT…]`: hunts for every named fault of the reference model with five seeds, prints how long it
 * took (medians), and writes a counterexample that is shorter than the one under `counterexamples/faults/`; then the
 * same for verifiers of evidence with two seeds, where the smallest is written. Fails if a fault is not found.
 */
import { evidenceFaults } from '../../counterexamples/evidence/all.ts';
import { faults } from '../../counterexamples/faults/all.ts';
import { exitStatus, fail, print } from '../output.ts';
import { huntEvidenceFaults } from './evidence.ts';
import { huntModelFaults } from './model.ts';

const wanted = new Set(process.argv.slice(2));
const known = new Set([...faults, ...evidenceFaults].map(({ id }) => id));
for (const id of wanted) if (!known.has(id)) fail(`no fault ${id}; docs/counterexamples.md shows them all`);
const missed = [...huntModelFaults(wanted), ...huntEvidenceFaults(wanted)];
print(missed.length > 0 ? `\nnot always found: ${missed.join(', ')}` : '\nevery fault found with every seed');
process.exitCode = missed.length > 0 ? exitStatus.violated : exitStatus.holds;
