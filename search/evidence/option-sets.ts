/** The options under which evidence is judged here, by name. */
import type { Options } from '../../spec/evidence/options.ts';
import { defaultOptions, profileRanges } from '../../spec/evidence/options.ts';

export const optionSets: Readonly<Record<string, Options>> = {
  default: defaultOptions,
  'any mode': { ...defaultOptions, allowAnyMode: true },
  'Android 13': { ...defaultOptions, profiles: ['android.13', 'android.13'] },
  'Android 13 to 15': { ...defaultOptions, profiles: profileRanges.vsr13 },
  'Android 14 and 15': { ...defaultOptions, profiles: profileRanges.vsr14 },
  'Android 15 and 16': { ...defaultOptions, profiles: ['android.15', 'android.16'] },
  'RKP VM': { ...defaultOptions, instance: 'avf' },
  'RKP VM, Android 14 and 15': { ...defaultOptions, profiles: profileRanges.vsr15, instance: 'avf' },
  'markers anywhere': { ...defaultOptions, markers: 'anywhere' },
  'in 1970': { ...defaultOptions, at: 0 },
  'in 2026': { ...defaultOptions, at: Date.UTC(2026, 0) },
  'in 2052': { ...defaultOptions, at: Date.UTC(2052, 0) },
};

export function optionsNamed(name: string): Options {
  const options = optionSets[name];
  if (options === undefined) throw new Error(`no options ${name}; there are ${Object.keys(optionSets).join(', ')}`);
  return options;
}
