/** Sound images and forgeries of every format. */
import { apexForgeries, apexSamples } from './apex.ts';
import { apkForgeries, apkSamples } from './apk.ts';
import { treeForgeries, treeSamples } from './device-tree.ts';
import type { Forgery, Sample } from './forgery.ts';
import { kernelForgeries } from './kernel-forgeries.ts';
import { kernelSamples } from './kernel.ts';
import { partitionForgeries, partitionSamples } from './partition.ts';
import { idsigForgeries, idsigSamples } from './idsig.ts';
import { configForgeries, configSamples } from './pvmfw-config.ts';
import { topLevelForgeries, topLevelSamples } from './top-level.ts';
import { verityForgeries, veritySamples } from './verity.ts';

export const samples: readonly Sample[] = [
  ...configSamples,
  ...treeSamples,
  ...topLevelSamples,
  ...kernelSamples,
  ...partitionSamples,
  ...veritySamples,
  ...apkSamples,
  ...idsigSamples,
  ...apexSamples,
];
export const imageForgeries: readonly Forgery[] = [
  ...configForgeries,
  ...treeForgeries,
  ...topLevelForgeries,
  ...kernelForgeries,
  ...partitionForgeries,
  ...verityForgeries,
  ...apkForgeries,
  ...idsigForgeries,
  ...apexForgeries,
];
