/** The hypervisor's code as its own page tables show it, and the points in it at which CPUs synchronise. No symbols. */
import { asksAgain, synchronises } from './instructions.ts';
import { pageBytes } from './memory.ts';
import type { Memory } from './memory.ts';
import { mappings } from './tables.ts';

interface Piece {
  readonly virtual: bigint;
  readonly physical: number;
  readonly bytes: Buffer;
}

/** The page that switches the MMU on lies at its own physical address: no CPU is raced there. */
const identityEnd = 1n << 32n;

export class Code {
  private readonly pieces: readonly Piece[];

  /** `root`: the hypervisor's own table. */
  constructor(memory: Memory, root: bigint) {
    this.pieces = [...mappings(memory, root)]
      .filter(({ virtual, isExecutable }) => isExecutable && virtual >= identityEnd)
      .map(({ virtual, physical, bytes }) => ({ virtual, physical, bytes: memory.read({ address: physical, bytes }) }));
  }

  /** The instruction at an address; undefined where the hypervisor has no code. */
  at(address: bigint): number | undefined {
    const piece = this.pieces.find(
      ({ virtual, bytes }) => address >= virtual && address < virtual + BigInt(bytes.length),
    );
    return piece?.bytes.readUInt32LE(Number(address - piece.virtual));
  }

  /** Whether a CPU may come by the same instruction again and again until another CPU has written something. */
  mayWaitAt(address: bigint): boolean {
    const instruction = this.at(address);
    return instruction !== undefined && asksAgain(instruction);
  }

  /** The addresses of its instructions that synchronise, in order: the same list for one build, but for its base. */
  points(): bigint[] {
    return this.pieces.flatMap(({ virtual, bytes }) =>
      Array.from({ length: bytes.length / 4 }, (_, i) => i * 4)
        .filter((offset) => synchronises(bytes.readUInt32LE(offset)))
        .map((offset) => virtual + BigInt(offset)),
    );
  }

  /** The numbers of the pages that it fills. */
  get pages(): ReadonlySet<number> {
    return new Set(
      this.pieces.flatMap(({ physical, bytes }) =>
        Array.from({ length: bytes.length / pageBytes }, (_, i) => physical / pageBytes + i),
      ),
    );
  }

  /** A name of an address of the code or of a guest: the same on each boot. */
  nameOf(address: bigint): string {
    if (this.at(address) === undefined) return `guest ${address.toString(16)}`;
    return `+0x${(address - this.start).toString(16)}`;
  }

  /** The address of that name. */
  named(name: string): bigint {
    const [, isGuest, digits = '0'] = /^(guest |\+0x)([0-9a-f]+)$/.exec(name) ?? [];
    return BigInt(`0x${digits}`) + (isGuest === 'guest ' ? 0n : this.start);
  }

  private get start(): bigint {
    return this.pieces[0]?.virtual ?? 0n;
  }
}
