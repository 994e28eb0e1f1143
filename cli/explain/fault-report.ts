import type { Scenes } from './scenes.ts';

/** What `explain` says of a planted fault. */
export interface FaultReport {
  /** What is lost by it, and the mistake. */
  readonly title: string;
  readonly mistake: string;
  readonly known: string | undefined;
  /** After how many calls something broke, and the law that says so. */
  readonly broken: { readonly length: number; readonly statement: string } | undefined;
  readonly lines: readonly string[];
  /** The run as data, and the lines below it, where it is one of the rules. */
  readonly scenes?: Scenes;
  readonly ending?: readonly string[];
}
