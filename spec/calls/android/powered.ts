import { must, onFailure } from '../../rule.ts';
import type { Rule, Step } from '../../rule.ts';
import { none } from '../../config.ts';
import { all } from '../../language/build.ts';
import { askedFor, isSwitchedOn, powerOf, vcpu } from '../../vocabulary/vms.ts';

const running = vcpu('vm', 'vcpu');

/**
 * Where the hypervisor keeps the power state of vCPUs: only one that is on runs, and its first run is recorded. What it
 * has asked the host to start the host has started.
 */
export const powered: readonly Step[] = [
  must('RUN-POWERED', isSwitchedOn(running), 'EINVAL'),
  onFailure('RUN-RECORD', all(powerOf(running).becomes('ON'), askedFor(running).becomes(none))),
];

/** A guest's call as it is made there. */
export const whilePowered = (rule: Rule): Rule => ({
  ...rule,
  guards: rule.guards.flatMap((step) => (step.clause === 'RUN-LOADED' ? [step, ...powered] : [step])),
});
