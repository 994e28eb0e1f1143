/** A counterexample to induction for readers: from which state, by which call, what breaks. */
import { clauses } from '../../spec/clauses.generated.ts';
import type { Config } from '../../spec/config.ts';
import { initialState } from '../../spec/state.ts';
import { subjects } from '../../properties/invariant/invariant.ts';
import type { Subject } from '../../properties/invariant/invariant.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import type { Broken, Induction } from '../../search/prove/induction.ts';
import { describeChanges } from '../explain/changes.ts';

function nameOf(config: Config, subject: Subject, at: number): string {
  switch (subjects[subject]) {
    case 'page':
      return config.pages[at]?.name ?? String(at);
    case 'gfn':
      return config.gfns[at]?.name ?? String(at);
    case 'vm':
      return `VM${at}`;
    case 'vcpu':
      return `vCPU ${at % config.vcpus} of VM${Math.floor(at / config.vcpus)}`;
    case 'cpu':
      return `CPU ${at}`;
  }
}

function lossOf(config: Config, broken: Broken | undefined): string[] {
  if (broken === undefined) return ['Others then see what a VM had to itself (MEM-CONFIDENTIAL).'];
  const { clause, statement, over } = broken.invariant;
  const of = over.map((subject, i) => nameOf(config, subject, broken.of[i] ?? 0)).join(', ');
  return [`It is no longer true of ${of} that ${statement}.`, `  ${clause}: ${clauses[clause].text}`];
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
