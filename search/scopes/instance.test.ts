/** What the host's tampering leads to, case by case and release by release, and who keeps which secret. */
import { describe, expect, test } from 'vitest';
import { modes, parents, regimes, secretNumber, secretTerm, secretsOf } from '../../spec/boot/secrets.ts';
import type { SecretTerm } from '../../spec/boot/secrets.ts';
import { noBoot } from '../../spec/boot/config.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Outcome } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import { avf13 } from '../../spec/profiles/avf-13.ts';
import { avf14 } from '../../spec/profiles/avf-14.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { avf2026 } from '../../spec/profiles/avf-2026.ts';
import { initialState } from '../../spec/state.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { State } from '../../spec/state.ts';
import { bootScopes, instances, recordsAlone } from './boot.ts';
import { instance } from '../../properties/instance/all.ts';
import { readCall } from '../judge/written-call.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import type { Scope } from './linux.ts';
import { Walk } from '../generate/walk.ts';

type Args = WrittenCall['args'];

/** A host that boots VMs and tampers with what they boot from. */
class Host {
  private readonly system: TransitionSystem;
  private state: State;

  constructor(profile: Profile, scope: Scope) {
    this.system = new TransitionSystem(profile, scope.config);
    this.state = initialState(this.system.layout);
  }

  call(call: string, args: Args = {}): Outcome {
    const { outcome, state } = this.system.step(this.state, readCall(this.system, { call, cpu: 0, args }));
    this.state = state;
    return outcome;
  }

  field(name: FieldName): number {
    return this.state.at(this.system.layout.base[name]);
  }

  /** The whole secret of the VM that runs. */
  secret(): string {
    return [this.field('secret'), this.field('payloadKey'), this.field('keeperSecret')].join('/');
  }

  /** The payload starts and seals something: its secrets are not forgotten from here on. */
  seal(): void {
    this.call('payload_run', {});
    this.call('guest_seal', { place: '1' });
  }

  /** Boot up to the payload's secrets: the first stage that refuses, and its check; or the secret. */
  boot(args: { pvmfw?: Args; manager?: Args } = {}): { refused: string } | { secret: string } {
    this.call('power_off');
    const id = args.pvmfw?.['instance'] ?? '0';
    const asks = this.system.rule('payload_secret').names.includes('asked');
    const stages: readonly [string, Args][] = [
      ['pvmfw_boot', { disk: '0', ramdisk: 'normal', instance: id, ...args.pvmfw }],
      ...(this.system.rules.has('loader_boot') ? [['loader_boot', {}] as [string, Args]] : []),
      ['init_boot', {}],
      ['manager_verify', { ...args.manager }],
      ['payload_secret', asks ? { asked: id } : {}],
    ];
    for (const [stage, given] of stages) {
      const outcome = this.call(stage, given);
      if (outcome.kind === 'denied') return { refused: `${stage}: ${outcome.clause}` };
    }
    return { secret: this.secret() };
  }
}

const refused = (at: string) => ({ refused: at });

interface Tampering {
  readonly description: string;
  readonly tamper: (host: Host) => void;
  readonly boot?: { pvmfw?: Args; manager?: Args };
  /** What the next boot comes to: a refusal, or the secret of before, or one that is new. */
  readonly random: string;
  readonly byId: string;
}

const onDisk = (call: string) => (host: Host) => void host.call(call, { disk: '0' });
const matrix: readonly Tampering[] = [
  { description: 'nothing', tamper: () => undefined, random: 'same', byId: 'same' },
  {
    description: "a byte of pvmfw's entry",
    tamper: onDisk('host_flip_record'),
    random: 'pvmfw_boot: RECORD-SEALED',
    byId: 'pvmfw_boot: RECORD-SEALED',
  },
  {
    description: "a byte of Microdroid's entry",
    tamper: onDisk('host_flip_guest_record'),
    random: 'manager_verify: GUEST-RECORD-SEALED',
    byId: 'manager_verify: GUEST-RECORD-SEALED',
  },
  {
    description: "the identifier of pvmfw's entry, zeroed",
    tamper: onDisk('host_free_record'),
    random: 'manager_verify: GUEST-RECORD-SEALED',
    byId: 'manager_verify: GUEST-RECORD-FRESH',
  },
  {
    description: "the identifier of Microdroid's entry, zeroed",
    tamper: onDisk('host_free_guest_record'),
    random: 'manager_verify: GUEST-RECORD-FOUND',
    byId: 'manager_verify: GUEST-RECORD-FOUND',
  },
  {
    description: 'both identifiers, zeroed',
    tamper: (host) => {
      onDisk('host_free_record')(host);
      onDisk('host_free_guest_record')(host);
    },
    random: 'new',
    byId: 'same',
  },
  { description: 'the whole image, made anew', tamper: onDisk('host_make_disk'), random: 'new', byId: 'same' },
  {
    description: 'the image, back from an older copy',
    tamper: (host) => {
      host.call('host_copy_disk', { from: '0', to: '1' });
      host.boot();
      host.call('host_copy_disk', { from: '1', to: '0' });
    },
    random: 'same',
    byId: 'same',
  },
  {
    description: 'no image at all',
    tamper: () => undefined,
    boot: { pvmfw: { disk: 'none' } },
    random: 'pvmfw_boot: RECORD-DISK',
    byId: 'pvmfw_boot: RECORD-DISK',
  },
  {
    description: 'the magic number',
    tamper: onDisk('host_break_disk'),
    random: 'pvmfw_boot: RECORD-FORM',
    byId: 'pvmfw_boot: RECORD-FORM',
  },
  {
    description: 'an older kernel',
    tamper: () => undefined,
    boot: { pvmfw: { kernel: 'v1' } },
    random: 'pvmfw_boot: RECORD-CODE',
    byId: 'pvmfw_boot: RECORD-CODE',
  },
  {
    description: 'an older kernel, with the image made anew',
    tamper: onDisk('host_make_disk'),
    boot: { pvmfw: { kernel: 'v1' } },
    random: 'new',
    byId: 'same',
  },
  {
    description: 'the ramdisk for debugging',
    tamper: () => undefined,
    boot: { pvmfw: { ramdisk: 'debug' } },
    random: 'pvmfw_boot: RECORD-CODE',
    byId: 'pvmfw_boot: RECORD-CODE',
  },
  {
    description: 'the ramdisk for debugging, with the image made anew',
    tamper: onDisk('host_make_disk'),
    boot: { pvmfw: { ramdisk: 'debug' } },
    random: 'new',
    byId: 'new',
  },
  {
    description: 'another APK',
    tamper: () => undefined,
    boot: { manager: { apk: 'app v2' } },
    random: 'manager_verify: APK-RECORDED',
    byId: 'manager_verify: APK-RECORDED',
  },
  {
    description: 'other APEXes',
    tamper: () => undefined,
    boot: { manager: { apex: 'other APEXes' } },
    random: 'manager_verify: APEX-RECORDED',
    byId: 'manager_verify: APEX-RECORDED',
  },
];

describe('INSTANCE-TAMPERED: by record, after a first boot, the host changes', () => {
  const outcomeOf = (profile: Profile, { tamper, boot }: Tampering): string => {
    const host = new Host(profile, recordsAlone);
    const first = host.boot();
    host.seal();
    host.call('power_off');
    tamper(host);
    const later = host.boot(boot);
    if ('refused' in later) return later.refused;
    return 'secret' in first && later.secret === first.secret ? 'same' : 'new';
  };

  test.each(matrix)('$description', (one) => {
    expect(outcomeOf(avf15, one)).toBe(one.byId);
    expect(outcomeOf(avf14, one)).toBe(one.random);
    expect(outcomeOf(avf13, one)).toBe(one.random);
  });
});

describe('INSTANCE-SWAPPED: the host exchanges two instances of the same software', () => {
  const boots = (profile: Profile) => {
    const host = new Host(profile, recordsAlone);
    const mine = host.boot();
    const other = host.boot({ pvmfw: { disk: '1', instance: '1' } });
    return { host, mine, other };
  };

  test('with a random salt the identity lies in the file', () => {
    const { host, mine, other } = boots(avf14);
    expect(other).not.toEqual(mine);
    expect(host.boot({ pvmfw: { disk: '1', instance: '0' } })).toEqual(other);
  });

  test('with a salt from the instance id the file alone does not open, and with the id it is the other instance', () => {
    const { host, mine, other } = boots(avf15);
    expect(other).not.toEqual(mine);
    expect(host.boot({ pvmfw: { disk: '1', instance: '0' } })).toEqual(refused('manager_verify: GUEST-RECORD-SEALED'));
    expect(host.boot({ pvmfw: { disk: '1', instance: '1' } })).toEqual(other);
  });
});

describe.each([avf15, avf2026])('in the deferred regime of $name', (profile) => {
  const deferred = { deferred: 'yes' };
  const started = () => {
    const host = new Host(profile, instances);
    const first = host.boot({ pvmfw: { ...deferred, kernel: 'v1' }, manager: { apk: 'app v1' } });
    return { host, first };
  };

  test('INSTANCE-NEWER: an update of kernel and APK keeps the secret', () => {
    const { host, first } = started();
    expect(host.boot({ pvmfw: { ...deferred, kernel: 'v2' }, manager: { apk: 'app v2' } })).toEqual(first);
  });

  test('INSTANCE-NO-OLDER: after an update the older software is refused', () => {
    const { host } = started();
    host.boot({ pvmfw: { ...deferred, kernel: 'v2' }, manager: { apk: 'app v2' } });
    expect(host.boot({ pvmfw: { ...deferred, kernel: 'v1' }, manager: { apk: 'app v2' } })).toEqual(
      refused('payload_secret: KEEPER-KERNEL'),
    );
    expect(host.boot({ pvmfw: { ...deferred, kernel: 'v2' }, manager: { apk: 'app v1' } })).toEqual(
      refused('payload_secret: KEEPER-PAYLOAD'),
    );
    expect(host.boot({ pvmfw: { ...deferred, kernel: 'v2' }, manager: { apk: "a stranger's app" } })).toEqual(
      refused('payload_secret: KEEPER-KEY'),
    );
  });

  test('KEEPER-FORGETS: what Secretkeeper has forgotten is gone for good', () => {
    const { host, first } = started();
    host.seal();
    host.call('host_delete_kept', { instance: '0' });
    expect(host.boot({ pvmfw: { ...deferred, kernel: 'v1' } })).not.toEqual(first);
  });

  test('SECRET-INPUTS: without the deferral it is another secret', () => {
    const { host, first } = started();
    expect(host.boot({ pvmfw: { kernel: 'v1' } })).not.toEqual(first);
  });
});

test('INSTANCE-EPHEMERAL: no two boots have one secret', () => {
  const host = new Host(avf2026, recordsAlone);
  const first = host.boot();
  host.seal();
  expect(host.boot()).not.toEqual(first);
});

describe('crashes while the instance is recorded', () => {
  test.each(['0 writes', '1 writes'])('RECORD-CRASH: pvmfw gets to %s, and the next boot is a first one', (writes) => {
    const host = new Host(avf14, recordsAlone);
    expect(host.boot({ pvmfw: { writes } })).toEqual(refused('pvmfw_boot: BOOT-POWERED'));
    expect(host.boot()).toHaveProperty('secret');
    expect(host.field('vmNew')).toBe(1);
  });

  test.each([
    ['0 writes', 'manager_verify: GUEST-RECORD-FOUND'],
    ['1 writes', 'manager_verify: GUEST-RECORD-SEALED'],
    ['2 writes', 'manager_verify: GUEST-RECORD-SEALED'],
    ['3 writes', 'manager_verify: GUEST-RECORD-SEALED'],
  ])('GUEST-RECORD-CRASH: Microdroid gets to %s, and no boot comes after it', (writes, at) => {
    for (const profile of [avf15, avf14]) {
      const host = new Host(profile, recordsAlone);
      expect(host.boot({ manager: { writes } })).toEqual(refused('manager_verify: PAYLOAD-POWERED'));
      expect(host.boot()).toEqual(refused(at));
      expect(host.boot()).toEqual(refused(at));
    }
  });
});

describe('INSTANCE-ROLLBACK-GAP', () => {
  const seenIn = (profile: Profile): boolean => {
    const [gap] = instance(new TransitionSystem(avf15, recordsAlone.config)).filter(
      ({ clause }) => clause === 'INSTANCE-ROLLBACK-GAP',
    );
    if (gap === undefined) throw new Error('unreachable: the gap has a witness');
    return bootScopes.some((scope) => {
      const walk = new Walk(new TransitionSystem(profile, scope.config), scope, [gap]);
      for (let seed = 1; seed <= 200; seed++) walk.run(seed, 150);
      return walk.judge.seen.length > 0;
    });
  };

  test('is there with records and a salt from the instance id', () => {
    expect(seenIn(avf15)).toBe(true);
  });

  test.each([avf14, avf13, avf2026])('is not there in $name', (profile) => {
    expect(seenIn(profile)).toBe(false);
  });
});

describe('SECRET-INPUTS', () => {
  const boot = { ...noBoot, trusted: [true, true], ids: 2, randomSalts: 2 };
  const terms: SecretTerm[] = Array.from({ length: secretsOf(boot) }, (_, number) => secretTerm(boot, number));

  test('every two terms that differ in any input are two secrets', () => {
    const count = parents.length * boot.trusted.length * modes.length * regimes.length * (boot.ids + boot.randomSalts);
    expect(new Set(terms.map((term) => JSON.stringify(term))).size).toBe(count);
    expect(terms.map((term) => secretNumber(boot, term))).toEqual(terms.map((_, number) => number));
  });
});
