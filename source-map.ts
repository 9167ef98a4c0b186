import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

/** A source map as a bundler writes it (ECMA-426), as far as it matters here. */
export interface SourceMap {
  sources: string[];
  names: string[];
  mappings: string;
}

/** The place of a piece of the bundle in its source, without the name of what stands there, which no trace shows. */
const placeOf = ([column, source = -1, line = 0, sourceColumn = 0]: SourceMapSegment): [
  number,
  number,
  number,
  number,
] => [column, source, line, sourceColumn];

/** The same map without the places of sources that are not kept: their code comes from nowhere then, as told once where it begins, so that it is not taken for what stands before it. */
export function onlySources<Map extends SourceMap>(map: Map, isKept: (source: string) => boolean): Map {
  const sources = map.sources.map((source) => (isKept(source) ? source : ''));
  const isFound = ([, source = -1]: SourceMapSegment): boolean => (sources[source] ?? '') !== '';
  let inside = true;
  const kept = (segment: SourceMapSegment): SourceMapSegment[] => {
    const wasInside = inside;
    inside = isFound(segment);
    if (inside) return [placeOf(segment)];
    return wasInside ? [[segment[0]]] : [];
  };
  const lines = decode(map.mappings).map((segments) => segments.flatMap(kept));
  return { ...map, sources, names: [], mappings: encode(lines) };
}
