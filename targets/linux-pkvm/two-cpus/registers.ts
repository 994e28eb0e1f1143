/** The registers of a CPU as the stub sends them: 31 general ones, stack pointer, program counter, and its state. */

const stackPointer = 31;
const programCounter = 32;
const state = 33;
const bytes = 8;

export class Registers {
  private readonly file: Buffer;

  /** `text`: the answer to `g`, in hexadecimal. */
  constructor(text: string) {
    this.file = Buffer.from(text, 'hex');
  }

  /** A general register; 31 is the stack pointer. */
  x(number: number): bigint {
    return this.file.readBigUInt64LE(number * bytes);
  }

  get pc(): bigint {
    return this.x(programCounter);
  }

  get isAtEl2(): boolean {
    return ((this.file.readUInt32LE(state * bytes) >> 2) & 3) === 2;
  }

  /** A copy in which the program counter and the first general registers are others; with `flags`, its state as well. */
  with(pc: bigint, first: readonly bigint[], flags?: number): Registers {
    if (first.length > stackPointer) throw new Error('unreachable: more values than registers');
    const copy = new Registers(this.text);
    first.forEach((value, i) => copy.file.writeBigUInt64LE(BigInt.asUintN(64, value), i * bytes));
    copy.file.writeBigUInt64LE(BigInt.asUintN(64, pc), programCounter * bytes);
    if (flags !== undefined) copy.file.writeUInt32LE(flags, state * bytes);
    return copy;
  }

  get text(): string {
    return this.file.toString('hex');
  }
}
