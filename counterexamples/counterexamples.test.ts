import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Counterexample } from '../properties/counterexample.ts';
import { flawOf } from '../properties/necessity.ts';
import { worldNamed } from '../properties/suites.ts';
import { profiles } from '../spec/profiles/all.ts';

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json') && file !== 'tsconfig.json');

describe('a counterexample', () => {
  test.each(files)('%s shows what it says', (file) => {
    const counterexample = JSON.parse(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')) as Counterexample;
    const profile = profiles.get(counterexample.profile);
    const world = worldNamed(counterexample.world);
    expect(`${counterexample.name}.json`).toBe(file);
    expect(profile && world && flawOf(profile, world, counterexample)).toBeUndefined();
    expect(profile && world).toBeDefined();
  });
});
