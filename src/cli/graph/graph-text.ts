/** A graph as text: layer by layer, each task with what it waits for. Called by `graph` and safe for any terminal. */
import { counted } from '../output/counted.js';
import { plainText } from '../output/plain-text.js';
import { columnsOf } from '../output/plain-text.js';
import { looks, type Style } from '../output/style.js';
import type { GraphLink, GraphModel, GraphTask } from './graph-model.js';
import { layersOf } from './layers.js';

const KEY_COLUMNS_MAX = 60;
const SOURCES_SHOWN_MAX = 8;

function showSource(link: GraphLink, graph: GraphModel): string {
  const key = plainText(graph.tasks[link.source]?.key ?? '');
  const notes = [
    link.type === 'HARD' ? '' : link.type,
    link.weight === 0 ? '' : `${Number(link.weight.toFixed(3))} s`,
  ];
  const written = notes.filter((note) => note !== '').join(', ');
  return written === '' ? key : `${key} (${written})`;
}

function showSources(links: readonly GraphLink[], graph: GraphModel): string {
  if (links.length === 0) return '';
  const shown = links.slice(0, SOURCES_SHOWN_MAX).map((link) => showSource(link, graph));
  const rest = links.length - shown.length;
  return `  ← ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function showState({ kind, status }: GraphTask): string {
  return status === undefined ? `[${kind ?? 'task'}]` : looks[status].word;
}

export function graphText(graph: GraphModel, style: Style): string {
  const layers = layersOf(graph);
  const incoming = new Map<number, GraphLink[]>();
  for (const link of graph.links) incoming.set(link.target, [...(incoming.get(link.target) ?? []), link]);
  const widest = graph.tasks.reduce((most, task) => Math.max(most, columnsOf(plainText(task.key))), 0);
  const width = Math.min(widest, KEY_COLUMNS_MAX);
  const line = (task: number, at: number, layer: number): string => {
    const one = graph.tasks[task] as GraphTask;
    const key = plainText(one.key);
    const number = at === 0 ? String(layer + 1).padStart(3) : '   ';
    const icon = one.status === undefined ? '' : `${style.icon(one.status)} `;
    const sources = showSources(incoming.get(task) ?? [], graph);
    return `${number}  ${icon}${key}${' '.repeat(Math.max(0, width - columnsOf(key)))}  ${showState(one)}${sources}`;
  };
  const head = `${plainText(graph.name)}: ${counted(graph.tasks.length, 'task')}, ${counted(graph.links.length, 'edge')}, ${counted(layers.length, 'layer')}`;
  const body = layers.map((layer, depth) => layer.map((task, at) => line(task, at, depth)).join('\n'));
  return `${[head, ...body].join('\n')}\n`;
}
