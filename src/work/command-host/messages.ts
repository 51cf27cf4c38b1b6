/**
 * What the server and its command host say to each other, as JSON over Node's IPC channel. `run` numbers an attempt
 * within one host; the host answers every `run` with exactly one `outcome`, unless it dies.
 */
import type { Outcome } from '../../lifecycle/task.js';
import type { AbortReason, AttemptStart, LogLine } from '../attempt.js';
import type { CommandOptions } from '../command/command-options.js';

export type HostOptions = Omit<CommandOptions, 'onGroup'>;

export type ToHost =
  | { readonly type: 'open'; readonly options: HostOptions }
  | { readonly type: 'run'; readonly run: number; readonly attempt: AttemptStart }
  | { readonly type: 'abort' | 'force'; readonly run: number; readonly reason: AbortReason };

export type FromHost =
  | { readonly type: 'group'; readonly run: number; readonly groupId: number }
  | { readonly type: 'lines'; readonly run: number; readonly lines: readonly LogLine[] }
  | { readonly type: 'heartbeat'; readonly run: number }
  | { readonly type: 'outcome'; readonly run: number; readonly outcome: Outcome };
