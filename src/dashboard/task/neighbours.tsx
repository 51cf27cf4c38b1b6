/** What a task depends on and what depends on it, with the kind of each edge. */
import type { JSX } from 'preact';
import type { EdgeType } from '../../generated/dashboard/graphql.js';
import { StatusMark } from '../parts/status-mark.jsx';
import { lower } from '../parts/words.js';
import { linkTo } from '../address/address.js';
import type { Task } from './why-waiting.js';

type Neighbour = Task['edgesIn'][number]['source'];

interface Side {
  readonly task: Neighbour;
  readonly type: EdgeType;
  readonly weight: number;
}

function List({ title, sides, none }: { title: string; sides: readonly Side[]; none: string }): JSX.Element {
  return (
    <section class="panel-section">
      <h3>{title}</h3>
      {sides.length === 0 && <p class="muted">{none}</p>}
      <ul class="neighbours">
        {sides.map(({ task, type, weight }) =>
          task === null ? null : (
            <li key={`${task.id}${type}`}>
              <a href={linkTo({ task: task.id })}>{task.name}</a>
              <StatusMark status={task.status} />
              <span class="muted">
                {lower(type)}
                {weight > 0 && `, ${weight} s to move`}
              </span>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

export function Neighbours({ task }: { task: Task }): JSX.Element {
  return (
    <>
      <List
        title="Depends on"
        none="It waits for nothing."
        sides={task.edgesIn.map(({ source, type, weight }) => ({ task: source, type, weight }))}
      />
      <List
        title="Needed by"
        none="Nothing waits for it."
        sides={task.edgesOut.map(({ target, type, weight }) => ({ task: target, type, weight }))}
      />
    </>
  );
}
