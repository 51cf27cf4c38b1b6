/** The way of showing a mesh that fits the output: JSON for programs, in place on a terminal, else line by line. */
import { styleFor } from '../output/style.js';
import type { Verb } from '../verb.js';
import { JsonView } from './json-view.js';
import { LineView } from './line-view.js';
import { LiveView } from './live-view.js';
import type { View } from './view.js';

export function viewFor(verb: Verb): View {
  const { stdout } = verb.shell;
  if (verb.json) return new JsonView((value) => verb.line(value));
  const style = styleFor(verb.shell);
  const redraws = stdout.isTTY === true && verb.shell.env.TERM !== 'dumb';
  return redraws ? new LiveView(stdout, style) : new LineView(stdout, style);
}
