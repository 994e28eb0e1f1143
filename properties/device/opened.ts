/** What witnesses of a device look at. */
import { none } from '../../spec/config.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { View } from '../view.ts';

export const field = (view: View, name: FieldName, index = 0): number => view.at(view.layout.base[name] + index);
/** The VM runs and has both secrets that something was sealed with. */
export const opened = (view: View): boolean =>
  field(view, 'runs') === 1 &&
  field(view, 'sealedSecret') !== none &&
  field(view, 'runSecret') === field(view, 'sealedSecret') &&
  field(view, 'runKeeper') === field(view, 'sealedKeeper');
