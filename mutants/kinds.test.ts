import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NamedFault } from './fault.ts';
import { ofAndroid, ofBoot, ofDevice, ofEvidence, ofImages, ofInside, ofInterrupts, ofTheModel } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { parseFile } from '../search/counterexamples/format.ts';

interface Shown {
  readonly name: string;
  readonly fault?: string | undefined;
  readonly breaks: string;
  readonly story?: string | undefined;
}

function holdsFor<F extends NamedFault, C extends Shown>({ folder, faults, format, flawOf }: Kind<F, C>): void {
  const files = readdirSync(join(import.meta.dirname, '../counterexamples', folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const counterexample = parseFile(
        format,
        readFileSync(join(import.meta.dirname, '../counterexamples', folder, file), 'utf8'),
      );
      if (typeof counterexample === 'string') throw new Error(`${file}: ${counterexample}`);
      return { file, counterexample };
    });

  test.each(faults)('$id has one counterexample; npm run faults -- $id finds it', ({ id }) => {
    expect(files.filter(({ counterexample }) => counterexample.fault === id)).toHaveLength(1);
  });

  test.each(files)('$file shows what it says', ({ file, counterexample }) => {
    const fault = faults.find(({ id }) => id === counterexample.fault);
    expect(`${counterexample.name}.json`).toBe(file);
    expect(counterexample.story).toBe(fault?.story);
    expect(fault?.clauses).toContain(counterexample.breaks);
    expect(fault && flawOf(fault, counterexample)).toBeUndefined();
  });
}

describe('a fault of the reference model', () => {
  holdsFor(ofTheModel);
});

describe('a fault of boot', () => {
  holdsFor(ofBoot);
});

describe('a fault inside a VM', () => {
  holdsFor(ofInside);
});

describe('a fault of a device', () => {
  holdsFor(ofDevice);
});

describe('a fault of a service', () => {
  holdsFor(ofAndroid);
});

describe('a fault of interrupts', () => {
  holdsFor(ofInterrupts);
});

describe('a fault of a verifier of evidence', () => {
  holdsFor(ofEvidence);
});

describe('a fault of a verifier of images', () => {
  holdsFor(ofImages);
});
