/**
 * What the log-linear model looks at in a task: constant, sizes as powers, shape of the inputs. Scaled so that a
 * coefficient of 1 is an ordinary one. What is not known is 0, the value of an average task.
 */
import type { Coefficient } from '../model.js';
import type { TaskView } from '../view.js';

/** Columns that depend on the task alone; those of the machines follow them. */
export const TASK_COLUMNS = [
  'one',
  'size',
  'sizeSquared',
  'unpacked',
  'records',
  'meshSize',
  'inputs',
  'attempt',
  'group',
] as const;
export const TASK_WIDTH = TASK_COLUMNS.length;
/** What a unit of each is, for people. */
const COLUMN_UNITS: Readonly<Record<(typeof TASK_COLUMNS)[number], string>> = {
  one: '1 for every task',
  size: '(ln inputBytes - 16) / 3',
  sizeSquared: 'size squared',
  unpacked: '(ln unpackedBytes - ln inputBytes) / 3',
  records: '(ln records - 13) / 3, less size',
  meshSize: '(ln bytes of the input of the mesh - 20) / 3, less size',
  inputs: 'ln(1 + inputs) / 2',
  attempt: 'attempts before, at most 3',
  group: 'by how much other tasks of its group took more, of the logarithm',
};
const MACHINE_UNIT = '1 on that machine';
const MACHINE_SIZE_UNIT = 'size, on that machine';
/** Of every machine: offset, and slope on the size. */
export const MACHINE_WIDTH = 2;
/** Variance of each coefficient between types before any type was seen. */
export const TASK_VARIANCE = [6, 1, 0.05, 1, 0.5, 0.5, 0.3, 0.05, 0.1];
export const OFFSET_VARIANCE = 0.09;
export const SLOPE_VARIANCE = 0.004;

/** The size that counts as average (9 MB), and one unit: a factor of e³. */
const SIZE_MEAN = 16;
const SIZE_UNIT = 3;
const RECORDS_MEAN = 13;
const MESH_MEAN = 20;

/** Sizes beyond these many units count as if they were there: nothing grows by a power from a byte to a petabyte. */
const SIZE_LEAST = -2;
const SIZE_MOST = 4;

const scaled = (value: number | null, mean: number): number =>
  value === null || value <= 0
    ? 0
    : Math.min(SIZE_MOST, Math.max(SIZE_LEAST, (Math.log(value) - mean) / SIZE_UNIT));

export function sizeOf(task: TaskView): number {
  return scaled(task.inputBytes, SIZE_MEAN);
}

/** `groupSize`: what `GroupSizes` says of the task's group. */
export function writeTaskColumns(task: TaskView, groupSize: number, into: Float64Array): void {
  const size = sizeOf(task);
  into[0] = 1;
  into[1] = size;
  into[2] = size ** 2;
  into[3] =
    task.unpackedBytes === null || task.inputBytes === null
      ? 0
      : scaled(task.unpackedBytes, SIZE_MEAN) - size;
  into[4] = task.records === null ? 0 : scaled(task.records, RECORDS_MEAN) - size;
  into[5] = task.meshBytes === null ? 0 : scaled(task.meshBytes, MESH_MEAN) - size;
  into[6] = Math.log1p(task.inputCount ?? task.parents) / 2;
  into[7] = Math.min(task.attempt - 1, 3);
  into[8] = groupSize;
}

/** Of the task, then two for each machine. */
function columnNames(machines: readonly string[]): { readonly column: string; readonly unit: string }[] {
  return [
    ...TASK_COLUMNS.map((column) => ({ column, unit: COLUMN_UNITS[column] })),
    ...machines.flatMap((machine) => [
      { column: `machine ${machine}`, unit: MACHINE_UNIT },
      { column: `size on machine ${machine}`, unit: MACHINE_SIZE_UNIT },
    ]),
  ];
}

/** As people are told. */
export function coefficientsFrom(
  { mean, covariance }: { readonly mean: Float64Array; readonly covariance: Float64Array },
  machines: readonly string[],
): Coefficient[] {
  return columnNames(machines).map(({ column, unit }, i) => ({
    column,
    unit,
    value: mean[i] as number,
    sd: Math.sqrt(covariance[i * mean.length + i] as number),
  }));
}
