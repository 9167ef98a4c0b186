/** The text that replaces an account id. */
const mask = '••••••••••••';

/** Matches a digest, a commit or the id of a task, whose digits are not an account id. */
const hexadecimal = '[0-9a-fA-F]{32,}';

/** Twelve digits, also as the console groups them (`1111-2222-3333`), and encoded in a link (`%3A111111111111%3A`). */
const accountPattern = new RegExp(
  `${hexadecimal}|(?<![0-9])[0-9]{12}(?![0-9])|(?<![0-9A-Za-z-])[0-9]{4}([- ])[0-9]{4}\\1[0-9]{4}(?![0-9A-Za-z-])`,
  'g',
);

const isHexadecimal = new RegExp(`^${hexadecimal}$`);

/** Whether a text contains what can be an account id. */
export const mayContainAccountId = (text: string): boolean =>
  [...text.matchAll(accountPattern)].some(([found]) => !isHexadecimal.test(found));

/** Masks everything in a text that can be an account id: in ARNs, hosts, messages and names. */
export const maskAccountIds = (text: string): string =>
  text.replace(accountPattern, (found) => (isHexadecimal.test(found) ? found : mask));

/** Returns a copy of plain data in which `change` has replaced every text, also the names of fields. */
function mapTexts(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === 'string') return change(data);
  if (Array.isArray(data)) return data.map((one) => mapTexts(one, change));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([field, value]) => [change(field), mapTexts(value, change)]));
}

/** Returns plain data as JSON, without account ids. */
export const formatMaskedJson = (data: unknown): string => JSON.stringify(mapTexts(data, maskAccountIds));
