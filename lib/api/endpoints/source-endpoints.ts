import { sourceFileQuerySchema, sourceInputSchema, sourceListSchema, sourceSchema } from '../sources'
import { body, created, endpoint, json } from './endpoint'

/** What runs work on beside folders of this machine: documents, web pages, repositories from elsewhere. */
export const sourcesApi = {
  listSources: endpoint('GET', '/api/sources', 'Documents, pages and repositories that were added', {
    access: 'viewer',
    within: 'project',
    answer: json(sourceListSchema, { sources: [] }),
  }),
  addSource: endpoint(
    'POST',
    '/api/sources',
    'Add texts, web pages or a repository; files follow one by one',
    {
      access: 'launcher',
      within: 'project',
      records: ['name'],
      body: body(sourceInputSchema, { name: 'Papers', addresses: ['https://example.org/paper.pdf'] }),
      answer: created(sourceSchema),
      refusals: ['conflict'],
    },
  ),
  getSource: endpoint('GET', '/api/sources/{id}', 'One of them', {
    access: 'viewer',
    within: 'project',
    answer: json(sourceSchema),
  }),
  addSourceFile: endpoint('POST', '/api/sources/{id}/files', 'Add one file: its bytes are the body', {
    access: 'launcher',
    within: 'project',
    query: sourceFileQuerySchema,
    headers: [{ name: 'Content-Type', description: '`application/octet-stream`, whatever the file is.' }],
    answer: json(sourceSchema),
    refusals: ['too-large', 'unsupported', 'conflict'],
  }),
  deleteSource: endpoint(
    'DELETE',
    '/api/sources/{id}',
    'Delete it with its files; runs keep what they read',
    { access: 'launcher', within: 'project', answer: { kind: 'nothing' }, refusals: ['conflict'] },
  ),
}
