/** A source map as a bundler writes it (ECMA-426), as far as it matters here. */
export interface SourceMap {
  sources: string[];
  names: string[];
  mappings: string;
}

/** A column of the bundle and, where that is known, what it comes from: source, line, column and name. */
type Segment = number[];

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 VLQ: five bits a digit, the lowest first, and a sixth where more follow; the number's lowest bit is its sign. */
function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  let bits = 0;
  let shift = 0;
  for (const character of text) {
    const digit = digits.indexOf(character);
    bits |= (digit & 31) << shift;
    shift += 5;
    if (digit > 31) continue;
    numbers.push(bits & 1 ? -(bits >> 1) : bits >> 1);
    bits = 0;
    shift = 0;
  }
  return numbers;
}

function textOf(number: number): string {
  let bits = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = '';
  for (; bits > 31; bits >>= 5) text += digits[(bits & 31) | 32];
  return text + digits[bits];
}

/** Every number is told as the difference to the last of its kind; columns begin anew with each line. */
function linesIn(mappings: string): Segment[][] {
  const last = [0, 0, 0, 0, 0];
  const absolute = (number: number, kind: number): number => {
    last[kind] = (last[kind] ?? 0) + number;
    return last[kind];
  };
  return mappings.split(';').map((line) => {
    last[0] = 0;
    return line === '' ? [] : line.split(',').map((text) => numbersIn(text).map(absolute));
  });
}

function mappingsOf(lines: Segment[][]): string {
  const last = [0, 0, 0, 0, 0];
  const difference = (number: number, kind: number): string => {
    const text = textOf(number - (last[kind] ?? 0));
    last[kind] = number;
    return text;
  };
  const lineOf = (segments: Segment[]): string => {
    last[0] = 0;
    return segments.map((segment) => segment.map(difference).join('')).join(',');
  };
  return lines.map(lineOf).join(';');
}

/** The kept ones of a list, and where each now is. */
function keeping(all: string[], isKept: (item: string, index: number) => boolean) {
  const kept = [...all.keys()].filter((index) => isKept(all[index] ?? '', index));
  return { items: kept.map((index) => all[index] ?? ''), places: new Map(kept.map((index, place) => [index, place])) };
}

/** The same map without the sources that are not kept: their code comes from nowhere then, as told once where it begins, so that it is not taken for what stands before it. */
export function onlySources<Map extends SourceMap>(map: Map, isKept: (source: string) => boolean): Map {
  const sources = keeping(map.sources, isKept);
  const isOf = ([, source = -1]: Segment): boolean => sources.places.has(source);
  const lines = linesIn(map.mappings);
  const named = new Set(lines.flat().flatMap((segment) => (isOf(segment) ? segment.slice(4) : [])));
  const names = keeping(map.names, (_name, index) => named.has(index));
  let inside = true;
  const kept = (segment: Segment): Segment[] => {
    const wasInside = inside;
    inside = isOf(segment);
    if (!inside) return wasInside ? [segment.slice(0, 1)] : [];
    const places = [undefined, sources.places, undefined, undefined, names.places];
    return [segment.map((number, kind) => places[kind]?.get(number) ?? number)];
  };
  const mappings = mappingsOf(lines.map((segments) => segments.flatMap(kept)));
  return { ...map, sources: sources.items, names: names.items, mappings };
}
