import type { ReactNode } from 'react'
import { AddressState } from '@/lib/client/http/address-state'

export default function WorkflowsLayout({ children }: { children: ReactNode }) {
  return <AddressState>{children}</AddressState>
}
