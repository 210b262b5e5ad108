import { json, route } from '@/lib/server/route'
import { listPrices } from '@/lib/server/settings/models'

export const dynamic = 'force-dynamic'

export const GET = route(() => json(listPrices()))
