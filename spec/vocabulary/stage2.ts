/** Words about a guest's stage 2: what a frame maps to, and the page tables that the mapping needs. */
import { mappingStates } from '../state.ts';
import type { Layout, State } from '../state.ts';
import { cell, combine, configFact, expression, flagCell, labelled, memberPosition, term, value } from '../term.ts';
import type { Binding, Cell, Condition, Effect, Ref, Run, Value } from '../term.ts';
import { none, protAll, protBits } from '../config.ts';
import { ownerGfn, ownerVm } from './pages.ts';

const unmapped = mappingStates.indexOf('NOPAGE');

/** The frame lies within the guest's address range. */
export const isInRange = <P extends string>(gfn: Ref<P>): Condition<P> =>
  configFact('is in the address range of the VM', gfn, (config, g) => config.gfns[g]?.inRange === true);

/** The number of pages is one page or one block. */
export const isOneMappingSize = <P extends string>(count: Ref<P>): Condition<P> =>
  configFact('is one page or one block', count, (config, n) => n === 1 || n === config.block);
/** The frame starts a range of `count` frames that one entry can map. */
export const gfnAligned = <P extends string>(gfn: Ref<P>, count: Ref<P>): Condition<P> =>
  aligned(gfn, count, (config, g) => config.gfns[g]?.head === g);
export const pageAligned = <P extends string>(page: Ref<P>, count: Ref<P>): Condition<P> =>
  aligned(page, count, (config, p) => (config.pages[p]?.aligned ?? 0) >= config.block);

function aligned<P extends string>(
  first: Ref<P>,
  count: Ref<P>,
  isHead: (config: Binding['config'], number: number) => boolean,
): Condition<P> {
  const [start, size] = [value(first), value(count)];
  return term(`${start.words} is aligned to ${size.words}`, [start, size], (binding) => {
    const [read, length] = [start.compile(binding), size.compile(binding)];
    return (state, args) => length(state, args) === 1 || isHead(binding.config, read(state, args));
  });
}

export const isProt = <P extends string>(prot: Ref<P>): Condition<P> =>
  configFact('is a set of permissions', prot, (_, bits) => bits >= 0 && bits <= protAll);

type FindLeaf = (state: State, vm: number, gfn: number) => number;

/**
 * Where a VM's entry for a frame lies: the frame's own, or the block's that covers it. One function for each layout.
 */
export function leafCell(layout: Layout): FindLeaf {
  const known = leafCells.get(layout);
  if (known !== undefined) return known;
  const { gfns } = layout.config;
  const { mapped, mapping, asBlock } = layout.base;
  const heads = Int32Array.from(gfns, (gfn) => gfn.head);
  const width = gfns.length;
  const find: FindLeaf = (state, vm, gfn) => {
    const own = vm * width + gfn;
    const head = vm * width + (heads[gfn] as number);
    if (own === head || state.at(asBlock + head) !== 1) return own;
    return state.at(mapping + own) === unmapped && state.at(mapped + head) >= 0 ? head : own;
  };
  leafCells.set(layout, find);
  return find;
}
const leafCells = new WeakMap<Layout, FindLeaf>();

export const leaf = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Value<P> => {
  const [v, g] = [value(vm), value(gfn)];
  return expression(
    `${g.words} in ${v.words}`,
    [v, g],
    (into) => `${into.link(leafCell(into.binding.layout))}(s, ${into.of(v)}, ${into.of(g)})`,
    { reads: ['mapping', 'asBlock'] },
  );
};

const atLeaf =
  <F extends 'mapping' | 'prot' | 'asBlock'>(field: F, words: string) =>
  <P extends string>(vm: Ref<P>, gfn: Ref<P>): Cell<F, P> => {
    const where = leaf(vm, gfn);
    return cell(field, `${words} ${where.words}`, where);
  };
export const mappingOf = atLeaf('mapping', 'guest view of');
const permissions = atLeaf('prot', 'permissions of');
export const youth = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Cell<'young', P> =>
  flagCell('young', leaf(vm, gfn).words, { one: 'is young', zero: 'is old' }, leaf(vm, gfn));
const blockness = atLeaf('asBlock', 'size of');

export const isMapped = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Condition<P> => ({
  ...mappingOf(vm, gfn).isOneOf('OWNED', 'SHARED_OWNED', 'SHARED_BORROWED'),
  words: `${leaf(vm, gfn).words} is mapped`,
});
/** One entry maps exactly `count` frames there. */
export const isMappedAs = <P extends string>(vm: Ref<P>, gfn: Ref<P>, count: Ref<P>): Condition<P> => {
  const [size, how] = [value(count), blockness(vm, gfn).value];
  return expression(
    `${leaf(vm, gfn).words} is mapped by one entry of size ${size.words}`,
    [size, how],
    (into) => `((${into.of(size)} === 1) === (${into.of(how)} === 0))`,
  );
};
/** The last of the page tables on the way to the frame exists. */
export const reachesLastLevel = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Condition<P> => {
  const [v, g] = [value(vm), value(gfn)];
  return term(
    `a walk to ${g.words} in ${v.words} ends at the last level`,
    [v, g],
    (binding) => {
      const { tables } = binding.config;
      const base = binding.layout.base.tableEntries;
      const last = binding.config.gfns.map((gfn) => gfn.tables.at(-1) ?? none);
      const [readVm, readGfn] = [v.compile(binding), g.compile(binding)];
      return (state, args) => {
        const table = last[readGfn(state, args)] ?? none;
        return table === none || state.at(base + readVm(state, args) * tables + table) > 0;
      };
    },
    { reads: ['tableEntries'] },
  );
};
/** None of `count` frames is mapped or marked. */
export const isUnmapped = <P extends string>(vm: Ref<P>, gfn: Ref<P>, count: Ref<P> = 1): Condition<P> => {
  const [v, g, n] = [value(vm), value(gfn), value(count)];
  return expression(
    n.words === '1'
      ? `${g.words} in ${v.words} is free`
      : `the ${n.words} gfns from ${g.words} on in ${v.words} are free`,
    [v, g, n],
    (into) => {
      const find = leafCell(into.binding.layout);
      const { gfns } = into.binding.config;
      const base = into.binding.layout.base.mapping;
      const members = membersOfBlocks(into.binding);
      const free = (state: State, slot: number, frame: number, frames: number): boolean => {
        if (state.at(base + find(state, slot, frame)) !== unmapped) return false;
        if (frames === 1) return true;
        return (members[frame] ?? []).every((at) => state.at(base + slot * gfns.length + at) === unmapped);
      };
      return `${into.link(free)}(s, ${into.of(v)}, ${into.of(g)}, ${into.of(n)})`;
    },
    { reads: ['mapping', 'asBlock'] },
  );
};
/** For each frame that heads a block, the frames of that block. */
const membersOfBlocks = ({ config }: Binding): readonly (readonly number[])[] => {
  const members = config.gfns.map((): number[] => []);
  config.gfns.forEach((gfn, at) => members[gfn.head]?.push(at));
  return members;
};

export const allows = <P extends string>(vm: Ref<P>, gfn: Ref<P>, access: 'R' | 'W' | 'PX'): Condition<P> => {
  const bits = permissions(vm, gfn).value;
  const verb = { R: 'may be read', W: 'may be written', PX: 'may be executed' }[access];
  return expression(
    `${leaf(vm, gfn).words} ${verb}`,
    [bits],
    (into) => `((${into.of(bits)} & ${protBits[access]}) !== 0)`,
  );
};

/** The page that a frame maps to, inside a block as well. */
export const mappedPage = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Value<P> => {
  const [where, g] = [leaf(vm, gfn), value(gfn)];
  return expression(
    `the page at ${where.words}`,
    [where, g],
    (into) => {
      const { mapped, asBlock } = into.binding.layout.base;
      const offsets = Int32Array.from(into.binding.config.gfns, (shape) => shape.offset);
      const page = (state: State, at: number, gfn: number): number =>
        state.at(mapped + at) + state.at(asBlock + at) * (offsets[gfn] as number);
      return `${into.link(page)}(s, ${into.of(where)}, ${into.of(g)})`;
    },
    { reads: ['mapped', 'asBlock'] },
  );
};

/**
 * Read and write are added to the permissions of a mapping. Execution is replaced where the bits name it at either
 * level: EL1 alone takes it from EL0, and the other way round.
 */
export const relaxPermissions = <P extends string>(vm: Ref<P>, gfn: Ref<P>, bits: Ref<P>): Effect<P> => {
  const [held, given] = [permissions(vm, gfn).value, value(bits)];
  const execution = protBits.PX | protBits.UX;
  const relaxed = expression<number, P>(`${held.words} relaxed by ${given.words}`, [held, given], (into) => {
    const [old, more] = [into.of(held), into.of(given)];
    return `(((${more} & ${execution}) === 0 ? ${old} : ${old} & ~${execution}) | ${more})`;
  });
  return labelled(
    `${held.words} gain ${permissionWords(bits)}, which replaces execution where it has any`,
    permissions(vm, gfn).becomes(relaxed),
  );
};
export const dropPermissions = <P extends string>(vm: Ref<P>, gfn: Ref<P>, bits: Ref<P>): Effect<P> =>
  labelled(
    `${permissions(vm, gfn).value.words} lose ${permissionWords(bits)}`,
    permissions(vm, gfn).becomes(combine<P>(permissions(vm, gfn).value, '& ~', bits, 'without')),
  );
const permissionWords = <P extends string>(bits: Ref<P>): string =>
  Object.entries(protBits).find(([_, bit]) => bit === bits)?.[0] ?? value(bits).words;

/** The effect is done for each entry that maps one of `count` frames from `gfn` on. */
export const forEachMapped = <P extends string>(
  vm: Ref<P>,
  gfn: Ref<P>,
  count: Ref<P>,
  effect: Effect<P | 'each gfn'>,
): Effect<P> => {
  const [v, g, n] = [value(vm), value(gfn), value(count)];
  const inner = effect as unknown as Effect<P>;
  const built: Effect<P> = term(
    `for each mapped gfn of the ${n.words} from ${g.words} on: ${effect.words}`,
    [v, g, n, inner],
    (binding) => {
      const position = memberPosition(binding);
      const run = effect.compile({ ...binding, positions: { ...binding.positions, 'each gfn': position } });
      const entries = entriesIn(binding, v, g, n);
      return (state, args) => {
        for (const frame of entries(state, args)) {
          args[position] = frame;
          run(state, args);
        }
      };
    },
  );
  return { ...built, params: built.params.filter((name) => (name as string) !== 'each gfn') };
};

/** 1 if one of the entries that map `count` frames from `gfn` on is young. */
export const anyYoung = <P extends string>(vm: Ref<P>, gfn: Ref<P>, count: Ref<P>): Value<P> => {
  const [v, g, n] = [value(vm), value(gfn), value(count)];
  return term(
    `whether one of the ${n.words} gfns from ${g.words} on in ${v.words} is young`,
    [v, g, n],
    (binding) => {
      const { young } = binding.layout.base;
      const entries = entriesIn(binding, v, g, n);
      const find = leafCell(binding.layout);
      const readVm = v.compile(binding);
      return (state, args) => {
        const slot = readVm(state, args);
        return entries(state, args).some((frame) => state.at(young + find(state, slot, frame)) === 1) ? 1 : 0;
      };
    },
    { reads: ['young', 'mapping', 'asBlock'] },
  );
};

/** The frames, of `count` from `gfn` on, at which an entry maps something. */
function entriesIn<P extends string>(binding: Binding, vm: Value<P>, gfn: Value<P>, count: Value<P>): Run<number[]> {
  const { gfns } = binding.config;
  const { mapped } = binding.layout.base;
  const find = leafCell(binding.layout);
  const members = membersOfBlocks(binding);
  const [readVm, readGfn, readCount] = [vm.compile(binding), gfn.compile(binding), count.compile(binding)];
  return (state, args) => {
    const [slot, frame] = [readVm(state, args), readGfn(state, args)];
    const wanted = readCount(state, args) === 1 ? [frame] : (members[frame] ?? []);
    const leaves = new Set(wanted.map((one) => find(state, slot, one)));
    const base = slot * gfns.length;
    return wanted.length === 1
      ? wanted.filter((one) => state.at(mapped + find(state, slot, one)) !== none)
      : [...leaves].filter((at) => state.at(mapped + at) !== none).map((at) => at - base);
  };
}

/** The guest's view of the frame at which the host's annotation says that a page is owned. */
export const mappingAtOwner = <P extends string>(page: Ref<P>): Cell<'mapping', P> =>
  atOwner('mapping', `owner's view of ${value(page).words}`, page);
export const pageAtOwner = <P extends string>(page: Ref<P>): Cell<'mapped', P> =>
  atOwner('mapped', `page that the owner has at the gfn of ${value(page).words}`, page);
const atOwner = <F extends 'mapping' | 'mapped', P extends string>(field: F, words: string, page: Ref<P>): Cell<F, P> =>
  cell(field, words, leaf<P>(ownerVm(page).value, ownerGfn(page).value));

export const isGuarded = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Condition<P> => ({
  ...mappingOf(vm, gfn).is('MMIO_GUARD'),
  words: `${leaf(vm, gfn).words} is guarded`,
});
