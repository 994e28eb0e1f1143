/**
 * Secrets as symbols. A sealing secret is a term over what it is derived from, and each term has one number: two
 * secrets are equal exactly when all of it is equal. That no two terms ever give the same bytes is the assumption on
 * the hash.
 */
import type { BootConfig } from './config.ts';

/** What the stage before pvmfw gives it: by the mode of the device, or bytes that are not its secrets at all. */
export const parents = ['NORMAL', 'DEBUG', 'FOREIGN'] as const;
export const regimes = ['RECORD', 'DEFERRED', 'FIXED', 'EPHEMERAL'] as const;
export const modes = ['NORMAL', 'DEBUG'] as const;

/** What a sealing secret is derived from, each as a number. */
export interface SecretTerm {
  readonly parent: number;
  readonly key: number;
  readonly mode: number;
  readonly regime: number;
  readonly salt: number;
}

/** Salts: first the hashes of the instance ids, then random ones. */
const saltsOf = (boot: BootConfig): number => boot.ids + boot.randomSalts;

export const secretsOf = (boot: BootConfig): number =>
  parents.length * boot.trusted.length * modes.length * regimes.length * saltsOf(boot);

export function secretNumber(boot: BootConfig, term: SecretTerm): number {
  const { parent, key, mode, regime, salt } = term;
  const upToRegime = ((parent * boot.trusted.length + key) * modes.length + mode) * regimes.length + regime;
  return upToRegime * saltsOf(boot) + salt;
}

export function secretTerm(boot: BootConfig, secret: number): SecretTerm {
  const salts = saltsOf(boot);
  const keys = boot.trusted.length;
  const upToRegime = Math.floor(secret / salts);
  const upToMode = Math.floor(upToRegime / regimes.length);
  const upToKey = Math.floor(upToMode / modes.length);
  return {
    parent: Math.floor(upToKey / keys),
    key: upToKey % keys,
    mode: upToMode % modes.length,
    regime: upToRegime % regimes.length,
    salt: secret % salts,
  };
}

/** The secret in words. */
export function formatSecret(boot: BootConfig, secret: number): string {
  const { parent, key, mode, regime, salt } = secretTerm(boot, secret);
  const salted = salt < boot.ids ? `id ${salt}` : `random salt ${salt - boot.ids}`;
  const from = `${(parents[parent] ?? '').toLowerCase()} device`;
  return `seal(${from}, key ${key}, ${modes[mode] ?? ''}, ${regimes[regime] ?? ''}, ${salted})`.toLowerCase();
}
