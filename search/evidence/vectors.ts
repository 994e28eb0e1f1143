/** The corpus as a file, in the form of Wycheproof: groups of tests, and notes on their flags. */
import { clauses } from '../../spec/clauses.generated.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { leniencies, profileNames } from '../../spec/evidence/options.ts';
import { verifiers } from '../../spec/evidence/verifiers.ts';
import type { Case, Sort } from './corpus.ts';
import { kinds } from './corpus.ts';
import { decisions } from './decisions.ts';
import { optionsNamed } from './option-sets.ts';

type Test = Omit<Case, 'kind' | 'options' | 'evidence'> & {
  /** In base64. */
  readonly evidence: string;
};

interface Group {
  readonly type: Case['kind'];
  readonly optionsName: string;
  readonly options: Options;
  readonly tests: readonly Test[];
}

interface Note {
  /** In the words that Wycheproof has for it. */
  readonly bugType: 'BASIC' | 'EDGE_CASE' | 'MISSING_STEP' | 'CAN_OF_WORMS';
  readonly description: string;
  readonly links?: readonly string[];
}

export interface Vectors {
  readonly algorithm: 'DICE';
  readonly schema: 'vectors.schema.json';
  readonly generatorVersion: string;
  readonly license: 'Apache-2.0';
  readonly numberOfTests: number;
  readonly header: readonly string[];
  readonly notes: Readonly<Record<string, Note>>;
  readonly profiles: Readonly<Record<string, string>>;
  readonly leniencies: typeof leniencies;
  /** For each kind of evidence the clauses in the order in which they are checked. */
  readonly checks: Readonly<Record<string, readonly ClauseId[]>>;
  readonly testGroups: readonly Group[];
}

const sorts: Readonly<Record<Sort, Note>> = {
  Sound: { bugType: 'BASIC', description: 'Evidence as it should be.' },
  Forged: { bugType: 'MISSING_STEP', description: 'Evidence with something wrong in one place.' },
  Boundary: {
    bugType: 'EDGE_CASE',
    description: 'Evidence one step on this side of what the clause allows, or one step beyond it.',
  },
  Drawn: { bugType: 'BASIC', description: 'Evidence that was drawn, with up to two things changed in it.' },
  Decision: {
    bugType: 'CAN_OF_WORMS',
    description: `Denied by a decision of this specification, and not of the standards. ${decisions.map(({ why }) => why).join(' ')}`,
  },
};

const noteOf = (flag: Sort | ClauseId): Note =>
  flag in sorts
    ? sorts[flag as Sort]
    : {
        bugType: 'MISSING_STEP',
        description: clauses[flag as ClauseId].text,
        links: [`docs/spec/attestation-checks.md#${flag.toLowerCase()}`],
      };

export function vectorsOf(cases: readonly Case[], version: string): Vectors {
  const flags = [...new Set(cases.flatMap((one) => one.flags))].sort();
  return {
    algorithm: 'DICE',
    schema: 'vectors.schema.json',
    generatorVersion: version,
    license: 'Apache-2.0',
    numberOfTests: cases.length,
    header: [
      'DICE chains, requests for certificates, and handovers.',
      'docs/vectors.md says how they are to be judged.',
    ],
    notes: Object.fromEntries(flags.map((flag) => [flag, noteOf(flag)])),
    profiles: Object.fromEntries(profileNames),
    leniencies,
    checks: Object.fromEntries(verifiers.map(({ name, checks }) => [name, checks.map(({ clause }) => clause)])),
    testGroups: groupsOf(cases),
  };
}

function groupsOf(cases: readonly Case[]): Group[] {
  const names = [...new Set(cases.map(({ options }) => options))];
  return kinds.flatMap((type) =>
    names.flatMap((optionsName) => {
      const ours = cases.filter((one) => one.kind === type && one.options === optionsName);
      if (ours.length === 0) return [];
      return [{ type, optionsName, options: optionsNamed(optionsName), tests: ours.map(testOf) }];
    }),
  );
}

const testOf = ({ tcId, comment, flags, evidence, result, verdict }: Case): Test => ({
  ...{ tcId, comment, flags, result, verdict },
  evidence: Buffer.from(evidence).toString('base64'),
});
