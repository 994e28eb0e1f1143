/** Certificates of VMs: as the RKP VM issues them, and as a relying party reads them. */
import type { VmCertificateFacts } from '../../spec/evidence/relying.ts';
import type { Bytes } from '../bytes.ts';
import { hex, unsigned } from '../bytes.ts';
import type { PublicKey } from '../cose/key.ts';
import type { PrivateKey } from '../cose/signature.ts';
import type { Attested } from '../x509/attestation-extension.ts';
import {
  attestationExtension,
  attestationExtensionId,
  readAttestationExtension,
} from '../x509/attestation-extension.ts';
import { readCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isBuiltPath, isPlainThroughout, isSignedThroughout, mayIssueThroughout } from '../x509/path.ts';
import { pointKeyOf } from '../x509/verify.ts';
import { name, nameParts, writeCertificate } from '../x509/write.ts';

/** Who issues: its name, its key, and how long its own certificate is valid, which is taken over. */
export interface VmIssuer {
  readonly name: string;
  readonly key: PrivateKey;
  readonly validity: { readonly notBefore: string; readonly notAfter: string };
}

const subject = name(nameParts.commonName, 'Android Protected Virtual Machine Key');

/** The certificate for the key of a VM; it has no other extension, and so may issue nothing. */
export const writeVmCertificate = (issuer: VmIssuer, key: PublicKey, attested: Attested, serial: Bytes): Bytes =>
  writeCertificate(
    {
      serial: unsigned(serial),
      issuer: name(nameParts.commonName, issuer.name),
      subject,
      ...issuer.validity,
      key,
      extensions: [attestationExtension(attested)],
    },
    issuer.key,
  );

export interface ReadVmCertificate {
  readonly facts: VmCertificateFacts;
  readonly key: PublicKey | undefined;
}

const unread: VmCertificateFacts = {
  isReadable: false,
  root: '',
  serials: [],
  valid: { from: 0, to: 0 },
  isSigned: false,
  isDirect: false,
  challenge: '',
  isSecure: false,
  components: [],
};

/** Reads a path, from the root to the VM. Never throws. */
export function readVmCertificate(path: readonly Bytes[]): ReadVmCertificate {
  const certificates = path.map(readCertificate).filter((one) => one !== undefined);
  const [root, leaf] = [certificates[0], certificates.at(-1)];
  const extension = leaf?.extensions.get(attestationExtensionId);
  const attested = extension && readAttestationExtension(extension);
  if (root === undefined || leaf === undefined || certificates.length !== path.length || attested === undefined) {
    return { facts: unread, key: undefined };
  }
  const facts: VmCertificateFacts = {
    isReadable: true,
    root: hex(root.der),
    serials: certificates.map(({ serial }) => serial),
    valid: {
      from: Math.max(...certificates.map(({ notBefore }) => notBefore)),
      to: Math.min(...certificates.map(({ notAfter }) => notAfter)),
    },
    isSigned: isBuiltPath(certificates) && isPlainThroughout(certificates) && isSignedThroughout(certificates),
    isDirect: isDirect(certificates),
    ...attested,
  };
  return { facts, key: pointKeyOf(leaf.key) };
}

const isDirect = (certificates: readonly Certificate[]): boolean =>
  mayIssueThroughout(certificates) &&
  certificates.slice(0, -1).every(({ extensions }) => !extensions.has(attestationExtensionId));
