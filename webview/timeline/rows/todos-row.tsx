/** The agent's list of things to do, as it stands. */
import { Icon } from '../../icon.tsx';
import { strings } from '../../strings.ts';
import { Disclosure } from '../disclosure.tsx';
import type { TodosRow } from '../rows.ts';
import './todos-row.css';

const LOOKS = {
  pending: { icon: 'circle-large-outline', text: strings.todos.pending },
  in_progress: { icon: 'circle-large-filled', text: strings.todos.inProgress },
  completed: { icon: 'check', text: strings.todos.completed },
} as const;

export function TodosContent({ row }: { readonly row: TodosRow }) {
  const { todos } = row;
  if (todos.length === 0) return <p class="todos-empty dim">{strings.todos.emptied}</p>;
  const done = todos.filter((todo) => todo.status === 'completed').length;
  return (
    <Disclosure
      id={row.key}
      isOpenAtFirst
      line={
        <span>
          {strings.todos.title} · {strings.todos.count(done, todos.length)}
        </span>
      }
    >
      {() => (
        <ul class="todos">
          {todos.map((todo, index) => (
            <li key={index} class={`todo ${todo.status}`}>
              <Icon name={LOOKS[todo.status].icon} class="todo-icon" />
              <span class="visually-hidden">{LOOKS[todo.status].text}: </span>
              <span>{todo.status === 'in_progress' ? (todo.activeForm ?? todo.content) : todo.content}</span>
            </li>
          ))}
        </ul>
      )}
    </Disclosure>
  );
}
