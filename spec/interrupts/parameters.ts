/** What the calls about interrupts are made with. */
import type { Parameter } from '../parameters.ts';
import { guestsOf, intids, listRegistersOf } from './config.ts';

export const guest: Parameter = { kind: 'guest', values: guestsOf, format: (_, value) => `VM${value}` };
export const listRegister: Parameter = {
  kind: 'list register',
  values: listRegistersOf,
  format: (_, value) => `LR${value}`,
};
/** How many list registers the host says are in use: up to one more than there are. */
export const used: Parameter = {
  kind: 'used',
  values: (config) => [
    ...listRegistersOf(config).map((register) => register + 1),
    listRegistersOf(config).length + 1,
    0,
  ],
  format: (_, value) => String(value),
};
export const intid: Parameter = {
  kind: 'intid',
  values: () => intids.map((_, number) => number),
  format: (_, value) => intids[value] ?? String(value),
};
const yesOrNo = (kind: string): Parameter => ({
  kind,
  values: () => [1, 0],
  format: (_, value) => (value === 1 ? 'yes' : 'no'),
});
/** Whether the device has an answer, and whether an interrupt is pending as well as active. */
export const ready = yesOrNo('ready');
export const pending = yesOrNo('pending');
