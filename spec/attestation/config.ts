/**
 * The part of a configuration that is attested: VMs of one device, chains that are shown for them, and who wants to
 * issue certificates. What a thing really is stands beside the flaw that a check looks for, so that properties need not
 * trust the checks. Keys are symbols: each VM has one, and the attacker has one.
 */

/** What the payload of a VM is made of, as the relying party sees it. */
export const payloads = ['EXPECTED', 'OLDER', 'OF_OTHERS', 'MORE'] as const;

export interface AttestedVm {
  readonly name: string;
  /** Every stage of it is in normal mode. */
  readonly normal: boolean;
  readonly payload: (typeof payloads)[number];
  /** The attacker can get it into its hands: it can be debugged, has a hole, or runs the attacker's code. */
  readonly open: boolean;
}

/** What can be wrong with a chain, and with who asks for a key; the first is what one without a flaw has. */
export const chainFlaws = [
  'none',
  'device',
  'stages',
  'signature',
  'names',
  'vendor',
  'kernel key',
  'kernel',
  'debug kernel',
] as const;
export type ChainFlaw = Exclude<(typeof chainFlaws)[number], 'none'>;
export const issuerFlaws = ['none', 'root', 'mode', 'markers'] as const;
export type IssuerFlaw = Exclude<(typeof issuerFlaws)[number], 'none'>;

/** A chain that the attacker has made: it claims to be that of the first VM, and its last key is the attacker's. */
export interface ForgedChain {
  readonly name: string;
  readonly flaw: ChainFlaw;
}

/** Who asks the RKP server for a key to issue certificates with; the first is the RKP VM of the device. */
export interface Issuer {
  readonly name: string;
  readonly flaw?: IssuerFlaw;
  /** The attacker has its key from the start, or comes by it when the device is broken into. */
  readonly hands: 'own' | 'attacker' | 'breakable';
}

export interface FlowConfig {
  readonly vms: readonly AttestedVm[];
  readonly forged: readonly ForgedChain[];
  readonly issuers: readonly Issuer[];
  /** Challenges, one for each session of the relying party. */
  readonly sessions: number;
}

/** A configuration in which nobody attests anything. */
export const noFlow: FlowConfig = { vms: [], forged: [], issuers: [], sessions: 0 };

/** Parties that have keys: the VMs, and after them the attacker. */
export const attackerOf = ({ vms }: FlowConfig): number => vms.length;
export const partiesOf = ({ vms }: FlowConfig): number => (vms.length === 0 ? 0 : vms.length + 1);
/** Chains that can be shown: that of each VM, then the forged ones. */
export const chainsOf = ({ vms, forged }: FlowConfig): number => vms.length + forged.length;
/** Whose key a chain ends in. */
export const holderOf = (flow: FlowConfig, chain: number): number => Math.min(chain, attackerOf(flow));
/** The VM that a chain says it is of. */
export const claimedBy = (flow: FlowConfig, chain: number): AttestedVm | undefined =>
  flow.vms[chain < flow.vms.length ? chain : 0];

/** One number for the request of a party with the challenge of a session. */
export const askingNumber = (flow: FlowConfig, party: number, session: number): number =>
  party * flow.sessions + session;
