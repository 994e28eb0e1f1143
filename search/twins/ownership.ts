/** Whose each page is, as a state has it by views, annotations and entries. */
import { answerOfHypervisor, ownershipCalls } from '../../model/ownership/hypervisor.ts';
import type { Hypervisor, Page, Tenure, Vm } from '../../model/ownership/hypervisor.ts';
import { none, protAll } from '../../spec/config.ts';
import type { Config } from '../../spec/config.ts';
import { fieldNames, fields, lives, mappingStates, owners, pageStates } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

export function ownershipTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  if (profile.name !== 'ownership') return undefined;
  const start = initialState(layout).cells;
  return twin<Hypervisor>({
    name: 'ownership',
    calls: ownershipCalls,
    read: (cells) => hypervisorIn(new Cells(layout, cells), config),
    write: (hypervisor, cells) => {
      const written = new Cells(layout, cells);
      hypervisor.pages.forEach((page, number) => writePage(written, page, number));
      // All that a VM is known by is as at the start, until it is written.
      for (const field of ofVms)
        cells.set(start.subarray(layout.base[field], layout.base[field] + layout.size[field]), layout.base[field]);
      hypervisor.vms.forEach((vm, slot) => vm && writeVm(written, hypervisor, vm, slot));
    },
    answer: answerOfHypervisor,
  });
}

const ofVms = fieldNames.filter((name) => ['vm', 'mapping', 'table', 'vcpu', 'cpu'].includes(fields[name].over));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The page's views and annotations, as they go together. */
function viewsOf(tenure: Tenure): Partial<Record<FieldName, number>> {
  const view = (name: (typeof pageStates)[number]): number => pageStates.indexOf(name);
  const nobody = { owner: owners.indexOf('NONE'), ownerVm: none, ownerGfn: none, shares: 0, hyp: view('NOPAGE') };
  switch (tenure.by) {
    case 'hypervisor':
      return { ...nobody, host: view('NOPAGE'), hyp: view('OWNED'), owner: owners.indexOf('HYP') };
    case 'VM': {
      const host = view(tenure.isLent ? 'SHARED_BORROWED' : 'NOPAGE');
      return { ...nobody, host, owner: owners.indexOf('VM'), ownerVm: tenure.vm, ownerGfn: tenure.gfn };
    }
    case 'host':
      if (tenure.lentTo === 'nobody') return { ...nobody, host: view('OWNED') };
      if (tenure.lentTo === 'VMs') return { ...nobody, host: view('SHARED_OWNED'), shares: tenure.times };
      return { ...nobody, host: view('SHARED_OWNED'), hyp: view('SHARED_BORROWED') };
  }
}

/** What a page can be, by what its cells say; the one whose views are those of the page is meant. */
function tenureOf(cells: Cells, page: number): Tenure | undefined {
  const [vm, gfn, times] = [cells.get('ownerVm', page), cells.get('ownerGfn', page), cells.get('shares', page)];
  const possible: Tenure[] = [
    { by: 'host', lentTo: 'nobody' },
    { by: 'host', lentTo: 'hypervisor' },
    ...(times > 0 ? [{ by: 'host', lentTo: 'VMs', times } as const] : []),
    { by: 'VM', vm, gfn, isLent: false },
    { by: 'VM', vm, gfn, isLent: true },
    { by: 'hypervisor' },
  ];
  return possible.find((tenure) =>
    Object.entries(viewsOf(tenure)).every(([field, value]) => cells.get(field as FieldName, page) === value),
  );
}

function hypervisorIn(cells: Cells, config: Config): Hypervisor | undefined {
  const pages = config.pages.map((_, page): Page | undefined => {
    const tenure = tenureOf(cells, page);
    return tenure && { tenure, isWiped: false };
  });
  const vms = upTo(config.slots).map((slot) => vmIn(cells, config, slot));
  const hypervisor = { config, pages, vms };
  return isWhole(hypervisor) ? hypervisor : undefined;
}

function vmIn(cells: Cells, { gfns }: Config, slot: number): Vm | undefined {
  const life = lives[cells.get('life', slot)];
  if (life === 'NONE' || life === 'RESERVED') return undefined;
  const at = (gfn: number): number => slot * gfns.length + gfn;
  const mapped = upTo(gfns.length).filter((gfn) => cells.get('mapping', at(gfn)) !== 0);
  return {
    isDying: life === 'DYING',
    isProtected: cells.flag('protected', slot),
    frames: new Map(mapped.map((gfn) => [gfn, cells.get('mapped', at(gfn))])),
  };
}

/** Each page of a VM is at the frame where it says, and each loan is counted: else nobody can say whose a page is. */
function isWhole(one: { pages: (Page | undefined)[]; vms: (Vm | undefined)[] }): one is Hypervisor {
  const { pages, vms } = one;
  const uses = vms.flatMap((vm, slot) => [...(vm?.frames ?? [])].map(([gfn, page]) => ({ vm: slot, gfn, page })));
  return (
    pages.every((page, number) => {
      const of = uses.filter((use) => use.page === number);
      if (page === undefined) return false;
      const { tenure } = page;
      if (tenure.by === 'VM')
        return (
          of.length === 1 && of[0]?.vm === tenure.vm && of[0].gfn === tenure.gfn && vms[tenure.vm]?.isProtected === true
        );
      const loans = tenure.by === 'host' && tenure.lentTo === 'VMs' ? tenure.times : 0;
      return of.length === loans && of.every(({ vm }) => vms[vm]?.isProtected === false);
    }) && uses.every(({ page }) => page >= 0)
  );
}

function writePage(cells: Cells, { tenure, isWiped }: Page, page: number): void {
  for (const [field, value] of Object.entries(viewsOf(tenure))) cells.set(field as FieldName, value, page);
  if (!isWiped) return;
  // The first word of a page can be the link of a list.
  cells.set('link', none, page);
  const words = cells.layout.dimensions.word;
  for (let word = 0; word < words; word++) cells.set('word', 0, page * words + word);
}

function writeVm(
  cells: Cells,
  { pages, config }: Hypervisor,
  { isDying, isProtected, frames }: Vm,
  slot: number,
): void {
  cells.set('life', lives.indexOf(isDying ? 'DYING' : 'LIVE'), slot);
  cells.set('protected', isProtected, slot);
  cells.set('createdVcpus', 1, slot);
  cells.set('kvm', 0, slot);
  for (const [gfn, page] of frames) {
    const at = slot * config.gfns.length + gfn;
    const { tenure } = pages[page] as Page;
    const state = tenure.by !== 'VM' ? 'SHARED_BORROWED' : tenure.isLent ? 'SHARED_OWNED' : 'OWNED';
    cells.set('mapped', page, at);
    cells.set('mapping', mappingStates.indexOf(state), at);
    cells.set('prot', protAll, at);
    cells.set('young', 1, at);
  }
}
