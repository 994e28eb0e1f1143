/**
 * The part of a configuration that a payload runs in: the files that it can name, with what the policy and the mounts
 * of the guest say of each. The policy is data here; which files there are is up to a scope.
 */
export interface GuestFile {
  readonly name: string;
  /** What the policy grants the payload on files of this type. */
  readonly allows: readonly ('read' | 'write' | 'execute')[];
  /** It lies in a file system that is mounted non-executable. */
  readonly noExec: boolean;
  /** Secrets of the stage before can be read from it. */
  readonly secret: boolean;
}

export interface InsideConfig {
  readonly files: readonly GuestFile[];
  /** Memory areas of the payload that are followed. */
  readonly areas: number;
  /** Whoever starts the payload has left it the capability to administer the system. */
  readonly capable?: boolean;
}

/** A configuration in which no payload runs. */
export const noInside: InsideConfig = { files: [], areas: 0 };

/** In the place of a file: none, which is anonymous memory. */
export const anonymousOf = ({ files }: InsideConfig): number => files.length;
