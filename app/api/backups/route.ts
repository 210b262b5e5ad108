import { backupApi } from '@/lib/api/endpoints/backup-endpoints'
import { changeBackups, readBackups } from '@/lib/server/backups/backups'
import { handle } from '@/lib/server/http/route'

export const GET = handle(backupApi.getBackups, ({ app }) => readBackups(app))

export const PUT = handle(backupApi.setBackups, ({ app, body }) => changeBackups(app, body.schedule))
