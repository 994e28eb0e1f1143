/** The cells of the state of a world: which fields there are, what they can hold, how many of them there are. */
import { content, families, fieldNames, fields } from '../../spec/fields.ts';
import type { FieldName, FieldShape } from '../../spec/fields.ts';
import { protAll } from '../../spec/config.ts';
import type { Layout } from '../../spec/state.ts';

export const fieldsOf = (layout: Layout): FieldName[] => fieldNames.filter((field) => layout.size[field] > 0);

/** How many numbers there are for each place of a field. */
export const sizesOf = (layout: Layout, field: FieldName): number[] =>
  families[fields[field].over].map((dimension) => layout.dimensions[dimension]);

/** Every cell of a field by its places, in the order in which they lie in the state. */
export const placesOf = (layout: Layout, field: FieldName): number[][] =>
  sizesOf(layout, field).reduce<number[][]>(
    (before, size) => before.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  );

/** The least and the largest number that a field can hold. */
export function rangeOf(layout: Layout, field: FieldName): [number, number] {
  const shape: FieldShape = fields[field];
  const last = shape.values !== undefined ? shape.values.length - 1 : 'flag' in shape ? 1 : mostOf(layout);
  return [Math.min(0, shape.start ?? 0), last];
}

/** No number that a rule writes is larger: a place in some list, a count, a set of permissions, a content. */
export function mostOf({ config, dimensions, size }: Layout): number {
  const counts = [...Object.values(dimensions), ...Object.values<number>({ ...config.sizes }), ...Object.values(size)];
  const lastContent = content.firstOfVms + 2 * config.slots;
  return 2 * Math.max(...counts, config.maxShares, config.block, protAll, lastContent);
}
