/**
 * Columns that stand in the views themselves: sizes, position in the graph, requests, place, time. Sizes enter as
 * logarithms, because run times grow by powers of them; what is not known is 0 beside a flag.
 */
import type { Json } from '../../kit/json.js';
import type { PlaceView, TaskView } from '../view.js';
import type { FeatureSource } from './feature-source.js';

const DAY_MS = 86_400_000;

const log = (value: number | null): number => (value === null ? 0 : Math.log1p(Math.max(0, value)));
const turn = (at: number | null, periodMs: number): number =>
  at === null ? 0 : (2 * Math.PI * (at % periodMs)) / periodMs;

const columns: readonly (readonly [string, (task: TaskView, place: PlaceView) => number])[] = [
  ['inputBytesLog', (task) => log(task.inputBytes)],
  ['inputBytesKnown', (task) => (task.inputBytes === null ? 0 : 1)],
  ['unpackedBytesLog', (task) => log(task.unpackedBytes)],
  ['recordsLog', (task) => log(task.records)],
  ['meshBytesLog', (task) => log(task.meshBytes)],
  ['inputCountLog', (task) => log(task.inputCount)],
  ['outputCountLog', (task) => log(task.outputCount)],
  ['parentsLog', (task) => log(task.parents)],
  ['childrenLog', (task) => log(task.children)],
  ['depth', (task) => task.depth],
  ['followingSecondsLog', (task) => log(task.followingSeconds)],
  ['cpus', (task) => task.cpus ?? 0],
  ['memoryBytesLog', (task) => log(task.memoryBytes)],
  ['attempt', (task) => task.attempt],
  ['failedBefore', (task) => (task.lastError === null ? 0 : 1)],
  ['nominalLog', (_task, place) => Math.log(place.nominal)],
  ['load', (_task, place) => place.load ?? 0],
  ['overheadLog', (_task, place) => log(place.overheadSeconds)],
  ['daySin', (task) => Math.sin(turn(task.at, DAY_MS))],
  ['dayCos', (task) => (task.at === null ? 0 : Math.cos(turn(task.at, DAY_MS)))],
  ['weekSin', (task) => Math.sin(turn(task.at, 7 * DAY_MS))],
  ['weekCos', (task) => (task.at === null ? 0 : Math.cos(turn(task.at, 7 * DAY_MS)))],
];

export class GraphAndSize implements FeatureSource {
  readonly name = 'graph-and-size';
  readonly columns = columns.map(([name]) => name);

  write(task: TaskView, place: PlaceView, into: Float64Array, at: number): void {
    for (let i = 0; i < columns.length; i++)
      into[at + i] = (columns[i] as (typeof columns)[number])[1](task, place);
  }

  learn(): void {
    // Nothing is remembered.
  }

  snapshot(): Json {
    return null;
  }

  restore(): void {
    // Nothing to restore.
  }
}
