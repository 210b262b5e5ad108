'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApprovedInput } from '@/lib/api/runs'
import type { Json } from '@/lib/core/base/json'
import { call } from '../http/api'
import { laterApi } from '../http/later'

const runApi = laterApi(async () => (await import('@/lib/api/endpoints/run-endpoints')).runApi)

/** Answers a question of a run; what follows arrives on the stream. */
export function useAnswer(runId: string, checkpointId: string) {
  return useMutation({
    mutationFn: async (sent: { answer: Json; approved?: ApprovedInput }) => {
      const closed = await call(runApi.answerCheckpoint, { params: { id: runId, checkpointId }, body: sent })
      forget(runId, checkpointId)
      return closed
    },
  })
}

/**
 * Text typed as part of an answer: it outlives a lost connection and a reload of the page, until it is sent.
 */
export function useDraft(
  runId: string,
  checkpointId: string,
  part: string,
  start: string,
): [string, (text: string) => void] {
  const key = keyOf(runId, checkpointId, part)
  const [text, setText] = useState(() => kept(key) ?? start)
  const write = (next: string) => {
    setText(next)
    keep(key, next)
  }
  return [text, write]
}

function kept(key: string): string | null {
  return withStore((store) => store.getItem(key)) ?? null
}

function keep(key: string, text: string): void {
  withStore((store) => store.setItem(key, text))
}

function forget(runId: string, checkpointId: string): void {
  const begin = keyOf(runId, checkpointId, '')
  withStore((store) => {
    for (const key of Object.keys(store)) if (key.startsWith(begin)) store.removeItem(key)
  })
}

/** A full or forbidden store costs a draft its reload, never the answer. */
function withStore<T>(use: (store: Storage) => T): T | undefined {
  try {
    return use(sessionStorage)
  } catch (cause) {
    console.info('A draft could not be saved.', cause)
    return undefined
  }
}

function keyOf(runId: string, checkpointId: string, part: string): string {
  return `skein.answer.${runId}.${checkpointId}.${part}`
}
