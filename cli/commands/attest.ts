/**
 * `pvm-spec attest verify FILE…`: is this evidence believed, and if not, by which clause? A path of X.509 certificates is
 * a key attestation, and everything else a chain, a handover or a request.
 */
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import { asSpecified } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import type { Verdict } from '../../spec/evidence/chain.ts';
import type { Instance, Options, ProfileVersion } from '../../spec/evidence/options.ts';
import { profileRanges, profileVersions } from '../../spec/evidence/options.ts';
import { appraise } from '../../properties/evidence/appraise.ts';
import type { Appraisal } from '../../properties/evidence/appraise.ts';
import { readEvidenceFile, UnreadableInput } from '../attest/input.ts';
import type { NamedEvidence } from '../attest/input.ts';
import { appraiseKeyPath, certificatesIn, keyPolicyOf, linesOfKey } from '../attest/key.ts';
import type { KeyFlags } from '../attest/key.ts';
import { rowsOf, tableOf } from '../attest/table.ts';
import { whyUnread } from '../input.ts';
import { exitStatus, fail, print, warn } from '../output.ts';

const instances: readonly Instance[] = ['default', 'strongbox', 'avf', 'widevine'];

interface Flags extends KeyFlags {
  readonly allowAnyMode?: true;
  readonly instance?: string;
  readonly profiles: string;
  readonly markers: string;
  readonly at?: string;
  readonly verifier?: string;
  readonly json?: true;
}

export function attestCommand(attest: Command): void {
  attest
    .command('verify')
    .description(
      'read a DICE chain, a handover, a request for certificates or a key attestation, and decide whether it is believed',
    )
    .argument(
      '<file...>',
      'evidence, as bytes, as base64 or as JSON of a factory; certificates of a key in PEM or DER, its own first',
    )
    .option('--allow-any-mode', 'take modes other than normal')
    .option('--instance <kind>', `who asks: ${instances.join(', ')}; by default what a factory names, else default`)
    .option('--profiles <range>', `${Object.keys(profileRanges).join(', ')}, or FIRST..LAST`, 'vsr16')
    .option('--markers <rule>', 'RKP VM markers of others: reserved, or anywhere without a gap', 'reserved')
    .option('--at <date>', 'require X.509 certificates to be valid then; otherwise their times are passed over')
    .option('--verifier <name>', `judge as another does: ${appraisers.map(({ name }) => name).join(', ')}`)
    .option('--root <file...>', 'key attestation: the roots that are trusted')
    .option('--challenge <hex>', 'key attestation: the challenge that was sent')
    .option('--boot-key <hex...>', "key attestation: keys of systems that are as good as the vendor's")
    .option('--revoked <serial...>', 'key attestation: serial numbers that were taken back')
    .option('--json', 'one JSON object for each piece of evidence')
    .action(async (files: string[], flags: Flags) => {
      const options = optionsOf(flags);
      let status: number = exitStatus.holds;
      for (const file of files) status = Math.max(status, await verifyFile(file, options, flags));
      process.exitCode = status;
    });
}

async function verifyFile(file: string, options: Options, flags: Flags): Promise<number> {
  const appraiser = appraiserNamed(flags.verifier);
  const found = await read(file);
  if (found === undefined) return exitStatus.usage;
  let status: number = exitStatus.holds;
  for (const evidence of found) {
    const path = certificatesIn(evidence.bytes);
    if (path !== undefined) {
      status = Math.max(status, verifyKey(evidence.name, path, options, flags));
      continue;
    }
    const instance = instances.find((one) => one === (flags.instance ?? evidence.instance)) ?? options.instance;
    const appraisal = appraise(evidence.bytes, { ...options, instance }, appraiser);
    print(flags.json ? JSON.stringify(reportOf(evidence, appraisal)) : describe(evidence, appraisal).join('\n'));
    status = Math.max(status, statusOf(appraisal));
  }
  return status;
}

function verifyKey(name: string, path: readonly Uint8Array[], { at }: Options, flags: Flags): number {
  const policy = keyPolicyOf(flags, at);
  if (typeof policy === 'string') fail(policy);
  const { facts, verdict } = appraiseKeyPath(path, policy);
  const kind = 'key attestation';
  if (flags.json) print(JSON.stringify({ name, kind, verdict, described: facts.described ?? null }));
  else {
    const lines = facts.isReadable ? linesOfKey(facts, policy) : [];
    print([`${name}: ${kind}`, ...lines.map((line) => `  ${line}`), `${name}: ${formatVerdict(verdict)}`].join('\n'));
  }
  return verdict.kind === 'denied' ? exitStatus.violated : exitStatus.holds;
}

async function read(file: string): Promise<readonly NamedEvidence[] | undefined> {
  try {
    return await readEvidenceFile(file);
  } catch (error) {
    warn(error instanceof UnreadableInput ? `cannot read ${file}: ${error.message}` : whyUnread(file, error));
    return undefined;
  }
}

function optionsOf({ allowAnyMode, instance, profiles, markers, at }: Flags): Options {
  if (instance !== undefined && !instances.includes(instance as Instance)) {
    fail(`--instance takes one of ${instances.join(', ')}, got ${instance}`);
  }
  if (markers !== 'reserved' && markers !== 'anywhere') fail(`--markers takes reserved or anywhere, got ${markers}`);
  const time = at === undefined ? undefined : Date.parse(at);
  if (Number.isNaN(time)) fail(`--at takes a date such as 2026-01-31, got ${at ?? ''}`);
  return {
    profiles: rangeOf(profiles),
    allowAnyMode: allowAnyMode === true,
    instance: 'default',
    markers,
    ...(time === undefined ? {} : { at: time }),
  };
}

function appraiserNamed(name: string | undefined): Appraiser {
  if (name === undefined) return asSpecified;
  const appraiser = appraisers.find((one) => one.name === name);
  if (appraiser === undefined)
    fail(`--verifier takes one of ${appraisers.map((one) => one.name).join(', ')}, got ${name}`);
  return appraiser;
}

function rangeOf(text: string): Options['profiles'] {
  const named = Object.entries(profileRanges).find(([name]) => name === text);
  if (named) return named[1];
  const [first, last, ...more] = text.split('..').map((name) => profileVersions.indexOf(name as ProfileVersion));
  const from = profileVersions[first ?? -1];
  const to = profileVersions[last ?? -1];
  if (from === undefined || to === undefined || more.length > 0 || (first ?? 0) > (last ?? 0)) {
    fail(`--profiles takes ${Object.keys(profileRanges).join(', ')} or a range of ${profileVersions.join(', ')}`);
  }
  return [from, to];
}

function statusOf(appraisal: Appraisal): number {
  if (appraisal.kind === 'unreadable') return exitStatus.usage;
  return appraisal.verdict.kind === 'denied' ? exitStatus.violated : exitStatus.holds;
}

function describe({ name }: NamedEvidence, appraisal: Appraisal): readonly string[] {
  if (appraisal.kind === 'unreadable') return [`${name}: unreadable: ${formatFault(appraisal)}`];
  const { kind, verdict, chain } = appraisal;
  const table = chain?.isChain ? tableOf(chain) : [];
  return [`${name}: ${kind}`, ...table.map((line) => `  ${line}`), `${name}: ${formatVerdict(verdict)}`];
}

const formatFault = ({ fault, at }: Extract<Appraisal, { kind: 'unreadable' }>): string =>
  fault === undefined ? 'it is no chain, handover or request' : `not CBOR as evidence has it: ${fault} at byte ${at}`;

function formatVerdict(verdict: Verdict): string {
  if (verdict.kind !== 'denied') return verdict.kind;
  const { entry, clause, reason } = verdict;
  const where = entry === undefined ? '' : ` at entry ${entry}`;
  return `denied${where}: ${reason}\n  ${clause}: ${clauses[clause].text}`;
}

function reportOf({ name }: NamedEvidence, appraisal: Appraisal): object {
  if (appraisal.kind === 'unreadable') return { name, ...appraisal };
  const { kind, verdict, chain } = appraisal;
  return { name, kind, verdict, rootKey: chain?.rootKey.point, entries: chain ? rowsOf(chain) : [] };
}
