/** What is there for a clause besides its sentence: guards and checks, properties, counterexamples. */
import { readdirSync, readFileSync } from 'node:fs';
import { isAboutEvidence, parseEvidence } from '../../mutants/evidence/file.ts';
import { isAboutImage, parseImage } from '../../mutants/images/file.ts';
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import type { Verifier } from '../../spec/evidence/verifiers.ts';
import { wordsOf } from '../../spec/language/words.ts';
import type { Profile } from '../../spec/profile.ts';
import type { SourceFile } from './requirements.ts';

/**
 * One guard of one call, or one effect that stands even on failure, in whichever profiles have it; or a check of
 * evidence.
 */
export interface GuardUse {
  readonly clause: string;
  readonly call: string;
  readonly kind: 'must' | 'onFailure' | 'check';
  /** What it asks, does on failure or denies for, in the words of each profile. */
  readonly words: readonly string[];
  readonly profiles: readonly string[];
  readonly waiver?: string;
}

export interface PropertyUse {
  readonly clause: string;
  readonly kind: string;
  readonly statement: string;
  readonly file: string;
}

export interface CounterexampleUse {
  readonly name: string;
  readonly file: string;
  /** The clause that breaks. */
  readonly breaks: string;
  /** The law, in its words, where sequences of calls break it. */
  readonly property?: string;
  /** The guard that is left out; absent where a fault of the reference model or of a verifier breaks the clause. */
  readonly without?: { readonly call: string; readonly clause: string };
  readonly fault?: string;
  /** The clause by which it is refused without the fault. */
  readonly refusedBy?: string;
}

/** A counterexample is about a clause that it breaks, one that it is without, or one that would have refused it. */
export const isAbout = (id: string, { breaks, without, refusedBy }: CounterexampleUse): boolean =>
  [breaks, without?.clause, refusedBy].includes(id);

export interface Evidence {
  readonly guards: readonly GuardUse[];
  readonly properties: readonly PropertyUse[];
  readonly counterexamples: readonly CounterexampleUse[];
}

/** The guards of all profiles, each once per call. */
export function guardUses(profiles: readonly Profile[]): GuardUse[] {
  const uses = new Map<string, GuardUse>();
  for (const { name, rules } of profiles) {
    for (const { call, guards } of rules.values()) {
      for (const step of guards) {
        const key = `${call} ${step.clause}`;
        const before = uses.get(key);
        const words =
          step.kind === 'must'
            ? `${wordsOf(step.condition)}, else ${step.error}`
            : `also on failure: ${wordsOf(step.effect)}`;
        const waiver = before?.waiver ?? (step.kind === 'must' ? step.waiver : undefined);
        uses.set(key, {
          clause: step.clause,
          call,
          kind: step.kind,
          words: [...new Set([...(before?.words ?? []), words])],
          profiles: [...new Set([...(before?.profiles ?? []), name])],
          ...(waiver === undefined ? {} : { waiver }),
        });
      }
    }
  }
  return [...uses.values()];
}

/** The checks of all verifiers, each once per verifier. */
export const checkUses = (verifiers: readonly Verifier[]): GuardUse[] =>
  verifiers.flatMap(({ name, checks }) =>
    [...new Set(checks.map(({ clause }) => clause))].map((clause) => ({
      clause,
      call: `appraise ${name}`,
      kind: 'check' as const,
      words: [...new Set(checks.filter((one) => one.clause === clause).map(({ reason }) => `denied, for ${reason}`))],
      profiles: [],
    })),
  );

/**
 * The properties, each once, with the file in which it stands: the first of the files given whose text has its words,
 * or else its clause.
 */
export function propertyUses(
  properties: readonly Omit<PropertyUse, 'file'>[],
  files: readonly SourceFile[],
): PropertyUse[] {
  const found = new Map<string, PropertyUse>();
  for (const { clause, kind, statement } of properties) {
    const file =
      files.find(({ text }) => text.includes(statement)) ?? files.find(({ text }) => text.includes(`'${clause}'`));
    found.set(`${clause} ${kind} ${statement}`, { clause, kind, statement, file: file?.path ?? 'properties' });
  }
  return [...found.values()];
}

/** The counterexamples among files, and one problem for each file that is none. */
export function counterexampleUses(files: readonly SourceFile[]): {
  uses: CounterexampleUse[];
  problems: string[];
} {
  const uses: CounterexampleUse[] = [];
  const problems: string[] = [];
  for (const { path, text } of files) {
    const parse = isAboutEvidence(text) ? parseEvidence : isAboutImage(text) ? parseImage : parseCounterexample;
    const parsed = parse(text);
    if (typeof parsed === 'string') problems.push(`${path}:1: ${parsed}`);
    else {
      const { name, breaks, fault } = parsed;
      uses.push({
        name,
        file: path,
        breaks,
        ...(fault !== undefined && { fault }),
        ...('property' in parsed && { property: parsed.property }),
        ...('without' in parsed && parsed.without && { without: parsed.without }),
        ...('refused' in parsed && parsed.refused && { refusedBy: parsed.refused.clause }),
      });
    }
  }
  return { uses, problems };
}

/** The files under a folder of the repository whose names end so, in order, with paths from the root. */
export function readFiles(root: URL, folder: string, ending: string): SourceFile[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(ending) && !path.endsWith('.test.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));
}
