/** Randomness: what has been drawn once is never drawn again, for as long as anything shows it. */
import type { Device } from './device.ts';

/** The lowest random salt that no disk, no VM, nothing sealed and no attacker has seen; none if there is none. */
export function freshSalt({ pieces, disks, vm, sealed, knownSecrets }: Device): number | undefined {
  const bearers = [...(vm === undefined ? [] : [vm.bearer]), ...sealed];
  const secrets = [
    ...bearers.flatMap(({ secret }) => (secret === undefined ? [] : [secret])),
    ...disks.flatMap(({ payload }) => (typeof payload === 'string' ? [] : [payload.key])),
    ...knownSecrets,
  ];
  const recorded = disks.flatMap(({ firmware }) => (typeof firmware === 'string' ? [] : [firmware.body.salt]));
  const seen = new Set([...secrets.map(({ salt }) => salt), ...recorded]);
  return Array.from({ length: pieces.randomSalts }, (_, i) => pieces.ids + i).find((salt) => !seen.has(salt));
}

/** The lowest secret that Secretkeeper has given to nobody. */
export function freshKeeperSecret({ secretkeeper, vm, sealed }: Device): number {
  const given = new Set([
    ...[...secretkeeper.values()].map(({ secret }) => secret),
    ...[...(vm === undefined ? [] : [vm.bearer]), ...sealed].map(({ keeperSecret }) => keeperSecret),
  ]);
  let secret = 0;
  while (given.has(secret)) secret++;
  return secret;
}
