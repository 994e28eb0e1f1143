/** From a recorded event to the call that the spec is asked about. */
import type { Call, CompiledRule } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import type { Question } from '../../spec/target.ts';
import type { Scalar } from '../../spec/transcript.ts';
import type { Names } from './survey.ts';

const pageBytes = 4096;
/** The first handle that the hypervisor gives out; entry n of the VM table has handle n more. */
export const firstHandle = 0x1000;

const wordRange = 2 ** 64;
/** Whatever is larger is as wrong as this: a number of the state has so many bits. */
const largest = 2 ** 31 - 1;

/** An event that cannot be read as a call: what was expected, and what was found. */
export class UnreadableEvent extends Error {}

/** The arguments of one event, each asked for by name and type; what was never asked for does not belong there. */
class Fields {
  private readonly fields: Question['args'];
  private readonly op: string;
  readonly asked = new Set<string>();

  constructor(event: Question) {
    this.fields = event.args;
    this.op = event.op;
  }

  private take(name: string, type: 'number' | 'string' | 'boolean'): Scalar {
    this.asked.add(name);
    const found = this.fields[name];
    if (typeof found === type) return found as Scalar;
    const got = found === undefined ? 'nothing' : JSON.stringify(found);
    throw new UnreadableEvent(`${this.op} needs a ${type} as ${name}, got ${got}`);
  }

  /** A whole number of at most 64 bits. */
  number(name: string): number {
    const found = this.integer(name);
    if (found >= 0 && found < wordRange) return found;
    throw new UnreadableEvent(`${this.op} needs a whole number of at most 64 bits as ${name}, got ${found}`);
  }

  integer(name: string): number {
    const found = this.take(name, 'number') as number;
    if (Number.isInteger(found)) return found;
    throw new UnreadableEvent(`${this.op} needs a whole number as ${name}, got ${found}`);
  }

  /** A number that counts as 0 where it is not given. */
  optional(name: string): number {
    return name in this.fields ? this.number(name) : (this.asked.add(name), 0);
  }

  text(name: string): string {
    return this.take(name, 'string') as string;
  }

  truth(name: string): number {
    return this.take(name, 'boolean') === true ? 1 : 0;
  }

  /** The VM's name, which only helps to tell successive VMs with one handle apart. */
  vmName(): void {
    this.asked.add('vm');
  }

  /** Complains of an argument that the call does not have. */
  finish(): void {
    const extra = Object.keys(this.fields).find((name) => !this.asked.has(name));
    if (extra !== undefined) {
      throw new UnreadableEvent(`${this.op} has no argument ${extra}; it takes ${[...this.asked].join(', ')}`);
    }
  }
}

type Reader = (fields: Fields, names: Names, word: (text: string) => number) => number;

const page =
  (name: string, offset?: string): Reader =>
  (fields, names) => {
    const text = fields.text(name);
    const first = names.pages.get(text);
    if (first === undefined) throw new UnreadableEvent(`the header declares no page ${text}`);
    const at = first + (offset === undefined ? 0 : Math.floor(fields.number(offset) / pageBytes));
    if (at < names.pageCount) return at;
    throw new UnreadableEvent(`${offset} leads beyond the pages that the header declares`);
  };
const number =
  (name: string): Reader =>
  (fields) =>
    Math.min(fields.number(name), largest);

/** How many pages a list takes: none that the header does not declare. */
const pages: Reader = (fields, names, word) => {
  const count = fields.number('pages');
  if (page('first')(fields, names, word) + count <= names.pageCount) return count;
  throw new UnreadableEvent(`${count} pages lead beyond those that the header declares`);
};
const truth =
  (name: string): Reader =>
  (fields) =>
    fields.truth(name);
const misaligned =
  (name: string): Reader =>
  (fields) =>
    fields.number(name) % pageBytes === 0 ? 0 : 1;

const handle: Reader = (fields) => {
  fields.vmName();
  const number = fields.number('handle');
  return number < firstHandle ? none : Math.min(number - firstHandle, largest);
};

const value: Reader = (fields, _, word) => {
  const text = fields.text('value');
  if (!/^0x(0|[1-9a-f][0-9a-f]{0,15})$/.test(text)) {
    throw new UnreadableEvent(
      `value must be 64 bits in hexadecimal without leading zeros, got ${JSON.stringify(text)}`,
    );
  }
  return word(text);
};

/** Permissions beyond the four bits are all the same to the spec: they are none. */
const prot: Reader = (fields) => {
  const bits = fields.integer('prot');
  return bits >= 0 && bits < 16 ? bits : 16;
};

/** Where each parameter of a rule finds its number in an event. */
const readers: Readonly<Record<string, Reader>> = {
  page: page('page'),
  first: page('first'),
  kvm: page('kvm'),
  hostVcpu: page('hostVcpu'),
  vmMem: page('vmMem', 'vmMemOffset'),
  vmMemFault: misaligned('vmMemOffset'),
  pgd: page('pgd', 'pgdOffset'),
  pgdFault: misaligned('pgdOffset'),
  mem: page('mem', 'memOffset'),
  memFault: misaligned('memOffset'),
  argFault: (fields) => (fields.optional('offset') !== 0 || fields.optional('arg2') !== 0 ? 1 : 0),
  vm: handle,
  gfn: (fields, names) => names.gfns.get(fields.number('gfn')) ?? none,
  word: (fields, names) => names.offsets.get(fields.number('offset')) ?? 0,
  value,
  prot,
  created: number('nrVcpus'),
  protected: truth('protected'),
  idRegs: truth('idRegs'),
  index: number('index'),
  vcpu: number('vcpu'),
  nr: number('nr'),
  mkold: truth('mkold'),
  pages,
  id: number('id'),
};

/** Arguments that a call may carry and that the spec does not look at. */
const ignored: Readonly<Record<string, readonly string[]>> = {
  // An address within the page means the page.
  force_reclaim_guest_page: ['offset'],
  hypercall: ['args', 'page', 'offset'],
};

/** The spec's call for an event. Throws UnreadableEvent. */
export function callOf(event: Question, rule: CompiledRule, names: Names, word: (text: string) => number): Call {
  const fields = new Fields(event);
  ignored[event.op]?.forEach((name) => fields.asked.add(name));
  const args = rule.names.map((name) => {
    const reader = readers[name];
    if (reader === undefined) {
      const missing = `no field of a transcript holds the parameter ${name} of ${event.op}`;
      throw new Error(`unreachable: ${missing}; add it to \`readers\` in search/conformance/calls.ts`);
    }
    return reader(fields, names, word);
  });
  fields.finish();
  return { call: event.op, cpu: 0, args };
}
