/**
 * How states look: an icon, a word and a colour for each, so that none of the three has to be understood. Called by
 * the views. Colours are left out without a terminal and with NO_COLOR, icons become letters where UTF-8 is missing.
 */
import type { MeshStatus, TaskStatus } from '../../lifecycle/vocabulary.js';
import type { Shell } from '../shell.js';

type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'grey' | 'bold' | 'none';

const codes: Readonly<Record<Colour, number>> = {
  none: 0,
  bold: 1,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  grey: 90,
};

export interface StatusLook {
  readonly icon: string;
  readonly letter: string;
  readonly word: string;
  readonly colour: Colour;
}

export const looks: Readonly<Record<TaskStatus | MeshStatus, StatusLook>> = {
  PENDING: { icon: '·', letter: '.', word: 'pending', colour: 'grey' },
  HELD: { icon: '‖', letter: 'H', word: 'held', colour: 'magenta' },
  QUEUED: { icon: '○', letter: 'o', word: 'queued', colour: 'none' },
  RUNNING: { icon: '●', letter: '*', word: 'running', colour: 'blue' },
  RETRYING: { icon: '↻', letter: 'R', word: 'retrying', colour: 'yellow' },
  COMPLETED: { icon: '✓', letter: '+', word: 'completed', colour: 'green' },
  FAILED: { icon: '✗', letter: 'x', word: 'failed', colour: 'red' },
  CANCELLED: { icon: '⊘', letter: 'C', word: 'cancelled', colour: 'magenta' },
  SKIPPED: { icon: '↷', letter: 's', word: 'skipped', colour: 'grey' },
  UPSTREAM_FAILED: { icon: '⊗', letter: 'u', word: 'upstream failed', colour: 'red' },
  PAUSED: { icon: '‖', letter: 'P', word: 'paused', colour: 'yellow' },
};

export interface Style {
  paint(text: string, colour: Colour): string;
  icon(status: TaskStatus | MeshStatus): string;
  readonly unicode: boolean;
}

function hasUtf8(env: Shell['env']): boolean {
  if (process.platform === 'win32') return true;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8');
}

export function styleFor({ stdout, env }: Shell): Style {
  const wanted = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const coloured = wanted || (stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb');
  const unicode = hasUtf8(env);
  const paint: Style['paint'] = (text, colour) => {
    return coloured && colour !== 'none' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
  };
  return {
    unicode,
    paint,
    icon: (status) => paint(unicode ? looks[status].icon : looks[status].letter, looks[status].colour),
  };
}
