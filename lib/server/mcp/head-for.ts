import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { admit } from '../http/door'
import { getHead } from '../runs/read-run'
import type { RunHead } from './questions'
import type { Visit } from './tool'

/** A run that the visitor may see, as of now; with its agents where it is at work. Rejects as the API does. */
export async function headFor({ app, from }: Visit, id: string): Promise<RunHead> {
  const { app: reached } = await admit(app, from.headers, runApi.getRun, { id })
  return reached.engine.active(id)?.journal.state ?? (await getHead(reached, id))
}
