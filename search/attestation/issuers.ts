/** Who issues certificates, in bytes: RKP VMs, those who would like to be one, and the RKP server with its root. */
import type { Verdict } from '../../spec/evidence/verdict.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { FlowConfig } from '../../spec/attestation/config.ts';
import { hex, unsigned } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { coseKeyOf } from '../../model/cose/key.ts';
import type { PublicKey } from '../../model/cose/key.ts';
import { writeSign1 } from '../../model/cose/sign1.ts';
import type { PrivateKey } from '../../model/cose/signature.ts';
import type { VmIssuer } from '../../model/evidence/vm-certificate.ts';
import { writeVmCertificate } from '../../model/evidence/vm-certificate.ts';
import type { Stage } from '../../model/dice/certificate.ts';
import { keyPairFrom } from '../../model/dice/derive.ts';
import { modes } from '../../model/dice/labels.ts';
import { readCertificate } from '../../model/x509/certificate.ts';
import type { Attested } from '../../model/x509/attestation-extension.ts';
import { attestationExtension } from '../../model/x509/attestation-extension.ts';
import { extensions, name, nameParts, writeCertificate } from '../../model/x509/write.ts';
import { deviceOf, hashOf, remembered, rkpVmOf, secretOf } from './device.ts';

const validity = { notBefore: '250101000000Z', notAfter: '271231235959Z' } as const;
const p256 = remembered((words) => keyPairFrom('P-256', secretOf(words)));
const serialOf = (words: string): Uint8Array => {
  const serial = hashOf(words).slice(0, 16);
  serial[0] = 1;
  return serial;
};

/** A certificate of one that may issue others. */
function authority(issuer: string, signer: PrivateKey, subject: string, key: PublicKey): Uint8Array {
  return writeCertificate(
    {
      serial: unsigned(serialOf(`${issuer} for ${subject}`)),
      issuer: name(nameParts.commonName, issuer),
      subject: name(nameParts.commonName, subject),
      ...validity,
      key,
      extensions: [extensions.keyCertSign(), extensions.authority()],
    },
    signer,
  );
}

const rootOf = ({ chain }: Stage): string => hex(encode(chain[0] ?? null));

/** By which clause the RKP server says what is wrong with a request. */
const ofServer: Readonly<Partial<Record<ClauseId, ClauseId>>> = {
  'CHAIN-MODE-NORMAL': 'SERVER-MODE',
  'CHAIN-MARKERS-TO-LEAF': 'SERVER-MARKERS',
};

export class Issuers {
  /** The root that relying parties know. */
  readonly root = authority('root', p256('root'), 'root', p256('root'));
  readonly rkpVm: Stage;
  readonly revoked: string[] = [];
  private readonly flow: FlowConfig;
  private readonly stages: readonly Stage[];
  /** Root keys of devices that have been made, the unlocked one among them. */
  private readonly registered: ReadonlySet<string>;
  private readonly certified = new Set<number>();
  private readonly broken = new Set<number>();

  constructor(flow: FlowConfig, device: Stage) {
    this.flow = flow;
    this.rkpVm = rkpVmOf(device);
    const flawed = {
      root: () => rkpVmOf(deviceOf('no device')),
      mode: () => rkpVmOf(deviceOf('an unlocked device', modes.debug)),
      markers: () => rkpVmOf(device, false),
    };
    this.stages = flow.issuers.map(({ flaw }, number) => {
      if (flaw !== undefined) return flawed[flaw]();
      return number === 0 ? this.rkpVm : rkpVmOf(deviceOf(`device ${number}`));
    });
    this.registered = new Set(this.stages.filter((_, number) => flow.issuers[number]?.flaw !== 'root').map(rootOf));
  }

  /** The RKP server reads a request, and certifies the key in it or not. */
  certify(issuer: number, appraise: (request: Uint8Array) => Verdict): ClauseId | undefined {
    const stage = this.stages[issuer] as Stage;
    if (!this.registered.has(rootOf(stage))) return 'SERVER-ROOT';
    const verdict = appraise(requestOf(stage, this.keyOf(issuer)));
    if (verdict.kind === 'denied') return ofServer[verdict.clause] ?? verdict.clause;
    this.certified.add(issuer);
    return undefined;
  }

  /** The secrets of a device get out, and the certificate for its key is taken back. */
  break(issuer: number): void {
    this.broken.add(issuer);
    const serial = readCertificate(this.certificateOf(issuer, 'root'))?.serial;
    if (serial !== undefined) this.revoked.push(serial);
  }

  private keyOf(issuer: number): PrivateKey {
    return p256(`key of issuer ${issuer}`);
  }
  private certificateOf(issuer: number, root: string): Uint8Array {
    return this.made(`${root} ${issuer}`);
  }
  private readonly made = remembered((words) => {
    const [root = '', issuer] = words.split(' ');
    if (issuer === undefined) return authority(root, p256(root), root, p256(root));
    return authority(root, p256(root), `issuer ${issuer}`, this.keyOf(Number(issuer)));
  });

  /** From the root to the issuer; from one of the attacker's where the RKP server has certified nothing. */
  pathOf(issuer: number): readonly Uint8Array[] {
    const root = this.certified.has(issuer) ? 'root' : 'attacker';
    return [this.made(root), this.certificateOf(issuer, root)];
  }

  private asIssuer(issuer: number, key: PrivateKey): VmIssuer {
    return { name: `issuer ${issuer}`, key, validity };
  }
  issue(issuer: number, key: PublicKey, attested: Attested, content: string): Uint8Array {
    return writeVmCertificate(this.asIssuer(issuer, this.keyOf(issuer)), key, attested, serialOf(content));
  }

  /** A certificate in the name of the issuer, signed with its key if the attacker has it. */
  forge(issuer: number, key: PublicKey, attested: Attested, content: string): Uint8Array {
    const signer = this.isAttackers(issuer) ? this.keyOf(issuer) : p256('the attacker');
    return writeVmCertificate(this.asIssuer(issuer, signer), key, attested, serialOf(`forged ${content}`));
  }

  private isAttackers(issuer: number): boolean {
    return this.flow.issuers[issuer]?.hands === 'attacker' || this.broken.has(issuer);
  }

  /** A certificate one step below: issued to the attacker, who issues another with it. */
  issueBelow(
    issuer: number,
    own: readonly [Uint8Array, PrivateKey] | undefined,
    key: PublicKey,
    attested: Attested,
  ): readonly Uint8Array[] {
    const attacker = p256('the attacker');
    const [certificate, signer] = own ?? [this.forge(issuer, attacker, attested, 'below'), attacker];
    const below = writeCertificate(
      {
        serial: 2n,
        issuer: name(nameParts.commonName, 'Android Protected Virtual Machine Key'),
        subject: name(nameParts.commonName, 'another'),
        ...validity,
        key,
        extensions: [attestationExtension(attested)],
      },
      signer,
    );
    return [certificate, below];
  }
}

const deviceInfo = new Map<Cbor, Cbor>([
  ['brand', 'aosp-avf'],
  ['manufacturer', 'aosp-avf'],
  ['product', 'avf'],
  ['model', 'avf'],
  ['device', 'avf'],
  ['vb_state', 'avf'],
  ['bootloader_state', 'avf'],
  ['vbmeta_digest', Uint8Array.of(1)],
  ['security_level', 'avf'],
  ['fused', 1],
  ['system_patch_level', 202401],
  ['boot_patch_level', 20240101],
  ['vendor_patch_level', 20240101],
]);

/** The request of an RKP VM for a certificate for its key. */
function requestOf(stage: Stage, key: PublicKey): Uint8Array {
  const payload = encode([3, 'rkp-vm', deviceInfo, [coseKeyOf(key, 'bare')]]);
  const signed = writeSign1(encode([hashOf('challenge of the server'), payload]), stage.key);
  return encode([1, new Map(), stage.chain, signed]);
}
