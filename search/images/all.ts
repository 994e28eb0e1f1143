/** Sound images and forgeries of every format. */
import type { Forgery, Sample } from './forgery.ts';
import { kernelForgeries } from './kernel-forgeries.ts';
import { kernelSamples } from './kernel.ts';
import { partitionForgeries, partitionSamples } from './partition.ts';
import { configForgeries, configSamples } from './pvmfw-config.ts';
import { topLevelForgeries, topLevelSamples } from './top-level.ts';
import { verityForgeries, veritySamples } from './verity.ts';

export const samples: readonly Sample[] = [
  ...configSamples,
  ...topLevelSamples,
  ...kernelSamples,
  ...partitionSamples,
  ...veritySamples,
];
export const imageForgeries: readonly Forgery[] = [
  ...configForgeries,
  ...topLevelForgeries,
  ...kernelForgeries,
  ...partitionForgeries,
  ...verityForgeries,
];
