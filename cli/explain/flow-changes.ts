/** What a step changed of an attestation, in words: sessions, requests, certificates, and what the attacker has. */
import { attackerOf, noFlow, partiesOf } from '../../spec/attestation/world.ts';
import type { FlowWorld } from '../../spec/attestation/world.ts';
import { challenges, none } from '../../spec/state.ts';
import type { Layout } from '../../spec/state.ts';
import type { Change, Said } from './boot-changes.ts';

/** Whom a change of an attestation is about, and what to say of it; nothing for what only mirrors another change. */
export function sayFlowChange(layout: Layout, { field, index, from, to }: Change): Said {
  const flow = layout.world.flow ?? noFlow;
  switch (field) {
    case 'challenge':
      return [`session ${index}`, `challenge ${nameOf(from)} → ${nameOf(to)}`];
    case 'acceptedKey':
      return [`session ${index}`, `accepts the key of ${sayParty(flow, to)}`];
    case 'provisioned':
      return [`session ${index}`, to === none ? 'no secret' : `its secret can be opened by ${sayParty(flow, to)}`];
    case 'asked':
      return [sayParty(flow, Math.floor(index / flow.sessions)), `has asked in session ${index % flow.sessions}`];
    case 'issued':
      return sayCertificate(flow, index);
    case 'takenVm':
      return ['attacker', `has ${sayParty(flow, index)}`];
    case 'certifiedIssuer':
      return ['RKP server', `certifies the key of ${flow.issuers[index]?.name ?? ''}`];
    case 'brokenIssuer':
      return ['attacker', `has the key of ${flow.issuers[index]?.name ?? ''}, and that is known`];
    default:
      return undefined;
  }
}

const nameOf = (challenge: number): string => (challenges[challenge] ?? '').toLowerCase();

const sayParty = (flow: FlowWorld, party: number): string =>
  party === attackerOf(flow) ? 'the attacker' : (flow.vms[party]?.name ?? '');

function sayCertificate(flow: FlowWorld, certificate: number): Said {
  const session = certificate % flow.sessions;
  const request = Math.floor(certificate / flow.sessions);
  const [key, chain] = [request % partiesOf(flow), Math.floor(request / partiesOf(flow))];
  const shown =
    chain < flow.vms.length ? `of ${sayParty(flow, chain)}` : (flow.forged[chain - flow.vms.length]?.name ?? '');
  return ['RKP VM', `certifies the key of ${sayParty(flow, key)} for session ${session}, under a chain ${shown}`];
}
