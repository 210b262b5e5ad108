import { firstApi } from '../first/endpoints'
import { limitsReportSchema, modelsSchema } from '../models'
import {
  joinSchema,
  livenessSchema,
  readinessSchema,
  settingsPatchSchema,
  settingsSchema,
  workspacesSchema,
} from '../settings'
import { body, endpoint, json } from './endpoint'

/** The installation itself: settings, models, folders, health. */
export const serverApi = {
  getSettings: endpoint('GET', '/api/settings', 'Settings of this installation', {
    access: 'viewer',
    within: 'project',
    answer: json(settingsSchema),
  }),
  changeSettings: endpoint('PUT', '/api/settings', 'Change settings', {
    access: 'admin',
    within: 'project',
    records: [
      'defaultModel',
      'runCapUsd',
      'dayCapUsd',
      'monthCapUsd',
      'dayCapTokens',
      'dayCapAgents',
      'simulatorSpeed',
      'allowedModels',
      'permissionBounds',
      'initialPermissions',
    ],
    body: body(settingsPatchSchema, { defaultModel: 'claude-opus-5-5', runCapUsd: 5, dayCapUsd: null }),
    answer: json(settingsSchema),
    refusals: ['conflict'],
  }),
  listModels: endpoint('GET', '/api/models', 'Available models', {
    access: 'viewer',
    within: 'project',
    answer: json(modelsSchema),
  }),
  getLimits: endpoint('GET', '/api/limits', 'Concurrency, spend and rate limits right now', {
    access: 'viewer',
    within: 'project',
    answer: json(limitsReportSchema),
  }),
  listWorkspaces: endpoint('GET', '/api/workspaces', 'Folders that runs may open', {
    access: 'viewer',
    within: 'project',
    answer: json(workspacesSchema, {
      workspaces: [{ path: '/srv/app', name: 'app', files: 812, isRepository: true }],
    }),
  }),
  joinTeam: endpoint('POST', '/api/join', 'Join the team with its token', {
    access: 'open',
    within: 'installation',
    records: ['name'],
    body: body(joinSchema, { token: 'the token of the team', name: 'Ann' }),
    answer: { kind: 'nothing' },
    refusals: ['unauthorized', 'conflict', 'too-many'],
  }),
  getHealth: firstApi.getHealth,
  getLiveness: endpoint('GET', '/api/health/live', 'Whether the process answers', {
    access: 'open',
    within: 'installation',
    answer: json(livenessSchema, { status: 'live' }),
  }),
  getReadiness: endpoint('GET', '/api/health/ready', 'Whether the server can do its work', {
    access: 'open',
    within: 'installation',
    answer: json(readinessSchema, {
      status: 'ready',
      checks: [
        { name: 'migrations', trouble: null },
        { name: 'store', trouble: null },
        { name: 'provider', trouble: null },
      ],
    }),
  }),
  getMetrics: endpoint('GET', '/metrics', 'Metrics for Prometheus', {
    access: 'viewer',
    within: 'every-project',
    answer: { kind: 'file', types: ['text/plain'] },
  }),
  getOpenApi: endpoint('GET', '/api/openapi.json', 'This document', {
    access: 'open',
    within: 'installation',
    answer: { kind: 'file', types: ['application/json'] },
  }),
}
