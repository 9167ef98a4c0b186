import * as z from 'zod';
import { matchesAnyPattern } from '../parsing/pattern.ts';
import { findDuplicates } from './duplicates.ts';

/** A target and a service: `test/web`. */
export const serviceNamePattern = /^[^/\s*]+\/[^/\s*]+$/;

/** A pipeline of a configuration that may be wrong in any other field. */
export const loosePipelineSchema = z.looseObject({
  name: z.unknown().optional(),
  deploys: z.array(z.unknown()).catch([]),
});

/** Validation errors about `pipelines` as a whole: duplicates, and services that no target has. `services` are the names and patterns of all targets, such as `test/web` and `test/shop-*`. */
export function findPipelineConflicts(pipelines: z.output<typeof loosePipelineSchema>[], services: string[]): string[] {
  const named = pipelines.map((pipeline, at) => ({ ...pipeline, field: `pipelines[${at}]` }));
  return [
    ...findDuplicates(named, ({ field, name }) => [`${field}.name`, [name]]),
    ...named.flatMap(({ field, deploys }) => findDeployErrors(`${field}.deploys`, deploys, services)),
  ];
}

function findDeployErrors(field: string, deploys: unknown[], services: string[]): string[] {
  const entries = deploys.map((name, at) => ({ name, field: `${field}[${at}]` }));
  const unknown = entries.filter(
    ({ name }) => typeof name === 'string' && serviceNamePattern.test(name) && !matchesAnyPattern(name, services),
  );
  return [
    ...findDuplicates(entries, (entry) => [entry.field, [entry.name]]),
    ...unknown.map(
      (entry) =>
        `${entry.field} names a service that no target has, ${JSON.stringify(entry.name)}; there are: ${services.join(', ')}.`,
    ),
  ];
}
