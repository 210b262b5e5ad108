import type { LaunchInput } from '@/lib/api/runs'
import type { Json } from '@/lib/core/base/json'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { sim, type TestApp } from './test-app'

/** A run from its launch to its end, and all there is to look at afterwards. */
export type Ran = {
  runId: string
  state: RunState
  result: Json
  journal: readonly Envelope[]
  notes: string[]
}

/** Launches a script and waits for its end. */
export async function ran(app: TestApp, script: string, more: Partial<LaunchInput> = {}): Promise<Ran> {
  const runId = await app.launch(script, more)
  const state = await app.ended(runId)
  const notes = state.log.filter(({ kind }) => kind === 'noted').map(({ message }) => message)
  return { runId, state, result: await app.result(runId), journal: await app.journal(runId), notes }
}

/** Source of an `agent()` prompt that is answered with this text, after so many milliseconds. */
export function says(text: string, afterMs = 0): string {
  return JSON.stringify(`say ${text} ${sim({ text, ttftMs: afterMs })}`)
}

/** Source of an `agent()` prompt whose agent dies of the provider's refusal to serve it. */
export function dies(name = 'dead'): string {
  return JSON.stringify(`${name} ${sim({ fault: { kind: 'status', status: 400 } })}`)
}

/** Source of an `agent()` prompt that is answered with a value through the answer tool. */
export function answers(input: { [key: string]: Json }): string {
  return JSON.stringify(`answer ${JSON.stringify(input)} ${sim({ toolCalls: [{ name: 'answer', input }] })}`)
}
