/** What a step changed, in words: one line for each page, frame, VM or vCPU that is not as it was. */
import { formatContent } from '../../spec/parameters.ts';
import { fields } from '../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import { none, protAll, protBits } from '../../spec/config.ts';
import { formatBootChange } from './boot-changes.ts';
import type { Change } from './boot-changes.ts';
import { formatDeviceChange } from './device-changes.ts';
import { formatFlowChange } from './flow-changes.ts';
import { formatHostChange } from './host-changes.ts';
import { formatInterruptChange } from './interrupt-changes.ts';
import { formatInsideChange } from './inside-changes.ts';
import { formatStorageChange } from './storage-changes.ts';
import type { VmNames } from './story.ts';

/** What the fields of a CID count. */
const cidWords: Readonly<Partial<Record<FieldName, string>>> = {
  cidHeld: 'live VMs',
  cidGranted: 'grants since boot',
  servicedCids: 'known to the service',
  cidPending: 'handed out',
};

/** The lines for everything in which two states of one scope differ. */
export function describeChanges(layout: Layout, names: VmNames, before: Int32Array, after: Int32Array): string[] {
  const lines = new Map<string, string[]>();
  for (const change of changesBetween(layout, before, after)) {
    const [subject, words] = describe(layout, names, change, before, after) ?? [];
    if (subject === undefined || words === undefined) continue;
    lines.set(subject, [...new Set([...(lines.get(subject) ?? []), words])]);
  }
  return [...lines].map(([subject, words]) => `${subject}  ${words.join(' · ')}`);
}

function changesBetween(layout: Layout, before: Int32Array, after: Int32Array): Change[] {
  const changes: Change[] = [];
  for (let cell = 0; cell < after.length; cell++) {
    const [from, to] = [before[cell] as number, after[cell] as number];
    if (from !== to) changes.push({ ...layout.fieldAt(cell), from, to });
  }
  return changes;
}

const arrow = (words: string, from: string, to: string): string => `${words} ${from} → ${to}`;

function named(change: Change): [string, string] {
  const shape: FieldShape = fields[change.field];
  const isCount = ['shares', 'pins', 'dmaMaps'].includes(change.field);
  const format = (value: number): string =>
    shape.values?.[value] ?? (value === none && !isCount ? 'none' : String(value));
  return [format(change.from), format(change.to)];
}

/** Whom a change is about, and what to say of it; nothing for the books that only mirror another change. */
function describe(
  layout: Layout,
  names: VmNames,
  change: Change,
  before: Int32Array,
  after: Int32Array,
): [string, string] | undefined {
  const { field, index } = change;
  const { config } = layout;
  switch (fields[field].over) {
    case 'page':
      return formatPage(change, config.pages[index]?.name ?? `page ${index}`);
    case 'word': {
      const page = config.pages[Math.floor(index / config.words)]?.name ?? '';
      return [page, `holds ${formatContent(config, change.to)}`];
    }
    case 'mapping':
      return formatMapping(layout, names, change, before, after);
    case 'vm':
      return field === 'life' ? [names[index] ?? `VM${index}`, arrow('', ...lower(named(change))).trim()] : undefined;
    case 'vcpu':
      return formatVcpu(layout, names, change);
    case 'device':
      return [`device ${index}`, change.to === 1 ? 'attached' : 'detached'];
    case 'dmaMapping': {
      const device = Math.floor(index / config.iovas);
      const page = change.to === none ? 'nothing' : (config.pages[change.to]?.name ?? '');
      return [`device ${device}`, `iova ${index % config.iovas} reaches ${page}`];
    }
    case 'cid':
      return [`CID ${index}`, arrow(cidWords[field] ?? field, String(change.from), String(change.to))];
    default:
      return (
        formatStorageChange(layout, change, after) ??
        formatInsideChange(layout, change, after) ??
        formatDeviceChange(change) ??
        formatHostChange(layout, change) ??
        formatInterruptChange(layout, change) ??
        formatFlowChange(layout, change) ??
        formatBootChange(layout, change)
      );
  }
}

const lower = (pair: [string, string]): [string, string] => [pair[0].toLowerCase(), pair[1].toLowerCase()];

function formatPage(change: Change, page: string): [string, string] | undefined {
  const [from, to] = named(change);
  switch (change.field) {
    case 'host':
    case 'hyp':
      return [page, arrow(change.field, from, to)];
    case 'shares':
      return [page, arrow('guest shares', from, to)];
    case 'pins':
      return [page, arrow('pins', from, to)];
    case 'dmaMaps':
      return [page, arrow('device mappings', from, to)];
    default:
      return undefined;
  }
}

/** What a new mapping may do is said only where it is not everything. */
function formatMapping(
  layout: Layout,
  names: VmNames,
  change: Change,
  before: Int32Array,
  after: Int32Array,
): [string, string] | undefined {
  const { config, base } = layout;
  const [vm, gfn] = [Math.floor(change.index / config.gfns.length), change.index % config.gfns.length];
  const subject = `${names[vm] ?? `VM${vm}`} ${config.gfns[gfn]?.name ?? ''}`;
  if (change.field === 'mapping') {
    const page = after[base.mapped + change.index] ?? none;
    const [from, to] = named(change);
    const isMapped = page !== none && !['NOPAGE', 'POISON', 'MMIO_GUARD'].includes(to);
    return [subject, `${arrow('', from, to).trim()}${isMapped ? ` (${config.pages[page]?.name ?? ''})` : ''}`];
  }
  const mapped = (after[base.mapped + change.index] ?? none) !== none;
  const isNew = (before[base.mapped + change.index] ?? none) === none;
  if (change.field === 'prot' && mapped && !(isNew && change.to === protAll)) {
    return [
      subject,
      isNew ? `may ${formatProt(change.to)}` : arrow('may', formatProt(change.from), formatProt(change.to)),
    ];
  }
  if (change.field === 'young' && mapped && !isNew) return [subject, change.to === 1 ? 'is young' : 'is old'];
  return undefined;
}

const formatProt = (bits: number): string =>
  Object.entries(protBits)
    .flatMap(([name, bit]) => ((bits & bit) === bit ? [name] : []))
    .join('+') || 'nothing';

function formatVcpu(layout: Layout, names: VmNames, change: Change): [string, string] | undefined {
  const { vcpus } = layout.config;
  const vm = Math.floor(change.index / vcpus);
  const subject = `${names[vm] ?? `VM${vm}`} vCPU ${change.index % vcpus}`;
  switch (change.field) {
    case 'loadedOn':
      return [subject, change.to === none ? `leaves CPU ${change.from}` : `loaded on CPU ${change.to}`];
    case 'present':
      return [subject, change.to === 1 ? 'made' : 'gone'];
    case 'cache':
      return [subject, arrow('page-table cache', String(change.from), String(change.to))];
    case 'listLength':
      return [subject, arrow('offered pages', String(change.from), String(change.to))];
    default:
      return undefined;
  }
}
