/** The commands: what each is for, and how it is loaded. */
import type { Command } from 'commander';

interface Named {
  readonly description: string;
  /** Gives a command its arguments, its options and its action. */
  readonly load: () => Promise<(command: Command) => void>;
}

export const commands: Readonly<Record<string, Named>> = {
  verify: {
    description: 'search for call sequences that break a clause, and hold recorded answers against the spec',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  merge: {
    description: 'tell what the shards of a run show together, which were made with --shard on several machines',
    load: async () => (await import('./merge.ts')).mergeCommand,
  },
  hunt: {
    description: 'draw calls, put them to a target, and hold every answer against the spec',
    load: async () => (await import('./hunt.ts')).huntCommand,
  },
  replay: {
    description: 'run a counterexample or a finding again: exit status 1 if it still shows what it says, 0 if not',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  explain: {
    description: 'show a counterexample or a finding step by step, or a clause with all that stands behind it',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  clauses: {
    description: 'list the clauses; one id shows that clause, any other text searches',
    load: async () => (await import('./clauses.ts')).clausesCommand,
  },
  diff: {
    description: 'what one profile answers otherwise than another, each with the shortest calls that show it',
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  explore: {
    description: 'a page in which calls are made by hand: what each is answered, by which guard, and what it changes',
    load: async () => (await import('./explore.ts')).exploreCommand,
  },
  export: {
    description: 'write the rules of a profile, or a run of them, for another tool',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  trace: {
    description: 'work with recorded answers of real hypervisors',
    load: async () => (await import('./trace.ts')).traceCommand,
  },
  target: {
    description: 'what can be held against the spec',
    load: async () => (await import('./target.ts')).targetCommand,
  },
  attest: {
    description: 'work with evidence that devices and VMs send',
    load: async () => (await import('./attest.ts')).attestCommand,
  },
  image: {
    description: 'work with the images that a VM boots from',
    load: async () => (await import('./image.ts')).imageCommand,
  },
  detect: {
    description:
      'which hypervisor a device runs, by its kernel log and its properties: exit status 0 for protected KVM',
    load: async () => (await import('./detect.ts')).detectCommand,
  },
  vectors: {
    description: 'write evidence, sound and forged, with the verdict on each under each set of options, as JSON',
    load: async () => (await import('./vectors.ts')).vectorsCommand,
  },
  completion: {
    description: 'write a script that completes commands, options, profiles and clauses in a shell',
    load: async () => (await import('./completion.ts')).completionCommand,
  },
};
