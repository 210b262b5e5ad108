import type { Actor } from '@/lib/core/base/actor'
import { person } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import { defaultLimits, type Limits } from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { RunStateError } from '../run/run-state-error'
import { type Harness, openHarness } from './harness'
import type { Reply, Sent } from './scripted-provider'

/**
 * Longest an act may take until it is answered, in virtual milliseconds: the bound of one second, on the
 * clock that judges.
 */
const LONGEST_ANSWER_MS = 1_000

/** Things that happen to one run before it is left in peace. */
const MOST_HAPPENINGS = 12

const people = ['ann', 'ben', 'cleo'] as const

/** Scripts whose result is the same however they are interrupted, and how many agents answer in each. */
const scripts: readonly { body: string; result: unknown }[] = [
  {
    body: `return (await parallel(Array.from({ length: 12 }, (_, at) => () => agent('q' + at)))).join()`,
    result: Array.from({ length: 12 }, (_, at) => `re: q${at}`).join(),
  },
  {
    body: `return (await pipeline([1, 2, 3, 4, 5], (n) => agent('one ' + n), (a, n) => agent('two ' + n + ' of ' + a))).join()`,
    result: [1, 2, 3, 4, 5].map((n) => `re: two ${n} of re: one ${n}`).join(),
  },
  {
    body: `let found = []; for (let round = 0; round < 4; round++) { found = found.concat(await parallel([0, 1, 2].map((at) => () => agent('r' + round + at)))); await new Promise((go) => setTimeout(go, 300)) } return found.length`,
    result: 12,
  },
  {
    body: `phase('Ask'); const first = await agent('first'); const yes = await checkpoint({ title: 'Go on?', timeoutMs: 5000, default: true }); phase('Do'); return [yes, first, await agent('last ' + yes)]`,
    result: null,
  },
  {
    // Which answer came first may differ after a kill; that it is the one that was told once may not.
    body: `const seen = []; await Promise.all([0, 1, 2, 3].map((at) => agent('o' + at).then(() => seen.push(at)))); const order = seen.join(''); return (await agent('in order ' + order)) === 're: in order ' + order`,
    result: true,
  },
  {
    body: `const all = Array.from({ length: 6 }, (_, at) => agent.settled('s' + at)); return (await Promise.all(all)).map(({ status }) => status).join()`,
    result: Array(6).fill('succeeded').join(),
  },
]

export type RandomRun = {
  /** What went against a law; empty when all held. */
  broken: string[]
  /** What happened, in order, for looking into a seed. */
  journal: string[]
}

/**
 * One run under random kills, faults and acts of three people, decided by the seed alone. The laws: every act
 * is answered in time, with a result or a refusal that says why; the run ends; its rows are its journal; no
 * committed answer is sent for again; no cap of agents is passed; what was acknowledged stands in the
 * journal; what was cancelled ends as cancelled; and where nobody changed the work itself, the result is what
 * it would have been without any of it.
 */
export async function randomRun(seed: number): Promise<RandomRun> {
  const journal: string[] = []
  const broken: string[] = []
  const again: Sent[] = []
  let check: (sent: Sent) => void = () => {}
  const own = openHarness({
    seed,
    reply: (sent, random): Reply => {
      check(sent)
      const draw = random()
      const afterMs = Math.floor(random() * 400)
      if (draw < 0.05) return { kind: 'failure', failure: 'overloaded', retryAfterMs: null, afterMs }
      if (draw < 0.08) return { kind: 'failure', failure: 'rate-limit', retryAfterMs: 500, afterMs }
      if (draw < 0.1) return { kind: 'failure', failure: 'connection', retryAfterMs: null, afterMs }
      if (draw < 0.13) return { kind: 'partial', text: 're: ', afterMs }
      if (draw < 0.25)
        return { kind: 'clinging', text: `re: ${sent.prompt}`, afterMs, clingMs: Math.floor(random() * 600) }
      return { kind: 'answer', text: `re: ${sent.prompt}`, afterMs }
    },
  })
  const { random } = own
  const pick = <T>(from: readonly T[]): T => {
    const one = from[Math.floor(random() * from.length)]
    if (one === undefined) throw new Error('Nothing to pick from')
    return one
  }
  try {
    const { body, result } = pick(scripts)
    // Caps below what some scripts ask for: the run ends there, and passes neither.
    const isCapped = random() < 0.3
    const limits: Limits = isCapped
      ? {
          ...defaultLimits,
          agents: 4 + Math.floor(random() * 12),
          nanoUsd: Math.floor(random() * 4_000_000_000) + 1,
        }
      : defaultLimits
    const runId = await own.launch(body, {
      concurrency: random() < 0.5 ? 3 : null,
      breaker: null,
      limits,
      onLimit: isCapped ? 'end' : 'pause',
    })
    check = (sent) => {
      const state = own.engine.active(runId)?.journal.state
      if (state === undefined) return
      // An agent whose answer is committed has ended, or is asked in a new attempt that begins with its
      // question alone.
      for (const agent of state.agents.values())
        if (agent.endedAt !== null && agent.preview !== '' && `re: ${sent.prompt}` === agent.preview)
          again.push(sent)
    }
    let changesWork = isCapped
    const happenings = Math.floor(random() * MOST_HAPPENINGS)
    for (let at = 0; at < happenings; at++) {
      own.clock.advance(Math.floor(random() * 300))
      await own.rest()
      const what = pick(happeningsOf)
      journal.push(what.name)
      changesWork ||= what.changesWork
      await what.happen(own, runId, pick, broken)
    }
    // Whatever pauses it is lifted, until it ends.
    for (let lifts = 0; ; lifts++) {
      await own.until(async () => {
        const { status } = (await own.state(runId)).run
        return hasEnded(status) || status === 'paused'
      }, 'an end or a pause')
      const { run } = await own.state(runId)
      if (hasEnded(run.status)) break
      if (lifts > 20) {
        broken.push(`it paused again and again: ${run.reason}`)
        break
      }
      if (run.resumesAt === null) {
        const lifted = await own.settled(own.engine.resume(runId, person('ann')))
        // Its script had returned as it was paused: it ends once its agents have let go.
        if (!lifted.ok) own.clock.advance(300)
      } else
        await own.until(async () => (await own.state(runId)).run.status !== 'paused', 'its own resumption')
    }
    await own.until(() => own.engine.active(runId) === null, 'its rest')
    const state = await own.state(runId)
    if (!changesWork && state.run.status !== 'completed')
      broken.push(`it ended as ${state.run.status}: ${state.run.reason}`)
    const gave = await own.result(runId)
    if (!changesWork && result !== null && gave !== result) broken.push(`it gave ${JSON.stringify(gave)}`)
    if (state.agents.size > limits.agents) broken.push(`${state.agents.size} agents of ${limits.agents}`)
    const spent = state.totals.spentNanoUsd + state.totals.unsettledNanoUsd
    if (limits.nanoUsd !== null && spent > limits.nanoUsd)
      broken.push(`${spent} nanodollars of ${limits.nanoUsd}`)
    for (const sent of again) broken.push(`${sent.prompt} was sent again after its answer was committed`)
    await own.checkRows(runId).catch((error: unknown) => broken.push(String(error)))
    const committed = new Set<string>()
    for (const { event } of await own.journal(runId)) {
      if (event.type !== 'turn.committed') continue
      const name = `${event.agentId} ${event.attempt} ${event.turn}`
      if (committed.has(name)) broken.push(`turn ${name} was committed twice`)
      committed.add(name)
    }
    if (state.totals.reservedNanoUsd !== 0)
      broken.push(`${state.totals.reservedNanoUsd} nanodollars are reserved after its end`)
    for (const fault of own.reports)
      broken.push(`fault: ${fault instanceof Error ? fault.stack : String(fault)}`)
  } catch (error) {
    broken.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  } finally {
    own.close()
  }
  return { broken, journal }
}

type Happening = {
  name: string
  /** Whether it changes what the run comes to. */
  changesWork: boolean
  happen(own: Harness, runId: string, pick: <T>(from: readonly T[]) => T, broken: string[]): Promise<void>
}

/** An act that was answered before it was done tells of it when it is. */
function isUnderWay(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'under-way'
}

/**
 * An act of somebody: it may be refused, but never without a reason, and never late. Where it was not
 * refused, one of the `leaves` stands in the journal under the name of the person who did it.
 */
function act(
  name: string,
  changesWork: boolean,
  leaves: readonly RunEvent['type'][],
  press: (own: Harness, runId: string, who: Actor, agentId: string) => Promise<unknown>,
): Happening {
  return {
    name,
    changesWork,
    async happen(own, runId, pick, broken) {
      const agents = [...(await own.state(runId)).agents.keys()]
      const agentId = agents.length === 0 ? 'a1' : pick(agents)
      const beganMs = own.clock.awake.now()
      // Sometimes two people press at once.
      const traces = async () =>
        (await own.journal(runId)).filter(
          ({ event }) =>
            leaves.includes(event.type) &&
            (event.type === 'agent.ended'
              ? event.agentId === agentId && event.outcome !== 'succeeded'
              : 'actor' in event && event.actor !== null),
        )
      const before = (await traces()).length
      const presses = Array.from({ length: pick([1, 1, 2, 3]) }, () =>
        own.settled(press(own, runId, person(pick(people)), agentId)),
      )
      const outcomes = await Promise.all(presses)
      const kept = (await traces()).length - before
      const said = outcomes.filter((outcome) => outcome.ok && !isUnderWay(outcome.value)).length
      if (kept < said) broken.push(`${name} was acknowledged ${said} times and written down ${kept} times`)
      if (name === 'cancel' && said > 0) {
        const { status, settling } = (await own.state(runId)).run
        if (status !== 'cancelled' && settling?.cancelledBy == null)
          broken.push(`a cancel was acknowledged, and the run is ${status}`)
      }
      for (const outcome of outcomes)
        if (!outcome.ok && !(outcome.error instanceof RunStateError))
          broken.push(`${name}: ${String(outcome.error)}`)
      const tookMs = own.clock.awake.now() - beganMs
      if (tookMs > LONGEST_ANSWER_MS) broken.push(`${name} was answered after ${tookMs} ms`)
    },
  }
}

const happeningsOf: readonly Happening[] = [
  act('pause', false, ['run.paused'], (own, runId, who) => own.engine.pause(runId, who)),
  act('resume', false, ['run.resumed'], (own, runId, who) => own.engine.resume(runId, who)),
  act('resume', false, ['run.resumed'], (own, runId, who) => own.engine.resume(runId, who)),
  act('retry failed', false, ['run.retried'], (own, runId, who) => own.engine.retryFailed(runId, null, who)),
  act('relabel', false, ['run.relabelled'], (own, runId, who) =>
    own.engine.relabel(runId, 'another name', [who.name], who),
  ),
  act('answer', false, ['checkpoint.answered'], (own, runId, who) =>
    own.engine.answer(runId, 'c1', true, who),
  ),
  act('steer', true, ['agent.steered'], (own, runId, who, agentId) =>
    own.engine.actOnAgent(runId, agentId, { do: 'steer', message: 'Be brief.' }, who),
  ),
  act('skip', true, ['agent.ended'], (own, runId, who, agentId) =>
    own.engine.actOnAgent(runId, agentId, { do: 'skip' }, who),
  ),
  act('retry agent', true, ['agent.retried', 'run.retried'], (own, runId, who, agentId) =>
    own.engine.actOnAgent(runId, agentId, { do: 'retry', asked: null }, who),
  ),
  act('cancel agent', true, ['agent.ended'], (own, runId, who, agentId) =>
    own.engine.actOnAgent(runId, agentId, { do: 'cancel' }, who),
  ),
  act('cancel', true, ['run.settling', 'run.ended'], (own, runId, who) => own.engine.cancel(runId, who)),
  { name: 'kill', changesWork: false, happen: (own) => own.restart() },
  { name: 'kill', changesWork: false, happen: (own) => own.restart() },
  {
    name: 'sleep',
    changesWork: false,
    async happen(own) {
      own.clock.skip(8 * 3_600_000)
      await own.rest()
    },
  },
  {
    name: 'clock set back',
    changesWork: false,
    async happen(own) {
      own.clock.skip(-3_600_000)
      await own.rest()
    },
  },
]
