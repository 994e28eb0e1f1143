/** Reports in the form of SARIF 2.1.0, for code scanning: each problem with the calls that lead to it. */
import { createHash } from 'node:crypto';
import type { Log, ReportingDescriptor, Result, ThreadFlowLocation } from 'sarif';
import { clauses } from '../spec/clauses.generated.ts';
import type { Clause } from '../spec/clauses.generated.ts';
import { citationOf, placeOf } from './clauses/place.ts';
import { version } from './version.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Something that fails a run. */
export interface Problem {
  /** The clause that it breaks, or another name for what is wrong. */
  readonly rule: string;
  readonly message: string;
  /** What was under test: a profile, a hypervisor. */
  readonly subject: string;
  /** The calls that show it, in order. */
  readonly calls: readonly { readonly name: string; readonly text: string }[];
  /** A file that shows it, relative to where the command was given; else a page of the docs that it is about. */
  readonly file: string;
  /** The command that finds it again. */
  readonly again?: string | undefined;
}

interface Whole {
  readonly problems: readonly Problem[];
  /** The run was made to its end. */
  readonly finished: boolean;
  /** What is said of the run as a whole, such as its seed. */
  readonly properties: Readonly<Record<string, string | number>>;
}

export function sarif({ problems, finished, properties }: Whole): string {
  const ids = [...new Set(problems.map(({ rule }) => rule))].sort();
  const log: Log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pvm-spec', version, semanticVersion: version, rules: ids.map(ruleOf) } },
        invocations: [{ executionSuccessful: finished }],
        columnKind: 'utf16CodeUnits',
        results: problems.map((problem) => resultOf(problem, ids.indexOf(problem.rule))),
        properties,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const clauseOf = (id: string): Clause | undefined =>
  Object.hasOwn(clauses, id) ? clauses[id as keyof typeof clauses] : undefined;

/** The page of a clause, or another page for what is none. */
export function pageOf(rule: string, otherwise: string): string {
  const clause = clauseOf(rule);
  return clause === undefined ? otherwise : placeOf(clause).file;
}

/** What is no clause has its name alone. */
function ruleOf(id: string): ReportingDescriptor {
  const clause = clauseOf(id);
  if (clause === undefined) return { id };
  return { id, shortDescription: { text: clause.text }, help: { text: citationOf(clause) } };
}

function resultOf({ rule, message, subject, calls, file, again }: Problem, ruleIndex: number): Result {
  const logicalLocations = [{ fullyQualifiedName: subject, kind: 'module' }];
  // Scanners show no result that is in no line of a file.
  const physicalLocation = { artifactLocation: { uri: encodeURI(file) }, region: { startLine: 1 } };
  const shown = JSON.stringify([rule, subject, calls.map(({ text }) => text)]);
  return {
    ruleId: rule,
    ruleIndex,
    level: 'error',
    message: { text: message },
    locations: [{ physicalLocation, logicalLocations }],
    partialFingerprints: { 'calls/v1': createHash('sha256').update(shown).digest('hex') },
    ...(calls.length > 0 && { codeFlows: [{ threadFlows: [{ locations: calls.map(flowOf) }] }] }),
    ...(again !== undefined && { properties: { again } }),
  };
}

const flowOf = ({ name, text }: Problem['calls'][number], i: number): ThreadFlowLocation => ({
  executionOrder: i + 1,
  location: { message: { text }, logicalLocations: [{ name, kind: 'function' }] },
});
