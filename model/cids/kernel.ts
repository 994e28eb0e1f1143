/** vhost-vsock in the host's kernel: which VM has which CID, and whom a connection reaches. */
export interface Vsock {
  /** The VM behind each CID. */
  readonly guests: Map<number, string>;
}

/** CIDs of the hypervisor, of loopback and of the host; and the one that stands for any. */
const lowest = 3;
const anyCid = 0xffff_ffff;

/** VHOST_VSOCK_SET_GUEST_CID. */
export function setGuestCid({ guests }: Vsock, cid: number, vm: string): 'EINVAL' | 'EADDRINUSE' | undefined {
  if (cid < lowest || cid >= anyCid) return 'EINVAL';
  if (guests.has(cid)) return 'EADDRINUSE';
  guests.set(cid, vm);
  return undefined;
}

/** The VM closes the device, or dies. */
export function closeGuest({ guests }: Vsock, vm: string): void {
  for (const [cid, one] of guests) if (one === vm) guests.delete(cid);
}
