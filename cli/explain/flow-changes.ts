/** What a step changed of an attestation, in words: sessions, requests, certificates, and what the attacker has. */
import { attackerOf, noFlow, partiesOf } from '../../spec/attestation/config.ts';
import type { FlowConfig } from '../../spec/attestation/config.ts';
import { none } from '../../spec/config.ts';
import { challenges } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import type { Change, Label } from './boot-changes.ts';

/** Whom a change of an attestation is about, and what to say of it; nothing for what only mirrors another change. */
export function formatFlowChange(layout: Layout, { field, index, from, to }: Change): Label {
  const flow = layout.config.flow ?? noFlow;
  switch (field) {
    case 'challenge':
      return [`session ${index}`, `challenge ${nameOf(from)} → ${nameOf(to)}`];
    case 'acceptedKey':
      return [`session ${index}`, `accepts the key of ${formatParty(flow, to)}`];
    case 'provisioned':
      return [`session ${index}`, to === none ? 'no secret' : `its secret can be opened by ${formatParty(flow, to)}`];
    case 'asked':
      return [formatParty(flow, Math.floor(index / flow.sessions)), `has asked in session ${index % flow.sessions}`];
    case 'issued':
      return formatCertificate(flow, index);
    case 'takenVm':
      return ['attacker', `has ${formatParty(flow, index)}`];
    case 'certifiedIssuer':
      return ['RKP server', `certifies the key of ${flow.issuers[index]?.name ?? ''}`];
    case 'brokenIssuer':
      return ['attacker', `has the key of ${flow.issuers[index]?.name ?? ''}, and that is known`];
    default:
      return undefined;
  }
}

const nameOf = (challenge: number): string => (challenges[challenge] ?? '').toLowerCase();

const formatParty = (flow: FlowConfig, party: number): string =>
  party === attackerOf(flow) ? 'the attacker' : (flow.vms[party]?.name ?? '');

function formatCertificate(flow: FlowConfig, certificate: number): Label {
  const session = certificate % flow.sessions;
  const request = Math.floor(certificate / flow.sessions);
  const [key, chain] = [request % partiesOf(flow), Math.floor(request / partiesOf(flow))];
  const shown =
    chain < flow.vms.length ? `of ${formatParty(flow, chain)}` : (flow.forged[chain - flow.vms.length]?.name ?? '');
  return ['RKP VM', `certifies the key of ${formatParty(flow, key)} for session ${session}, under a chain ${shown}`];
}
