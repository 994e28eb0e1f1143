/** The chapter of `verify` that leaves nothing out: small scopes, and every call in every state of each. */
import { searchExhaustively, lawsOf } from '../../search/explore/exhaustive.ts';
import type { Exhausted } from '../../search/explore/exhaustive.ts';
import { nameOf } from '../../search/scopes/suite.ts';
import { exhaustiveSuites } from '../../search/scopes/exhaustive.ts';
import type { ExhaustiveSuite } from '../../search/scopes/exhaustive.ts';
import { checkEach } from '../../search/engine/check.ts';
import type { Law } from '../../properties/property.ts';
import { addRows, nothing } from './part.ts';
import type { Part } from './part.ts';
import { againAt, defaultRuns } from './result.ts';
import type { VerifyOptions } from './result.ts';
import { violationOf } from './scope.ts';
import type { Doing, Task } from './task.ts';

const check = 'exhaustive';

interface Held {
  readonly suite: ExhaustiveSuite;
  readonly laws: readonly Law[];
}

/** The scopes that are held to laws of the clause that is asked for. */
const heldTo = (clause: string | undefined): readonly ExhaustiveSuite[] =>
  clause === undefined ? exhaustiveSuites : exhaustiveSuites.filter((suite) => lawsOf(suite, clause).length > 0);
export const someScopeHas = (clause: string | undefined): boolean => clause === undefined || heldTo(clause).length > 0;

/** All scopes in a whole run, and the smaller ones in a shorter run; each of them to its end. */
export function exhaustiveTasks(options: VerifyOptions): readonly Task[] {
  const suites = heldTo(options.clause);
  const most = Math.ceil(suites.length * Math.min(1, options.runs / defaultRuns));
  return suites.slice(0, most).map((suite, number) => ({
    name: `${check}: ${nameOf(suite)}`,
    chapter: check,
    group: check,
    number,
    perform: (doing) => exhaust({ suite, laws: lawsOf(suite, options.clause) }, options, doing),
  }));
}

async function exhaust(held: Held, options: VerifyOptions, { seconds = Infinity, stopped }: Doing): Promise<Part> {
  if (seconds <= 0) return { ...nothing, cut: true };
  const begun = performance.now();
  let result: Exhausted | undefined;
  const holds = async ({ suite, laws }: Held): Promise<boolean> => {
    result = await searchExhaustively(suite, laws);
    return true;
  };
  await checkEach([held], holds, { seed: options.seed, stopped });
  if (result === undefined) return nothing;
  const { minimized } = result;
  const more = { check, again: againAt(check, options), seconds: (performance.now() - begun) / 1000 };
  return { ...countsOf(held, result), violations: minimized ? [violationOf(held.suite, minimized, more)] : [] };
}

/** Small scopes leave out what other checks reach. */
function countsOf({ laws }: Held, { states, calls, subjects }: Exhausted): Part {
  const rows = [...new Set(laws.map(({ clause }) => clause))].map((clause) => ({
    clause,
    kinds: [...new Set(laws.filter((law) => law.clause === clause).map(({ kind }) => kind))],
    runs: 0,
    calls,
    subjects: subjects.get(clause) ?? 0,
    without: 'not applicable' as const,
  }));
  return { runs: 0, calls, states, rows: addRows(rows) };
}
