import { importApi } from '@/lib/api/endpoints/import-endpoints'
import { refuseOtherMachines } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'
import { findImportable } from '@/lib/server/imports/find-runs'
import { importRun } from '@/lib/server/imports/import-run'

export const GET = handle(importApi.findClaudeRuns, ({ app, query, request }) => {
  refuseOtherMachines(app.env, request.headers)
  return findImportable(app, query, request.signal)
})

export const POST = handle(importApi.importClaudeRun, ({ app, body, actor, request }) => {
  refuseOtherMachines(app.env, request.headers)
  return importRun(app, body, actor, request.signal)
})
