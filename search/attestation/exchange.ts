/**
 * The calls of the flow in bytes: each party reads what the attacker, who carries everything, has put together for it,
 * and answers by the checks on what it has read. It keeps no books of its own beyond what each party really remembers.
 */
import { appraiseRequest } from '../../spec/evidence/request.ts';
import { appraiseCertificate } from '../../spec/evidence/relying.ts';
import type { Verdict } from '../../spec/evidence/verdict.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { appraiseVm } from '../../spec/evidence/vm.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { attackerOf, claimedBy, holderOf } from '../../spec/attestation/config.ts';
import type { FlowConfig } from '../../spec/attestation/config.ts';
import { hex, sameBytes } from '../../model/bytes.ts';
import { readRequest } from '../../model/evidence/request.ts';
import { open, sealTo } from '../../model/evidence/seal.ts';
import { readVmCertificate } from '../../model/evidence/vm-certificate.ts';
import { readVmRequest, requestPayload, signRequest, writeVmRequest } from '../../model/evidence/vm-request.ts';
import type { PublicKey } from '../../model/cose/key.ts';
import type { PrivateKey } from '../../model/cose/signature.ts';
import type { Stage } from '../../model/dice/certificate.ts';
import { keyPairFrom } from '../../model/dice/derive.ts';
import { writeChain } from '../../model/dice/handover.ts';
import { appraiserOf, bootVm, componentsOf, deviceOf, forge, hashOf, remembered, secretOf } from './device.ts';
import { Issuers } from './issuers.ts';

export type Arguments = Readonly<Record<string, number>>;
/** Nothing if the call is done, or the clause that refuses it. */
export type Refusal = ClauseId | undefined;

/** What the relying party remembers of a session. */
interface Session {
  readonly challenge: Uint8Array;
  accepted: PublicKey | undefined;
}

const now = Date.UTC(2026, 0, 1);
const p256 = remembered((words) => keyPairFrom('P-256', secretOf(words)));
const clauseOf = (verdict: Verdict): Refusal => (verdict.kind === 'denied' ? verdict.clause : undefined);

export class Exchange {
  private readonly flow: FlowConfig;
  private readonly issuers: Issuers;
  private readonly stages: readonly Stage[];
  private readonly sessions = new Map<number, Session>();
  private readonly used = new Set<number>();
  /** Signatures of VMs that have asked, by the bytes that they have signed; and keys that the attacker has come by. */
  private readonly asked = new Map<string, readonly PrivateKey[]>();
  private readonly taken = new Set<number>();
  /** Certificates of the RKP VM, by what they say of which key; anyone may keep them. */
  private readonly issued = new Map<string, Uint8Array>();
  /** Whether what is sealed can be opened by the party that it is for, and by nobody else. */
  opensOnlyFor = true;

  constructor(flow: FlowConfig) {
    const device = deviceOf('the device');
    this.flow = flow;
    this.issuers = new Issuers(flow, device);
    this.stages = [
      ...flow.vms.map((vm, number) => bootVm(device, vm, number)),
      ...flow.forged.map(({ flaw }) => forge(device, flaw)),
    ];
  }

  /** What a call is answered in bytes. */
  call(name: string, args: Arguments): Refusal {
    const { session = 0, vm = 0, issuer = 0 } = args;
    switch (name) {
      case 'relying_challenge':
        return this.begin(session);
      case 'vm_ask':
        return this.ask(vm, session);
      case 'rkp_server_certify':
        return this.issuers.certify(issuer, (request) => appraiseRequest(readRequest(request).facts, ofRkpVms));
      case 'rkp_vm_appraise':
        return this.appraise(args);
      case 'relying_accept':
        return this.accept(args);
      case 'relying_provision':
        return this.provision(args);
      case 'take_vm':
        this.taken.add(vm);
        return undefined;
      default:
        this.issuers.break(issuer);
        return undefined;
    }
  }

  private begin(session: number): Refusal {
    if (this.sessions.has(session)) return 'RELY-NEW-CHALLENGE';
    this.sessions.set(session, { challenge: hashOf(`challenge ${session}`), accepted: undefined });
    return undefined;
  }

  /** The challenge, or what somebody guesses who does not know it. */
  private challengeOf(session: number): Uint8Array {
    return this.sessions.get(session)?.challenge ?? new Uint8Array(64);
  }

  private ask(vm: number, session: number): Refusal {
    const known = this.sessions.get(session);
    if (known === undefined) return 'ASK-CHALLENGE';
    this.asked.set(`${vm} ${session}`, [this.leafOf(vm), this.keyOf(vm, session)]);
    return undefined;
  }

  private leafOf(chain: number): PrivateKey {
    return (this.stages[chain] as Stage).key;
  }
  private keyOf(party: number, session: number): PrivateKey {
    return p256(`key of party ${party} in session ${session}`);
  }

  private isInHands(party: number): boolean {
    return party === attackerOf(this.flow) || this.taken.has(party);
  }

  /** The signature of this key over this request, if anybody can make it or has made it; else one of another key. */
  private signatureBy(signer: PrivateKey, holder: number, made: string, payload: Uint8Array, session: number) {
    const canSign = this.isInHands(holder) && this.sessions.has(session);
    const hasSigned = this.asked.get(made)?.some((key) => sameBytes(key.raw, signer.raw)) === true;
    return signRequest(canSign || hasSigned ? signer : forger(signer), payload);
  }

  private appraise({ chain = 0, key = 0, session = 0 }: Arguments): Refusal {
    const attested = this.keyOf(key, session);
    const payload = requestPayload(attested, this.challengeOf(session));
    const made = `${key} ${session}`;
    const request = writeVmRequest(writeChain(this.stages[chain] as Stage), payload, [
      this.signatureBy(this.leafOf(chain), holderOf(this.flow, chain), made, payload, session),
      this.signatureBy(attested, key, made, payload, session),
    ]);
    const read = readVmRequest(request, appraiserOf(this.issuers.rkpVm));
    const refusal = clauseOf(appraiseVm(read.facts));
    if (refusal === undefined && read.key) {
      const attests = { challenge: read.challenge, isSecure: read.facts.allNormal, components: read.components };
      const content = `${chain} ${key} ${session}`;
      this.issued.set(content, this.issuers.issue(0, read.key, attests, content));
    }
    return refusal;
  }

  /** The certificate that the attacker shows: the RKP VM's, or one that it signs with the best key that it has. */
  private shown({ issuer = 0, chain = 0, key = 0, challenge = 0, below = 0 }: Arguments): readonly Uint8Array[] {
    const subject = this.keyOf(key, challenge);
    const { normal, payload } = claimedBy(this.flow, chain) ?? { normal: false, payload: 'EXPECTED' as const };
    const claims = { challenge: this.challengeOf(challenge), isSecure: normal, components: componentsOf[payload] };
    const content = `${chain} ${key} ${challenge}`;
    const path = this.issuers.pathOf(issuer);
    if (below === 1)
      return [...path, ...this.issuers.issueBelow(issuer, this.certifiedByAttacker(issuer), subject, claims)];
    const own = issuer === 0 ? this.issued.get(content) : undefined;
    return [...path, own ?? this.issuers.forge(issuer, subject, claims, content)];
  }

  /** A certificate for a key that the attacker has, and the key. */
  private certifiedByAttacker(issuer: number): readonly [Uint8Array, PrivateKey] | undefined {
    if (issuer !== 0) return undefined;
    for (const [content, certificate] of this.issued) {
      const [_, key = 0, session = 0] = content.split(' ').map(Number);
      if (this.isInHands(key)) return [certificate, this.keyOf(key, session)];
    }
    return undefined;
  }

  private accept(args: Arguments): Refusal {
    const { session = 0 } = args;
    const open = this.sessions.get(session);
    const { facts, key } = readVmCertificate(this.shown(args));
    const refusal = clauseOf(
      appraiseCertificate(facts, {
        root: hex(this.issuers.root),
        revoked: this.issuers.revoked,
        at: now,
        challenge: hex(this.challengeOf(session)),
        isUnused: open !== undefined && !this.used.has(session),
        components: componentsOf.EXPECTED.map((one) => ({
          ...one,
          version: BigInt(one.version),
          authorityHash: hex(one.authorityHash),
        })),
      }),
    );
    if (refusal === undefined && open) {
      this.used.add(session);
      open.accepted = key;
    }
    return refusal;
  }

  /** The carrier names a key; the secret is sealed to the one in the certificate, or not at all. */
  private provision({ session = 0, to = 0 }: Arguments): Refusal {
    const accepted = this.sessions.get(session)?.accepted;
    const key = this.keyOf(to, session);
    if (accepted === undefined || !sameBytes(accepted.raw, key.raw)) return 'PROVISION-KEY';
    const secret = secretOf(`secret of session ${session}`);
    const context = this.challengeOf(session);
    const sealed = sealTo(accepted, p256(`ephemeral ${session}`), secret, context);
    for (let party = 0; party <= attackerOf(this.flow); party++) {
      const opened = open(this.keyOf(party, session), sealed, context);
      this.opensOnlyFor &&= (party === to) === (opened !== undefined && sameBytes(opened, secret));
    }
    return undefined;
  }
}

const ofRkpVms = { ...defaultOptions, instance: 'avf' } as const;
/** A key of the attacker's, of the same kind. */
const forger = ({ keyKind }: PrivateKey): PrivateKey => keyPairFrom(keyKind, secretOf('a key of the attacker'));
