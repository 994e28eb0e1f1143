/** The parties of attestation that a state stands for. */
import { answerOfParties, attestationCalls } from '../../model/attestation/parties.ts';
import type { Parties } from '../../model/attestation/parties.ts';
import { chainsOf, partiesOf } from '../../spec/attestation/config.ts';
import type { FlowConfig } from '../../spec/attestation/config.ts';
import { challenges } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

export function attestationTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const { flow } = config;
  if (flow === undefined || !profile.rules.has('relying_accept')) return undefined;
  const start = initialState(layout).cells;
  return twin<Parties>({
    name: 'attestation',
    calls: attestationCalls,
    read: (cells) => partiesIn(new Cells(layout, cells), flow),
    write: (parties, cells) => {
      cells.set(start);
      writeParties(new Cells(layout, cells), flow, parties);
    },
    answer: answerOfParties,
  });
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function partiesIn(cells: Cells, flow: FlowConfig): Parties {
  const numbered = (field: FieldName): Set<number> =>
    new Set(cells.each(field, (number) => number).filter((number) => cells.flag(field, number)));
  const askings = upTo(partiesOf(flow)).flatMap((party) => upTo(flow.sessions).map((session) => ({ party, session })));
  const all = upTo(chainsOf(flow)).flatMap((chain) => askings.map((asking) => ({ chain, ...asking })));
  return {
    flow,
    sessions: upTo(flow.sessions).map((session) => ({
      challenge: challenges[cells.get('challenge', session)] ?? 'NONE',
      answers: cells.get('answers', session),
      accepted: cells.maybe('acceptedKey', session),
      opener: cells.maybe('provisioned', session),
    })),
    asked: askings.filter((_, number) => cells.flag('asked', number)),
    certificates: all.filter((_, number) => cells.flag('issued', number)),
    taken: numbered('takenVm'),
    certifiedIssuers: numbered('certifiedIssuer'),
    brokenIssuers: numbered('brokenIssuer'),
  };
}

function writeParties(cells: Cells, flow: FlowConfig, parties: Parties): void {
  const asking = (party: number, session: number): number => party * flow.sessions + session;
  parties.sessions.forEach(({ challenge, answers, accepted, opener }, session) => {
    cells.set('challenge', challenges.indexOf(challenge), session);
    cells.set('answers', answers, session);
    cells.set('acceptedKey', accepted, session);
    cells.set('provisioned', opener, session);
  });
  for (const { party, session } of parties.asked) cells.set('asked', 1, asking(party, session));
  for (const { chain, party, session } of parties.certificates)
    cells.set('issued', 1, chain * partiesOf(flow) * flow.sessions + asking(party, session));
  for (const party of parties.taken) cells.set('takenVm', 1, party);
  for (const issuer of parties.certifiedIssuers) cells.set('certifiedIssuer', 1, issuer);
  for (const issuer of parties.brokenIssuers) cells.set('brokenIssuer', 1, issuer);
}
