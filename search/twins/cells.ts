/** The cells of a state by the names of their fields. */
import type { FieldName } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import { none } from '../../spec/config.ts';

export class Cells {
  readonly layout: Layout;
  readonly cells: Int32Array;

  constructor(layout: Layout, cells: Int32Array) {
    this.layout = layout;
    this.cells = cells;
  }

  get(field: FieldName, index = 0): number {
    return this.cells[this.layout.base[field] + index] as number;
  }
  /** The number of a thing, if there is one. */
  maybe(field: FieldName, index = 0): number | undefined {
    const number = this.get(field, index);
    return number === none ? undefined : number;
  }
  flag(field: FieldName, index = 0): boolean {
    return this.get(field, index) === 1;
  }
  set(field: FieldName, value: number | boolean | undefined, index = 0): void {
    this.cells[this.layout.base[field] + index] = value === undefined ? none : Number(value);
  }
  /** One thing for each member of the family that the field is over. */
  each<T>(field: FieldName, of: (index: number) => T): T[] {
    return Array.from({ length: this.layout.size[field] }, (_, index) => of(index));
  }
}
