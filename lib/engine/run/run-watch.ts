import { isNearCap, timeOver } from '@/lib/core/caps/time-cap'
import { type Cancel, type Clock, every } from '@/lib/core/ports/clock'
import type { Write } from '@/lib/core/ports/journal-store'
import type { ActiveRun, Needs } from '../context/active-run'
import { type InFlightTurn, savedInFlightTurn } from '../parts/in-flight-turn'

const TICK_MS = 1000

/** Silence after which an agent is shown as stalled, unless its own limit comes sooner. */
const SHOWN_AFTER_MS = 30_000

/** Looks at all active runs once a second: saves what was heard, notices silence, caps of time and money. */
export class RunWatch {
  #cancel: Cancel | null = null
  readonly #warned = new Set<string>()

  constructor(
    private readonly clock: Clock,
    private readonly runs: () => readonly ActiveRun[],
  ) {}

  start(): void {
    this.#cancel ??= every(this.clock.awake, TICK_MS, () => this.#tick())
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #tick(): void {
    const runs = this.runs()
    if (runs.length === 0) this.stop()
    for (const run of runs) {
      run.workTime.addToPhases(run.journal.state)
      saveInFlightTurns(run)
      for (const inFlightTurn of run.inFlightTurns.values()) noticeSilence(run, inFlightTurn)
      void noticeTime(run).catch(run.ports.report)
      this.#noticeMoney(run)
    }
  }

  #noticeMoney(run: Needs<'id' | 'journal' | 'ports'>): void {
    const { limits } = run.journal.state.run
    const { spentNanoUsd, unsettledNanoUsd } = run.journal.state.totals
    const cap = limits.nanoUsd
    const id = `${run.id}:${cap}`
    if (cap === null || !isNearCap(spentNanoUsd + unsettledNanoUsd, cap) || this.#warned.has(id)) return
    this.#warned.add(id)
    run.journal
      .record([
        {
          type: 'budget.warned',
          scope: 'run',
          spentNanoUsd: spentNanoUsd + unsettledNanoUsd,
          capNanoUsd: cap,
        },
      ])
      .catch(run.ports.report)
  }
}

/** So that a crash is booked with what had been heard: at most once a second, and only what changed. */
function saveInFlightTurns(run: Needs<'inFlightTurns' | 'journal' | 'ports'>): void {
  const writes: Write[] = []
  for (const inFlightTurn of run.inFlightTurns.values()) {
    if (!inFlightTurn.isDirty) continue
    inFlightTurn.isDirty = false
    writes.push({ do: 'save-in-flight-turn', inFlightTurn: savedInFlightTurn(inFlightTurn) })
  }
  for (let at = 0; at < writes.length; at += 150)
    run.journal.record([], writes.slice(at, at + 150)).catch(run.ports.report)
}

function noticeSilence(run: Needs<'journal' | 'ports'>, inFlightTurn: InFlightTurn): void {
  const silentMs = run.ports.clock.awake.now() - inFlightTurn.heardMs
  const isSilent = silentMs >= Math.min(SHOWN_AFTER_MS, inFlightTurn.stallMs / 2)
  if (isSilent === inFlightTurn.isStalled) return
  inFlightTurn.isStalled = isSilent
  const { agentId } = inFlightTurn
  run.journal
    .record([isSilent ? { type: 'agent.stalled', agentId, silentMs } : { type: 'agent.recovered', agentId }])
    .catch(run.ports.report)
}

async function noticeTime(run: Needs<'ending' | 'journal' | 'pauses' | 'workTime'>): Promise<void> {
  if (run.journal.state.run.status !== 'running') return
  const over = timeOver(run.journal.state, run.workTime)
  if (over === null) return
  const ended = await run.pauses.reachCap({ ...over, quota: null })
  if (ended !== null) run.ending.atLimit(ended.message)
}
