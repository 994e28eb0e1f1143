import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Counterexample } from '../judge/counterexample.ts';
import { flawOf } from '../guards/mutation.ts';
import { scopeNamed } from '../scopes/suites.ts';
import { profiles } from '../../spec/profiles/all.ts';

const folder = `${import.meta.dirname}/../../counterexamples/rules`;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));

describe('a counterexample', () => {
  test.each(files)('%s shows what it says', (file) => {
    const counterexample = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Counterexample;
    const profile = profiles.get(counterexample.profile);
    const scope = scopeNamed(counterexample.scope);
    expect(`${counterexample.name}.json`).toBe(basename(file));
    expect(profile && scope && flawOf(profile, scope, counterexample)).toBeUndefined();
    expect(profile && scope).toBeDefined();
  });
});
