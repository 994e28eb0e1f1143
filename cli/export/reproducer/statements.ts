/**
 * Calls as C. Each is asked for as the target asks for it (targets/linux-pkvm/protocol.ts), with numbers that stand for
 * pages, VMs and hypercalls; in the request that comes of it these are names again.
 */
import type { Question } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import { upperNames, withoutUpper } from '../../../search/conformance/campaign/upper.ts';
import { pieces } from '../../../targets/linux-pkvm/guest-steps.ts';
import { requestFor } from '../../../targets/linux-pkvm/protocol.ts';
import { TargetProblem } from '../../../targets/problem.ts';

/** Which names a run has. */
export interface Names {
  /** Is there a page of this name? */
  hasPage(name: string): boolean;
  /** The name of a hypercall by its number, where it is known. */
  hypercall(id: number): string | undefined;
  readonly codeGfn: number;
}

const pageBits = 12n;
/** Page numbers and handles that nothing else has. */
const [firstPage, firstVm] = [0xb1e55ed0000n, 0xb1e55ee0000n] as const;
const most = 0x10000n;

/** A page or a VM as a name in C. */
export const nameInC = (name: string): string => name.toLowerCase().replaceAll('.', '_');

export class Statements {
  /** Pages that are named, by the whole name; and VMs. */
  readonly pages: string[] = [];
  readonly vms: string[] = [];
  private readonly calls: string[] = [];
  private readonly names: Names;

  constructor(names: Names) {
    this.names = names;
  }

  /** The expression that makes the call and gives its answer in words. Throws TargetProblem where there is none. */
  expression(question: Question, answer: Answer): string {
    if (question.op === 'guest_read_pair' && Number(question.args['offset'] ?? 0) % 16 !== 0) {
      throw new TargetProblem('the module reads the first word of a pair');
    }
    const plain = withoutUpper(question, upperNames);
    const [word = '', ...numbers] = this.request(plain);
    const write = writers[word];
    if (write === undefined) throw new Error(`unreachable: no request ${word}`);
    const above = this.above(question, plain);
    const values = numbers.map((number, i) => `${this.value(number)}${above[i] ?? ''}`);
    return write({ id: this.idOf(question, numbers), values, answer, vm: this.made(answer), names: this.names });
  }

  private request({ op, args }: Question): string[] {
    return requestFor({ op, args: this.named(args) }, this.places()).line.split(' ');
  }

  /** By place in the request, what is above a narrow argument, which itself may be known only when the module runs. */
  private above(question: Question, plain: Question): string[] {
    const without = this.request({ ...plain, args: { ...plain.args, vm: null } }).slice(1);
    const whole = this.request({ ...question, args: { ...question.args, vm: null } }).slice(1);
    return whole.map((number, i) =>
      number === without[i] ? '' : ` | ${inC(BigInt(`0x${number}`) ^ BigInt(`0x${without[i] ?? ''}`))}`,
    );
  }

  private places(): Parameters<typeof requestFor>[1] {
    return {
      page: (name) => {
        if (!this.names.hasPage(name)) throw new TargetProblem(`there is no page ${name}`);
        return firstPage + BigInt(this.numberOf(this.pages, name));
      },
      call: (name) => this.numberOf(this.calls, name),
      maybe: () => 0,
      codeGfn: this.names.codeGfn,
    };
  }

  private numberOf(list: string[], name: string): number {
    if (!list.includes(name)) list.push(name);
    return list.indexOf(name);
  }

  /** The handle of a VM that was made here is known when the module runs. */
  private named(args: Question['args']): Question['args'] {
    const { vm, handle } = args;
    const at = typeof vm === 'string' ? this.vms.indexOf(vm) : -1;
    return at < 0 || handle === undefined ? args : { ...args, handle: Number(firstVm) + at };
  }

  private made({ vm }: Answer): string | undefined {
    if (typeof vm !== 'string') return undefined;
    if (!/^VM\d+$/.test(vm)) throw new TargetProblem(`${JSON.stringify(vm)} is no name of a VM`);
    this.numberOf(this.vms, vm);
    return nameInC(vm);
  }

  /** By its name in the kernel's list, and by its number where that is all that is known. */
  private idOf({ op, args }: Question, [first = '0']: readonly string[]): string {
    const number = parseInt(first, 16);
    const name = op === 'hypercall' ? this.names.hypercall(Number(args['id'])) : this.calls[number];
    return name === undefined ? number.toString() : `ID(${name})`;
  }

  private value(text: string): string {
    const isSeen = text.startsWith('@');
    const number = BigInt(`0x${text.replace('@', '')}`);
    const page = this.pageAt(number >> pageBits);
    if (page !== undefined) {
      const offset = number & ((1n << pageBits) - 1n);
      return `${isSeen ? 'SEEN_AT' : 'ADDRESS'}(${page})${offset === 0n ? '' : ` + ${inC(offset)}`}`;
    }
    const vm = number - firstVm;
    if (vm >= 0n && vm < most) return nameInC(this.vms[Number(vm)] ?? '');
    return this.pageAt(number) ?? inC(number);
  }

  private pageAt(number: bigint): string | undefined {
    const name = number >= firstPage && number < firstPage + most ? this.pages[Number(number - firstPage)] : undefined;
    if (name === undefined) return undefined;
    const [block = '', page] = name.split('+');
    return page === undefined || page === '0' ? nameInC(block) : `${nameInC(block)} + ${page}`;
  }
}

const inC = (number: bigint): string => (number < 10n ? String(number) : `0x${number.toString(16)}`);

/** A request whose numbers have become names. */
interface Named {
  /** The hypercall, where the request begins with one. */
  readonly id: string;
  readonly values: readonly string[];
  readonly answer: Answer;
  /** The VM that the call makes. */
  readonly vm: string | undefined;
  readonly names: Names;
}

/** The result of a hypercall in words. */
function result(call: string, { vm, answer }: Named, first = '0'): string {
  if (vm !== undefined) return `handle(&${vm}, ${call})`;
  return Object.keys(answer).length === 0 ? `nothing(${first}, ${call})` : `ret(${call})`;
}

function hvc(named: Named): string {
  const [, ...registers] = named.values;
  const name = /^ID\((.*)\)$/.exec(named.id)?.[1];
  const call = [name ?? named.id, ...registers].join(', ');
  return result(`${name === undefined ? 'HVC_NUMBER' : 'HVC'}(${call})`, named, registers[0]);
}

const isYes = (value: string | undefined): string => (value === '0' ? 'false' : 'true');

function initVm(named: Named): string {
  const [, kvm, handle, vcpus, isProtected, hasIdRegs, memory, pgd] = named.values;
  const spec = [
    `.handle = ${handle}, .vcpus = ${vcpus}`,
    `.is_protected = ${isYes(isProtected)}, .has_id_regs = ${isYes(hasIdRegs)}`,
  ].join(', ');
  return result(`INIT_VM(${kvm}, ${memory}, ${pgd}, ${spec})`, named);
}

const nameOfPiece = (name: string): string =>
  `GUEST_${name.replace(/^MRS /, 'READ_').replace(/^MSR /, 'WRITE_').toUpperCase()}`;
const pieceNamed = new Map(Object.entries(pieces).map(([name, at]) => [at as number, nameOfPiece(name)]));

/** Where each piece starts in the guest's code, by its name in C. */
export const piecesInC: ReadonlyMap<number, string> = pieceNamed;

function run({ values, names }: Named): string {
  const [, , handle, vcpu, pc = '0', ...registers] = values;
  const piece = pieceNamed.get(Number(pc) - names.codeGfn * 2 ** Number(pageBits));
  if (piece === undefined) throw new Error(`unreachable: no piece at ${pc}`);
  const set = ['x0', 'x1', 'x2', 'x21', 'x22'].flatMap((name, i) => {
    const value = registers[i] ?? '0';
    return value === '0' ? [] : [`.${name} = ${value}`];
  });
  return `RUN(${[handle, vcpu, piece, ...set].join(', ')})`;
}

/** By the first word of a request (targets/linux-pkvm/guest/module.c). */
const writers: Readonly<Record<string, (named: Named) => string>> = {
  call: hvc,
  list: hvc,
  init_vm: initVm,
  init_vcpu: (named) => result(`INIT_VCPU(${named.values.slice(1).join(', ')})`, named),
  topup: ({ values }) => `list(${values.join(', ')})`,
  load: ({ values }) => `word(${values.join(', ')})`,
  store: ({ values }) => `stored(host_write(${values.join(', ')}))`,
  stub: ({ values }) => `stored(host_load_stub(${values.join(', ')}))`,
  ffa: ({ values: [number, page, offset, ...message] }) =>
    `secure(ffa_pass(${number}, ${page}, ${offset}, (struct ffa_message){ ${message.join(', ')} }))`,
  map: ({ values }) => `secure(ffa_map(${values.join(', ')}))`,
  unmap: ({ values }) => `secure(ffa_unmap(${values.join(', ')}))`,
  reclaim: ({ values }) => `secure(ffa_take_back(${values.join(', ')}))`,
  secure: ({ values }) => `by_secure_world(${values.join(', ')})`,
  smc: ({ values }) => `firmware(firmware_call(${values.join(', ')}))`,
  sleep: ({ values }) => `woken(sleep_and_wake(${values.join(', ')}))`,
  finalize: ({ id, values }) => `finalized(finalize(${[id, ...values.slice(1)].join(', ')}))`,
  run,
};
