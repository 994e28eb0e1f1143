/** What came of one task of a run: plain data, which is sent between threads, kept in files, and adds up. */
import type { Property } from '../../properties/property.ts';
import { isLaw, isWitness } from '../../properties/property.ts';
import { isApplicable } from '../../search/judge/applicable.ts';
import type { Campaign } from '../../search/rules/campaign.ts';
import type { TraceReport } from '../trace-file.ts';
import type { ClauseResult, SuiteViolation, Verdict, ViolationReport } from './result.ts';

/** How often the properties of a clause were judged, before that is a verdict. */
export interface Row {
  readonly clause: string;
  readonly kinds: readonly string[];
  readonly runs: number;
  readonly calls: number;
  readonly subjects: number;
  /** The verdict where there was no subject. */
  readonly without: 'not reached' | 'not applicable';
  /** Witnesses that were looked for, and those of them that were seen. */
  readonly sought?: readonly string[];
  readonly seen?: readonly string[];
}

export interface Part {
  readonly runs: number;
  readonly calls: number;
  readonly states?: number;
  /** How many things of a list were tried, and how many there are. */
  readonly done?: number;
  readonly of?: number;
  readonly rows: readonly Row[];
  /** Of the rules: how often each call was done, and each of its guards refused. */
  readonly coverage?: readonly (readonly number[])[];
  readonly violations?: readonly SuiteViolation[];
  readonly machineViolations?: readonly ViolationReport[];
  readonly transcripts?: readonly TraceReport[];
  /** What was planted and shows, in lines. */
  readonly shown?: readonly string[];
  /** The time was up before everything was done. */
  readonly cut?: boolean;
}

export const nothing: Part = { runs: 0, calls: 0, rows: [] };

/** What two have made of the same task, whoever comes first. */
export function add(one: Part, other: Part): Part {
  const { runs, calls, states, done, coverage, cut } = other;
  const sum = (a: number | undefined, b: number | undefined): number => (a ?? 0) + (b ?? 0);
  return {
    runs: one.runs + runs,
    calls: one.calls + calls,
    ...((one.states ?? states) !== undefined && { states: sum(one.states, states) }),
    ...((one.done ?? done) !== undefined && { done: sum(one.done, done) }),
    ...((one.of ?? other.of) !== undefined && { of: Math.max(one.of ?? 0, other.of ?? 0) }),
    rows: addRows([...one.rows, ...other.rows]),
    ...((one.coverage ?? coverage) !== undefined && { coverage: addNumbers(one.coverage ?? [], coverage ?? []) }),
    violations: firstOfEach(
      [...(one.violations ?? []), ...(other.violations ?? [])],
      ({ property }) => property.clause,
    ),
    machineViolations: firstOfEach(
      [...(one.machineViolations ?? []), ...(other.machineViolations ?? [])],
      ({ clause, loss = '' }) => `${clause} ${loss}`,
    ),
    transcripts: [...(one.transcripts ?? []), ...(other.transcripts ?? [])],
    shown: [...(one.shown ?? []), ...(other.shown ?? [])],
    cut: one.cut === true || cut === true,
  };
}

export const addNumbers = (one: readonly (readonly number[])[], other: readonly (readonly number[])[]): number[][] =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, i) => {
    const [a = [], b = []] = [one[i], other[i]];
    return Array.from({ length: Math.max(a.length, b.length) }, (_count, j) => (a[j] ?? 0) + (b[j] ?? 0));
  });

interface Found {
  /** The number of the run, and how much was left out in it before. */
  readonly run?: number;
  readonly depth?: number;
}

/** What breaks in the first run that breaks it, in the order of these runs. */
export function firstOfEach<F extends Found>(found: readonly F[], what: (one: F) => string): F[] {
  const inOrder = [...found].sort((a, b) => (a.run ?? 0) - (b.run ?? 0) || (a.depth ?? 0) - (b.depth ?? 0));
  const first = new Map<string, F>();
  for (const one of inOrder) if (!first.has(what(one))) first.set(what(one), one);
  return [...first.values()];
}

const union = (...lists: readonly (readonly string[] | undefined)[]): string[] => [
  ...new Set(lists.flatMap((list) => list ?? [])),
];

/** One row for each clause. */
export function addRows(rows: readonly Row[]): Row[] {
  const byClause = new Map<string, Row>();
  for (const row of rows) {
    byClause.set(row.clause, addRow(byClause.get(row.clause) ?? emptyRow(row.clause), row));
  }
  return [...byClause.values()];
}

/** Of a clause that nothing has judged. */
export const emptyRow = (clause: string): Row => ({
  ...{ clause, kinds: [], runs: 0, calls: 0, subjects: 0 },
  without: 'not applicable',
});

const addRow = (one: Row, other: Row): Row => ({
  clause: one.clause,
  kinds: union(one.kinds, other.kinds),
  runs: one.runs + other.runs,
  calls: one.calls + other.calls,
  subjects: one.subjects + other.subjects,
  without: [one.without, other.without].includes('not reached') ? 'not reached' : 'not applicable',
  sought: union(one.sought, other.sought),
  seen: union(one.seen, other.seen),
});

export function decided(row: Row, isBroken: boolean): ClauseResult {
  const { clause, kinds, runs, calls, subjects } = row;
  return { clause, kinds, runs, calls, subjects, verdict: isBroken ? 'broken' : verdictOn(row) };
}

function verdictOn({ subjects, without, sought = [], seen = [] }: Row): Verdict {
  if (subjects === 0) return without;
  return sought.every((one) => seen.includes(one)) ? 'holds' : 'not reached';
}

/** What campaigns in one scope have counted; they judge different properties of the same system. */
export function partOf(campaigns: readonly Campaign[]): Part {
  const counted = campaigns.map((campaign): Part => ({
    runs: campaign.runs,
    calls: campaign.calls,
    rows: addRows(campaign.properties.map((property) => rowOf(campaign, property, campaign.properties))),
    coverage: campaign.coverage.numbers,
  }));
  return counted.reduce(add);
}

/** The first property of a clause has the runs and calls of its row; a clause is not judged where no call can matter. */
function rowOf(campaign: Campaign, property: Property, all: readonly Property[]): Row {
  const { clause, kind } = property;
  const isJudged = (one: Property): boolean => isApplicable(campaign.system, one);
  const first = all.find((one) => one.clause === clause && isJudged(one));
  const { runs, calls } = first === property ? campaign : { runs: 0, calls: 0 };
  const row: Row = { clause, kinds: [kind], runs, calls, subjects: 0, without: 'not applicable' };
  if (!isJudged(property)) return row;
  const judged: Row = { ...row, without: 'not reached' };
  if (isLaw(property)) return { ...judged, subjects: campaign.subjectsOf(property) };
  const isSeen = !campaign.unseen.some(({ statement }) => statement === property.statement);
  const witness = isWitness(property) ? { sought: [property.statement], seen: isSeen ? [property.statement] : [] } : {};
  return { ...judged, subjects: campaign.calls, ...witness };
}
