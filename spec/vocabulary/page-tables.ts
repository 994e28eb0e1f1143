/** Words about page tables: how a mapping enters a guest's stage 2, how it leaves, and the tables that it costs. */
import { none } from '../config.ts';
import { mappingStates } from '../state.ts';
import type { State } from '../state.ts';
import { term, value } from '../term.ts';
import type { Binding, Condition, Effect, Ref, Run, Value } from '../term.ts';
import { leaf, leafCell } from './stage2.ts';

/** The page tables that a mapping passes: all of its path, or all but the last for a block. */
const pathOf = (binding: Binding, gfn: number, count: number): readonly number[] => {
  const path = binding.config.gfns[gfn]?.tables ?? [];
  return count === 1 ? path : path.slice(0, -1);
};

/**
 * Count one more entry in the tables on the path, making those that do not exist: from the VM's pool, then the cache.
 */
function addEntry(binding: Binding, state: State, vm: number, vcpu: number, path: readonly number[]): void {
  const { tableEntries, pool, cache } = binding.layout.base;
  for (let level = path.length - 1; level >= 0; level--) {
    const table = tableEntries + vm * binding.config.tables + (path[level] as number);
    state.set(table, state.at(table) + 1);
    if (state.at(table) > 1) return;
    const source = state.at(pool + vm) > 0 ? pool + vm : cache + vcpu;
    state.set(source, state.at(source) - 1);
  }
}

/** Count one entry less; a table that became empty goes to the VM's pool. */
function dropEntry(binding: Binding, state: State, vm: number, path: readonly number[]): void {
  const { tableEntries, pool } = binding.layout.base;
  for (let level = path.length - 1; level >= 0; level--) {
    const table = tableEntries + vm * binding.config.tables + (path[level] as number);
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
    (binding) => {
      const [vcpu, vm, gfn, page, count, prot] = parts.map((part) => part.compile(binding)) as SixReaders;
      const { base } = binding.layout;
      return (state, args) => {
        const [slot, frame, pages] = [vm(state, args), gfn(state, args), count(state, args)];
        const at = slot * binding.config.gfns.length + frame;
        addEntry(binding, state, slot, vcpu(state, args), pathOf(binding, frame, pages));
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
    (binding) => {
      const find = leafCell(binding.layout);
      const { base } = binding.layout;
      const width = binding.config.gfns.length;
      const [readVm, readGfn] = [v.compile(binding), g.compile(binding)];
      return (state, args) => {
        const slot = readVm(state, args);
        const at = find(state, slot, readGfn(state, args));
        const count = state.at(base.asBlock + at) === 1 ? binding.config.block : 1;
        dropEntry(binding, state, slot, pathOf(binding, at - slot * width, count));
        clearEntry(binding, state, at);
      };
    },
    { reads: ['asBlock'], writes: ['mapped', 'mapping', 'prot', 'young', 'asBlock', 'tableEntries', 'pool'] },
  );
};

function clearEntry(binding: Binding, state: State, at: number): void {
  const { base } = binding.layout;
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
    (binding) => {
      const read = where.compile(binding);
      return (state, args) => {
        const at = read(state, args);
        clearEntry(binding, state, at);
        state.set(binding.layout.base.mapping + at, code);
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
    (binding) => {
      const { gfns, tables } = binding.config;
      const { base } = binding.layout;
      const read = v.compile(binding);
      return (state, args) => {
        const slot = read(state, args);
        for (let gfn = 0; gfn < gfns.length; gfn++) clearEntry(binding, state, slot * gfns.length + gfn);
        for (let table = 0; table < tables; table++) state.set(base.tableEntries + slot * tables + table, 0);
        state.set(base.pool + slot, 0);
      };
    },
    { writes: ['mapped', 'mapping', 'prot', 'young', 'asBlock', 'tableEntries', 'pool'] },
  );
};

/** There is memory for every page table that an entry at the frame still needs. */
export const tablesSuffice = <P extends string>(vcpu: Ref<P>, vm: Ref<P>, gfn: Ref<P>): Condition<P> => {
  const [c, v, g] = [value(vcpu), value(vm), value(gfn)];
  return term(
    `there is memory for the page tables of ${g.words}`,
    [c, v, g],
    (binding) => {
      const { tableEntries, pool, cache } = binding.layout.base;
      const [readVcpu, readVm, readGfn] = [c.compile(binding), v.compile(binding), g.compile(binding)];
      return (state, args) => {
        const slot = readVm(state, args);
        const first = tableEntries + slot * binding.config.tables;
        const path = pathOf(binding, readGfn(state, args), 1);
        const made = path.findLastIndex((table) => state.at(first + table) > 0);
        return path.length - 1 - made <= state.at(pool + slot) + state.at(cache + readVcpu(state, args));
      };
    },
    { reads: ['tableEntries', 'pool', 'cache'] },
  );
};

/** The walk to the frame ends where single pages are mapped: no table is missing, and no block is in the way. */
export const hasLastTable = <P extends string>(vm: Ref<P>, gfn: Ref<P>): Condition<P> => {
  const [v, g] = [value(vm), value(gfn)];
  return term(
    `${v.words} has a page table for ${g.words}`,
    [v, g],
    (binding) => {
      const [readVm, readGfn] = [v.compile(binding), g.compile(binding)];
      return (state, args) => {
        const last = pathOf(binding, readGfn(state, args), 1).at(-1);
        const first = binding.layout.base.tableEntries + readVm(state, args) * binding.config.tables;
        return last === undefined || state.at(first + last) > 0;
      };
    },
    { reads: ['tableEntries'] },
  );
};

/** The frame is marked as one of emulated device registers: nothing is mapped there, and nothing can be. */
export const guard = <P extends string>(vcpu: Ref<P>, vm: Ref<P>, gfn: Ref<P>): Effect<P> => {
  const [c, v, g] = [value(vcpu), value(vm), value(gfn)];
  const code = mappingStates.indexOf('MMIO_GUARD');
  return term(
    `from now on ${g.words} in ${v.words} is guarded`,
    [c, v, g],
    (binding) => {
      const [readVcpu, readVm, readGfn] = [c.compile(binding), v.compile(binding), g.compile(binding)];
      return (state, args) => {
        const [slot, frame] = [readVm(state, args), readGfn(state, args)];
        addEntry(binding, state, slot, readVcpu(state, args), pathOf(binding, frame, 1));
        state.set(binding.layout.base.mapping + slot * binding.config.gfns.length + frame, code);
      };
    },
    { writes: ['mapping', 'tableEntries', 'pool', 'cache'] },
  );
};
