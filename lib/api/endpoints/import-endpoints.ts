import {
  foundImportsSchema,
  importedRunSchema,
  importInputSchema,
  importQuerySchema,
} from '../imports/imports'
import { body, endpoint, json } from './endpoint'

/** Runs of other programs, read from their folders on this machine. */
export const importApi = {
  findClaudeRuns: endpoint(
    'GET',
    '/api/imports/claude',
    'Workflow runs of Claude Code that can be imported',
    {
      access: 'admin',
      within: 'project',
      query: importQuerySchema,
      answer: json(foundImportsSchema, {
        folder: '/home/ann/.claude',
        runs: [
          {
            project: '-home-ann-app',
            session: '20ddae6f-e4e5-4a68-a8d6-0c8e6a88554a',
            run: 'wf_dd551b62-a1d',
            name: 'audit-routes',
            at: '2026-11-29T10:35:10.069Z',
            agents: 42,
            tokens: 1_830_442,
            state: 'completed',
            problem: null,
            importedAs: null,
            hasChanged: false,
          },
        ],
        total: 1,
        skipped: [],
      }),
      refusals: ['conflict'],
    },
  ),
  importClaudeRun: endpoint('POST', '/api/imports/claude', 'Import a workflow run of Claude Code', {
    access: 'admin',
    within: 'project',
    ofMachine: true,
    records: ['project', 'session', 'run', 'from'],
    body: body(importInputSchema, {
      project: '-home-ann-app',
      session: '20ddae6f-e4e5-4a68-a8d6-0c8e6a88554a',
      run: 'wf_dd551b62-a1d',
    }),
    answer: json(importedRunSchema),
    refusals: ['conflict', 'not-found'],
  }),
}
