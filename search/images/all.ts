/** Sound images and forgeries of every format. */
import { treeForgeries, treeSamples } from './device-tree.ts';
import type { Forgery, Sample } from './forgery.ts';
import { configForgeries, configSamples } from './pvmfw-config.ts';

export const samples: readonly Sample[] = [...configSamples, ...treeSamples];
export const imageForgeries: readonly Forgery[] = [...configForgeries, ...treeForgeries];
