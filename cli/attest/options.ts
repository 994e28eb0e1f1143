/** What the flags of `attest verify` say of how evidence is judged. */
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import { asSpecified } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import type { Instance, Options, ProfileVersion } from '../../spec/evidence/options.ts';
import { profileRanges, profileVersions } from '../../spec/evidence/options.ts';
import { fail } from '../output.ts';

export const instances: readonly Instance[] = ['default', 'strongbox', 'avf', 'widevine'];

export interface OptionFlags {
  readonly allowAnyMode?: true;
  readonly instance?: string;
  readonly profiles: string;
  readonly markers: string;
  readonly at?: string;
  readonly verifier?: string;
}

/** The options, for evidence that names no instance; whoever asks for the time of day is given it. */
export function optionsOf({ allowAnyMode, instance, profiles, markers, at }: OptionFlags, judge: Appraiser): Options {
  if (instance !== undefined && instanceNamed(instance) === undefined) {
    fail(`--instance takes one of ${instances.join(', ')}, got ${instance}`);
  }
  if (markers !== 'reserved' && markers !== 'anywhere') fail(`--markers takes reserved or anywhere, got ${markers}`);
  const time = at === undefined ? (judge.asksForToday ? Date.now() : undefined) : timeOf(at);
  return {
    profiles: rangeOf(profiles),
    allowAnyMode: allowAnyMode === true,
    instance: 'default',
    markers,
    ...(time === undefined ? {} : { at: time }),
  };
}

export const instanceNamed = (name: string): Instance | undefined => instances.find((one) => one === name);

export function appraiserNamed(name: string | undefined): Appraiser {
  if (name === undefined) return asSpecified;
  const appraiser = appraisers.find((one) => one.name === name);
  if (appraiser === undefined)
    fail(`--verifier takes one of ${appraisers.map((one) => one.name).join(', ')}, got ${name}`);
  return appraiser;
}

/** A day, or a time of it in seconds with the zone that it is in. */
const isoForm = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function timeOf(text: string): number {
  const [, day = ''] = isoForm.exec(text) ?? [];
  const [time, start] = [Date.parse(text), Date.parse(day)];
  // why: the 30th of February is read as a day of March.
  const isDay = !Number.isNaN(start) && new Date(start).toISOString().startsWith(day);
  if (!isDay || Number.isNaN(time)) {
    fail(`--at takes a date such as 2026-01-31 or 2026-01-31T12:00:00Z, got ${text}`);
  }
  return time;
}

function rangeOf(text: string): Options['profiles'] {
  const named = Object.entries(profileRanges).find(([name]) => name === text);
  if (named) return named[1];
  const [first, last, ...more] = text.split('..').map((name) => profileVersions.indexOf(name as ProfileVersion));
  const from = profileVersions[first ?? -1];
  const to = profileVersions[last ?? -1];
  if (from === undefined || to === undefined || more.length > 0 || (first ?? 0) > (last ?? 0)) {
    fail(`--profiles takes ${Object.keys(profileRanges).join(', ')} or a range of ${profileVersions.join(', ')}`);
  }
  return [from, to];
}
