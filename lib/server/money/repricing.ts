import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { RepricingPreview, Repricings, repricingAskedSchema, repricingSchema } from '@/lib/api/prices'
import type { Actor } from '@/lib/core/base/actor'
import type { RepricingAsked } from '@/lib/core/money/repricing'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { moneyOf, queryCosts } from './query-costs'

/** Runs whose turns are fetched and stored together while a repricing is prepared. */
const RUNS_A_STEP = 50

type Body = z.output<typeof repricingAskedSchema>

/** What repricing a period would change. Nothing is changed. */
export async function previewRepricing(
  app: App,
  body: Body,
  signal?: AbortSignal,
): Promise<RepricingPreview> {
  const asked = askedOf(app, body)
  const { runIds, ...sight } = await queryCosts(app, 'repricing', asked, signal)
  const { prices, ...shown } = asked
  return { asked: shown, ...sight, runs: runIds.length }
}

function askedOf(app: App, { simulated, ...rest }: Body): RepricingAsked {
  return { ...rest, simulated: moneyOf(app, simulated), prices: app.prices.list() }
}

/**
 * Applies what a preview showed. All of it is stored first; then one run after another gets its new costs,
 * each in a transaction of its own, so no turn of a run at work waits for a year of history. What a crash
 * leaves is gone on with at the next start.
 */
export async function reprice(
  app: App,
  body: z.output<typeof repricingSchema>,
  actor: Actor,
): Promise<Repricings> {
  await refuseWhileOneGoesOn(app)
  const asked = askedOf(app, body.asked)
  const sight = await queryCosts(app, 'repricing', asked)
  if (sight.digest !== body.digest)
    throw new Refusal(
      'conflict',
      'The costs or the prices have changed since this preview. Preview it again.',
    )
  if (sight.turns === 0) throw new Refusal('conflict', 'Nothing would change.')
  const id = randomUUID()
  const { prices, ...shown } = asked
  const isFirst = await app.store.money.addRepricing({
    id,
    at: new Date(app.now()).toISOString(),
    by: actor,
    status: 'preparing',
    asked: shown,
    turns: sight.turns,
    runs: sight.runIds.length,
    beforeNanoUsd: sight.beforeNanoUsd,
    afterNanoUsd: sight.afterNanoUsd,
    undoes: null,
  })
  if (!isFirst) throw oneGoesOn()
  for (let at = 0; at < sight.runIds.length; at += RUNS_A_STEP) {
    const runIds = sight.runIds.slice(at, at + RUNS_A_STEP)
    await app.store.money.addRepricedTurns(id, await queryCosts(app, 'repricedTurns', { asked, runIds }))
  }
  await app.store.money.setRepricingStatus(id, 'applying')
  await carryOut(app, id, actor)
  return listRepricings(app)
}

/** Takes an act back: every turn costs what it cost before, by an act of its own. */
export async function undoRepricing(app: App, id: string, actor: Actor): Promise<Repricings> {
  await refuseWhileOneGoesOn(app)
  const act = (await app.store.money.listRepricings()).find((one) => one.id === id)
  if (act === undefined) throw new Refusal('not-found', `There is no repricing ${id}.`)
  if (act.undoneBy !== null) throw new Refusal('conflict', 'It was already undone.')
  const undo = randomUUID()
  try {
    const at = new Date(app.now()).toISOString()
    if (!(await app.store.money.addUndo(undo, id, at, actor))) throw oneGoesOn()
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'RepricedSinceError')
      throw new Refusal('conflict', cause.message)
    throw cause
  }
  await carryOut(app, undo, actor)
  return listRepricings(app)
}

/** Continues what a crash interrupted; a repricing that was not yet stored completely is dropped. */
export async function finishRepricings(app: App): Promise<void> {
  for (const { id, status, by } of await app.store.money.listRepricings()) {
    if (status === 'preparing') await app.store.money.dropRepricing(id)
    if (status === 'applying') await carryOut(app, id, by)
  }
}

export async function listRepricings(app: App): Promise<Repricings> {
  return { repricings: await app.store.money.listRepricings() }
}

async function carryOut(app: App, id: string, actor: Actor): Promise<void> {
  for (const runId of await app.store.money.runsToReprice(id)) {
    const at = new Date(app.now()).toISOString()
    const { changes } = await app.engine.whileIdle(runId, () =>
      app.store.money.repriceRun(id, runId, at, actor),
    )
    for (const { day, changeNanoUsd, unsettledChangeNanoUsd, payer } of changes)
      app.dispatcher.correct(
        day,
        { spentNanoUsd: changeNanoUsd, unsettledNanoUsd: unsettledChangeNanoUsd },
        payer,
      )
    // Those who wait for a commit go first.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await app.store.money.setRepricingStatus(id, 'applied')
  app.alerts.check()
}

async function refuseWhileOneGoesOn(app: App): Promise<void> {
  const isGoingOn = (await app.store.money.listRepricings()).some(({ status }) => status !== 'applied')
  if (isGoingOn) throw oneGoesOn()
}

function oneGoesOn(): Refusal {
  return new Refusal('conflict', 'Another repricing is in progress. Wait until it is done.')
}
