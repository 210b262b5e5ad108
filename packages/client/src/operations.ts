import { type FollowOptions, follow } from './follow.js'
import { SkeinUnreachable } from './problem.js'
import { ask, type ClientOptions, type Input, type LaunchOptions, type Operation } from './request.js'

/** A method of the client, before its types. */
type Method = (input?: Input, options?: LaunchOptions & FollowOptions) => unknown

/** A method for each operation of the table. */
export function makeOperations(
  table: Readonly<Record<string, Operation>>,
  client: ClientOptions,
): Record<string, Method> {
  return Object.fromEntries(
    Object.entries(table).map(([name, operation]): [string, Method] => [
      name,
      (input = {}, options = {}) =>
        operation.answer === 'stream'
          ? follow(client, operation, input, options)
          : answered(client, operation, input, options),
    ]),
  )
}

async function answered(
  client: ClientOptions,
  operation: Operation,
  input: Input,
  options: LaunchOptions,
): Promise<unknown> {
  const answer = await ask(client, operation, input, options)
  if (operation.answer === 'json') return readJson(answer, options)
  if (operation.answer === 'file') return answer
  await answer.body?.cancel()
  return operation.answer === 'redirect' ? answer.headers.get('location') : undefined
}

async function readJson(answer: Response, { signal }: LaunchOptions): Promise<unknown> {
  try {
    return await answer.json()
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason
    throw new SkeinUnreachable('The answer broke off, or is no JSON.', { cause })
  }
}
