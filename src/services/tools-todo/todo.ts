/** The tool `todo`: create, update and list the steps of the work. */
import * as z from 'zod/mini';
import { Todo } from '../../protocol/data.ts';
import { type CallContext, defineTool, ToolFailure } from '../../sdk/index.ts';

/** In the session's state. */
const KEY = 'todos';

const Step = z.object({
  content: z.string().check(z.minLength(1, 'must not be empty'), z.describe('What to do: "Run the tests".')),
  status: z
    .enum(['pending', 'in_progress', 'completed'])
    .check(z.describe('Keep one step in_progress at a time.')),
  activeForm: z
    .optional(z.string())
    .check(z.describe('The same while it is being done: "Running the tests". Shown to the person.')),
});

const Input = z.object({
  action: z
    .enum(['create', 'update', 'list'])
    .check(z.describe('create and update both replace the whole list by `todos`; list gives it back.')),
  todos: z
    .optional(z.array(Step))
    .check(z.describe('The whole list, in order. Needed for create and update.')),
});

export const todo = defineTool({
  name: 'todo',
  description:
    'Keeps the list of steps of the work at hand, shown to the person. Use it for work of three steps or more. It lasts for the session.',
  instructions: `- Create the list before the first step, then update it with the whole list each time a step begins or ends.
- Keep exactly one step in_progress while you work. Mark a step completed as soon as it is done, and only then: not while its tests fail or a part of it is left.
- Write steps that a person can check, and add those that turn up on the way. For work of one or two steps leave the list out.`,
  annotations: { read_only: false, destructive: false, idempotent: true, open_world: false },
  input: Input,
  async execute({ action, todos }, context) {
    switch (action) {
      case 'create': {
        const list = await replace(required(todos, action), context);
        return { status: 'created', count: list.length, todos: list };
      }
      case 'update': {
        const list = await replace(required(todos, action), context);
        const count = (status: Todo['status']) => list.filter((step) => step.status === status).length;
        return {
          status: 'updated',
          count: list.length,
          pending: count('pending'),
          in_progress: count('in_progress'),
          completed: count('completed'),
        };
      }
      case 'list': {
        const list = await stored(context);
        return { status: 'listed', count: list.length, todos: list };
      }
      default:
        return action satisfies never;
    }
  },
});

type Steps = z.infer<typeof Step>[];

function required(todos: Steps | undefined, action: string): Steps {
  if (todos) return todos;
  throw new ToolFailure(
    `"todos" is missing: ${action} needs the whole list. To clear it give an empty list.`,
  );
}

async function replace(todos: Steps, { host, signal }: CallContext): Promise<Steps> {
  await host.request('request.state_set', { key: KEY, value: todos }, { signal });
  return todos;
}

async function stored({ host, signal }: CallContext): Promise<Todo[]> {
  const { value } = await host.request('request.state_get', { key: KEY }, { signal });
  if (value === undefined || value === null) return [];
  const parsed = z.array(Todo).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ToolFailure("The stored list can't be read. Replace it with the action create.");
}
