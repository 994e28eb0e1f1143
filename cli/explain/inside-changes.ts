/** What a step changed inside a guest, in words: areas of memory, files, secrets. */
import { none } from '../../spec/config.ts';
import { noInside } from '../../spec/inside/config.ts';
import { protections } from '../../spec/inside/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import type { Change, Label } from './boot-changes.ts';

export function formatInsideChange(layout: Layout, { field, index, to }: Change, after: Int32Array): Label {
  const { files } = layout.config.inside ?? noInside;
  const value = (name: FieldName): number => after[layout.base[name] + index] as number;
  switch (field) {
    case 'areaFile':
    case 'areaShared':
    case 'areaProt': {
      const mapped = value('areaFile');
      if (mapped === none) return [`area ${index}`, 'is gone'];
      const what = files[mapped]?.name ?? 'anonymous memory';
      const how = value('areaShared') === 1 ? 'shared' : 'private';
      return [`area ${index}`, `${what}, ${how}, ${protections[value('areaProt')] ?? ''}`];
    }
    case 'areaTouched':
      return [`area ${index}`, to === 1 ? 'holds what the payload has written' : 'holds nothing of the payload'];
    case 'fileTouched':
      return [files[index]?.name ?? '', 'holds what the payload has written'];
    case 'rawSecret':
      return ['payload', 'has the secrets of its guest'];
    default:
      return undefined;
  }
}
