'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'

/** An act after which what is shown under a name is asked for again, also where it failed: it may be other than shown. */
export function useChange<Given, Answer>(shown: string, act: (given: Given) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: [shown] }),
  })
}
