import { defaultProject } from '@/lib/core/base/project'
import type { RunSpec } from '@/lib/core/spec/run'
import { Refusal } from '../../services/problem'
import type { App } from '../app'

type Named = Pick<RunSpec, 'model' | 'models' | 'fallbackModel' | 'phaseSettings'>

/** The models that may be launched in the project that is asked in; null for every one. */
export function allowedModelsIn({ settings, project }: Pick<App, 'settings' | 'project'>): string[] | null {
  const own = project === defaultProject ? undefined : settings.allowedModelsOf[project]
  return own === undefined ? settings.allowedModels : own
}

/**
 * Refuses models that the project does not allow, wherever a launch itself names one; says which are allowed.
 */
export function refuseModels(app: Pick<App, 'settings' | 'projects' | 'project'>, named: Named): void {
  const allowed = allowedModelsIn(app)
  if (allowed === null) return
  const asked: [path: string, model: string | null][] = [
    ['model', named.model],
    ['fallbackModel', named.fallbackModel],
    ...(named.models ?? []).map((model): [string, string] => ['models', model]),
    ...Object.entries(named.phaseSettings).map(([title, own]): [string, string | null] => [
      `phases.${title}.model`,
      own.model,
    ]),
  ]
  const errors = asked.flatMap(([path, model]) =>
    model === null || allowed.includes(model)
      ? []
      : [
          {
            path,
            message: `${model} is not allowed in the project ${app.projects.find(app.project)?.name}.`,
          },
        ],
  )
  if (errors.length === 0) return
  const sentences = [...new Set(errors.map(({ message }) => message))].join(' ')
  throw new Refusal('bad-request', `${sentences} Allowed: ${allowed.join(', ')}.`, errors)
}

/** What scripts, agent types and agents that lead others may choose: of what is asked, as much as is allowed. */
export function boundedModels(
  app: Pick<App, 'settings' | 'project'>,
  asked: RunSpec['models'],
): RunSpec['models'] {
  const allowed = allowedModelsIn(app)
  if (allowed === null) return asked
  return asked === null ? [...allowed] : asked.filter((model) => allowed.includes(model))
}
