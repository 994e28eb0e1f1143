/** `pvm-spec merge DIR`: what all shards of a run show together, as if one machine had made it. */
import type { Command } from 'commander';
import { mergeComplete } from '../complete/merge.ts';
import { mergeHunt } from '../hunt/merge.ts';
import { fail } from '../output.ts';
import { mergeRaces } from '../races/merge.ts';
import { checkReports, reportOptions } from '../reports.ts';
import type { Reports } from '../reports.ts';
import { readShards } from '../shards/read.ts';
import { Screen } from '../verify/screen.ts';
import { mergeVerify } from '../verify/shard.ts';
import { reportRun } from '../verify/report.ts';

export function mergeCommand(command: Command): void {
  reportOptions(command)
    .argument('<folder>', 'with the files of all shards of one run, each from --shard i/n --out FILE')
    .action(async (folder: string, reports: Reports) => {
      checkReports(reports);
      const shards = readShards(folder);
      if (reports.html !== undefined && shards[0].of !== 'verify') fail('--html is for shards of verify');
      switch (shards[0].of) {
        case 'verify': {
          const watcher = new Screen();
          const result = await mergeVerify(shards, watcher);
          for (const chapter of result.chapters) watcher.finished(chapter);
          watcher.done();
          process.exitCode = reportRun(result, reports);
          return;
        }
        case 'races':
          process.exitCode = mergeRaces(shards);
          return;
        case 'complete':
          process.exitCode = mergeComplete(shards);
          return;
        case 'hunt':
          process.exitCode = mergeHunt(shards, reports);
          return;
      }
    });
}
