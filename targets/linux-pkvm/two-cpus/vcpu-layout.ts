/** Where the host's structure of a vCPU holds what the guest left: found by values that are nowhere else in it. */
import { TargetProblem } from '../../problem.ts';
import type { Machine, Returned } from './machine.ts';
import type { Memory, Range } from './memory.ts';

const registerBytes = 8;
const [first, second] = [20, 21];
const counter = 32;
/** The general ones, the stack pointer, the program counter, and the state. */
const contextRegisters = 34;
/** In the structure of faults: the syndrome, the address of the access, the frame. */
const frameAfterSyndrome = 16;
const [magicSecond, magicThird] = [0x5ca1ab1e0ddba11n, 0x0ddba115ca1ab1en];

export class VcpuLayout {
  private readonly linear: bigint;
  private readonly registers: number;
  private readonly syndrome: number;
  private readonly bytes: number;

  private constructor(linear: bigint, bytes: number, registers: number, syndrome: number) {
    this.linear = linear;
    this.bytes = bytes;
    this.registers = registers;
    this.syndrome = syndrome;
  }

  /**
   * `line`: the module's request to run the guest's own call, which leaves by a hypercall; all but its registers given.
   * `linear`: the address at which the host sees physical address 0.
   */
  static async find(
    machine: Machine,
    line: string,
    bytes: number,
    linear: bigint,
    perform: (call: readonly bigint[]) => Promise<Returned>,
  ): Promise<VcpuLayout> {
    let [isFirst, structure] = [true, 0];
    let held: Buffer = Buffer.alloc(0);
    const text = await machine.ask(`${line} ${magicSecond.toString(16)} ${magicThird.toString(16)}`, async (call) => {
      if (!isFirst) return perform(call);
      isFirst = false;
      structure = Number((call[1] ?? 0n) - linear);
      held = machine.memory.read({ address: structure, bytes });
      return perform(call);
    });
    if (isFirst) throw notFound();
    const [_, syndrome = ''] = text.split(' ');
    const after = machine.memory.read({ address: structure, bytes });
    const at = only(held, magicSecond) - second * registerBytes;
    if (only(held, magicThird) !== at + (second + 1) * registerBytes) throw notFound();
    return new VcpuLayout(linear, bytes, at, only(after, BigInt(`0x${syndrome}`)));
  }

  /** All registers that a guest begins with. */
  context(structure: bigint): Range {
    return { address: Number(structure - this.linear) + this.registers, bytes: contextRegisters * registerBytes };
  }

  /** Syndrome, frame, program counter, and the two registers in which the guest leaves what it has to say. */
  read(memory: Memory, structure: bigint): bigint[] {
    const page = memory.read({ address: Number(structure - this.linear), bytes: this.bytes });
    const register = (number: number): number => this.registers + number * registerBytes;
    const places = [this.syndrome, this.syndrome + frameAfterSyndrome, ...[counter, first, second].map(register)];
    return places.map((place) => page.readBigUInt64LE(place));
  }
}

const notFound = (): TargetProblem =>
  new TargetProblem("what a guest left cannot be found in the host's structure of its vCPU");

function only(structure: Buffer, value: bigint): number {
  const all = Array.from({ length: structure.length / registerBytes }, (_, i) => i * registerBytes);
  const found = all.filter((place) => structure.readBigUInt64LE(place) === value);
  if (found.length !== 1) throw notFound();
  return found[0] as number;
}
