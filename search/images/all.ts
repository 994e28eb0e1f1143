/** Sound images and forgeries of every format. */
import type { Forgery, Sample } from './forgery.ts';
import { configForgeries, configSamples } from './pvmfw-config.ts';

export const samples: readonly Sample[] = [...configSamples];
export const imageForgeries: readonly Forgery[] = [...configForgeries];
