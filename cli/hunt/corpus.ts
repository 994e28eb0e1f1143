/** The corpus of a hunt as files: one for each profile, a line for each call. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Campaign } from '../../search/conformance/campaign/campaign.ts';
import type { CorpusEntry } from '../../search/conformance/campaign/corpus.ts';
import { recording } from '../../search/counterexamples/finding.ts';
import { parseFile, written } from '../../search/counterexamples/format.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { whyUnread } from '../input.ts';
import { fail, print } from '../output.ts';
import { save } from '../save.ts';

const shape = z.strictObject({
  profile: z.string(),
  entries: z
    .array(
      z.strictObject({
        shows: z.string().describe('How the last call ends: `CALL done`, `CALL GUARD`, or `CALL GUARD OTHER`'),
        calls: z.array(recording.shape.calls.unwrap().element.omit({ answer: true })).min(1),
      }),
    )
    .describe('By what they show'),
});

type Corpus = z.infer<typeof shape>;

export const corpusFormat: FileFormat<Corpus> = { name: 'corpus', what: 'a corpus', version: 1, shape };

/** Seconds that are spent on making new entries short. */
const patience = 60;

export class CorpusFolder {
  private readonly file: string;
  private readonly profile: string;
  readonly entries: readonly CorpusEntry[];

  /** Ends the command where the folder cannot be used, or holds something else. */
  constructor(folder: string, profile: string) {
    this.file = join(folder, `${profile}.json`);
    this.profile = profile;
    try {
      if (existsSync(folder) && !statSync(folder).isDirectory()) fail(`--corpus takes a folder, and ${folder} is none`);
      if (!existsSync(folder)) mkdirSync(folder);
    } catch (error) {
      fail(whyUnread(folder, error));
    }
    this.entries = existsSync(this.file) ? this.read() : [];
  }

  private read(): readonly CorpusEntry[] {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      return fail(whyUnread(this.file, error));
    }
    const corpus = parseFile(corpusFormat, text);
    if (typeof corpus === 'string') return fail(`${this.file}: ${corpus}`);
    if (corpus.profile !== this.profile) return fail(`${this.file}: it is of profile ${corpus.profile}`);
    return corpus.entries;
  }

  /** Add what the hunt has seen for the first time. */
  grow(growth: ReturnType<Campaign['corpus']>['growth']): void {
    const { entries, added, left } = growth.grown(performance.now() + 1000 * patience);
    const more = left === 0 ? '' : `; ${left} more could not be made short in ${patience} s`;
    print(`corpus   ${entries.length} sequences, ${added} of them new${more}`);
    if (added > 0) save(this.file, corpusText({ profile: this.profile, entries: [...entries] } as Corpus));
  }
}

/** A line for each call, so that two corpora can be compared. */
function corpusText(corpus: Corpus): string {
  const { entries, ...head } = written(corpusFormat, corpus);
  const lines = entries.map(({ shows, calls }) => {
    const told = calls.map((call) => `      ${JSON.stringify(call)}`).join(',\n');
    return `    { "shows": ${JSON.stringify(shows)}, "calls": [\n${told}\n    ] }`;
  });
  const begin = JSON.stringify(head, null, 2).slice(0, -2);
  return `${begin},\n  "entries": [\n${lines.join(',\n')}\n  ]\n}\n`;
}
