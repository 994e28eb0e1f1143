/** Writes docs/counterexamples.md: every fault with its story, and the rules' counterexamples. */
import type { Counterexample } from '../../search/counterexamples/file.ts';
import type { EvidenceCounterexample } from '../../mutants/evidence/fault.ts';
import { isOfMachine } from '../../search/machine/counterexample.ts';
import { reportEvidence } from '../explain/evidence.ts';
import { reportFault } from '../explain/fault.ts';
import { generatedFrom } from './markdown.ts';

/** The five from which most can be learned. */
const first = [
  'relinquish-wipes-first',
  'host-tlb-not-told',
  'unshare-looks-at-one-side',
  'block-over-notes',
  'wipe-stays-in-the-cache',
];

export function renderGallery(
  counterexamples: readonly Counterexample[],
  evidence: readonly EvidenceCounterexample[],
): string {
  const faulty = counterexamples.filter(({ fault }) => fault !== undefined);
  const ofModel = faulty.filter(isOfMachine);
  const ofBoot = faulty.filter((one) => !ofModel.includes(one));
  const leading = first.flatMap((id) => ofModel.filter(({ fault }) => fault === id));
  const rest = ofModel.filter((one) => !leading.includes(one));
  const rules = counterexamples.filter(({ without }) => without !== undefined);
  const lines = [
    generatedFrom('counterexamples'),
    '',
    '# Counterexamples',
    '',
    `Each of these is a single mistake: ${ofModel.length} in the hypervisor of the reference model, ${ofBoot.length} in booting a VM,`,
    `${evidence.length} in verifiers of evidence. Most of them were made in real systems. The searches know none of them, and found`,
    'all; each is shown by the shortest sequence of calls, or the simplest evidence, that was found.',
    '',
    'Each line is a call: its number, the CPU, who makes it, its answer, and what the machine has become, in the terms of',
    'the specification. A call that is preempted (`…`) continues on a line of its own. `end`: the host takes everything',
    'back. ✗ marks where the clause is broken, and the line below says what is lost.',
    '',
    '## Five to begin with',
    ...leading.flatMap(entry),
    '',
    '## The others',
    ...rest.flatMap(entry),
    '',
    '## Boot, guests and instances',
    '',
    'Mistakes of pvmfw, of the stages inside a guest and of Secretkeeper, planted in the rules of `avf-15`. Arguments that',
    'are not shown have their usual values: the device locked, the device tree plain, the ramdisk normal, no power loss.',
    '`seal(…)` is a sealing secret with everything that it is derived from. The last lines say what differs without the fault.',
    ...ofBoot.flatMap(entry),
    '',
    '## Verifiers of evidence',
    '',
    'Mistakes in judging chains, requests and handovers: the simplest evidence on which the verifier decides wrongly, and',
    'the decisions of verifiers in use ([how they differ](profiles.md#verifiers)). A denial is shown as its clause, with',
    'the entry if there is one. `pvm-spec explain` shows the evidence itself.',
    ...evidence.flatMap(judgement),
    '',
    '## Guards that are left out',
    '',
    'What breaks when one guard of the specification is left out; `pvm-spec explain` shows each file step by step.',
    '',
    ...rules.map(
      ({ name, without, breaks }) =>
        `- \`${name}\`: without ${without?.clause ?? ''} of \`${without?.call ?? ''}\`, ${breaks} breaks`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function judgement(counterexample: EvidenceCounterexample): string[] {
  const report = reportEvidence(counterexample);
  if (typeof report === 'string') throw new Error(`unreachable: ${counterexample.name}: ${report}`);
  const known = report.known === undefined ? '' : ` Known: ${report.known}.`;
  return [
    ...['', `### ${report.title}`, ''],
    ...[`\`${counterexample.fault}\` breaks ${counterexample.breaks}.${known}`, ''],
    ...[counterexample.story, '', '```', ...report.decisions, '```'],
  ];
}

function entry(counterexample: Counterexample): string[] {
  const report = reportFault(counterexample);
  if (typeof report === 'string') throw new Error(`unreachable: ${counterexample.name}: ${report}`);
  return [
    '',
    `### ${report.title}`,
    '',
    `\`${counterexample.fault ?? ''}\` breaks ${counterexample.breaks}: ${counterexample.property}.${report.known === undefined ? '' : ` Known: ${report.known}.`}`,
    '',
    counterexample.story ?? '',
    '',
    '```',
    ...report.lines,
    '```',
  ];
}
