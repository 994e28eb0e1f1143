import { expect, test, vi } from 'vitest';
import * as fc from 'fast-check';
import { detectBootFault } from '../../mutants/boot/fault.ts';
import { bootFaults } from '../../mutants/boot/all.ts';
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import { detectEvidenceFault, EvidencePool } from '../../mutants/evidence/fault.ts';
import { detectFault } from '../../mutants/model/campaign.ts';
import { faults } from '../../mutants/model/all.ts';
import { mutateGuard } from '../../search/guards/mutation.ts';
import { exhibit, negativeControls } from '../../search/machine/negative-controls.ts';
import { byTheRules, describedAs } from '../../search/conformance/campaign/by-the-rules.ts';
import { Campaign } from '../../search/conformance/campaign/campaign.ts';
import { QuestionSequence } from '../../search/conformance/campaign/sequence.ts';
import { pages } from '../../search/scopes/linux.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import type { VerifyOptions, Watcher } from './result.ts';
import { checkNames, verify } from './run.ts';

/** Arbitraries can be made, for that is done where modules are loaded; nothing can be drawn from them. */
vi.mock('fast-check', async (original) => {
  const real = await original<typeof fc>();
  const broken = (): never => {
    throw new Error('fast-check is not there');
  };
  return {
    ...real,
    default: { ...real, check: broken, assert: broken, sample: broken },
    check: broken,
    assert: broken,
    sample: broken,
  };
});

const options: VerifyOptions = {
  seed: 1,
  runs: 1,
  seconds: undefined,
  profile: undefined,
  clause: undefined,
  path: undefined,
  check: undefined,
  verbose: fc.VerbosityLevel.None,
};
const watcher: Watcher = { progress: () => undefined, finished: () => undefined, stopped: () => false };

test.each(checkNames(options))('without fast-check, verify cannot run %s', async (check) => {
  await expect(verify({ ...options, check }, watcher)).rejects.toThrow('fast-check is not there');
});

const about = describedAs(linux73);
const onTarget = (): Campaign =>
  new Campaign([byTheRules(linux73, about)], about, { profile: linux73, length: 10, statesEvery: 10 });
const huntOnTarget = (): Promise<unknown> => onTarget().fuzz({ seed: 1, runs: 1, until: Infinity });
function shrinkOnTarget(): Promise<unknown> {
  const question = { op: 'mkyoung', args: { gfn: 1 } };
  const difference = { what: 'ret', expected: '0', got: '1' };
  const met = { questions: [question], answers: [], difference, kind: 'other content', changed: [true] } as const;
  return onTarget().shrink({ run: 0, sequence: new QuestionSequence([{ question }]), met }, Infinity);
}

const campaigns: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a guard that is left out', () => mutateGuard(linux73, [pages], { call: 'donate_guest', clause: 'DONATE-OWNED' })],
  ['a fault of the model', () => detectFault(faults[0] as (typeof faults)[number], 1, 1)],
  ['a fault of boot', () => detectBootFault(bootFaults[0] as (typeof bootFaults)[number], 1, 1)],
  [
    'a fault of a verifier',
    () => detectEvidenceFault(evidenceFaults[0] as (typeof evidenceFaults)[number], new EvidencePool(1), 1),
  ],
  ['a wrong answer of a target', () => huntOnTarget()],
  ['how a wrong answer of a target shrinks', () => shrinkOnTarget()],
  ['a negative control', () => exhibit(negativeControls[0] as (typeof negativeControls)[number], 1, 1)],
];

test.each(campaigns)('without fast-check, nobody finds %s', async (_, campaign) => {
  await expect(campaign()).rejects.toThrow('fast-check is not there');
});
