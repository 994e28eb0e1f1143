/** What the calls of a payload are made with. */
import type { Config } from '../config.ts';
import type { Parameter } from '../parameters.ts';
import { noInside } from './config.ts';
import type { InsideConfig } from './config.ts';
import { protections } from './fields.ts';

const insideOf = (config: Config): InsideConfig => config.inside ?? noInside;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export const area: Parameter = {
  kind: 'area',
  values: (config) => upTo(insideOf(config).areas),
  format: (_, value) => String(value),
};
export const guestFile: Parameter = {
  kind: 'guest file',
  values: (config) => upTo(insideOf(config).files.length),
  format: (config, value) => insideOf(config).files[value]?.name ?? String(value),
};
/** A file, or none: anonymous memory. */
export const mapped: Parameter = {
  kind: 'mapped file',
  values: (config) => upTo(insideOf(config).files.length + 1),
  format: (config, value) => insideOf(config).files[value]?.name ?? 'anonymous',
};
export const areaProt: Parameter = {
  kind: 'area protection',
  values: () => upTo(protections.length),
  format: (_, value) => protections[value] ?? String(value),
};
