/** What the calls of attestation are made with: each by its number in the lists of the configuration. */
import type { Parameter } from '../parameters.ts';
import type { Config } from '../config.ts';
import { attackerOf, chainsOf, noFlow, partiesOf } from './config.ts';
import type { FlowConfig } from './config.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const flowOf = (config: Config): FlowConfig => config.flow ?? noFlow;

const numbered = (
  kind: string,
  count: (flow: FlowConfig) => number,
  format: (flow: FlowConfig, value: number) => string | undefined,
): Parameter => ({
  kind,
  values: (config) => upTo(count(flowOf(config))),
  format: (config, value) => format(flowOf(config), value) ?? String(value),
});

export const session = numbered(
  'session',
  ({ sessions }) => sessions,
  (_, value) => String(value),
);
export const attestedVm = numbered(
  'attested VM',
  ({ vms }) => vms.length,
  ({ vms }, value) => vms[value]?.name,
);
/** A VM that the attacker can get into its hands. */
export const openVm: Parameter = {
  ...attestedVm,
  kind: 'open VM',
  values: (config) => flowOf(config).vms.flatMap(({ open }, number) => (open ? [number] : [])),
};
/** Whose key it is; the attacker's comes first. */
export const party: Parameter = {
  kind: 'party',
  values: (config) => upTo(partiesOf(flowOf(config))).reverse(),
  format: (config, value) => {
    const flow = flowOf(config);
    return value === attackerOf(flow) ? 'the attacker' : (flow.vms[value]?.name ?? String(value));
  },
};
export const shownChain = numbered('chain', chainsOf, ({ vms, forged }, value) =>
  value < vms.length ? `of ${vms[value]?.name ?? ''}` : forged[value - vms.length]?.name,
);
export const issuer = numbered(
  'issuer',
  ({ issuers }) => issuers.length,
  ({ issuers }, value) => issuers[value]?.name,
);
/** A device whose secrets can be got at. */
export const breakable: Parameter = {
  ...issuer,
  kind: 'breakable',
  values: (config) => flowOf(config).issuers.flatMap(({ hands }, number) => (hands === 'breakable' ? [number] : [])),
};
