import { workflowRunsQuerySchema, workflowRunsSchema } from '../workflow-runs'
import {
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

const exampleSource = "export const meta = { name: 'greet', description: 'Says hello' }\nreturn agent('Say hello.')\n"

/** The library of workflows. */
export const workflowApi = {
  listWorkflows: endpoint({
    method: 'GET',
    path: '/api/workflows',
    summary: 'The library',
    query: workflowListQuerySchema,
    answer: json(workflowListSchema),
  }),
  createWorkflow: endpoint({
    method: 'POST',
    path: '/api/workflows',
    summary: 'Save a new workflow, named by its script',
    body: body(newWorkflowSchema, { source: exampleSource, note: 'First version' }),
    answer: created(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  importWorkflows: endpoint({
    method: 'POST',
    path: '/api/workflows/import',
    summary: 'Import a script, or every script in the .claude/workflows of a folder',
    body: body(workflowImportSchema, { source: exampleSource, fileName: 'greet.js' }),
    answer: json(importReportSchema, { files: [{ outcome: 'imported', fileName: 'greet.js', name: 'greet' }] }),
  }),
  checkWorkflow: endpoint({
    method: 'POST',
    path: '/api/workflows/check',
    summary: 'Outline and errors of a script',
    body: body(workflowCheckInputSchema, { source: exampleSource }),
    answer: json(workflowCheckSchema),
  }),
  getWorkflow: endpoint({
    method: 'GET',
    path: '/api/workflows/{name}',
    summary: 'One workflow with its source and plan',
    query: workflowQuerySchema,
    answer: json(workflowDetailSchema),
  }),
  saveWorkflow: endpoint({
    method: 'PUT',
    path: '/api/workflows/{name}',
    summary: 'Save a new version',
    body: body(workflowEditSchema, { source: exampleSource, basedOn: 'sha256 of the version that was edited' }),
    answer: json(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  deleteWorkflow: endpoint({
    method: 'DELETE',
    path: '/api/workflows/{name}',
    summary: 'Delete a workflow; it can be restored',
    answer: { kind: 'nothing' },
    refusals: ['conflict'],
  }),
  restoreWorkflow: endpoint({
    method: 'POST',
    path: '/api/workflows/{name}/restore',
    summary: 'Restore a deleted workflow',
    answer: json(workflowDetailSchema),
    refusals: ['conflict'],
  }),
  compareVersions: endpoint({
    method: 'GET',
    path: '/api/workflows/{name}/diff',
    summary: 'What changed between two versions',
    query: workflowDiffQuerySchema,
    answer: json(workflowDiffSchema),
  }),
  listWorkflowRuns: endpoint({
    method: 'GET',
    path: '/api/workflows/{name}/runs',
    summary: 'Runs of a workflow, newest first',
    query: workflowRunsQuerySchema,
    answer: json(workflowRunsSchema, { runs: [], total: 0, nextOffset: null }),
  }),
}
