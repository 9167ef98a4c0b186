import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** A package whose code is part of the npm package. */
interface Notice {
  name: string;
  /** Its licence and its NOTICE file, word for word. */
  text: string;
}

function readNotice(folder: string): Notice {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  // Some packages of the AWS SDK bring no copy of their licence.
  const text = texts.length > 0 ? texts.join('\n\n') : `Licence: ${license}. The text of Apache-2.0 is in LICENSE.`;
  return { name: `${name} ${version} (${license})`, text };
}

/**
 * Returns the licences of the packages in these folders, because MIT, BSD, ISC and Apache-2.0 require them in every copy. A text that several packages share
 * appears once.
 */
export function formatNotices(folders: string[]): string {
  const byText = Map.groupBy(folders.map(readNotice), ({ text }) => text);
  const parts = [...byText].map(([text, notices]) => `${notices.map(({ name }) => name).join('\n')}\n\n${text}\n`);
  return `This package contains code of the following packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
