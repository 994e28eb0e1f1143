/** Patches and their results, which lie beside each other. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { fail } from '../output.ts';

export const whole = (option: string, text: string): number =>
  /^\d+$/.test(text) ? Number(text) : fail(`--${option} takes a whole number, got ${text}`);

/** All patches, or those with these names. */
export function chosenFrom(all: readonly Patch[], names: readonly string[]): readonly Patch[] {
  const unknown = names.find((name) => !all.some((patch) => patch.name === name));
  if (unknown !== undefined) fail(`there is no patch ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

export const readResults = <R>(file: URL): Readonly<Record<string, R>> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, R>) : {};

/** Write one result down beside the others. */
export function keepResult(file: URL, { name }: Patch, result: object): void {
  const all = Object.entries({ ...readResults<object>(file), [name]: result }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(all), undefined, 1)}\n`);
}
