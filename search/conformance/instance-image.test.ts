/** The instance image in bytes answers as the spec does, whatever the host does to it between boots. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockSize, bytesOf, findPartition, makeDisk } from '../../model/instance/disk.ts';
import type { Bytes } from '../../model/instance/disk.ts';
import { formatImage, hasHeader, partitionName } from '../../model/instance/image.ts';
import { runMicrodroid, runPvmfw } from '../../model/instance/stages.ts';
import type { Ended } from '../../model/instance/stages.ts';
import { guestWrites, pvmfwWrites } from '../../spec/boot/parameters.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Outcome } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import { avf14 } from '../../spec/profiles/avf-14.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { initialState } from '../../spec/state.ts';
import type { State } from '../../spec/state.ts';
import type { Config } from '../../spec/config.ts';
import { recordsAlone } from '../scopes/boot.ts';

const disks = 2;
const [pvmfwAt, microdroidAt] = [blockSize, 3 * blockSize];
const fill = (length: number, ...values: number[]): Bytes =>
  Uint8Array.from({ length }, (_, i) => values[i % values.length] ?? 0);
const device = fill(32, 7, 11, 13);

/** The configuration of records with more randomness than any sequence here needs. */
function config(): Config {
  const { boot, ...rest } = recordsAlone.config;
  if (boot === undefined) throw new Error('unreachable: the scope boots');
  return { ...rest, boot: { ...boot, randomSalts: 60 } };
}

interface Boot {
  readonly disk: number;
  readonly kernel: number;
  readonly ramdisk: number;
  readonly id: number;
  readonly apk: number;
  readonly apex: number;
  readonly pvmfwWrites: number;
  readonly guestWrites: number;
}
const tampers = [
  'host_make_disk',
  'host_break_disk',
  'host_flip_record',
  'host_flip_guest_record',
  'host_free_record',
  'host_free_guest_record',
] as const;
type Action =
  | { readonly boot: Boot }
  | { readonly tamper: (typeof tampers)[number]; readonly disk: number }
  | { readonly copy: readonly [number, number] };

/** Both at once: the machine of the spec, and two disks of bytes. */
class Pair {
  private readonly system: TransitionSystem;
  private readonly byId: boolean;
  private readonly images: Bytes[];
  private state: State;
  private made = 0;

  constructor(profile: Profile) {
    this.system = new TransitionSystem(profile, config());
    this.byId = profile === avf15;
    this.state = initialState(this.system.layout);
    this.images = Array.from({ length: disks }, () => {
      const disk = makeDisk(partitionName, 8);
      const partition = findPartition(disk, partitionName);
      if (partition === undefined) throw new Error('unreachable: the disk has the partition');
      const image = bytesOf(disk, partition);
      formatImage(image);
      return image;
    });
  }

  private spec(call: string, args: Readonly<Record<string, number>>): Outcome {
    const names = Object.keys(this.system.rule(call).rule.parameters);
    const { outcome, state } = this.system.step(this.state, {
      call,
      cpu: 0,
      args: names.map((name) => args[name] ?? 0),
    });
    this.state = state;
    return outcome;
  }

  /** Something that was never there before. */
  private fresh(length: number): Bytes {
    this.made++;
    return fill(length, this.made & 0xff, this.made >> 8, 3);
  }

  boot(boot: Boot): void {
    const image = this.images[boot.disk] as Bytes;
    const supplied = { ...boot, instance: boot.id, writes: boot.pvmfwWrites };
    const outcome = this.spec('pvmfw_boot', supplied);
    const ended = runPvmfw(image, {
      secret: device,
      code: fill(64, boot.kernel, boot.ramdisk),
      key: fill(64, 0),
      mode: 1 + boot.ramdisk,
      random: this.fresh(64),
      ...(this.byId ? { ofInstance: fill(64, boot.id, 0xee) } : {}),
      nonce: this.fresh(12),
      writes: boot.pvmfwWrites,
    });
    expect(verdict(ended)).toBe(verdictOf(outcome));
    if (ended.kind !== 'goes on') return;
    expect(this.state.at(this.system.layout.base.vmNew) === 1).toBe(ended.first);
    this.spec('init_boot', {});
    const guest = runMicrodroid(image, {
      secret: ended.secret,
      first: ended.first,
      payload: fill(90, boot.apk, boot.apex),
      nonce: this.fresh(12),
      writes: boot.guestWrites,
    });
    expect(verdict(guest)).toBe(verdictOf(this.spec('manager_verify', { ...boot, writes: boot.guestWrites })));
    this.spec('power_off', {});
  }

  copy(from: number, to: number): void {
    this.spec('host_copy_disk', { from, to });
    (this.images[to] as Bytes).set((this.images[from] as Bytes).slice());
  }

  tamper(call: (typeof tampers)[number], disk: number): void {
    this.spec(call, { disk });
    const image = this.images[disk] as Bytes;
    // A bit that no earlier step has turned, so that none is turned back.
    const turn = (at: number): void => {
      this.made++;
      image[at + (this.made >> 3)] = (image[at + (this.made >> 3)] ?? 0) ^ (1 << (this.made & 7));
    };
    if (call === 'host_make_disk') formatImage(image);
    if (call === 'host_break_disk') image[0] = 0;
    if (call === 'host_flip_record') turn(pvmfwAt + blockSize);
    if (call === 'host_flip_guest_record') turn(microdroidAt + blockSize);
    if (call === 'host_free_record') image.fill(0, pvmfwAt, pvmfwAt + 16);
    // why: all of it, for the rules forget what an entry held. Where only its identifier is wiped and the next boot loses
    // power after writing that anew, the former content counts again.
    if (call === 'host_free_guest_record') image.fill(0, microdroidAt);
    expect(hasHeader(image)).toBe(this.state.at(this.system.layout.base.diskForm + disk) === 0);
  }

  act(action: Action): void {
    if ('boot' in action) this.boot(action.boot);
    else if ('copy' in action) this.copy(...action.copy);
    else this.tamper(action.tamper, action.disk);
  }
}

const verdict = ({ kind }: Ended): string => kind;
function verdictOf(outcome: Outcome): string {
  if (outcome.kind === 'done') return 'goes on';
  return outcome.error === 'POWER_LOST' ? 'loses power' : 'refuses';
}

const anyDisk = fc.nat(disks - 1);
/** Mostly the same VM again, mostly without a power failure: otherwise no boot comes to its end. */
const mostly = (usual: number, all: number) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.nat(all) });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({
        disk: mostly(0, disks - 1),
        kernel: mostly(0, 1),
        ramdisk: mostly(0, 1),
        id: mostly(0, 1),
        apk: mostly(0, 1),
        apex: mostly(0, 1),
        pvmfwWrites: mostly(pvmfwWrites.all, pvmfwWrites.all),
        guestWrites: mostly(guestWrites.all, guestWrites.all),
      })
      .map((boot) => ({ boot })),
  },
  { weight: 1, arbitrary: fc.record({ tamper: fc.constantFrom(...tampers), disk: anyDisk }) },
  { weight: 1, arbitrary: fc.tuple(anyDisk, anyDisk).map((copy) => ({ copy })) },
);

describe.each([avf14, avf15])('$name', (profile) => {
  test('bytes and spec give the same verdicts', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 20 }), (actions) => {
        const pair = new Pair(profile);
        for (const one of actions) pair.act(one);
      }),
      { numRuns: 100 },
    );
  });
});
