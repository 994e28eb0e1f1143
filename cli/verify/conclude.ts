/** What the parts of a run come to together; only here it is decided what was never reached. */
import { add, addRows, decided, emptyRow, nothing } from './part.ts';
import type { Part, Row } from './part.ts';
import { aboutEvidence } from './evidence.ts';
import { pursuePairs } from './pairs.ts';
import { pairsIn } from './races.ts';
import type { ChapterProgress, ClauseResult, VerifyOptions, VerifyResult, Watcher } from './result.ts';
import { coveredBy, coverageOf, holesOf, pursuedPart, pursueHoles, rulesGroup, suitesFor, taskOf } from './rules.ts';
import type { Covered } from './rules.ts';
import type { Performed } from './jobs.ts';
import type { Task } from './task.ts';
import { transcripts } from './transcripts.ts';

interface Made {
  readonly task: Task;
  readonly part: Part;
}

export async function conclude(
  options: VerifyOptions,
  tasks: readonly Task[],
  { parts, times }: Performed,
  { stopped }: Pick<Watcher, 'stopped'>,
): Promise<VerifyResult> {
  const made = tasks.flatMap((task): Made[] => {
    const part = parts.get(task.name);
    return part === undefined ? [] : [{ task, part }];
  });
  const ofRules = made.filter(({ task }) => task.group === rulesGroup);
  const isSound = ofRules.every(({ part }) => (part.violations ?? []).length === 0);
  // A run for one clause or one check, one that found something, and one that was cut short need not have been
  // everywhere.
  const isWhole = options.clause === undefined && options.check === undefined && isSound;
  const covered = coverOf(options, parts);
  const reached = isWhole ? await reach(covered, options, stopped) : undefined;
  const all = reached === undefined ? made : [...made, { task: pursuit, part: reached.part }];
  return {
    options,
    chapters: chaptersOf(tasks, made, times),
    clauses: verdictsOn(all),
    violations: all.flatMap(({ part }) => part.violations ?? []),
    machineViolations: made.flatMap(({ part }) => part.machineViolations ?? []),
    holes: stopped() ? undefined : reached?.holes,
    coverage: coverageOf(covered),
    transcripts: made.flatMap(({ part }) => part.transcripts ?? []),
    interrupted: stopped(),
  };
}

/** What is made in pursuit of holes is judged with the rest of the rules. */
const pursuit: Task = { name: 'pursuit', chapter: '', group: rulesGroup, perform: () => Promise.resolve(nothing) };

/** What was covered of each scope that is drawn. */
function coverOf(options: VerifyOptions, parts: Performed['parts']): Covered[] {
  return coveredBy(suitesFor(options).map((suite) => [suite, parts.get(taskOf(suite, options).name) ?? nothing]));
}

/** Go after what was never reached, which adds to what is covered, and say what still was not. */
async function reach(
  covered: readonly Covered[],
  options: VerifyOptions,
  stopped: () => boolean,
): Promise<{ readonly part: Part; readonly holes: readonly string[] }> {
  const holes = pursuedPart(await pursueHoles(covered, options, stopped));
  const pairs = pursuedPart(await pursuePairs(covered, options, stopped));
  return { part: add(holes, pairs), holes: holesOf(covered) };
}

/** The line of each chapter that there is something of. */
function chaptersOf(tasks: readonly Task[], made: readonly Made[], times: Performed['times']): ChapterProgress[] {
  const chapters = [...new Set(made.map(({ task }) => task.chapter))].filter((chapter) => chapter !== transcripts);
  return chapters.map((chapter) => {
    const own = made.filter(({ task }) => task.chapter === chapter);
    const planned = tasks.filter((task) => task.chapter === chapter);
    return chapterOf(chapter, own, planned.length, times.get(chapter) ?? 0);
  });
}

/** `planned`: how many tasks the chapter has. */
export function chapterOf(chapter: string, made: readonly Made[], planned: number, seconds: number): ChapterProgress {
  const parts = made.map(({ part }) => part);
  const states = parts.flatMap((part) => part.states ?? []);
  const violated = parts.some(
    (part) => (part.violations ?? []).length > 0 || (part.machineViolations ?? []).length > 0,
  );
  return {
    chapter,
    scopes: placesOf(chapter, made),
    runs: sum(parts, ({ runs }) => runs),
    ...(states.length > 0 && { states: sum(states, (one) => one) }),
    calls: sum(parts, ({ calls }) => calls),
    ...{ share: made.length / planned, seconds, violated, cut: parts.some(({ cut }) => cut === true) },
  };
}

/** Where a chapter was searched. */
function placesOf(chapter: string, made: readonly Made[]): readonly string[] {
  const names = made.filter(({ part }) => (part.violations ?? []).length === 0).map(({ task }) => placeOf(task));
  switch (chapter) {
    case 'guards':
    case 'verifiers':
      return made.flatMap(({ part }) => part.shown ?? []);
    case 'exhaustive':
      return [`every call in every state of ${names.join(', ')}`];
    case 'races':
      return made.map(({ part }) => pairsIn(part));
    case 'evidence':
      return aboutEvidence;
    case 'model':
      return made.flatMap(({ task }) => task.places ?? []);
    default:
      return made.map(({ task }) => placeOf(task));
  }
}

const placeOf = ({ name }: Task): string => name.slice(name.indexOf(': ') + 2);

/** A row for each clause and group of tasks, and from these one for each clause, whoever judges it. */
function verdictsOn(made: readonly Made[]): ClauseResult[] {
  const groups = [...new Set(made.map(({ task }) => task.group))];
  return merged(
    groups.flatMap((group) => {
      const parts = made.filter(({ task }) => task.group === group).map(({ part }) => part);
      const broken = new Set([
        ...parts.flatMap((part) => (part.violations ?? []).map(({ property }) => property.clause)),
        ...parts.flatMap((part) => (part.machineViolations ?? []).map(({ clause }) => clause)),
      ]);
      // A guard that must not refuse, and does, breaks a clause that may have no property.
      const ofGuards = [...broken].sort().map((clause): Row => ({ ...emptyRow(clause), kinds: ['guard'] }));
      const rows = addRows(parts.flatMap((part) => part.rows));
      const others = ofGuards.filter(({ clause }) => !rows.some((row) => row.clause === clause));
      return [...rows, ...others].map((row) => decided(row, broken.has(row.clause)));
    }),
  );
}

const fromWorst: readonly ClauseResult['verdict'][] = ['broken', 'not reached', 'holds', 'not applicable'];

/** One row for each clause, whoever judges it. */
function merged(results: readonly ClauseResult[]): ClauseResult[] {
  const rows = new Map<string, ClauseResult>();
  for (const one of results) {
    const row = rows.get(one.clause) ?? { ...one, kinds: [], runs: 0, calls: 0, subjects: 0 };
    rows.set(one.clause, {
      clause: one.clause,
      kinds: [...new Set([...row.kinds, ...one.kinds])],
      runs: row.runs + one.runs,
      calls: row.calls + one.calls,
      subjects: row.subjects + one.subjects,
      verdict: fromWorst.find((verdict) => [row.verdict, one.verdict].includes(verdict)) ?? one.verdict,
    });
  }
  return [...rows.values()];
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);
