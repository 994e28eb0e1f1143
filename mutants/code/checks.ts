/** What tells a mutant of the model from the model: each check says what is wrong, or nothing. */
import fc from 'fast-check';
import { appraise } from '../../properties/evidence/appraise.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { evidenceLaws } from '../../search/evidence/laws.ts';
import { forgeries } from '../../search/evidence/forgeries/all.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { furtherScopes } from '../../search/machine/further-scopes.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import { TwoRunHarness } from '../../search/machine/two-run.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { forgeChainBytes, forgeRequestBytes, soundPlan } from '../../model/forge/chain.ts';
import { heldTwins } from './held-twins.ts';

export interface Check {
  readonly name: string;
  readonly run: () => string | undefined;
}

/** Sequences in each scope of the machine, and cases of each law of evidence. */
const sequences = 6;
const cases = 25;
const seed = 1;

/** The machine, held against the rules and judged by its own laws, with a twin that has another secret. */
const machine: Check = {
  name: 'machine',
  run: () => {
    for (const scope of [...machineScopes, ...furtherScopes]) {
      const walk = new MachineWalk(new TwoRunHarness(scope, {}));
      for (let run = 0; run < sequences; run++) {
        const broken = walk.run(seed + run, machineSequence);
        if (broken !== undefined) return `${broken.violation.clause}: ${broken.violation.statement}`;
      }
    }
    return undefined;
  },
};

const forged: Check = {
  name: 'forgeries',
  run: () => {
    for (const bytes of [forgeChainBytes(soundPlan), forgeRequestBytes(soundPlan)]) {
      const appraisal = appraise(bytes, defaultOptions);
      if (appraisal.kind === 'unreadable' || appraisal.verdict.kind !== 'proper') return 'what is sound is denied';
    }
    for (const { clause, entry, options, make, description } of forgeries) {
      const appraisal = appraise(make('a device'), { ...defaultOptions, ...options });
      const verdict = appraisal.kind === 'unreadable' ? undefined : appraisal.verdict;
      if (verdict?.kind !== 'denied' || verdict.clause !== clause || verdict.entry !== entry)
        return `${clause} does not deny: ${description}`;
    }
    return undefined;
  },
};

const laws: Check = {
  name: 'laws of evidence',
  run: () => {
    for (const { clause, statement, property, runs } of evidenceLaws) {
      // The laws of evidence are all synchronous.
      const { failed } = fc.check(property, { numRuns: Math.min(cases, runs), seed }) as fc.RunDetails<unknown>;
      if (failed) return `${clause}: ${statement}`;
    }
    return undefined;
  },
};

const readers = ['cbor', 'cose', 'dice', 'evidence', 'x509'];
const things = ['android-host', 'attestation', 'boot', 'cids', 'inside', 'interrupts', 'ownership', 'phone', 'storage'];

/** The checks that have to do with the files of a folder, the cheapest first. */
export function checksOf(): (folder: string) => readonly Check[] {
  let held: (() => string | undefined) | undefined;
  // why: their cases take longer to draw than all other checks, and most folders do not need them.
  const twins: Check = { name: 'rules', run: () => (held ??= heldTwins(seed))() };
  return (folder) => {
    if (things.includes(folder)) return [twins];
    if (folder === 'detection') return [laws];
    return readers.includes(folder) ? [forged, laws] : [machine];
  };
}
