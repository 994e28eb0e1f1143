/**
 * The virtual CPU interface of a GICv3, as a guest on it sees it: list registers with the fields of ICH_LR<n>_EL2, an
 * interrupt line, acknowledgement and end of interrupt.
 */

/** Bits of a list register: the interrupt is pending, is active, belongs to group 1; its priority and its number. */
const pendingBit = 1n << 62n;
const activeBit = 1n << 63n;
const group1 = 1n << 60n;
const priorityShift = 48n;
const vintid = (1n << 32n) - 1n;
/** All interrupts have this priority; none preempts one that is active. */
const usualPriority = 0xa0n;

export interface Line {
  readonly isPending: boolean;
  readonly isActive: boolean;
  readonly intid: number;
}

/** A list register that says this; an interrupt that is neither pending nor active leaves it empty. */
export function encodeLine({ isPending, isActive, intid }: Line): bigint {
  if (!isPending && !isActive) return 0n;
  const state = (isPending ? pendingBit : 0n) | (isActive ? activeBit : 0n);
  return state | group1 | (usualPriority << priorityShift) | BigInt(intid);
}

export const decodeLine = (word: bigint): Line => ({
  isPending: (word & pendingBit) !== 0n,
  isActive: (word & activeBit) !== 0n,
  intid: Number(word & vintid),
});

const runsAtPriority = (registers: readonly bigint[]): boolean => registers.some((word) => (word & activeBit) !== 0n);

/** The list register behind the interrupt that the interface signals, if it signals one. */
export function signalledBy(registers: readonly bigint[]): number | undefined {
  if (runsAtPriority(registers)) return undefined;
  const place = registers.findIndex((word) => (word & (pendingBit | activeBit)) === pendingBit);
  return place < 0 ? undefined : place;
}

/** ICC_IAR1_EL1: the interrupt becomes active, and is no longer pending. */
export function acknowledge(registers: bigint[], place: number): number {
  const word = registers[place] as bigint;
  registers[place] = (word & ~pendingBit) | activeBit;
  return Number(word & vintid);
}

/** ICC_EOIR1_EL1: an interrupt of this number is no longer active; nothing where none is. */
export function endInterrupt(registers: bigint[], intid: number): void {
  const place = registers.findIndex((word) => (word & activeBit) !== 0n && Number(word & vintid) === intid);
  if (place < 0) return;
  const word = (registers[place] as bigint) & ~activeBit;
  registers[place] = (word & pendingBit) === 0n ? 0n : word;
}
