import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { Request, Response } from 'express'
import { database } from './database'
import { requireUser } from './session'

const root = resolve('storage')

/** GET /documents/:id, for those who are signed in. */
export async function showDocument(request: Request, response: Response) {
  requireUser(request)
  const document = await database.query('SELECT * FROM documents WHERE id = $1', [request.params.id])
  response.json(document.rows[0])
}

/** DELETE /documents/:id */
export async function deleteDocument(request: Request, response: Response) {
  const user = requireUser(request)
  const { rowCount } = await database.query('DELETE FROM documents WHERE id = $1 AND owner = $2', [request.params.id, user.id])
  response.status(rowCount === 1 ? 204 : 404).end()
}

/** GET /documents/search?text= */
export async function searchDocuments(request: Request, response: Response) {
  const user = requireUser(request)
  const columns = ['id', 'title', 'changed_at']
  const sql = 'SELECT ' + columns.join(', ') + ' FROM documents WHERE owner = $1 AND title ILIKE $2'
  const { rows } = await database.query(sql, [user.id, `%${request.query.text ?? ''}%`])
  response.json(rows)
}

/** GET /documents/sorted?by= */
export async function sortedDocuments(request: Request, response: Response) {
  const user = requireUser(request)
  const { rows } = await database.query(`SELECT id, title FROM documents WHERE owner = $1 ORDER BY ${request.query.by}`, [user.id])
  response.json(rows)
}

/** GET /files/:name */
export function sendFile(request: Request, response: Response) {
  requireUser(request)
  const name = String(request.params.name)
  createReadStream(join(root, decodeURIComponent(name))).pipe(response)
}

/** GET /templates/:name */
export async function sendTemplate(request: Request, response: Response) {
  const path = resolve(root, 'templates', String(request.params.name))
  if (!path.startsWith(join(root, 'templates') + sep)) {
    response.status(404).end()
    return
  }
  response.type('text/html').send(await readFile(path, 'utf8'))
}
