/** A host's machine that has everything, and device trees of it with one thing that is wrong. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii } from '../../model/bytes.ts';
import { node, writeFdt } from '../../model/fdt/write.ts';
import type { NodeSource } from '../../model/fdt/write.ts';
import { hostTree, overlayOf, withDevice } from '../../model/images/host-tree.ts';
import type { HostMachine } from '../../model/images/host-tree.ts';
import type { Forgery } from './forgery.ts';

export const format = 'device tree';
export const digest = ascii('digest of the vendor partition');
const reference = writeFdt(
  node('', {}, node('avf', { vendor_hashtree_descriptor_root_digest: digest, secretkeeper_public_key: ascii('key') })),
);

const overlay = overlayOf(true);
export const besideTree = { reference, overlay };

export const machine = (scale: number): HostMachine => ({
  cpus: 1 + (scale % 3),
  pci: 1 + scale,
  hasWatchdog: true,
  bounceAt: 0x8400_0000,
  arguments: 'panic=-1 console=hvc0 init=/bin/sh',
  ramdisk: [0x8100_0000, 0x8180_0000],
  fixed: { vendor_hashtree_descriptor_root_digest: digest },
  instance: new Uint8Array(64).fill(7),
});

/** Everything that a machine can have. */
export const full = (scale: number): NodeSource => withDevice(hostTree(machine(scale)));

export const forged = (clause: ClauseId, description: string, change: (root: NodeSource) => NodeSource): Forgery => ({
  format,
  clause,
  description,
  make: (scale) => ({ bytes: writeFdt(change(full(scale))), beside: besideTree }),
});
export const inBytes = (clause: ClauseId, description: string, change: (bytes: Bytes) => Bytes): Forgery => ({
  format,
  clause,
  description,
  make: (scale) => ({ bytes: change(writeFdt(full(scale))), beside: besideTree }),
});
