/** Faults in what requests and handovers hold besides their chain. */
import { concat } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { decode, isArray, isBytes, isMap } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { itemsOf } from '../../model/cbor/parts.ts';
import type { Certificate } from '../../model/x509/certificate.ts';
import { readCertificate } from '../../model/x509/certificate.ts';
import { verifiesX509 } from '../../model/x509/verify.ts';
import type { EvidenceFault } from './fault.ts';
import { inPaths } from './sees.ts';
import { readEvidence } from '../../model/evidence/evidence.ts';
import { withoutOuterParameters } from '../../model/forge/tamper.ts';

/** A request whose certificates name their algorithm outside the signature as they do inside. */
function withOneAlgorithm(bytes: Uint8Array): Uint8Array {
  const [version, signers, ...rest] = itemsOf(bytes) ?? [];
  const map = signers && decode(signers);
  if (version === undefined || !isMap(map)) return bytes;
  const repaired = (der: Cbor): Cbor => (isBytes(der) ? withoutOuterParameters(der) : der);
  const paths = [...map].map(([name, path]) => [name, isArray(path) ? path.map(repaired) : path] as const);
  return concat(Uint8Array.of(0x80 | (2 + rest.length)), version, encode(new Map(paths)), ...rest);
}

export const paths: readonly EvidenceFault[] = [
  {
    id: 'path-checked-in-pairs',
    title: 'each X.509 certificate is held against its neighbour alone',
    loses: 'a path with one root twice is believed',
    clauses: ['UDS-PATH-EXACT'],
    known: 'AOSP hwtrust before 81a9f53; its test v3_p256_extra_uds_cert_in_chain',
    story:
      'A root that stands there twice passes, for it has signed itself. What was looked at is not the path that leads from the device to its manufacturer but any list in which neighbours fit.',
    unasked: ['UDS-PATH-EXACT'],
  },
  {
    id: 'root-not-checked-by-itself',
    title: 'the root’s own signature is not verified',
    loses: 'a root is rewritten and still believed',
    clauses: ['UDS-SIGNATURES'],
    known: 'AOSP hwtrust, mended by 81a9f53',
    story:
      'Everything below the root is verified and the root is taken as it comes. Its name, its key and its limits can be written anew by whoever carries the request.',
    sees: inPaths((path, certificates) => {
      const all = certificates.flatMap((der) => readCertificate(der) ?? []);
      const isSigned = ({ signatureAlgorithm, signed, signature }: Certificate, issuer: Certificate): boolean =>
        verifiesX509(issuer.key, signatureAlgorithm, signed, signature);
      return { ...path, verifies: all.every((one, at) => at === 0 || isSigned(one, all[at - 1] ?? one)) };
    }),
  },
  {
    id: 'outer-algorithm-by-name',
    title: 'of the algorithm outside the signature only the name is compared',
    loses: 'a certificate is changed after it was signed and still believed',
    clauses: ['UDS-CERTIFICATES'],
    known: 'this specification before it was held against hwtrust; RFC 5280, 4.1.1.2',
    story:
      'A certificate names its algorithm inside and outside the signed part. Outside, the parameters can be written anew by whoever carries the request; two copies of one certificate are then both good, and a list of those that were seen knows but one.',
    sees: (evidence, bytes) => (evidence.kind === 'request' ? readEvidence(withOneAlgorithm(bytes)) : evidence),
  },
  {
    id: 'parameters-not-read',
    title: 'parameters of an algorithm of signatures are not read',
    loses: 'a certificate with unread parameters is believed',
    clauses: ['UDS-ALGORITHMS'],
    known: 'OpenSSL 3, of RSA',
    story:
      'What a signature covers and nobody reads is a place for anything. RSA has had forgeries that used such a place, and the parameters of an algorithm have none to offer but NULL.',
    unasked: ['UDS-ALGORITHMS'],
  },
  {
    id: 'any-certificate-may-issue',
    title: 'any certificate may issue the next',
    loses: 'a leaf certificate vouches for a root key',
    clauses: ['UDS-ISSUERS'],
    known: 'RFC 5280, 4.2.1.9',
    story:
      'The holder of a leaf certificate, of any device or none, extends the path by one of his own and vouches for whatever root key he likes.',
    unasked: ['UDS-ISSUERS'],
  },
  {
    id: 'path-for-another-key',
    title: 'the path need not lead to the root key of the chain',
    loses: 'the path of a good device vouches for a stranger’s chain',
    clauses: ['UDS-ROOT-KEY'],
    known: 'AOSP hwtrust, its test v3_p256_mismatched_uds_certs',
    story:
      'A good path of a good device is sent along with a chain that somebody has made up at home. Each is in order; they have nothing to do with each other.',
    unasked: ['UDS-ROOT-KEY'],
  },
  {
    id: 'expired-path',
    title: 'the time at which certificates are valid is not looked at',
    loses: 'an expired certificate is believed',
    clauses: ['UDS-VALID'],
    known: 'AOSP Virtualization, X509Utils.java of its tests',
    story:
      'Keys are given up when their certificates end, and are looked after less from then on. A verifier that has a clock and does not use it goes on believing them.',
    unasked: ['UDS-VALID'],
  },
];

const contents: readonly EvidenceFault[] = [
  {
    id: 'any-challenge',
    title: 'the challenge may be of any length and type',
    loses: 'a challenge is taken that fits into no buffer',
    clauses: ['CSR-CHALLENGE'],
    known: 'veraison/services#427 and #447',
    story:
      'What is compared later is the beginning, or the text form, or nothing. A challenge that fits into no buffer of the other side is as good as none.',
    unasked: ['CSR-CHALLENGE'],
  },
  {
    id: 'certificate-type-unchecked',
    title: 'any component may ask for the RKP VM’s kind of certificate',
    loses: 'any component gets to vouch for VMs',
    clauses: ['CSR-TYPE'],
    known: 'AOSP RKP HAL, generateCertificateRequestV2.cddl',
    story:
      'The type of certificate decides what its key may vouch for. A component that asks for the type of the RKP VM, and gets it, vouches for VMs that nobody has measured.',
    unasked: ['CSR-TYPE'],
  },
  {
    id: 'tee-certificate-for-a-vm',
    title: 'a chain with markers of an RKP VM may ask for the certificates of a TEE',
    loses: 'a VM gets certificates that are for the TEE',
    clauses: ['CSR-TYPE-MARKERS'],
    known: 'AOSP hwtrust at da7738a looks at the type rkp-vm alone',
    story:
      'The HAL keeps the types of KeyMint and Widevine for chains in which no stage is marked. pvmfw marks every VM; one whose later stage is not marked is no RKP VM, and asks for the certificate of a component that is better protected than it is.',
    unasked: ['CSR-TYPE-MARKERS'],
  },
  {
    id: 'keys-not-looked-at',
    title: 'what is to be certified need not be keys',
    loses: 'a certificate is asked for something that is no key',
    clauses: ['CSR-KEYS-KIND'],
    known: 'AOSP hwtrust at da7738a copies them as they are',
    story:
      'The list is signed and its entries are not looked at. What is made of them is left to whoever issues the certificates, and to how that one fails.',
    unasked: ['CSR-KEYS-KIND'],
  },
  {
    id: 'empty-names-taken',
    title: 'names of a device may be empty',
    loses: 'a device without a name is believed',
    clauses: ['DEVICE-INFO-FILLED'],
    known: 'AOSP hwtrust, device_info.rs',
    story:
      'A fleet is told apart by brand, model and product. One field that is left empty, and the device is any of them.',
    unasked: ['DEVICE-INFO-FILLED'],
  },
  {
    id: 'patch-level-of-no-day',
    title: 'a patch level may be any number',
    loses: 'a patch level is believed that is no date',
    clauses: ['DEVICE-INFO-DATES'],
    known: 'AOSP hwtrust, device_info.rs',
    story:
      'Patch levels are compared as numbers. One that is no date and larger than all dates is newer than whatever a policy asks for.',
    unasked: ['DEVICE-INFO-DATES'],
  },
  {
    id: 'system-not-named',
    title: 'a TEE need not say which system it serves',
    loses: 'a TEE hides the version of its system',
    clauses: ['DEVICE-INFO-OS'],
    known: 'AOSP RKP HAL, DeviceInfoV3.cddl',
    story: 'A version that is not there cannot be too old. The format lets StrongBox leave it out, and the TEE never.',
    unasked: ['DEVICE-INFO-OS'],
  },
  {
    id: 'parts-not-counted',
    title: 'a request may have parts that nobody looks at',
    loses: 'an unverified part passes with a verified request',
    clauses: ['CSR-FORM'],
    known: 'AOSP hwtrust, mended by 7ac9cc1',
    story:
      'Beyond the part that is known to be unverified, more were taken without a word. Who reads them later believes that they came with a request that was verified.',
    unasked: ['CSR-FORM'],
  },
  {
    id: 'half-an-rkp-vm',
    title: 'the device info may be an RKP VM’s in part',
    loses: 'a device passes for a phone and an RKP VM at once',
    clauses: ['DEVICE-INFO-AVF'],
    known: 'AOSP hwtrust, device_info.rs',
    story:
      'One field says that an RKP VM asks and the others that a phone does. Each reader picks the field that it knows.',
    unasked: ['DEVICE-INFO-AVF'],
  },
  {
    id: 'no-vbmeta-is-a-vbmeta',
    title: 'a digest of zeros counts as what was booted',
    loses: 'a device that hides what it booted is believed',
    clauses: ['DEVICE-INFO-VBMETA'],
    known: 'AOSP hwtrust, device_info.rs',
    story:
      'Zeros are what a bootloader leaves that has never filled the field in. All such devices look alike, whatever they have booted.',
    unasked: ['DEVICE-INFO-VBMETA'],
  },
  {
    id: 'handover-of-another-boot',
    title: 'secrets and chain of a handover need not belong together',
    loses: 'secrets of one boot pass with the chain of another',
    clauses: ['HANDOVER-LEAF-KEY'],
    known: 'Open DICE, docs/specification.md: the key of a stage comes from its secret',
    story:
      'A loader hands on the secrets of one boot with the chain of another. The stage signs with keys that its chain does not name, or seals with secrets that its chain does not show.',
    unasked: ['HANDOVER-LEAF-KEY'],
  },
];

export const requests: readonly EvidenceFault[] = [...paths, ...contents];
