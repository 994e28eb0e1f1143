/**
 * The same call made in a second state. Nothing is executed twice: of each line that speaks of what differs, or of what
 * is computed from it, there is a twin that speaks of the second state. What has no twin is the same in both.
 */
export class Twins {
  private readonly known = new Set<string>();
  private readonly differs: (name: string) => boolean;

  /** `differs`: the symbols that differ to begin with. */
  constructor(differs: (name: string) => boolean) {
    this.differs = differs;
  }

  /** What the second state has in place of this. */
  of(text: string): string {
    return text.replaceAll(/[^\s()]+/g, (name) => (this.known.has(name) || this.differs(name) ? `${name}~` : name));
  }

  /** The lines, each with its twin behind it. What speaks of both states already has none. */
  lines(lines: readonly string[]): string[] {
    return lines.flatMap((line) => {
      if (line.includes('~') || this.of(line) === line) return [line];
      const [command = '', name = ''] = line.slice(1).split(' ', 2);
      if (command !== 'assert') this.known.add(name);
      return [line, this.of(line)];
    });
  }
}
