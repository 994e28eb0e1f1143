/** Words about the payload of a guest: its memory areas, its files, and what it has written to either. */
import { none } from '../config.ts';
import { all, attribute, both, cell, condition, either, equals, not, quantity, value } from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';
import { protections } from '../inside/fields.ts';

export const areaFile = (area: Ref): Cell<'areaFile'> => cell('areaFile', area);
export const areaShared = (area: Ref): Cell<'areaShared'> => cell('areaShared', area);
export const areaProt = (area: Ref): Cell<'areaProt'> => cell('areaProt', area);
export const areaModified = (area: Ref): Cell<'areaModified'> => cell('areaModified', area);
export const areaTouched = (area: Ref): Cell<'areaTouched'> => cell('areaTouched', area);
export const fileTouched = (file: Ref): Cell<'fileTouched'> => cell('fileTouched', file);
export const remounted = cell('remounted');
export const rawSecret = cell('rawSecret');
export const isCapable: Bool = equals(quantity('capable'), 1);
const anonymous = quantity('anonymous');

const flagOf = (name: 'mayRead' | 'mayWrite' | 'mayExecute' | 'noExec' | 'holdsSecret', file: Ref): Bool =>
  attribute(name, file).is(1);
export const mayRead = (file: Ref): Bool => flagOf('mayRead', file);
export const mayWrite = (file: Ref): Bool => flagOf('mayWrite', file);
export const mayExecute = (file: Ref): Bool => flagOf('mayExecute', file);
export const isNoExec = (file: Ref): Bool => both(flagOf('noExec', file), remounted.is(0));
export const holdsSecret = (file: Ref): Bool => flagOf('holdsSecret', file);

const named = (prot: (typeof protections)[number]): number => protections.indexOf(prot);
export const asksToWrite = condition(['prot'], '{prot} [has] write', (prot) =>
  either(equals(prot, named('RW')), equals(prot, named('RWX'))),
);
export const asksToExecute = condition(['prot'], '{prot} [has] execute', (prot) =>
  either(equals(prot, named('RX')), equals(prot, named('RWX'))),
);
export const isThere = condition(['area'], '{area} [exists]', (area) => areaFile(area).isNot(none));
/** Where there is no area, there is nothing but reading to protect from. */
export const isWritable = (area: Ref): Bool => asksToWrite(areaProt(area).value);
export const isExecutable = (area: Ref): Bool => asksToExecute(areaProt(area).value);
export const isAnonymous = (area: Ref): Bool => equals(areaFile(area).value, anonymous);

/** Memory that has no file, or that would have other bytes than its file once it is written. */
export const isOwnMemory = condition(
  ['file', 'shared', 'prot'],
  'with {prot}, memory of {file} [is] memory without a file',
  (file, shared, prot) => either(equals(file, anonymous), both(equals(shared, 0), asksToWrite(prot))),
);

export const makeArea = (area: Ref, of: { file: Num; shared: Num; prot: Num; modified: Num; touched: Num }): Effect =>
  all(
    areaFile(area).becomes(of.file),
    areaShared(area).becomes(of.shared),
    areaProt(area).becomes(of.prot),
    areaModified(area).becomes(of.modified),
    areaTouched(area).becomes(of.touched),
  );
export const dropArea = (area: Ref): Effect =>
  makeArea(area, { file: value(none), shared: value(0), prot: value(0), modified: value(0), touched: value(0) });
export const unless = (condition: Bool, otherwise: Bool): Bool => either(not(condition), otherwise);
