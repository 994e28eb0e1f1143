/** How a counterexample of the rules reads: a table of steps, the life of each page that changes hands, the clause. */
import { styleText } from 'node:util';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Clause } from '../../spec/clauses.generated.ts';
import type { Traced } from '../../search/judge/replay.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { formatContent } from '../../spec/parameters.ts';
import { describeChanges } from './changes.ts';
import { callTable } from './columns.ts';
import { startLines } from './start.ts';
import type { Story } from './story.ts';
import { changesHands, legend, timeline } from './timeline.ts';

const dim = (text: string): string => styleText('dim', text);
const bad = (text: string): string => styleText('red', text);

/** What is seen: where it starts, each call with what it changes, and the life of each page that changes hands. */
export function drawing(story: Story): string[] {
  const { system, steps, start, reserved, counterexample } = story;
  const states = [start, ...steps.map(({ state }) => state.cells)];
  const beginning = startLines({ layout: system.layout, states, calls: counterexample.calls, reserved });
  const parts = [beginning.map(dim), table(story), pictures(story)];
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]));
}

/** Arguments that are as they usually are, and left out. */
const usual: Readonly<Record<string, string>> = {
  nr: '1',
  prot: 'PX+UX+W+R',
  deferred: 'no',
  handoff: 'locked',
  tree: 'plain',
  ramdisk: 'normal',
  writes: 'all writes',
  system: 'system',
  extra: 'as listed',
  apex: 'APEXes',
  file: 'Microdroid',
  custom: 'no',
  asKernel: 'no',
  debug: 'no',
  gdb: 'no',
  outside: 'no',
  low: 'no',
};
const isUsual = (name: string, value: string): boolean =>
  usual[name] === value || (name.endsWith('Fault') && value === 'right');

/** Arguments that need no name beside them. */
const bare = new Set(['page', 'vm', 'cid', 'device', 'iova', 'value', 'client', 'app', 'permission']);

/** A call with the arguments that say something; which word of a page is meant says nothing where there is one. */
export function formatWritten({ call, args }: WrittenCall, words: number): string {
  const said = Object.entries(args)
    .filter(([name, value]) => !isUsual(name, value) && !(name === 'word' && words === 1))
    .map(([name, value]) => (bare.has(name) ? value : `${name} ${value}`));
  return `${call}(${said.join(', ')})`;
}

function formatCall(story: Story, { call }: Traced): string {
  const { system } = story;
  const where = story.calls.some(({ cpu }) => cpu !== 0) ? ` on CPU ${call.cpu}` : '';
  return `${formatWritten(writeCall(system, call), system.config.words)}${where}`;
}

function formatAnswer(story: Story, { call, outcome }: Traced): string {
  if (outcome.kind === 'denied') return outcome.error;
  const { answer } = story.system.rule(call.call).rule;
  if (answer === 'value') return formatContent(story.system.config, outcome.answer);
  return answer === 'vm' ? `entry ${outcome.answer}` : String(outcome.answer);
}

/** The calls, each with its answer and what it changes. */
function table(story: Story): string[] {
  const { steps, system, broken } = story;
  const rows = steps.map((step, i) => {
    const before = i === 0 ? story.start : (steps[i - 1] as Traced).state.cells;
    const changes = describeChanges(system.layout, story.names[i + 1] ?? [], before, step.state.cells);
    return {
      cells: [
        String(i + 1),
        system.rule(step.call.call).rule.actor,
        formatCall(story, step),
        formatAnswer(story, step),
      ],
      changes: changes.length > 0 ? changes : ['nothing'],
      isBroken: broken?.length === i + 1,
    };
  });
  return callTable([' #', 'actor', 'call', 'answer'], rows);
}

/** Longer sequences are told by the table alone. */
const drawnUpTo = 12;

function pictures({ system, start, steps, names }: Story): string[] {
  const states = [start, ...steps.map(({ state }) => state.cells)];
  const pages = system.config.pages.flatMap((_, page) => (changesHands(system.layout, states, page) ? [page] : []));
  if (pages.length === 0 || steps.length > drawnUpTo) return [];
  return [dim(legend), ...pages.flatMap((page) => ['', ...timeline(system.layout, names, states, page)])];
}

/** A clause in full, as the prose has it. */
export function formatClause(id: string): string[] {
  const clause = (clauses as Readonly<Record<string, Clause | undefined>>)[id];
  if (clause === undefined) return [id];
  const indent = '   ';
  return [
    `${styleText('bold', id)}${indent}${clause.text}`,
    dim(
      `${' '.repeat(id.length)}${indent}${clause.status} · ${clause.upheldBy} · survives ${clause.survives} · ${clause.sources.join('; ')}`,
    ),
  ];
}

/** What the rule would have done that is left out. */
export function withTheRule({ counterexample: { without }, asSpecified, calls, system }: Story): string[] {
  if (without === undefined) return [];
  return asSpecified?.outcome.kind === 'denied' && asSpecified.outcome.clause === without.clause
    ? [`With the rule: ${formatRefusal(system, asSpecified, calls.length)}`]
    : [bad(`With the rule: step ${calls.length} is not refused by it.`)];
}

/** Of which page, VM or vCPU something is lost, where it is one. */
export function whereOf({ broken, system, names }: Story): string {
  if (broken === undefined) return '';
  const { index, property } = broken.violation;
  const { pages, gfns, vcpus } = system.config;
  const vm = (entry: number): string => names[broken.length]?.[entry] ?? `VM${entry}`;
  switch (property.over) {
    case 'page':
      return ` (${pages[index]?.name ?? ''})`;
    case 'mapping':
      return ` (${vm(Math.floor(index / gfns.length))} ${gfns[index % gfns.length]?.name ?? ''})`;
    case 'vm':
      return ` (${vm(index)})`;
    case 'vcpu':
      return ` (vCPU ${index % vcpus} of ${vm(Math.floor(index / vcpus))})`;
    default:
      return '';
  }
}

/** How a step is refused, where it is, and that this is all. */
export function formatRefusal(system: Story['system'], { call, outcome }: Traced, step: number): string {
  if (outcome.kind !== 'denied') return `step ${step} is done.`;
  const onFailure = system.rule(call.call).rule.guards.some(({ kind }) => kind === 'onFailure');
  if (outcome.error === 'PANIC') return `step ${step} stops the machine (${outcome.clause}).`;
  return `step ${step} answers ${outcome.error} (${outcome.clause})${onFailure ? '' : ', and nothing changes'}.`;
}
