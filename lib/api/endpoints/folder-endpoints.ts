import { folderInputSchema, folderLookSchema, foldersSchema } from '../settings'
import { body, created, endpoint, json } from './endpoint'

/** The folders of this machine that runs may open. */
export const folderApi = {
  listFolders: endpoint('GET', '/api/folders', 'Folders that were allowed, and by whom', {
    access: 'viewer',
    within: 'project',
    answer: json(foldersSchema, {
      folders: [{ path: '/srv/app', from: 'settings', by: 'Ann', at: '2026-11-30T09:00:00.000Z' }],
    }),
  }),
  addFolder: endpoint('POST', '/api/folders', 'Allow runs to open a folder', {
    access: 'admin',
    within: 'project',
    ofMachine: true,
    records: ['path'],
    body: body(folderInputSchema, { path: '/srv/app' }),
    answer: created(foldersSchema),
    refusals: ['conflict'],
  }),
  removeFolder: endpoint('DELETE', '/api/folders', 'Allow it no longer; runs at work keep it to their end', {
    access: 'admin',
    within: 'project',
    ofMachine: true,
    records: ['path'],
    query: folderInputSchema,
    answer: { kind: 'nothing' },
    refusals: ['conflict', 'not-found'],
  }),
  lookAtFolder: endpoint('GET', '/api/folders/look', 'Size, languages and git state, within seconds', {
    access: 'launcher',
    within: 'project',
    query: folderInputSchema,
    answer: json(folderLookSchema, {
      path: '/srv/app',
      repository: { branch: 'main', commit: '9fceb02d0ae598e95dc970b74767f19372d61af8', within: '' },
      files: { count: 812, bytes: 4_100_000, isMore: false, languages: ['TypeScript', 'CSS'] },
      uncommitted: 12,
      isCut: false,
    }),
  }),
}
