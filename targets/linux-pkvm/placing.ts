/** Where the pages that a header names lie in the machine's memory. */
import type { SpecialKind, TranscriptHeader } from '../../spec/transcript.ts';
import { TargetProblem } from '../problem.ts';
import type { Features } from './installed.ts';
import type { OwnPages } from './own-pages.ts';
import type { Places } from './asking.ts';

const pageAliasBits = 52n;
const uartPage = 0x9000n;
const outOfRange = 1n << 40n;

type Ask = (requests: readonly string[]) => Promise<readonly string[]>;

/** The numbers of pages, by their names. */
export async function placePages(
  header: TranscriptHeader,
  memory: Features['memory'],
  ask: Ask,
): Promise<Map<string, bigint>> {
  const pages = new Map<string, bigint>();
  const all: [string, number][] = [
    ...header.pages.map((name): [string, number] => [name, 1]),
    ...Object.entries(header.blocks),
  ];
  const firsts = await allocated(all, ask);
  for (const [i, [name, count]] of all.entries()) {
    const first = firsts[i] ?? 0n;
    pages.set(name, first);
    if (!(name in header.blocks)) continue;
    for (let page = 0; page < count; page++) pages.set(`${name}+${page}`, first + BigInt(page));
  }
  for (const [name, { kind, of = '', addPfn }] of Object.entries(header.specialPages)) {
    if (kind === 'alias') pages.set(name, (pages.get(of) ?? 0n) + BigInt(addPfn ?? 1n << pageAliasBits));
  }
  return new Map([...pages, ...placesIn(header, memory)]);
}

/** The numbers of special pages that are no aliases, by their names. */
export function placesIn({ specialPages }: TranscriptHeader, memory: Features['memory']): Map<string, bigint> {
  const next = inTurn(memory.own);
  return new Map(
    Object.entries(specialPages).flatMap(([name, { kind }]): [string, bigint][] => {
      if (kind === 'alias') return [];
      return [[name, isOwn(kind) ? next(name, kind) : specialPage(kind, memory)]];
    }),
  );
}

/** What requests need to know of a machine on which pages lie so. */
export function placesOf(
  calls: Features['calls'],
  pages: ReadonlyMap<string, bigint>,
  codeGfn: number | undefined,
): Places {
  return {
    page: (name) => {
      const page = pages.get(name);
      if (page === undefined) throw new TargetProblem(`the header declares no page ${name}`);
      return page;
    },
    call: (name) => {
      const number = calls[name];
      if (number === undefined) throw new TargetProblem(`this release has no hypercall ${name}`);
      return number;
    },
    maybe: (name) => calls[name] ?? 0,
    codeGfn: codeGfn ?? 0,
  };
}

type OwnKind = 'hypervisor code' | 'hypervisor data';
const isOwn = (kind: SpecialKind): kind is OwnKind => kind === 'hypervisor code' || kind === 'hypervisor data';

/** The pages of the hypervisor outside the carve-out, in turn. */
function inTurn(own: OwnPages = { code: [], data: [] }): (name: string, kind: OwnKind) => bigint {
  const left = { 'hypervisor code': [...own.code], 'hypervisor data': [...own.data] };
  return (name, kind) => {
    const page = left[kind].shift();
    if (page === undefined) throw new TargetProblem(`this machine shows no further page of ${kind}, for ${name}`);
    return BigInt(page);
  };
}

async function allocated(all: readonly (readonly [string, number])[], ask: Ask): Promise<bigint[]> {
  const orders = all.map(([_, count]) => Math.ceil(Math.log2(Math.max(1, count))));
  const answers = await ask(orders.map((order) => `alloc ${order.toString(16)}`));
  return all.map(([name], i) => {
    const text = answers[i] ?? 'no answer';
    if (/^[0-9a-f]{1,13}$/.test(text)) return BigInt(`0x${text}`);
    throw new TargetProblem(`no memory for ${name}: ${text.replace('?', '')}`);
  });
}

function specialPage(
  kind: Exclude<SpecialKind, OwnKind | 'alias'>,
  { firstPage, pages, carveout }: Features['memory'],
): bigint {
  switch (kind) {
    case 'mmio':
      return uartPage;
    case 'hypervisor carve-out':
      return BigInt(carveout.firstPage + Math.floor(carveout.pages / 2));
    case 'first page after the end of RAM':
      return BigInt(firstPage + pages);
    case 'last page before the start of RAM':
      return BigInt(firstPage - 1);
    case 'beyond the physical address range':
      return outOfRange;
    case 'last page of the address space':
      return (1n << pageAliasBits) - 1n;
  }
}
