/** All generated files from all inputs, and all problems; reads and writes nothing itself. */
import type { GuardResults, ProofResult } from '../../search/prove/results.ts';
import { checkProof, provedOf, renderProof } from './proof.ts';
import { isAboutEvidence, parseEvidence } from '../../mutants/evidence/file.ts';
import { parseFinding } from '../../search/counterexamples/finding.ts';
import type { Property } from '../../properties/property.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Verifier } from '../../spec/evidence/verifiers.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import { renderAppraisers } from './appraisers.ts';
import { brokenWords, breakersOfLaws, checkBreakers } from './breakers.ts';
import type { Breakers } from '../../mutants/rules/breaker.ts';
import { nameOfLaw } from '../../mutants/rules/breaker.ts';
import { renderChecks } from './checks.ts';
import { renderHostMemory } from './host-memory.ts';
import { renderHypercalls } from './hypercalls.ts';
import { hostFields, measured } from '../../spec/profiles/host-memory-7.3.ts';
import { clausePlaces, explanationsOf, parseClauses } from './clauses.ts';
import { renderClauses } from './clauses-file.ts';
import { checkCoverage, checkGuarantees, parseClauseWaivers } from './coverage.ts';
import { checkErrors } from './errors.ts';
import { checkOrder } from './order.ts';
import { checkUses, counterexampleUses, type Evidence, guardUses, type PropertyUse } from './evidence.ts';
import { renderFindings } from './findings.ts';
import { renderGallery } from './gallery.ts';
import { type Index, renderGuards } from './guards.ts';
import { renderLaws } from './laws.ts';
import { checkWorlds, groundsOf, groundsTable } from './grounds.ts';
import type { Runs } from './grounds.ts';
import { problemAt, withBlock } from './markdown.ts';
import { renderMatrix } from './matrix.ts';
import { rowsTable } from './rows.ts';
import { renderSchemas } from './schemas.ts';
import { renderRegisters } from './registers.ts';
import { renderProfiles } from './profiles.ts';
import { checkProtocol, renderProtocol } from './protocol.ts';
import { renderCrossCheck } from './cross-check.ts';
import { renderMutationScore } from './strength.ts';
import { lastRunLines } from './two-cpus.ts';
import type { Answered } from '../answered/result.ts';
import type { Results } from '../cross-check/results.ts';
import type { CodeResult } from '../mutants/code/result.ts';
import { renderRuleMutants } from './rule-mutants.ts';
import type { Survey } from '../mutants/result.ts';
import type { LastRun } from '../pairs/last-run.ts';
import type { RaceRow } from '../strength/races/result.ts';
import type { Row } from '../strength/result.ts';
import { checkRequirements, type SourceFile } from './requirements.ts';
import { checkVectorsStrength, renderVectorsStrength } from './vectors-strength.ts';
import type { Strength } from '../../mutants/vectors/strength.ts';
import { checkGlossary, checkSources } from './words.ts';

export interface Inputs {
  /** The files of docs/spec. */
  readonly prose: readonly SourceFile[];
  readonly glossary: SourceFile;
  /** The sources of spec/, without what is generated. */
  readonly sources: readonly SourceFile[];
  /** The sources of search/, and what is told of them. */
  readonly machinery: () => readonly SourceFile[];
  readonly profiles: readonly Profile[];
  readonly verifiers: readonly Verifier[];
  readonly properties: readonly PropertyUse[];
  /** The properties of the scopes of the default run. */
  readonly judged: readonly Property[];
  /** The files of counterexamples/. */
  readonly counterexamples: readonly SourceFile[];
  /** Those of them that are plain files: logs and certificates. */
  readonly plain: readonly SourceFile[];
  /** The files of counterexamples/findings/. */
  readonly findings: readonly SourceFile[];
  /** What the last run of the proofs came to. */
  readonly proofs: () => readonly ProofResult[];
  /** What the laws say of guards that are left out. */
  readonly leftOut: () => GuardResults;
  /** Faults planted in the real hypervisor. */
  readonly planted: readonly Row[];
  /** Those that take two CPUs. */
  readonly races: readonly RaceRow[];
  readonly assurance: SourceFile;
  /** The page about two CPUs, in which the last run is shown. */
  readonly twoCpus: SourceFile;
  readonly lastRun: () => LastRun;
  /** What was judged where. */
  readonly runs: () => Runs;
  /** What another engine counted in worlds of the rules. */
  readonly crossChecked: () => Results;
  /** Mistakes planted in the rules, and the reasons why some show nowhere. */
  readonly ruleMutants: () => Survey;
  readonly codeMutants: () => CodeResult;
  /** What real hypervisors have answered. */
  readonly answered: () => readonly Answered[];
  /** Mistakes planted in a verifier of evidence, and the vectors that show them. */
  readonly vectors: () => Strength;
  /** Mistakes in the rules that break laws which no counterexample breaks. */
  readonly lawBreakers: () => Breakers;
}

/** Throws a ProseError if the clauses cannot be read, for nothing can be generated then. */
export function generate(inputs: Inputs): { outputs: SourceFile[]; problems: string[] } {
  const { prose, profiles, verifiers, sources } = inputs;
  const clauses = parseClauses(prose);
  const places = clausePlaces(prose);
  const index = indexOf(places, sources);
  const waivers = parseClauseWaivers(prose);
  const explanations = explanationsOf(prose);
  const explained = clauses.map((one) => ({ ...one, explanation: explanations.get(one.id) ?? '' }));
  const { evidence, unread } = evidenceIn(inputs);
  const isEvidence = ({ text }: SourceFile): boolean => isAboutEvidence(text);
  const judged = readable(inputs.counterexamples.filter(isEvidence), parseEvidence);
  const texts = new Map(clauses.map(({ id, text }) => [id, text]));
  const groundsFor = groundsOf(inputs.runs());
  const broken = breakersOfLaws(evidence.properties, evidence.counterexamples, inputs.lawBreakers());
  const gallery = renderGallery([...inputs.counterexamples, ...inputs.plain], { places, texts });
  return {
    outputs: [
      { path: 'spec/clauses.generated.ts', text: renderClauses(clauses) },
      { path: 'docs/registers.md', text: renderRegisters(places) },
      { path: 'docs/hypercalls.md', text: renderHypercalls(index) },
      { path: 'docs/host-memory.md', text: renderHostMemory(hostFields, measured, places) },
      ...renderGuards(profiles, index, inputs.answered()),
      ...renderLaws(inputs.judged, places, broken),
      { path: 'docs/checks.md', text: renderChecks(verifiers, index) },
      ...renderProfiles(profiles, index, appraisers),
      ...renderAppraisers(appraisers, judged, index),
      ...gallery.pages,
      ...renderSchemas(),
      ...renderFindings(readable(inputs.findings, parseFinding), places),
      { path: 'docs/protocol.md', text: renderProtocol(prose, places) },
      { path: 'docs/proof.md', text: renderProof(inputs.proofs(), inputs.leftOut(), profiles, places) },
      {
        path: inputs.assurance.path,
        text: withBlock(inputs.assurance, 'grounds', groundsTable(clauses, groundsFor, places)),
      },
      { path: inputs.twoCpus.path, text: withBlock(inputs.twoCpus, 'scenes', lastRunLines(inputs.lastRun())) },
      { path: 'docs/strength.md', text: renderMutationScore(inputs.planted, inputs.races, places) },
      { path: 'docs/vectors-strength.md', text: renderVectorsStrength(inputs.vectors(), index) },
      { path: 'docs/cross-check.md', text: renderCrossCheck(inputs.crossChecked()) },
      { path: 'docs/rule-mutants.md', text: renderRuleMutants(inputs.ruleMutants(), inputs.codeMutants()) },
      ...renderMatrix(clauses, evidence, waivers, {
        ...index,
        drawnAt: gallery.drawnAt,
        provedOf: provedOf(inputs.proofs(), profiles),
        brokenBy: new Map(broken.map((one) => [nameOfLaw(one.law), brokenWords(one, places)])),
        rows: rowsTable(prose, clauses, evidence, groundsFor, places),
      }),
    ],
    problems: [
      ...unread,
      ...checkCoverage(places, evidence, waivers),
      ...checkGuarantees(clauses, waivers),
      ...checkBreakers(broken, inputs.lawBreakers()),
      ...checkWorlds(inputs.runs()),
      ...checkProof(inputs.proofs(), inputs.leftOut(), profiles),
      ...checkRequirements(prose, clauses),
      ...checkProtocol(),
      ...checkVectorsStrength(inputs.vectors()),
      ...checkErrors(explained, profiles, verifiers, places),
      ...checkOrder(clauses, profiles, places),
      ...checkSources(prose, clauses, places),
      ...checkGlossary(inputs.glossary, [...prose, ...sources, ...inputs.machinery()]),
    ],
  };
}

/** What there is for all clauses, and one problem for each counterexample that cannot be read. */
export function evidenceIn({ profiles, verifiers, properties, counterexamples }: Inputs): {
  evidence: Evidence;
  unread: readonly string[];
} {
  const { uses, problems } = counterexampleUses(counterexamples);
  const guards = [...guardUses(profiles), ...checkUses(verifiers)];
  return { evidence: { guards, properties, counterexamples: uses }, unread: problems };
}

export const readable = <T>(files: readonly SourceFile[], parse: (text: string) => T | string): T[] =>
  files.flatMap(({ text }) => {
    const parsed = parse(text);
    return typeof parsed === 'string' ? [] : [parsed];
  });

/**
 * A call is defined in the file of its name; a guard of it, where that does not name the clause, in one that does, and
 * first of all in one that asks for it.
 */
export function indexOf(clauses: Index['clauses'], sources: readonly SourceFile[]): Index {
  const own = (call: string): string | undefined =>
    sources.find(({ path }) => path.startsWith('spec/calls/') && path.endsWith(`/${call.replaceAll('_', '-')}.ts`))
      ?.path;
  const naming = (text: string): SourceFile[] => sources.filter((file) => file.text.includes(`'${text}'`));
  const asking = (clause: string): SourceFile[] =>
    sources.filter(({ text }) => new RegExp(`\\b(?:must|keeps)\\(\\s*'${clause}'`).test(text));
  return {
    clauses,
    fileOf: (call, clause) => {
      const candidates = (clause === undefined ? naming(call) : [...asking(clause), ...naming(clause)]).map(
        ({ path }) => path,
      );
      const file = own(call) ?? naming(call)[0]?.path;
      if (clause === undefined || candidates.includes(file ?? '')) return file ?? 'spec/calls';
      return candidates[0] ?? file ?? 'spec/calls';
    },
  };
}

/** The files that are not what they should be, each with the first line that differs. */
export function staleFiles(outputs: readonly SourceFile[], read: (path: string) => string | undefined): string[] {
  return outputs.flatMap(({ path, text }) => {
    const before = read(path)?.split('\n');
    const after = text.split('\n');
    if (before === undefined) return [problemAt({ path, line: 1 }, 'is missing; run npm run generate')];
    if (before.join('\n') === text) return [];
    const line = after.findIndex((one, at) => one !== before[at]);
    return [problemAt({ path, line: (line < 0 ? after.length : line) + 1 }, 'is out of date; run npm run generate')];
  });
}
