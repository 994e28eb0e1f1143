/** Words about a guest's stage 2: what a frame maps to, and the page tables that the mapping needs. */
import { mappingStates, none } from '../state.ts';
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
function leafCell(layout: Layout): FindLeaf {
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

/** The page tables that a mapping passes: all of its path, or all but the last for a block. */
const pathOf = (scope: Scope, gfn: number, count: number): readonly number[] => {
  const path = scope.world.gfns[gfn]?.tables ?? [];
  return count === 1 ? path : path.slice(0, -1);
};

/** Count one more entry in the tables on the path, making those that do not exist: from the VM's pool, then the cache. */
function addEntry(scope: Scope, state: State, vm: number, vcpu: number, path: readonly number[]): void {
  const { tableEntries, pool, cache } = scope.layout.base;
  for (let level = path.length - 1; level >= 0; level--) {
    const table = tableEntries + vm * scope.world.tables + (path[level] as number);
    state.set(table, state.at(table) + 1);
    if (state.at(table) > 1) return;
    const source = state.at(pool + vm) > 0 ? pool + vm : cache + vcpu;
    state.set(source, state.at(source) - 1);
  }
}

/** Count one entry less; a table that became empty goes to the VM's pool. */
function dropEntry(scope: Scope, state: State, vm: number, path: readonly number[]): void {
  const { tableEntries, pool } = scope.layout.base;
  for (let level = path.length - 1; level >= 0; level--) {
    const table = tableEntries + vm * scope.world.tables + (path[level] as number);
    state.set(table, state.at(table) - 1);
    if (state.at(table) > 0) return;
    state.set(pool + vm, state.at(pool + vm) + 1);
  }
}

interface Mapping<P extends string> {
  readonly vcpu: Value<P>;
  readonly vm: Value<P>;
  readonly gfn: Ref<P>;
  readonly page: Ref<P>;
  readonly count?: Ref<P>;
  readonly state: 'OWNED' | 'SHARED_BORROWED';
  readonly prot: Ref<P>;
}

/** Enter a page, or a block of them, into a VM's stage 2. */
export const map = <P extends string>(how: Mapping<P>): Effect<P> => {
  const parts = [how.vcpu, how.vm, how.gfn, how.page, how.count ?? 1, how.prot].map((ref) => value(ref));
  const code = mappingStates.indexOf(how.state);
  return term(
    `${parts[3]?.words} is mapped at ${parts[2]?.words} in ${parts[1]?.words} as ${how.state}`,
    parts,
    (scope) => {
      const [vcpu, vm, gfn, page, count, prot] = parts.map((part) => part.compile(scope)) as SixReaders;
      const { base } = scope.layout;
      return (state, args) => {
        const [slot, frame, pages] = [vm(state, args), gfn(state, args), count(state, args)];
        const at = slot * scope.world.gfns.length + frame;
        addEntry(scope, state, slot, vcpu(state, args), pathOf(scope, frame, pages));
        state.set(base.mapped + at, page(state, args));
        state.set(base.mapping + at, code);
        state.set(base.prot + at, prot(state, args));
        state.set(base.young + at, 1);
        state.set(base.asBlock + at, pages === 1 ? 0 : 1);
      };
    },
    { writes: ['mapped', 'mapping', 'prot', 'young', 'asBlock', 'tableEntries', 'pool', 'cache'] },
  );
};
type SixReaders = [Run<number>, Run<number>, Run<number>, Run<number>, Run<number>, Run<number>];

/** Take the entry at a frame out of a VM's stage 2. */
export const unmap = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Effect<P> => {
  const [v, g] = [value(vm), value(gfn)];
  return term(
    `${g.words} in ${v.words} is unmapped`,
    [v, g],
    (scope) => {
      const find = leafCell(scope.layout);
      const { base } = scope.layout;
      const width = scope.world.gfns.length;
      const [readVm, readGfn] = [v.compile(scope), g.compile(scope)];
      return (state, args) => {
        const slot = readVm(state, args);
        const at = find(state, slot, readGfn(state, args));
        const count = state.at(base.asBlock + at) === 1 ? scope.world.block : 1;
        dropEntry(scope, state, slot, pathOf(scope, at - slot * width, count));
        clearEntry(scope, state, at);
      };
    },
    { reads: ['asBlock'], writes: ['mapped', 'mapping', 'prot', 'young', 'asBlock', 'tableEntries', 'pool'] },
  );
};

function clearEntry(scope: Scope, state: State, at: number): void {
  const { base } = scope.layout;
  state.set(base.mapped + at, none);
  state.set(base.mapping + at, 0);
  state.set(base.prot + at, 0);
  state.set(base.young + at, 0);
  state.set(base.asBlock + at, 0);
}

/** The frame is marked so that it is never mapped again; the entry keeps its page table. */
export const poison = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Effect<P> => {
  const where = leaf(vm, gfn);
  const code = mappingStates.indexOf('POISON');
  return term(
    `${where.words} is poisoned`,
    [where],
    (scope) => {
      const read = where.compile(scope);
      return (state, args) => {
        const at = read(state, args);
        clearEntry(scope, state, at);
        state.set(scope.layout.base.mapping + at, code);
      };
    },
    { writes: ['mapped', 'mapping', 'prot', 'young', 'asBlock'] },
  );
};

/** The VM's whole stage 2 is gone, whatever it still mapped. */
export const dropStage2 = <P extends string>(vm: Ref<P>): Effect<P> => {
  const v = value(vm);
  return term(
    `stage 2 of ${v.words} is dropped`,
    [v],
    (scope) => {
      const { gfns, tables } = scope.world;
      const { base } = scope.layout;
      const read = v.compile(scope);
      return (state, args) => {
        const slot = read(state, args);
        for (let gfn = 0; gfn < gfns.length; gfn++) clearEntry(scope, state, slot * gfns.length + gfn);
        for (let table = 0; table < tables; table++) state.set(base.tableEntries + slot * tables + table, 0);
        state.set(base.pool + slot, 0);
      };
    },
    { writes: ['mapped', 'mapping', 'prot', 'young', 'asBlock', 'tableEntries', 'pool'] },
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

/** There is memory for every page table that an entry at the frame still needs. */
export const tablesSuffice = <P extends string>(vcpu: Ref<P>, vm: Ref<P>, gfn: Ref<P>): Condition<P> => {
  const [c, v, g] = [value(vcpu), value(vm), value(gfn)];
  return term(
    `there is memory for the page tables of ${g.words}`,
    [c, v, g],
    (scope) => {
      const { tableEntries, pool, cache } = scope.layout.base;
      const [readVcpu, readVm, readGfn] = [c.compile(scope), v.compile(scope), g.compile(scope)];
      return (state, args) => {
        const slot = readVm(state, args);
        const first = tableEntries + slot * scope.world.tables;
        const path = pathOf(scope, readGfn(state, args), 1);
        const made = path.findLastIndex((table) => state.at(first + table) > 0);
        return path.length - 1 - made <= state.at(pool + slot) + state.at(cache + readVcpu(state, args));
      };
    },
    { reads: ['tableEntries', 'pool', 'cache'] },
  );
};

/** The frame is marked as one of emulated device registers: nothing is mapped there, and nothing can be. */
export const guard = <P extends string>(vcpu: Ref<P>, vm: Ref<P>, gfn: Ref<P>): Effect<P> => {
  const [c, v, g] = [value(vcpu), value(vm), value(gfn)];
  const code = mappingStates.indexOf('MMIO_GUARD');
  return term(
    `from now on ${g.words} in ${v.words} is guarded`,
    [c, v, g],
    (scope) => {
      const [readVcpu, readVm, readGfn] = [c.compile(scope), v.compile(scope), g.compile(scope)];
      return (state, args) => {
        const [slot, frame] = [readVm(state, args), readGfn(state, args)];
        addEntry(scope, state, slot, readVcpu(state, args), pathOf(scope, frame, 1));
        state.set(scope.layout.base.mapping + slot * scope.world.gfns.length + frame, code);
      };
    },
    { writes: ['mapping', 'tableEntries', 'pool', 'cache'] },
  );
};
