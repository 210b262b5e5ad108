import { workflowRunsQuerySchema, workflowRunsSchema } from '../workflow-runs'
import {
  deletedWorkflowsSchema,
  importReportSchema,
  newWorkflowSchema,
  workflowCheckInputSchema,
  workflowCheckSchema,
  workflowDetailSchema,
  workflowDiffQuerySchema,
  workflowDiffSchema,
  workflowEditSchema,
  workflowImportSchema,
  workflowListQuerySchema,
  workflowListSchema,
  workflowQuerySchema,
} from '../workflows'
import { body, created, endpoint, json } from './endpoint'

const exampleSource =
  "export const meta = { name: 'greet', description: 'Says hello' }\nreturn agent('Say hello.')\n"

/** The library of workflows. */
export const workflowApi = {
  listWorkflows: endpoint('GET', '/api/workflows', 'The library', {
    query: workflowListQuerySchema,
    answer: json(workflowListSchema),
  }),
  createWorkflow: endpoint('POST', '/api/workflows', 'Save a new workflow, named by its script', {
    body: body(newWorkflowSchema, { source: exampleSource, note: 'First version' }),
    answer: created(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  importWorkflows: endpoint(
    'POST',
    '/api/workflows/import',
    'Import a script, or every script in the .claude/workflows of a folder',
    {
      body: body(workflowImportSchema, { source: exampleSource, fileName: 'greet.js' }),
      answer: json(importReportSchema, {
        files: [{ outcome: 'imported', fileName: 'greet.js', name: 'greet' }],
      }),
    },
  ),
  checkWorkflow: endpoint('POST', '/api/workflows/check', 'Outline and errors of a script', {
    body: body(workflowCheckInputSchema, { source: exampleSource }),
    answer: json(workflowCheckSchema),
  }),
  getWorkflow: endpoint('GET', '/api/workflows/{name}', 'One workflow with its source and plan', {
    query: workflowQuerySchema,
    answer: json(workflowDetailSchema),
  }),
  saveWorkflow: endpoint('PUT', '/api/workflows/{name}', 'Save a new version', {
    body: body(workflowEditSchema, {
      source: exampleSource,
      basedOn: 'sha256 of the version that was edited',
    }),
    answer: json(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  deleteWorkflow: endpoint('DELETE', '/api/workflows/{name}', 'Delete a workflow; it can be restored', {
    answer: { kind: 'nothing' },
    refusals: ['conflict'],
  }),
  listDeletedWorkflows: endpoint('GET', '/api/deleted-workflows', 'Workflows that can be restored', {
    answer: json(deletedWorkflowsSchema, {
      workflows: [{ name: 'greet', deletedAt: '2026-11-27T10:00:00.000Z', versions: 3, isNameTaken: false }],
    }),
  }),
  restoreWorkflow: endpoint('POST', '/api/workflows/{name}/restore', 'Restore a deleted workflow', {
    answer: json(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  compareVersions: endpoint('GET', '/api/workflows/{name}/diff', 'What changed between two versions', {
    query: workflowDiffQuerySchema,
    answer: json(workflowDiffSchema),
  }),
  listWorkflowRuns: endpoint('GET', '/api/workflows/{name}/runs', 'Runs of a workflow, newest first', {
    query: workflowRunsQuerySchema,
    answer: json(workflowRunsSchema, { runs: [], total: 0, nextOffset: null }),
  }),
}
