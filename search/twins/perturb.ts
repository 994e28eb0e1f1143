/** States near those that runs reach: some cells that a call has to do with hold what others of their field hold. */
import { fieldNames, fields } from '../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../spec/fields.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Rule } from '../../spec/rule.ts';
import { termOf } from '../../spec/rule.ts';
import type { Layout } from '../../spec/state.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import type { Random } from '../generate/random.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const mostCells = 5;
const mostArgs = 3;
/** One value in so many is that of an argument. */
const argsOneIn = 4;

export class Perturber {
  private readonly layout: Layout;
  private readonly random: Random;
  /** The values that the cells of each field have been seen with. */
  private readonly seen: ReadonlyMap<FieldName, Set<number>>;

  constructor(layout: Layout, random: Random) {
    this.layout = layout;
    this.random = random;
    const there = fieldNames.filter((name) => layout.size[name] > 0);
    this.seen = new Map(there.map((name) => [name, new Set(valuesOf(fields[name]))]));
  }

  see(cells: Int32Array): void {
    for (const [name, values] of this.seen) {
      const base = this.layout.base[name];
      for (let i = 0; i < this.layout.size[name]; i++) values.add(cells[base + i] as number);
    }
  }

  cellsNear(cells: Int32Array, args: Args, { rule, names }: CompiledRule): Int32Array {
    const near = cells.slice();
    const among = touchedBy(rule).filter((name) => this.seen.has(name));
    for (let left = this.random.below(mostCells); left > 0; left--) {
      const name = this.oneOf(among);
      const arg =
        this.random.below(argsOneIn) === 0 ? args[1 + this.random.below(Math.max(1, names.length))] : undefined;
      const value = arg ?? (name === undefined ? undefined : this.oneOf([...(this.seen.get(name) ?? [])]));
      if (name === undefined || value === undefined) continue;
      near[this.layout.base[name] + this.random.below(this.layout.size[name])] = value;
    }
    return near;
  }

  /** Some arguments drawn anew. */
  argsNear(args: Args, { names, rule, resolve }: CompiledRule): Args {
    const near = new Int32Array(argsLength);
    near.set(args);
    for (let left = this.random.below(mostArgs); left > 0 && names.length > 0; left--) {
      const at = this.random.below(names.length);
      const value = this.oneOf(Object.values(rule.parameters)[at]?.values(this.layout.config) ?? []);
      if (value === undefined) continue;
      near[at + 1 + passedAt] = value;
      near[at + 1] = resolve[at]?.[value] ?? value;
    }
    return near;
  }

  private oneOf<T>(all: readonly T[]): T | undefined {
    return all.length === 0 ? undefined : all[this.random.below(all.length)];
  }
}

const touchedBy = ({ guards, effects }: Rule): FieldName[] => {
  const touched = [...guards.map(termOf), ...effects].map(touchesOf);
  return [...new Set(touched.flatMap(({ reads, writes }) => [...reads, ...writes]))];
};

/** Numbers that a cell may hold though none was seen to: all that have names, or none and the first few. */
const few = [-1, 0, 1, 2];
const valuesOf = (shape: FieldShape): readonly number[] =>
  'flag' in shape ? [0, 1] : shape.values === undefined ? few : upTo(shape.values.length);
