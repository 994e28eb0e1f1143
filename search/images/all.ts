/** Sound images and forgeries of every format. */
import { apexForgeries, apexSamples } from './apex.ts';
import { apkForgeries, apkSamples } from './apk.ts';
import type { Forgery, Sample } from './forgery.ts';
import { idsigForgeries, idsigSamples } from './idsig.ts';
import { configForgeries, configSamples } from './pvmfw-config.ts';

export const samples: readonly Sample[] = [...configSamples, ...apkSamples, ...idsigSamples, ...apexSamples];
export const imageForgeries: readonly Forgery[] = [
  ...configForgeries,
  ...apkForgeries,
  ...idsigForgeries,
  ...apexForgeries,
];
