/**
 * The lines of a task: as they come while they are followed, or those that the server finds by words and level. The
 * first error is a step away; no more than a few thousand lines are kept here.
 */
import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import {
  type LogLevel,
  TaskLogLinesDocument,
  TaskLogsDocument,
  type TaskLogsQuery,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { listen } from '../api/socket.js';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { clock, count } from '../parts/words.js';
import { go, param } from '../address/address.js';
import type { Task } from './why-waiting.js';

type Line = TaskLogsQuery['taskLogs']['nodes'][number];

const LINES_MAX = 3000;
const PAGE = 100;
const SEARCH_PAUSE_MS = 200;
const LEVELS: readonly LogLevel[] = ['ERROR', 'WARN', 'INFO', 'DEBUG'];

function isBad({ level }: Line): boolean {
  return level === 'ERROR';
}

/** Everything from the first line on, then live; joined once a frame. */
function useFollowed(id: string, isOn: boolean): readonly Line[] {
  const lines = useSignal<readonly Line[]>([]);
  useEffect(() => {
    lines.value = [];
    if (!isOn) return undefined;
    let fresh: Line[] = [];
    let planned = 0;
    const variables = { id, after: 0 };
    const join = (): void => {
      planned = 0;
      lines.value = [...lines.peek(), ...fresh].slice(-LINES_MAX);
      fresh = [];
    };
    const stop = listen(TaskLogLinesDocument, variables, {
      next: ({ taskLog }) => {
        variables.after = taskLog.id;
        fresh.push(taskLog);
        planned ||= requestAnimationFrame(join);
      },
    });
    return () => {
      cancelAnimationFrame(planned);
      stop();
    };
  }, [id, isOn]);
  return lines.value;
}

interface Found {
  readonly lines: readonly Line[];
  readonly next: string | null;
  readonly fault: string;
  readonly more: () => void;
}

function useFound(id: string, search: string, levels: readonly LogLevel[]): Found {
  const lines = useSignal<readonly Line[]>([]);
  const next = useSignal<string | null>(null);
  const fault = useSignal('');
  const key = levels.join();
  const read = async (after: string | null, signal?: AbortSignal): Promise<void> => {
    const variables = {
      id,
      first: PAGE,
      after,
      search: search || null,
      levels: key === '' ? null : [...levels],
    };
    try {
      const { taskLogs } = await ask(TaskLogsDocument, variables, signal);
      lines.value = after === null ? taskLogs.nodes : [...lines.peek(), ...taskLogs.nodes];
      next.value = taskLogs.pageInfo.hasNextPage ? taskLogs.pageInfo.endCursor : null;
    } catch (error) {
      if (signal?.aborted !== true) fault.value = wordsOf(error);
    }
  };
  useEffect(() => {
    if (search === '' && key === '') return undefined;
    const over = new AbortController();
    const timer = setTimeout(() => void read(null, over.signal), SEARCH_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [id, search, key]);
  return { lines: lines.value, next: next.value, fault: fault.value, more: () => void read(next.peek()) };
}

function LogLine({ line }: { line: Line }): JSX.Element {
  return (
    <li class={`log-line is-${line.level.toLowerCase()}`} data-line={line.id}>
      <time dateTime={line.at}>{clock(line.at)}</time>
      <span class="log-level">
        {line.level === 'INFO' ? (line.stream === 'STDERR' ? 'err' : '') : line.level.toLowerCase()}
      </span>
      <span class="log-text">{line.text}</span>
    </li>
  );
}

interface ToolsProps {
  readonly words: string;
  readonly level: string;
  readonly list: { readonly current: HTMLOListElement | null };
  readonly firstBad: Line | undefined;
  readonly isAtEnd: Signal<boolean>;
}

function Tools({ words, level, list, firstBad, isAtEnd }: ToolsProps): JSX.Element {
  return (
    <div class="logs-tools">
      <input
        type="search"
        placeholder="Search lines"
        aria-label="Search lines"
        value={words}
        onInput={(event) => go({ log: event.currentTarget.value }, { replace: true })}
      />
      <select
        aria-label="Level"
        value={level}
        onChange={(event) => go({ level: event.currentTarget.value }, { replace: true })}
      >
        <option value="">all levels</option>
        {LEVELS.map((level) => (
          <option key={level} value={level}>
            {level.toLowerCase()}
          </option>
        ))}
      </select>
      {firstBad !== undefined && (
        <button
          type="button"
          onClick={() =>
            list.current?.querySelector(`[data-line="${firstBad.id}"]`)?.scrollIntoView({ block: 'center' })
          }
        >
          First error
        </button>
      )}
      <button
        type="button"
        class="toggle"
        aria-pressed={isAtEnd.value}
        onClick={() => {
          isAtEnd.value = true;
          list.current?.scrollTo({ top: list.current.scrollHeight });
        }}
      >
        Follow
      </button>
    </div>
  );
}

export function Logs({ task }: { task: Task }): JSX.Element {
  const words = param('log');
  const levels = param('level').split('~').filter(Boolean) as LogLevel[];
  const isSought = words !== '' || levels.length > 0;
  const followed = useFollowed(task.id, !isSought);
  const found = useFound(task.id, words, levels);
  const lines = isSought ? found.lines : followed;
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useSignal(true);
  useEffect(() => {
    const element = list.current;
    if (element !== null && isAtEnd.peek() && !isSought) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <div class="logs">
      <Tools
        words={words}
        level={levels[0] ?? ''}
        list={list}
        firstBad={lines.find(isBad)}
        isAtEnd={isAtEnd}
      />
      <FaultBox text={found.fault} />
      {lines.length === 0 && <Empty title={isSought ? 'No line is like that' : 'No lines yet'} />}
      <ol
        ref={list}
        class="log"
        tabIndex={0}
        aria-label={`${count(lines.length)} lines`}
        onScroll={({ currentTarget: element }) => {
          isAtEnd.value = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
        }}
      >
        {lines.map((line) => (
          <LogLine key={line.id} line={line} />
        ))}
      </ol>
      {isSought && found.next !== null && (
        <button type="button" onClick={found.more}>
          More
        </button>
      )}
    </div>
  );
}
