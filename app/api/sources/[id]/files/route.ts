import { sourcesApi } from '@/lib/api/endpoints/source-endpoints'
import { readBytes } from '@/lib/server/http/read-body'
import { handle } from '@/lib/server/http/route'
import { addFile, MOST_FILE_BYTES } from '@/lib/server/sources/add-source'

export const POST = handle(sourcesApi.addSourceFile, async ({ app, params, query, request, admitAgain }) => {
  const bytes = await readBytes(request, MOST_FILE_BYTES)
  await admitAgain()
  return addFile(app, params.id, query.name, bytes)
})
