import type { DaySpend } from '@/lib/core/base/utc-day'
import type { PayerSpend } from '@/lib/core/money/quotas'
import type {
  Admission,
  AdmitRequest,
  CalendarCaps,
  Dispatcher,
  Settlement,
} from '@/lib/core/ports/dispatcher'
import type { Governor } from '@/lib/core/ports/ports'
import { Ledger, type Quote } from './ledger'
import { type Release, Slots } from './slots'

export type EmbeddedSettings = {
  now(): number
  governor: Governor
  maxConcurrency: number
  caps: CalendarCaps
  /** What was spent on the days before now, today included. */
  spentByDay: readonly DaySpend[]
  /** The same by whom it counts against. */
  spentByPayer: readonly PayerSpend[]
}

/** The dispatcher of a single process: slots, then the budget's reservation, then the provider's limits. */
export function createEmbeddedDispatcher(settings: EmbeddedSettings): Dispatcher {
  const { governor, maxConcurrency } = settings
  const slots = new Slots(maxConcurrency)
  const ledger = new Ledger(settings.now, settings.spentByDay, settings.caps, settings.spentByPayer)

  return {
    open({ runId, payer, limits, concurrency, spentNanoUsd, tokens, phases }) {
      ledger.open(runId, payer, limits, spentNanoUsd, tokens, phases)
      slots.limit(runId, concurrency)
    },
    change(runId, limits, concurrency) {
      ledger.change(runId, limits)
      slots.limit(runId, concurrency)
    },
    close(runId) {
      ledger.close(runId)
      slots.forget(runId)
    },
    admit: (request) => admit(slots, ledger, governor, request),
    reserve: (request) => reserve(ledger, request),
    restoreReservation(runId, reserved) {
      const taken = ledger.restore(runId, reserved)
      return once(({ spentNanoUsd, unsettledNanoUsd, tokens }) =>
        ledger.settle(runId, taken, spentNanoUsd, unsettledNanoUsd, tokens),
      )
    },
    localSlot: (runId, position, signal) => slots.acquire(runId, position, signal),
    countAgents: (runId, count) => ledger.countAgents(runId, count),
    addUnsettled: (payer, nanoUsd, tokens) => ledger.addUnsettled(payer, nanoUsd, tokens),
    setCaps: (caps) => ledger.setCaps(caps),
    correct: (day, change, payer) => ledger.correct(day, change, payer),
    quotaUse: (quota) => ledger.quotaUse(quota),
    usage: () => ({
      slots: { used: slots.used, max: slots.max, waiting: slots.waiting },
      ...ledger.calendar(),
      headroom: governor.headroom(),
    }),
  }
}

/**
 * Reserves budget but no slot: a batch is processed by the provider, so waiting for it occupies nothing here.
 */
async function reserve(ledger: Ledger, request: AdmitRequest): Promise<Admission> {
  const { runId, signal, onWait } = request
  for (;;) {
    signal.throwIfAborted()
    const verdict = ledger.reserve(runId, quoteOf(request, Number.POSITIVE_INFINITY))
    if (verdict.kind === 'capped' || verdict.kind === 'not-held') return verdict
    if (verdict.kind === 'wait') {
      onWait('budget', null, verdict.cap, verdict.quota)
      await ledger.changed(request, verdict.on)
      continue
    }
    const { reservation } = verdict
    return {
      kind: 'admitted',
      maxTokens: reservation.maxTokens,
      reservedNanoUsd: reservation.nanoUsd,
      clampedBy: reservation.clampedBy,
      headers() {},
      settle: once(({ spentNanoUsd, unsettledNanoUsd, tokens }) =>
        ledger.settle(runId, reservation, spentNanoUsd, unsettledNanoUsd, tokens),
      ),
    }
  }
}

/** What a request asks of the ledger by now: while it waited, others may have shown what turns need. */
function quoteOf(request: AdmitRequest, mostInFlight: number): Quote {
  const { phase, maxTokens, inputTokens, worstCase } = request
  const likelyTokens = Math.min(maxTokens, request.likelyTokens())
  return {
    phase,
    maxTokens,
    likelyTokens,
    contenders: Math.min(request.contenders(), mostInFlight),
    inputTokens,
    worstCase,
  }
}

function once(settle: (settlement: Settlement) => void): (settlement: Settlement) => void {
  let isSettled = false
  return (settlement) => {
    if (isSettled) return
    isSettled = true
    settle(settlement)
  }
}

async function admit(
  slots: Slots,
  ledger: Ledger,
  governor: Governor,
  request: AdmitRequest,
): Promise<Admission> {
  const { runId, position, signal, onWait } = request
  for (;;) {
    let release: Release
    try {
      release = await slots.acquire(runId, position, signal, () => onWait('slot', null, null))
    } catch (error) {
      // The ledger may just have woken this request. Since it is leaving, wake the next one, or nobody would
      // use the freed headroom.
      ledger.pass(runId, request.phase)
      throw error
    }
    const verdict = ledger.reserve(runId, quoteOf(request, slots.mostOf(runId)))
    if (verdict.kind === 'capped' || verdict.kind === 'not-held') {
      release()
      return verdict
    }
    if (verdict.kind === 'wait') {
      release()
      onWait('budget', null, verdict.cap, verdict.quota)
      await ledger.changed(request, verdict.on)
      continue
    }
    const { reservation } = verdict
    try {
      let blocked = false
      const permit = await governor.admit(request.family, signal, (untilMs) => {
        onWait('rate-limit', untilMs, null)
        // A known block may last minutes: the slot goes to somebody who can use it.
        if (untilMs !== null) {
          blocked = true
          release()
        }
      })
      if (blocked) {
        try {
          release = await slots.acquire(runId, position, signal)
        } catch (error) {
          permit.settle(null)
          throw error
        }
      }
      let isSettled = false
      return {
        kind: 'admitted',
        maxTokens: reservation.maxTokens,
        reservedNanoUsd: reservation.nanoUsd,
        clampedBy: reservation.clampedBy,
        headers: (limits) => permit.headers(limits),
        settle({ spentNanoUsd, unsettledNanoUsd, tokens, failure }) {
          if (isSettled) return
          isSettled = true
          permit.settle(failure)
          ledger.settle(runId, reservation, spentNanoUsd, unsettledNanoUsd, tokens)
          release()
        },
      }
    } catch (error) {
      ledger.settle(runId, reservation, 0, 0, 0)
      release()
      throw error
    }
  }
}
