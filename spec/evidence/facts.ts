/**
 * What a verifier knows of a piece of evidence once its bytes are read: plain facts, on which the checks are stated.
 */

/** The first rule of encoding that some bytes break. */
export type EncodingFault =
  | 'too large'
  | 'too deep'
  | 'truncated'
  | 'malformed'
  | 'longer than needed'
  | 'indefinite length'
  | 'trailing bytes'
  | 'bad text'
  | 'repeated key'
  | 'unsorted keys'
  | 'unexpected kind';

/** A field of a map: not there, there with the wrong type, or there. Byte strings are hexadecimal digits. */
export type Field<T> =
  { readonly kind: 'absent' } | { readonly kind: 'mistyped' } | { readonly kind: 'given'; readonly value: T };

export const keyKinds = ['Ed25519', 'P-256', 'P-384'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** A COSE_Key. */
export interface KeyFacts {
  readonly fault: EncodingFault | undefined;
  /** A map of labels, with the common parameters well-typed. */
  readonly isKey: boolean;
  readonly operations: 'absent' | 'one integer' | 'array' | 'unknown';
  readonly verifies: boolean;
  /** What type, algorithm and curve together say, if that is one of the kinds. */
  readonly keyKind: KeyKind | undefined;
  /** Labels that no public key of the kind has, such as -4 of a private key. */
  readonly otherLabels: readonly string[];
  readonly onCurve: boolean;
  /** The point is one of the few of small order, under which a signature for one message is one for any. */
  readonly isOfSmallOrder: boolean;
  /** The point itself, the same for every encoding of the key; empty where there is none. */
  readonly point: string;
}

/** A COSE_Sign1, looked at with the key that should have signed it. */
export interface SignedFacts {
  readonly fault: EncodingFault | undefined;
  /** An untagged array of two headers, a payload and a signature, each of its type. */
  readonly isSign1: boolean;
  /** Parameters that COSE defines are of their types in both headers, and not two that exclude each other. */
  readonly hasSoundHeaders: boolean;
  /** No label stands in both headers. */
  readonly hasLabelsOnce: boolean;
  /** The protected header lists critical parameters. */
  readonly hasCritical: boolean;
  /** The unprotected header does. */
  readonly hasCriticalUnprotected: boolean;
  /** The protected header names the algorithm of the key. */
  readonly namesAlgorithm: boolean;
  /** The signature holds over the received bytes. */
  readonly verifies: boolean;
}

/** A configuration descriptor. */
export interface DescriptorClaims {
  readonly fault: EncodingFault | undefined;
  readonly isMap: boolean;
  /** Every key is an integer of 64 bits with its sign. */
  readonly hasOnlyIntegerKeys: boolean;
  /** Keys of the reserved range that have no meaning. */
  readonly reservedKeys: readonly string[];
  readonly componentName: Field<string>;
  readonly componentVersion: Field<string>;
  readonly componentVersionIsText: boolean;
  readonly instanceName: Field<string>;
  readonly resettable: Field<true>;
  readonly securityVersion: Field<string>;
  readonly rkpVmMarker: Field<true>;
}

/** What one certificate of the chain claims. */
export interface PayloadClaims {
  readonly fault: EncodingFault | undefined;
  readonly isMap: boolean;
  /** Claims that are no claims of a DICE certificate. */
  readonly unknownClaims: readonly string[];
  readonly profileName: Field<string>;
  readonly issuer: Field<string>;
  readonly subject: Field<string>;
  readonly codeHash: Field<string>;
  readonly codeDescriptor: Field<string>;
  readonly configHash: Field<string>;
  readonly configDescriptor: Field<DescriptorClaims>;
  /** The configuration hash is the one of the descriptor, by the hash of its length. */
  readonly configHashMatches: boolean;
  readonly authorityHash: Field<string>;
  readonly authorityDescriptor: Field<string>;
  readonly mode: Field<number>;
  readonly modeIsInteger: boolean;
  readonly keyUsage: Field<string>;
  readonly subjectKey: Field<KeyFacts>;
}

export interface EntryFacts {
  readonly signed: SignedFacts;
  readonly payload: PayloadClaims;
}

export interface ChainFacts {
  readonly fault: EncodingFault | undefined;
  /** An array of a key and at least one entry. */
  readonly isChain: boolean;
  readonly rootKey: KeyFacts;
  readonly entries: readonly EntryFacts[];
}

/** One certificate path that vouches for the root key, by the name of who signs. */
export interface UdsPathFacts {
  readonly signer: Field<string>;
  /** An array of byte strings. */
  readonly isArray: boolean;
  readonly length: number;
  /** Every one is an X.509 certificate in DER. */
  readonly areCertificates: boolean;
  readonly keysSupported: boolean;
  /** Each names its signature algorithm with the parameters that it has. */
  readonly algorithmsPlain: boolean;
  /** The path that leads from the leaf to the first certificate is the array itself. */
  readonly isPath: boolean;
  readonly mayIssue: boolean;
  /** Some certificate limits the names that may follow. */
  readonly constrainsNames: boolean;
  /** Extensions that are critical and that the checks do not act upon, by their object identifiers. */
  readonly otherCritical: readonly string[];
  /** Every signature holds, the root's own among them. */
  readonly verifies: boolean;
  /** From when to when all are valid, in milliseconds since 1970. */
  readonly valid: { readonly from: number; readonly to: number };
  /** The last certificate is for the root key of the chain. */
  readonly isForRootKey: boolean;
}

/** What a device claims of itself; nobody but its own chain vouches for it. */
export interface DeviceInfoClaims {
  readonly isMap: boolean;
  readonly unknownFields: readonly string[];
  readonly texts: Readonly<Record<DeviceText, Field<string>>>;
  readonly patchLevels: readonly Field<string>[];
  readonly vbmetaDigest: Field<string>;
  readonly fused: Field<string>;
  readonly version: Field<string>;
}

export const deviceTexts = [
  'brand',
  'manufacturer',
  'product',
  'model',
  'device',
  'vb_state',
  'bootloader_state',
  'os_version',
  'security_level',
] as const;
export type DeviceText = (typeof deviceTexts)[number];

/** What is known of a request of version 2 that somebody could open. */
export interface Version2Facts {
  /**
   * Every part is what it should be: two descriptions, the verified one sorted and of its version, a challenge, data that
   * was encrypted, and in it what is signed and a chain.
   */
  readonly isOpen: boolean;
}

/** A request for certificates: a chain, and what its leaf key has signed. */
export interface RequestFacts {
  readonly fault: EncodingFault | undefined;
  /** Version 2 begins with what the device says of itself, later ones with a number. */
  readonly isVersion2: boolean;
  /** Given where it was opened. */
  readonly version2?: Version2Facts;
  readonly version: Field<string>;
  readonly length: number;
  readonly chain: ChainFacts;
  readonly udsCertsIsMap: boolean;
  readonly udsPaths: readonly UdsPathFacts[];
  readonly signed: SignedFacts;
  readonly signedData: {
    readonly fault: EncodingFault | undefined;
    readonly isPair: boolean;
    readonly challenge: Field<string>;
  };
  readonly payload: {
    readonly fault: EncodingFault | undefined;
    readonly isArray: boolean;
    readonly version: Field<string>;
    readonly certificateType: Field<string>;
    readonly deviceInfo: DeviceInfoClaims;
    /** The keys that are to be certified, if they are an array. */
    readonly keysToSign: readonly KeyFacts[] | undefined;
  };
}

/** What one stage of boot hands to the next: its two secrets, and the chain that vouches for it. */
export interface HandoverFacts {
  readonly fault: EncodingFault | undefined;
  /** A map of the two secrets, and the chain or nothing. */
  readonly isHandover: boolean;
  readonly hasSecrets: boolean;
  readonly chain: ChainFacts | undefined;
  /** The leaf key is the one that the attestation secret gives. */
  readonly leafKeyIsDerived: boolean;
}
