import { AwsError } from '../aws-error.ts';

/** A created resource: what `Ref` returns, and what `Fn::GetAtt` returns by attribute. */
export interface CreatedResource {
  ref: string;
  attributes: Record<string, string>;
}

/** The values of the names in a template: parameters, pseudo parameters, and the resources that exist. */
export interface TemplateScope {
  values: Readonly<Record<string, string>>;
  created: ReadonlyMap<string, CreatedResource>;
}

type Visit = { ref(name: string): string; attribute(id: string, name: string): string };

const templateError = (message: string): AwsError => new AwsError('ValidationError', `Template error: ${message}`);

const substitution = /\$\{(!?)([A-Za-z0-9:]+)(?:\.([A-Za-z0-9.]+))?\}/g;

function substitute(text: string, visit: Visit): string {
  return text.replace(substitution, (_whole, literal: string, id: string, attribute?: string) => {
    if (literal !== '') return `\${${id}}`;
    return attribute === undefined ? visit.ref(id) : visit.attribute(id, attribute);
  });
}

function applyFunction(name: string, argument: unknown, visit: Visit): unknown {
  if (name === 'Ref' && typeof argument === 'string') return visit.ref(argument);
  if (name === 'Fn::Sub' && typeof argument === 'string') return substitute(argument, visit);
  if (name === 'Fn::GetAtt' && Array.isArray(argument))
    return visit.attribute(String(argument[0]), String(argument[1]));
  throw new AwsError('NotCovered', `The embedded AWS does not cover ${name} of ${JSON.stringify(argument)}.`, 501);
}

function walk(value: unknown, visit: Visit): unknown {
  if (Array.isArray(value)) return value.map((each) => walk(each, visit));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
  if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return applyFunction(name, argument, visit);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each, visit)]));
}

/** The value with the result of each intrinsic function. Throws for a name that the template does not have. */
export function resolveValue(value: unknown, { values, created }: TemplateScope): unknown {
  return walk(value, {
    ref(name) {
      const found = values[name] ?? created.get(name)?.ref;
      if (found === undefined) throw templateError(`instance of Ref references invalid resource ${name}`);
      return found;
    },
    attribute(id, name) {
      const found = created.get(id)?.attributes[name];
      if (found === undefined) throw templateError(`resource ${id} has no attribute ${name}`);
      return found;
    },
  });
}

/** The names that a value refers to: parameters, pseudo parameters and resources. */
export function listReferences(value: unknown): string[] {
  const names: string[] = [];
  const note = (name: string): string => {
    names.push(name);
    return '';
  };
  walk(value, { ref: note, attribute: note });
  return names;
}
