import { workflowRunsQuerySchema, workflowRunsSchema } from '../runs'
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
    access: 'viewer',
    within: 'project',
    query: workflowListQuerySchema,
    answer: json(workflowListSchema),
  }),
  createWorkflow: endpoint('POST', '/api/workflows', 'Save a new workflow, named by its script', {
    access: 'launcher',
    within: 'project',
    records: ['note'],
    body: body(newWorkflowSchema, { source: exampleSource, note: 'First version' }),
    answer: created(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  importWorkflows: endpoint(
    'POST',
    '/api/workflows/import',
    'Import a script, or every script in the .claude/workflows of a folder',
    {
      access: 'launcher',
      within: 'project',
      records: ['workspace', 'fileName'],
      body: body(workflowImportSchema, { source: exampleSource, fileName: 'greet.js' }),
      answer: json(importReportSchema, {
        files: [{ outcome: 'imported', fileName: 'greet.js', name: 'greet' }],
      }),
    },
  ),
  checkWorkflow: endpoint('POST', '/api/workflows/check', 'Outline and errors of a script', {
    access: 'viewer',
    within: 'project',
    changes: false,
    body: body(workflowCheckInputSchema, { source: exampleSource }),
    answer: json(workflowCheckSchema),
  }),
  getWorkflow: endpoint('GET', '/api/workflows/{name}', 'One workflow with its source and plan', {
    access: 'viewer',
    within: 'project',
    query: workflowQuerySchema,
    answer: json(workflowDetailSchema),
  }),
  saveWorkflow: endpoint('PUT', '/api/workflows/{name}', 'Save a new version', {
    access: 'launcher',
    within: 'project',
    records: ['basedOn', 'note'],
    body: body(workflowEditSchema, {
      source: exampleSource,
      basedOn: 'sha256 of the version that was edited',
    }),
    answer: json(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  deleteWorkflow: endpoint('DELETE', '/api/workflows/{name}', 'Delete a workflow; it can be restored', {
    access: 'launcher',
    within: 'project',
    answer: { kind: 'nothing' },
    refusals: ['conflict'],
  }),
  listDeletedWorkflows: endpoint('GET', '/api/deleted-workflows', 'Workflows that can be restored', {
    access: 'viewer',
    within: 'project',
    answer: json(deletedWorkflowsSchema, {
      workflows: [{ name: 'greet', deletedAt: '2026-11-27T10:00:00.000Z', versions: 3, isNameTaken: false }],
    }),
  }),
  restoreWorkflow: endpoint('POST', '/api/workflows/{name}/restore', 'Restore a deleted workflow', {
    access: 'launcher',
    within: 'project',
    answer: json(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  compareVersions: endpoint('GET', '/api/workflows/{name}/diff', 'What changed between two versions', {
    access: 'viewer',
    within: 'project',
    query: workflowDiffQuerySchema,
    answer: json(workflowDiffSchema),
  }),
  listWorkflowRuns: endpoint('GET', '/api/workflows/{name}/runs', 'Runs of a workflow, newest first', {
    access: 'viewer',
    within: 'project',
    query: workflowRunsQuerySchema,
    answer: json(workflowRunsSchema, { runs: [], total: 0, nextOffset: null }),
  }),
}
