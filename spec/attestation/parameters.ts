/** What the calls of attestation are made with: each by its number in the lists of the world. */
import type { Parameter } from '../parameters.ts';
import type { World } from '../world.ts';
import { attackerOf, chainsOf, noFlow, partiesOf } from './world.ts';
import type { FlowWorld } from './world.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const flowOf = (world: World): FlowWorld => world.flow ?? noFlow;

const numbered = (
  kind: string,
  count: (flow: FlowWorld) => number,
  say: (flow: FlowWorld, value: number) => string | undefined,
): Parameter => ({
  kind,
  values: (world) => upTo(count(flowOf(world))),
  say: (world, value) => say(flowOf(world), value) ?? String(value),
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
  values: (world) => flowOf(world).vms.flatMap(({ open }, number) => (open ? [number] : [])),
};
/** Whose key it is; the attacker's comes first. */
export const party: Parameter = {
  kind: 'party',
  values: (world) => upTo(partiesOf(flowOf(world))).reverse(),
  say: (world, value) => {
    const flow = flowOf(world);
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
  values: (world) => flowOf(world).issuers.flatMap(({ hands }, number) => (hands === 'breakable' ? [number] : [])),
};
