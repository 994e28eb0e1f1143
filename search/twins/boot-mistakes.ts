/** Mistakes of stages with secrets and images in memory, each with the difference to the rules by which it is seen. */
import { sha512 } from '@noble/hashes/sha2.js';
import { handoverIn, putHandover } from '../../model/boot/memory.ts';
import { hypervisor, manager, pvmfw } from '../../model/boot/stages.ts';
import { codeOf } from '../../model/boot/verified-boot.ts';
import { unhex } from '../../model/bytes.ts';
import { noBoot } from '../../spec/boot/config.ts';
import { images } from '../scopes/boot.ts';

const { boot = noBoot } = images.config;

/** What has to be there. */
export function there<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('unreachable: what every boot has is not there');
  return thing;
}

const sound = { pvmfw: { ...pvmfw }, manager: { ...manager }, hypervisor: { ...hypervisor } };
export function undoMistakes(): void {
  Object.assign(pvmfw, sound.pvmfw);
  Object.assign(manager, sound.manager);
  Object.assign(hypervisor, sound.hypervisor);
}
const nothing = (): void => undefined;

const [configuration, data, stack, registers, handover, payload] = [0, 1, 2, 3, 4, 5];
const left = (call: string, region: number, model: number, rules = 0): string =>
  `${call} leaves left ${region} at ${model} in the model, and at ${rules} by the rules`;
const [given, next, derived] = [1, 2, 3];

/** Each step of the stages, done wrongly. */
export const mistakes: readonly (readonly [string, () => unknown, string])[] = [
  ['pvmfw leaves a copy on its stack', () => (pvmfw.wipesStack = nothing), left('pvmfw_boot', stack, given)],
  [
    'pvmfw leaves the configuration',
    () => (pvmfw.wipesConfiguration = nothing),
    left('pvmfw_boot', configuration, given),
  ],
  ['pvmfw leaves the key of its entry', () => (pvmfw.wipesData = nothing), left('pvmfw_boot', data, given)],
  [
    'pvmfw wipes the first half of the key of its entry',
    () =>
      (pvmfw.wipesData = ({ data: heap }) => {
        heap.fill(0, 0, 16);
      }),
    left('pvmfw_boot', data, given),
  ],
  ['pvmfw leaves secrets in registers', () => (pvmfw.clearsRegisters = nothing), left('pvmfw_boot', registers, given)],
  [
    'pvmfw hands its own secrets over',
    () =>
      (pvmfw.derives = (memory) => {
        memory.handover.set(memory.configuration);
      }),
    left('pvmfw_boot', handover, given, next),
  ],
  [
    'pvmfw derives after it has wiped its stack',
    () => {
      const { derives } = pvmfw;
      pvmfw.derives = (memory, layer) => {
        pvmfw.wipesStack(memory);
        derives(memory, layer);
      };
    },
    left('pvmfw_boot', handover, 0, next),
  ],
  [
    'pvmfw takes the one secret for the other',
    () => {
      const { derives } = pvmfw;
      pvmfw.derives = (memory, layer) => {
        derives(memory, layer);
        const { attest, seal } = there(handoverIn(memory.handover));
        putHandover(memory.handover, { attest: seal, seal: attest });
      };
    },
    'pvmfw_boot leaves secret 0 at -1 in the model',
  ],
  [
    'the host replaces the kernel that was measured',
    () => (hypervisor.letsHostWrite = () => true),
    'pvmfw_boot leaves vmCode 0 at ',
  ],
  [
    'pvmfw jumps to another copy than it has verified',
    () => (pvmfw.jumpsTo = () => codeOf(boot, 1, 0)),
    'pvmfw_boot leaves vmCode 0 at ',
  ],
  [
    'pvmfw certifies the hash of the padded image',
    () => (pvmfw.codeHash = (_, code) => sha512(code.kernel)),
    'pvmfw_boot leaves bearerCode 0 at -1 in the model',
  ],
  [
    'pvmfw certifies the kernel without the ramdisk',
    () => (pvmfw.codeHash = ({ kernelDigest }) => sha512(unhex(kernelDigest + '00'.repeat(32)))),
    'pvmfw_boot leaves bearerCode 0 at -1 in the model',
  ],
  [
    'the manager wipes the handover before it copies it',
    () => {
      const { takes } = manager;
      manager.takes = (memory) => {
        manager.wipesHandover(memory);
        return takes(memory);
      };
    },
    'payload_secret is answered UNKNOWN_RUNTIME_ERROR by the model',
  ],
  ['the manager leaves the handover', () => (manager.wipesHandover = nothing), left('payload_secret', handover, next)],
  ['the manager leaves the key of its entry', () => (manager.wipesData = nothing), left('manager_verify', data, next)],
  ['the manager leaves a copy on its stack', () => (manager.wipesStack = nothing), left('payload_secret', stack, next)],
  [
    'the manager leaves secrets of the payload',
    () => {
      const { derives } = manager;
      manager.derives = (...given) => {
        derives(...given);
        manager.wipesData = nothing;
      };
    },
    left('payload_secret', data, derived),
  ],
  [
    'the manager gives its sealing secret to the payload',
    () =>
      (manager.derives = (memory) => {
        memory.payload.set(there(handoverIn(memory.handover)).seal);
      }),
    left('payload_secret', payload, next, derived),
  ],
];
