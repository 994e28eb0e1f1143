/**
 * The devices of the flow in bytes: chains that grow from a secret, of the RKP VM, of its neighbours, and forged ones.
 */
import { sha512 } from '@noble/hashes/sha2.js';
import type { AttestedVm, ChainFlaw } from '../../spec/attestation/config.ts';
import { ascii, hex } from '../../model/bytes.ts';
import type { Appraiser } from '../../model/evidence/vm-request.ts';
import type { Layer, Stage } from '../../model/dice/certificate.ts';
import { firstStage, nextStage } from '../../model/dice/certificate.ts';
import { componentDescriptor, payloadDescriptor } from '../../model/dice/config.ts';
import type { Subcomponent } from '../../model/dice/config.ts';
import { writeChain } from '../../model/dice/handover.ts';
import { modes } from '../../model/dice/labels.ts';

export const hashOf = (words: string): Uint8Array => sha512(ascii(words));
export const secretOf = (words: string): Uint8Array => hashOf(words).slice(0, 32);
/** The same words always give the same thing, so that it need be made once. */
export function remembered<T>(make: (words: string) => T): (words: string) => T {
  const made = new Map<string, T>();
  return (words) => {
    const known = made.get(words) ?? make(words);
    made.set(words, known);
    return known;
  };
}
const profile = 'android.16';

/** What a stage says of the next: sound, unless something else is given. */
interface LayerDescription {
  readonly name: string;
  readonly code?: string;
  readonly authority?: string;
  readonly mode?: number;
  readonly marker?: boolean;
  readonly descriptor?: Uint8Array;
}

const layerOf = ({
  name,
  code = name,
  authority = 'the maker',
  mode = modes.normal,
  marker,
  descriptor,
}: LayerDescription): Layer => ({
  codeHash: hashOf(`code of ${code}`),
  config: {
    descriptor:
      descriptor ?? componentDescriptor({ name, securityVersion: 1, ...(marker ? { rkpVmMarker: true } : {}) }),
  },
  authorityHash: hashOf(`key of ${authority}`),
  mode,
  hidden: hashOf(`hidden input of ${name}`),
});

const grow = (stage: Stage, ...layers: readonly LayerDescription[]): Stage =>
  layers.reduce((last, one) => nextStage(last, layerOf(one), 'Ed25519', profile), stage);

/** A device up to pvmfw, by its secret and the mode of its bootloader. */
export const deviceOf = (name: string, mode: number = modes.normal): Stage =>
  grow(firstStage(secretOf(name)), { name: 'bootloader', mode }, { name: 'pvmfw', marker: true });

/** The RKP VM, or a VM that has not its marker. */
export const rkpVmOf = (device: Stage, marker = true): Stage =>
  grow(device, { name: 'vm_entry', code: 'rialto', marker });

const kernel: LayerDescription = { name: 'vm_entry', code: 'kernel' };
const vendor: LayerDescription = { name: 'Microdroid vendor' };
const payloadName = 'Microdroid payload';

const component = (name: string, version: number, signer: string): Subcomponent => ({
  name,
  version,
  codeHash: hashOf(`${name} ${version}`).slice(0, 32),
  authorityHash: hashOf(`key of ${signer}`),
});
const app = component('apk:app', 2, 'the developer');
const system = component('apex:system', 1, 'the maker');

const expectedComponents: readonly Subcomponent[] = [app, system];

/** What each payload is made of. */
export const componentsOf: Readonly<Record<AttestedVm['payload'], readonly Subcomponent[]>> = {
  EXPECTED: expectedComponents,
  OLDER: [component('apk:app', 1, 'the developer'), system],
  OF_OTHERS: [component('apk:app', 2, 'a stranger'), system],
  MORE: [...expectedComponents, component('apk:extra', 1, 'a stranger')],
};

const payloadOf = (components: readonly Subcomponent[]): LayerDescription => ({
  name: payloadName,
  descriptor: payloadDescriptor({ configPath: 'assets/config.json' }, components, 1),
});

/** A VM of the device; every other one has a vendor partition. */
export function bootVm(device: Stage, { normal, payload }: AttestedVm, number: number): Stage {
  const booted: LayerDescription = normal ? kernel : { ...kernel, code: 'debug kernel', mode: modes.debug };
  const last = { ...payloadOf(componentsOf[payload]), code: `instance ${number}` };
  return grow(device, booted, ...(number % 2 === 1 ? [vendor] : []), last);
}

const expected = payloadOf(expectedComponents);

/** A chain that the attacker has made, and whose last key it has: sound but for the flaw. */
export function forge(device: Stage, flaw: ChainFlaw): Stage {
  switch (flaw) {
    case 'device':
      return grow(deviceOf('another device'), kernel, expected);
    case 'stages':
      return grow(device, kernel, vendor, expected, expected);
    case 'signature':
      return grow({ ...device, key: firstStage(secretOf('the attacker')).key }, kernel, expected);
    case 'names':
      return grow(device, kernel, { ...expected, descriptor: payloadDescriptorNamed('payload of another system') });
    case 'vendor':
      return grow(device, kernel, { ...vendor, code: 'a vendor partition of others' }, expected);
    case 'kernel key':
      return grow(device, { ...kernel, authority: 'a vendor' }, expected);
    case 'kernel':
      return grow(device, { ...kernel, code: 'an old kernel' }, expected);
    case 'debug kernel':
      return grow(device, { ...kernel, code: 'debug kernel' }, expected);
  }
}

const payloadDescriptorNamed = (name: string): Uint8Array => componentDescriptor({ name, securityVersion: 1 });

/** What the RKP VM of a device was built with, and finds there. */
export const appraiserOf = (rkpVm: Stage): Appraiser => ({
  chain: writeChain(rkpVm),
  authorityHash: hex(layerOf(kernel).authorityHash),
  vendorHash: hex(layerOf(vendor).codeHash),
  kernels: [hex(layerOf(kernel).codeHash)],
  debugKernels: [hex(hashOf('code of debug kernel'))],
});
