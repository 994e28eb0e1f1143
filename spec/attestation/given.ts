/** What a configuration says of attested VMs, chains and issuers, as numbers. */
import type { Config } from '../config.ts';
import type { Attribute, Quantity } from '../given.ts';
import {
  attackerOf,
  chainFlaws,
  chainsOf,
  claimedBy,
  holderOf,
  issuerFlaws,
  noFlow,
  partiesOf,
  payloads,
} from './config.ts';
import type { AttestedVm, FlowConfig } from './config.ts';

const flowOf = (config: Config): FlowConfig => config.flow ?? noFlow;

export const attestedQuantities = {
  attacker: { words: 'the attacker', read: (config) => attackerOf(flowOf(config)) },
  parties: { words: 'the number of parties', read: (config) => partiesOf(flowOf(config)) },
  chains: { words: 'the number of chains', read: (config) => chainsOf(flowOf(config)) },
  sessions: { words: 'the number of sessions', read: (config) => flowOf(config).sessions },
} as const satisfies Record<string, Quantity>;

const ofChain = (
  words: string,
  read: (flow: FlowConfig, chain: number) => number,
  more: Pick<Attribute, 'values' | 'flag'> = {},
): Attribute => ({
  words,
  otherwise: -1,
  ...more,
  over: (config) => [chainsOf(flowOf(config))],
  read: (config, chain = 0) => read(flowOf(config), chain),
});
const claimed = (flow: FlowConfig, chain: number): AttestedVm => claimedBy(flow, chain) as AttestedVm;

export const attestedAttributes = {
  chainFlaw: ofChain(
    'the flaw of {chain}',
    ({ vms, forged }, chain) => {
      const flaw = forged[chain - vms.length]?.flaw;
      return flaw === undefined ? 0 : chainFlaws.indexOf(flaw);
    },
    { values: chainFlaws },
  ),
  /** Whose key a chain ends in. */
  chainHolder: ofChain('the party whose key {chain} ends in', holderOf),
  claimedMode: ofChain('{chain} [claims] normal mode', (flow, chain) => Number(claimed(flow, chain).normal), {
    flag: true,
  }),
  claimedPayload: ofChain(
    'the payload that {chain} claims',
    (flow, chain) => payloads.indexOf(claimed(flow, chain).payload),
    { values: payloads },
  ),
  issuerFlaw: {
    words: 'the flaw of {issuer}',
    otherwise: -1,
    values: issuerFlaws,
    over: (config) => [flowOf(config).issuers.length],
    read: (config, issuer = 0) => {
      const flaw = flowOf(config).issuers[issuer]?.flaw;
      return flaw === undefined ? 0 : issuerFlaws.indexOf(flaw);
    },
  },
  issuerBroken: {
    words: 'the attacker [has] the key of {issuer} from the start',
    flag: true,
    otherwise: 0,
    over: (config) => [flowOf(config).issuers.length],
    read: (config, issuer = 0) => Number(flowOf(config).issuers[issuer]?.hands === 'attacker'),
  },
} as const satisfies Record<string, Attribute>;
