import type { Metadata } from 'next'
import { WallScreen } from '@/components/wall/wall-screen'

export const metadata: Metadata = { title: 'Wall' }

export default function WallPage() {
  return <WallScreen />
}
