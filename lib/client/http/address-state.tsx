'use client'

// Around the pages that keep what one looks at in their address: the first page keeps nothing there, and does not
// load what this needs.
export { NuqsAdapter as AddressState } from 'nuqs/adapters/next/app'
