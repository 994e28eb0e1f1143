/** A small configuration to try things in: blocks of four pages, three levels, two VMs, two CPUs, one device. */
import type { GfnShape, PageKind, PageShape, Config } from '../spec/config.ts';

const block = 4;
const frames = [0, 1, 2, 3, 4, 5, 16, 60, 64];
const reach = block ** 3;

/** Where the pages of the small configuration are, by what they are used for. */
export const smallPages = {
  data: 0,
  kvm: 4,
  hostVcpu: 5,
  hypVm: 6,
  hypVcpu: 7,
  pgd: 8,
  memcache: 9,
  other: 15,
  second: 16,
  alias: 32,
} as const;
const memoryPages = 26;

function pageShapes(): PageShape[] {
  const shapes: PageShape[] = [];
  const add = (name: string, kind: PageKind, of = shapes.length): void => {
    const aligned = kind === 'memory' && shapes.length % block === 0 && shapes.length < 2 * block ? block : 1;
    shapes.push({ kind, pfn: shapes.length, of, aligned, name });
  };
  for (let i = 0; i < memoryPages; i++) add(`P${i}`, 'memory');
  for (const kind of ['mmio', 'carveout', 'hole', 'hole', 'beyond', 'wrapping'] as const) add(kind, kind);
  add('alias', 'memory', smallPages.data);
  add('hypcode', 'hypcode');
  return shapes;
}

function gfnShapes(): { gfns: GfnShape[]; tables: number } {
  const numbers = new Map<string, number>();
  const table = (height: number, frame: number): number => {
    const key = `${height}:${Math.floor(frame / block ** (height + 1))}`;
    return numbers.get(key) ?? (numbers.set(key, numbers.size).get(key) as number);
  };
  const gfns = frames.map((frame, of): GfnShape => {
    const head = frames.indexOf(frame - (frame % block));
    return {
      name: `G${frame}`,
      frame,
      of,
      head: head < 0 ? of : head,
      offset: head < 0 ? 0 : frame % block,
      tables: [table(1, frame), table(0, frame)],
      inRange: frame < reach,
    };
  });
  return { gfns, tables: numbers.size };
}

export function smallConfig(): Config {
  return {
    pages: pageShapes(),
    ...gfnShapes(),
    slots: 2,
    vcpus: 2,
    cpus: 2,
    devices: 1,
    iovas: 2,
    cids: 0,
    words: 2,
    symbolic: true,
    block,
    maxShares: 2,
    sizes: { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: 2 },
    hardwareAccessFlag: true,
    codeGfn: -1,
    codeWords: 0,
  };
}
