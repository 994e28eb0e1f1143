import { sha512 } from '@noble/hashes/sha2.js';
import { afterEach, expect, test } from 'vitest';
import { answerOn } from '../../model/boot/calls.ts';
import { stageOf } from '../../model/boot/chain.ts';
import type { Device } from '../../model/boot/device.ts';
import { findApk, findExtras } from '../../model/boot/images/apps.ts';
import { bytesOfKernel, bytesOfRamdisk, digestOfKernel } from '../../model/boot/images/kernel.ts';
import { digestOfRamdisk, publicKeyOf } from '../../model/boot/images/kernel.ts';
import { findApex } from '../../model/boot/images/modules.ts';
import { leftIn } from '../../model/boot/leftovers.ts';
import { layerOf } from '../../model/boot/measure.ts';
import { handoverIn } from '../../model/boot/memory.ts';
import { codeOf, verifyCode } from '../../model/boot/verified-boot.ts';
import { hex, unhex } from '../../model/bytes.ts';
import { writeChain } from '../../model/dice/handover.ts';
import { readChain } from '../../model/evidence/chain.ts';
import { noBoot } from '../../spec/boot/config.ts';
import { secretsOf } from '../../spec/boot/secrets.ts';
import { none } from '../../spec/config.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { images } from '../scopes/boot.ts';
import { begin } from '../scopes/linux.ts';
import { twinOf } from './all.ts';
import { hasRegime } from './boot-bytes.ts';
import { secretOf } from './boot-numbers.ts';
import { mistakes, there, undoMistakes } from './boot-mistakes.ts';
import { Reader } from './boot-read.ts';
import { Cells } from './cells.ts';
import { asked, differenceTo, Maker } from './compare.ts';

const system = new TransitionSystem(avf15, images.config);
const { boot = noBoot } = images.config;
const [kernel, ramdisk] = [there(boot.kernels[0]), there(boot.ramdisks[0])];

/** The calls of one boot, up to the payload. */
const steps = [
  ['host_make_disk', { disk: 0 }],
  ['pvmfw_boot', { deferred: 0, disk: 0, handoff: 0, kernel: 0, ramdisk: 0, instance: 0, tree: 1, writes: 2 }],
  ['init_boot', { system: 1 }],
  ['manager_verify', { apk: 0, apex: 0, extra: 0, writes: 4 }],
  ['payload_secret', { asked: none }],
  ['payload_run', { apex: 0 }],
] as const;

function argumentsOf(names: readonly string[], values: Readonly<Record<string, number>>): Int32Array {
  const passed = new Int32Array(argsLength);
  for (const [place, name] of names.entries()) {
    passed[place + 1] = values[name] ?? 0;
    passed[place + 1 + passedAt] = values[name] ?? 0;
  }
  return passed;
}

/** Boots by the rules and by the model; the first difference, or the stage that is reached without one. */
function bootBoth(): string {
  const [twin, maker] = [twinOf(system), new Maker(system)];
  let cells = begin(system, images).state.cells.slice();
  for (const [call, values] of steps) {
    const rule = system.rule(call);
    const passed = argumentsOf(rule.names, values);
    const outcome = maker.make(system, rule, cells, passed);
    const answered = twin && asked(twin, cells, rule, passed);
    if (answered === undefined) return `${call} is not answered`;
    const difference = differenceTo(answered, outcome, rule, maker.state);
    if (difference !== undefined) return difference;
    if (outcome.kind === 'denied') return `${call} is denied by ${outcome.clause}`;
    cells = maker.state.cells.slice();
  }
  return 'the payload runs';
}

const release = { salts: 'of instance ids', usual: 'RECORD', hasLoader: false, readsTreeLast: false } as const;

/** The device after these steps of the boot, as the model alone has it. */
function bootModel(count: number): Device {
  const cells = new Cells(system.layout, begin(system, images).state.cells.slice());
  const device = there(new Reader(boot, cells, release).device());
  for (const [call, values] of steps.slice(0, count)) expect(answerOn(device, call, values).kind).toBe('done');
  return device;
}

afterEach(undoMistakes);

test('stages without a mistake leave what the rules say', () => {
  expect(bootBoth()).toBe('the payload runs');
});

test.each(mistakes)('%s, and it is seen', (_, make, seen) => {
  make();
  expect(bootBoth()).toContain(seen);
});

test('a quarter of a secret is found, wherever it lies, and other bytes are not', () => {
  const device = bootModel(2);
  const { seal } = there(handoverIn(device.memory.handover));
  device.memory.data.set(sha512(seal), 3);
  expect(leftIn(device).data).toBe('NOTHING');
  device.memory.data.set(seal.subarray(8, 16), 101);
  expect(leftIn(device)).toMatchObject({ data: 'NEXT', handover: 'NEXT', stack: 'NOTHING', payload: 'NOTHING' });
});

const claim = (field: { readonly kind: string; readonly value?: unknown } | undefined): unknown => field?.value;
const hashOf = (...digests: readonly string[]): string => hex(sha512(unhex(digests.join(''))));

test('what was verified is what is executed, and what the certificates speak of', () => {
  const { vm: started, memory } = bootModel(4);
  const vm = there(started);
  expect(vm.code).toEqual({ kernel: bytesOfKernel(boot, kernel), ramdisk: bytesOfRamdisk(ramdisk) });
  const verified = there(verifyCode(boot, vm.code));
  expect(verified).toMatchObject({
    kernelDigest: digestOfKernel(kernel.digest),
    ramdiskDigest: digestOfRamdisk(boot, ramdisk.digest),
  });
  expect(handoverIn(memory.handover)).toEqual(stageOf({ ...vm, chain: vm.chain.slice(0, 1) }).cdis);
  const { facts } = readChain(writeChain(stageOf(there(bootModel(steps.length).vm))));
  expect(facts.entries.map(({ signed }) => signed.verifies)).toEqual([true, true, true]);
  const hashes = facts.entries.map(({ payload: { codeHash } }) => claim(codeHash));
  const roots = [findApk(there(boot.apks[0])), ...findExtras(there(boot.extras[0])), findApex(there(boot.apexes[0]))];
  expect(hashes[0]).toBe(hashOf(verified.kernelDigest, there(verified.ramdiskDigest)));
  expect(hashes[2]).toBe(hashOf(...roots.map(({ root }) => root)));
  expect(new Set(hashes).size).toBe(3);
});

test('a kernel without a ramdisk is certified with zeros in its place, under the key that signed it', () => {
  const alone = boot.kernels.findIndex(({ name }) => name === 'alone');
  const verified = there(verifyCode(boot, codeOf(boot, alone, undefined)));
  const { codeHash, authorityHash } = layerOf(verified, { regime: 'RECORD', salt: new Uint8Array(64) });
  expect(hex(codeHash)).toBe(hashOf(digestOfKernel(there(boot.kernels[alone]).digest), '00'.repeat(32)));
  expect(hex(authorityHash)).toBe(hashOf(publicKeyOf(0)));
});

test('secrets are the same bytes only where they are derived from the same', () => {
  const secrets = Array.from({ length: secretsOf(boot) }, (_, number) => secretOf(boot, number));
  const ofRelease = secrets.filter((secret) => hasRegime(release, secret));
  expect(ofRelease.length).toBe((secrets.length * 3) / 4);
  expect(new Set(ofRelease.map(({ seal }) => seal)).size).toBe(ofRelease.length);
});

test('a boot that is refused leaves nothing, whatever it had taken', () => {
  const device = bootModel(1);
  const refused = answerOn(device, 'pvmfw_boot', { ...steps[1][1], instance: none });
  expect(refused).toEqual({ kind: 'refused', error: 'PVM_FIRMWARE_INVALID_FDT' });
  for (const region of Object.values(device.memory)) expect(region.every((byte) => byte === 0)).toBe(true);
});
