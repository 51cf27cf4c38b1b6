/** `1 task`, `2 tasks`: a number with its noun. Called wherever the command line counts. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
