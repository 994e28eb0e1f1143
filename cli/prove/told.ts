/** A counterexample to induction for readers: from which state, by which call, what breaks. */
import { clauses } from '../../spec/clauses.generated.ts';
import type { Config } from '../../spec/config.ts';
import { initialState } from '../../spec/state.ts';
import type { Entity } from '../../properties/property.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import type { Broken, Induction } from '../../search/prove/induction.ts';
import { describeChanges } from '../explain/changes.ts';

/** What the member of a family with this number is. */
function nameOf({ pages, gfns, vcpus }: Config, over: Entity | 'call', of: number): string {
  switch (over) {
    case 'page':
      return pages[of]?.name ?? String(of);
    case 'mapping':
      return `${gfns[of % gfns.length]?.name ?? ''} of VM${Math.floor(of / gfns.length)}`;
    case 'vm':
      return `VM${of}`;
    case 'vcpu':
      return `vCPU ${of % vcpus} of VM${Math.floor(of / vcpus)}`;
    case 'cpu':
      return `CPU ${of}`;
    case 'machine':
    case 'call':
      return '';
  }
}

function lossOf(config: Config, broken: Broken | undefined): string[] {
  if (broken === undefined) return ['Others then see what a VM had to itself (MEM-CONFIDENTIAL).'];
  const { clause, statement, over } = broken.law;
  const of = nameOf(config, over, broken.of);
  return [
    `It is not true any more${of === '' ? '' : ` of ${of}`} that ${statement}.`,
    `  ${clause}: ${clauses[clause].text}`,
  ];
}

export function toldInduction({ system, state, call, after, broken }: Induction): string[] {
  const { layout, config } = system;
  const { args } = writeCall(system, call);
  const said = Object.entries(args).map(([name, value]) => `${name} ${value}`);
  const indented = (before: Int32Array, then: Int32Array): string[] => {
    const lines = describeChanges(layout, [], before, then).map((line) => `  ${line}`);
    return lines.length === 0 ? ['  nothing'] : lines;
  };
  return [
    'From this state, which the invariants allow (what is as at the start is left out),',
    ...indented(initialState(layout).cells, state.cells),
    `this call goes through: CPU ${call.cpu} ${call.call}(${said.join(', ')})`,
    ...indented(state.cells, after.cells),
    ...lossOf(config, broken),
  ];
}
