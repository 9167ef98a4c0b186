import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '../core/config/check.ts';
import example from '../infra/config.ts';

const root = join(import.meta.dirname, '..');

/** A block of TypeScript in a document. It is a whole configuration, or some fields of one. */
export interface DocumentedConfiguration {
  /** The document and the line of the block. */
  where: string;
  config: ConfigInput;
}

/**
 * Returns the configurations of all documents. Missing fields of a block come from the example, without the example's pipelines if the block has targets or
 * services of its own.
 */
export const listDocumentedConfigurations = (): DocumentedConfiguration[] =>
  ['README.md', ...globSync('docs/*.md', { cwd: root }).sort()].flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8');
    return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 1: code = '', index }) => ({
      where: `${document}:${text.slice(0, index).split('\n').length}`,
      config: completeConfig(evaluateBlock(code)),
    }));
  });

/** Fields of a configuration, or the services of a target. */
type DocumentedFields = Partial<ConfigInput> & Pick<ConfigInput['targets'][number], 'services'>;

/** The object that a whole configuration exports, or the fields of a block. */
function evaluateBlock(code: string): DocumentedFields {
  const whole = /export default (\{.*\})/s.exec(code)?.[1];
  return new Function(`return ${whole ?? `{${code}}`}`)() as DocumentedFields;
}

/** Puts the services of a block that has only `services` into the first target of the example. Returns any other block unchanged. */
const withServices = ({ services, ...given }: DocumentedFields): Partial<ConfigInput> =>
  services === undefined ? given : { targets: [{ ...example.targets[0]!, services }], ...given };

function completeConfig(fields: DocumentedFields): ConfigInput {
  const given = withServices(fields);
  return { ...example, ...(given.targets !== undefined && { pipelines: [] }), ...given };
}
