/** Words about a guest's stage 2: what a frame maps to, and the page tables that the mapping needs. */
import { none } from '../state.ts';
import type { Layout, State } from '../state.ts';
import { cell, combine, expression, flagCell, memberPosition, said, term, value, worldFact } from '../term.ts';
import type { Cell, Condition, Effect, Ref, Run, Scope, Value } from '../term.ts';
import { protAll, protBits } from '../world.ts';
import { ownerGfn, ownerVm } from './pages.ts';

/** The frame lies within the guest's address range. */
export const isInRange = <P extends string>(gfn: Ref<P>): Condition<P> =>
  worldFact('is in the address range of the VM', gfn, (world, g) => world.gfns[g]?.inRange === true);

/** The number of pages is one page or one block. */
export const isOneMappingSize = <P extends string>(count: Ref<P>): Condition<P> =>
  worldFact('is one page or one block', count, (world, n) => n === 1 || n === world.block);
/** The frame starts a range of `count` frames that one entry can map. */
export const gfnAligned = <P extends string>(gfn: Ref<P>, count: Ref<P>): Condition<P> =>
  aligned(gfn, count, (world, g) => world.gfns[g]?.head === g);
export const pageAligned = <P extends string>(page: Ref<P>, count: Ref<P>): Condition<P> =>
  aligned(page, count, (world, p) => (world.pages[p]?.aligned ?? 0) >= world.block);

function aligned<P extends string>(
  first: Ref<P>,
  count: Ref<P>,
  isHead: (world: Scope['world'], number: number) => boolean,
): Condition<P> {
  const [start, size] = [value(first), value(count)];
  return term(`${start.words} is aligned to ${size.words}`, [start, size], (scope) => {
    const [read, length] = [start.compile(scope), size.compile(scope)];
    return (state, args) => length(state, args) === 1 || isHead(scope.world, read(state, args));
  });
}

export const isProt = <P extends string>(prot: Ref<P>): Condition<P> =>
  worldFact('is a set of permissions', prot, (_, bits) => bits >= 0 && bits <= protAll);

type FindLeaf = (state: State, vm: number, gfn: number) => number;

/** Where a VM's entry for a frame lies: the frame's own, or the block's that covers it. One function for each layout. */
export function leafCell(layout: Layout): FindLeaf {
  const known = leafCells.get(layout);
  if (known !== undefined) return known;
  const { gfns } = layout.world;
  const { mapped, mapping, asBlock } = layout.base;
  const heads = Int32Array.from(gfns, (gfn) => gfn.head);
  const width = gfns.length;
  const find: FindLeaf = (state, vm, gfn) => {
    const own = vm * width + gfn;
    const head = vm * width + (heads[gfn] as number);
    if (own === head || state.at(asBlock + head) !== 1) return own;
    return state.at(mapping + own) === 0 && state.at(mapped + head) >= 0 ? head : own;
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
    (into) => `${into.link(leafCell(into.scope.layout))}(s, ${into.of(v)}, ${into.of(g)})`,
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
    (scope) => {
      const { tables } = scope.world;
      const base = scope.layout.base.tableEntries;
      const last = scope.world.gfns.map((gfn) => gfn.tables.at(-1) ?? none);
      const [readVm, readGfn] = [v.compile(scope), g.compile(scope)];
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
      const find = leafCell(into.scope.layout);
      const { gfns } = into.scope.world;
      const base = into.scope.layout.base.mapping;
      const members = membersOfBlocks(into.scope);
      const free = (state: State, slot: number, frame: number, frames: number): boolean => {
        if (state.at(base + find(state, slot, frame)) !== 0) return false;
        if (frames === 1) return true;
        return (members[frame] ?? []).every((at) => state.at(base + slot * gfns.length + at) === 0);
      };
      return `${into.link(free)}(s, ${into.of(v)}, ${into.of(g)}, ${into.of(n)})`;
    },
    { reads: ['mapping', 'asBlock'] },
  );
};
/** For each frame that heads a block, the frames of that block. */
const membersOfBlocks = ({ world }: Scope): readonly (readonly number[])[] => {
  const members = world.gfns.map((): number[] => []);
  world.gfns.forEach((gfn, at) => members[gfn.head]?.push(at));
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
      const { mapped, asBlock } = into.scope.layout.base;
      const offsets = Int32Array.from(into.scope.world.gfns, (shape) => shape.offset);
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
  return said(
    `${held.words} gain ${permissionWords(bits)}, which replaces execution where it has any`,
    permissions(vm, gfn).becomes(relaxed),
  );
};
export const dropPermissions = <P extends string>(vm: Ref<P>, gfn: Ref<P>, bits: Ref<P>): Effect<P> =>
  said(
    `${permissions(vm, gfn).value.words} lose ${permissionWords(bits)}`,
    permissions(vm, gfn).becomes(combine<P>(permissions(vm, gfn).value, '& ~', bits, 'without')),
  );
const permissionWords = <P extends string>(bits: Ref<P>): string =>
  Object.entries(protBits).find(([, bit]) => bit === bits)?.[0] ?? value(bits).words;

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
    (scope) => {
      const position = memberPosition(scope);
      const run = effect.compile({ ...scope, positions: { ...scope.positions, 'each gfn': position } });
      const entries = entriesIn(scope, v, g, n);
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
    (scope) => {
      const { young } = scope.layout.base;
      const entries = entriesIn(scope, v, g, n);
      const find = leafCell(scope.layout);
      const readVm = v.compile(scope);
      return (state, args) => {
        const slot = readVm(state, args);
        return entries(state, args).some((frame) => state.at(young + find(state, slot, frame)) === 1) ? 1 : 0;
      };
    },
    { reads: ['young', 'mapping', 'asBlock'] },
  );
};

/** The frames, of `count` from `gfn` on, at which an entry maps something. */
function entriesIn<P extends string>(scope: Scope, vm: Value<P>, gfn: Value<P>, count: Value<P>): Run<number[]> {
  const { gfns } = scope.world;
  const { mapped } = scope.layout.base;
  const find = leafCell(scope.layout);
  const members = membersOfBlocks(scope);
  const [readVm, readGfn, readCount] = [vm.compile(scope), gfn.compile(scope), count.compile(scope)];
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

/** The guest's view of the frame at which the host's note says that a page is owned. */
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
