/** How a counterexample of the rules reads: a table of steps, the life of each page that changes hands, the clause. */
import { styleText } from 'node:util';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Clause } from '../../spec/clauses.generated.ts';
import type { Traced } from '../../search/judge/replay.ts';
import { callTable, wrapped } from './columns.ts';
import type { Scenes } from './scenes.ts';
import type { Story } from './story.ts';
import { legend, timeline } from './timeline.ts';

const dim = (text: string): string => styleText('dim', text);
const bad = (text: string): string => styleText('red', text);

/** What is seen: where it starts, each call with what it changes, and the life of each page that changes hands. */
export function drawing(scenes: Scenes): string[] {
  const parts = [startLines(scenes).map(dim), table(scenes), pictures(scenes)];
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]));
}

/** Where it starts, as lines. */
export const startLines = ({ beginning }: Scenes): string[] => (beginning === '' ? [] : wrapped(beginning, '       '));

/** The calls, each with its answer and what it changes. */
const table = ({ steps }: Scenes): string[] =>
  callTable(
    [' #', 'actor', 'call', 'answer'],
    steps.map(({ label, actor, call, answer, changes, isBroken }) => ({
      cells: [label, actor, call, answer],
      changes: changes.length > 0 ? changes : ['nothing'],
      isBroken,
    })),
  );

/** Longer sequences are told by the table alone. */
const drawnUpTo = 12;

function pictures({ lives, steps }: Scenes): string[] {
  const drawn = lives.filter(({ changesHands }) => changesHands);
  if (drawn.length === 0 || steps.length > drawnUpTo) return [];
  return [dim(legend), ...drawn.flatMap((life) => ['', ...timeline(life)])];
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

/** How a step is refused, where it is, and that this is all. */
export function formatRefusal(system: Story['system'], { call, outcome }: Traced, step: number): string {
  if (outcome.kind !== 'denied') return `step ${step} is done.`;
  const onFailure = system.rule(call.call).rule.guards.some(({ kind }) => kind === 'onFailure');
  if (outcome.error === 'PANIC') return `step ${step} stops the machine (${outcome.clause}).`;
  return `step ${step} answers ${outcome.error} (${outcome.clause})${onFailure ? '' : ', and nothing changes'}.`;
}
