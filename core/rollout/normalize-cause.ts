import { shortenForeignText } from '../parsing/display-text.ts';

/** Replaces a part of a text that differs from one task to the next. */
const placeholder = '#';

const separators = /([\s"'`(),;<>[\]{}|=]+)/;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const calendarWord = /^(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i;

/** `exit code 1`, `exit status 1`, `status code: 403`, `signal 9`, `errno 2`, and HTTP's `403 Forbidden`: numbers that name a cause. */
const isCode = (word: string, previous: string, next: string): boolean =>
  /^\d{1,3}[.:]?$/.test(word) &&
  (/^(?:(?:status|exit)?code|status|exit|signal|errno):?$/i.test(previous) ||
    (/^[1-5]\d\d$/.test(word) && /^[A-Z]/.test(next)));

/** Whether the word is the value behind `request id:`, `RequestID:` or `Host Id:` (AWS's error texts). */
const isIdentifier = (previous: string): boolean => /id:$/i.test(previous);

/** Matches 24 or more characters of base64 or of a percent-encoded text. Ordinary words contain no digit and no `%2F`. */
const isEncoded = (word: string): boolean =>
  /%[0-9a-f]{2}/i.test(word) || (word.length >= 24 && /\d/.test(word) && /^[\w+/-]+$/.test(word));

/**
 * Matches host names such as `ip-10-0-1-2.eu-west-1.compute.internal`: three labels, of which the last has no capital letter as `java.lang.OutOfMemoryError`
 * has one, or two labels and a port.
 */
const isHost = (part: string, next: string): boolean =>
  /^[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+\.[a-z0-9-]+\.?$/.test(part) ||
  (/^\d+$/.test(next) && /^[a-z0-9-]+\.[a-z0-9-]+$/i.test(part));

const normalizePart = (part: string, next: string): string =>
  isHost(part, next)
    ? placeholder
    : part
        .replace(/[0-9a-z]+/gi, (run) => (/\d/.test(run) || /^[0-9a-f]{8,}$/i.test(run) ? placeholder : run))
        .replace(/#(?:\.#)+/g, placeholder);

function normalizeWord(word: string): string {
  if (isEncoded(word) || calendarWord.test(word) || word.includes('://')) return placeholder;
  const parts = word.replace(uuid, placeholder).split(/([:/@])/);
  return parts.map((part, at) => normalizePart(part, parts[at + 1] === ':' ? (parts[at + 2] ?? '') : '')).join('');
}

/**
 * Returns a failure's text without ids, addresses, hosts, counts, times and encoded parts, which differ from task to task although the cause is the same.
 * Exit codes and HTTP status codes stay. Reads the text word by word, in linear time.
 */
export function normalizeCause(text: string): string {
  const words = shortenForeignText(text).split(separators);
  const normalize = (word: string, at: number): string => {
    if (at % 2 === 1) return word.replace(/=+/g, '');
    const previous = words[at - 2] ?? '';
    if (isCode(word, previous, words[at + 2] ?? '')) return word;
    return word !== '' && isIdentifier(previous) ? placeholder : normalizeWord(word);
  };
  return words.map(normalize).join('');
}
