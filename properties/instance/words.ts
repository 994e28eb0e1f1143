/** Who opens what, and of which software it is: the words that the laws of instances share. */
import { regimes, secretTerm } from '../../spec/boot/secrets.ts';
import { isDebug, kernelIn, ramdiskIn } from '../../spec/boot/config.ts';
import { none } from '../../spec/config.ts';
import { records } from '../../spec/fields.ts';
import { bootOf, field, hasReached } from '../boot/laws.ts';
import type { Step } from '../property.ts';
import type { View } from '../view.ts';

export const placesOf = (view: View): number[] => Array.from({ length: bootOf(view).kept }, (_, i) => i + 1);
export const disksOf = (view: View): number[] => Array.from({ length: bootOf(view).disks }, (_, i) => i);
export const termOf = (view: View, bearer: number) => secretTerm(bootOf(view), field(view, 'secret', bearer));
export const regimeOf = (view: View, bearer: number): string => regimes[termOf(view, bearer).regime] ?? '';
export const isEmpty = (view: View, bearer: number): boolean => field(view, 'secret', bearer) === none;

const secretFields = ['secret', 'payloadKey', 'keeperSecret'] as const;
/** The VM that runs has the very secrets with which another sealed something. */
export const opens = (view: View, place: number): boolean =>
  !isEmpty(view, place) &&
  hasReached(view, 'SECRET') &&
  secretFields.every((name) => field(view, name) === field(view, name, place));
/** What the VM that runs can open, of what was sealed in this regime. */
export const openedIn = (view: View, regime: string): number[] =>
  placesOf(view).filter((place) => opens(view, place) && regimeOf(view, place) === regime);

/** The step gave the VM that runs its secrets, and they open something. */
export const openedBy = (step: Step, regime: string): number[] =>
  step.call === 'payload_secret' && step.isDone ? openedIn(step.now, regime) : [];

export const kernelOf = (view: View, bearer: number) => kernelIn(bootOf(view), field(view, 'bearerCode', bearer));
export const apkOf = (view: View, bearer: number) => bootOf(view).apks[field(view, 'bearerApk', bearer)];

export const sealedAt = (view: View, name: 'record' | 'guestRecord', disk: number): boolean =>
  records[field(view, name, disk)] === 'SEALED';

/** The bearer runs in debug mode, by the ramdisk that it was started with. */
export function isDebugging(view: View, bearer: number): boolean {
  const code = field(view, 'bearerCode', bearer);
  return isDebug(kernelIn(bootOf(view), code), ramdiskIn(bootOf(view), code));
}
