/**
 * What stages do with secrets and images in memory, step by step. A mistake replaces one of the steps, and what is left
 * in memory, what is executed and what is certified tell of it.
 */
import type { Bytes } from '../bytes.ts';
import type { Layer } from '../dice/certificate.ts';
import { deriveCdis, sizes } from '../dice/derive.ts';
import type { Cdis } from '../dice/derive.ts';
import { frames, handoverIn, putHandover, wipe } from './memory.ts';
import type { Memory } from './memory.ts';
import { codeHashOf } from './measure.ts';
import type { Verified } from './verified-boot.ts';
import { guestRecordKey, measurementOf, payloadCdis, payloadKey, recordKey } from './secrets.ts';

/** Kernel and ramdisk as bytes. */
export interface Code {
  readonly kernel: Bytes;
  readonly ramdisk: Bytes | undefined;
}
/** Where the images of a VM lie, and whose the memory is by then. */
export interface Place {
  owner: 'host' | 'VM';
  code: Code;
}

const half = sizes.cdi;
const copy = (region: Bytes, frame: number, { attest, seal }: Cdis): void => {
  region.set(attest, frame);
  region.set(seal, frame + half);
};
const copied = (region: Bytes, frame: number): Cdis => ({
  attest: region.slice(frame, frame + half),
  seal: region.slice(frame + half, frame + 2 * half),
});

export const hypervisor = {
  /** Memory of a protected VM is out of the host's reach. */
  letsHostWrite: ({ owner }: Place): boolean => owner === 'host',
};

/** The host writes other images over those of a VM, or its access faults. */
export function hostWrites(place: Place, code: Code): void {
  if (hypervisor.letsHostWrite(place)) place.code = code;
}

/** The hash in the certificate is over the digests that were verified, and not over the bytes as they lie there. */
const codeHash: (verified: Verified, code: Code) => Bytes = codeHashOf;

export const pvmfw = {
  /** What is verified lies where the entry is. */
  verifies: ({ code }: Place): Code => code,
  jumpsTo: ({ code }: Place): Code => code,
  codeHash,

  /** Its own copy of what it was given. */
  takes: ({ configuration, stack }: Memory): void => {
    const cdis = handoverIn(configuration);
    if (cdis === undefined) throw new Error('unreachable: a handover that was read is not there');
    copy(stack, frames.firmware, cdis);
  },
  /** The key of its entry is on its heap. */
  opensRecord: ({ data, stack }: Memory): void => {
    data.set(recordKey(copied(stack, frames.firmware)), frames.firmware);
  },
  /** Secrets go through registers, and the next stage finds its own in the handover. */
  derives: ({ stack, registers, handover }: Memory, layer: Layer): void => {
    const cdis = copied(stack, frames.firmware);
    copy(registers, frames.firmware, cdis);
    putHandover(handover, deriveCdis(cdis, measurementOf(layer)));
  },
  wipesConfiguration: ({ configuration }: Memory): void => wipe(configuration, frames.firmware),
  wipesData: ({ data }: Memory): void => wipe(data, frames.firmware),
  wipesStack: ({ stack }: Memory): void => wipe(stack, frames.firmware),
  clearsRegisters: ({ registers }: Memory): void => wipe(registers, frames.firmware),
};

export const manager = {
  /** The key of its entry is on its heap as well. */
  opensRecord: ({ handover, data }: Memory): void => {
    const cdis = handoverIn(handover);
    if (cdis !== undefined) data.set(guestRecordKey(cdis), frames.guest);
  },
  takes: ({ handover, stack }: Memory): boolean => {
    const cdis = handoverIn(handover);
    if (cdis === undefined) return false;
    copy(stack, frames.guest, cdis);
    return true;
  },
  /** The payload gets secrets of its own, in memory that nothing else was in. */
  derives: ({ stack, data, payload }: Memory, layer: Layer, keeperSecret: number | undefined): void => {
    const cdis = payloadCdis(copied(stack, frames.guest), layer);
    copy(data, frames.guest, cdis);
    payload.fill(0);
    payload.set(payloadKey(copied(data, frames.guest), keeperSecret));
  },
  wipesHandover: ({ handover }: Memory): void => {
    handover.fill(0);
  },
  wipesData: ({ data }: Memory): void => wipe(data, frames.guest),
  wipesStack: ({ stack }: Memory): void => wipe(stack, frames.guest),
};
