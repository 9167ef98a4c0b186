import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '../core/config/check.ts';
import example from '../infra/config.ts';

const root = join(import.meta.dirname, '..');

/** A block of TypeScript in a document, which is a whole configuration or some fields of one. */
export interface DocumentedConfiguration {
  /** The document and the line of the block. */
  where: string;
  config: ConfigInput;
}

/** Returns the configurations of all documents. Fields that a block leaves out are those of the example, without its pipelines if the block has targets of its own. */
export const listDocumentedConfigurations = (): DocumentedConfiguration[] =>
  ['README.md', ...globSync('docs/*.md', { cwd: root }).sort()].flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8');
    return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 1: code = '', index }) => ({
      where: `${document}:${text.slice(0, index).split('\n').length}`,
      config: completeConfig(evaluateBlock(code)),
    }));
  });

/** The object that a whole configuration exports, or the fields of a block. */
function evaluateBlock(code: string): Partial<ConfigInput> {
  const whole = /export default (\{.*\})/s.exec(code)?.[1];
  return new Function(`return ${whole ?? `{${code}}`}`)() as Partial<ConfigInput>;
}

const completeConfig = (given: Partial<ConfigInput>): ConfigInput => ({
  ...example,
  ...(given.targets !== undefined && { pipelines: [] }),
  ...given,
});
