'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { BulkInput } from '@/lib/api/bulk'
import type { RunSummary } from '@/lib/api/first/run-list'
import { hasEnded } from '@/lib/core/spec/run-status'
import { call, problemOf } from '../http/api'
import { laterApi } from '../http/later'
import { type BulkAct, type BulkOutcome, createBulk } from './bulk'

const runApi = laterApi(async () => (await import('@/lib/api/endpoints/run-endpoints')).runApi)

const KEY = 'skein.bulk'

const bulk = createBulk({ send: sendSome, load, save })

/** The bulk act of this tab and what can be done about it. */
export function useBulk() {
  const client = useQueryClient()
  const current = useSyncExternalStore(bulk.subscribe, bulk.get, () => null)
  const refresh = () => void client.invalidateQueries({ queryKey: ['runs'] })
  return {
    bulk: current,
    start: (act: BulkAct, runs: readonly RunSummary[]) =>
      void bulk.start(
        act,
        runs.map(({ id, title, status }) => ({
          id,
          title,
          isAlready: act.act === 'cancel' && hasEnded(status),
        })),
        refresh,
      ),
    goOn: () => void bulk.goOn(refresh),
    again: () => void bulk.again(refresh),
    undo: () => void bulk.undo(refresh),
    close: bulk.close,
  }
}

async function sendSome({ act, tag }: BulkAct, ids: readonly string[]): Promise<BulkOutcome[]> {
  try {
    const { results } = await call(runApi.bulkAct, { body: bodyOf(act, tag ?? '', [...ids]) })
    return results.map(({ id, outcome, detail }) => ({ id, state: outcome, detail }))
  } catch (error) {
    const { detail } = problemOf(error)
    return ids.map((id) => ({ id, state: 'failed', detail }))
  }
}

function bodyOf(act: BulkAct['act'], tag: string, ids: string[]): BulkInput {
  return act === 'tag' || act === 'untag' ? { act, tag, ids } : { act, ids }
}

function load(): string | null {
  try {
    return sessionStorage.getItem(KEY)
  } catch (cause) {
    console.info('The browser keeps nothing; a bulk action will not survive a reload.', cause)
    return null
  }
}

function save(text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, text)
  } catch (cause) {
    console.info('The browser keeps nothing; a bulk action will not survive a reload.', cause)
  }
}
