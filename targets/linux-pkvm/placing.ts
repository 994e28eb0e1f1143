/** Where the pages that a header names lie in the machine's memory. */
import type { SpecialKind, TranscriptHeader } from '../../spec/transcript.ts';
import { TargetProblem } from '../problem.ts';
import type { Features } from './installed.ts';

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
  const left = { code: [...(memory.own?.code ?? [])], data: [...(memory.own?.data ?? [])] };
  for (const [name, special] of Object.entries(header.specialPages)) {
    if (special.kind === 'hypervisor code' || special.kind === 'hypervisor data') {
      const page = left[special.kind === 'hypervisor code' ? 'code' : 'data'].shift();
      if (page === undefined) throw new TargetProblem(`there is no further page of ${special.kind} for ${name}`);
      pages.set(name, BigInt(page));
      continue;
    }
    const alias = (pages.get(special.of ?? '') ?? 0n) + BigInt(special.addPfn ?? 1n << pageAliasBits);
    pages.set(name, special.kind === 'alias' ? alias : specialPage(special.kind, memory));
  }
  return pages;
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

type Kind = Exclude<SpecialKind, 'alias' | 'hypervisor code' | 'hypervisor data'>;

function specialPage(kind: Kind, { firstPage, pages, carveout }: Features['memory']): bigint {
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
