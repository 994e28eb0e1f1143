/** What each stage certifies of the next: the layers of the chain, from bytes that were measured. */
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex, unhex } from '../bytes.ts';
import type { Layer } from '../dice/certificate.ts';
import { componentDescriptor, payloadDescriptor } from '../dice/config.ts';
import { sizes } from '../dice/derive.ts';
import { modes } from '../dice/labels.ts';
import type { Device, Regime, Vm } from './device.ts';
import { vendorRootIn } from './first-stage.ts';
import type { FoundApk } from './images/apps.ts';
import { findApk, findExtras } from './images/apps.ts';
import { verifiedLoaded } from './images/loaded.ts';
import { findApex } from './images/modules.ts';
import { once } from './images/once.ts';
import type { Verified } from './verified-boot.ts';

/** What a layer says of software: hashes of its code and of whoever answers for it, in hexadecimal digits. */
export interface Measured {
  readonly codeHash: string;
  readonly authorityHash: string;
}
export const measuredIn = once(({ codeHash, authorityHash }: Layer): Measured => ({
  codeHash: hex(codeHash),
  authorityHash: hex(authorityHash),
}));

/** What goes into the secrets and into no certificate. */
interface Hidden {
  readonly regime: Regime;
  readonly salt: Bytes;
}
export const hiddenOf = ({ regime, salt }: Hidden): Bytes =>
  sha512(concat(Uint8Array.of(Number(regime === 'FIXED')), salt, Uint8Array.of(Number(regime === 'DEFERRED'))));

const authorities = new Map<string, Bytes>();
export function authorityOf(publicKey: string): Bytes {
  const known = authorities.get(publicKey) ?? sha512(unhex(publicKey));
  authorities.set(publicKey, known);
  return known;
}

const noRamdisk = '00'.repeat(32);
export const codeHashOf = ({ kernelDigest, ramdiskDigest = noRamdisk }: Verified): Bytes =>
  sha512(unhex(kernelDigest + ramdiskDigest));

/** What pvmfw certifies: kernel and ramdisk by the digests that it has verified. */
export const layerOf = (verified: Verified, hidden: Hidden): Layer => ({
  codeHash: codeHashOf(verified),
  authorityHash: authorityOf(verified.publicKey),
  config: {
    descriptor: componentDescriptor({
      name: 'vm_entry',
      securityVersion: verified.securityVersion,
      rkpVmMarker: hidden.regime === 'FIXED',
    }),
  },
  mode: verified.isDebug ? modes.debug : modes.normal,
  hidden: hiddenOf(hidden),
});

const plain = (name: string, code: Bytes, authority: Bytes, mode: number): Layer => ({
  codeHash: sha512(code),
  authorityHash: sha512(authority),
  config: { descriptor: componentDescriptor({ name }) },
  mode,
  hidden: new Uint8Array(sizes.hidden),
});

/** The kernel by the digest that was verified and whose key it was, by the loader of Android 13. */
export function layerOfLoaded({ pieces }: Device, { loaded = 0, entry }: Vm): Layer {
  const { kernelDigest = '', publicKey = '' } = verifiedLoaded(pieces.loaded[loaded]) ?? {};
  return plain('kernel', unhex(kernelDigest), unhex(publicKey), entry.layer.mode);
}

/** The vendor partition that the device tree names, by the first process; none where it names none. */
export function layerOfVendor({ pieces }: Device, { tree, entry }: Vm): Layer | undefined {
  const root = vendorRootIn(pieces.trees[tree]);
  return root === undefined ? undefined : plain('microdroid vendor', unhex(root), ascii('vendor'), entry.layer.mode);
}

/** The payload by its root hashes and those who signed it, by the manager. */
export function layerOfPayload({ pieces }: Device, vm: Vm): Layer {
  const { apk = -1, apex = -1 } = vm.bearer;
  const [main, extras, modules] = [pieces.apks[apk], pieces.extras[vm.extra ?? -1], pieces.apexes[apex]];
  const apps: readonly FoundApk[] = [...(main ? [findApk(main)] : []), ...(extras ? findExtras(extras) : [])];
  const mounted = modules === undefined ? [] : [findApex(modules)];
  const code = [...apps.map(({ root }) => root), ...mounted.map(({ root }) => root)];
  const authority = [...apps.map(({ key }) => key), ...mounted.map(({ key }) => key)];
  return {
    ...plain('', unhex(code.join('')), unhex(authority.join('')), vm.entry.layer.mode),
    config: { descriptor: payloadDescriptor({ configPath: 'assets/vm_config.json' }, []) },
  };
}
