/** From a recorded event to the call that the spec is asked about. */
import type { Call, Machine } from '../../spec/machine.ts';
import { none } from '../../spec/state.ts';
import type { TranscriptEvent } from '../../spec/transcript.ts';
import type { Names } from './world.ts';

const pageBytes = 4096;
/** The first handle that the hypervisor gives out; entry n of the VM table has handle n more. */
export const firstHandle = 0x1000;

type Fields = TranscriptEvent['args'];
type Reader = (fields: Fields, names: Names, word: (text: string) => number) => number;

const number = (fields: Fields, name: string): number => {
  const found = fields[name];
  return typeof found === 'number' ? found : Number(found ?? 0);
};
const page =
  (name: string, offset?: string): Reader =>
  (fields, names) => {
    const text = String(fields[name]);
    const first = names.pages.get(text);
    if (first === undefined) throw new UnknownName(`page ${text}`);
    return first + (offset === undefined ? 0 : Math.floor(number(fields, offset) / pageBytes));
  };
const isOff =
  (...names: string[]): Reader =>
  (fields) =>
    names.some((name) => number(fields, name) % pageBytes !== 0) ? 1 : 0;
const plain =
  (name: string): Reader =>
  (fields) =>
    number(fields, name);

/** A name in an event that the header does not declare. */
export class UnknownName extends Error {}

/** Where each parameter of a rule finds its number in an event. */
const readers: Readonly<Record<string, Reader>> = {
  page: page('page'),
  first: page('first'),
  kvm: page('kvm'),
  hostVcpu: page('hostVcpu'),
  vmMem: page('vmMem', 'vmMemOffset'),
  vmMemFault: isOff('vmMemOffset'),
  pgd: page('pgd', 'pgdOffset'),
  pgdFault: isOff('pgdOffset'),
  mem: page('mem', 'memOffset'),
  memFault: isOff('memOffset'),
  argFault: (fields) => (number(fields, 'offset') !== 0 || number(fields, 'arg2') !== 0 ? 1 : 0),
  vm: (fields) => (number(fields, 'handle') < firstHandle ? none : number(fields, 'handle') - firstHandle),
  gfn: (fields, names) => names.gfns.get(number(fields, 'gfn')) ?? none,
  word: (fields, names) => names.offsets.get(number(fields, 'offset')) ?? 0,
  value: (fields, _, word) => word(String(fields['value'])),
  prot: (fields) => (number(fields, 'prot') >= 0 && number(fields, 'prot') < 16 ? number(fields, 'prot') : 16),
  created: plain('nrVcpus'),
  protected: plain('protected'),
  idRegs: plain('idRegs'),
  index: plain('index'),
  vcpu: plain('vcpu'),
  nr: plain('nr'),
  mkold: plain('mkold'),
  pages: plain('pages'),
  id: plain('id'),
};

/** The spec's call for an event, or nothing if the profile has no such call. */
export function callOf(
  event: TranscriptEvent,
  machine: Machine,
  names: Names,
  word: (text: string) => number,
): Call | undefined {
  const rule = machine.rules.get(event.op);
  if (rule === undefined) return undefined;
  const args = rule.names.map((name) => {
    const reader = readers[name];
    if (reader === undefined) throw new Error(`unreachable: no field of a transcript holds ${name}`);
    return reader(event.args, names, word);
  });
  return { call: event.op, cpu: 0, args };
}
