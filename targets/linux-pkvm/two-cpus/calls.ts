/** A call made ready: what a CPU does for it, found by letting the guest's module make it and keeping what it would do. */
import type { Question } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import { TargetProblem } from '../../problem.ts';
import { readAnswer, requestFor, storedNumber } from '../protocol.ts';
import type { Places } from '../asking.ts';
import { notSupported } from './machine.ts';
import type { Act, Machine, Returned } from './machine.ts';
import { Image, pageBytes } from './memory.ts';
import type { Range } from './memory.ts';
import type { VcpuLayout } from './vcpu-layout.ts';

export interface Prepared {
  readonly acts: readonly Act[];
  /** What the host puts into its memory before it makes the call. */
  readonly writes: readonly { readonly address: number; readonly bytes: Buffer }[];
  /** What the acts have come to. */
  readonly read: (results: readonly (Returned | 'faulted')[]) => Answer;
}

export interface Surroundings {
  readonly machine: Machine;
  readonly places: Places;
  /** The pages that the host's calls write to. */
  readonly own: readonly Range[];
  readonly layout: VcpuLayout | undefined;
}

const hex = (value: bigint): string => BigInt.asUintN(64, value).toString(16);
const accesses: ReadonlySet<string> = new Set(['host_read', 'host_write']);

export function prepare(question: Question, around: Surroundings): Promise<Prepared> {
  return accesses.has(question.op) ? access(question, around) : hypercalls(question, around);
}

/** The host sees physical memory from one address on. */
export async function linearMap(machine: Machine, page: bigint): Promise<bigint> {
  const address = page * BigInt(pageBytes);
  let seen = 0n;
  await machine.ask(`call 0 @${hex(address)}`, async ([_, x1 = 0n]) => {
    seen = x1;
    return [notSupported];
  });
  return seen - address;
}

async function access({ op, args }: Question, { machine, places }: Surroundings): Promise<Prepared> {
  const page = places.page(args['page'] as string);
  const start = (await linearMap(machine, page)) + page * BigInt(pageBytes);
  const address = start + BigInt((args['offset'] as number | undefined) ?? 0);
  const isLoad = op === 'host_read';
  const value = isLoad ? 0n : storedNumber(args['value'] as string, places);
  return {
    acts: [{ gadget: isLoad ? 'load' : 'store', registers: [value, address] }],
    writes: [],
    read: ([result]) => {
      if (result === undefined || result === 'faulted') return { fault: 'EFAULT' };
      return isLoad ? { value: `0x${hex(result[0] ?? 0n)}` } : { ok: true };
    },
  };
}

async function hypercalls(question: Question, { machine, places, own, layout }: Surroundings): Promise<Prepared> {
  const request = requestFor(question, places);
  const before = new Image(machine.memory, own);
  const acts: Act[] = [];
  const text = await machine.ask(request.line, async (call) => {
    acts.push({ gadget: 'hypercall', registers: call });
    return [notSupported];
  });
  if (text.startsWith('?')) throw new TargetProblem(`${question.op}: ${text.slice(1)}`);
  const [runs] = request.line.startsWith('run ') ? acts : [];
  const writes = before.changes();
  if (runs !== undefined && layout !== undefined) {
    // Also what a guest begins with and had at this moment anyway: another may have run in between.
    const { address, bytes } = layout.context(runs.registers[1] ?? 0n);
    writes.push({ address, bytes: machine.memory.read({ address, bytes }) });
  }
  before.restore();
  const words = (results: readonly (Returned | 'faulted')[]): string => {
    const [first] = results;
    if (first === undefined || first === 'faulted') return '?the call faults in the host';
    if (runs === undefined || layout === undefined) return first.slice(0, 2).map(hex).join(' ');
    const [x0 = 0n, x1 = 0n] = first;
    return [x0 === 0n ? x1 : notSupported, ...layout.read(machine.memory, runs.registers[1] ?? 0n)].map(hex).join(' ');
  };
  return { acts, writes, read: (results) => readAnswer(request, words(results)) };
}
