/** Headers that are just sound, and some that are just not. */
import { unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { headerLabels } from '../../../model/cose/sign1.ts';
import { replaced } from '../../../model/forge/tamper.ts';
import { set } from '../forgeries/forgery.ts';
import { unprotected } from '../forgeries/keys.ts';
import type { Edge } from './edge.ts';
import { anEntry, edges } from './edge.ts';

const inside = (value: Cbor, label: Cbor) => anEntry({ header: set(label, value) });
const outside = (value: Cbor, label: Cbor) => anEntry(unprotected([label, value]));

type Values = Readonly<Record<string, Cbor>>;

const common = [inside, outside].flatMap((make, at): readonly Edge[] => {
  const where = at === 0 ? 'protected' : 'unprotected';
  const words = (all: Values): Values =>
    Object.fromEntries(Object.entries(all).map(([what, value]) => [`the ${where} header has ${what}`, value]));
  const of = (label: number, believed: Values, denied: Values) =>
    edges('COSE-HEADER-FORM', (value: Cbor) => make(value, label), words(believed), words(denied));
  return [
    ...of(
      headerLabels.contentType,
      {
        'a content type of 0': 0,
        'a content type of 63': 63,
        'a content type in words': 'text/plain',
        'a content type in two words': 'text/plain; charset=utf-8',
      },
      {
        'a content type of -1': -1,
        'a content type of 64': 64,
        'a content type of null': null,
        'a content type without a subtype': 'text',
        'a content type of three parts': 'text/plain/utf-8',
        'a content type with a space in front': ' text/plain',
      },
    ),
    ...of(headerLabels.kid, { 'a key identifier': unhex('01') }, { 'a text for a key identifier': 'key' }),
    ...of(headerLabels.iv, { 'an IV': unhex('01') }, { 'an empty IV': unhex(''), 'a number for an IV': 1 }),
    ...of(headerLabels.partialIv, { 'a partial IV': unhex('01') }, { 'an empty partial IV': unhex('') }),
    ...edges(
      'COSE-SIGN1-FORM',
      (label: Cbor) => make(1, label),
      words({ 'the greatest label': 2n ** 63n - 1n, 'the least label': -(2n ** 63n) }),
      words({ 'a label one above': 2n ** 63n }),
    ),
  ];
});

const empty = unhex('');
const signature = unhex('01');
const countersigned = (value: Cbor) => outside(value, headerLabels.counterSignature);
const sound: Cbor = [empty, new Map(), signature];

const forms = edges(
  'COSE-HEADER-FORM',
  countersigned,
  {
    'there is a countersignature': sound,
    'there are two countersignatures': [sound, sound],
    'its protected header is an empty map': [encode(new Map()), new Map(), signature],
    'both of its headers have parameters': [encode(new Map([[4, signature]])), new Map([[99, 1]]), signature],
  },
  {
    'a countersignature has two parts': [empty, new Map()],
    'a countersignature has four parts': [empty, new Map(), signature, null],
    'an array of countersignatures is empty': [],
    'a countersignature is a byte string': signature,
    'the second of two countersignatures is none': [sound, null],
    'a countersignature is signed with a text': [empty, new Map(), 'signature'],
    'its protected header is a list': [encode([]), new Map(), signature],
    'its other header is null': [empty, null, signature],
    'its protected header has an empty key identifier': [encode(new Map([[4, empty]])), new Map(), signature],
    'its other header has an empty key identifier': [empty, new Map([[4, empty]]), signature],
    'its other header has a label of 65 bits': [empty, new Map([[2n ** 63n, 1]]), signature],
  },
);

/** So many countersignatures, each in the protected header of the one around it. */
export function within(count: number): Cbor {
  let header = empty;
  for (let at = 1; at < count; at++) {
    header = encode(new Map([[headerLabels.counterSignature, [header, new Map(), signature]]]));
  }
  return [header, new Map(), signature];
}
const depths = edges(
  'COSE-HEADER-FORM',
  (count: number) => countersigned(within(count)),
  { 'sixteen countersignatures stand one within the other': 16 },
  { 'seventeen countersignatures stand one within the other': 17 },
);

/** A countersignature is the place where a header may name any algorithm, and what is critical. */
const naming = (label: number) => (value: Cbor) => countersigned([empty, new Map([[label, value]]), signature]);

const algorithms = edges(
  'COSE-HEADER-FORM',
  naming(headerLabels.alg),
  {
    'the algorithm of a countersignature is ES256': -7,
    'the algorithm of a countersignature is in words': 'ES256',
    "the algorithm of a countersignature is the first that is anybody's": -65_537,
    "the algorithm of a countersignature is the last that is anybody's": -(2n ** 63n),
  },
  {
    'the algorithm of a countersignature is not registered': 8,
    'the algorithm of a countersignature is -65536': -65_536,
    'the algorithm of a countersignature is null': null,
  },
);

const critical = edges(
  'COSE-HEADER-FORM',
  naming(headerLabels.crit),
  {
    'the algorithm is critical for a countersignature': [1],
    'what is critical for a countersignature is in words': ['note'],
  },
  {
    'nothing is critical for a countersignature': [],
    'what is critical for a countersignature has no meaning': [8],
    'what is critical for a countersignature is no list': 1,
  },
);

/** No signature covers that header, so that the least number of 64 bits can be made one less. */
const below = (make: Edge['make']): Edge['make'] => {
  const [least, oneLess] = [unhex('3b7fffffffffffffff'), unhex('3b8000000000000000')];
  return (device) => replaced(make(device), least, oneLess);
};
const least = -(2n ** 63n);
const tooLittle = [
  ...edges('COSE-SIGN1-FORM', below, {}, { 'the unprotected header has a label one below': outside(1, least) }),
  ...edges('COSE-HEADER-FORM', below, {}, { 'an algorithm has 65 bits': naming(headerLabels.alg)(least) }),
];

export const headerEdges: readonly Edge[] = [...common, ...forms, ...depths, ...algorithms, ...critical, ...tooLittle];
