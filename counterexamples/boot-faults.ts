/**
 * Faults of booting: each is one thing left out or done wrong in pvmfw, the guest or Secretkeeper. Nearly all were real,
 * and most were mended before they shipped; `mended` names the commits of AOSP Virtualization.
 */
import { regimes } from '../spec/boot/secrets.ts';
import type { ClauseId } from '../spec/clauses.generated.ts';
import { has, profile, without } from '../spec/profile.ts';
import type { Difference, Profile } from '../spec/profile.ts';
import { avf15 } from '../spec/profiles/avf-15.ts';
import type { Rule } from '../spec/rule.ts';
import { regions } from '../spec/state.ts';
import { value, when } from '../spec/term.ts';
import type { Effect } from '../spec/term.ts';
import { keyOfKernel, left, modeOfBoot, parentGiven, sealingSecret } from '../spec/vocabulary/boot.ts';
import { comesAfter, vmArgued, vmCertified, vmCode, vmPolicy, vmRegime, vmShared } from '../spec/vocabulary/boot.ts';
import { secret, theVm } from '../spec/vocabulary/instance.ts';

export interface BootFault {
  readonly name: string;
  /** What the flawed system does. */
  readonly says: string;
  readonly mended: readonly string[];
  readonly profile: Profile;
  /** The clauses of which the first violation that is found is one. */
  readonly breaks: readonly ClauseId[];
}

function ruleOf(call: string): Rule {
  const rule = avf15.rules.get(call);
  if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
  return rule;
}

/** pvmfw does one thing more at its end. */
const atTheEnd = (effect: Effect): Difference => {
  const rule = ruleOf('pvmfw_boot');
  return has({ ...rule, effects: [...rule.effects, effect] }, `pvmfw ends with: ${effect.words}`);
};

const fault = (
  name: string,
  says: string,
  mended: readonly string[],
  breaks: readonly ClauseId[],
  ...differences: readonly Difference[]
): BootFault => ({ name, says, mended, breaks, profile: profile(`avf-15, ${name}`, avf15, differences) });

const leaves = (region: (typeof regions)[number]): Difference =>
  atTheEnd(left(value<never>(regions.indexOf(region))).becomes('GIVEN'));

/** The secret is derived as if the regime were by record. */
const regimeForgotten: Effect<'handoff' | 'kernel' | 'ramdisk' | 'instance'> = secret(theVm).becomes(
  sealingSecret<'handoff' | 'kernel' | 'ramdisk' | 'instance'>({
    parent: parentGiven,
    key: keyOfKernel,
    mode: modeOfBoot,
    regime: regimes.indexOf('RECORD'),
    salt: 'instance',
  }),
);

/** What the manager derives for the payload, without one of the steps. */
function withoutStep(words: string): Difference {
  const rule = ruleOf('payload_secret');
  const effects = rule.effects.filter((effect) => effect.words !== words);
  if (effects.length !== rule.effects.length - 1) throw new Error(`unreachable: no step ${words}`);
  return has({ ...rule, effects }, `the payload's secrets are derived, but not: ${words}`);
}

const payloadRun = ruleOf('payload_run');
/** APEXes are mounted as soon as they have been verified. */
const mountsEarly: Rule = {
  ...payloadRun,
  guards: payloadRun.guards.map((guard) =>
    guard.kind === 'must' && guard.clause === 'GUEST-STAGE-ORDER'
      ? { ...guard, condition: comesAfter('VERIFIED') }
      : guard,
  ),
};

export const bootFaults: readonly BootFault[] = [
  fault(
    'other-kernel',
    'jumps to another kernel than it has verified',
    ['b8e7cec0'],
    ['BOOT-SAME-BYTES', 'BOOT-VERIFIED', 'SECRET-INPUTS'],
    atTheEnd(vmCode.becomes(1)),
  ),
  fault(
    'ramdisk-unlisted',
    'takes a ramdisk that the kernel does not list',
    ['86383df1'],
    ['BOOT-VERIFIED'],
    without('AVB-RAMDISK-LISTED'),
  ),
  fault(
    'description-elsewhere',
    'takes a description from another partition',
    ['9dfb2968'],
    ['BOOT-VERIFIED'],
    without('AVB-SIGNED'),
  ),
  fault(
    'arguments-through',
    "hands the host's boot arguments on",
    ['c5d2ef2d', '32f37ef4'],
    ['BOOT-TREE-ARGUMENTS'],
    atTheEnd(vmArgued.becomes(1)),
  ),
  fault(
    'policy-when-locked',
    'applies the debug policy on a locked device',
    ['4db76eb5'],
    ['BOOT-DEBUG-POLICY'],
    atTheEnd(vmPolicy.becomes(1)),
  ),
  fault(
    'device-over-pvmfw',
    'maps a device over its own memory',
    ['164a6f59', '49e26ce9', '19b984fb'],
    ['BOOT-TREE-CONFINED'],
    without('TREE-ASSIGNED'),
  ),
  fault('handover-left', 'leaves the handover in memory', ['8383c54b'], ['BOOT-WIPE'], leaves('configuration')),
  fault('stack-left', 'leaves secrets on a stack', ['68533613'], ['BOOT-WIPE'], leaves('stack')),
  fault('cache-stale', 'wipes data in a cache and not in memory', ['bec8466d'], ['BOOT-WIPE'], leaves('data')),
  fault('pages-shared', 'leaves its pages shared', [], ['BOOT-UNSHARED'], atTheEnd(vmShared.becomes(1))),
  fault(
    'entries-extended',
    'reads entries beyond the configuration',
    ['13615ba4'],
    ['BOOT-SECRETS-GIVEN'],
    without('CONFIG-BOUNDS'),
  ),
  fault(
    'any-legacy',
    'takes any configuration that it cannot read for a bare handover',
    ['7aca7ff0'],
    ['BOOT-SECRETS-GIVEN'],
    without('CONFIG-VERSION'),
  ),
  fault('service-rollback', 'boots an older service VM', ['12e4c865'], ['INSTANCE-FIXED'], without('INSTANCE-FIXED')),
  fault(
    'regime-not-in-secret',
    "does not hash the host's choice of regime into the secret",
    ['ffadd4d1'],
    ['SECRET-INPUTS'],
    atTheEnd(regimeForgotten),
  ),
  fault(
    'marker-not-in-secret',
    'does not hash the marker of the service VM into the secret',
    ['a17cfbaf'],
    ['SECRET-INPUTS'],
    atTheEnd(when(vmRegime.is('FIXED'), regimeForgotten)),
  ),
  fault(
    'one-record-of-two',
    'does not compare which records are there',
    ['ab72ec5d'],
    ['INSTANCE-EACH-STAGE'],
    without('GUEST-RECORD-FOUND'),
    without('GUEST-RECORD-FRESH'),
  ),
  fault(
    'index-trusted',
    "takes the root digest from the host's index",
    ['bb4a9877'],
    ['GUEST-VERIFIED'],
    without('APK-CONTENT'),
  ),
  fault('no-verity', 'mounts the system as it is', ['52ea0830'], ['GUEST-VERIFIED'], without('SYSTEM-VERITY')),
  fault(
    'configuration-unsigned',
    'lets the host choose the boot configuration',
    ['acf31b01'],
    ['GUEST-VERIFIED'],
    without('SYSTEM-VBMETA'),
  ),
  fault(
    'apex-exchanged',
    'mounts APEXes that it has not measured',
    ['160f3942'],
    ['GUEST-MEASURED'],
    without('APEX-MOUNTED'),
  ),
  fault(
    'apex-before-secrets',
    'mounts APEXes while the secrets are still there',
    ['b2519c55', '9a7f67e9'],
    ['GUEST-STAGE-ORDER', 'GUEST-UNTRUSTED-LATE'],
    has(mountsEarly),
  ),
  fault(
    'payload-sees-secret',
    'gives the payload the secrets that its own are derived from',
    ['102067a6', '4d262dc7'],
    ['DICE-DESTROYED', 'DICE-SEAL-INDIRECT'],
    withoutStep(left(value<never>(regions.indexOf('handover'))).becomes('NOTHING').words),
  ),
  fault(
    'payload-uncertified',
    'starts the payload without a certificate',
    [],
    ['ATTEST-BOOT-CHAIN'],
    withoutStep(vmCertified.grows().words),
  ),
  fault(
    'payload-not-in-policy',
    'leaves the payload out of the policy',
    ['14c1e223'],
    ['INSTANCE-ONLY', 'INSTANCE-NO-OLDER'],
    without('KEEPER-KEY'),
    without('KEEPER-PAYLOAD'),
  ),
  fault(
    'instance-not-in-policy',
    'leaves the instance out of the policy',
    ['100ae19b'],
    ['INSTANCE-ONLY'],
    without('KEEPER-INSTANCE'),
  ),
  fault(
    'no-verified-boot',
    "honours the host's wish to skip the comparison of APKs",
    [],
    ['INSTANCE-EACH-STAGE'],
    without('APK-RECORDED'),
  ),
];
