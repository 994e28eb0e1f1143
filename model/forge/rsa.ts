/** The RSA key of an authority that never was: short, since nothing but tests is signed with it. */
import { unhex, unsigned } from '../bytes.ts';
import type { RsaAuthority } from '../x509/write.ts';

const number = (...digits: readonly string[]): bigint => unsigned(unhex(digits.join('')));

export const rsa: RsaAuthority = {
  keyKind: 'RSA',
  p: number(
    'f1f03bf3bc85c2cb4a67b4326465d04514589ebe3b73f1940fae93a3680d8915',
    '5554cf0bc207f6119b5936c7734b393a27b4333499458ba730fd52fe57130a6f',
  ),
  q: number(
    'ea2618494bd3f405245af86337f28e1f7a4a841ff2dc4abb7d9d7d1a31ae5324',
    '6236ed38579d4dea43012a5e036f78a260061648febd81fe4fb318203d911165',
  ),
};
