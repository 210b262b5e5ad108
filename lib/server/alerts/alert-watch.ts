import { randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/core/base/actor'
import {
  type Alert,
  alertId,
  budgetAlert,
  isOfRealMoney,
  MOST_PEERS,
  outlierTimes,
  type StoredAlert,
  usualCost,
} from '@/lib/core/money/alerts'
import { daysOf, periodAt } from '@/lib/core/money/budgets'
import type { CostReader } from '@/lib/core/money/cost-store'
import type { AlertStore, Delivery } from '@/lib/core/money/money-store'
import type { Cancel, Clock } from '@/lib/core/ports/clock'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { alertSentence } from '@/lib/view/run/alerts'
import type { WatchedBudget } from '../services/settings-store'
import type { Notice } from './notice-body'

/** Most alerts on the overview; the rest are under Costs, Budgets. */
const SHOWN_ON_OVERVIEW = 20

/** Delay between a commit and the check of the costs: turns come faster than anybody reads. */
const CHECK_GAP_MS = 250

type Sources = {
  store: AlertStore
  costReader: CostReader
  budgets(): readonly WatchedBudget[]
  /** A notice as it is sent; null where none are. */
  bodyOf(notice: Notice): string | null
  wakeDeliveries(): void
  clock: Clock
  report(error: unknown): void
}

type Seen = {
  runId: string
  project: string
  title: string
  workflow: string
  spentNanoUsd: number
  hasEnded: boolean
}

/** Checks real money after every commit that spends some, and alerts people once about each thing. */
export class AlertWatch {
  #open: readonly StoredAlert[] = []
  readonly #told = new Set<string>()
  readonly #usual = new Map<string, number | null>()
  readonly #runs = new Map<string, Seen>()
  #isDue = false
  #timer: Cancel | null = null
  #going: Promise<void> | null = null
  #isClosed = false
  #hasChecked = false

  constructor(private readonly sources: Sources) {}

  /** What nobody has dismissed yet, newest first. */
  open(): readonly StoredAlert[] {
    return this.#open
  }

  /** Reads the open alerts and checks soon: the last process may have died between a turn and its alert. */
  async start(): Promise<void> {
    await this.#load()
    this.check()
  }

  /** Receives every commit. */
  onEvent(envelopes: readonly Envelope[], { run, totals }: RunState): void {
    if (run.simulated || run.id.startsWith(trialRunPrefix)) return
    let isMoney = false
    for (const { event } of envelopes) {
      if (event.type === 'turn.committed' && event.cost === null && event.unsettled === null)
        this.tell({ kind: 'unknown-price', model: event.model, runId: run.id, title: run.title }).catch(
          this.sources.report,
        )
      isMoney ||=
        event.type === 'turn.committed' || (event.type === 'turn.failed' && event.unsettledNanoUsd > 0)
    }
    if (!isMoney && !hasEnded(run.status)) return
    if (run.workflow !== null)
      this.#runs.set(run.id, {
        runId: run.id,
        project: run.project,
        title: run.title,
        workflow: run.workflow.name,
        spentNanoUsd: totals.spentNanoUsd,
        hasEnded: hasEnded(run.status),
      })
    this.check()
  }

  /** Budgets, prices or costs have changed. */
  check(): void {
    if (this.#isClosed) return
    this.#isDue = true
    if (this.#going !== null || this.#timer !== null) return
    this.#timer = this.sources.clock.after(CHECK_GAP_MS, () => this.#begin())
  }

  #begin(): void {
    this.#timer?.()
    this.#timer = null
    this.#going = this.#check()
      .catch((error) => {
        if (!this.#isClosed) this.sources.report(error)
      })
      .finally(() => {
        this.#going = null
        if (this.#isDue) this.check()
      })
  }

  /** Resolves once everything received so far has been checked. */
  async atRest(): Promise<void> {
    while (this.#going !== null || this.#isDue) {
      if (this.#going === null) this.#begin()
      await this.#going
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#isDue = false
    this.#timer?.()
    this.#timer = null
    await this.#going
  }

  async dismiss(id: string, by: Actor): Promise<boolean> {
    const isDone = await this.sources.store.dismissAlert(
      id,
      new Date(this.sources.clock.now()).toISOString(),
      by,
    )
    await this.#load()
    return isDone
  }

  async #load(): Promise<void> {
    const open = await this.sources.store.listAlerts({ isOpen: true, limit: SHOWN_ON_OVERVIEW })
    this.#open = open.filter(({ id }) => isOfRealMoney(id))
  }

  async #check(): Promise<void> {
    this.#isDue = false
    const { costReader, clock } = this.sources
    if (!this.#hasChecked)
      for (const { model, runId, title } of await costReader.ask('unpriced', { simulated: false }))
        await this.tell({ kind: 'unknown-price', model, runId, title })
    this.#hasChecked = true
    const budgets = this.sources.budgets().map(({ budget, over }) => {
      const name = periodAt(budget.period, clock.now())
      return { budget, over, name, ...daysOf(name) }
    })
    const used = budgets.length === 0 ? [] : await costReader.ask('budgets', { budgets, simulated: false })
    for (const [at, { budget, name }] of budgets.entries()) {
      const alert = budgetAlert(budget, name, used[at]?.nanoUsd ?? 0)
      if (alert !== null) await this.tell(alert)
    }
    const runs = [...this.#runs.values()]
    this.#runs.clear()
    for (const run of runs) await this.#checkRun(run)
  }

  async #checkRun({ runId, project, title, workflow, spentNanoUsd, hasEnded }: Seen): Promise<void> {
    const medianNanoUsd = this.#usual.get(runId) ?? (await this.#usualOf(runId, workflow, project))
    if (hasEnded) this.#usual.delete(runId)
    else this.#usual.set(runId, medianNanoUsd)
    if (medianNanoUsd === null || outlierTimes(spentNanoUsd, medianNanoUsd) === null) return
    await this.tell({ kind: 'outlier', runId, title, workflow, spentNanoUsd, medianNanoUsd })
  }

  async #usualOf(but: string, workflow: string, project: string): Promise<number | null> {
    // What others of its project cost: what is usual elsewhere is not told.
    const costReader = this.sources.costReader.within(project)
    return usualCost(await costReader.ask('peers', { workflow, simulated: false, but, limit: MOST_PEERS }))
  }

  /** Warns of something once, on the overview and through the webhook. */
  async tell(alert: Alert): Promise<void> {
    const { store, clock, bodyOf, wakeDeliveries } = this.sources
    const id = alertId(alert)
    if (this.#told.has(id)) return
    this.#told.add(id)
    const at = new Date(clock.now()).toISOString()
    const delivery = noticeOf(id, at, alert, bodyOf)
    const isNew = await store.addAlert(id, at, alert, delivery).catch((error) => {
      this.#told.delete(id)
      throw error
    })
    if (!isNew) return
    await this.#load()
    if (delivery !== null) wakeDeliveries()
  }
}

function noticeOf(alertId: string, at: string, alert: Alert, bodyOf: Sources['bodyOf']): Delivery | null {
  const id = randomUUID()
  const text = alertSentence(alert)
  const body = bodyOf({ id, type: 'alert', at, simulated: false, alertId, text, alert })
  return body === null ? null : { ...pending(id, at), kind: 'alert', body }
}

/** A notice that is to be sent at once. */
export function pending(id: string, at: string) {
  return {
    id,
    createdAt: at,
    status: 'pending' as const,
    attempts: 0,
    nextAt: at,
    lastAnswer: null,
    deliveredAt: null,
  }
}
