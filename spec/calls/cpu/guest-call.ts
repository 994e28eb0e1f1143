import { guestFunction, vcpuIndex, vm } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import type { Rule, Step } from '../../rule.ts';
import type { Effect } from '../../language/term.ts';
import { answers, not } from '../../language/build.ts';
import { callsOneOf, featuresOr } from '../../vocabulary/instructions.ts';
import { isProtected } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

const changesNothing = { waiver: 'who answers is not part of the state, and nothing changes either way' };
const ofProtected = must('GUEST-CALL-PROTECTED', isProtected('vm'), 'hvc', changesNothing);
const features = callsOneOf('function', 'FEATURES', 'FEATURES + 2^32');

const guestCalls = (guards: readonly Step[], effects: readonly Effect[], more: Pick<Rule, 'answer'> = {}): Rule =>
  call(
    'guest',
    'guest_call',
    { vm, vcpu: vcpuIndex, function: guestFunction },
    { guards: [...entersGuest, ofProtected, ...guards], effects, ...more },
  );

/** FEATURES itself, HYP_MEMINFO, MEM_SHARE and MEM_UNSHARE. */
const linuxFeatures = 0b11101;

/** A guest calls whoever is below it by a number: Linux's hypervisor answers one of them, and passes on all others. */
export const guestCall = guestCalls(
  [must('GUEST-CALL-OWN', features, 'hvc', changesNothing)],
  [answers(featuresOr('function', linuxFeatures))],
  { answer: 'number' },
);

const passedOn = (...names: Parameters<typeof callsOneOf>[1][]): Step =>
  must('GUEST-CALL-PASSED', not(callsOneOf('function', ...names)), 'hvc', changesNothing);
const known = must('GUEST-CALL-KNOWN', not(callsOneOf('function', 'unknown')), 'NOT_SUPPORTED', changesNothing);

/** Where the hypervisor keeps the power state, it answers what it can, and passes on what the host has to do. */
export const poweredGuestCall = guestCalls([passedOn('SYSTEM_OFF', 'SYSTEM_RESET', 'AFFINITY_INFO'), known], []);

/** Android's answers AFFINITY_INFO as well. */
export const androidGuestCall = guestCalls([passedOn('SYSTEM_OFF', 'SYSTEM_RESET'), known], []);
