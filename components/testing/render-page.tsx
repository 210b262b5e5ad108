import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, configure, render, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import { SearchParamsContext } from 'next/dist/shared/lib/hooks-client-context.shared-runtime'
import { NuqsTestingAdapter } from 'nuqs/adapters/testing'
import type { ReactNode } from 'react'
import { expect, onTestFinished } from 'vitest'
import { fetchDialogs } from '@/components/ui/actions/dialog'
import { MoneyProvider } from '@/lib/client/hooks/money-context'

// Pages fetch the code of dialogs when one is wanted; a test of what stands in one need not wait for that.
await fetchDialogs()

// A loaded machine may take long to paint; this only bounds how long a failing test takes.
configure({ asyncUtilTimeout: 10_000 })

/** The document of the tests does not know `search` yet, of which React would warn. */
function knowNewTags(): void {
  Object.defineProperty(HTMLUnknownElement.prototype, Symbol.toStringTag, { value: 'HTMLElement' })
}

export type PageOptions = {
  /** The query of the page's address, without its question mark. */
  search?: string
  /** Whether its dollars are the simulator's. */
  simulated?: boolean
}

/**
 * Draws a part of a page with what surrounds it in the app: router, address, queries. Gone when the test
 * ends.
 */
export function renderPage(ui: ReactNode, { search = '', simulated = false }: PageOptions = {}) {
  knowNewTags()
  const visited: string[] = []
  const address = { search: new URLSearchParams(search) }
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, gcTime: Number.POSITIVE_INFINITY } },
  })
  const go = (href: string) => void visited.push(href)
  const nothing = () => {}
  const router = {
    push: go,
    replace: go,
    back: nothing,
    forward: nothing,
    refresh: nothing,
    prefetch: nothing,
    bfcacheId: '0',
  }
  const page = render(ui, {
    wrapper: ({ children }) => (
      <AppRouterContext value={router}>
        <SearchParamsContext value={new URLSearchParams(search)}>
          <NuqsTestingAdapter
            searchParams={search}
            hasMemory
            onUrlUpdate={({ searchParams }) => {
              address.search = searchParams
            }}
          >
            <QueryClientProvider client={client}>
              <MoneyProvider simulated={simulated}>{children}</MoneyProvider>
            </QueryClientProvider>
          </NuqsTestingAdapter>
        </SearchParamsContext>
      </AppRouterContext>
    ),
  })
  onTestFinished(() => {
    cleanup()
    client.clear()
  })
  return {
    ...page,
    user: userEvent.setup(),
    /** Resolves once every question to the server has been answered. */
    settled: () => waitFor(() => expect(client.isFetching()).toBe(0)),
    /** Addresses the page went to, in order. */
    visited,
    /** The query of the address as it is now. */
    search: () => address.search,
  }
}
