/**
 * `pvm-spec attest verify FILE…`: is this evidence believed, and if not, by which clause? A path of X.509 certificates is
 * a key attestation, and everything else a chain, a handover or a request.
 */
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import type { Verdict } from '../../spec/evidence/chain.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { profileRanges } from '../../spec/evidence/options.ts';
import { appraise } from '../../properties/evidence/appraise.ts';
import type { Appraisal } from '../../properties/evidence/appraise.ts';
import { readEvidenceFile } from '../attest/input.ts';
import type { NamedEvidence } from '../attest/input.ts';
import { appraiseKeyPath, certificatesIn, keyPolicyOf, linesOfKey } from '../attest/key.ts';
import type { KeyFlags } from '../attest/key.ts';
import type { OptionFlags } from '../attest/options.ts';
import { appraiserNamed, instanceNamed, instances, optionsOf } from '../attest/options.ts';
import { rowsOf, shown, tableOf } from '../attest/table.ts';
import { exitStatus, fail, print, warn } from '../output.ts';

interface Flags extends KeyFlags, OptionFlags {
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
      'evidence, as bytes, as base64 or as JSON of a factory; certificates of a key in PEM or DER, its own first; - for standard input',
    )
    .option('--allow-any-mode', 'take modes other than normal')
    .option('--instance <kind>', `who asks: ${instances.join(', ')}; by default what a factory names, else default`)
    .option('--profiles <range>', `${Object.keys(profileRanges).join(', ')}, or FIRST..LAST`, 'vsr16')
    .option('--markers <rule>', 'RKP VM markers of others: reserved, or anywhere without a gap', 'reserved')
    .option(
      '--at <date>',
      'require X.509 certificates to be valid then; otherwise hwtrust takes today, and others pass over their times',
    )
    .option('--verifier <name>', `judge as another does: ${appraisers.map(({ name }) => name).join(', ')}`)
    .option('--root <file...>', 'key attestation: the roots that are trusted')
    .option('--challenge <hex>', 'key attestation: the challenge that was sent')
    .option('--boot-key <hex...>', "key attestation: keys of systems that are as good as the vendor's")
    .option('--revoked <serial...>', 'key attestation: serial numbers that were taken back')
    .option('--json', 'one JSON object for each piece of evidence')
    .action(async (files: string[], flags: Flags) => {
      const appraiser = appraiserNamed(flags.verifier);
      const options = optionsOf(flags, appraiser);
      let status: number = exitStatus.holds;
      for (const file of files) status = Math.max(status, await verifyFile(file, options, appraiser, flags));
      process.exitCode = status;
    });
}

async function verifyFile(file: string, options: Options, appraiser: Appraiser, flags: Flags): Promise<number> {
  const found = await readEvidenceFile(file);
  if (typeof found === 'string') return refused(found);
  let status: number = exitStatus.holds;
  for (const evidence of found) {
    const path = certificatesIn(evidence.bytes);
    status = Math.max(
      status,
      path === undefined
        ? verifyEvidence(evidence, options, appraiser, flags)
        : verifyKey(evidence.name, path, options, flags),
    );
  }
  return status;
}

function verifyEvidence(evidence: NamedEvidence, options: Options, appraiser: Appraiser, flags: Flags): number {
  const named = flags.instance ?? evidence.instance ?? options.instance;
  const instance = instanceNamed(named);
  if (instance === undefined) {
    return refused(
      `${evidence.name} names the instance ${shown(named)}; there are ${instances.join(', ')}, and --instance takes one`,
    );
  }
  const appraisal = appraise(evidence.bytes, { ...options, instance }, appraiser);
  print(flags.json ? JSON.stringify(reportOf(evidence, appraisal)) : describe(evidence, appraisal).join('\n'));
  return statusOf(appraisal);
}

function refused(why: string): number {
  warn(why);
  return exitStatus.usage;
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
