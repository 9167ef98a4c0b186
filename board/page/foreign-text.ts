import { type ComponentChild, h } from 'preact';
import { escapeUnprintable } from '../../core/parsing/display-text.ts';

/** Returns a text from outside in one line, with its invisible characters made visible. This is for titles and attributes, which can contain only text. */
export const formatForeign = (text: string): string => escapeUnprintable(text.trim().replaceAll(/\s+/g, ' '));

/** Renders a text from outside in one line. The text has its own direction, so that right-to-left text does not reorder the texts beside it. */
export const renderForeign = (text: string): ComponentChild => h('bdi', null, formatForeign(text));

/** Renders the first line of a text from outside, such as a commit's message. */
export const renderFirstLine = (text: string): ComponentChild => renderForeign(text.trim().split(/[\r\n]/)[0] ?? '');

/** Renders each line of a text from outside as a paragraph. */
export const renderLines = (text: string): ComponentChild =>
  text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .map((line) => h('p', { class: 'reason' }, renderForeign(line)));

/** Renders an identifier from outside in a fixed-width font. `shown` is its short form. The tooltip shows the whole identifier. */
export const renderCode = (text: string, shown = text): ComponentChild =>
  h('code', shown === text ? null : { title: formatForeign(text) }, renderForeign(shown));

/** Renders the lines of a log from outside. */
export const renderLog = (lines: string[]): ComponentChild =>
  h('pre', { class: 'log' }, h('bdi', null, lines.map((line) => escapeUnprintable(line)).join('\n')));

/** Renders a link to another site. Renders only the text if the address is not `https:`, because a browser would run `javascript:`. */
export function renderLink(label: string, url: string | undefined): ComponentChild {
  if (url === undefined || !isHttps(url)) return renderForeign(label);
  return h('a', { href: url, rel: 'noreferrer noopener', target: '_blank' }, renderForeign(label));
}

const isHttps = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === 'https:';

const shortCommit = 7;
const shortDigest = 12;

/** Renders a commit's id in its usual short form. */
export const renderCommitId = (id: string): ComponentChild => renderCode(id, id.slice(0, shortCommit));

/** Renders an image by the end of its repository's name and the first digits of its digest. Without a digest, uses the image's tag. */
export const renderImage = (image: string): ComponentChild =>
  renderCode(
    image,
    image.replace(/^.*\//, '').replace(/@sha256:(\w+)$/, (_, digest: string) => `@${digest.slice(0, shortDigest)}`),
  );

/** Renders a digest such as `sha256:9b31c0de…` by its first digits. */
export const renderDigest = (digest: string): ComponentChild =>
  renderCode(digest, digest.replace(/^sha256:/, '').slice(0, shortDigest));
