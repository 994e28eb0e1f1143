/**
 * Attestation as parties that sign and believe: what a party has signed is a thing that everybody can show, and what
 * an attacker can sign is what it has the key for.
 */
import type { FlowConfig } from '../../spec/attestation/config.ts';
import type { TargetAnswer } from '../../spec/target.ts';
import type { Refusal } from '../../spec/answers.ts';

/** A request: a party wants its key certified, and has signed that with the challenge of a session. */
export interface Asked {
  readonly party: number;
  readonly session: number;
}
/** A certificate of the RKP VM for a key, with what the shown chain says of its VM. */
export interface Certificate {
  readonly chain: number;
  readonly party: number;
  readonly session: number;
}
export interface Session {
  challenge: 'NONE' | 'OPEN' | 'USED';
  answers: number;
  accepted: number | undefined;
  opener: number | undefined;
}

export interface Parties {
  readonly flow: FlowConfig;
  readonly sessions: Session[];
  readonly asked: Asked[];
  readonly certificates: Certificate[];
  readonly taken: Set<number>;
  readonly certifiedIssuers: Set<number>;
  readonly brokenIssuers: Set<number>;
}

type Args = Readonly<Record<string, number>>;
type Reason = Refusal | undefined;

const attacker = ({ flow }: Parties): number => flow.vms.length;
/** The party in whose key a chain ends: its VM's, or the attacker's if the attacker has put it together. */
const lastKeyOf = (parties: Parties, chain: number): number => Math.min(chain, attacker(parties));
/** The VM that a chain is shown for: a forged one claims to be of the first. */
const claimOf = ({ flow }: Parties, chain: number) => flow.vms[chain] ?? flow.vms[0];
const hasKeyOf = (parties: Parties, party: number): boolean => party === attacker(parties) || parties.taken.has(party);

function challenge({ sessions }: Parties, { session = 0 }: Args): Reason {
  const one = sessions[session];
  if (one?.challenge !== 'NONE') return 'NOT_FRESH';
  one.challenge = 'OPEN';
  return undefined;
}

function ask({ sessions, asked }: Parties, { vm = 0, session = 0 }: Args): Reason {
  if (sessions[session]?.challenge === 'NONE') return 'UNKNOWN_CHALLENGE';
  asked.push({ party: vm, session });
  return undefined;
}

function certify({ flow, certifiedIssuers }: Parties, { issuer = 0 }: Args): Reason {
  if (flow.issuers[issuer]?.flaw !== undefined) return 'UNTRUSTED';
  certifiedIssuers.add(issuer);
  return undefined;
}

/** Whether the party has signed this challenge, or somebody else who has its key. */
function isSignedBy(parties: Parties, party: number, session: number): boolean {
  if (parties.asked.some((one) => one.party === party && one.session === session)) return true;
  return hasKeyOf(parties, party) && parties.sessions[session]?.challenge !== 'NONE';
}

function appraise(parties: Parties, { chain = 0, key = 0, session = 0 }: Args): Reason {
  const { flow, asked, certificates } = parties;
  if (flow.forged[chain - flow.vms.length] !== undefined) return 'INVALID_DICE_CHAIN';
  const holder = lastKeyOf(parties, chain);
  // The VM signs one thing: its own new key. Whoever has its key signs another one as well.
  const signsForKey = key === holder && asked.some((one) => one.party === holder && one.session === session);
  const attackerSigns = hasKeyOf(parties, holder) && parties.sessions[session]?.challenge !== 'NONE';
  if (!signsForKey && !attackerSigns) return 'INVALID_SIGNATURE';
  if (!isSignedBy(parties, key, session)) return 'INVALID_SIGNATURE';
  certificates.push({ chain, party: key, session });
  return undefined;
}

/** A certificate is what an issuer has signed: the RKP VM only what it has appraised, an attacker whatever it likes. */
function isCertificate(parties: Parties, args: Args): boolean {
  const { flow, brokenIssuers, certificates } = parties;
  const { issuer = 0, chain = 0, key = 0, challenge: session = 0, below = 0 } = args;
  if (flow.issuers[issuer]?.hands === 'attacker' || brokenIssuers.has(issuer)) return true;
  if (issuer !== 0) return false;
  if (below === 0)
    return certificates.some((one) => one.chain === chain && one.party === key && one.session === session);
  return certificates.some(({ party }) => hasKeyOf(parties, party));
}

function accept(parties: Parties, args: Args): Reason {
  const { issuer = 0, chain = 0, key = 0, session = 0, below = 0 } = args;
  const one = parties.sessions[session];
  if (!parties.certifiedIssuers.has(issuer) || parties.brokenIssuers.has(issuer)) return 'UNTRUSTED';
  if (!isCertificate(parties, args)) return 'INVALID_SIGNATURE';
  if (below !== 0) return 'UNTRUSTED';
  if (args['challenge'] !== session || one?.challenge !== 'OPEN') return 'NOT_FRESH';
  const claim = claimOf(parties, chain);
  if (claim?.normal !== true || claim.payload !== 'EXPECTED') return 'POLICY_ERROR';
  Object.assign(one, { challenge: 'USED', answers: one.answers + 1, accepted: key } satisfies Partial<Session>);
  return undefined;
}

function provision({ sessions }: Parties, { session = 0, to = 0 }: Args): Reason {
  const one = sessions[session];
  if (one?.accepted !== to) return 'POLICY_ERROR';
  one.opener = to;
  return undefined;
}

const calls: Readonly<Record<string, (parties: Parties, args: Args) => Reason>> = {
  relying_challenge: challenge,
  vm_ask: ask,
  rkp_server_certify: certify,
  rkp_vm_appraise: appraise,
  relying_accept: accept,
  relying_provision: provision,
  take_vm: ({ taken }, { vm = 0 }) => {
    taken.add(vm);
    return undefined;
  },
  break_issuer: ({ brokenIssuers }, { issuer = 0 }) => {
    brokenIssuers.add(issuer);
    return undefined;
  },
};
export const attestationCalls: readonly string[] = Object.keys(calls);

/** Answers a call; what the parties have and know is changed by it. */
export function answerOfParties(parties: Parties, call: string, args: Args): TargetAnswer {
  const run = calls[call];
  if (run === undefined) throw new Error(`unreachable: no party has a call ${call}`);
  const reason = run(parties, args);
  return reason === undefined ? { kind: 'done', answer: 0 } : { kind: 'refused', error: reason };
}
