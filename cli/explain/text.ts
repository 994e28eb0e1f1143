/** How a counterexample reads: a table of steps, the life of each page that changes hands, and the clause in full. */
import { styleText } from 'node:util';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Clause } from '../../spec/clauses.generated.ts';
import type { Traced } from '../../search/judge/replay.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import { formatContent } from '../../spec/parameters.ts';
import { lives, pageStates } from '../../spec/fields.ts';
import { describeChanges } from './changes.ts';
import type { Story } from './story.ts';
import { changesHands, legend, timeline } from './timeline.ts';

const dim = (text: string): string => styleText('dim', text);
const bad = (text: string): string => styleText('red', text);

export function explain(story: Story): string[] {
  return [...heading(story), '', ...start(story), ...table(story), '', ...pictures(story), ...verdict(story)];
}

function heading({ counterexample, broken }: Story): string[] {
  const { name, without, breaks, profile } = counterexample;
  const under = without ? `without ${without.clause}` : `under ${profile}`;
  const how = broken
    ? `${under}, ${breaks} breaks at step ${broken.length}`
    : bad(`${under}, ${breaks} does not break`);
  return [`${styleText('bold', name)}   ${how}`, ...(counterexample.story ? ['', counterexample.story] : [])];
}

/** Where the sequence starts, in a sentence, if that is not an empty machine. */
function start({ system, names, start: cells }: Story): string[] {
  const { base, config } = system.layout;
  const vms = (names[0] ?? []).flatMap((name, entry) => {
    const life = lives[cells[base.life + entry] ?? 0];
    if (life === undefined || life === 'NONE') return [];
    return [`${name} (${cells[base.protected + entry] === 1 ? '' : 'not '}protected)`];
  });
  const lost = config.pages.flatMap((page, number) =>
    page.kind === 'memory' && page.of === number && pageStates[cells[base.host + number] ?? 0] === 'NOPAGE'
      ? [page.name]
      : [],
  );
  if (vms.length === 0) return [];
  const rest =
    lost.length === 0
      ? 'all memory is'
      : `${lost.join(', ')} ${lost.length === 1 ? 'is' : 'are'} given away, all other memory is`;
  return [dim(`start: ${vms.join(' and ')} ${vms.length === 1 ? 'runs' : 'run'}; ${rest} the host's`), ''];
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
};
const isUsual = (name: string, value: string): boolean =>
  usual[name] === value || (name.endsWith('Fault') && value === 'right');

/** Arguments that need no name beside them. */
const bare = new Set(['page', 'vm', 'cid', 'device', 'iova', 'value']);

function formatCall(story: Story, { call }: Traced): string {
  const { system } = story;
  const written = writeCall(system, call);
  const args = Object.entries(written.args)
    .filter(([name, value]) => !isUsual(name, value) && !(name === 'word' && system.config.words === 1))
    .map(([name, value]) => (bare.has(name) ? value : `${name} ${value}`));
  const where = story.calls.some(({ cpu }) => cpu !== 0) ? ` on CPU ${call.cpu}` : '';
  return `${call.call}(${args.join(', ')})${where}`;
}

function formatAnswer(story: Story, { call, outcome }: Traced): string {
  if (outcome.kind === 'denied') return outcome.error;
  const { answer } = story.system.rule(call.call).rule;
  if (answer === 'value') return formatContent(story.system.config, outcome.answer);
  return answer === 'vm' ? `entry ${outcome.answer}` : String(outcome.answer);
}

/** The calls, each with its answer and what it changes. */
export function table(story: Story): string[] {
  const { steps, system, broken } = story;
  const rows = steps.map((step, i) => {
    const before = i === 0 ? story.start : (steps[i - 1] as Traced).state.cells;
    const changes = describeChanges(system.layout, story.names[i + 1] ?? [], before, step.state.cells);
    const mark = broken?.length === i + 1 ? bad(' ✗') : '';
    return {
      actor: system.rule(step.call.call).rule.actor,
      call: formatCall(story, step),
      answer: formatAnswer(story, step),
      mark,
      changes: changes.length > 0 ? changes : [dim('nothing')],
    };
  });
  const wide = (heading: string, of: (row: (typeof rows)[number]) => string): number =>
    Math.max(heading.length, ...rows.map((row) => of(row).length));
  const [actor, call, answer] = [
    wide('actor', (row) => row.actor),
    wide('call', (row) => row.call),
    wide('answer', (row) => row.answer) + 2,
  ];
  const indent = ' '.repeat(4 + actor + 2 + call + 2 + answer + 2);
  return [
    dim(` #  ${'actor'.padEnd(actor)}  ${'call'.padEnd(call)}  ${'answer'.padEnd(answer)}  what changes`),
    ...rows.flatMap((row, i) => {
      const padding = ' '.repeat(answer - row.answer.length - (row.mark === '' ? 0 : 2));
      const first = `${String(i + 1).padStart(2)}  ${row.actor.padEnd(actor)}  ${row.call.padEnd(call)}  ${row.answer}${row.mark}${padding}`;
      return [`${first}  ${row.changes[0] ?? ''}`, ...row.changes.slice(1).map((change) => `${indent}${change}`)];
    }),
  ];
}

function pictures({ system, start, steps, names }: Story): string[] {
  const states = [start, ...steps.map(({ state }) => state.cells)];
  const pages = system.config.pages.flatMap((_, page) => (changesHands(system.layout, states, page) ? [page] : []));
  if (pages.length === 0 || steps.length > 12) return [];
  return [dim(legend), '', ...pages.flatMap((page) => [...timeline(system.layout, names, states, page), ''])];
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

function verdict(story: Story): string[] {
  const { counterexample, broken } = story;
  const lines = formatClause(counterexample.breaks);
  if (broken) lines.push(`The property that sees it: ${broken.violation.property.statement}.`);
  const { without } = counterexample;
  if (without) lines.push('', ...formatClause(without.clause), `With the rule: ${withTheRule(story, without.clause)}`);
  return lines;
}

const withTheRule = ({ asSpecified, calls, system }: Story, clause: string): string =>
  asSpecified?.outcome.kind === 'denied' && asSpecified.outcome.clause === clause
    ? formatRefusal(system, asSpecified, calls.length)
    : bad(`step ${calls.length} is not refused by it.`);

/** How a step is refused, where it is, and that this is all. */
export function formatRefusal(system: Story['system'], { call, outcome }: Traced, step: number): string {
  if (outcome.kind !== 'denied') return `step ${step} is done.`;
  const onFailure = system.rule(call.call).rule.guards.some(({ kind }) => kind === 'onFailure');
  return `step ${step} answers ${outcome.error} (${outcome.clause})${onFailure ? '' : ', and nothing changes'}.`;
}
