/** A plot of one measure by load, with one line for each watch mode. */
export interface Panel {
  title: string;
  lines: PlotLine[];
}

export interface PlotLine {
  name: string;
  color: string;
  dash?: string;
  points: { x: number; y: number }[];
}

const panelWidth = 320;
const height = 290;
const plotArea = { left: 58, right: 300, top: 64, bottom: 232 };

/** Returns the smallest step of 1, 2 or 5 times a power of ten that covers the range with at most four steps. */
export function chooseAxisStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4 || 1));
  return ([1, 2, 5].find((factor) => factor * power * 4 >= most) ?? 10) * power;
}

const drawText = (x: number, y: number, text: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;

const drawRule = (x1: number, y1: number, x2: number, y2: number, color: string): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${color}"/>`;

interface Scales {
  x(value: number): number;
  y(value: number): number;
}

/** The x scale is logarithmic; the y scale is linear from 0 to the last step. */
function createScales(xs: number[], top: number): Scales {
  const { left, right, top: upper, bottom } = plotArea;
  const [from, to] = [Math.log10(Math.min(...xs)), Math.log10(Math.max(...xs))];
  const share = (value: number): number => (to === from ? 0.5 : (Math.log10(value) - from) / (to - from));
  return {
    x: (value) => left + 14 + share(value) * (right - left - 28),
    y: (value) => bottom - (value / top) * (bottom - upper),
  };
}

const drawAxes = (xs: number[], steps: number[], { x, y }: Scales): string[] => [
  ...steps.flatMap((step) => [
    drawRule(plotArea.left, y(step), plotArea.right, y(step), step === 0 ? '#333' : '#ddd'),
    drawText(plotArea.left - 6, y(step) + 4, step.toLocaleString('en'), 'text-anchor="end"'),
  ]),
  ...xs.flatMap((each) => [
    drawRule(x(each), plotArea.bottom, x(each), plotArea.bottom + 5, '#333'),
    drawText(x(each), plotArea.bottom + 19, each.toLocaleString('en'), 'text-anchor="middle"'),
  ]),
  drawText((plotArea.left + plotArea.right) / 2, plotArea.bottom + 40, 'deployments at once', 'text-anchor="middle"'),
];

const drawLine = ({ color, dash, points }: PlotLine, { x, y }: Scales): string[] => [
  `<polyline fill="none" stroke="${color}" stroke-width="2"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`} points="${points
    .map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`)
    .join(' ')}"/>`,
  ...points.map(
    (point) => `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3.5" fill="${color}"/>`,
  ),
];

const drawLegend = (lines: PlotLine[]): string[] =>
  lines.flatMap(({ name, color, dash }, index) => {
    const at = plotArea.left + index * 90;
    const stroke = drawRule(at, 44, at + 24, 44, color).replace(
      '/>',
      ` stroke-width="2" stroke-dasharray="${dash ?? 'none'}"/>`,
    );
    return [stroke, drawText(at + 30, 48, name)];
  });

function drawPanel({ title, lines }: Panel, index: number): string {
  const points = lines.flatMap((line) => line.points);
  const xs = [...new Set(points.map(({ x }) => x))].toSorted((a, b) => a - b);
  const most = Math.max(...points.map(({ y }) => y), 0);
  const step = chooseAxisStep(most);
  const steps = Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, at) => at * step);
  const scales = createScales(xs, steps.at(-1) ?? step);
  const parts = [
    drawText(plotArea.left, 22, title, 'font-weight="bold"'),
    ...drawLegend(lines),
    ...drawAxes(xs, steps, scales),
    ...lines.flatMap((line) => drawLine(line, scales)),
  ];
  return `<g transform="translate(${index * panelWidth} 0)">\n${parts.join('\n')}\n</g>`;
}

/** Renders panels side by side as an SVG image. The title is for screen readers. */
export const renderSvg = (title: string, panels: Panel[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panels.length * panelWidth} ${height}" width="${
    panels.length * panelWidth
  }" height="${height}" font-family="sans-serif" font-size="12">
<title>${title}</title>
<rect width="100%" height="100%" fill="white"/>
${panels.map(drawPanel).join('\n')}
</svg>
`;
