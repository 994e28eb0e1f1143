export type ClauseId = string;
export interface Clause { readonly id: string; readonly chapter: string; readonly section: string; readonly text: string; readonly status: string; readonly upheldBy: string; readonly survives: string; readonly sources: readonly string[]; readonly rows: readonly string[] }
export const clauses: Readonly<Record<ClauseId, Clause>> = {};
