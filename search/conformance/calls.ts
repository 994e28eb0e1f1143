/** From a recorded event to the call that the spec is asked about. */
import type { Call, CompiledRule } from '../../spec/transition-system.ts';
import { none, protAll, protBits } from '../../spec/config.ts';
import { content } from '../../spec/fields.ts';
import { ffaForeign, ffaMessages, ffaRests } from '../../spec/ffa-messages.ts';
import { firmwareCallNames } from '../../spec/firmware-calls.ts';
import { guestFunctions, instructions } from '../../spec/guest-instructions.ts';
import { narrowArguments, upperOf } from '../../spec/narrow-arguments.ts';
import type { NarrowArgument } from '../../spec/narrow-arguments.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Question } from '../../spec/target.ts';
import type { Scalar } from '../../spec/transcript.ts';
import type { Names } from './survey.ts';

const pageBytes = 4096;
/** The first handle that the hypervisor gives out; entry n of the VM table has handle n more. */
export const firstHandle = 0x1000;

const wordRange = 2 ** 64;
/** Whatever is larger is as wrong as this: a number of the state has so many bits. */
export const largest = 2 ** 31 - 1;

const hexadecimal = /^0x(0|[1-9a-f][0-9a-f]{0,15})$/;
const ofWord = '64 bits in hexadecimal without leading zeros';

/** An event that cannot be read as a call: what was expected, and what was found. */
export class UnreadableEvent extends Error {}

/** The arguments of one event, each asked for by name and type; what was never asked for does not belong there. */
class Fields {
  private readonly fields: Question['args'];
  readonly op: string;
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

  /** A text that is left out where it would say nothing. */
  maybeText(name: string): string | undefined {
    return name in this.fields ? this.text(name) : void this.asked.add(name);
  }

  /** What a register has above a narrow argument, or nothing. */
  upper(argument: NarrowArgument): bigint {
    const name = upperOf(argument);
    if (!(name in this.fields)) return (this.asked.add(name), 0n);
    const text = this.text(name);
    if (!hexadecimal.test(text)) throw new UnreadableEvent(`${name} must be ${ofWord}, got ${JSON.stringify(text)}`);
    const value = BigInt(text);
    if (BigInt.asUintN(argument.bits, value) === 0n) return value;
    throw new UnreadableEvent(`${name} must lie above the lower ${argument.bits} bits, got ${text}`);
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

/** An argument as it is written: its name, its type in JSON, and what it says to whoever answers the call. */
export interface Field {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean' | 'string or null';
  readonly says: string;
  /** It is sent only where it says something. */
  readonly optional?: true;
}

interface Reader {
  readonly fields: readonly Field[];
  readonly read: (fields: Fields, names: Names, word: (text: string) => number) => number;
}

const pageNumber = (name: string, fields: Fields, names: Names, offset?: string): number => {
  const text = fields.text(name);
  const first = names.pages.get(text);
  if (first === undefined) throw new UnreadableEvent(`the header declares no page ${text}`);
  const at = first + (offset === undefined ? 0 : Math.floor(fields.number(offset) / pageBytes));
  if (at < names.pageCount) return at;
  throw new UnreadableEvent(`${offset} leads beyond the pages that the header declares`);
};
const page = (name: string, says: string): Reader => ({
  fields: [{ name, type: 'string', says }],
  read: (fields, names) => pageNumber(name, fields, names),
});
/** Where memory is given away, and whether that is at the start of a page. */
const memory = (name: string, size: string): Record<string, Reader> => {
  const offset = `${name}Offset`;
  const where: Reader['fields'] = [
    { name, type: 'string', says: `the first of \`${size}\` pages that the host gives away` },
    {
      name: offset,
      type: 'number',
      says: `bytes to add to the address of \`${name}\`; a multiple of ${pageBytes} or not`,
    },
  ];
  return {
    [name]: { fields: where, read: (fields, names) => pageNumber(name, fields, names, offset) },
    [`${name}Fault`]: { fields: where, read: (fields) => (fields.number(offset) % pageBytes === 0 ? 0 : 1) },
  };
};
const number = (name: string, says: string): Reader => ({
  fields: [{ name, type: 'number', says }],
  read: (fields) => Math.min(fields.number(name), largest),
});
const truth = (name: string, says: string): Reader => ({
  fields: [{ name, type: 'boolean', says }],
  read: (fields) => fields.truth(name),
});

/** How many pages a list takes: none that the header does not declare. */
const pages: Reader = {
  fields: [{ name: 'pages', type: 'number', says: 'how many pages, from `first` on' }],
  read: (fields, names) => {
    const count = fields.number('pages');
    if (pageNumber('first', fields, names) + count <= names.pageCount) return count;
    throw new UnreadableEvent(`${count} pages lead beyond those that the header declares`);
  },
};

const vmName = 'the name of the VM that last got this handle, for the reader; an adapter can ignore it';
const handle: Reader = {
  fields: [
    { name: 'handle', type: 'number', says: 'the handle of a VM' },
    { name: 'vm', type: 'string or null', says: vmName },
  ],
  read: (fields) => {
    fields.vmName();
    const number = fields.number('handle');
    return number < firstHandle ? none : Math.min(number - firstHandle, largest);
  },
};

/** Before the name of a page: the address at which the host sees it. */
export const pointerMark = '&';
/** The same for its physical address, with lower bits behind a bar. */
const physical = /^#([^|]+)(?:\|\d+)?$/;
const isAddress = (text: string, { pages }: Names): boolean =>
  pages.has(text.startsWith(pointerMark) ? text.slice(1) : (physical.exec(text)?.[1] ?? ''));

const value: Reader = {
  fields: [
    {
      name: 'value',
      type: 'string',
      says: '64 bits in hexadecimal, without leading zeros: `"0x2a"`; of a `host_write`, only where the adapter says where fields of structures lie, also `&` and the name of a page: the address at which the host sees it, or `#` and the name: its physical address, with lower bits behind `|` (`"#P1|8"`)',
    },
  ],
  read: (fields, names, word) => {
    const text = fields.text('value');
    if (fields.op === 'host_write' && isAddress(text, names)) return content.unknown;
    if (hexadecimal.test(text)) return word(text);
    throw new UnreadableEvent(`value must be ${ofWord}, got ${JSON.stringify(text)}`);
  },
};

const bits = Object.entries(protBits).map(([name, bit]) => `${name} ${bit}`);
const permissions = `permissions, as a sum of ${bits.join(', ')} (PX and UX: execute at EL1 and at EL0)`;
/** Permissions beyond the four bits are all the same to the spec: they are none. */
const prot: Reader = {
  fields: [{ name: 'prot', type: 'number', says: `${permissions}; more than ${protAll} is no set of permissions` }],
  read: (fields) => {
    const bits = fields.integer('prot');
    return bits >= 0 && bits <= protAll ? bits : protAll + 1;
  },
};

const reserved = 'a reserved argument of the call; sent only where it is not zero, and then it is wrong';
const argFault: Reader = {
  fields: ['offset', 'arg2'].map((name) => ({ name, type: 'number', says: reserved, optional: true })),
  read: (fields) => (fields.optional('offset') !== 0 || fields.optional('arg2') !== 0 ? 1 : 0),
};
/** Where in a page an address lies that should be the page's own. */
const addrFault: Reader = {
  fields: [{ name: 'offset', type: 'number', says: 'bytes to add to the address of `page`' }],
  read: (fields) => (fields.number('offset') % pageBytes === 0 ? 0 : 1),
};
const gfn: Reader = {
  fields: [
    { name: 'gfn', type: 'number', says: 'a guest frame number: an address of the VM, divided by the page size' },
  ],
  read: (fields, names) => names.gfns.get(fields.number('gfn')) ?? none,
};
const word: Reader = {
  fields: [{ name: 'offset', type: 'number', says: 'bytes from the start of the page, a multiple of 8' }],
  read: (fields, names) => names.offsets.get(fields.number('offset')) ?? 0,
};

const inRegister = (bits: number, number: number): number => number % 2 ** bits;
const within = (name: string): Reader => ({
  fields: [{ name: `${name}Offset`, type: 'number', says: `bytes to add to the address of \`${name}\`` }],
  read: (fields) => (fields.number(`${name}Offset`) % pageBytes === 0 ? 0 : 1),
});

const listed = (all: readonly (string | number)[]): string => all.map((one) => `\`${one}\``).join(', ');
function placeIn<T extends string | number>(all: readonly T[], one: T, what: string): number {
  const place = all.indexOf(one);
  if (place >= 0) return place;
  throw new UnreadableEvent(`${JSON.stringify(one)} is not ${what} that is made`);
}
const functionNumbers: readonly number[] = Object.values(guestFunctions);

const foreignRests: readonly string[] = ffaForeign;
const restSays = `what else the message names: ${listed(ffaRests.slice(1))}, all the host's alone; or what is not: ${listed(foreignRests)}`;
const rest: Reader = {
  fields: [
    { name: 'rest', type: 'string', says: `${restSays}; sent only where it is not \`${ffaRests[0]}\``, optional: true },
  ],
  read: (fields) => {
    const said = fields.maybeText('rest') ?? ffaRests[0];
    return foreignRests.includes(said) ? 1 : Math.min(placeIn<string>(ffaRests, said, 'what a message names'), 0);
  },
};

/** Where each parameter of a rule finds its number in an event. */
const readers: Readonly<Record<string, Reader>> = {
  page: page('page', 'the name of a page'),
  first: page('first', 'the name of the first page'),
  kvm: page('kvm', "the first of `kvmPages` pages: the host's structure of the VM, shared with the hypervisor"),
  hostVcpu: page('hostVcpu', "the first of `vcpuPages` pages: the host's structure of the vCPU, shared likewise"),
  ...memory('vmMem', 'hypVmPages'),
  ...memory('pgd', 'pgdPages'),
  ...memory('mem', 'hypVcpuPages'),
  argFault,
  addrFault,
  descFault: {
    fields: [
      { name: 'descriptor', type: 'string', says: `the message, or what is wrong with it: ${listed(ffaMessages)}` },
    ],
    read: (fields) => Math.min(placeIn<string>(ffaMessages, fields.text('descriptor'), 'a message'), 1),
  },
  rest,
  tx: page('tx', 'the name of the page in which the host leaves messages'),
  rx: page('rx', 'the name of the page in which it finds answers'),
  countFault: {
    fields: [{ name: 'pages', type: 'number', says: 'of how many pages each buffer is, in 32 bits: 1 is right' }],
    read: (fields) => (inRegister(32, fields.number('pages')) === 1 ? 0 : 1),
  },
  txFault: within('tx'),
  rxFault: within('rx'),
  callerFault: {
    fields: [{ name: 'caller', type: 'number', says: 'whose mailbox it is, in 32 bits: the host is 0' }],
    read: (fields) => (inRegister(32, fields.number('caller')) === 0 ? 0 : 1),
  },
  refused: truth('refused', 'whether the secure world is to refuse the page: it goes to a partition that there is not'),
  vm: handle,
  gfn,
  word,
  value,
  prot,
  created: number('nrVcpus', 'for how many vCPUs the VM is made'),
  protected: truth('protected', 'whether the VM is protected'),
  idRegs: truth('idRegs', "whether the host has set up the VM's identification registers"),
  index: number('index', 'the number of a vCPU, from 0'),
  vcpu: number('vcpu', 'the number of a vCPU, from 0'),
  nr: number('nr', 'how many pages are mapped as one: 1, or 512 for a block; anything else is wrong'),
  mkold: truth('mkold', 'whether the mapping is to count as unused from now on'),
  pages,
  id: number('id', 'the number of a hypercall'),
  smc: {
    fields: [{ name: 'smc', type: 'string', says: `a call to the firmware: ${listed(firmwareCallNames)}` }],
    read: (fields) => placeIn<string>(firmwareCallNames, fields.text('smc'), 'a call to the firmware'),
  },
  instruction: {
    fields: [{ name: 'instruction', type: 'string', says: `what the guest executes: ${listed(instructions)}` }],
    read: (fields) => placeIn(instructions, fields.text('instruction'), 'an instruction'),
  },
  function: {
    fields: [{ name: 'function', type: 'number', says: `the number of a function: ${listed(functionNumbers)}` }],
    read: (fields) => placeIn(functionNumbers, fields.number('function'), 'the number of a function'),
  },
};

/** Arguments that a call may carry and that the spec does not look at. */
const ignored: Readonly<Record<string, readonly string[]>> = {
  // An address within the page means the page.
  force_reclaim_guest_page: ['offset'],
  hypercall: ['args', 'page', 'offset'],
};

function readerOf(name: string, call: string): Reader {
  const reader = readers[name];
  if (reader !== undefined) return reader;
  const missing = `no field of a transcript holds the parameter ${name} of ${call}`;
  throw new Error(`unreachable: ${missing}; add it to \`readers\` in search/conformance/calls.ts`);
}

/** What is said of the bits above a narrow argument. */
const upperField = (argument: NarrowArgument): Field => ({
  name: upperOf(argument),
  type: 'string',
  says: `what the register has above the ${argument.bits === 1 ? 'lowest bit' : `lower ${argument.bits} bits`} of \`${argument.name}\`, as \`value\`; ${argument.above === 'dropped' ? 'it is dropped' : 'it sets the flag as well'}; sent only where the adapter says that it passes it on`,
  optional: true,
});

/** The arguments of a call, as they are written. */
export function fieldsOf({ call, parameters }: Rule): Field[] {
  const own = Object.keys(parameters).flatMap((name) => readerOf(name, call).fields);
  const all = [...own, ...narrowArguments(call).map(upperField)];
  return [...new Map(all.map((field) => [field.name, field])).values()];
}

/** The spec's call for an event. Throws UnreadableEvent. */
export function callOf(event: Question, rule: CompiledRule, names: Names, word: (text: string) => number): Call {
  const fields = new Fields(event);
  ignored[event.op]?.forEach((name) => fields.asked.add(name));
  const args = rule.names.map((name) => readerOf(name, event.op).read(fields, names, word));
  for (const argument of narrowArguments(event.op)) {
    const isSet = fields.upper(argument) !== 0n && argument.above === 'counts';
    if (isSet) args[rule.names.indexOf(argument.name)] = 1;
  }
  fields.finish();
  return { call: event.op, cpu: event.cpu ?? 0, args };
}
