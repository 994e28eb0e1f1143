/** Verifying evidence, beside the bare signature checks of the same library in the same run; and boots as symbols. */
import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { appraise } from '../../properties/evidence/appraise.ts';
import { instances } from '../../search/scopes/boot.ts';
import { allProperties } from '../../properties/chapters.ts';
import { attestation } from '../../search/scopes/attestation.ts';
import { Walk } from '../../search/generate/walk.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { concat } from '../../model/bytes.ts';
import { itemsOf } from '../../model/cbor/parts.ts';
import { readKey } from '../../model/cose/key.ts';
import type { PublicKey } from '../../model/cose/key.ts';
import { readSign1, signedBytes } from '../../model/cose/sign1.ts';
import { claims } from '../../model/dice/labels.ts';
import { decode, isBytes, isMap } from '../../model/cbor/decode.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import { attest15 } from '../../spec/profiles/attest-15.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';

const folder = new URL('../../model/vectors/hwtrust/dice/', import.meta.url);
const noData = new Uint8Array();

/** What a signature check takes, and nothing else. */
interface Bare {
  readonly keyKind: PublicKey['keyKind'];
  readonly point: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

function signaturesIn(chain: Uint8Array): Bare[] {
  const [root = noData, ...entries] = itemsOf(chain) ?? [];
  let key = readKey(root).key;
  return entries.map((entry) => {
    const message = readSign1(entry);
    if (message === undefined || key === undefined) throw new Error('unreachable: the chain is sound');
    const { keyKind, raw } = key;
    const payload = decode(message.payload);
    const next = isMap(payload) ? payload.get(claims.subjectKey) : undefined;
    key = isBytes(next) ? readKey(next).key : undefined;
    const point = keyKind === 'Ed25519' ? raw : concat(Uint8Array.of(0x04), raw);
    return { keyKind, point, message: signedBytes(message, noData), signature: message.signature };
  });
}

const holds = ({ keyKind, point, message, signature }: Bare): boolean =>
  keyKind === 'Ed25519'
    ? ed25519.verify(signature, message, point, { zip215: false })
    : p256.verify(signature, message, point, { lowS: false, format: 'compact' });

/** Microseconds of processor time for each of several things, done in turns so that a slow moment hits all alike. */
function costs(turns: number, things: readonly (() => void)[]): number[] {
  const spent = things.map(() => 0);
  for (let turn = -turns / 4; turn < turns; turn++) {
    things.forEach((thing, at) => {
      const before = process.cpuUsage();
      thing();
      const { user, system } = process.cpuUsage(before);
      if (turn >= 0) spent[at] = (spent[at] as number) + user + system;
    });
  }
  return spent.map((sum) => sum / turns);
}

const perSecond = (microseconds: number): string => Math.round(1e6 / microseconds).toLocaleString('en-US');

/** What the bench says of evidence, line by line. */
export function* evidence(): Generator<string> {
  yield 'chains per second of one core, and the bare signature checks in them';
  for (const name of ['valid_ed25519', 'valid_p256']) {
    const chain = new Uint8Array(readFileSync(new URL(`${name}.chain`, folder)));
    const bare = signaturesIn(chain);
    const options = { ...defaultOptions, allowAnyMode: true };
    const changed = chain.with(chain.length - 1, (chain.at(-1) as number) ^ 1);
    const [whole = 0, signatures = 0, mutated = 0] = costs(160, [
      () => appraise(chain, options),
      () => bare.every(holds),
      () => appraise(changed, options),
    ]);
    const ratio = (whole / signatures).toFixed(2);
    yield `  ${`${name}, ${bare.length} entries`.padEnd(28)}${perSecond(whole).padStart(8)}   bare ${perSecond(signatures).padStart(8)}   cost ${ratio} times   last byte changed ${perSecond(mutated).padStart(8)}`;
  }
  yield 'sequences of 100 calls per second, every law judged';
  yield `  boots                       ${perSecond(walkCost(avf15, instances)).padStart(8)}`;
  yield `  attestations                ${perSecond(walkCost(attest15, attestation)).padStart(8)}`;
}

function walkCost(profile: Profile, scope: Scope): number {
  const system = new TransitionSystem(profile, scope.config);
  const walk = new Walk(system, scope, allProperties(system));
  let seed = 0;
  const [cost = 0] = costs(1000, [() => walk.run(seed++, 100)]);
  return cost;
}
