/**
 * `npm run faults [-- FAULT…]`: searches for every named fault, of the reference model and of boot with five seeds and
 * of verifiers of evidence and of images with two, prints how long it took (medians), and keeps the smallest counterexample under
 * `counterexamples/`. Fails if a fault is not found.
 */
import { allFaults, ofAndroid, ofBoot, ofDevice, ofInside, ofInterrupts, ofTheModel } from '../../mutants/kinds.ts';
import { detectBootFault } from '../../mutants/boot/fault.ts';
import { detectFault } from '../../mutants/model/campaign.ts';
import { exitStatus, fail, print } from '../output.ts';
import { detectEvidenceFaults } from './evidence.ts';
import { detectImageFaults } from './images.ts';
import { detectPlainFaults, plainFaults } from './plain.ts';
import { detectBySequences } from './sequences.ts';

const wanted = new Set(process.argv.slice(2));
for (const id of wanted)
  if (![...allFaults, ...plainFaults].some((one) => one.id === id))
    fail(`no fault ${id}; docs/counterexamples shows them all`);
const missed = [
  ...(await detectBySequences('fault of the model', ofTheModel, detectFault, wanted)),
  ...(await detectBySequences('fault of boot', ofBoot, detectBootFault, wanted)),
  ...(await detectBySequences('fault inside a VM', ofInside, detectBootFault, wanted)),
  ...(await detectBySequences('fault of a device', ofDevice, detectBootFault, wanted)),
  ...(await detectBySequences('fault of a service', ofAndroid, detectBootFault, wanted)),
  ...(await detectBySequences('fault of interrupts', ofInterrupts, detectBootFault, wanted)),
  ...(await detectEvidenceFaults(wanted)),
  ...(await detectImageFaults(wanted)),
  ...detectPlainFaults(wanted),
];
print(missed.length > 0 ? `not always found: ${missed.join(', ')}` : 'every fault found with every seed');
process.exitCode = missed.length > 0 ? exitStatus.violated : exitStatus.holds;
