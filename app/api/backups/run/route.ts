import { backupApi } from '@/lib/api/endpoints/backup-endpoints'
import { makeBackup } from '@/lib/server/backups/backups'
import { handle } from '@/lib/server/http/route'

export const POST = handle(backupApi.makeBackup, ({ app }) => makeBackup(app))
