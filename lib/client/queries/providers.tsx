'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { setNonce } from 'get-nonce'
import { type ReactNode, useState } from 'react'
import { ApiError } from '../http/api'
import { styleNonce } from '../http/style-nonce'

/** What every page needs around it. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createClient)
  // What locks scrolling behind a dialog adds a style of its own.
  useState(() => setNonce(styleNonce()))
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}

function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (failures, error) => !isRefusal(error) && failures < 2,
        refetchOnWindowFocus: false,
      },
    },
  })
}

/** The server understood and said no; asking again changes nothing. */
function isRefusal(error: Error): boolean {
  return error instanceof ApiError && error.problem.status >= 400 && error.problem.status < 500
}
