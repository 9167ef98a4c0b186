/** The top-level fields of the configuration from the time when an installation served one pipeline, and what to write instead. */
const movedFields = new Map([
  ['app', 'write name: the name of this installation, such as "gantry"'],
  ['source', 'write it into the pipeline that Gantry creates: pipelines: [{ name, source, deploys: ["test/web"] }]'],
  ['tags', 'write it into the build of the pipeline that Gantry creates: pipelines: [{ build: { tags } }]'],
]);

export const isMovedField = (name: string): boolean => movedFields.has(name);

/** Returns a validation error for each field of an earlier version, which says what to write now. */
export const findMovedFields = (input: unknown): string[] =>
  [...movedFields]
    .filter(([name]) => Object.hasOwn(Object(input), name))
    .map(([name, instead]) => `${name} is no longer a field of the configuration: ${instead}.`);
