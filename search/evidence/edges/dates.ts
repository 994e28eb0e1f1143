/** When certificates for a root key are just valid. */
import type { PublicKey } from '../../../model/cose/key.ts';
import type { Issued } from '../../../model/forge/uds.ts';
import { issue, manufacturerKey } from '../../../model/forge/uds.ts';
import type { Edge } from './edge.ts';
import { aRequest, edges } from './edge.ts';

type Path = (key: PublicKey) => readonly Uint8Array[];
/** A request whose root key such a path vouches for. */
export const along = (path: Path) => aRequest({ udsCerts: (key) => new Map([['maker', path(key)]]) });

export const maker = manufacturerKey('maker');
const model = manufacturerKey('model');
export const self = { issuer: 'maker', subject: 'maker', key: maker, signer: maker } as const;
const ofModel = { issuer: 'maker', subject: 'model', key: model, signer: maker } as const;
const ofDevice = { issuer: 'model', subject: 'device', signer: model } as const;

/** The three usual certificates, some of them otherwise. */
export const three =
  (top: Partial<Issued>, between: Partial<Issued> = {}, last: Partial<Issued> = {}): Path =>
  (key) => [
    issue({ ...self, authority: {}, ...top }),
    issue({ ...ofModel, authority: { pathLength: 0 }, ...between }),
    issue({ ...ofDevice, key, ...last }),
  ];

const since = (notBefore: string, notAfter = '491231235959Z'): Partial<Issued> => ({
  validity: { notBefore, notAfter },
});
const until = (notAfter: string): Partial<Issued> => since('240101000000Z', notAfter);
export const dateEdges: readonly Edge[] = [
  ...edges(
    'UDS-VALID',
    along,
    {
      'the last is valid from that second on': three({}, {}, since('260101000000Z')),
      'the last is valid up to that second': three({}, {}, until('260101000000Z')),
      'the root is valid from that second on': three(since('260101000000Z')),
      'the last is valid since 1950': three({}, {}, since('500101000000Z')),
      'the last is valid up to 2052, with four digits': three({}, {}, until('20520101000000Z')),
    },
    {
      'the last is valid from a second later on': three({}, {}, since('260101000001Z')),
      'the last was valid up to a second before': three({}, {}, until('251231235959Z')),
      'the root was valid up to a second before': three(until('251231235959Z')),
      'the root is valid from a second later on': three(since('260101000001Z')),
      'the one in between was valid up to a second before': three({}, until('251231235959Z')),
      'the one in between is valid from a second later on': three({}, since('260101000001Z')),
      'the last was valid up to 1950': three({}, {}, since('500101000000Z', '500102000000Z')),
    },
    'in 2026',
  ),
  ...edges(
    'UDS-VALID',
    along,
    { 'the last was valid up to 1950, and nobody asks': three({}, {}, since('500101000000Z', '500102000000Z')) },
    {},
  ),
];
