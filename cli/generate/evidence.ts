/** What is there for a clause besides its sentence: guards, properties and counterexamples. */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Profile } from '../../spec/profile.ts';
import type { SourceFile } from './requirements.ts';

/** One guard of one call, or one thing that the call keeps, in whichever profiles have it. */
export interface GuardUse {
  readonly clause: string;
  readonly call: string;
  readonly kind: 'must' | 'keeps';
  readonly profiles: readonly string[];
  readonly excuse?: string;
}

export interface PropertyUse {
  readonly clause: string;
  readonly kind: string;
  readonly says: string;
  readonly file: string;
}

export interface CounterexampleUse {
  readonly name: string;
  readonly file: string;
  /** The clause that breaks. */
  readonly breaks: string;
  /** The guard that is left out; absent where a fault of the reference model breaks the clause. */
  readonly without?: { readonly call: string; readonly clause: string };
}

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
        const excuse = before?.excuse ?? (step.kind === 'must' ? step.excuse : undefined);
        uses.set(key, {
          clause: step.clause,
          call,
          kind: step.kind,
          profiles: [...new Set([...(before?.profiles ?? []), name])],
          ...(excuse === undefined ? {} : { excuse }),
        });
      }
    }
  }
  return [...uses.values()];
}

const propertyShape = z.looseObject({ clause: z.string(), kind: z.string(), says: z.string() });

/**
 * The properties among the exports of modules: objects that have `clause`, `kind` and `says`, alone or in arrays. One
 * that several modules export is given to the module whose text names its clause.
 */
export function propertyUses(modules: readonly (SourceFile & { readonly exports: object })[]): PropertyUse[] {
  const found = new Map<object, PropertyUse>();
  for (const { path, text, exports } of modules) {
    for (const value of Object.values(exports).flat() as unknown[]) {
      const parsed = propertyShape.safeParse(value);
      if (!parsed.success || typeof value !== 'object' || value === null) continue;
      const { clause, kind, says } = parsed.data;
      if (!found.has(value) || text.includes(`'${clause}'`)) found.set(value, { clause, kind, says, file: path });
    }
  }
  return [...found.values()];
}

const counterexampleShape = z.looseObject({
  name: z.string(),
  breaks: z.string(),
  without: z.looseObject({ call: z.string(), clause: z.string() }).optional(),
});

/** The counterexamples among files, and one problem for each file that is none. */
export function counterexampleUses(files: readonly SourceFile[]): {
  uses: CounterexampleUse[];
  problems: string[];
} {
  const uses: CounterexampleUse[] = [];
  const problems: string[] = [];
  for (const { path, text } of files) {
    const parsed = counterexampleShape.safeParse(parseJson(text));
    if (!parsed.success) problems.push(`${path}:1: not a counterexample: it lacks name, breaks, or a whole without`);
    else {
      const { name, breaks, without } = parsed.data;
      uses.push({
        name,
        file: path,
        breaks,
        ...(without && { without: { call: without.call, clause: without.clause } }),
      });
    }
  }
  return { uses, problems };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The files under a folder of the repository whose names end so, in order, with paths from the root. */
export function readFiles(root: URL, folder: string, ending: string): SourceFile[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(ending) && !path.endsWith('.test.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));
}

/** Every property that a module under properties/ exports. */
export async function loadProperties(root: URL): Promise<PropertyUse[]> {
  const files = readFiles(root, 'properties', '.ts');
  return propertyUses(
    await Promise.all(
      files.map(async (file) => ({ ...file, exports: (await import(new URL(file.path, root).href)) as object })),
    ),
  );
}
