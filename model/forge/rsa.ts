/** The RSA key of an authority that never was: short, since nothing but tests is signed with it. */
import { unhex, unsigned } from '../bytes.ts';
import type { RsaKey } from '../x509/rsa.ts';

const number = (...digits: readonly string[]): bigint => unsigned(unhex(digits.join('')));

export const rsa: RsaKey = {
  keyKind: 'RSA',
  exponent: 65_537n,
  modulus: number(
    'dd4997697b49e345afe84071e16696056954583a85dc18931953df42480cfa61',
    '1f9c77058c8912312851b36bc6cc44f4b6c967f122bdf32fa4f4de81aee0c11e',
    'd29d5fcf20c7d65d851a7f3cbd3b1762477985e5d96b4108ee4c921ef832ac3a',
    '6865d87417f60fe155f614e779c22b12f7cdccb03e569318fb3c3345fa137ccb',
  ),
  secret: number(
    'd748b44cc3cc5396c5976fb31b35e1b82c0c09b60deadde1a65f69b22344b506',
    '6e699b85c37ecb3b15ddbe6f993dbbcc545447925a59705126ebafd97cd85e28',
    '1e53add7197b71a8a25718b2ce14a522fa83605ee2816bac2a8a02554740d206',
    '0a087829dd02a00b83bcf03a4d16253fe7f3a3cd4ff1abc07835aba9604ee689',
  ),
};
