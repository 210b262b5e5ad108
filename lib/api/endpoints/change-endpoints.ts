import {
  applyResultSchema,
  branchedSchema,
  branchSchema,
  changesQuerySchema,
  changesSchema,
  comparedChangesSchema,
  comparedFileQuerySchema,
  comparedWithQuerySchema,
  fileDiffQuerySchema,
  fileDiffSchema,
  runFileQuerySchema,
  runFileSchema,
  undoResultSchema,
} from '../changes'
import { body, created, endpoint, json } from './endpoint'

/** What the agents of a run changed, and what a person has done with it. */
export const changesApi = {
  getChanges: endpoint('GET', '/api/runs/{id}/changes', 'What a run changed, as merged and by agent', {
    access: 'viewer',
    within: 'run',
    query: changesQuerySchema,
    answer: json(changesSchema),
    refusals: ['conflict'],
  }),
  getFileDiff: endpoint('GET', '/api/runs/{id}/changes/file', 'One changed file, line by line', {
    access: 'viewer',
    within: 'run',
    query: fileDiffQuerySchema,
    answer: json(fileDiffSchema),
    refusals: ['conflict'],
  }),
  compareChanges: endpoint('GET', '/api/runs/{id}/changes/compare', 'How the changes of two runs differ', {
    access: 'viewer',
    within: 'run',
    query: comparedWithQuerySchema,
    answer: json(comparedChangesSchema),
  }),
  compareChangedFile: endpoint(
    'GET',
    '/api/runs/{id}/changes/compare/file',
    'One file as two runs left it, line by line',
    {
      access: 'viewer',
      within: 'run',
      query: comparedFileQuerySchema,
      answer: json(fileDiffSchema),
      refusals: ['conflict'],
    },
  ),
  getRunFile: endpoint('GET', '/api/runs/{id}/files', 'Lines of a file of a run around a place', {
    access: 'viewer',
    within: 'run',
    query: runFileQuerySchema,
    answer: json(runFileSchema),
    refusals: ['conflict'],
  }),
  getPatch: endpoint('GET', '/api/runs/{id}/patch', 'The changes as a patch that `git apply` takes', {
    access: 'viewer',
    within: 'run',
    forLaunchKeys: true,
    query: changesQuerySchema,
    answer: { kind: 'file', types: ['text/x-patch'] },
    refusals: ['conflict'],
  }),
  applyChanges: endpoint(
    'POST',
    '/api/runs/{id}/apply',
    'Write the changes to the workspace, all or nothing',
    {
      access: 'admin',
      within: 'run',
      answer: json(applyResultSchema, { kind: 'applied', files: 3 }),
      refusals: ['conflict'],
    },
  ),
  undoApply: endpoint('POST', '/api/runs/{id}/undo-apply', 'Put the workspace back as it was before', {
    access: 'admin',
    within: 'run',
    answer: json(undoResultSchema, { files: 3 }),
    refusals: ['conflict'],
  }),
  makeBranch: endpoint('POST', '/api/runs/{id}/branch', 'Put the changes on a new branch of the repository', {
    access: 'admin',
    within: 'run',
    records: ['branch'],
    body: body(branchSchema, { branch: 'skein/rename-parser' }),
    answer: created(branchedSchema, { branch: 'skein/rename-parser', commit: 'a'.repeat(40) }),
    refusals: ['conflict'],
  }),
}
