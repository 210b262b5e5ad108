'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { RunSummary } from '@/lib/api/runs'
import { hasEnded } from '@/lib/core/spec/run'
import { problemOf, send } from '../http/api'
import { type BulkAct, type BulkOutcome, createBulk } from './bulk'

const KEY = 'skein.bulk'

const bulk = createBulk({ send: sendOne, load, save })

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
        runs.map(({ id, title, status }) => ({ id, title, isAlready: act === 'cancel' && hasEnded(status) })),
        refresh,
      ),
    goOn: () => void bulk.goOn(refresh),
    again: () => void bulk.again(refresh),
    close: bulk.close,
  }
}

async function sendOne(act: BulkAct, id: string): Promise<BulkOutcome> {
  try {
    if (act === 'cancel') await send(runApi.cancelRun, { params: { id } })
    else await send(runApi.deleteRun, { params: { id } })
    return { state: 'done', detail: null }
  } catch (error) {
    const { status, detail } = problemOf(error)
    // A run that ended on the way refuses to be cancelled, and one that is gone to be deleted: that is what
    // was wanted.
    const isAlready = act === 'cancel' ? status === 409 : status === 404
    return { state: isAlready ? 'already' : 'failed', detail }
  }
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
