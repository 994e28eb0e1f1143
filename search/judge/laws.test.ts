/** Laws as terms: what they speak of is there, and what they count is what the judge keeps. */
import { describe, expect, test } from 'vitest';
import { allProperties } from '../../properties/chapters.ts';
import { families as counts } from '../../properties/ghost.ts';
import { CountedGhost } from '../../properties/ghost-counting.ts';
import { isAbout, isLaw } from '../../properties/property.ts';
import type { Always, Each, Law } from '../../properties/property.ts';
import { isTerm, running, runningStep } from '../../properties/running.ts';
import { lent, tallies } from '../../properties/tallies.ts';
import { View } from '../../properties/view.ts';
import { families, fields } from '../../spec/fields.ts';
import { before, cell, definitions, equals, value } from '../../spec/language/build.ts';
import { compileAbout } from '../../spec/language/about.ts';
import { partsOf } from '../../spec/language/term.ts';
import type { CellTerm, Tally, Term } from '../../spec/language/term.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import { wordsOf } from '../../spec/language/words.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { argsLength } from '../../spec/language/run.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { Generator } from '../generate/generator.ts';
import { Random } from '../generate/random.ts';
import { begin } from '../scopes/linux.ts';
import { suitesOf } from '../scopes/suites.ts';
import { Judge } from './judge.ts';

const suites = [...suitesOf(), ...suitesOf('android16-6.12')];
const systems = suites.map(({ profile, scope }) => new TransitionSystem(profile, scope.config));
const lawsOf = (system: TransitionSystem): Law[] => allProperties(system).filter(isLaw);
const laws = [...new Set(systems.flatMap(lawsOf))];
const terms = laws.filter((law) => isTerm(law));
const partsOfLaw = ({ holds, when }: Always | Each): Term[] => [holds, ...(when === undefined ? [] : [when])];

function cellsIn(term: Term): CellTerm[] {
  const below =
    term.kind === 'applied'
      ? [...term.to, term.definition.means]
      : term.kind === 'tally'
        ? [term.of, ...(term.tally.counts === undefined ? [] : [term.tally.counts])]
        : partsOf(term);
  return [...(term.kind === 'cell' ? [term] : []), ...below.flatMap(cellsIn)];
}

describe('laws that are terms', () => {
  test('are all of those about the ownership of pages, but those that ask for all that a step wrote, or for calls', () => {
    const ofCode = laws.flatMap((law) => (isTerm(law) ? [] : [law]));
    const ownership = /^(MEM|LIFE|CPU|DMA|CID|FFA|GUARD|RUN|AVAIL)-|^GUEST-PERMITTED$/;
    const why = new Map(ofCode.filter(({ clause }) => ownership.test(clause)).map((law) => [law.clause, law.because]));
    expect([...why]).toEqual([
      ['MEM-OWN-TABLES', 'what is written'],
      ['MEM-DENIED', 'what is written'],
      ['AVAIL-RECLAIM', 'calls'],
    ]);
    for (const kind of ['always', 'each']) expect(terms.filter((law) => law.kind === kind).length).toBeGreaterThan(20);
  });

  test.each(systems)('name what there is, in $profile.name', (system) => {
    for (const law of lawsOf(system)) {
      if (law.kind === 'always') running(law, system.layout);
      else for (const rule of system.rules.values()) if (isAbout(law, rule)) runningStep(law, rule, system.layout);
    }
  });

  test.each(terms)('$clause: $statement', (law) => {
    for (const term of partsOfLaw(law)) {
      expect(cellsIn(term).filter(({ field, at }) => at.length !== families[fields[field].over].length)).toEqual([]);
      expect(wordsOf(term)).not.toMatch(/[{}[\]]|-1\b/);
    }
  });

  test('one that names what it is not about is an error that says where', () => {
    const [system] = systems;
    if (system === undefined) throw new Error('unreachable: there are scopes');
    const wrong: Always = {
      kind: 'always',
      clause: 'MEM-OWNED',
      statement: 'a page is one',
      loss: 'a page is another',
      over: 'page',
      holds: equals('pgae', 1),
    };
    expect(() => running(wrong, system.layout)).toThrow('MEM-OWNED, "a page is one": no subject pgae; there are page');
    expect(() => runningStep({ ...wrong, kind: 'each' }, system.rule('host_share_hyp'), system.layout)).toThrow(
      'MEM-OWNED, "a page is one": no subject or parameter pgae of host_share_hyp; there are page',
    );
  });

  test('one of states that speaks of a step is an error, and one that asks for a former count', () => {
    const [system] = systems;
    if (system === undefined) throw new Error('unreachable: there are scopes');
    const wrong: Always = {
      kind: 'always',
      clause: 'MEM-OWNED',
      statement: 'a page is where it was',
      loss: 'a page is elsewhere',
      over: 'page',
      holds: before(cell('host', 'page').is('OWNED')),
    };
    expect(() => running(wrong, system.layout)).toThrow('only a law of steps speaks of a step');
    const counted: Each = { ...wrong, kind: 'each', holds: before(equals(lent('page'), 0)) };
    expect(() => runningStep(counted, system.rule('host_share_hyp'), system.layout)).toThrow(
      'of lent only the present count is kept',
    );
  });

  test('a phrase of a definition has one meaning', () => {
    const first = new Map<string, string>();
    for (const { phrase, means } of definitions) {
      const meaning = JSON.stringify(means);
      expect(first.get(phrase) ?? meaning, phrase).toBe(meaning);
      first.set(phrase, meaning);
    }
  });

  test('no rule asks for a tally, or speaks of a step', () => {
    const rules = [...profiles.values()].flatMap((profile) => [...profile.rules.values()]);
    const asked = rules.flatMap(({ guards, effects }) => [
      ...guards.map((step) => (step.kind === 'must' ? step.condition : step.effect)),
      ...effects,
    ]);
    expect(asked.flatMap((term) => [...touchesOf(term).tallies])).toEqual([]);
    expect(asked.filter((term) => touchesOf(term).ofStep)).toEqual([]);
  });
});

describe('what is kept step by step is what its definition counts', () => {
  const seen = new Set<string>();
  const defined = counts.filter((name) => 'counts' in tallies[name]);

  test('every count is a tally, and only what is stranded has no definition', () => {
    expect(Object.keys(tallies).sort()).toEqual([...counts].sort());
    expect(counts.filter((name) => !defined.includes(name))).toEqual(['strandedLent', 'strandedHeld']);
  });

  test.each(suites.filter(({ profile }) => profile.rules.has('host_share_hyp')))(
    '$profile.name/$scope.name',
    ({ profile, scope }) => {
      const system = new TransitionSystem(profile, scope.config);
      const { state, ghost } = begin(system, scope);
      const judge = new Judge(system, state, [], ghost);
      const generator = new Generator(system, new Random(11), scope.weights);
      const args = new Int32Array(argsLength);
      const checks = defined.map((name) => {
        const { subject, counts: definition } = tallies[name] as Tally;
        const own = { kind: 'tally', tally: { name, subject, phrase: '' }, of: value(subject) } as const;
        if (definition === undefined) throw new Error('unreachable: it is defined');
        return { name, holds: compileAbout(subject as 'page' | 'vm', equals(own, definition), system.layout) };
      });
      for (let step = 0; step < 600; step++) {
        const rule = generator.next(state, args);
        judge.judge(rule, args, system.apply(state, rule, args));
        for (const { name, holds } of checks) {
          judge.ghost[name].forEach((kept, index) => {
            if (kept > 0) seen.add(name);
            if (!holds(judge.now, index)) expect.fail(`${name} of ${index} is not ${kept} after ${rule.rule.call}`);
          });
        }
      }
    },
  );

  test('none of them was 0 throughout', () => {
    expect(defined.filter((name) => !seen.has(name))).toEqual([]);
  });

  test('a count that is off by one is seen', () => {
    const [suite] = suites;
    if (suite === undefined) throw new Error('unreachable: there are scopes');
    const system = new TransitionSystem(suite.profile, suite.scope.config);
    const { state } = begin(system, suite.scope);
    const ghost = new CountedGhost(system.layout);
    const view = new View(system.layout, state.cells, ghost);
    ghost.recount(view);
    const own = { kind: 'tally', tally: { name: 'held', subject: 'page', phrase: '' }, of: value('page') } as const;
    const agrees = compileAbout('page', equals(own, tallies.held.counts), system.layout);
    expect(agrees(view, 0)).toBe(true);
    ghost.held[0] = (ghost.held[0] as number) + 1;
    expect(agrees(view, 0)).toBe(false);
  });
});
