import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { knownCrashes } from '../conformance/campaign/known-crashes.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { clauses } from '../../spec/clauses.generated.ts';
import { judge, parseFinding, specOf } from './finding.ts';
import type { Finding } from './finding.ts';

const folder = `${import.meta.dirname}/../../counterexamples/findings`;
const all = new Map(
  readdirSync(folder).map((file) => [file, parseFinding(readFileSync(`${folder}/${file}`, 'utf8'))] as const),
);

describe('a finding', () => {
  test.each([...all])('%s reads as the spec says', (file, finding) => {
    if (typeof finding === 'string') throw new Error(finding);
    expect(`${finding.name}.json`).toBe(file);
    expect(finding.clause in clauses).toBe(true);
    for (const recording of finding.recordings) {
      const verdicts = judge(recording);
      const last = verdicts.pop();
      expect(verdicts.map(({ difference }) => difference)).toEqual(verdicts.map(() => undefined));
      expect(specOf(last)).toBe(finding.spec);
    }
  });
  test('another answer at its end is noticed', () => {
    for (const finding of all.values()) {
      const recording = typeof finding === 'string' ? undefined : finding.recordings[0];
      const last = recording?.calls.at(-1);
      if (recording === undefined || last === undefined || typeof finding === 'string') continue;
      const changed = { ...last, answer: { ret: 'EEXIST' } };
      const verdict = judge({ ...recording, calls: [...recording.calls.slice(0, -1), changed] }).at(-1);
      if (finding.spec === 'says so') expect(verdict?.difference, finding.name).toBeDefined();
    }
  });
});

describe('what stops a machine', () => {
  const findings = [...all.values()].filter((one): one is Finding => typeof one !== 'string');
  const stopped = new Set(
    findings.flatMap(({ recordings }) =>
      recordings.filter(({ calls }) => 'panic' in (calls.at(-1)?.answer ?? {})).map((one) => judge(one).at(-1)?.clause),
    ),
  );
  const linux = [...profiles.values()].filter(({ name }) => name.startsWith('linux-'));
  const panics = linux.flatMap(({ rules }) =>
    [...rules.values()].flatMap(({ guards }) =>
      guards.flatMap((step) => (step.kind === 'must' && step.error === 'PANIC' ? [step.clause] : [])),
    ),
  );
  test.each([...new Set(panics)])('%s has a finding that shows it', (clause) => {
    expect(stopped).toContain(clause);
  });
  test.each(knownCrashes.flatMap(({ name, finding }) => (finding === undefined ? [] : [[name, finding]])))(
    'known crash %s is shown by %s',
    (_, finding) => {
      expect([...all.keys()]).toContain(`${finding}.json`);
    },
  );
});
