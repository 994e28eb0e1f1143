import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classify } from '../../model/detection/classify.ts';
import { lawsOfDetection, ofDetection } from '../../properties/detection/laws.ts';
import { detectionFaults } from './all.ts';
import { isMistaken, linesIn, logOf } from './shown.ts';

const shown = join(import.meta.dirname, '../../counterexamples/detection');

describe('a fault of a tool that detects', () => {
  test.each(detectionFaults)('$id breaks the clauses that it names: $title', (fault) => {
    const broken = lawsOfDetection(fault.classify)
      .filter(({ kind }) => kind === 'always')
      .filter(({ property, runs }) => fc.check(property, { numRuns: runs, endOnFailure: true }).failed)
      .map(({ clause }) => clause);
    expect(broken).toEqual(expect.arrayContaining([...fault.clauses]));
  });

  test.each(detectionFaults)(
    '$id takes a device for another by the lines of its counterexample, and by no fewer',
    (fault) => {
      const log = new Uint8Array(readFileSync(join(shown, `${fault.id}.log`)));
      expect(isMistaken(fault, log)).toBe(true);
      const lines = linesIn(log);
      const spared = lines.filter((_, at) => isMistaken(fault, logOf(lines.filter((__, line) => line !== at))));
      expect(spared).toEqual([]);
    },
  );

  test('each law of detection is broken by one', () => {
    const wanted = ofDetection.filter(({ kind }) => kind === 'always').map(({ clause }) => clause);
    expect(detectionFaults.flatMap(({ clauses }) => clauses)).toEqual(expect.arrayContaining(wanted));
  });
});

const folder = join(import.meta.dirname, '../../targets/linux-pkvm/logs');
const recorded = readdirSync(folder).map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));

/** What each was booted as, which the name says. */
const classOf: Readonly<Record<string, string>> = {
  'protected-nvhe': 'protected nVHE',
  'protected-hvhe': 'protected hVHE',
  nvhe: 'KVM nVHE',
  hvhe: 'KVM hVHE',
  vhe: 'KVM VHE',
  none: 'none',
  el1: 'none',
};
const howBooted = (name: string): string | undefined => classOf[name.replace(/^[\d.]+-/, '').replace('.log', '')];

describe('logs recorded from kernels', () => {
  test.each(recorded)('$name is taken for what was booted', ({ name, bytes }) => {
    const { class: found, boots } = classify(bytes);
    expect(found).toBe(howBooted(name));
    expect(boots.map(({ kernel }) => kernel?.split('.').slice(0, 2).join('.'))).toEqual([name.split('-')[0]]);
  });

  test('there is one of every way to boot', () => {
    expect(new Set(recorded.map(({ name }) => howBooted(name)))).toEqual(new Set(Object.values(classOf)));
  });

  test.each(recorded)('$name is called protected only by its line, wherever it is cut', ({ name, bytes }) => {
    const lines = new TextDecoder('latin1').decode(bytes).split('\n');
    for (let from = 0; from < lines.length; from += 7) {
      const { class: found } = classify(bytes.slice(lines.slice(0, from).join('\n').length));
      expect(from === 0 ? [howBooted(name)] : [howBooted(name), 'unknown']).toContain(found);
    }
  });
});

/** The recipe: `dmesg | grep kvm`, then look for "Protected KVM" or "EL2". */
const recipe = (log: string, flags = ''): boolean =>
  log
    .split('\n')
    .filter((line) => new RegExp('kvm', flags).test(line))
    .some((line) => /Protected KVM|EL2/.test(line));

describe('the recipe of the source text', () => {
  const isProtected = ({ name }: { name: string }): boolean => name.includes('protected');
  const log = ({ bytes }: { bytes: Uint8Array }): string => new TextDecoder('latin1').decode(bytes);

  test('sees protected KVM in no log of a kernel that has it', () => {
    expect(recorded.filter(isProtected).length).toBeGreaterThan(4);
    expect(recorded.filter(isProtected).filter((one) => recipe(log(one)))).toEqual([]);
  });

  test('sees it, whatever the case of the letters, also where protection fails', () => {
    const one = recorded.find(isProtected) as (typeof recorded)[number];
    const failed = log(one).replace(/kvm \[1\]: Protected.*/, 'kvm [1]: error initializing Hyp mode: -22');
    expect(recipe(failed, 'i')).toBe(true);
    expect(classify(Uint8Array.from(failed, (char) => char.charCodeAt(0))).class).toBe('none');
  });
});
