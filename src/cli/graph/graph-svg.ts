/**
 * A graph as SVG: layers from left to right, a box per task with its state as colour, icon and word, an arrow per edge
 * with its type as line style. Called by `graph --format svg`. It has no scripts and loads nothing; every text in it
 * is escaped.
 */
import { counted } from '../output/counted.js';
import { cut, plainText } from '../output/plain-text.js';
import { looks } from '../output/style.js';
import type { EdgeType } from '../../mesh/edge-type.js';
import type { TaskStatus } from '../../lifecycle/vocabulary.js';
import type { GraphLink, GraphModel, GraphTask } from './graph-model.js';
import { layersOf } from './layers.js';

const BOX = { width: 190, height: 40, gapX: 90, gapY: 14, margin: 24, head: 46 };
const KEY_COLUMNS = 25;

/** Text on these has a contrast of at least 7 to 1 (WCAG 2.2, 1.4.6). */
const fills: Readonly<Record<TaskStatus, string>> = {
  PENDING: '#f3f4f6',
  HELD: '#f3e8ff',
  QUEUED: '#e0e7ff',
  RUNNING: '#bfdbfe',
  RETRYING: '#fef08a',
  COMPLETED: '#bbf7d0',
  FAILED: '#fecaca',
  CANCELLED: '#e9d5ff',
  SKIPPED: '#e5e7eb',
  UPSTREAM_FAILED: '#fed7aa',
};

const strokes: Readonly<Record<EdgeType, string>> = {
  HARD: 'stroke="#475569"',
  SOFT: 'stroke="#475569" stroke-dasharray="6 4"',
  DATA: 'stroke="#1d4ed8" stroke-width="2"',
  RESOURCE: 'stroke="#b45309" stroke-dasharray="2 3"',
};

interface Point {
  readonly x: number;
  readonly y: number;
}

/** For text and attributes of XML 1.0; what XML cannot hold was made visible before. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return plainText(text)
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function boxOf(task: GraphTask, { x, y }: Point): string {
  const look = task.status === undefined ? undefined : looks[task.status];
  const word = look === undefined ? (task.kind ?? '') : `${look.icon} ${look.word}`;
  const fill = task.status === undefined ? '#ffffff' : fills[task.status];
  const middle = x + BOX.width / 2;
  return [
    `<g><title>${escapeXml(task.name === task.key ? task.key : `${task.key}: ${task.name}`)}</title>`,
    `<rect x="${number(x)}" y="${number(y)}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${fill}" stroke="#334155"/>`,
    `<text x="${number(middle)}" y="${number(y + 17)}" class="key">${escapeXml(cut(plainText(task.key), KEY_COLUMNS))}</text>`,
    `<text x="${number(middle)}" y="${number(y + 32)}">${escapeXml(word)}</text></g>`,
  ].join('');
}

function arrowOf(link: GraphLink, points: readonly Point[]): string {
  const [from, to] = [points[link.source] as Point, points[link.target] as Point];
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const bend = Math.max(30, (x2 - x1) / 2);
  const path = `M${number(x1)} ${number(y1)}C${number(x1 + bend)} ${number(y1)} ${number(x2 - bend)} ${number(y2)} ${number(x2)} ${number(y2)}`;
  return `<path d="${path}" fill="none" ${strokes[link.type]} marker-end="url(#arrow)"/>`;
}

/** Every layer is a column, centred on the tallest. */
function pointsOf(layers: readonly (readonly number[])[], tasks: number, height: number): Point[] {
  const points: Point[] = Array.from({ length: tasks }, () => ({ x: 0, y: 0 }));
  layers.forEach((layer, column) => {
    const used = layer.length * (BOX.height + BOX.gapY) - BOX.gapY;
    const top = BOX.head + (height - BOX.head - BOX.margin - used) / 2;
    layer.forEach((task, row) => {
      points[task] = {
        x: BOX.margin + column * (BOX.width + BOX.gapX),
        y: top + row * (BOX.height + BOX.gapY),
      };
    });
  });
  return points;
}

function legend(links: readonly GraphLink[], x: number): string {
  const used = (['HARD', 'SOFT', 'DATA', 'RESOURCE'] as const).filter((type) =>
    links.some((link) => link.type === type),
  );
  return used
    .map((type, at) => {
      const left = x + at * 110;
      return `<path d="M${left} 26h30" ${strokes[type]} fill="none"/><text x="${left + 36}" y="30" class="left">${type}</text>`;
    })
    .join('');
}

export function graphSvg(graph: GraphModel): string {
  const layers = layersOf(graph);
  const rows = layers.reduce((most, layer) => Math.max(most, layer.length), 1);
  const width = Math.max(640, 2 * BOX.margin + layers.length * (BOX.width + BOX.gapX) - BOX.gapX);
  const height = BOX.head + rows * (BOX.height + BOX.gapY) - BOX.gapY + BOX.margin;
  const points = pointsOf(layers, graph.tasks.length, height);
  const title = escapeXml(cut(plainText(graph.name), 40));
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(graph.name)}: ${counted(graph.tasks.length, 'task')}, ${counted(graph.links.length, 'edge')}</title>`,
    `<style>text{font:12px system-ui,sans-serif;fill:#0f172a;text-anchor:middle}.key{font-weight:600}.left{text-anchor:start}</style>`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#475569"/></marker></defs>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${BOX.margin}" y="30" class="key left">${title}</text>${legend(graph.links, width - 460)}`,
    ...graph.links.map((link) => arrowOf(link, points)),
    ...graph.tasks.map((task, at) => boxOf(task, points[at] as Point)),
    `</svg>`,
    '',
  ].join('\n');
}
