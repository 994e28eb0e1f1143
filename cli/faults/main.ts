/**
 * `npm run faults [-- FAULT…]`: hunts for every named fault, of the reference model and of boot with five seeds and of
 * verifiers of evidence with two, prints how long it took (medians), and keeps the smallest counterexample under
 * `counterexamples/`. Fails if a fault is not found.
 */
import { allFaults, ofBoot, ofTheModel } from '../../mutants/kinds.ts';
import { huntBoot } from '../../mutants/boot/fault.ts';
import { huntFault } from '../../mutants/model/campaign.ts';
import { exitStatus, fail, print } from '../output.ts';
import { huntEvidenceFaults } from './evidence.ts';
import { huntSequences } from './sequences.ts';

const wanted = new Set(process.argv.slice(2));
for (const id of wanted)
  if (!allFaults.some((one) => one.id === id)) fail(`no fault ${id}; docs/counterexamples.md shows them all`);
const missed = [
  ...(await huntSequences('fault of the model', ofTheModel, huntFault, wanted)),
  ...(await huntSequences('fault of boot', ofBoot, huntBoot, wanted)),
  ...(await huntEvidenceFaults(wanted)),
];
print(missed.length > 0 ? `not always found: ${missed.join(', ')}` : 'every fault found with every seed');
process.exitCode = missed.length > 0 ? exitStatus.violated : exitStatus.holds;
