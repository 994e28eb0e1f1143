/** What should have become of a machine: what stays or changes by the rules, and what the model makes of it. */
import { parts } from '../../model/abstraction.ts';
import { none } from '../../spec/config.ts';
import { fields } from '../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import type { VmNames } from './story.ts';

/** A machine before what broke, as it is now, and as it should be. */
export interface Compared {
  readonly before: Int32Array;
  readonly found: Int32Array;
  readonly wanted: Int32Array;
}

/** Of what should have stayed as it was so much is told; the calls tell the rest. */
const staysTold = 3;

/** One sentence for each cell that is not as it should be; one for all if nothing should have changed. */
export function expectedLines(layout: Layout, names: VmNames, { before, found, wanted }: Compared): string[] {
  const cells = Array.from({ length: layout.length }, (_, cell) => cell).filter((cell) =>
    told.has(layout.fieldAt(cell).field),
  );
  const wrong = cells.filter((cell) => found[cell] !== wanted[cell]);
  if (wrong.length > 1 && cells.every((cell) => wanted[cell] === before[cell]))
    return ['by the rules, nothing changes'];
  const stays = wrong.filter((cell) => wanted[cell] === before[cell]);
  const shown = wrong.filter((cell) => !stays.includes(cell) || stays.indexOf(cell) < staysTold);
  const left = wrong.length - shown.length;
  const lines = shown.map((cell) => {
    const { field, index } = layout.fieldAt(cell);
    const state = (of: Int32Array): string => stateOf(layout, of, field, index);
    const rules = `${wanted[cell] === before[cell] ? 'stays' : 'becomes'} ${state(wanted)}`;
    const model = `${found[cell] === before[cell] ? 'leaves' : 'makes'} it ${state(found)}`;
    return `by the rules, ${subjectOf(layout, names, field, index)} ${rules}; the model ${model}`;
  });
  return [...lines, ...(left === 0 ? [] : [`by the rules, ${left} more of what changes stays as it was`])];
}

/** Fields that only repeat others for the books, and bytes, of which answers tell. */
const untold: readonly FieldName[] = ['loaded', 'mapped', 'link', 'listTop', 'ownerGfn', 'ownerVm', 'useVm', 'word'];
/** What can be told from a machine, and is told. */
const told: ReadonlySet<FieldName> = new Set(
  Object.values(parts)
    .flat()
    .filter((field) => !untold.includes(field)),
);

/** What a field is called where its subject alone does not say it. */
const labels: Readonly<Partial<Record<FieldName, string>>> = {
  host: "host's state",
  hyp: "hypervisor's state",
  owner: "owner in the host's record",
  shares: 'count of guest shares',
  pins: 'count of pins',
  dmaMaps: 'count of device mappings',
  use: 'use by the hypervisor',
  prot: 'set of permissions',
  cache: 'page-table cache',
  listLength: 'list of offered pages',
  fault: 'recorded fault',
  power: 'power state',
  tableEntries: 'count of entries in use',
  pool: 'count of returned table pages',
  metadataPages: 'count of pages for records',
  stage2Pages: 'count of pages for page tables',
};

function subjectOf({ config }: Layout, names: VmNames, field: FieldName, index: number): string {
  const named = (vm: number): string => names[vm] ?? `VM${vm}`;
  const within = (count: number): [string, number] => [named(Math.floor(index / count)), index % count];
  const subject = (): string => {
    switch (fields[field].over) {
      case 'page':
        return config.pages[index]?.name ?? `page ${index}`;
      case 'vm':
        return named(index);
      case 'mapping': {
        const [vm, gfn] = within(config.gfns.length);
        return `${vm} ${config.gfns[gfn]?.name ?? ''}`;
      }
      case 'vcpu': {
        const [vm, vcpu] = within(config.vcpus);
        return `vCPU ${vcpu} of ${vm}`;
      }
      case 'table': {
        const [vm, table] = within(config.tables);
        return `page table ${table} of ${vm}`;
      }
      default:
        return `${field} ${index}`;
    }
  };
  const label = labels[field];
  return label === undefined ? subject() : `the ${label} of ${subject()}`;
}

function stateOf({ base, config }: Layout, cells: Int32Array, field: FieldName, index: number): string {
  const { values }: FieldShape = fields[field];
  const code = cells[base[field] + index] ?? none;
  switch (field) {
    case 'loadedOn':
      return code === none ? 'not loaded' : `loaded on CPU ${code}`;
    case 'present':
      return code === 1 ? 'there' : 'absent';
    case 'young':
      return code === 1 ? 'young' : 'old';
    case 'life':
    case 'power':
      return (values?.[code] ?? '').toLowerCase();
    case 'mapping': {
      const page = config.pages[cells[base.mapped + index] ?? none]?.name;
      return `${values?.[code] ?? ''}${page === undefined || values?.[code] === 'NOPAGE' ? '' : ` (${page})`}`;
    }
    default:
      return values?.[code] ?? String(code);
  }
}
