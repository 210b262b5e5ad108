import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import type { AnswerSchemaOf, CallOf, Endpoint } from '@/lib/api/endpoints/endpoint'
import { problemSchema } from '@/lib/api/problem'

/** A value that an endpoint answers by its contract. */
type AnswerOf<E extends Endpoint> = z.input<AnswerSchemaOf<E>>
type Problem = Partial<z.input<typeof problemSchema>> & { status: number }

/** A request as it came: its path with the query, and its body. */
export type Asked = { path: string; body: unknown; headers: Headers }

type Route = { endpoint: Endpoint; pattern: RegExp; answer: (asked: Asked) => Response | null }

/** The server of a component's test: it answers in place of `fetch`. */
export type FakeApi = {
  /** From now on this is answered. */
  answer: <E extends Endpoint>(endpoint: E, value: AnswerOf<E>) => void
  /** From now on each request is answered by itself. */
  answerEach: <E extends Endpoint>(endpoint: E, answer: (asked: Asked) => AnswerOf<E>) => void
  /** Takes what is sent and answers nothing, where nobody reads the answer. */
  accept: (endpoint: Endpoint) => void
  refuse: (endpoint: Endpoint, problem: Problem) => void
  /** What was asked of an endpoint so far, oldest first. */
  asked: (endpoint: Endpoint) => readonly Asked[]
  /** The bodies of what was asked. */
  bodies: <E extends Endpoint>(endpoint: E) => readonly CallOf<E>['body'][]
}

/**
 * Takes the place of `fetch` until the test ends. A request without a prepared answer is never answered, so
 * its component stays loading.
 */
export function fakeApi(): FakeApi {
  const routes: Route[] = []
  const all = new Map<Endpoint, Asked[]>()
  const noted = (endpoint: Endpoint) => {
    const known = all.get(endpoint) ?? []
    all.set(endpoint, known)
    return known
  }
  const own = globalThis.fetch
  onTestFinished(() => {
    globalThis.fetch = own
  })
  globalThis.fetch = (input, init) => {
    const path = String(input)
    const method = init?.method ?? 'GET'
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined
    const asked: Asked = { path, body, headers: new Headers(init?.headers) }
    const matching = routes.filter((one) => one.endpoint.method === method && one.pattern.test(path))
    const route = matching.at(-1)
    if (route !== undefined) noted(route.endpoint).push(asked)
    const answer = route?.answer(asked) ?? null
    return answer === null ? new Promise<Response>(() => {}) : Promise.resolve(answer)
  }
  const add = (endpoint: Endpoint, answer: Route['answer']) =>
    routes.push({ endpoint, pattern: patternOf(endpoint), answer })
  return {
    answer: (endpoint, value) => add(endpoint, () => Response.json(value)),
    answerEach: (endpoint, answer) => add(endpoint, (asked) => Response.json(answer(asked))),
    accept: (endpoint) => add(endpoint, () => new Response(null, { status: 204 })),
    refuse: (endpoint, problem) =>
      add(endpoint, () => {
        const whole = { type: 'about:blank', title: 'Refused', detail: '', ...problem }
        return Response.json(problemSchema.parse(whole), { status: problem.status })
      }),
    asked: noted,
    bodies: <E extends Endpoint>(endpoint: E) => noted(endpoint).map(({ body }) => asSent<E>(body)),
  }
}

/** The page's own client has sent it by the contract; the type system cannot follow which endpoint it was. */
function asSent<E extends Endpoint>(body: unknown) {
  return body as CallOf<E>['body']
}

function patternOf({ path }: Endpoint): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/?]+')}(\\?|$)`)
}
