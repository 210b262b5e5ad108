import type { Metadata } from 'next'
import { KeysScreen } from '@/components/settings/keys-screen'

export const metadata: Metadata = { title: 'API keys' }

export default function KeysPage() {
  return <KeysScreen />
}
