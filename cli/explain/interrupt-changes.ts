/** What a step changed about interrupts, in words: VMs, list registers, and what the host has seen. */
import { none } from '../../spec/config.ts';
import { fields } from '../../spec/fields.ts';
import type { FieldShape } from '../../spec/fields.ts';
import { heldNames, intids, lineStates, noInterrupts } from '../../spec/interrupts/config.ts';
import type { Layout } from '../../spec/state.ts';
import type { Change, Label } from './boot-changes.ts';

/** Whom a change about interrupts concerns, and what to say of it; nothing for what only mirrors another change. */
export function formatInterruptChange(layout: Layout, { field, index, to }: Change): Label {
  const { listRegisters } = layout.config.interrupts ?? noInterrupts;
  const shape: FieldShape = fields[field];
  const held = heldNames[to] ?? String(to);
  switch (field) {
    case 'irqPhase':
      return [`VM${index}`, (shape.values?.[to] ?? '').toLowerCase()];
    case 'irqPage':
      return [`VM${index}`, `its page holds ${held}`];
    case 'irqShown':
      return ['host', `reads ${held} in the vCPU of VM${index}`];
    case 'irqTaken':
      return to === 1 ? [`VM${index}`, 'has taken an answer'] : undefined;
    case 'irqMasked':
      return [`VM${index}`, to === 1 ? 'interrupts masked' : 'interrupts unmasked'];
    case 'irqWaits':
      return [`VM${index}`, to === 1 ? 'waits for its device' : 'waits no more'];
    case 'irqSpins':
      return [`VM${index}`, to === 1 ? 'spins' : 'spins no more'];
    case 'irqHandled':
      return [`VM${index}`, to === none ? 'leaves its handler' : `in the handler of ${intidOf(to)}`];
    case 'irqReady':
      return [`VM${index}`, to === 1 ? 'its device has an answer' : 'its device has no answer'];
    case 'irqSeen':
      return ['host', `has seen the secret of VM${index}`];
    case 'copyState':
      return [`VM${Math.floor(index / listRegisters)}`, `host's LR${index % listRegisters} ${stateOf(to)}`];
    case 'lineState':
      return ['CPU', `LR${index} ${stateOf(to)}`];
    case 'irqRunning':
      return ['CPU', to === none ? 'the host goes on' : `runs VM${to}`];
    case 'irqRegister':
      return ['CPU', `its register holds ${held}`];
    default:
      return undefined;
  }
}

const intidOf = (number: number): string => (intids[number] === 'DEVICE' ? 'its device' : 'another device');
const stateOf = (state: number): string =>
  lineStates[state] === 'BOTH'
    ? 'pending and active'
    : lineStates[state] === 'INVALID'
      ? 'empty'
      : (lineStates[state] ?? '').toLowerCase();
