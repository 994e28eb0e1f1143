/** The check that a section lists the clauses of a call in the order in which its guards are asked. */
import type { Profile } from '../../spec/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { type Place, problemAt } from './markdown.ts';

/** What the check reads of a clause: its section, in the order of the prose. */
export interface Listed {
  readonly id: string;
  readonly chapter: string;
  readonly section: string;
}

/** Neighbours that are asked the other way round than their section lists them, and where. */
export const turned: readonly (readonly [first: string, second: string, where: string])[] = [
  ['RUN-CODE-EXECUTABLE', 'RUN-RECORD', 'calls of a guest keep the record last, behind the checks that can end them'],
  ['INIT-VCPU-NEXT', 'INIT-VCPU-PINNABLE', 'Linux 6.12 compares the index before and after it pins'],
  ['INIT-VM-PGD-ORDER', 'INIT-VM-PGD-DONATED', 'Android checks the alignment before it takes the pages'],
  ['RECLAIM-DYING-WHOLE', 'RECLAIM-DYING-MAPPED', 'Android checks the size of the entry before its content'],
  ['IOMMU-MAP-RANGE', 'IOMMU-MAP-DEVICE', 'Android as shipped looks at the range before it looks for the domain'],
  ['APK-RECORDED', 'APK-COUNT', 'the manager compares with its entry before it reads the configuration'],
  ['CID-ALLOCATE-FRESH', 'CID-ALLOCATE-SPENT', 'an allocator that never reuses looks for a fresh CID first'],
  ['LOADER-STAGE', 'LOADER-VERIFIED', 'each call of a boot asks for its stage first'],
  ['AVB-RAMDISK', 'TREE-READABLE', 'the code of 2026 reads the device tree last'],
  ['APEX-SIGNED', 'APK-COUNT', 'without a record the configuration is read when all APEXes are verified'],
];

/** One problem for each pair of neighbouring guards that a section lists the other way round. */
export function checkOrder(
  clauses: readonly Listed[],
  profiles: readonly Pick<Profile, 'name' | 'rules'>[],
  places: ReadonlyMap<string, Place>,
): string[] {
  const known = new Map(clauses.map((clause, at) => [clause.id, { ...clause, at }]));
  const problems = profiles.flatMap(({ name, rules }) =>
    [...rules.values()].flatMap((rule) =>
      neighboursIn(rule).flatMap(([one, next]) => {
        const [first, second] = [known.get(one), known.get(next)];
        if (first?.chapter !== second?.chapter || first?.section !== second?.section) return [];
        if (!first || !second || first.at <= second.at || isTurned(one, next)) return [];
        const text = `${next}: is listed before ${one}, and ${rule.call} of ${name} asks for ${one} first`;
        return [problemAt(places.get(next) ?? { path: '', line: 1 }, text)];
      }),
    ),
  );
  return [...new Set(problems)];
}

const neighboursIn = ({ guards }: Rule): (readonly [string, string])[] =>
  guards.slice(1).map((step, i) => [guards[i]?.clause ?? '', step.clause] as const);

const isTurned = (first: string, second: string): boolean =>
  turned.some(([one, other]) => one === first && other === second);
