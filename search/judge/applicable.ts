/** Whether the calls of a system can bring about what a property is about. */
import { isAbout } from '../../properties/property.ts';
import type { Entity, Property } from '../../properties/property.ts';
import { fields } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Layout } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';

/** The families of fields that a step touches when it touches a member of a family of entities. */
const familiesOf: Readonly<Record<Exclude<Entity, 'machine'>, ReadonlySet<string>>> = {
  page: new Set(['page', 'word']),
  mapping: new Set(['mapping']),
  vm: new Set(['vm']),
  vcpu: new Set(['vcpu']),
  cpu: new Set(['cpu']),
};

/** What is said of steps needs a call that it is about; what is said of members of a family, one that writes there. */
export function isApplicable({ rules, layout }: TransitionSystem, property: Property): boolean {
  if ('needs' in property && !rules.has(property.needs)) return false;
  const about = [...rules.values()].filter((rule) => property.kind === 'always' || isAbout(property, rule));
  const over = 'over' in property ? property.over : 'call';
  if (over === 'call' || over === 'machine') return about.length > 0;
  const written = about.flatMap(({ rule }) => rule.effects.flatMap((effect) => [...touchesOf(effect).writes]));
  return written.some((field) => isOver(layout, field, familiesOf[over]));
}

const isOver = ({ size }: Layout, field: FieldName, families: ReadonlySet<string>): boolean =>
  size[field] > 0 && families.has(fields[field].over);
