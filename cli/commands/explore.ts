/** `pvm-spec explore [FILE]`: a page in which calls are made by hand. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { loaded, mostBytes } from '../explore/load.ts';
import { serve } from '../explore/serve.ts';
import { explorerPage, style } from '../explore/shell.ts';
import type { Given } from '../explore/shell.ts';
import { fileOf, readText } from '../counterexamples.ts';
import { exitStatus, fail, print } from '../output.ts';
import { policyOf } from '../report/page.ts';
import { saved } from '../save.ts';

export function exploreCommand(explore: Command): void {
  explore
    .argument(
      '[name]',
      'a counterexample, a finding or a transcript to begin with, by its file, name, title, fault or guard',
    )
    .option('--out <file>', 'write the page instead of serving it')
    .option('--port <number>', 'the port of this machine that serves it; any that is free, where none is named')
    .action(async (what: string | undefined, { out, port }: { out?: string; port?: string }) => {
      if (out !== undefined && port !== undefined) fail('--port is for a page that is served: it is not for --out');
      const number = portOf(port ?? '0');
      const given = what === undefined ? undefined : givenIn(fileOf(what));
      const script = await explorerScript();
      const page = explorerPage(script, given);
      if (out !== undefined) {
        if (!saved(out, page)) process.exitCode = exitStatus.usage;
        return;
      }
      const served = await serve(page, policyOf(script, style), number).catch((error: unknown) =>
        fail(`cannot serve on port ${number}: ${(error as Error).message}; --port names another, --out writes a file`),
      );
      print(`${served.address}   (Ctrl-C ends it)`);
    });
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  return fail(`--port takes a number below 65536, got ${text}`);
}

/** What the page could not show is refused here. */
function givenIn(file: string): Given {
  const { size } = statSync(file);
  if (size > mostBytes) fail(`cannot load ${file}: it is larger than ${mostBytes} bytes`);
  const [name, text] = [basename(file), readText(file)];
  const found = loaded(name, text);
  return typeof found === 'string' ? fail(found) : { name, text };
}

/** What runs in the page. */
export async function explorerScript(): Promise<string> {
  const made = (await import(new URL('../explorer.mjs', import.meta.url).href)) as {
    explorerScript: () => Promise<string>;
  };
  try {
    return await made.explorerScript();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return fail('the page is made by esbuild, which is not installed: npm ci');
  }
}
